package config

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/daprdeck/daprdeck/ui"
)

// The limits of what can be said, whoever says it.
const (
	minInterval = 100 * time.Millisecond
	maxNameLen  = 64
)

func checkInterval(d time.Duration) error {
	if d < minInterval {
		return fmt.Errorf("must be at least %s", minInterval)
	}
	return nil
}

func checkTimeout(d time.Duration) error {
	if d <= 0 {
		return errors.New("must be more than nothing")
	}
	return nil
}

func checkReads(n int) error {
	if n < 1 {
		return errors.New("must be at least 1")
	}
	return nil
}

func checkRate(f float64) error {
	if f < 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return errors.New("must be at least 0, which is no limit")
	}
	return nil
}

// checkName returns why an address cannot have a name.
func checkName(name string) error {
	ok := name != "" && len(name) <= maxNameLen
	for _, c := range []byte(name) {
		ok = ok && (c == '-' || c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z')
	}
	if !ok {
		return fmt.Errorf("%s is no name: letters, digits, dots, dashes and underscores make one", quote(name))
	}
	return nil
}

// settings are the keys that stand at the top of the file and in a context.
func (r *reader) settings(s *Settings) []field {
	return []field{
		{"addresses", r.addresses(&s.Addresses)},
		{"api-token-file", r.path(&s.TokenFile)},
		{"tls", r.tls(&s.TLS)},
		{"ids", r.path(&s.IDs)},
		{"production", r.boolean(&s.Production)},
		{"color", r.color(&s.Color)},
		{"read-only", r.boolean(&s.ReadOnly)},
		{"interval", r.duration(&s.Interval, checkInterval)},
		{"read-timeout", r.duration(&s.ReadTimeout, checkTimeout)},
		{"timeout", r.duration(&s.Timeout, checkTimeout)},
		{"max-reads", r.whole(&s.MaxReads)},
		{"max-rate", r.number(&s.MaxRate)},
		{"ascii", r.boolean(&s.ASCII)},
		{"mouse", r.boolean(&s.Mouse)},
		{"utc", r.boolean(&s.UTC)},
		{"log-file", r.path(&s.LogFile)},
	}
}

func (r *reader) tls(t *TLS) func(*yaml.Node) {
	known := []field{
		{"enabled", r.boolean(&t.Enabled)},
		{"ca", r.path(&t.CA)},
		{"cert", r.path(&t.Cert)},
		{"key", r.path(&t.Key)},
		{"server-name", r.text(&t.ServerName)},
	}
	return func(n *yaml.Node) {
		if v := actual(n); v.Kind == yaml.ScalarNode { // tls: true
			r.boolean(&t.Enabled)(n)
			return
		}
		r.fields(n, "tls", known, nil)
		if t.Cert.IsSet() != t.Key.IsSet() {
			r.wrong(n, "tls: cert and key go together")
		}
	}
}

func (r *reader) boolean(to *Value[bool]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, ok := r.scalar(n, "true or false")
		switch {
		case !ok:
		case v.ShortTag() == "!!bool" && strings.EqualFold(v.Value, "true"):
			*to = Of(true, r.from(n))
		case v.ShortTag() == "!!bool" && strings.EqualFold(v.Value, "false"):
			*to = Of(false, r.from(n))
		default:
			r.wrong(n, "want true or false, not %s", quote(v.Value))
		}
	}
}

func (r *reader) duration(to *Value[time.Duration], check func(time.Duration) error) func(*yaml.Node) {
	const want = "a duration such as 2s or 1m30s"
	return func(n *yaml.Node) {
		v, ok := r.scalar(n, want)
		if !ok {
			return
		}
		d, err := time.ParseDuration(v.Value)
		if _, number := strconv.ParseFloat(v.Value, 64); err != nil && number == nil {
			r.wrong(n, "%s has no unit: want %s", quote(v.Value), want)
			return
		}
		if err != nil {
			r.wrong(n, "%s is no duration: want %s", quote(v.Value), want)
			return
		}
		if err := check(d); err != nil {
			r.wrong(n, "%s: %v", v.Value, err)
			return
		}
		*to = Of(d, r.from(n))
	}
}

