package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// strip builds one line of an exact number of cells out of styled pieces. It
// measures each piece once, while it is still plain: that is what keeps
// drawing cheap and every line exact.
type strip struct {
	t *Theme
	b strings.Builder
	// left is how many cells are still free; skip is how many are to be left
	// out first, for text that is scrolled sideways.
	left, skip int
	// sel draws everything on the background of a selected row.
	sel bool
	// hard cuts what does not fit without the ellipsis.
	hard bool
}

// newStrip begins a line of w cells.
func newStrip(t *Theme, w int) *strip {
	s := &strip{t: t, left: max(0, w)}
	s.b.Grow(w * 2)
	return s
}

// put appends text in a pen's style and cuts it at the end of the line. It
// looks no further into the text than the line goes.
func (s *strip) put(p Pen, text string) *strip {
	if s.left <= 0 || text == "" {
		return s
	}
	if plain(text) {
		s.putPlain(p, text)
	} else {
		s.putWide(p, text)
	}
	return s
}

// putPlain is put for a text whose bytes are a cell each.
func (s *strip) putPlain(p Pen, text string) {
	if s.skip >= len(text) {
		s.skip -= len(text)
		return
	}
	text = text[s.skip:]
	s.skip = 0
	n := min(len(text), s.left)
	if n < len(text) {
		dots := s.dots()
		text = text[:n-width(dots)] + dots
	}
	s.write(p, text)
	s.left -= n
}

// putWide is put for any text, one grapheme cluster after the other. Of a wide
// one that the left edge cuts through, spaces stay.
func (s *strip) putWide(p Pen, text string) {
	dots := s.dots()
	room := s.left - width(dots) // what is left when the text must be cut
	at, lead, used := 0, 0, 0
	from, cut, cutUsed := 0, 0, 0
	for at < len(text) {
		cluster, n := ansi.FirstGraphemeCluster(text[at:], ansi.GraphemeWidth)
		if s.skip > 0 {
			at += len(cluster)
			from, cut = at, at
			lead = max(0, n-s.skip)
			s.skip = max(0, s.skip-n)
			used = lead
			continue
		}
		if used+n > s.left {
			s.write(p, pad(lead)+text[from:cut]+dots+pad(room-max(cutUsed, lead)))
			s.left = 0
			return
		}
		at += len(cluster)
		if used += n; used <= room {
			cut, cutUsed = at, used
		}
	}
	if used > 0 || from < at {
		s.write(p, pad(lead)+text[from:])
		s.left -= used
	}
}

// dots is what stands at the end of a text that was cut.
func (s *strip) dots() string {
	if dots := s.t.Glyphs.Ellipsis; !s.hard && width(dots) <= s.left {
		return dots
	}
	return ""
}

func (s *strip) write(p Pen, text string) {
	before, after := p.open, p.close
	if s.sel {
		before, after = p.selOpen, p.selEnd
	}
	s.b.WriteString(before)
	s.b.WriteString(text)
	s.b.WriteString(after)
}

// gap appends n spaces.
func (s *strip) gap(n int) *strip {
	n = min(n, s.left)
	if n <= 0 {
		return s
	}
	s.left -= n
	if s.sel {
		s.write(s.t.Text, pad(n))
	} else {
		s.b.WriteString(pad(n))
	}
	return s
}

// end fills the line up and returns it.
func (s *strip) end() string {
	s.gap(s.left)
	return s.b.String()
}

// plain reports whether each byte of s is one cell.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// scroll is what of a longer text a pane shows, for its scrollbar.
type scroll struct{ top, shown, total int }

// thumb returns the rows of a bar of h rows that the thumb covers; from equals
// to when everything is shown.
func (s scroll) thumb(h int) (from, to int) {
	if s.total <= s.shown || s.shown <= 0 || h <= 0 {
		return 0, 0
	}
	size := min(h, max(1, h*s.shown/s.total))
	from = (h - size) * s.top / (s.total - s.shown)
	from = min(max(0, from), h-size)
	return from, from + size
}

// pane draws a frame with a title in its upper edge and a scrollbar in its
// right side around h-2 lines of exactly w-2 cells.
func (t *Theme) pane(title string, lines []string, w, h int, focus bool, s scroll) string {
	if w < 4 || h < 2 {
		return strings.Join(box(nil, w, h), "\n")
	}
	g, pen, titlePen := &t.Glyphs, t.Border, t.Dim
	if focus {
		pen, titlePen = t.BorderFocus, t.Title
	}
	title = " " + t.fitMiddle(title, min(width(title), w-6)) + " "
	if title == "  " {
		title = ""
	}
	var b strings.Builder
	b.Grow(w * h * 3)
	b.WriteString(pen.Draw(g.TopLeft + g.Horizontal))
	b.WriteString(titlePen.Draw(title))
	b.WriteString(pen.Draw(strings.Repeat(g.Horizontal, w-3-width(title)) + g.TopRight))
	side, thumb := pen.Draw(g.Vertical), pen.Draw(g.Thumb)
	from, to := s.thumb(h - 2)
	for i := range h - 2 {
		b.WriteString("\n" + side)
		if i < len(lines) {
			b.WriteString(lines[i])
		} else {
			b.WriteString(pad(w - 2))
		}
		if i >= from && i < to {
			b.WriteString(thumb)
		} else {
			b.WriteString(side)
		}
	}
	b.WriteString("\n" + pen.Draw(g.BottomLeft+strings.Repeat(g.Horizontal, w-2)+g.BottomRight))
	return b.String()
}
