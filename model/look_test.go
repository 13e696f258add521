package model

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

func inProd(c *Config) {
	c.Production, c.Context, c.Look.Header = true, "prod", "red"
}

// TestProductionSaysSo in words, at every width, and in a colour of its own.
func TestProductionSaysSo(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.seesNot("PROD")
	b = prodWith(t, workflow.Running)
	b.sees("PRODUCTION", "context prod")
	plain := b.m.View().Content
	b.m.cfg.Look.Header = ""
	b.m.restyle()
	if b.m.View().Content == plain || ansi.Strip(b.m.View().Content) != ansi.Strip(plain) {
		t.Error("the colour is not in the header, or more than it")
	}
}

// prodWith is withOne in production.
func prodWith(t *testing.T, s workflow.Status, events ...workflow.Event) *bench {
	t.Helper()
	return withOneOf(t, s, inProd, events...)
}

// withOneOf is withOne with another configuration.
func withOneOf(t *testing.T, status workflow.Status, change func(*Config), events ...workflow.Event) *bench {
	t.Helper()
	b := start(t, change)
	b.client.add("order-17", "OrderProcessing", status, events...)
	b.refresh()
	b.pass(time.Second)
	return b
}

// TestProductionAsksForTheID before anything is destroyed, and takes a paste.
func TestProductionAsksForTheID(t *testing.T) {
	for key, c := range map[string]struct {
		status workflow.Status
		events []workflow.Event
		call   string
	}{
		"T": {workflow.Running, nil, "terminate order-17"},
		"X": {workflow.Completed, nil, "purge order-17"},
		"R": {workflow.Failed, ended(), "rerun order-17"},
	} {
		b := prodWith(t, c.status, c.events...)
		b.press(key)
		if key == "R" {
			b.press("enter")
		}
		b.pass(400 * time.Millisecond)
		b.sees("Type the ID", "type order-17", "This is production, the context prod.")
		b.press("ctrl+s")
		b.called()
		// What was refused has the focus.
		b.send(tea.PasteMsg{Content: "order-1"})
		b.press("ctrl+s")
		b.called()
		b.press("7")
		b.press("ctrl+s")
		if calls := strings.Join(b.client.calls, "\n"); !strings.Contains(calls, c.call) {
			t.Errorf("%s: %q\n%s", key, calls, ansi.Strip(b.m.View().Content))
		}
	}
}

// TestWithoutProductionNobodyTypesAnID.
func TestWithoutProductionNobodyTypesAnID(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("T")
	b.seesNot("Type the ID")
	b.seesNot("production")
}

// TestBoundAnew: a key that was changed does what it is for, says so in the
// footer and the help, and the old one does nothing.
func TestBoundAnew(t *testing.T) {
	keys, err := keymap.Default().Rebind(map[string][]string{
		"pause": {"ctrl+p"}, "terminate": {"D"}, "help": {"f1"}, "quit": {"Q"}, "force-quit": {"ctrl+q"}, "copy-value": {},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := withOneOf(t, workflow.Running, func(c *Config) { c.Keys = keys })
	b.sees("ctrl+p pause", "D terminate", "f1 help")
	b.seesNot(" p pause")
	b.seesNot("? help")
	b.seesNot(" copy")
	b.press("p")
	if b.m.modals.top() != nil {
		t.Error("the old key opens a form")
	}
	b.press("ctrl+p")
	b.sees("Pause order-17")
	b.press("esc D")
	b.sees("Terminate order-17")
	b.pass(400 * time.Millisecond)
	b.press("esc f1")
	b.sees("ctrl+p    ", "pause")
	b.press("esc q")
	if b.quit {
		t.Error("the old key quits")
	}
	b.press("ctrl+q")
	if !b.quit {
		t.Error("the new key does not quit")
	}
}

func TestLook(t *testing.T) {
	b := withOneOf(t, workflow.Running, func(c *Config) {
		c.Look = Look{Theme: ui.ThemeLight, Roles: map[string]string{"accent": "#123456"}, Columns: []string{"age", "instance"}}
	})
	b.send(tea.BackgroundColorMsg{})
	if b.m.theme.Dark {
		t.Error("the theme follows the terminal")
	}
	if !strings.Contains(b.m.View().Content, "18;52;86") {
		t.Error("the accent is not the user's")
	}
	b.seesNot("WORKFLOW")
	b.seesNot("UPDATED")
	b.sees("AGE")
}

// TestProductionScreen keeps what a form that destroys looks like there.
func TestProductionScreen(t *testing.T) {
	b := prodWith(t, workflow.Suspended, goTask()...)
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.press("T")
	golden.RequireEqual(t, b.screen()+"\n")
}
