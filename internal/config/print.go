package config

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

// maxAlign is up to which column the comments stand below each other.
const maxAlign = 48

// printer collects lines, each with where its value comes from.
type printer struct {
	home  string
	lines []printed
}

type printed struct{ text, from string }

// Print writes the configuration that holds as YAML, with a comment behind each
// value that tells where it comes from. A token is never in it. home is what is
// written as ~.
func (c *Config) Print(place Place, found bool, home string) string {
	p := &printer{home: home}
	p.head(c, place, found)
	if c.Context.IsSet() {
		p.value(0, "context", scalar(c.Context.V), c.Context.From)
	}
	p.connection(c)
	p.value(0, "production", strconv.FormatBool(c.Production.V), c.Production.From)
	p.text(0, "color", c.Color)
	p.value(0, "read-only", strconv.FormatBool(c.ReadOnly.V), c.ReadOnly.From)
	p.value(0, "interval", duration(c.Interval.V), c.Interval.From)
	p.value(0, "read-timeout", duration(c.ReadTimeout.V), c.ReadTimeout.From)
	p.value(0, "timeout", duration(c.Timeout.V), c.Timeout.From)
	p.value(0, "max-reads", strconv.Itoa(c.MaxReads.V), c.MaxReads.From)
	p.value(0, "max-rate", strconv.FormatFloat(c.MaxRate.V, 'f', -1, 64), c.MaxRate.From)
	p.value(0, "ascii", strconv.FormatBool(c.ASCII.V), c.ASCII.From)
	p.value(0, "mouse", strconv.FormatBool(c.Mouse.V), c.Mouse.From)
	p.value(0, "utc", strconv.FormatBool(c.UTC.V), c.UTC.From)
	p.text(0, "log-file", c.LogFile)
	p.look(&c.Look)
	return p.String()
}

// head says where the file is and which contexts it has.
func (p *printer) head(c *Config, place Place, found bool) {
	switch {
	case place.Path == "":
		p.line("# no file: this system has no folder for configurations", "")
	case found:
		p.line("# "+p.short(place.Path), "")
	default:
		p.line("# "+p.short(place.Path)+" is not there", "")
	}
	if len(c.Contexts) > 0 {
		p.line("# contexts: "+strings.Join(c.Contexts, ", "), "")
	}
	if c.Unused != "" {
		p.line("# "+c.Unused, "")
	}
}

// connection is where the sidecars are and how they are spoken to.
func (p *printer) connection(c *Config) {
	p.line("addresses:", "")
	for _, a := range c.Addresses.V {
		text := a.Address
		if a.Name != "" {
			text = a.Name + "=" + text
		}
		p.line("  - "+scalar(text), p.origin(a.From))
	}
	if c.TokenVariable.IsSet() {
		p.line("# the API token is set", p.origin(c.TokenVariable.From))
	} else {
		p.text(0, "api-token-file", c.TokenFile)
	}
	p.line("tls:", "")
	p.value(1, "enabled", strconv.FormatBool(c.TLS.On()), c.TLS.Enabled.From)
	p.text(1, "ca", c.TLS.CA)
	p.text(1, "cert", c.TLS.Cert)
	p.text(1, "key", c.TLS.Key)
	p.text(1, "server-name", c.TLS.ServerName)
	p.text(0, "ids", c.IDs)
}

// look is what only a file can say.
func (p *printer) look(l *Look) {
	from := map[string]Origin{}
	for _, k := range l.Keys {
		from[k.Name] = k.From
	}
	keys, err := keymap.Default().Rebind(l.KeyChanges())
	if err != nil {
		p.line("# "+err.Error(), "") // the file was refused for it before
	}
	p.line("keys:", "")
	for _, b := range keys.Bindings() {
		p.value(1, b.Name, flow(b.Keys), from[b.Name])
	}
	p.line("theme:", "")
	background := l.Theme.Background
	if !background.IsSet() {
		background.V = "auto"
	}
	p.value(1, "background", background.V, background.From)
	for _, c := range l.Theme.Colors {
		p.value(1, c.Role, scalar(c.Color), c.From)
	}
	columns := l.Columns
	if !columns.IsSet() {
		columns.V = ui.DefaultColumns()
	}
	p.value(0, "columns", flow(columns.V), columns.From)
	if len(l.Masks) == 0 {
		p.value(0, "masks", "[]", Origin{})
		return
	}
	p.line("masks:", "")
	for _, m := range l.Masks {
		p.line("  - "+scalar(m.V), p.origin(m.From))
	}
}

func (p *printer) line(text, from string) {
	p.lines = append(p.lines, printed{workflow.Clean(text), from})
}

func (p *printer) value(indent int, key, value string, from Origin) {
	p.line(strings.Repeat("  ", indent)+key+": "+value, p.origin(from))
}

// text is value for what may not be there.
func (p *printer) text(indent int, key string, v Value[string]) {
	if v.IsSet() {
		p.value(indent, key, scalar(v.V), v.From)
	} else {
		p.line(strings.Repeat("  ", indent)+key+":", p.origin(v.From))
	}
}

func (p *printer) origin(o Origin) string { return p.short(o.String()) }

// short writes the home of the user as ~.
func (p *printer) short(path string) string {
	if rest, ok := strings.CutPrefix(path, p.home+"/"); ok && p.home != "" {
		return "~/" + workflow.Clean(rest)
	}
	return workflow.Clean(path)
}

// String is all lines, with their comments below each other.
func (p *printer) String() string {
	at := 0
	for _, l := range p.lines {
		if n := len([]rune(l.text)); l.from != "" && n <= maxAlign {
			at = max(at, n)
		}
	}
	var b strings.Builder
	for _, l := range p.lines {
		b.WriteString(l.text)
		if l.from != "" {
			b.WriteString(strings.Repeat(" ", max(0, at-len([]rune(l.text)))) + "  # " + l.from)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func duration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	return s
}

// flow is a list in one line.
func flow(values []string) string {
	texts := make([]string, 0, len(values))
	for _, v := range values {
		if s := scalar(v); strings.ContainsAny(s, ",[]{}") && s == v {
			texts = append(texts, strconv.Quote(v))
		} else {
			texts = append(texts, s)
		}
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// scalar writes a text as YAML in one line.
func scalar(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	out, err := yaml.Marshal(s)
	text := strings.TrimSuffix(string(out), "\n")
	if err != nil || strings.Contains(text, "\n") {
		return strconv.Quote(s)
	}
	return text
}
