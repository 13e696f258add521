package keymap

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestEveryBindingHasAName: what is new in the map can be bound anew too.
func TestEveryBindingHasAName(t *testing.T) {
	m := Default()
	names := map[*Binding]string{}
	seen := map[string]bool{}
	for _, n := range m.named() {
		if seen[n.name] || names[n.binding] != "" {
			t.Errorf("%s stands twice", n.name)
		}
		names[n.binding], seen[n.name] = n.name, true
	}
	v := reflect.ValueOf(&m).Elem()
	for i := range v.NumField() {
		b, ok := v.Field(i).Addr().Interface().(*Binding)
		if !ok {
			t.Fatalf("%s is no binding", v.Type().Field(i).Name)
		}
		if names[b] == "" {
			t.Errorf("%s has no name", v.Type().Field(i).Name)
		}
	}
}

// TestTheScopesAreThoseOfTheHelp: what stands under "In a form" is bound there.
func TestTheScopesAreThoseOfTheHelp(t *testing.T) {
	m := Default()
	type place struct {
		keys, desc string
		form       bool
	}
	places := map[place]bool{}
	for _, g := range m.Groups() {
		for _, b := range g.Bindings {
			places[place{strings.Join(b.Keys(), " "), b.Help().Desc, g.Title == "In a form"}] = true
		}
	}
	for _, n := range m.named() {
		inForm := n.in == form // force-quit, which holds in both, is among the console's
		if !places[place{strings.Join(n.binding.Keys(), " "), n.binding.Help().Desc, inForm}] {
			t.Errorf("%s is not in the help of its scope", n.name)
		}
	}
}

