package ui

import "strings"

// formRows is the part of a form that scrolls, while it is put together.
type formRows struct {
	t *Theme
	// accept is the key that takes what a field holds.
	accept string
	// label and value are the cells of the two columns.
	label, value int
	// area is the height of a text area.
	area  int
	tight bool
	lines []string
	// from and to are the rows of the field with the focus; x and y are the
	// cursor, y below 0 for none.
	from, to, x, y int
}

// body draws the lines and the fields.
func (f *Form) body(inner int) *formRows {
	b := &formRows{t: f.t, accept: f.km.Accept.Help().Key, tight: f.h < tightHeight, area: areaHeight(f.h), y: -1}
	if f.spec.Destructive {
		b.area = min(b.area, 4) // the text is not what such a form is about
	}
	for _, s := range f.fields {
		b.label = max(b.label, width(s.Label))
	}
	b.label = min(b.label, maxLabel, max(inner/3, 1))
	b.value = max(inner-b.label-4, 1) // the mark, two between, one at the end
	if f.titleWidth() > inner+2 {
		// The end of an ID tells it from others, and the app comes last.
		for _, s := range wrap(f.spec.Title, max(inner-2, 1)) {
			b.lines = append(b.lines, " "+f.t.Strong.Draw(s))
		}
	}
	b.notices(f.spec.Lines, inner)
	if len(b.lines) > 0 && len(f.fields) > 0 && !b.tight {
		b.lines = append(b.lines, "")
	}
	for i, s := range f.fields {
		if f.visible(s) {
			b.field(s, f.focus == formFocus{i: i})
		}
	}
	return b
}

// notices draws the lines above the fields.
func (b *formRows) notices(lines []FormLine, inner int) {
	for _, l := range lines {
		mark, pen := b.t.noticeMark(l.Kind)
		indent := " "
		if l.Kind == NoticeInfo {
			mark, pen = "", b.t.Text
		} else {
			indent += pad(width(mark) + 1)
			mark += " "
		}
		for i, s := range wrap(l.Text, max(inner-width(indent)-1, 1)) {
			if i == 0 {
				b.lines = append(b.lines, " "+pen.Draw(mark+s))
			} else {
				b.lines = append(b.lines, indent+pen.Draw(s))
			}
		}
	}
}

// field draws one field: its value and what is said below it.
func (b *formRows) field(s *formField, focus bool) {
	start := len(b.lines)
	switch {
	case s.Kind == FieldToggle:
		b.toggle(s, focus)
	case s.edit != nil:
		h, gutter := 1, 0
		if s.edit.multi {
			h, gutter = b.area, areaGutter
		}
		s.edit.setSize(b.value-gutter, h)
		b.text(s, focus, h, gutter)
		b.below(s, focus)
	}
	if focus {
		b.from, b.to = start, len(b.lines)
	}
}

// areaHeight is how many rows a text area takes on a screen of h rows. It does
// not depend on the text: nothing moves while one types.
func areaHeight(h int) int {
	switch {
	case h < tightHeight:
		return 3
	case h < 30:
		return 5
	case h < 45:
		return 8
	}
	return 12
}

// row adds a row: the mark of the focus, a label, a value.
func (b *formRows) row(label, value string, focus bool) {
	mark, pen := " ", b.t.Dim
	if focus {
		mark, pen = b.t.Accent.Draw(b.t.Glyphs.Cursor), b.t.Strong
	}
	s := mark
	if b.label > 0 {
		s += pen.Draw(b.t.fit(label, b.label)) + "  "
	}
	b.lines = append(b.lines, s+value)
}

func (b *formRows) toggle(s *formField, focus bool) {
	box := "[ ] "
	if s.on {
		box = "[x] "
	}
	text := s.Help
	if text == "" {
		text = "no"
		if s.on {
			text = "yes"
		}
	}
	pen := b.t.Text
	if !s.on {
		pen = b.t.Dim
	}
	for i, l := range wrap(text, max(b.value-len(box), 1)) {
		if i == 0 {
			b.row(s.Label, b.t.Strong.Draw(box)+pen.Draw(l), focus)
		} else {
			b.row("", pad(len(box))+pen.Draw(l), focus)
		}
	}
}

