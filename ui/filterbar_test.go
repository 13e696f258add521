package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func TestFilterBarTypesAndKeeps(t *testing.T) {
	b := NewFilterBar(NewTheme(true, false))
	b.Open("order")
	text, done, cancelled, changed, _ := b.Update(press("q"))
	if text != "orderq" || done || cancelled || !changed {
		t.Errorf("typed: %q %v %v %v", text, done, cancelled, changed)
	}
	text, done, cancelled, changed, _ = b.Update(press("left"))
	if text != "orderq" || done || cancelled || changed {
		t.Errorf("moved: %q %v %v %v", text, done, cancelled, changed)
	}
	text, _, _, changed, _ = b.Update(tea.PasteMsg{Content: " a\nb\x1b\r\n"})
	if text != "order a bq" || !changed {
		t.Errorf("pasted: %q %v", text, changed)
	}
	text, done, cancelled, _, _ = b.Update(press("enter"))
	if text != "order a bq" || !done || cancelled {
		t.Errorf("enter: %q %v %v", text, done, cancelled)
	}
}

func TestFilterBarGoesBack(t *testing.T) {
	b := NewFilterBar(NewTheme(true, false))
	b.Open("order")
	b.Update(press("ctrl+u"))
	b.Update(press("x"))
	text, done, cancelled, changed, _ := b.Update(press("esc"))
	if text != "order" || done || !cancelled || !changed {
		t.Errorf("esc: %q %v %v %v", text, done, cancelled, changed)
	}
}

func TestFilterBarDrawsItsCursor(t *testing.T) {
	b := NewFilterBar(NewTheme(true, false))
	if b.Cursor() != nil {
		t.Error("a cursor before it is drawn")
	}
	b.Open("订单")
	line := ansi.Strip(b.View(80))
	if got := ansi.Truncate(line, b.Cursor().X, ""); got != " /订单" {
		t.Errorf("before the cursor stands %q", got)
	}
	b.Update(tea.PasteMsg{Content: strings.Repeat("x", 300)})
	for w := range 100 {
		line := b.View(w)
		if n := ansi.StringWidth(line); n != w {
			t.Errorf("%d cells of %d", n, w)
		}
		if c := b.Cursor(); c != nil && (c.X < 0 || c.X >= w) {
			t.Errorf("the cursor is at %d of %d", c.X, w)
		}
	}
	b.Open("")
	if line := ansi.Strip(b.View(80)); !strings.Contains(line, "status:failed name:Order*") || !strings.Contains(line, "esc goes back") {
		t.Errorf("empty: %q", line)
	}
}
