package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/keymap"
)

// Overlay draws box centred over base, which is w x h cells. A larger box is
// clipped to the screen; its lines must all be of one width.
func Overlay(base, box string, w, h int) string {
	s, _, _ := OverlayAt(base, box, w, h)
	return s
}

// OverlayAt is Overlay, and returns where the box's upper left corner is.
func OverlayAt(base, box string, w, h int) (s string, x, y int) {
	if w <= 0 || h <= 0 {
		return "", 0, 0
	}
	under := strings.Split(base, "\n")
	over := strings.Split(box, "\n")
	if box == "" {
		over = nil
	}
	over = over[:min(len(over), h)]
	bw := 0
	for _, l := range over {
		bw = max(bw, cells(l))
	}
	bw = min(bw, w)
	x, y = (w-bw)/2, (h-len(over))/2
	var b strings.Builder
	b.Grow(len(base) + len(box))
	for i := range h {
		line := ""
		if i < len(under) {
			line = under[i]
		}
		switch at := i - y; {
		case at >= 0 && at < len(over):
			splice(&b, line, over[at], x, bw, w)
		case line == "":
			b.WriteString(pad(w))
		default:
			b.WriteString(line)
		}
		if i < h-1 {
			b.WriteByte('\n')
		}
	}
	return b.String(), x, y
}

// splice writes a line of w cells with bw of them, from x on, replaced. A wide
// character that is cut in two becomes a space.
func splice(b *strings.Builder, line, over string, x, bw, w int) {
	c := cellWalk{s: line}
	c.to(x)
	b.WriteString(line[:c.i])
	b.WriteString(pad(x - c.n))
	if c.style > 0 {
		b.WriteString(ansi.ResetStyle)
	}
	n := cells(over)
	if n > bw {
		over = clip(over, bw)
		n = bw
	}
	b.WriteString(over)
	b.WriteString(pad(bw - n))
	c.to(x + bw)
	if c.n < x+bw && c.i < len(line) { // half of a wide character
		c.to(x + bw + 1)
		b.WriteString(pad(c.n - x - bw))
	}
	rest := cellWalk{s: line, i: c.i, n: max(c.n, x+bw)}
	rest.to(w)
	b.WriteString(c.open())
	b.WriteString(line[c.i:rest.i])
	b.WriteString(pad(w - rest.n))
	if rest.i < len(line) {
		b.WriteString(ansi.ResetStyle)
	}
}

// cellWalk goes along a drawn line by cells. It knows the control sequences
// that styles are made of, which is all that this package draws with, and is
// some ten times as fast as ansi.Cut.
type cellWalk struct {
	s string
	// i is the byte and n the cell that the walk has come to.
	i, n int
	// from is where the styles that hold here begin and style how many there
	// are since the last reset.
	from, style int
}

// to goes on until cell n or, when a wide character stands across it, the one
// before. It takes what has no width along.
func (c *cellWalk) to(n int) {
	for c.i < len(c.s) {
		b := c.s[c.i]
		if b == ansi.ESC {
			c.sequence()
			continue
		}
		size, wide := 1, 1
		if b < ' ' || b >= 0x7f || c.i+1 < len(c.s) && c.s[c.i+1] >= 0x80 {
			var g string
			g, wide = ansi.FirstGraphemeCluster(c.s[c.i:], ansi.GraphemeWidth)
			size = len(g)
		}
		if c.n+wide > n {
			return
		}
		c.i += size
		c.n += wide
	}
}

// sequence goes over a control sequence (ECMA-48: ESC [, parameters, a final
// byte).
func (c *cellWalk) sequence() {
	start := c.i
	c.i++
	if c.i >= len(c.s) || c.s[c.i] != '[' {
		return
	}
	for c.i++; c.i < len(c.s); c.i++ {
		if b := c.s[c.i]; b >= 0x40 && b <= 0x7e {
			c.i++
			break
		}
	}
	switch seq := c.s[start:c.i]; {
	case seq == "\x1b[m" || seq == "\x1b[0m":
		c.style = 0
	case strings.HasSuffix(seq, "m"):
		if c.style == 0 {
			c.from = start
		}
		c.style++
	}
}

// open returns the sequences that make the style that holds here.
func (c *cellWalk) open() string {
	if c.style == 0 {
		return ""
	}
	var b strings.Builder
	for w := (cellWalk{s: c.s, i: c.from}); w.i < c.i; {
		if w.s[w.i] != ansi.ESC {
			w.i++
			continue
		}
		at := w.i
		w.sequence()
		b.WriteString(w.s[at:w.i])
	}
	return b.String()
}

// cells returns the width of a drawn line.
func cells(s string) int {
	c := cellWalk{s: s}
	c.to(int(^uint(0) >> 1))
	return c.n
}

// modal draws a box of w x h cells: a frame with a title around lines of which
// some from the first on are the part that scrolls. The thumb in the right side
// shows where in it we are.
func (t *Theme) modal(title string, lines []string, w, h int, at scrollPart) string {
	for i := range lines {
		lines[i] = clip(lines[i], max(w-2, 0))
	}
	out := t.frame(title, lines, w, h, true)
	if at.shown < at.total && at.shown > 0 && w >= 4 {
		size := max(1, at.shown*at.shown/at.total)
		from := at.top * (at.shown - size) / max(1, at.total-at.shown)
		side := t.BorderFocus.Draw(t.Glyphs.Vertical)
		for i := from; i < from+size; i++ {
			if y := 1 + at.from + i; y < len(out)-1 {
				out[y] = strings.TrimSuffix(out[y], side) + t.BorderFocus.Draw(t.Glyphs.Thumb)
			}
		}
	}
	return strings.Join(out, "\n")
}

// scrollPart says which lines of a box scroll: shown of them from line from on,
// out of total, the first of which is number top.
type scrollPart struct{ from, shown, total, top int }

// noticeMark is the symbol and the pen of a kind of notice, so that colour never
// stands alone.
func (t *Theme) noticeMark(k NoticeKind) (string, Pen) {
	glyph, pen, _ := Notice{Kind: k}.look(t)
	return glyph, pen
}

// boxHeight is how high a box may be on a screen of h rows.
func boxHeight(h int) int {
	if h >= tightHeight {
		return h - 2
	}
	return h
}

// boxWidth is how wide a box may be on a screen of w cells.
func boxWidth(w int) int {
	if w > formWidth {
		return w - 4
	}
	return w
}

// keyName returns the name of a key as it is drawn.
func (t *Theme) keyName(s string) string {
	if !t.ASCII {
		return s
	}
	return strings.NewReplacer("↑", "up", "↓", "down", "←", "left", "→", "right", "…", "-").Replace(s)
}

// scrollBy returns the first line that is seen of a text after a key; shown of
// its lines fit.
func scrollBy(km keymap.Map, msg tea.KeyPressMsg, top, lines, shown int) int {
	top = motion(msg, &km, top, lines, shown)
	return max(min(top, lines-shown), 0)
}