func (r *reader) whole(to *Value[int]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, ok := r.scalar(n, "a whole number")
		if !ok {
			return
		}
		i, err := strconv.Atoi(v.Value)
		if err != nil {
			r.wrong(n, "%s is no whole number", quote(v.Value))
			return
		}
		if err := checkReads(i); err != nil {
			r.wrong(n, "%d: %v", i, err)
			return
		}
		*to = Of(i, r.from(n))
	}
}

func (r *reader) number(to *Value[float64]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, ok := r.scalar(n, "a number")
		if !ok {
			return
		}
		f, err := strconv.ParseFloat(v.Value, 64)
		if err != nil {
			r.wrong(n, "%s is no number", quote(v.Value))
			return
		}
		if err := checkRate(f); err != nil {
			r.wrong(n, "%s: %v", quote(v.Value), err)
			return
		}
		*to = Of(f, r.from(n))
	}
}

func (r *reader) text(to *Value[string]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if v, ok := r.scalar(n, "a text"); ok {
			*to = Of(v.Value, r.from(n))
		}
	}
}

func (r *reader) color(to *Value[string]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, ok := r.scalar(n, "a colour")
		if !ok {
			return
		}
		if err := ui.CheckColor(v.Value); err != nil {
			r.wrong(n, "%v", err)
			return
		}
		*to = Of(v.Value, r.from(n))
	}
}

// path reads the name of a file: ~ is the home of the user, and what is
// relative is so to the folder of the configuration.
func (r *reader) path(to *Value[string]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, ok := r.scalar(n, "the name of a file")
		switch {
		case !ok:
		case v.Value == "":
			r.wrong(n, "the name of the file is empty")
		default:
			*to = Of(r.opts.inPlace(v.Value), r.from(n))
		}
	}
}

// inPlace makes a path of one that is written in the file.
func (o Options) inPlace(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && o.Home != "" {
		return filepath.Join(o.Home, rest)
	}
	if o.Dir != "" && !filepath.IsAbs(path) {
		return filepath.Join(o.Dir, path)
	}
	return path
}

// addresses reads where the sidecars are: names with addresses, or a list of
// addresses, which may have a name before an equals sign.
func (r *reader) addresses(to *Value[[]Address]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v := actual(n)
		var all addressSet
		all.canonical = r.opts.Address
		if v.Kind == yaml.MappingNode {
			for _, p := range r.pairs(v, 0) {
				if err := checkName(p.key.Value); err != nil {
					r.wrong(p.key, "%v", err)
				}
				r.address(&all, p.value, p.key.Value)
			}
		} else {
			for _, one := range r.list(n, "an address, names with addresses, or a list of addresses") {
				r.address(&all, one, "")
			}
		}
		if len(all.list) > 0 {
			*to = Of(all.list, r.from(n))
		}
	}
}

// address reads one address. In a list its name may stand before it.
func (r *reader) address(all *addressSet, n *yaml.Node, name string) {
	v, ok := r.scalar(n, "an address such as 127.0.0.1:50001")
	if !ok {
		return
	}
	a := Address{Name: name, Address: v.Value}
	if name == "" {
		a = SplitAddress(v.Value)
	}
	a.From = r.from(n)
	if err := all.add(a); err != nil {
		r.wrong(n, "%v", err)
	}
}

// SplitAddress takes the name off an address, as in orders=host:50001. What has
// an equals sign elsewhere, as host:50001?tls=true, has no name.
func SplitAddress(s string) Address {
	if name, rest, ok := strings.Cut(s, "="); ok && checkName(name) == nil {
		return Address{Name: name, Address: rest}
	}
	return Address{Address: s}
}

// addressSet collects addresses and refuses what is there already.
type addressSet struct {
	canonical func(string) (string, error)
	list      []Address
	known     []string
}

func (s *addressSet) add(a Address) error {
	known := a.Address
	if s.canonical != nil {
		var err error
		if known, err = s.canonical(a.Address); err != nil {
			return err
		}
	}
	for i, other := range s.list {
		switch {
		case a.Name != "" && other.Name == a.Name:
			return fmt.Errorf("the name %s stands twice", quote(a.Name))
		case s.known[i] == known && other.Name != "" && other.Name != a.Name:
			return fmt.Errorf("%s is the address of %s already", quote(a.Address), other.Name)
		case s.known[i] == known:
			return fmt.Errorf("%s stands twice", quote(a.Address))
		}
	}
	s.list = append(s.list, a)
	s.known = append(s.known, known)
	return nil
}
