package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
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
		bw = max(bw, ansi.StringWidth(l))
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
// character that is cut in two becomes a space. ansi.Truncate leaves the
// sequences of the part that it drops, so styles go on where they should.
func splice(b *strings.Builder, line, over string, x, bw, w int) {
	left := ansi.Truncate(line, x, "")
	b.WriteString(left)
	b.WriteString(pad(x - ansi.StringWidth(left)))
	b.WriteString(ansi.ResetStyle)
	b.WriteString(clip(over, bw))
	right := ansi.TruncateLeft(line, x+bw, "")
	rest := w - x - bw
	n := ansi.StringWidth(right)
	if n > rest { // half of a wide character
		right = ansi.TruncateLeft(line, x+bw+1, "")
		n = ansi.StringWidth(right)
		if n < rest {
			b.WriteByte(' ')
			n++
		}
	}
	b.WriteString(right)
	b.WriteString(pad(rest - n))
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
	g := &t.Glyphs
	switch k {
	case NoticeGood:
		return g.Status[workflow.Completed], t.Good
	case NoticeWarn:
		return g.Warn, t.Warn
	case NoticeBad:
		return g.Status[workflow.Failed], t.Bad
	case NoticeBusy:
		return g.Refresh, t.Accent
	case NoticeInfo:
	}
	return g.Bullet, t.Dim
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
	switch {
	case key.Matches(msg, km.Up):
		top--
	case key.Matches(msg, km.Down):
		top++
	case key.Matches(msg, km.PageUp):
		top -= shown
	case key.Matches(msg, km.PageDown):
		top += shown
	case key.Matches(msg, km.HalfUp):
		top -= shown / 2
	case key.Matches(msg, km.HalfDown):
		top += shown / 2
	case key.Matches(msg, km.Top):
		top = 0
	case key.Matches(msg, km.Bottom):
		top = lines
	}
	return max(min(top, lines-shown), 0)
}
