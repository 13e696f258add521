package ui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// tabStop is how many cells a tab takes in a text that is being edited.
	tabStop = 4
	// maxCluster is the longest grapheme cluster that is drawn, in bytes; one
	// can be arbitrarily long in hostile text.
	maxCluster = 64
	// maxLookBack is how far before the cursor, in bytes, a border between two
	// characters is looked for.
	maxLookBack = 256
)

// unprintable is what stands for a character that may not reach the terminal:
// it must be seen, since it is part of what is sent.
func (t *Theme) unprintable() string {
	if t.ASCII {
		return "?"
	}
	return "\uFFFD"
}

// cluster returns the bytes and the cells of the first grapheme cluster of s,
// which is not empty, and how it is drawn; bad stands for what cannot be drawn.
func cluster(s, bad string) (size, cells int, draw string) {
	c := s[0]
	switch {
	case c >= ' ' && c < 0x7f && (len(s) == 1 || s[1] < 0x80):
		return 1, 1, s[:1]
	case c == '\t':
		return 1, tabStop, pad(tabStop)
	case c == '\r' && len(s) == 1: // the end of a line in a file from elsewhere
		return 1, 0, ""
	case c < ' ' || c == 0x7f:
		return 1, 1, bad
	}
	g, cells := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if cells < 1 || cells > 2 || len(g) > maxCluster || workflow.Clean(g) != g {
		return len(g), 1, bad
	}
	return len(g), cells, g
}

// plainText reports whether every byte of s is one printable cell.
func plainText(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// drawText returns s as it is drawn, at most w cells of it, and its cells.
func drawText(s, bad string, w int) (string, int) {
	if len(s) <= w && plainText(s) {
		return s, len(s)
	}
	var b strings.Builder
	n := 0
	for s != "" {
		size, cells, draw := cluster(s, bad)
		if n+cells > w {
			break
		}
		b.WriteString(draw)
		n += cells
		s = s[size:]
	}
	return b.String(), n
}

// cellsOf returns the cells of s.
func cellsOf(s, bad string) int {
	if plainText(s) {
		return len(s)
	}
	n := 0
	for s != "" {
		size, cells, _ := cluster(s, bad)
		n += cells
		s = s[size:]
	}
	return n
}

// before returns where the cluster that ends at i, which is not 0, begins.
func before(s string, i int) int {
	from := i - 1
	for from > 0 && i-from < maxLookBack && (s[from] >= 0x80 || s[from-1] >= 0x80) {
		from--
	}
	for from > 0 && i-from < maxLookBack+utf8.UTFMax && !utf8.RuneStart(s[from]) {
		from--
	}
	for at := from; ; {
		size, _, _ := cluster(s[at:i], "?")
		if at+size >= i {
			return at
		}
		at += size
	}
}

// leftOf returns from where s[from:i] takes at most w cells.
func leftOf(s string, i, w int) int {
	for n := 0; i > 0; {
		at := before(s, i)
		n += cellsOf(s[at:i], "?")
		if n > w {
			break
		}
		i = at
	}
	return i
}

// rowsOf returns where the rows of a line begin when it is broken at w cells.
func rowsOf(line, bad string, w int) []int {
	if len(line) <= w && plainText(line) {
		return []int{0}
	}
	starts := make([]int, 1, len(line)/w+2)
	if plainText(line) {
		for i := w; i < len(line); i += w {
			starts = append(starts, i)
		}
		return starts
	}
	n := 0
	for i := 0; i < len(line); {
		size, cells, _ := cluster(line[i:], bad)
		if n+cells > w && n > 0 {
			starts = append(starts, i)
			n = 0
		}
		n += cells
		i += size
	}
	return starts
}

// typed returns what of a paste or a key becomes text: everything but control
// characters. Line breaks of any kind become "\n"; in a field of one line
// those at the end are dropped and the others become a space.
func typed(s string, lines bool) string {
	if plainText(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	if !lines {
		s = strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", " ")
	}
	if !hasControls(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\n' || c == '\t' || c >= ' ' && c < 0x7f:
		case c < ' ' || c == 0x7f:
			i++
			continue
		case isC1(s[i:]):
			i += 2
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func hasControls(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == 0xc2 && isC1(s[i:]) {
			return true
		}
	}
	return false
}

// isC1 reports whether s begins with one of the controls U+0080 to U+009F.
func isC1(s string) bool {
	return len(s) > 1 && s[0] == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f
}
