package keymap

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// TestNoTwoBindingsOfAScopeClash: a key has one meaning everywhere outside
// forms, and one inside them.
func TestNoTwoBindingsOfAScopeClash(t *testing.T) {
	for _, c := range Default().Clashes() {
		t.Errorf("%q is both %s and %s", c.Key, c.Name, c.Other)
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

var update = flag.Bool("update", false, "write the key table into the README")

// TestTheDocsHaveTheKeys compares the README and the page of the configuration
// with the key map, so that neither goes its own way.
func TestTheDocsHaveTheKeys(t *testing.T) {
	between(t, "../README.md", "<!-- keys -->\n", "<!-- /keys -->", Markdown(Default()))
	between(t, "../docs/configuration.md", "<!-- key names -->\n", "<!-- /key names -->", NamesMarkdown(Default()))
}

func between(t *testing.T, file, begin, end, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	table, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the keys, between %s and %s", file, begin, end)
	}
	if *update {
		if err := os.WriteFile(file, []byte(head+begin+want+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Errorf("the key table of %s is not that of the key map; go test ./keymap -update writes it. It should be:\n%s", file, want)
	}
}
