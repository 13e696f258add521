package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// ContrastView shows the values of two instances in full, with what differs
// marked: side by side where there is room, else one above the other.
type ContrastView struct {
	t  *Theme
	km keymap.Map
	c  *Contrast

	w, h int
	pick
	// across is how far the lines are scrolled sideways.
	across int
	// side is the one whose value is copied: 0 is A, 1 is B.
	side int
}

const (
	// sideBySide is how wide the inside of the box must be for two columns.
	sideBySide = 100
	acrossStep = 8
)

// NewContrast shows values with the cursor on the first difference.
func NewContrast(t Theme, km keymap.Map, c *Contrast) *ContrastView {
	v := &ContrastView{t: &t, km: km, c: c, w: 80, h: 24, side: 1}
	v.sel = -1
	if v.next(1); v.sel < 0 {
		v.sel = 0
	}
	if rows := v.rows(); len(rows) > 0 && !c.parts[rows[v.sel].part].raw[1].Set {
		v.side = 0
	}
	return v
}

// SetSize gives the size of the screen that the box must fit into. The cursor
// stays on its line where the lines are laid out anew.
func (v *ContrastView) SetSize(w, h int) {
	was := v.wide()
	var at contrastRow
	if rows := v.rows(); v.sel < len(rows) {
		at = rows[v.sel]
	}
	v.w, v.h = max(w, 0), max(h, 0)
	if v.wide() == was {
		return
	}
	for i, r := range v.rows() {
		if r.part == at.part && r.head == at.head && (at.a >= 0 && r.a == at.a || at.a < 0 && r.b == at.b) {
			v.sel = i
			return
		}
	}
}

// SetTheme changes the colours and symbols.
func (v *ContrastView) SetTheme(t Theme) { v.t = &t }

// Value returns the value under the cursor as it came, of the side that was
// chosen, and what to call it.
func (v *ContrastView) Value() (what, text string) {
	rows := v.rows()
	if v.sel >= len(rows) {
		return "", ""
	}
	p := &v.c.parts[rows[v.sel].part]
	return strings.ToLower(p.name) + " of " + v.c.labels[v.side], p.raw[v.side].Raw
}

func (v *ContrastView) inner() int { return max(boxWidth(min(v.w, compareWidth))-2, 0) }

func (v *ContrastView) wide() bool { return v.inner() >= sideBySide }

func (v *ContrastView) rows() []contrastRow {
	if v.wide() {
		return v.c.side
	}
	return v.c.stacked
}

// page is how many rows are seen.
func (v *ContrastView) page() int { return max(boxHeight(v.h)-2-2, 1) }

// HandleKey moves the cursor, scrolls sideways and chooses a side.
func (v *ContrastView) HandleKey(msg tea.KeyPressMsg) {
	switch {
	case key.Matches(msg, v.km.NextMatch):
		v.next(1)
	case key.Matches(msg, v.km.PrevMatch):
		v.next(-1)
	case key.Matches(msg, v.km.Left):
		v.across = max(v.across-acrossStep, 0)
	case key.Matches(msg, v.km.Right):
		v.across = min(v.across+acrossStep, maxLine)
	case key.Matches(msg, v.km.NextPane, v.km.PrevPane):
		v.side = 1 - v.side
	default:
		n := len(v.rows())
		v.put(motion(msg, &v.km, v.sel, n, v.page()), n)
	}
}

// next goes to the next place that differs, or the one before: to its first
// row, whichever way one comes.
func (v *ContrastView) next(step int) {
	rows := v.rows()
	for i := v.sel + step; i >= 0 && i < len(rows); i += step {
		if rows[i].differs && (i == 0 || !rows[i-1].differs) {
			v.sel, v.jumped = i, true
			return
		}
	}
}

