package model

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestTheColoursAreThoseOfTheTerminal: nothing is left to be approximated to
// the colours that the terminal has, neither in a pane nor in a form.
func TestTheColoursAreThoseOfTheTerminal(t *testing.T) {
	b := withOne(t, workflow.Failed)
	b.press("X")
	for profile, never := range map[colorprofile.Profile]string{colorprofile.ANSI: "8;5;", colorprofile.ANSI256: "8;2;"} {
		b.send(tea.ColorProfileMsg{Profile: profile})
		if got := b.m.View().Content; strings.Contains(got, "8;2;") || strings.Contains(got, never) {
			t.Errorf("%s: the screen holds a colour that the terminal has not", profile)
		}
	}
	b.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	if !strings.Contains(b.m.View().Content, "8;2;") {
		t.Error("a terminal with all colours gets few")
	}
}
