package ui

import (
	"slices"
	"strings"
)

// editor is a text being edited, of one line or of several. Its bytes are kept
// as they came: tabs, spaces and what cannot be drawn stay in the text.
//
// The inputs of bubbles turn tabs into spaces, stop at 10,000 lines, and draw
// the whole text after every key: with 1 MB on one line that took 1.8 s. This
// one wraps and draws only the rows that are seen.
type editor struct {
	lines []string
	// line and col are the cursor; col counts bytes.
	line, col int
	// want is the cell that up and down try to keep, -1 when they have none.
	want  int
	multi bool
	// w and h are the cells to draw in; the last column is the cursor's when it
	// stands after the text.
	w, h int
	// topLine and topRow are the first row that is seen; left is the first byte
	// that is seen of a single line.
	topLine, topRow, left int
	// bad is drawn for a character that cannot be.
	bad string

	version int    // counts the changes of the text by the user
	kept    string // the text, while known is set
	known   bool
	broken  [4]brokenLine // long lines, lately wrapped
	turn    int
}

// brokenLine remembers where a long line was broken into rows.
type brokenLine struct {
	line   string
	w      int
	starts []int
}

// longLine is from how many bytes on the rows of a line are remembered.
const longLine = 2048

func newEditor(text, bad string, multi bool) *editor {
	e := &editor{multi: multi, bad: bad, w: 20, h: 1}
	e.setText(text)
	return e
}

// setText replaces the text, byte for byte, and puts the cursor at its end.
func (e *editor) setText(s string) {
	if e.multi {
		e.lines = strings.Split(s, "\n")
	} else {
		e.lines = []string{s}
	}
	e.kept, e.known = s, true
	e.line = len(e.lines) - 1
	e.col, e.want = len(e.lines[e.line]), -1
	e.topLine, e.topRow, e.left = 0, 0, 0
	e.scroll()
}

// text returns the whole text.
func (e *editor) text() string {
	if !e.known {
		e.kept, e.known = strings.Join(e.lines, "\n"), true
	}
	return e.kept
}

// size returns the bytes of the text without putting it together.
func (e *editor) size() int {
	n := len(e.lines) - 1
	for _, l := range e.lines {
		n += len(l)
	}
	return n
}

func (e *editor) empty() bool { return len(e.lines) == 1 && e.lines[0] == "" }

func (e *editor) setSize(w, h int) {
	if w, h = max(w, 4), max(h, 1); w != e.w || h != e.h {
		e.w, e.h = w, h
		e.scroll()
	}
}

func (e *editor) cur() string { return e.lines[e.line] }

// insert puts text at the cursor. It must have gone through typed.
func (e *editor) insert(s string) {
	if s == "" {
		return
	}
	head, tail := e.cur()[:e.col], e.cur()[e.col:]
	if !e.multi || !strings.Contains(s, "\n") {
		e.lines[e.line] = head + s + tail
		e.col += len(s)
		e.changed()
		return
	}
	parts := strings.Split(s, "\n")
	last := len(parts) - 1
	col := len(parts[last])
	parts[0] = head + parts[0]
	parts[last] += tail
	e.lines = slices.Replace(e.lines, e.line, e.line+1, parts...)
	e.line, e.col = e.line+last, col
	e.changed()
}

// changed is called after the text, and moved after the cursor.
func (e *editor) changed() {
	e.known, e.kept = false, ""
	e.version++
	e.moved()
}

func (e *editor) moved() {
	e.want = -1
	e.scroll()
}

// cut removes the text between two places of the line and puts the cursor at
// the first.
func (e *editor) cut(from, to int) {
	if from == to {
		return
	}
	l := e.cur()
	e.lines[e.line] = l[:from] + l[to:]
	e.col = from
	e.changed()
}

// join appends the next line to this one.
func (e *editor) join() {
	if e.line+1 >= len(e.lines) {
		return
	}
	e.lines[e.line] += e.lines[e.line+1]
	e.lines = slices.Delete(e.lines, e.line+1, e.line+2)
	e.changed()
}

func (e *editor) deleteBack() {
	switch {
	case e.col > 0:
		e.cut(before(e.cur(), e.col), e.col)
	case e.line > 0:
		e.line--
		e.col = len(e.cur())
		e.join()
	}
}

func (e *editor) deleteForward() {
	if e.col == len(e.cur()) {
		e.join()
		return
	}
	size, _, _ := cluster(e.cur()[e.col:], e.bad)
	e.cut(e.col, e.col+size)
}

func (e *editor) left1() {
	switch {
	case e.col > 0:
		e.col = before(e.cur(), e.col)
	case e.line > 0:
		e.line--
		e.col = len(e.cur())
	}
	e.moved()
}

func (e *editor) right1() {
	switch {
	case e.col < len(e.cur()):
		size, _, _ := cluster(e.cur()[e.col:], e.bad)
		e.col += size
	case e.line+1 < len(e.lines):
		e.line++
		e.col = 0
	}
	e.moved()
}

// wordLeft and wordRight return the border of the word beside the cursor; a
// word is what stands between blanks and punctuation.
func (e *editor) wordLeft() int {
	l, i := e.cur(), e.col
	for i > 0 && !wordByte(l[i-1]) {
		i--
	}
	for i > 0 && wordByte(l[i-1]) {
		i--
	}
	return i
}

func (e *editor) wordRight() int {
	l, i := e.cur(), e.col
	for i < len(l) && !wordByte(l[i]) {
		i++
	}
	for i < len(l) && wordByte(l[i]) {
		i++
	}
	return i
}

func wordByte(c byte) bool {
	return c >= 0x80 || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// goTo puts the cursor on a place of the text.
func (e *editor) goTo(line, col int) {
	e.line = min(max(line, 0), len(e.lines)-1)
	e.col = min(max(col, 0), len(e.cur()))
	e.moved()
}

// vertical moves the cursor by rows; it stays in its cell where it can.
func (e *editor) vertical(rows int) {
	row := e.rowAt()
	if e.want < 0 {
		e.want = cellsOf(e.cur()[e.starts(e.line)[row]:e.col], e.bad)
	}
	line := e.line
	for ; rows > 0; rows-- {
		switch {
		case row+1 < len(e.starts(line)):
			row++
		case line+1 < len(e.lines):
			line, row = line+1, 0
		}
	}
	for ; rows < 0; rows++ {
		switch {
		case row > 0:
			row--
		case line > 0:
			line--
			row = len(e.starts(line)) - 1
		}
	}
	e.line, e.col = line, e.place(line, row)
	e.scroll()
}

// place returns the byte of a row that stands in the wanted cell.
func (e *editor) place(line, row int) int {
	start, end := e.span(line, row)
	last := row+1 == len(e.starts(line))
	at, n := start, 0
	for l := e.lines[line]; at < end; {
		size, cells, _ := cluster(l[at:], e.bad)
		if n+cells > e.want || !last && at+size >= end {
			break
		}
		at += size
		n += cells
	}
	return at
}
