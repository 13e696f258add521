package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// BenchmarkFormKeyInMegabyte is one key and the drawing after it, in a text of
// 1 MiB.
func BenchmarkFormKeyInMegabyte(b *testing.B) {
	for name, text := range map[string]string{
		"one line":     strings.Repeat(`{"a":1},`, 131072),
		"many lines":   strings.Repeat("  \"key\": \"some value here\",\n", 37500),
		"wide letters": strings.Repeat("訂單一二三四五六七", 38836),
	} {
		b.Run(name, func(b *testing.B) {
			f := NewForm(NewTheme(true, false), keymap.Default(), raiseSpec())
			f.SetSize(200, 50)
			f.Update(press("tab"), formNow())
			f.Update(tea.PasteMsg{Content: text}, formNow())
			b.ResetTimer()
			for b.Loop() {
				f.Update(press("x"), formNow())
				_ = f.View()
				f.Update(press("backspace"), formNow())
				_ = f.View()
			}
		})
	}
}

// BenchmarkFormPasteMegabyte is the paste itself.
func BenchmarkFormPasteMegabyte(b *testing.B) {
	text := strings.Repeat("  \"key\": \"some value here\",\n", 37500)
	for b.Loop() {
		f := NewForm(NewTheme(true, false), keymap.Default(), raiseSpec())
		f.SetSize(200, 50)
		f.Update(press("tab"), formNow())
		f.Update(tea.PasteMsg{Content: text}, formNow())
		_ = f.View()
	}
}

func benchForm() *Form {
	f := NewForm(NewTheme(true, false), keymap.Default(), raiseSpec())
	f.SetSize(200, 50)
	f.Update(tea.PasteMsg{Content: "approve"}, formNow())
	return f
}

// BenchmarkFormView is the drawing of a form on a screen of 200x50.
func BenchmarkFormView(b *testing.B) {
	f := benchForm()
	for b.Loop() {
		f.SetBusy(false) // as after any message: drawn anew
		_ = f.View()
	}
}
