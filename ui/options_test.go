package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/keymap"
)

func TestOptionsChange(t *testing.T) {
	start := OptionsValues{Interval: 2 * time.Second}
	tests := []struct {
		name string
		keys []string
		want OptionsValues
		did  bool
	}{
		{"slower", []string{"right"}, OptionsValues{Interval: 5 * time.Second}, true},
		{"faster", []string{"h"}, OptionsValues{Interval: time.Second}, true},
		{"round to off", []string{"left", "left"}, OptionsValues{}, true},
		{"times", []string{"j", "enter"}, OptionsValues{Interval: start.Interval, Absolute: true}, true},
		{"zone", []string{"j", "down", "space"}, OptionsValues{Interval: start.Interval, UTC: true}, true},
		{"and back", []string{"j", "down", "enter", "left"}, start, true},
		{"colours", []string{"up", "k", "l"}, OptionsValues{Interval: start.Interval, Theme: ThemeDark}, true},
		{"colours, on", []string{"up", "k", "left"}, OptionsValues{Interval: start.Interval, Theme: ThemeLight}, true},
		{"symbols", []string{"G", "enter"}, OptionsValues{Interval: start.Interval, ASCII: true}, true},
		{"only moving", []string{"tab", "g"}, start, false},
	}
	for _, tt := range tests {
		o := NewOptions(NewTheme(true, false), keymap.Default(), start)
		var got OptionsValues
		var did, closed bool
		for _, k := range tt.keys {
			got, did, closed = o.HandleKey(press(k))
		}
		if got != tt.want || did != tt.did || closed {
			t.Errorf("%s: %+v, %v, %v", tt.name, got, did, closed)
		}
	}
}

func TestOptionsShowWhatHolds(t *testing.T) {
	o := NewOptions(NewTheme(true, false), keymap.Default(), OptionsValues{Interval: 1500 * time.Millisecond, Absolute: true, Theme: ThemeLight, ASCII: true})
	for _, want := range []string{"[1.5s]", "[times of day]", "[local]", "[light]", "[ASCII]"} {
		if view := ansi.Strip(o.View()); !strings.Contains(view, want) {
			t.Errorf("%s is not shown:\n%s", want, view)
		}
	}
	o = NewOptions(NewTheme(true, false), keymap.Default(), OptionsValues{Interval: -1})
	if view := ansi.Strip(o.View()); !strings.Contains(view, "[off]") {
		t.Errorf("no interval:\n%s", view)
	}
}

func TestOptionsClose(t *testing.T) {
	for _, k := range []string{",", "q", "esc"} {
		o := NewOptions(NewTheme(true, false), keymap.Default(), OptionsValues{})
		if _, did, closed := o.HandleKey(press(k)); did || !closed {
			t.Errorf("%s: %v, %v", k, did, closed)
		}
	}
}

// TestOptionsHintFollowsItsKeys: what is bound anew is what the box tells.
func TestOptionsHintFollowsItsKeys(t *testing.T) {
	km, err := keymap.Default().Rebind(map[string][]string{"back": {"ctrl+b"}, "page-up": {"pgup"}, "left": {"H"}, "right": {"shift+right"}})
	if err != nil {
		t.Fatal(err)
	}
	o := NewOptions(NewTheme(true, true), km, OptionsValues{})
	o.SetSize(80, 24)
	if got := o.View(); !strings.Contains(got, "H/shift+right change   ctrl+b close") {
		t.Error(got)
	}
}
