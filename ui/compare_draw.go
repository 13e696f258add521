package ui

import (
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// compareColumns are the widths of the columns; what is zero where there is no
// room for it.
type compareColumns struct {
	name, side, what, gap int
}

const (
	compareLead = 4 // cursor, space, difference, space
	// wordsFrom is how wide a side must be to say in words how a step went, also
	// where both went alike; differsFrom, where they did not.
	wordsFrom, differsFrom = 22, 14
	// whatFrom is how wide the box must be for the column of what differs.
	whatFrom  = 66
	maxWhat   = 32
	maxStep   = 34
	minStep   = 10
	wideBox   = 100
	enoughFor = 15
)

// sinceRerun stands beside what is counted from the event on that a rerun began
// at.
const sinceRerun = "since the rerun"

// columns gives the columns their widths: both sides always have the same.
func (v *CompareView) columns(w int) compareColumns {
	c := compareColumns{gap: colGap}
	free := w - compareLead - 1
	if w < whatFrom {
		c.gap = 1
	} else {
		c.what = min(max(v.p.whats, len("DIFFERENCE")), maxWhat)
		if w < wideBox {
			c.what = min(c.what, enoughFor)
		}
		free -= c.what + c.gap
	}
	free -= 2 * c.gap
	names := v.p.names
	if v.p.RerunFrom >= 0 {
		names = max(names, len(sinceRerun))
	}
	c.name = max(min(names, maxStep, free*2/5), minStep)
	c.side = max((free-c.name)/2, 1)
	return c
}

// heads draws the IDs above the sides, and how each stands.
func (v *CompareView) heads(c compareColumns, w int) []string {
	sides := [2]*workflow.Compared{&v.p.A, &v.p.B}
	row := func(name string, what string, cell func(s *strip, side int, of *workflow.Compared)) string {
		s := newStrip(v.t, w).gap(compareLead)
		s.put(v.t.Faint, v.t.fit(name, c.name))
		for i, of := range sides {
			s.gap(c.gap)
			one := newStrip(v.t, c.side)
			cell(one, i, of)
			s.b.WriteString(one.end())
			s.left -= c.side
		}
		if c.what > 0 {
			s.gap(c.gap).put(v.t.Faint, v.t.fit(what, c.what))
		}
		return s.end()
	}
	ids := row("STEP", "DIFFERENCE", func(s *strip, side int, _ *workflow.Compared) {
		s.put(v.t.Accent, string(rune('A'+side))).gap(1).put(v.t.Strong, v.t.fitMiddle(v.p.labels[side], max(c.side-2, 0)))
	})
	if v.tight() {
		return []string{ids}
	}
	since := ""
	if v.p.RerunFrom >= 0 {
		since = sinceRerun
	}
	stands := row(since, "", func(s *strip, _ int, of *workflow.Compared) {
		status := of.Detail.Status
		s.put(v.t.Status(status), v.t.StatusGlyph(status)+" "+statusWord(status)).gap(1)
		if of.Ended {
			s.put(v.t.Text, Precise(of.Took)).gap(1)
		}
		if of.HistoryErr == "" {
			counts := Plural(of.Steps, "step", "steps")
			if of.Failures > 0 {
				counts += ", " + Plural(of.Failures, "failed attempt", "failed attempts")
			}
			s.put(v.t.Dim, v.t.Glyphs.Bullet+" "+counts+", "+Plural(len(of.History.Events), "event", "events"))
		}
	})
	return []string{ids, stands, v.t.Faint.Draw(strings.Repeat(v.t.Glyphs.Horizontal, w))}
}

// line draws a line. What is the same steps back.
func (v *CompareView) line(i int, c compareColumns, w int) string {
	l, r := &v.p.Lines[i], &v.p.rows[i]
	s := v.lead(v.t, i, w).gap(1)
	name, text := v.t.Text, v.t.Text
	mark, pen := v.t.differs(l.Diff)
	switch {
	case l.Diff == workflow.DiffersNot:
		mark, name, text = " ", v.t.Dim, v.t.Dim
	case l.Later:
		mark, pen = v.t.Glyphs.Status[workflow.Pending], v.t.Dim
		name, text = v.t.Dim, v.t.Dim
	case i == v.p.Begin() && v.p.SoFar():
		mark, pen, name = v.t.Glyphs.Status[workflow.Pending], v.t.Accent, v.t.Strong
	case i == v.p.Begin():
		name = v.t.Strong
	}
	s.put(pen, mark).gap(1).put(name, v.t.fit(shortStep(r.name, c.name), c.name))
	for side := range r.cells {
		s.gap(c.gap)
		v.cell(s, l, &r.cells[side], c, text)
	}
	if c.what > 0 {
		what := v.t.Dim
		if i == v.p.Begin() {
			what = v.t.Strong
		}
		s.gap(c.gap).put(what, v.t.fit(r.what, c.what))
	}
	return s.end()
}

// shortStep leaves out what kind a step is where its name has no room else.
func shortStep(name string, w int) string {
	if kind, rest, ok := strings.Cut(name, " "); ok && width(name) > w {
		switch kind {
		case workflow.GroupActivity.String(), workflow.GroupChild.String(), workflow.GroupEvent.String(), workflow.GroupTimer.String():
			return rest
		}
	}
	return name
}

// cell draws one side of a line in exactly its cells.
func (v *CompareView) cell(s *strip, l *workflow.CompareLine, cell *compareCell, c compareColumns, text Pen) {
	rest := s.left - c.side
	s.left = c.side
	defer func() { s.left += max(rest, 0) }()
	fill := func() { s.gap(s.left) }
	if cell.none {
		s.put(v.t.Dim, v.t.Glyphs.Dash)
		fill()
		return
	}
	word := cell.word
	switch l.Kind { //nolint:exhaustive // the others have no symbol
	case workflow.LineEnd:
		s.put(v.t.Status(cell.status), v.t.StatusGlyph(cell.status)).gap(1)
		word = statusWord(cell.status)
	case workflow.LineStep:
		glyph, pen := v.t.outcome(cell.outcome)
		if glyph == " " {
			glyph = v.t.Glyphs.Bullet
		}
		s.put(pen, glyph).gap(1)
		if few := c.side < differsFrom || c.side < wordsFrom && l.Diff != workflow.DiffersInCourse; few && cell.took != "" {
			word = ""
		}
	}
	pieces := []span{{text, word}, {text, cell.took}, {v.t.Dim, cell.info}}
	if l.Diff == workflow.DiffersInData {
		pieces = v.differing(cell, word, s.left)
	}
	for _, piece := range pieces {
		if piece.text != "" && s.left > 1 {
			s.put(piece.pen, piece.text).gap(1)
		}
	}
	fill()
}

// differing are the pieces of a side whose data differ, in at most w cells: the
// value is what counts, so where there is little room the path goes, or what is
// told of how the step went.
func (v *CompareView) differing(cell *compareCell, word string, w int) []span {
	room := w - width(cell.info) - width(word) - width(cell.took) - 2
	dim := v.t.Dim
	switch {
	case room > width(cell.where):
		return []span{{dim, word}, {dim, cell.took}, {dim, cell.where}, {v.t.Text, cell.info}}
	case room >= 0:
		return []span{{dim, word}, {dim, cell.took}, {v.t.Text, cell.info}}
	case w-width(cell.info) > width(cell.where):
		return []span{{dim, cell.where}, {v.t.Text, cell.info}}
	}
	return []span{{v.t.Text, cell.info}}
}

// detail draws h rows: a rule, and what differs in the line under the cursor.
func (v *CompareView) detail(w, h int) []string {
	if h <= 1 {
		return nil
	}
	l, r := &v.p.Lines[v.sel], &v.p.rows[v.sel]
	pg := &page{t: v.t, w: max(w-2, 1)}
	if !v.tight() {
		pg.line(span{v.t.Strong, r.name}, span{v.t.Dim, v.difference(l, r)})
	}
	shown, both := 0, l.Kind != workflow.LineStep || l.A >= 0 && l.B >= 0
	for i := range l.Parts {
		if part := &l.Parts[i]; !part.Same && both {
			v.part(pg, part)
			shown++
		}
	}
	if shown == 0 {
		v.same(pg, l, r)
	}
	rows, top := v.t.lowerPart(pg.lines, v.detailTop, w, h-1)
	v.detailTop = top
	return append(rows, newStrip(v.t, w).gap(1).put(v.t.Dim, v.keys()).end())
}

// difference says in words how a line differs.
func (v *CompareView) difference(l *workflow.CompareLine, r *compareRow) string {
	switch {
	case l.Kind == workflow.LineStep && l.Diff == workflow.DiffersInCourse && r.what != "":
		return "  " + r.what
	case l.Diff == workflow.DiffersNot && l.Copied:
		return "  the very same: taken over from A"
	case l.Diff == workflow.DiffersNot:
		return "  the same"
	}
	return "  differs"
}

// part writes where a value differs and what each side has there.
func (v *CompareView) part(pg *page, part *workflow.ComparePart) {
	head := part.Name
	a, b := part.A, part.B
	if at := part.At; at.Path != "" && at.Path != "$" {
		head += " at " + workflow.Clean(workflow.Shorten(at.Path, infoBytes))
		a, b = workflow.Payload{Set: at.A != "", Raw: at.A}, workflow.Payload{Set: at.B != "", Raw: at.B}
	}
	pg.line(span{v.t.Dim, head})
	for i, p := range []workflow.Payload{a, b} {
		text := none
		if p.Set {
			text = workflow.Clean(readableHead(p.Raw, compareText))
		}
		pg.hanging(spans{{v.t.Accent, "  " + string(rune('A'+i)) + " "}}, 4, v.t.Text, text)
	}
}

// compareText is the most bytes of a value that the lower part shows.
const compareText = 1 << 10

// same writes what is the same on both sides, or all that one side has.
func (v *CompareView) same(pg *page, l *workflow.CompareLine, r *compareRow) {
	if a, b := r.cells[0].took, r.cells[1].took; a != "" && b != "" {
		pg.line(span{v.t.Dim, "took "}, span{v.t.Accent, "A "}, span{v.t.Text, a + "  "}, span{v.t.Accent, "B "}, span{v.t.Text, b})
	}
	for i := range l.Parts {
		p := &l.Parts[i]
		value := p.A
		if !value.Set {
			value = p.B
		}
		name := p.Name + " "
		if p.Masked {
			name = p.Name + " (masked) "
		}
		pg.hanging(spans{{v.t.Dim, name}}, 2, v.t.Text, workflow.Clean(readableHead(value.Raw, compareText)))
	}
}
