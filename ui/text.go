package ui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const blanks = "                                                                                                                                                                                                                                                                "

// pad returns n spaces.
func pad(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// width returns how many cells a text without line breaks takes.
func width(s string) int {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= utf8.RuneSelf {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// fit returns s in exactly w cells: cut at the end with the ellipsis, or
// filled with spaces.
func (t *Theme) fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := width(s)
	if n <= w {
		return s + pad(w-n)
	}
	s = ansi.Truncate(s, w, t.Glyphs.Ellipsis)
	return s + pad(w-width(s))
}

// fitRight is fit for numbers and times: it fills on the left.
func (t *Theme) fitRight(s string, w int) string {
	if n := width(s); n < w {
		return pad(w-n) + s
	}
	return t.fit(s, w)
}

// fitMiddle is fit for IDs: their ends tell them apart, so it cuts in the
// middle and keeps a little more of the end.
func (t *Theme) fitMiddle(s string, w int) string {
	n := width(s)
	if n <= w || w < 8 {
		return t.fit(s, w)
	}
	head := (w - 1) / 2
	tail := w - 1 - head
	cut := ansi.Truncate(s, head, "") + t.Glyphs.Ellipsis + ansi.TruncateLeft(s, n-tail, "")
	return t.fit(cut, w)
}

// clip cuts styled text to w cells and fills it up to them.
func clip(s string, w int) string {
	n := ansi.StringWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, "")
		n = ansi.StringWidth(s)
	}
	return s + pad(w-n)
}

// box makes exactly h lines of w cells of styled lines: it cuts and fills.
func box(lines []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = clip(lines[i], w)
		} else {
			out[i] = pad(w)
		}
	}
	return out
}

// frame draws a border with a title in its upper edge around h-2 lines of w-2
// cells. The lines must fit.
func (t *Theme) frame(title string, lines []string, w, h int, focus bool) []string {
	if w < 4 || h < 2 {
		return box(lines, w, h)
	}
	g, pen := &t.Glyphs, t.Border
	if focus {
		pen = t.BorderFocus
	}
	if title != "" {
		title = " " + ansi.Truncate(title, w-5, g.Ellipsis) + " "
	}
	head := pen.Draw(g.TopLeft)
	if focus {
		head += t.Title.Draw(title)
	} else {
		head += t.Dim.Draw(title)
	}
	out := make([]string, 0, h)
	out = append(out, head+pen.Draw(strings.Repeat(g.Horizontal, max(0, w-2-width(title)))+g.TopRight))
	side := pen.Draw(g.Vertical)
	for i := range h - 2 {
		line := pad(w - 2)
		if i < len(lines) {
			line = lines[i]
		}
		out = append(out, side+line+side)
	}
	return append(out, pen.Draw(g.BottomLeft+strings.Repeat(g.Horizontal, w-2)+g.BottomRight))
}

// wrap breaks plain text into lines of at most w cells.
func wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, ""), "\n")
}

// codeBreaks are the separators behind which a line of code or a path may be
// broken.
const codeBreaks = "/\\.:,;(["

// wrapCode is wrap for a line of a stack trace, which may have no spaces: it
// breaks behind separators too.
func wrapCode(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, codeBreaks), "\n")
}

// escapeBytes is how many bytes an escaped character takes at most for each byte
// that it takes when it is decoded.
const escapeBytes = 3

// readableHead returns the first n bytes of a payload as people read it.
func readableHead(raw string, n int) string {
	return workflow.Shorten(workflow.Readable(workflow.Shorten(raw, escapeBytes*n)), n)
}
