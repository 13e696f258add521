package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

const (
	// formWidth and formWidthJSON are how wide a form likes to be, without and
	// with a text area.
	formWidth, formWidthJSON = 72, 88
	// maxLabel is the widest label in cells.
	maxLabel = 16
	// maxErrorRows is how many rows an error or a note may take.
	maxErrorRows = 3
	// tightHeight is the height of a screen below which nothing is drawn that
	// is there for the looks or for a field without the focus.
	tightHeight = 18
	// areaGutter is the cells of the rule at the left of a text area.
	areaGutter = 2
)

// formDrawing is a form as it is drawn.
type formDrawing struct {
	box    string
	w, h   int
	cursor *tea.Cursor
}

// View draws the form as a box of Size cells.
func (f *Form) View() string { return f.draw().box }

// Size returns the cells that View takes; they fit into the screen.
func (f *Form) Size() (w, h int) {
	d := f.draw()
	return d.w, d.h
}

// Cursor returns where the text cursor stands in the box, or nil when no text
// has the focus.
func (f *Form) Cursor() *tea.Cursor { return f.draw().cursor }

// formRows is the part of a form that scrolls, while it is put together.
type formRows struct {
	t *Theme
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

func (f *Form) draw() *formDrawing {
	if f.drawn == nil {
		f.drawn = f.drawNow()
	}
	return f.drawn
}

func (f *Form) drawNow() *formDrawing {
	d := &formDrawing{w: f.width()}
	inner := max(d.w-2, 0)
	body := f.body(inner)
	foot := f.foot(inner)
	d.h = min(len(body.lines)+len(foot)+2, boxHeight(f.h))
	if d.w <= 0 || d.h <= 0 {
		d.w, d.h = max(d.w, 0), max(d.h, 0)
		return d
	}
	shown := max(d.h-2-len(foot), 0)
	if over := len(foot) - (d.h - 2); over > 0 {
		foot = foot[min(over, len(foot)):]
	}
	f.scrollTo(body, shown)
	end := min(f.top+shown, len(body.lines))
	lines := append(append(make([]string, 0, d.h), body.lines[min(f.top, end):end]...), foot...)
	d.box = f.t.modal(f.spec.Title, lines, d.w, d.h, scrollPart{shown: shown, total: len(body.lines), top: f.top})
	if y := body.y - f.top; body.y >= 0 && y >= 0 && y < shown && body.x < inner {
		d.cursor = tea.NewCursor(1+body.x, 1+y)
		d.cursor.Shape = tea.CursorBar
	}
	return d
}

// width returns how wide the box is: as wide as it likes, and on a narrow
// screen all of it.
func (f *Form) width() int {
	w := formWidth
	for _, s := range f.fields {
		if s.Kind == FieldJSON {
			w = formWidthJSON
		}
	}
	w = max(w, width(f.spec.Title)+6)
	return min(w, boxWidth(f.w))
}

// scrollTo moves what is seen until the field with the focus is in it, or at
// least the row of the cursor.
func (f *Form) scrollTo(b *formRows, shown int) {
	if !f.focus.button {
		f.top = max(f.top, b.to-shown)
		f.top = min(f.top, b.from)
		if b.y >= 0 {
			f.top = max(f.top, b.y-shown+1)
		}
	}
	f.top = max(min(f.top, len(b.lines)-shown), 0)
}

// body draws the lines and the fields.
func (f *Form) body(inner int) *formRows {
	b := &formRows{t: f.t, tight: f.h < tightHeight, area: areaHeight(f.h), y: -1}
	if f.spec.Destructive {
		b.area = min(b.area, 4) // the text is not what such a form is about
	}
	for _, s := range f.fields {
		b.label = max(b.label, width(s.Label))
	}
	b.label = min(b.label, maxLabel, max(inner/3, 1))
	b.value = max(inner-b.label-4, 1) // the mark, two between, one at the end
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
		text, n := drawText(offered[i], b.t.unprintable(), room)
		pen := b.t.Dim
		if offered[i] == v {
			pen = b.t.Strong
		}
		if i > from {
			out.WriteString(b.t.Faint.Draw(sep))
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
		text = "enter reads this file"
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

// foot draws what is always seen: a line of news or hints, and the buttons.
func (f *Form) foot(inner int) []string {
	return append([]string{f.news(inner)}, f.buttons(inner)...)
}

func (f *Form) news(inner int) string {
	say := func(k NoticeKind, text string) string {
		mark, pen := f.t.noticeMark(k)
		return " " + pen.Draw(f.t.fit(mark+" "+text, max(inner-2, 0)))
	}
	switch {
	case f.asked:
		return say(NoticeWarn, "press "+f.km.Cancel.Help().Key+" again to drop the text")
	case f.err != "":
		return say(NoticeBad, f.err)
	case f.focus.button && !f.busy && f.blocked(f.focus.i):
		return say(NoticeWarn, "confirm it above first")
	case f.busy:
		return say(NoticeBusy, "one moment"+f.t.Glyphs.Ellipsis)
	}
	return " " + f.t.Faint.Draw(f.t.fit(f.t.hintText(f.hints()), max(inner-2, 0)))
}

func (t *Theme) hintText(hints []keymap.Binding) string {
	parts := make([]string, 0, len(hints))
	for _, h := range hints {
		parts = append(parts, t.keyName(h.Help().Key)+" "+h.Help().Desc)
	}
	return strings.Join(parts, "   ")
}

// buttons draws the buttons at the right, in as many rows as they need. The one
// with the focus stands in brackets.
func (f *Form) buttons(inner int) []string {
	var rows []string
	row, used := "", 0
	flush := func() {
		rows = append(rows, pad(max(inner-1-used, 0))+row+" ")
		row, used = "", 0
	}
	for i := range len(f.spec.Buttons) + 1 {
		text, n := f.button(i)
		if used > 0 && used+1+n > inner-2 {
			flush()
		}
		if used > 0 {
			row, used = row+" ", used+1
		}
		row, used = row+text, used+n
	}
	flush()
	return rows
}

func (f *Form) button(i int) (text string, cells int) {
	t, b := f.t, Button{Label: "Cancel"}
	if i > 0 {
		b = f.spec.Buttons[i-1]
	}
	focus := f.focus == formFocus{button: true, i: i}
	pen := t.Button
	switch {
	case f.blocked(i):
		pen = t.KeyOff
	case focus && b.Danger:
		pen = t.Danger
	case focus:
		pen = t.ButtonFocus
	case b.Danger:
		pen = t.Bad
	}
	label := "  " + b.Label + "  "
	if focus {
		label = "[ " + b.Label + " ]"
	}
	return pen.Draw(label), width(label)
}
