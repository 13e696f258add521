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
	// airyHeight is the height of a screen from which on the buttons stand
	// apart.
	airyHeight = 24
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
func (f *Form) Cursor() *tea.Cursor {
	kept := f.draw().cursor
	if kept == nil {
		return nil
	}
	// A copy: the caller moves it to where the box is, and the drawing is kept
	// for the next frame.
	c := *kept
	return &c
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
	return min(max(w, f.titleWidth()), boxWidth(f.w))
}

// titleWidth is how wide a box is that has room for the title.
func (f *Form) titleWidth() int { return width(f.spec.Title) + 6 }

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

// foot draws what is always seen: a line of news or hints, and the buttons.
func (f *Form) foot(inner int) []string {
	foot := append([]string{f.news(inner)}, f.buttons(inner)...)
	if f.h >= airyHeight {
		foot = append([]string{""}, foot...)
	}
	return foot
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
	switch {
	case i > 0:
		b = f.spec.Buttons[i-1]
	case f.spec.Dismiss != "":
		b.Label = f.spec.Dismiss
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
