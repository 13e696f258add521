package ui

import (
	"strings"

	"github.com/daprdeck/daprdeck/internal/jsontree"
)

// dataTab is the state of the Data tab: the values of an instance one below
// the other, with a cursor over their lines.
type dataTab struct {
	rows docRows
	of   *Prepared
}

// took shows a reading; of values that are what they were before it keeps what
// is folded, and the cursor where it is.
func (s *dataTab) took(p *Prepared, raw bool) {
	if s.of == p {
		return
	}
	old := s.rows.blocks
	s.of = p
	if p == nil {
		s.rows = docRows{}
		return
	}
	s.rows.sticky = true
	s.rows.blocks = make([]docBlock, numSections)
	for i := range s.rows.blocks {
		b := docBlock{heads: 1, gap: i < numSections-1, view: p.sections[i].text.open()}
		b.view.raw = raw
		if len(old) == numSections {
			b.view.keep(old[i].view)
			b.closed = old[i].closed
		}
		s.rows.blocks[i] = b
	}
}

// height is how many lines the values have; the one below them says where the
// cursor is.
func (s *dataTab) height(d *Detail) int { return max(1, d.bodyHeight()-1) }

// section returns the value that the cursor is in.
func (s *dataTab) section() int {
	block, _ := s.rows.place(s.rows.cursor)
	return block
}

func (s *dataTab) draw(d *Detail) ([]string, scroll) {
	h := s.height(d)
	total := s.rows.total()
	s.rows.show(h)
	lines := make([]string, 0, h+1)
	for i := s.rows.top; i < min(total, s.rows.top+h); i++ {
		lines = append(lines, s.line(d, i))
	}
	for len(lines) < h {
		lines = append(lines, pad(d.w-2))
	}
	return append(lines, d.statusLine(&s.rows, s.where())), scroll{s.rows.top, h, total}
}

// where names the value that the cursor is in.
func (s *dataTab) where() string { return s.of.sections[s.section()].label }

// line draws one row. The first of the window is always a heading, so that it
// is known what scrolls by.
func (s *dataTab) line(d *Detail, row int) string {
	block, line := s.rows.place(row)
	b := &s.rows.blocks[block]
	switch {
	case line < 0 || row == s.rows.top && s.rows.covered():
		return s.heading(d, block, row)
	case line >= b.view.lines() || b.closed:
		return pad(d.w - 2)
	}
	return d.docLine(&s.rows, row, b.view, line, d.find.in(block))
}

// docLine draws a line of a payload, with the cursor when that is on it.
func (d *Detail) docLine(r *docRows, row int, v *docView, line int, f found) string {
	st := newStrip(&d.theme, d.w-2)
	st.mark(r.cursor == row, d.focus)
	return st.gap(2).docRest(v, line, f, &d.clock, r.side)
}

// mark begins a line with the mark of the cursor.
func (s *strip) mark(cursor, focus bool) {
	switch {
	case cursor && focus:
		s.sel = true
		s.put(s.t.Accent, s.t.Glyphs.Cursor)
	case cursor:
		s.put(s.t.Dim, s.t.Glyphs.Bullet)
	default:
		s.gap(1)
	}
}

// heading names a value; row is the one that it is drawn on.
func (s *dataTab) heading(d *Detail, block, row int) string {
	t, sec, b := &d.theme, &s.of.sections[block], &s.rows.blocks[block]
	st := newStrip(t, d.w-2)
	st.mark(s.rows.cursor == row, d.focus)
	st.sel = false
	st.put(t.Strong, sec.label).gap(colGap)
	switch {
	case !sec.raw.Set:
		return st.put(t.Faint, "(none)").end()
	case sec.raw.Raw == "":
		return st.put(t.Faint, "(empty)").end()
	}
	dot := " " + t.Glyphs.Bullet + " "
	st.put(t.Faint, bytesText(len(sec.raw.Raw))+dot+kindText(b.view))
	if b.closed {
		st.put(t.Faint, dot).put(t.Dim, t.Glyphs.Ellipsis+" "+Plural(b.view.lines(), "line", "lines"))
	}
	if _, line := s.rows.place(row); line >= 0 {
		st.put(t.Faint, dot+"line "+Count(line+1)+" of "+Count(b.view.lines()))
	}
	if s.rows.side > 0 {
		st.put(t.Faint, dot+"from column "+Count(s.rows.side+1))
	}
	if place := b.view.doc.Place(); place != "" {
		st.put(t.Faint, dot).put(t.Warn, "not JSON: "+place)
	}
	return st.end()
}

// kindText says what a payload is and how it is shown.
func kindText(v *docView) string {
	kind := "text"
	switch v.doc.Kind {
	case jsontree.JSON:
		kind = "JSON"
	case jsontree.Binary:
		kind = "binary"
	case jsontree.Text, jsontree.Empty:
	}
	if v.raw {
		kind += ", raw"
	}
	return kind
}

// statusLine stands below payloads: the path of what is under the cursor and
// how far down that is, or what is searched.
func (d *Detail) statusLine(r *docRows, where string) string {
	t := &d.theme
	if d.find.shown(d.tab) {
		return d.find.line(d)
	}
	v, line, ok := r.here()
	right := ""
	if ok {
		right = Count(line+1) + "/" + Count(v.lines())
	}
	left := where
	if path := v.path(line); ok && path != "" {
		left = t.tail(jsontree.Visible(path), maxLine)
	} else if ok {
		left = "line " + Count(line+1)
	}
	st := newStrip(t, d.w-2).gap(1)
	room := max(0, d.textWidth()-width(right)-1)
	st.put(t.Dim, t.fitMiddle(left, room)).gap(1).put(t.Faint, right)
	return st.end()
}

// tail returns the end of a text that is too long.
func (t *Theme) tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[len(s)-n:]
	return t.Glyphs.Ellipsis + strings.ToValidUTF8(s, "")
}

// Raw reports whether payloads are shown as they came.
func (d *Detail) Raw() bool { return d.raw }

// value returns the value under the cursor, and what to call it.
func (s *dataTab) value() (label, text string, ok bool) {
	sec := s.of.sections[s.section()]
	name := strings.ToLower(sec.label)
	if v, line, in := s.rows.here(); in && v.tree() && v.path(line) != "$" {
		return jsontree.Visible(v.path(line)) + " of the " + name, v.folds.Value(line), true
	}
	return name, sec.raw.Raw, sec.raw.Set
}
