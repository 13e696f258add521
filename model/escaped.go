package model

import (
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// A terminal sends an alt key as an escape with the key behind it. So an escape
// that somebody presses shortly before another key, within 50 ms or over a slow
// line more, comes as that key with alt. No key of the console has alt; only
// fields of text use some, to move by words.

// escaped takes an alt key apart into the escape and the key behind it.
func escaped(k tea.KeyPressMsg) (esc, behind tea.KeyPressMsg, ok bool) {
	if k.Mod&tea.ModAlt == 0 {
		return tea.KeyPressMsg{}, tea.KeyPressMsg{}, false
	}
	behind = k
	behind.Mod &^= tea.ModAlt
	if behind.Mod&^tea.ModShift == 0 && unicode.IsPrint(k.Code) {
		r := k.Code
		if behind.Mod == tea.ModShift {
			r = unicode.ToUpper(r)
		}
		behind.Text = string(r)
	}
	return tea.KeyPressMsg{Code: tea.KeyEscape}, behind, true
}

// keysOf are the keys that a key press stands for.
func (m *Model) keysOf(k tea.KeyPressMsg) []tea.KeyPressMsg {
	esc, behind, ok := escaped(k)
	switch {
	case !ok:
		return []tea.KeyPressMsg{k}
	case matches(behind, m.keys.ForceQuit):
		return []tea.KeyPressMsg{behind} // leaving is asked about where anything would be lost
	case behind.Code != tea.KeyEscape && m.takesText():
		return []tea.KeyPressMsg{k}
	}
	return []tea.KeyPressMsg{esc, behind}
}

// takesText reports whether keys go into a field of text.
func (m *Model) takesText() bool {
	_, form := m.modals.top().(*formModal)
	return form || m.filtering || m.detail.Typing()
}