func TestRebind(t *testing.T) {
	was := Default()
	m, err := was.Rebind(map[string][]string{
		"pause": {"ctrl+p", "f5"}, "terminate": {"D"}, "purge": {"ctrl+alt+x"}, "half-down": {"pgdown"}, "page-down": {"ctrl+f"},
		"raise": nil, "start": {"e"}, "submit": {"f2"}, "next-choice": {"alt+down"}, "unfold-all": {"ctrl++", "+"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		b          Binding
		keys, help string
	}{
		{m.Suspend, "ctrl+p f5", "ctrl+p/f5"},
		{m.Terminate, "D", "D"},
		{m.Purge, "ctrl+alt+x", "ctrl+alt+x"},
		{m.HalfDown, "pgdown", "pgdown"},
		{m.Start, "e", "e"},
		{m.Submit, "f2", "f2"},
		{m.NextChoice, "alt+down", "alt+down"},
		{m.UnfoldAll, "ctrl++ +", "ctrl++/+"},
		{m.Resume, "r", "r"},
	} {
		if got := strings.Join(c.b.Keys(), " "); got != c.keys || c.b.Help().Key != c.help || c.b.Help().Desc == "" {
			t.Errorf("keys %q help %+v, want %q and %q", got, c.b.Help(), c.keys, c.help)
		}
	}
	if m.Raise.Enabled() {
		t.Error("raise is bound")
	}
	if !reflect.DeepEqual(was, Default()) {
		t.Error("the map that was changed is another one now")
	}
}

func TestRebindCanSwapKeys(t *testing.T) {
	m, err := Default().Rebind(map[string][]string{"pause": {"r"}, "resume": {"p"}})
	if err != nil || m.Suspend.Keys()[0] != "r" || m.Resume.Keys()[0] != "p" {
		t.Fatal(m.Suspend.Keys(), m.Resume.Keys(), err)
	}
}

func TestRebindRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want string
	}{
		{"pauze", []string{"p"}, `no such binding: did you mean "pause"?`},
		{"nonsense-binding", []string{"p"}, "no such binding"},
		{"toggle-status", []string{"a"}, "stand for the statuses"},
		{"quit", nil, "needs a key"},
		{"cancel", []string{}, "needs a key"},
		{"terminate", []string{"t"}, `"t" would terminate: an unshifted key never destroys`},
		{"purge", []string{"f8"}, "an unshifted key never destroys"},
		{"rerun", []string{"enter"}, "an unshifted key never destroys"},
		{"pause", []string{"r"}, `"r" is the key of resume already`},
		{"submit", []string{"esc"}, `"esc" is the key of cancel already`},
		{"submit", []string{"ctrl+c"}, `"ctrl+c" is the key of force-quit already`},
		{"submit", []string{"s"}, `"s" is typed into the fields of a form`},
		{"accept", []string{"space"}, `"space" is typed into the fields of a form`},
		{"force-quit", []string{"Q"}, `"Q" is typed into the fields of a form`},
		{"pause", []string{"p", "p"}, `"p" stands twice`},
		{"pause", []string{""}, "the name of a key is missing"},
		{"pause", []string{" "}, "the space bar is called space"},
		{"pause", []string{"g g"}, "a binding is one key, not a sequence"},
		{"pause", []string{"control+p"}, `"control" is no modifier`},
		{"pause", []string{"crtl+p"}, `did you mean "ctrl"?`},
		{"pause", []string{"alt+ctrl+p"}, "in this order"},
		{"pause", []string{"shift+p"}, `write it as the letter that it types, "P"`},
		{"pause", []string{"ctrl+P"}, `with a modifier a letter is a small one: "ctrl+p"`},
		{"pause", []string{"ctrl+i"}, "arrives as tab"},
		{"pause", []string{"Escape"}, `did you mean "esc"?`},
		{"pause", []string{"ctrl+pagedown"}, `did you mean "ctrl+pgdown"?`},
		{"pause", []string{"Enter"}, `did you mean "enter"?`},
		{"pause", []string{"bakspace"}, `did you mean "backspace"?`},
		{"pause", []string{"f64"}, `"f64" is no key`},
		{"pause", []string{"\x1b"}, "is no key"},
		{"pause", []string{"\x1b[2J"}, "is no key"},
	} {
		m, err := Default().Rebind(map[string][]string{c.name: c.keys})
		var problems RebindError
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Name != c.name || !strings.Contains(problems[0].Text, c.want) {
			t.Errorf("%s %q: %v, want %q", c.name, c.keys, err, c.want)
			continue
		}
		if strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%s %q: %q", c.name, c.keys, err)
		}
		if !reflect.DeepEqual(m, Default()) {
			t.Errorf("%s: a part of it was bound", c.name)
		}
	}
}

func TestRebindNamesEveryProblem(t *testing.T) {
	_, err := Default().Rebind(map[string][]string{"pauze": {"p"}, "terminate": {"t", "x"}})
	var problems RebindError
	if !errors.As(err, &problems) || len(problems) != 3 {
		t.Fatal(err)
	}
	if got := []string{problems[0].Name, problems[1].Key, problems[2].Key}; !slices.Equal(got, []string{"pauze", "t", "x"}) {
		t.Error(got)
	}
}

// TestEveryDefaultKeyHasAName: what ships could be written into a
// configuration.
func TestEveryDefaultKeyHasAName(t *testing.T) {
	m := Default()
	for _, n := range m.named() {
		for _, k := range n.binding.Keys() {
			if why := n.refuses(k); why != "" {
				t.Errorf("%s: %s", n.name, why)
			}
		}
	}
}

func FuzzRebind(f *testing.F) {
	for _, k := range []string{"ctrl+p", "shift+tab", "+", "ctrl++", "++", "f5", "", "é", "alt+"} {
		f.Add("pause", k)
	}
	f.Fuzz(func(t *testing.T, name, k string) {
		m, err := Default().Rebind(map[string][]string{name: {k}})
		if err != nil && strings.ContainsAny(err.Error()[len(name):], "\n\x1b") {
			t.Fatalf("%q", err)
		}
		if clashes := m.Clashes(); len(clashes) > 0 {
			t.Fatal(clashes)
		}
	})
}
