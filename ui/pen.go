package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Pen draws text in one style. It holds the terminal sequences of a lipgloss
// style, made once: drawing is then a concatenation, which is what lets a whole
// screen be drawn in less than a millisecond. A Pen never pads, wraps or
// measures.
type Pen struct {
	open, close     string
	selOpen, selEnd string
}

// newPen makes a pen of a style; selected is the background of a selected row,
// or its reverse, in which the pen draws when asked to.
func newPen(s, selected lipgloss.Style) Pen {
	p := Pen{}
	p.open, p.close = sequences(s)
	if selected.GetReverse() {
		// Colours in reverse would be a row of patches.
		p.selOpen, p.selEnd = sequences(lipgloss.NewStyle().Reverse(true).Bold(true))
		return p
	}
	p.selOpen, p.selEnd = sequences(s.Background(selected.GetBackground()).Bold(s.GetBold() || selected.GetBold()))
	return p
}

// sequences returns what lipgloss writes before and after a text.
func sequences(s lipgloss.Style) (before, after string) {
	before, after, ok := strings.Cut(s.Render("x"), "x")
	if !ok {
		return "", ""
	}
	return before, after
}

// Draw returns s in the pen's style.
func (p Pen) Draw(s string) string {
	if p.open == "" || s == "" {
		return s
	}
	return p.open + s + p.close
}

// On returns s in the pen's style, on the background of a selected row when
// selected is set.
func (p Pen) On(s string, selected bool) string {
	if !selected {
		return p.Draw(s)
	}
	if s == "" {
		return s
	}
	return p.selOpen + s + p.selEnd
}
