package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/config"
)

// configured is what holds, and where the file was looked for.
type configured struct {
	config.Config
	place config.Place
	found bool
}

// configure puts together what a command is told. Without contexts it is for
// what connects to no sidecar of the user's.
func (f *flags) configure(cmd *cobra.Command, contexts bool) (configured, error) {
	c := configured{place: config.Find(f.file, os.LookupEnv)}
	if err := noneEmpty(cmd.Flags()); err != nil {
		return c, err
	}
	file, found, err := c.place.Load(home(), oneForm)
	if err != nil {
		return c, err
	}
	c.found = found
	flagged, err := f.said(cmd)
	if err != nil {
		return c, err
	}
	said := config.Said{Flags: flagged, NoContext: !contexts}
	if contexts {
		said.Context = given(cmd.Flags(), "context", f.context)
		said.Environment = environment()
	}
	c.Config, err = config.Resolve(file, said, defaults())
	return c, err
}

// noneEmpty refuses a flag that is given with an empty value: it is mostly a
// variable that a script has not set, and what it says is then left out unseen.
// An empty filter shows everything.
func noneEmpty(set *pflag.FlagSet) error {
	var wrong []error
	set.Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" && f.Name != "filter" {
			wrong = append(wrong, fmt.Errorf("--%s has an empty value; leave it out, or give one", f.Name))
		}
	})
	return errors.Join(wrong...)
}

// home is the user's own folder, empty where there is none.
func home() string {
	dir, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return dir
}

// environment is what the variables of Dapr say. The token stays where it is.
func environment() config.Settings {
	var s config.Settings
	from := func(name string) config.Origin { return config.Origin{Kind: config.FromEnvironment, Name: name} }
	for _, name := range []string{daprclient.EnvEndpoint, daprclient.EnvPort} {
		if v := os.Getenv(name); v != "" && !s.Addresses.IsSet() {
			if t, err := daprclient.TargetFromEnv(os.LookupEnv); err == nil && name == daprclient.EnvPort {
				v = t.String() // the whole address of what is only a port
			}
			s.Addresses = config.Of([]config.Address{{Address: v, From: from(name)}}, from(name))
		}
	}
	if os.Getenv(daprclient.EnvAPIToken) != "" {
		s.TokenVariable = config.Of(daprclient.EnvAPIToken, from(daprclient.EnvAPIToken))
	}
	return s
}

// oneForm is the one form of an address that can be written in several.
func oneForm(address string) (string, error) {
	t, err := daprclient.ParseTarget(address)
	if err != nil {
		return "", err
	}
	return t.String(), nil
}

// target is where a sidecar is looked for. What the environment says is read by
// the rules of the SDK.
func target(a config.Address, tls bool) (daprclient.Target, error) {
	text := a.Address
	if tls {
		text = encrypted(text)
	}
	if a.From.Kind != config.FromEnvironment || a.From.Name == daprclient.EnvPort && strings.Contains(text, ":") {
		return daprclient.ParseTarget(text)
	}
	return daprclient.TargetFromEnv(func(name string) (string, bool) {
		if name != a.From.Name {
			return "", false
		}
		return text, true
	})
}

// encrypted has an address that says nothing of encryption ask for it.
func encrypted(address string) string {
	if strings.Contains(address, "tls=") || strings.HasPrefix(address, "http") {
		return address
	}
	return address + "?tls=true"
}

// clientBase is what holds for every client.
func (s *session) clientBase() daprclient.Options {
	o := daprclient.Options{ReadTimeout: s.ReadTimeout.V, ActionTimeout: s.Timeout.V, ReadOnly: s.ReadOnly.V, Whole: s.once && s.output == "json"}
	if s.masks != nil {
		o.Mask, o.MaskFailure = s.masks.Payload, s.masks.Failure
	}
	return o
}

// clientOptions is how the client of one sidecar is made.
func (s *session) clientOptions(a config.Address) (daprclient.Options, error) {
	o := s.clientBase()
	o.APIToken, o.TokenFile = os.Getenv(s.TokenVariable.V), s.TokenFile.V
	t := &s.TLS
	o.TLS = daprclient.TLS{Enabled: t.On(), CAFile: t.CA.V, CertFile: t.Cert.V, KeyFile: t.Key.V, ServerName: t.ServerName.V}
	var err error
	o.Target, err = target(a, t.On())
	return o, err
}
