package keymap

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Problem is why a binding cannot be bound as somebody wants it.
type Problem struct {
	// Name is the binding's, as it was given, and Key which of its keys it is
	// about; empty when it is about the binding as a whole.
	Name, Key string
	Text      string
}

// RebindError is every problem of a change.
type RebindError []Problem

// Error names the problems, in the order of the names.
func (e RebindError) Error() string {
	texts := make([]string, 0, len(e))
	for _, p := range e {
		texts = append(texts, p.Name+": "+p.Text)
	}
	return strings.Join(texts, "; ")
}

// Rebind returns the map with other keys for the named bindings. What it cannot
// do comes back as a RebindError, all of it, and the map as it was. A binding
// that is changed gives its old keys free; one that gets no key is not bound,
// where the console can do without it.
func (m Map) Rebind(changes map[string][]string) (Map, error) {
	changed := m
	var problems RebindError
	for _, name := range sortedNames(changes) {
		found := changed.rebind(name, changes[name])
		problems = append(problems, found...)
	}
	if len(problems) == 0 {
		problems = changed.clashesOf(changes)
	}
	if len(problems) > 0 {
		return m, problems
	}
	return changed, nil
}

func sortedNames(changes map[string][]string) []string {
	names := make([]string, 0, len(changes))
	for name := range changes {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// rebind changes one binding in place, or says why not.
func (m *Map) rebind(name string, keys []string) []Problem {
	all := m.named()
	i := slices.IndexFunc(all, func(n named) bool { return n.name == name })
	switch {
	case i < 0:
		return []Problem{{Name: name, Text: "no such binding" + meant(workflow.Nearest(strings.ToLower(name), Names()))}}
	case name == statusName:
		return []Problem{{Name: name, Text: "the keys 1 to 9 stand for the statuses in their order and stay"}}
	case len(keys) == 0 && !canDoWithout(name):
		return []Problem{{Name: name, Text: "needs a key: the console cannot be used without it"}}
	}
	var problems []Problem
	for j, k := range keys {
		if why := all[i].refuses(k); why != "" {
			problems = append(problems, Problem{Name: name, Key: k, Text: why})
		} else if slices.Contains(keys[:j], k) {
			problems = append(problems, Problem{Name: name, Key: k, Text: quote(k) + " stands twice"})
		}
	}
	if len(problems) > 0 {
		return problems
	}
	all[i].bind(keys)
	return nil
}

// refuses returns why a key is not for this binding.
func (n named) refuses(k string) string {
	switch err := checkKey(k); {
	case err != nil:
		return err.Error()
	case destroys(n.name) && !shifted(k):
		return quote(k) + " would " + n.name + ": an unshifted key never destroys; take a capital letter, or ctrl+ or alt+ before it"
	case n.in&form != 0 && types(k) && (n.name != toggleName || k != "space"):
		return quote(k) + " is typed into the fields of a form"
	}
	return ""
}

// bind gives the binding its keys and the help that goes with them.
func (n named) bind(keys []string) {
	if len(keys) == 0 {
		n.binding.Unbind()
		return
	}
	// By their names, which every terminal can draw.
	*n.binding = key.NewBinding(key.WithKeys(keys...), key.WithHelp(strings.Join(keys, "/"), n.binding.Help().Desc))
}

// Clash is a key with two meanings in one place.
type Clash struct{ Key, Name, Other string }

// Clashes lists every key that two bindings of one scope have: outside forms a
// key has one meaning, and inside them one.
func (m Map) Clashes() []Clash {
	var clashes []Clash
	for _, in := range []scope{console, form} {
		owner := map[string]string{}
		for _, n := range m.named() {
			if n.in&in == 0 || !n.binding.Enabled() {
				continue
			}
			for _, k := range n.binding.Keys() {
				if other, taken := owner[k]; taken && other != n.name {
					clashes = append(clashes, Clash{Key: k, Name: n.name, Other: other})
				}
				owner[k] = n.name
			}
		}
	}
	return clashes
}

// clashesOf words the clashes that changes led to, at the binding that changed.
func (m Map) clashesOf(changes map[string][]string) RebindError {
	var problems RebindError
	for _, c := range m.Clashes() {
		name, other := c.Name, c.Other
		if _, own := changes[name]; !own {
			name, other = other, name
		}
		problems = append(problems, Problem{
			Name: name, Key: c.Key, Text: fmt.Sprintf("%s is the key of %s already", quote(c.Key), other),
		})
	}
	return problems
}
