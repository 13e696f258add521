package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/keymap"
)

func TestHelpShowsEveryKey(t *testing.T) {
	groups := keymap.Default().Groups()
	v := NewHelp(NewTheme(true, false), groups, []string{"one more thing"})
	v.SetSize(120, 60)
	view := ansi.Strip(v.View())
	for _, g := range groups {
		if !strings.Contains(view, g.Title) {
			t.Errorf("the group %s is missing", g.Title)
		}
		for _, b := range g.Bindings {
			if !strings.Contains(view, b.Help().Key) || !strings.Contains(view, b.Help().Desc) {
				t.Errorf("%s (%s) is missing", b.Help().Key, b.Help().Desc)
			}
		}
	}
	if !strings.Contains(view, "one more thing") {
		t.Error("the note is missing")
	}
}

func TestHelpScrollsToItsEnd(t *testing.T) {
	v := NewHelp(NewTheme(true, false), helpGroups(), nil)
	v.SetSize(40, 12)
	seen := map[string]bool{}
	for range 60 {
		for l := range strings.SplitSeq(ansi.Strip(v.View()), "\n") {
			seen[strings.Join(strings.Fields(strings.Trim(l, "│┃ ")), " ")] = true
		}
		if v.HandleKey(press("j")) {
			t.Fatal("j closes")
		}
	}
	for _, want := range []string{"Move", "a/↑ up a little", "n/↑ up a little", "ctrl+i something of the console"} {
		if !seen[want] {
			t.Errorf("%q is never seen", want)
		}
	}
	last := v.View()
	v.HandleKey(press("G"))
	if v.View() != last {
		t.Error("G is not the end that j comes to")
	}
	v.HandleKey(press("g"))
	if !strings.Contains(ansi.Strip(v.View()), "Move") {
		t.Error("g is not the start")
	}
}

func TestHelpCloses(t *testing.T) {
	for _, k := range []string{"?", "q", "esc", "enter"} {
		if !NewHelp(NewTheme(true, false), helpGroups(), nil).HandleKey(press(k)) {
			t.Errorf("%s does not close", k)
		}
	}
}
