package keymap

import (
	"os"
	"strings"
	"testing"
)

// TestNoTwoBindingsOfAScopeClash: a key has one meaning everywhere outside
// forms, and one inside them.
func TestNoTwoBindingsOfAScopeClash(t *testing.T) {
	seen := map[bool]map[string]string{false: {}, true: {}}
	for _, g := range Default().Groups() {
		form := g.Title == "In a form"
		for _, b := range g.Bindings {
			for _, k := range b.Keys() {
				if other, ok := seen[form][k]; ok {
					t.Errorf("%q is both %q and %q", k, other, b.Help().Desc)
				}
				seen[form][k] = b.Help().Desc
			}
		}
	}
}

func TestUnshiftedKeysNeverDestroy(t *testing.T) {
	m := Default()
	for _, b := range []Binding{m.Terminate, m.Purge, m.Rerun} {
		for _, k := range b.Keys() {
			if strings.ToUpper(k) != k {
				t.Errorf("%q destroys (%s)", k, b.Help().Desc)
			}
		}
	}
}

func TestReadOnlyUnbindsEverythingThatChanges(t *testing.T) {
	m := Default().ReadOnly()
	for _, b := range []Binding{m.Suspend, m.Resume, m.Raise, m.Terminate, m.Purge, m.Start, m.Rerun} {
		if b.Enabled() || len(b.Keys()) > 0 {
			t.Errorf("%q is bound", b.Help().Desc)
		}
	}
}

// TestTheReadmeHasTheKeyTable compares the README with the key map, so that
// neither goes its own way.
func TestTheReadmeHasTheKeyTable(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(Markdown(Default())), "\n") {
		if !strings.Contains(string(text), line+"\n") {
			t.Errorf("the README lacks the line:\n%s", line)
		}
	}
}
