package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// FilterBar is the one-line input of the filter.
type FilterBar struct {
	t    *Theme
	km   keymap.Map
	keys editKeys
	edit *editor
	// before is the text that cancelling returns to.
	before string
	// x is the cell of the cursor as last drawn, below 0 for none.
	x int
}

// filterPrompt stands before the text.
const filterPrompt = " /"

// NewFilterBar makes an empty bar.
func NewFilterBar(t Theme) *FilterBar {
	return &FilterBar{t: &t, km: keymap.Default(), keys: newEditKeys(), edit: newEditor("", t.unprintable(), false), x: -1}
}

// SetTheme changes the colours and symbols.
func (b *FilterBar) SetTheme(t Theme) {
	b.t = &t
	b.edit.bad = t.unprintable()
}

// Open starts with a text, the cursor at its end. It returns no command; the
// cursor is the terminal's own.
func (b *FilterBar) Open(text string) tea.Cmd {
	b.before = text
	b.edit.setText(text)
	return nil
}

// Update takes a key or a paste, whose line breaks become spaces. The text is
// the filter now; done and cancelled close the bar, and cancelling returns the
// text that it was opened with. changed says that the text is not what it was
// before this message.
func (b *FilterBar) Update(msg tea.Msg) (text string, done, cancelled, changed bool, cmd tea.Cmd) {
	was, version := b.edit.text(), b.edit.version
	switch msg := msg.(type) {
	case tea.PasteMsg:
		b.edit.insert(typed(msg.Content, false))
	case tea.KeyPressMsg:
		switch {
		case key.Matches(msg, b.km.Cancel):
			b.edit.setText(b.before)
			return b.before, false, true, b.before != was, nil
		case key.Matches(msg, b.km.Accept):
			return was, true, false, false, nil
		}
		b.keys.handle(b.edit, msg)
	}
	return b.edit.text(), false, false, b.edit.version != version, nil
}

// View draws the bar in w cells.
func (b *FilterBar) View(w int) string {
	room := w - width(filterPrompt)
	if room < 1 {
		b.x = -1
		return pad(w)
	}
	hint := b.km.Accept.Help().Key + " keeps   " + b.km.Cancel.Help().Key + " goes back "
	if room < 2*width(hint) {
		hint = ""
	}
	room -= width(hint)
	b.edit.setSize(room, 1)
	x, _ := b.edit.cursorCell()
	b.x = min(width(filterPrompt)+x, w-1)
	text := b.t.Text.Draw(b.edit.view(b.t.Glyphs.Ellipsis)[0])
	if b.edit.empty() {
		text = b.t.Faint.Draw(b.t.fit("part of an ID, a name or a status", room))
	}
	return clip(b.t.Accent.Draw(filterPrompt)+clip(text, room)+b.t.Faint.Draw(hint), w)
}

// Cursor returns where the cursor stands in the bar as it was last drawn.
func (b *FilterBar) Cursor() *tea.Cursor {
	if b.x < 0 {
		return nil
	}
	c := tea.NewCursor(b.x, 0)
	c.Shape = tea.CursorBar
	return c
}