// text draws the h rows of a text and finds the cursor. A text area has a rule
// at its left, so that one sees where it is while it is empty.
func (b *formRows) text(s *formField, focus bool, h, gutter int) {
	if focus {
		x, y := s.edit.cursorCell()
		b.x, b.y = x+1+b.label+gutter, y+len(b.lines)
		if b.label > 0 {
			b.x += 2
		}
	}
	rows, pen := s.edit.view(b.t.Glyphs.Ellipsis), b.t.Text
	if s.edit.empty() {
		rows, pen = []string{b.t.fit(s.Placeholder, b.value-gutter)}, b.t.Faint
	}
	for i := range h {
		label, row := "", ""
		if i == 0 {
			label = s.Label
		}
		if i < len(rows) {
			row = pen.Draw(rows[i])
		}
		if gutter > 0 {
			row = b.t.Border.Draw(b.t.Glyphs.Vertical) + " " + row
		}
		b.row(label, row, focus)
	}
}

// below draws what is said of a value, the error or the note, and while it has
// the focus the choices. Their rows are there even when they are empty, so that
// nothing moves, unless the screen is low.
func (b *formRows) below(s *formField, focus bool) {
	lines, rows := b.remark(s, focus), 0
	if s.Check != nil || s.Help != "" || s.Kind == FieldJSON || s.Kind == FieldConfirm {
		rows++
	}
	if len(s.Suggestions) > 0 {
		rows++
		if focus {
			lines = append(lines, b.choices(s))
		}
	}
	for len(lines) < rows && !b.tight {
		lines = append(lines, "")
	}
	for _, l := range lines {
		b.row("", l, focus)
	}
}

// choices draws the suggestions in a row, beginning with one that keeps the
// chosen one in sight.
func (b *formRows) choices(s *formField) string {
	offered, v := s.offered(), s.value()
	at := 0
	for i, c := range offered {
		if c == v {
			at = i
		}
	}
	room, sep := b.value, " "+b.t.Glyphs.Bullet+" "
	from := at
	for n := width(offered[at]); from > 0; from-- {
		if n += width(offered[from-1]) + width(sep); n > room {
			break
		}
	}
	var out strings.Builder
	for i := from; i < len(offered) && room > 0; i++ {
		if i > from {
			out.WriteString(b.t.Faint.Draw(sep))
			if cellsOf(offered[i], b.t.unprintable()) > room {
				out.WriteString(b.t.Faint.Draw(b.t.Glyphs.Ellipsis))
				break
			}
		}
		text, n := drawText(offered[i], b.t.unprintable(), room)
		pen := b.t.Dim
		if offered[i] == v {
			pen = b.t.Strong
		}
		out.WriteString(pen.Draw(text))
		room -= n + width(sep)
	}
	return out.String()
}

// remark returns the rows that say what is wrong with a value, or what it is.
func (b *formRows) remark(s *formField, focus bool) []string {
	mark, pen, text := "", b.t.Dim, s.note
	switch {
	case s.err != "" && s.touched:
		mark, pen = b.t.noticeMark(NoticeBad)
		mark += " "
		text = s.err
	case s.unchecked:
		text = s.state()
	case s.path() != "" && focus:
		text = b.accept + " reads this file"
	case s.Kind == FieldConfirm && s.MustEqual != "":
		if s.confirmed() {
			mark, pen = b.t.noticeMark(NoticeGood)
			text = " confirmed"
			break
		}
		text, _ = drawText(s.MustEqual, b.t.unprintable(), b.value*maxErrorRows)
		text = "type " + text
	case text == "":
		text = s.Help
	}
	where := ""
	if s.edit.multi && focus && !s.edit.empty() {
		where = cursorPlace(s.edit)
	}
	if text == "" && where == "" {
		return nil
	}
	rows := wrap(mark+text, max(b.value-width(where)-2, 1))
	if len(rows) > maxErrorRows {
		rows = rows[:maxErrorRows]
	}
	for i := range rows {
		rows[i] = pen.Draw(rows[i])
	}
	if where != "" {
		rows[0] = clip(rows[0], max(b.value-width(where), 0)) + b.t.Faint.Draw(where)
	}
	return rows
}
