package ui

import (
	"strconv"
	"unicode/utf8"
)

// rowWidth is the cells of a row: the last column is left to the cursor.
func (e *editor) rowWidth() int { return max(e.w-1, 1) }

// starts returns where the rows of a line begin. Those of long lines are
// remembered: the same line is asked for several times while one key is
// handled.
func (e *editor) starts(line int) []int {
	l, w := e.lines[line], e.rowWidth()
	if len(l) < longLine {
		return rowsOf(l, e.bad, w)
	}
	for i := range e.broken {
		if b := &e.broken[i]; b.w == w && b.line == l {
			return b.starts
		}
	}
	b := &e.broken[e.turn]
	e.turn = (e.turn + 1) % len(e.broken)
	*b = brokenLine{line: l, w: w, starts: rowsOf(l, e.bad, w)}
	return b.starts
}

// span returns the first byte of a row and the one after its last.
func (e *editor) span(line, row int) (start, end int) {
	starts := e.starts(line)
	if row+1 < len(starts) {
		return starts[row], starts[row+1]
	}
	return starts[row], len(e.lines[line])
}

// rowAt returns on which row of its line the cursor stands.
func (e *editor) rowAt() int {
	if !e.multi {
		return 0
	}
	starts := e.starts(e.line)
	lo, hi := 0, len(starts)-1
	for lo < hi {
		if mid := (lo + hi + 1) / 2; starts[mid] <= e.col {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo
}

// onFirstRow reports whether up has nowhere to go.
func (e *editor) onFirstRow() bool { return e.line == 0 && e.rowAt() == 0 }

// scroll moves what is seen until the cursor is in it.
func (e *editor) scroll() {
	if !e.multi {
		e.scrollLine()
		return
	}
	row := e.rowAt()
	e.topLine = min(e.topLine, len(e.lines)-1)
	e.topRow = min(e.topRow, len(e.starts(e.topLine))-1)
	if e.line < e.topLine || e.line == e.topLine && row < e.topRow {
		e.topLine, e.topRow = e.line, row
	}
	if e.line-e.topLine >= e.h || e.rowsBetween(e.line, row) >= e.h {
		e.showAtBottom(e.line, row)
	}
	if e.topLine == 0 && e.topRow == 0 || len(e.lines)-e.topLine > e.h {
		return
	}
	last := len(e.lines) - 1
	if end := len(e.starts(last)) - 1; e.rowsBetween(last, end) < e.h-1 {
		e.showAtBottom(last, end)
	}
}

// rowsBetween counts the rows from the first that is seen to a later one, as
// far as the height matters.
func (e *editor) rowsBetween(line, row int) int {
	n := row - e.topRow
	for l := e.topLine; l < line && n < e.h; l++ {
		n += len(e.starts(l))
	}
	return n
}

func (e *editor) showAtBottom(line, row int) {
	for up := e.h - 1; ; {
		if row >= up {
			e.topLine, e.topRow = line, row-up
			return
		}
		if line == 0 {
			e.topLine, e.topRow = 0, 0
			return
		}
		up -= row + 1
		line--
		row = len(e.starts(line)) - 1
	}
}

// scrollLine is scroll for a single line. Its first cell is the mark that
// something is cut off there, so the cursor keeps away from it.
func (e *editor) scrollLine() {
	l, w := e.cur(), e.rowWidth()
	if e.left > 0 { // cut off no more than must be
		e.left = min(e.left, leftOf(l, len(l), w))
	}
	if e.col <= e.left {
		e.left = 0
		if e.col > 0 {
			e.left = before(l, e.col)
		}
	}
	if from := leftOf(l, e.col, w); from > e.left {
		e.left = from
	}
}

// view draws what is seen: at most h rows of at most w cells.
func (e *editor) view(ellipsis string) []string {
	if !e.multi {
		return []string{e.viewLine(ellipsis)}
	}
	rows := make([]string, 0, e.h)
	for line, row := e.topLine, e.topRow; line < len(e.lines) && len(rows) < e.h; {
		start, end := e.span(line, row)
		s, _ := drawText(e.lines[line][start:end], e.bad, e.w)
		rows = append(rows, s)
		if row++; row >= len(e.starts(line)) {
			line, row = line+1, 0
		}
	}
	return rows
}

func (e *editor) viewLine(ellipsis string) string {
	l, w := e.cur(), e.rowWidth()
	head := ""
	from := e.left
	if from > 0 && from < len(l) {
		size, cells, _ := cluster(l[from:], e.bad)
		head = ellipsis + pad(min(cells, w)-1)
		from += size
	}
	s, n := drawText(l[from:], e.bad, w-width(head))
	s, n = head+s, n+width(head)
	if e.overflows(from, w-width(head)) {
		s += pad(w-n) + ellipsis
	}
	return s
}

// overflows reports whether the line from a byte on takes more than w cells.
func (e *editor) overflows(from, w int) bool {
	l := e.cur()[from:]
	if len(l) <= w && plainText(l) {
		return false
	}
	n := 0
	for l != "" && n <= w {
		size, cells, _ := cluster(l, e.bad)
		n += cells
		l = l[size:]
	}
	return n > w
}

// cursorCell returns where the cursor stands in what is seen.
func (e *editor) cursorCell() (x, y int) {
	if !e.multi {
		return min(cellsOf(e.cur()[min(e.left, e.col):e.col], e.bad), e.w-1), 0
	}
	row := e.rowAt()
	start, _ := e.span(e.line, row)
	return min(cellsOf(e.cur()[start:e.col], e.bad), e.w-1), e.rowsBetween(e.line, row)
}

// position returns the cursor's line and column as an error message counts them:
// from one, in characters.
func (e *editor) position() (line, column int) {
	return e.line + 1, utf8.RuneCountInString(e.cur()[:e.col]) + 1
}

// cursorPlace is position as it is shown: line:column.
func cursorPlace(e *editor) string {
	line, column := e.position()
	return strconv.Itoa(line) + ":" + strconv.Itoa(column)
}
