package flows

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/opened"
	"github.com/daprdeck/daprdeck/internal/valuefile"
	"github.com/daprdeck/daprdeck/model"
)

// detailOf waits until the detail pane shows every text and returns the pane.
func (c *console) detailOf(texts ...string) string {
	c.t.Helper()
	var pane string
	c.until("the detail with "+strings.Join(texts, ", "), func(screen string) bool {
		var b strings.Builder
		for line := range strings.Lines(screen) {
			if _, right, ok := strings.Cut(strings.TrimRight(line, "\n"), "││"); ok {
				b.WriteString(right + "\n")
			}
		}
		pane = b.String()
		return holds(pane, texts)
	})
	return pane
}

// tabNow is the name of the tab that is shown.
func tabNow(screen string) string {
	for line := range strings.Lines(screen) {
		_, tabs, _ := strings.Cut(line, "││")
		if !strings.Contains(tabs, "Overview") {
			continue
		}
		_, at, _ := strings.Cut(tabs, "▌")
		now, _, _ := strings.Cut(at, " ")
		return now
	}
	return ""
}

// tab goes to a tab of the detail, however many there are.
func (c *console) tab(name string) {
	c.t.Helper()
	for range 10 {
		now := ""
		c.until("the tabs", func(screen string) bool {
			now = tabNow(screen)
			return now != ""
		})
		if now == name {
			return
		}
		c.press("]")
		c.until("another tab than "+now, func(screen string) bool { return tabNow(screen) != now })
	}
	c.t.Fatalf("there is no tab %s", name)
}

// TestASavedTreeLooksTheSameWithoutASidecar saves an instance with its children
// from the engine, and compares the detail of each, tab by tab, with that of the
// opened file.
func TestASavedTreeLooksTheSameWithoutASidecar(t *testing.T) {
	e, err := embedded.Start(t.Context(), embedded.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if err := e.Seed(t.Context(), 60); err != nil {
		t.Fatal(err)
	}
	still := time.Now() // both consoles live in one moment
	fixed := func(cfg *model.Config) { cfg.Now = func() time.Time { return still } }
	live := open(t, e.Addr(), fixed, func(cfg *model.Config) { cfg.WriteValue = valuefile.Write })
	live.sees("instances")
	path := filepath.Join(t.TempDir(), "tree.json")
	live.only("id:=ful-2210")
	live.press("ctrl+e")
	live.sees("Save ful-2210 (orders)", "ful-2210-saved.json")
	live.press("ctrl+u")
	live.paste(path)
	live.press("ctrl+s")
	live.sees("saved ful-2210 and 2 child workflows")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file: %v, %v", info, err)
	}

	file, err := opened.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	dead := open(t, "127.0.0.1:1", fixed, func(cfg *model.Config) {
		cfg.Client, cfg.Feed, cfg.ReadOnly, cfg.Saved = file, file, true, &model.Saved{Name: file.Name(), At: file.SavedAt()}
	})
	dead.sees("file tree.json, saved "+still.UTC().Format("2006-01-02 15:04:05 UTC"), "3 instances")
	for _, id := range []string{"ful-2210", "ful-2210:0001", "ful-2210:0002"} {
		for _, c := range []*console{live, dead} {
			c.press("esc")
			c.only("id:=" + id)
		}
		for tab, want := range map[string]string{"Overview": "Execution ID", "History": "started", "Timeline": "AFTER", "Data": "Input"} {
			live.tab(tab)
			dead.tab(tab)
			if l, d := live.detailOf("▌"+tab, want), dead.detailOf("▌"+tab, want); l != d {
				t.Errorf("%s, %s, live:\n%s\nfrom the file:\n%s", id, tab, l, d)
			}
		}
	}
}
