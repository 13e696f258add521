package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/keymap"
)

func openLog(n int) *LogView {
	v := NewLog(NewTheme(true, false), keymap.Default())
	v.SetSize(80, 24)
	v.SetLines(logLines(n), logClock())
	return v
}

func TestLogShowsTheSelectedEntryInFull(t *testing.T) {
	v := openLog(10)
	v.HandleKey(press("j"))
	v.HandleKey(press("down"))
	view := ansi.Strip(v.View())
	for _, want := range []string{"▌    8s  ▲  terminate sent", "when it is resumed", "2026-11-23 12:59:52.000 UTC  8s ago", "as event number 14"} {
		if !strings.Contains(view, want) {
			t.Errorf("%q is not shown:\n%s", want, view)
		}
	}
	want := "2026-11-23 12:59:52.000 UTC  8s ago  " + logLines(3)[2].Text + "\n" + logLines(3)[2].Detail
	if got := v.Value(); got != want {
		t.Errorf("copied as %q", got)
	}
}

func TestLogKeepsItsSelection(t *testing.T) {
	v := openLog(10)
	newer := append([]LogLine{{At: formNow().Add(time.Second), Text: "new"}}, logLines(10)...)
	v.SetLines(newer, logClock())
	if !strings.Contains(v.Value(), "new") {
		t.Errorf("on the newest it does not follow: %q", v.Value())
	}
	v.HandleKey(press("j"))
	v.HandleKey(press("j"))
	v.HandleKey(press("j"))
	v.View()
	was := v.Value()
	newer = append([]LogLine{{At: formNow().Add(3 * time.Second)}, {At: formNow().Add(2 * time.Second)}}, newer...)
	newer[5].Text += ": late news"
	v.SetLines(newer, logClock())
	if got := v.Value(); !strings.Contains(got, "late news") || !strings.HasPrefix(got, was[:30]) {
		t.Errorf("the selection went from %q to %q", was, got)
	}
	v.SetLines(newer[:2], logClock())
	if v.Value() == "" || !strings.Contains(ansi.Strip(v.View()), "▌") {
		t.Error("nothing is selected when the entry is gone")
	}
}

func TestLogScrolls(t *testing.T) {
	v := openLog(40)
	for _, tt := range []struct {
		key  string
		want time.Duration
	}{{"G", 39 * 39 * 39}, {"k", 38 * 38 * 38}, {"g", 0}, {"pgdown", 11 * 11 * 11}, {"ctrl+u", 6 * 6 * 6}, {"pgup", 0}} {
		v.HandleKey(press(tt.key))
		at := formNow().Add(-tt.want * time.Second)
		if got := v.Value(); !strings.HasPrefix(got, logClock().Full(at)) {
			t.Errorf("%s: %q", tt.key, got)
		}
		if !strings.Contains(ansi.Strip(v.View()), "▌") {
			t.Errorf("%s: the selection is out of sight", tt.key)
		}
	}
}

func TestLogWithoutEntries(t *testing.T) {
	v := openLog(0)
	if v.Value() != "" || !strings.Contains(ansi.Strip(v.View()), "Nothing has been done yet") {
		t.Errorf("%q\n%s", v.Value(), ansi.Strip(v.View()))
	}
	for _, k := range []string{"j", "k", "G", "g", "pgdown", "right"} {
		if v.HandleKey(press(k)) {
			t.Errorf("%s closes", k)
		}
	}
	for _, k := range []string{"L", "q", "esc"} {
		if !v.HandleKey(press(k)) {
			t.Errorf("%s does not close", k)
		}
	}
}
