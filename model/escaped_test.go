package model

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// alt is what comes when an escape and a key are read together, as ultraviolet
// decodes it: without a text.
func alt(k tea.KeyPressMsg) tea.KeyPressMsg {
	k.Text = ""
	k.Mod |= tea.ModAlt
	return k
}

// TestAnEscapeWithAKeyBehindIt: over a slow line the two come as one key.
func TestAnEscapeWithAKeyBehindIt(t *testing.T) {
	b := start(t)
	b.client.add("order-17", "OrderProcessing", workflow.Running)
	b.refresh()
	b.press("?")
	b.sees("Keys")
	b.send(alt(tea.KeyPressMsg{Code: 'l', Mod: tea.ModShift}))
	b.sees("Log of this session")
	b.seesNot("In a form")
	b.send(alt(tea.KeyPressMsg{Code: tea.KeyEscape}))
	b.seesNot("Log of this session")
	b.press("?")
	b.send(alt(tea.KeyPressMsg{Code: '/'}))
	b.text("nothing")
	b.sees("Nothing matches the filter")
	b.send(alt(tea.KeyPressMsg{Code: 'b'})) // a word back, in the filter
	b.text("some")
	b.press("enter")
	b.sees("/ somenothing")
	b.press("esc")

	b.press("e")
	b.text("approve")
	b.send(alt(tea.KeyPressMsg{Code: tea.KeyEscape})) // asks, and then closes
	b.seesNot("╭ Raise")
	b.called()

	b.press("?")
	b.send(alt(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}))
	if !b.quit {
		t.Error("ctrl+c right behind an escape does not quit")
	}
}
