package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// LogLine is one entry of the log of this session's actions. Texts are clean.
type LogLine struct {
	At   time.Time
	Kind NoticeKind
	Text string
	// Detail is shown for the selected entry; it may have several lines.
	Detail string
}

// LogView is the log of this session's actions, the newest on top.
type LogView struct {
	t     *Theme
	km    keymap.Map
	lines []LogLine
	clock Clock

	w, h int
	pick
}

// logDetailRows is the most rows that the detail of an entry takes.
const logDetailRows = 8

// NewLog makes an empty log.
func NewLog(t Theme, km keymap.Map) *LogView { return &LogView{t: &t, km: km, w: 80, h: 24} }

// SetLines replaces the entries; they come the newest first. The selection
// stays on its entry, which it knows by its time, unless it is on the newest:
// then it follows.
func (v *LogView) SetLines(lines []LogLine, c Clock) {
	if v.sel > 0 && v.sel < len(v.lines) {
		at := v.lines[v.sel].At
		for i := range lines {
			if lines[i].At.Equal(at) {
				v.moved(i)
				break
			}
		}
	}
	v.lines, v.clock = lines, c
	v.hold(len(lines))
}

// SetSize gives the size of the screen that the box must fit into.
func (v *LogView) SetSize(w, h int) { v.w, v.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (v *LogView) SetTheme(t Theme) { v.t = &t }

// HandleKey moves the selection, or closes.
func (v *LogView) HandleKey(msg tea.KeyPressMsg) (closed bool) {
	if key.Matches(msg, v.km.Log, v.km.Quit, v.km.Back) {
		return true
	}
	v.move(msg, &v.km, len(v.lines), max(v.rows(), 1))
	return false
}

// Value returns the selected entry with its detail, for copying.
func (v *LogView) Value() string {
	if v.sel >= len(v.lines) {
		return ""
	}
	l := &v.lines[v.sel]
	s := v.clock.Full(l.At) + "  " + l.Text
	if l.Detail != "" {
		s += "\n" + l.Detail
	}
	return s
}

// View draws the box.
func (v *LogView) View() string {
	w, h := boxWidth(min(v.w, 124)), boxHeight(v.h)
	if w <= 0 || h <= 0 {
		return ""
	}
	if len(v.lines) == 0 {
		return v.empty(w, h)
	}
	rows, inner := v.rows(), max(w-2, 0)
	lines := make([]string, 0, h)
	from, to := v.window(len(v.lines), rows)
	for i := from; i < to; i++ {
		lines = append(lines, v.line(i, inner))
	}
	for len(lines) < rows {
		lines = append(lines, "")
	}
	lines = append(lines, v.detail(inner, h-2-rows)...)
	at := scrollPart{shown: rows, total: len(v.lines), top: v.top}
	return v.t.modal("Log of this session", lines, w, h, at)
}

// rows is how many entries are seen; the rest of the box is the detail of the
// selected one.
func (v *LogView) rows() int {
	inner := max(boxHeight(v.h)-2, 0)
	return max(inner-min(logDetailRows, inner/2)-1, min(inner, 1))
}

func (v *LogView) line(i, w int) string {
	l, sel := &v.lines[i], i == v.sel
	mark, pen := v.t.noticeMark(l.Kind)
	cursor := " "
	if sel {
		cursor = v.t.Glyphs.Cursor
	}
	at := v.clock.Brief(l.At)
	column := 6
	if v.clock.Absolute {
		column = len("Jan 02 15:04")
	}
	text := v.t.fit(l.Text, max(w-column-6-width(mark)+1, 0))
	return v.t.Accent.On(cursor, sel) + v.t.Dim.On(v.t.fitRight(at, column)+"  ", sel) + pen.On(mark, sel) + v.t.Text.On("  "+text, sel)
}

// detail draws h rows: a rule, and the selected entry in full.
func (v *LogView) detail(w, h int) []string {
	if h <= 1 {
		return nil
	}
	l := &v.lines[v.sel]
	var text []string
	add := func(pen Pen, s string) {
		for _, line := range wrap(s, max(w-2, 1)) {
			text = append(text, " "+pen.Draw(line))
		}
	}
	add(v.t.Text, l.Text)
	add(v.t.Dim, v.clock.Full(l.At))
	if l.Detail != "" {
		add(v.t.Text, l.Detail)
	}
	rows, top := v.t.lowerPart(text, v.detailTop, w, h)
	v.detailTop = top
	return rows
}

// empty says what will be here.
func (v *LogView) empty(w, h int) string {
	w = min(w, 64)
	lines := []string{"", " " + v.t.Strong.Draw("Nothing has been done yet.")}
	for _, s := range wrap("Every action of this session is listed here, with what came of it: accepted, seen to work, refused and why.", max(w-4, 1)) {
		lines = append(lines, " "+v.t.Dim.Draw(s))
	}
	lines = append(lines, "")
	return v.t.modal("Log of this session", lines, w, min(len(lines)+2, h), scrollPart{})
}
