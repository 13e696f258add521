package config

import (
	"errors"
	"fmt"
	"strings"
)

// Said is what is said outside of the file.
type Said struct {
	// Context is the one that a flag names.
	Context            Value[string]
	Environment, Flags Settings
	// NoContext leaves contexts and addresses out: for what connects to no
	// sidecar of the user's.
	NoContext bool
}

// Resolve puts everything together. The later has the word: default, file, the
// context that the file names, environment, the context that a flag names,
// flags.
//
// The context that the file names is for when nobody says where the sidecar is:
// with an address from a flag or from the environment it is left alone, so that
// its token and its rights never go to another place than its own.
func Resolve(f File, said Said, defaults Settings) (Config, error) {
	c := Config{Settings: defaults, Look: f.Look}
	for i := range f.Contexts {
		c.Contexts = append(c.Contexts, f.Contexts[i].Name)
	}
	c.put(&f.Settings)
	context, err := f.chosen(&c, said)
	if err != nil {
		return Config{}, err
	}
	if context != nil && c.Context.From.Kind == FromFile {
		c.put(&context.Settings)
		context = nil
	}
	c.put(&said.Environment)
	if context != nil {
		c.put(&context.Settings)
	}
	c.put(&said.Flags)
	if c.Production.V && !c.Color.IsSet() {
		c.Color = Of("red", c.Production.From)
	}
	if err := errors.Join(said.Flags.check(), c.pairs()); err != nil {
		return Config{}, err
	}
	return c, nil
}

// chosen returns the context that is used, nil for none, and notes its name.
func (f *File) chosen(c *Config, said Said) (*Context, error) {
	switch {
	case said.NoContext:
		return nil, nil
	case said.Context.IsSet():
		context, err := f.find(said.Context.V)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", said.Context.From, err)
		}
		c.Context = said.Context
		return context, nil
	case !f.Context.IsSet():
		return nil, nil
	}
	for _, s := range []*Settings{&said.Flags, &said.Environment} {
		if s.Addresses.IsSet() {
			c.Unused = fmt.Sprintf("the context %s is not used: %s says where the sidecar is", f.Context.V, s.Addresses.From)
			return nil, nil
		}
	}
	c.Context = f.Context
	return f.find(f.Context.V)
}

// find returns a context by its name.
func (f *File) find(name string) (*Context, error) {
	names := make([]string, 0, len(f.Contexts))
	for i := range f.Contexts {
		if f.Contexts[i].Name == name {
			return &f.Contexts[i], nil
		}
		names = append(names, f.Contexts[i].Name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there is no context %s: the configuration has none", quote(name))
	}
	return nil, fmt.Errorf("there is no context %s%s", quote(name), didYouMean(name, names))
}

// check says what is wrong with what flags say; a file was checked when it was
// read.
func (s *Settings) check() error {
	var wrong []error
	say := func(from Origin, err error) {
		if from.Kind != Unset && err != nil {
			wrong = append(wrong, fmt.Errorf("%s %w", from, err))
		}
	}
	say(s.Interval.From, checkInterval(s.Interval.V))
	say(s.ReadTimeout.From, checkTimeout(s.ReadTimeout.V))
	say(s.Timeout.From, checkTimeout(s.Timeout.V))
	say(s.MaxReads.From, checkReads(s.MaxReads.V))
	say(s.MaxRate.From, checkRate(s.MaxRate.V))
	for _, path := range []Value[string]{s.TokenFile, s.TLS.CA, s.TLS.Cert, s.TLS.Key, s.IDs} {
		if path.IsSet() && path.V == "" {
			say(path.From, errors.New("wants the name of a file"))
		}
	}
	return errors.Join(wrong...)
}

// pairs says which of two values that go together is missing.
func (s *Settings) pairs() error {
	switch cert, key := s.TLS.Cert, s.TLS.Key; {
	case cert.IsSet() && !key.IsSet():
		return fmt.Errorf("a client certificate (%s) goes with its key", cert.From)
	case key.IsSet() && !cert.IsSet():
		return fmt.Errorf("the key of a client certificate (%s) goes with the certificate", key.From)
	}
	return nil
}

// On reports whether a connection is to be encrypted whatever its address says:
// because it is said so, or because a file or a name for it is there.
func (t *TLS) On() bool {
	if t.Enabled.IsSet() && t.Enabled.From.Kind != Default {
		return t.Enabled.V
	}
	return t.Details()
}

// Details reports whether more is said than that a connection is encrypted.
func (t *TLS) Details() bool {
	return t.CA.IsSet() || t.Cert.IsSet() || t.Key.IsSet() || t.ServerName.IsSet()
}

// FlagAddresses reads the addresses of flags, each with a name before it or
// none. Its error is one line for each that is wrong.
func FlagAddresses(texts []string, from Origin, canonical func(string) (string, error)) (Value[[]Address], error) {
	all := addressSet{canonical: canonical}
	var wrong []error
	for _, text := range texts {
		a := SplitAddress(text)
		a.From = from
		if name, _, ok := strings.Cut(text, "="); ok && a.Name == "" && !strings.ContainsAny(name, ":/?") {
			wrong = append(wrong, fmt.Errorf("%s: %w", from, checkName(name)))
			continue
		}
		if err := all.add(a); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", from, err))
		}
	}
	if err := errors.Join(wrong...); err != nil || len(all.list) == 0 {
		return Value[[]Address]{}, err
	}
	return Of(all.list, from), nil
}