// View draws the box.
func (v *ContrastView) View() string {
	w, h := boxWidth(min(v.w, compareWidth)), boxHeight(v.h)
	if w <= 0 || h <= 0 {
		return ""
	}
	inner, rows, page := v.inner(), v.rows(), v.page()
	v.window(len(rows), page)
	if v.sel > 0 && v.top == v.sel && page > 2 && rows[v.sel-1].head {
		v.top-- // the head goes with its first line
	}
	lines := make([]string, 0, h)
	lines = append(lines, v.heads(inner))
	for i := v.top; i < min(v.top+page, len(rows)); i++ {
		lines = append(lines, v.row(i, inner))
	}
	lines = append(lines, newStrip(v.t, inner).gap(1).put(v.t.Dim, v.keys()).end())
	return v.t.modal(v.c.title, lines, w, min(h, len(lines)+2), scrollPart{from: 1, shown: page, total: len(rows), top: v.top})
}

func (v *ContrastView) keys() string {
	other := string(rune('A' + 1 - v.side))
	return v.t.keyName(strings.Join([]string{
		v.km.NextMatch.Help().Key + " " + v.km.PrevMatch.Help().Key + " differences",
		v.km.CopyValue.Help().Key + " copy " + string(rune('A'+v.side)),
		v.km.NextPane.Help().Key + " takes " + other, v.km.Back.Help().Key + " back",
	}, "   "))
}

// heads draws the IDs of both sides; the one whose value is copied stands out.
func (v *ContrastView) heads(w int) string {
	s := newStrip(v.t, w).gap(1)
	half := (w - 4) / 2
	for side, label := range v.c.labels {
		pen, n := v.t.Dim, half-2
		if side == v.side {
			pen = v.t.Strong
		}
		if !v.wide() {
			n = min(n, width(label))
		}
		s.put(v.t.Accent, string(rune('A'+side))).gap(1).put(pen, v.t.fitMiddle(label, max(n, 1))).gap(1)
		if !v.wide() {
			s.gap(1)
		}
	}
	return s.end()
}

// row draws a row.
func (v *ContrastView) row(i, w int) string {
	r := &v.rows()[i]
	p := &v.c.parts[r.part]
	s := v.lead(v.t, i, w)
	switch {
	case r.head:
		return v.head(s, p)
	case r.more:
		return s.gap(3).put(v.t.Dim, v.t.Glyphs.Ellipsis+" "+Plural(p.cut, "more line", "more lines")).end()
	case v.wide():
		half := (w - 4) / 2
		v.text(s, r, p, 0, r.a, half)
		s.gap(1)
		v.text(s, r, p, 1, r.b, w-2-half)
		return s.end()
	}
	side, line := 0, r.a
	if r.a < 0 {
		side, line = 1, r.b
	}
	v.text(s, r, p, side, line, w-1)
	return s.end()
}

// head names a value and says where it differs.
func (v *ContrastView) head(s *strip, p *contrastPart) string {
	s.gap(1).put(v.t.Strong, p.name).gap(2)
	switch {
	case p.same && p.masked:
		s.put(v.t.Dim, "the same, as far as it is not masked")
	case p.same:
		s.put(v.t.Dim, "the same")
	case !p.raw[0].Set:
		s.put(v.t.Dim, "A has none")
	case !p.raw[1].Set:
		s.put(v.t.Dim, "B has none")
	case p.where != "":
		s.put(v.t.Dim, p.where)
	default:
		s.put(v.t.Dim, "differs")
	}
	return s.end()
}

// text draws a line of one side in w cells, behind the side's letter where it
// differs.
func (v *ContrastView) text(s *strip, r *contrastRow, p *contrastPart, side, line, w int) {
	rest := s.left - w
	s.left = max(min(s.left, w), 0)
	pen := v.t.Dim
	if r.differs && line >= 0 {
		pen = v.t.Text
		s.put(v.t.Warn, string(rune('A'+side))).gap(1)
	} else {
		s.gap(2)
	}
	if line >= 0 {
		s.skip, s.hard = v.across, true
		s.put(pen, workflow.Shorten(p.lines[side][line], maxLine))
		s.skip, s.hard = 0, false
	}
	s.gap(s.left)
	s.left += max(rest, 0)
}
