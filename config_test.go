package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/config"
)

// alone gives a test an environment of its own, with a configuration.
func alone(t *testing.T, text string) (path string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{daprclient.EnvEndpoint, daprclient.EnvPort, daprclient.EnvAPIToken, config.EnvConfig} {
		t.Setenv(name, "")
	}
	t.Setenv("XDG_CONFIG_HOME", dir)
	path = filepath.Join(dir, "daprdeck", "config.yaml")
	if text == "" {
		return path
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs the command line and returns what it prints.
func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root := rootCommand()
	var out bytes.Buffer
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(io.Discard)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestConfigPrintsWhatHolds(t *testing.T) {
	path := alone(t, "interval: 3s\ncontexts:\n  prod: {production: true, addresses: \"host:50001\", api-token-file: secret}\n")
	t.Setenv(daprclient.EnvAPIToken, "hush-hush")
	out, err := run(t, "config", "--context", "prod", "--utc", "--tls")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"context: prod", "# --context", "- host:50001", "# " + path + ":3", "production: true", "color: red", "interval: 3s", "# " + path + ":1", "utc: true", "# --utc",
		"enabled: true", "# --tls", "max-reads: 32", "# default",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	if strings.Contains(out, "hush-hush") {
		t.Error("the token is printed")
	}
	out, err = run(t, "config", "--path")
	if err != nil || out != path+"\n" {
		t.Errorf("%q %v", out, err)
	}
}

// TestWhatIsWrongIsOneLineEach and a fault of the call.
func TestWhatIsWrongIsOneLineEach(t *testing.T) {
	path := alone(t, "intervall: 2s\nutc: maybe\n")
	for _, command := range [][]string{{"config"}, {"--once"}, {"demo"}, {"open", "x"}} {
		_, err := run(t, command...)
		var failed failure
		if err == nil || errors.As(err, &failed) {
			t.Errorf("%v: %v", command, err)
			continue
		}
		var out bytes.Buffer
		printError(&out, fang.Styles{}, err)
		want := path + `:1:1: unknown key "intervall": did you mean "interval"?` + "\n" + path + `:2:6: want true or false, not "maybe"` + "\n"
		if out.String() != want {
			t.Errorf("%v: %q", command, out.String())
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err := run(t, "config", "--interval", "1ms", "--max-reads", "0")
	var out bytes.Buffer
	printError(&out, fang.Styles{}, err)
	if out.String() != "daprdeck: --interval must be at least 100ms\ndaprdeck: --max-reads must be at least 1\n" {
		t.Errorf("%q", out.String())
	}
}

// TestTheClientOfAnAddress: the forms of an address, encryption and the token.
func TestTheClientOfAnAddress(t *testing.T) {
	alone(t, "")
	secret := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(secret, []byte("from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env       map[string]string
		args      []string
		at, token string
		file      string
		err       string
	}{
		"nothing":            {at: "127.0.0.1:50001"},
		"a port":             {env: map[string]string{daprclient.EnvPort: "3500"}, at: "127.0.0.1:3500"},
		"a port, encrypted":  {env: map[string]string{daprclient.EnvPort: "3500"}, args: []string{"--tls"}, at: "https://127.0.0.1:3500"},
		"no port":            {env: map[string]string{daprclient.EnvPort: "x"}, err: "DAPR_GRPC_PORT"},
		"an endpoint":        {env: map[string]string{daprclient.EnvEndpoint: "https://dapr.example.org", daprclient.EnvPort: "1"}, at: "https://dapr.example.org:443"},
		"a bare endpoint":    {env: map[string]string{daprclient.EnvEndpoint: "dapr.example.org"}, args: []string{"--tls"}, at: "https://dapr.example.org:443"},
		"a flag":             {env: map[string]string{daprclient.EnvPort: "x"}, args: []string{"--address", "orders=h:1"}, at: "h:1"},
		"a flag, encrypted":  {args: []string{"-a", "h:1", "--tls"}, at: "https://h:1"},
		"the token":          {env: map[string]string{daprclient.EnvAPIToken: "from-the-environment"}, at: "127.0.0.1:50001", token: "from-the-environment"},
		"the token's file":   {env: map[string]string{daprclient.EnvAPIToken: "no"}, args: []string{"--api-token-file", secret}, at: "127.0.0.1:50001", file: secret},
		"two":                {args: []string{"-a", "a=h:1", "-a", "b=h:2"}, at: "h:1 h:2"},
		"a CA":               {args: []string{"-a", "h:1", "--tls-ca", secret}, at: "https://h:1"},
		"one twice":          {args: []string{"-a", "a=h:1", "-a", "b=h:1"}, err: `--address: "h:1" is the address of a already`},
		"a missing key":      {args: []string{"--tls-cert", "c"}, err: "goes with its key"},
		"an unknown context": {args: []string{"--context", "x"}, err: "--context: there is no context"},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			all, err := clientsOf(t, c.args)
			at := make([]string, len(all))
			for i := range all {
				at[i] = all[i].Target.String()
			}
			var got daprclient.Options
			if len(all) > 0 {
				got = all[0]
			}
			switch {
			case c.err != "":
				if err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "from-") {
					t.Errorf("%v, want %s", err, c.err)
				}
			case err != nil || strings.Join(at, " ") != c.at || got.APIToken != c.token || got.TokenFile != c.file:
				t.Errorf("%q with %q and %q, %v", at, got.APIToken, got.TokenFile, err)
			}
		})
	}
}

// clientsOf is how the clients are made for a command line.
func clientsOf(t *testing.T, args []string) ([]daprclient.Options, error) {
	t.Helper()
	var f flags
	cmd := &cobra.Command{Use: "daprdeck"}
	f.everywhere(cmd.PersistentFlags())
	f.connection(cmd.Flags())
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	s, err := f.session(cmd, true)
	if err != nil {
		return nil, err
	}
	var all []daprclient.Options
	for _, a := range s.Addresses.V {
		o, err := s.clientOptions(a)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}
