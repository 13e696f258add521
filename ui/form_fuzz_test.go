package ui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/keymap"
)

// formSteps gives a form whatever the bytes say and looks at it after each.
func formSteps(t *testing.T, data []byte) {
	t.Helper()
	specs := []func() FormSpec{raiseSpec, terminateSpec, purgeSpec, startSpec, func() FormSpec { return FormSpec{Title: "日本語"} }}
	keys := []string{
		"tab", "shift+tab", "enter", "esc", "up", "down", "left", "right", "space", "backspace", "delete", "home", "end", "pgup", "pgdown",
		"ctrl+s", "ctrl+o", "ctrl+n", "ctrl+p", "ctrl+u", "ctrl+k", "ctrl+w", "ctrl+left", "ctrl+home", "ctrl+end", "a", "@", "{", "日", "\u0301",
	}
	pastes := []string{"", "\n\n\n", "日本語\t\x1b[2J\u202e", strings.Repeat("x", 300), strings.Repeat("{\n", 60), "@file", "\xff\xfe", "👩‍👩‍👧\r\n👩"}
	var first byte
	if len(data) > 0 {
		first = data[0]
	}
	f := NewForm(NewTheme(first%2 == 0, first%3 == 0), keymap.Default(), specs[int(first)%len(specs)]())
	for i := 1; i+1 < len(data); i += 2 {
		a, b := data[i], int(data[i+1])
		switch a % 8 {
		case 0, 1, 2, 3, 4:
			f.Update(press(keys[b%len(keys)]), formNow())
		case 5:
			f.Update(tea.PasteMsg{Content: pastes[b%len(pastes)]}, formNow())
		case 6:
			f.SetSize(b, int(a)/4)
		case 7:
			f.SetValue("payload", pastes[b%len(pastes)])
			f.SetError("input", pastes[b%len(pastes)][:min(b, len(pastes[b%len(pastes)]), 1)])
			f.SetBusy(b%2 == 0)
		}
		w, h := f.Size()
		if w > f.w || h > f.h {
			t.Fatalf("step %d: the form is %dx%d on %dx%d", i, w, h, f.w, f.h)
		}
		fits(t, fmt.Sprintf("step %d", i), f.View(), w, h)
		if strings.ContainsAny(ansi.Strip(f.View()), "\x1b\t\r\u202e") {
			t.Fatalf("step %d: hostile text is drawn", i)
		}
		if c := f.Cursor(); c != nil && (c.X < 1 || c.X >= w-1 || c.Y < 1 || c.Y >= h-1) {
			t.Fatalf("step %d: the cursor is at %d,%d of %dx%d", i, c.X, c.Y, w, h)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

func TestFormWithRandomKeys(t *testing.T) {
	for seed := range uint64(15) {
		rng := rand.New(rand.NewPCG(seed, 7))
		data := make([]byte, 300)
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		formSteps(t, data)
	}
}

func FuzzForm(f *testing.F) {
	f.Add([]byte{0, 0, 0, 5, 4, 6, 40, 0, 2})
	f.Add([]byte("the keys of a cat on a keyboard"))
	f.Fuzz(func(t *testing.T, data []byte) { formSteps(t, data[:min(len(data), 400)]) })
}
