package config

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/daprdeck/daprdeck/internal/mask"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

// Options are what a file is read with.
type Options struct {
	// File is what mistakes and origins call it.
	File string
	// Dir is the folder that paths in it are relative to, Home what ~ is.
	Dir, Home string
	// Address returns the one form of an address that can be written in
	// several, or why it is none. Nil takes any.
	Address func(string) (string, error)
}

// Parse reads a file. Its error is Mistakes: all that can be found at once.
func Parse(text []byte, opts Options) (File, error) {
	var f File
	doc, wrong := document(opts.File, text)
	if wrong != nil {
		return File{}, wrong
	}
	if doc == nil || isNull(doc) {
		return f, nil
	}
	r := &reader{opts: opts}
	var context *yaml.Node
	known := append([]field{
		{"context", func(n *yaml.Node) { context = n; r.text(&f.Context)(n) }},
		{"contexts", r.contexts(&f.Contexts)},
	}, r.settings(&f.Settings)...)
	known = append(known, r.look(&f.Look)...)
	r.fields(doc, "the configuration", known, elsewhere)
	if f.Context.IsSet() {
		if _, err := f.find(f.Context.V); err != nil {
			r.wrong(context, "%v", err)
		}
	}
	if len(r.mistakes) > 0 {
		return File{}, r.mistakes.inOrder()
	}
	return f, nil
}

// noToken is said to whoever writes a token into the file.
const noToken = "a token does not go into this file: name the file that holds it with api-token-file, or set DAPR_API_TOKEN"

// elsewhere words the keys that people look for in the wrong place.
func elsewhere(key string) string {
	switch strings.ToLower(strings.ReplaceAll(key, "_", "-")) {
	case "token", "api-token", "apitoken", "dapr-api-token":
		return noToken
	case "once", "output", "filter", "seed", "instances":
		return quote(key) + " goes on the command line"
	case "colour":
		return `unknown key "colour": did you mean "color"?`
	}
	return ""
}

// inContext is elsewhere for the keys of a context.
func inContext(key string) string {
	switch key {
	case "context", "contexts", "keys", "theme", "columns", "masks":
		return quote(key) + " stands at the top of the file, not in a context"
	}
	return elsewhere(key)
}

func (r *reader) contexts(to *[]Context) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v := actual(n)
		if v.Kind != yaml.MappingNode {
			r.wrong(n, "contexts: want names with settings, not %s", kindOf(v))
			return
		}
		for _, p := range r.pairs(v, 0) {
			c := Context{Name: p.key.Value, From: r.from(p.key)}
			if err := checkName(c.Name); err != nil {
				r.wrong(p.key, "%v", err)
			}
			if !isNull(p.value) {
				r.fields(p.value, "context "+quote(c.Name), r.settings(&c.Settings), inContext)
			}
			*to = append(*to, c)
		}
	}
}

// look are the keys of what the console looks like and answers to.
func (r *reader) look(l *Look) []field {
	return []field{
		{"keys", r.keys(&l.Keys)},
		{"theme", r.theme(&l.Theme)},
		{"columns", r.columns(&l.Columns)},
		{"masks", r.masks(&l.Masks)},
	}
}

// keys reads bindings and asks the key map what it thinks of them.
func (r *reader) keys(to *[]KeyChange) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v := actual(n)
		if v.Kind != yaml.MappingNode {
			r.wrong(n, "keys: want bindings with their keys, not %s", kindOf(v))
			return
		}
		at := map[[2]string]*yaml.Node{}
		changes := map[string][]string{}
		for _, p := range r.pairs(v, 0) {
			name := p.key.Value
			at[[2]string{name, ""}] = p.key
			c := KeyChange{Name: name, From: r.from(p.key), Keys: []string{}}
			for _, k := range r.list(p.value, "a key such as ctrl+p, or a list of keys") {
				if key, ok := r.scalar(k, "a key such as ctrl+p"); ok {
					c.Keys = append(c.Keys, key.Value)
					at[[2]string{name, key.Value}] = k
				}
			}
			changes[name] = c.Keys
			*to = append(*to, c)
		}
		_, err := keymap.Default().Rebind(changes)
		var problems keymap.RebindError
		if !errors.As(err, &problems) {
			return
		}
		for _, p := range problems {
			where := at[[2]string{p.Name, p.Key}]
			if where == nil {
				where = at[[2]string{p.Name, ""}]
			}
			r.wrong(where, "%s: %s", quote(p.Name), p.Text)
		}
	}
}

// backgrounds are what a theme is made for.
func backgrounds() []string { return []string{"auto", "dark", "light"} }

// theme reads the background, or the background and the colours by role.
func (r *reader) theme(to *Theme) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if v := actual(n); v.Kind == yaml.ScalarNode {
			r.background(&to.Background)(n)
			return
		}
		known := []field{{"background", r.background(&to.Background)}}
		for _, role := range ui.Roles() {
			known = append(known, field{role, func(n *yaml.Node) {
				var c Value[string]
				if r.color(&c)(n); c.IsSet() {
					to.Colors = append(to.Colors, RoleColor{role, c.V, c.From})
				}
			}})
		}
		r.fields(n, "theme", known, nil)
	}
}

func (r *reader) background(to *Value[string]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, ok := r.scalar(n, "auto, dark or light")
		switch {
		case !ok:
		case indexOf(backgrounds(), v.Value) < 0:
			r.wrong(n, "unknown background %s%s", quote(v.Value), didYouMean(v.Value, backgrounds()))
		default:
			*to = Of(v.Value, r.from(n))
		}
	}
}

// columns reads the list's columns in their order.
func (r *reader) columns(to *Value[[]string]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var names []string
		before := len(r.mistakes)
		for _, one := range r.list(n, "a list of columns") {
			v, ok := r.scalar(one, "the name of a column")
			switch {
			case !ok:
			case indexOf(ui.Columns(), v.Value) < 0:
				r.wrong(one, "unknown column %s%s", quote(v.Value), didYouMean(v.Value, ui.Columns()))
			case indexOf(names, v.Value) >= 0:
				r.wrong(one, "the column %s stands twice", quote(v.Value))
			default:
				names = append(names, v.Value)
			}
		}
		if len(r.mistakes) == before && indexOf(names, ui.ColumnInstance) < 0 {
			r.wrong(n, "the column %s cannot be left out: it tells what an action acts on", quote(ui.ColumnInstance))
		}
		*to = Of(names, r.from(n))
	}
}

// masks reads the rules of what is not shown.
func (r *reader) masks(to *[]Value[string]) func(*yaml.Node) {
	return func(n *yaml.Node) {
		for _, one := range r.list(n, "a list of rules") {
			v, ok := r.scalar(one, "a rule such as password or $.customer.email")
			if !ok {
				continue
			}
			if err := mask.Check(v.Value); err != nil {
				r.wrong(one, "%v", err)
				continue
			}
			*to = append(*to, Of(v.Value, r.from(one)))
		}
	}
}
