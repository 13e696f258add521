package ui

import tea "charm.land/bubbletea/v2"

// FilterBar is the one-line input of the filter.
type FilterBar struct{ t *Theme }

// NewFilterBar makes a closed bar.
func NewFilterBar(t Theme) *FilterBar { return &FilterBar{t: &t} }

// SetTheme changes the theme.
func (b *FilterBar) SetTheme(t Theme) { b.t = &t }

// Open starts with a text, the cursor at its end.
func (b *FilterBar) Open(text string) tea.Cmd { return nil }

// Update takes a key or a paste.
func (b *FilterBar) Update(msg tea.Msg) (text string, done, cancelled, changed bool, cmd tea.Cmd) {
	return "", false, true, false, nil
}

// View draws the bar in w cells.
func (b *FilterBar) View(w int) string { return pad(w) }

// Cursor returns where the cursor is in the bar, as last drawn.
func (b *FilterBar) Cursor() *tea.Cursor { return nil }
