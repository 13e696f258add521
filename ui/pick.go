package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// pick is the selection in a box whose upper part is a list and whose lower
// part, where there is one, tells of the selected line.
type pick struct {
	sel, top int
	// jumped is set when the selection may have gone far: there is to be
	// something around it.
	jumped bool
	// detailTop is the first line of the lower part that is seen.
	detailTop int
}

// move moves the selection among n lines, of which page are seen, or the text
// of the lower part.
func (p *pick) move(msg tea.KeyPressMsg, km *keymap.Map, n, page int) {
	switch {
	case key.Matches(msg, km.Left):
		p.detailTop = max(p.detailTop-1, 0)
	case key.Matches(msg, km.Right):
		p.detailTop++
	}
	p.put(motion(msg, km, p.sel, n, page), n)
}

// put selects line i of n, or the nearest there is.
func (p *pick) put(i, n int) {
	old := p.sel
	p.sel = i
	if p.hold(n); p.sel != old {
		p.detailTop = 0
	}
}

// motion returns where a key moves a place among n lines, of which page are
// seen. It can be past either end.
func motion(msg tea.KeyPressMsg, km *keymap.Map, at, n, page int) int {
	switch {
	case key.Matches(msg, km.Up):
		return at - 1
	case key.Matches(msg, km.Down):
		return at + 1
	case key.Matches(msg, km.PageUp):
		return at - page
	case key.Matches(msg, km.PageDown):
		return at + page
	case key.Matches(msg, km.HalfUp):
		return at - page/2
	case key.Matches(msg, km.HalfDown):
		return at + page/2
	case key.Matches(msg, km.Top):
		return 0
	case key.Matches(msg, km.Bottom):
		return n
	}
	return at
}

// hold keeps the selection within n lines.
func (p *pick) hold(n int) { p.sel = max(min(p.sel, n-1), 0) }

// moved follows the selected line from one place to another.
func (p *pick) moved(to int) {
	p.top += to - p.sel
	p.sel = to
}

// window returns which of n lines are seen in so many rows: the selected one
// among them, in the middle when it has jumped there from out of sight.
func (p *pick) window(n, rows int) (from, to int) {
	if p.jumped && (p.sel < p.top || p.sel >= p.top+rows) {
		p.top = p.sel - rows/2
	}
	p.jumped = false
	p.top = max(min(p.top, p.sel, n-rows), p.sel-rows+1, 0)
	return p.top, min(p.top+rows, n)
}

// lead begins the line i of w cells, with the cursor before the selected one.
func (p *pick) lead(t *Theme, i, w int) *strip {
	s := newStrip(t, w)
	if s.sel = i == p.sel; s.sel {
		return s.put(t.Accent, t.Glyphs.Cursor)
	}
	return s.gap(1)
}
