package model

import (
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

// The footer tells the keys of what is on top: those of the list mean nothing
// while a form or a box takes every key.

func (h *helpModal) hints(m *Model) []ui.Hint {
	return []ui.Hint{m.either(m.keys.Up, m.keys.Down, "scroll"), closing(m.keys.Back, "close")}
}

func (l *logModal) hints(m *Model) []ui.Hint {
	return []ui.Hint{m.either(m.keys.Up, m.keys.Down, "choose"), hint(m.keys.CopyValue, "copy"), closing(m.keys.Back, "close")}
}

func (o *optionsModal) hints(m *Model) []ui.Hint {
	return []ui.Hint{
		m.either(m.keys.Up, m.keys.Down, "choose"), m.either(m.keys.Left, m.keys.Right, "change"), closing(m.keys.Back, "close"),
	}
}

func (f *findingsModal) hints(m *Model) []ui.Hint {
	if f.running {
		return append(f.ways(m), closing(m.keys.Back, "stop reading"))
	}
	return append(f.ways(m), closing(m.keys.Back, "close"))
}

// ways are the keys that a found instance has.
func (f *findingsModal) ways(m *Model) []ui.Hint {
	if _, ok := f.Selected(); !ok {
		return nil
	}
	return []ui.Hint{
		hint(m.keys.Open, "go there"), hint(m.keys.CopyValue, "copy"), hint(m.keys.CopyID, "copy its ID"),
		m.either(m.keys.Left, m.keys.Right, "scroll the text"),
	}
}

func (x *sidecarsModal) hints(m *Model) []ui.Hint {
	var hints []ui.Hint
	if m.several() {
		hints = append(hints, hint(m.keys.Open, "this app alone"))
	}
	return append(hints, m.either(m.keys.Left, m.keys.Right, "scroll the text"), hint(m.keys.CopyValue, "copy"),
		hint(m.keys.Refresh, "refresh now"), closing(m.keys.Back, "close"))
}

func (x *appsModal) hints(m *Model) []ui.Hint {
	return []ui.Hint{hint(m.keys.Open, "this app alone"), closing(m.keys.Back, "close")}
}

func (r *rerunModal) hints(m *Model) []ui.Hint {
	return []ui.Hint{
		hint(m.keys.Open, "rerun from this event"), m.either(m.keys.Left, m.keys.Right, "scroll the text"), closing(m.keys.Back, "cancel"),
	}
}

func (s *scriptModal) hints(m *Model) []ui.Hint {
	return []ui.Hint{
		hint(m.keys.CopyValue, "copy"), hint(m.keys.NextPane, "next form"), m.either(m.keys.Up, m.keys.Down, "choose"), closing(m.keys.Back, "close"),
	}
}

func (f *compareModal) hints(m *Model) []ui.Hint {
	return []ui.Hint{
		m.either(m.keys.NextMatch, m.keys.PrevMatch, "differences"), hint(m.keys.Open, "in full"), hint(m.keys.CopyValue, "copy"),
		hint(m.keys.Refresh, "read again"), closing(m.keys.Back, "back"),
	}
}

func (c *contrastModal) hints(m *Model) []ui.Hint {
	return []ui.Hint{
		m.either(m.keys.NextMatch, m.keys.PrevMatch, "differences"), hint(m.keys.CopyValue, "copy"), closing(m.keys.Back, "back"),
	}
}

func (f *formModal) hints(m *Model) []ui.Hint {
	hints := []ui.Hint{hint(m.keys.NextField, "next field")}
	if !f.form.Spec().Destructive { // a form that opens on Cancel is not left by one key
		hints = append(hints, hint(m.keys.Submit, f.form.Does()))
	}
	if f.script != nil {
		hints = append(hints, hint(m.keys.FormScript, "as a script"))
	}
	return append(hints, closing(m.keys.Cancel, "cancel"))
}

func (v *voidModal) hints(m *Model) []ui.Hint { return []ui.Hint{closing(m.keys.Cancel, "close")} }

// closing is the key that leaves a box, which is told whatever has room.
func closing(b keymap.Binding, word string) ui.Hint {
	h := hint(b, word)
	h.Stays = true
	return h
}

// either is two keys that go both ways.
func (m *Model) either(one, other keymap.Binding, word string) ui.Hint {
	a, b := keymap.Last(one), keymap.Last(other)
	switch {
	case a == "":
		a = b
	case b != "" && a != b:
		a += "/" + b
	}
	return ui.Hint{Key: m.words(a), Desc: word}
}
