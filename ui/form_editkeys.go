package ui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
)

// editKeys are the keys of an editor: those of the text area of bubbles, which
// are those of a shell, without the ones that reach for the clipboard of the
// machine that the console runs on.
type editKeys struct {
	textarea.KeyMap
}

func newEditKeys() editKeys {
	k := textarea.DefaultKeyMap()
	k.InsertNewline.SetKeys("enter", "ctrl+m", "ctrl+j", "shift+enter", "alt+enter")
	return editKeys{KeyMap: k}
}

// handle gives a key to the editor, which ignores one that it does not know.
func (k *editKeys) handle(e *editor, msg tea.KeyPressMsg) {
	switch {
	case msg.Text != "":
		e.insert(typed(msg.Text, e.multi))
	case k.move(e, msg), k.remove(e, msg):
	case e.multi:
		k.lines(e, msg)
	}
}

func (k *editKeys) move(e *editor, msg tea.KeyPressMsg) bool {
	switch {
	case key.Matches(msg, k.CharacterBackward):
		e.left1()
	case key.Matches(msg, k.CharacterForward):
		e.right1()
	case key.Matches(msg, k.WordBackward):
		e.goTo(e.line, e.wordLeft())
	case key.Matches(msg, k.WordForward):
		e.goTo(e.line, e.wordRight())
	case key.Matches(msg, k.LineStart):
		e.goTo(e.line, 0)
	case key.Matches(msg, k.LineEnd):
		e.goTo(e.line, len(e.cur()))
	default:
		return false
	}
	return true
}

func (k *editKeys) remove(e *editor, msg tea.KeyPressMsg) bool {
	switch {
	case key.Matches(msg, k.DeleteCharacterBackward):
		e.deleteBack()
	case key.Matches(msg, k.DeleteCharacterForward):
		e.deleteForward()
	case key.Matches(msg, k.DeleteWordBackward):
		e.cut(e.wordLeft(), e.col)
	case key.Matches(msg, k.DeleteWordForward):
		e.cut(e.col, e.wordRight())
	case key.Matches(msg, k.DeleteBeforeCursor):
		e.cut(0, e.col)
	case key.Matches(msg, k.DeleteAfterCursor):
		e.cut(e.col, len(e.cur()))
	default:
		return false
	}
	return true
}

// lines handles what only a text of several lines has.
func (k *editKeys) lines(e *editor, msg tea.KeyPressMsg) {
	switch {
	case key.Matches(msg, k.LinePrevious):
		e.vertical(-1)
	case key.Matches(msg, k.LineNext):
		e.vertical(1)
	case key.Matches(msg, k.PageUp):
		e.vertical(-e.h)
	case key.Matches(msg, k.PageDown):
		e.vertical(e.h)
	case key.Matches(msg, k.InputBegin):
		e.goTo(0, 0)
	case key.Matches(msg, k.InputEnd):
		e.goTo(len(e.lines)-1, len(e.lines[len(e.lines)-1]))
	case key.Matches(msg, k.InsertNewline):
		e.insert("\n")
	}
}
