package ui

import (
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// chart draws the bars of a window of time.
type chart struct {
	d        *Detail
	t        *Theme
	from, to time.Time
	// name is the column of names, w how many cells the bars have.
	name, w int
	ticks   []tick
	cells   []fill
}

// tick is a mark of the axis, in the cell where its time begins.
type tick struct {
	x    int
	text string
}

// fill is what a cell of a bar is filled with. Each looks different without
// colour too.
type fill uint8

const (
	fillNone fill = iota
	fillDone
	fillRunning
	fillWaiting
	fillFailed
	fillHeld
	fillLeft
	// fillNow is the end of what is under way, fillBefore and fillAfter say
	// that a bar is to the left or to the right of the window.
	fillNow
	fillBefore
	fillAfter
	fillTick
)

// of returns what a cell is drawn with.
func (f fill) of(t *Theme) (string, Pen) {
	glyphs := [...]string{" ", "█", "▓", "░", "▚", "╌", "▁", "▶", "◂", "▸", "·"}
	if t.ASCII {
		glyphs = [...]string{" ", "=", "-", ".", "x", "~", "_", ">", "<", ">", ":"}
	}
	pens := [...]Pen{t.Text, t.Good, t.Accent, t.Dim, t.Bad, t.Warn, t.Dim, t.Accent, t.Dim, t.Dim, t.Faint}
	return glyphs[f], pens[f]
}

// fillOf is what a part of a bar is filled with.
func fillOf(kind workflow.GroupKind, g *workflow.Segment) fill {
	switch {
	case kind == workflow.GroupLifecycle:
		return fillHeld
	case g.Outcome == workflow.OutcomeLeft:
		return fillLeft
	case g.Pause, kind == workflow.GroupTimer, kind == workflow.GroupEvent:
		return fillWaiting
	case g.Outcome == workflow.OutcomeFailed:
		return fillFailed
	case g.Outcome == workflow.OutcomeOpen:
		return fillRunning
	}
	return fillDone
}

func (s *timelineTab) chart(d *Detail) *chart {
	c := &chart{d: d, t: &d.theme}
	c.from, c.to = s.window(d)
	c.name = min(max(6, d.s.Prepared.barNames), maxBarName, max(6, (d.w-2)/4))
	c.w = max(1, d.w-2-1-2-c.name-1-1) // the cursor, the symbol and air
	c.cells = make([]fill, c.w)
	c.ticks = c.makeTicks()
	return c
}

// x is the cell of a moment, which may lie outside.
func (c *chart) x(at time.Time) int {
	span := c.to.Sub(c.from)
	switch {
	case at.Before(c.from):
		return -1
	case at.After(c.to):
		return c.w
	}
	return min(c.w-1, int(float64(at.Sub(c.from))/float64(span)*float64(c.w)))
}

// row draws a bar with its name, and behind it how long it took where there is
// room.
func (c *chart) row(i int, cursor bool) string {
	t, p := c.t, c.d.s.Prepared
	b := &p.bars[i]
	st := newStrip(t, c.d.w-2)
	st.mark(cursor, c.d.focus)
	symbol, pen := t.outcome(b.Outcome)
	st.put(pen, symbol).gap(1).put(t.Text, t.fit(b.Name, c.name)).gap(1)
	end := c.paint(b)
	took := p.groupRows[b.Group].took
	if b.Outcome == workflow.OutcomeOpen {
		took = c.d.since(b.Start)
	}
	text := ""
	if room := c.w - end - 1; took != "" && end > 0 && room >= width(took) {
		text = " " + took
		text += beside(&p.groups[b.Group], room-width(took))
	}
	c.write(st, c.cells[:end])
	if text == "" {
		c.write(st, c.cells[end:])
		return st.end()
	}
	n := min(width(text)+1, c.w-end)
	pen = t.Dim
	if b.Outcome == workflow.OutcomeFailed {
		pen = t.Bad
	}
	st.put(pen, t.fit(text, n))
	c.write(st, c.cells[end+n:])
	return st.end()
}

// beside is what is said of a group behind its bar, if there is room.
func beside(g *workflow.Group, room int) string {
	switch {
	case room < 14:
	case g.Outcome == workflow.OutcomeFailed && g.Failure != nil:
		return "  " + workflow.Clean(g.Failure.Message)
	case len(g.Attempts) > 1:
		return "  " + Plural(len(g.Attempts), "attempt", "attempts")
	}
	return ""
}

// write draws cells, those of one kind in one go.
func (c *chart) write(st *strip, cells []fill) {
	for i := 0; i < len(cells); {
		n := i
		for n < len(cells) && cells[n] == cells[i] {
			n++
		}
		glyph, pen := cells[i].of(c.t)
		if cells[i] == fillNone {
			st.gap(n - i)
		} else {
			st.put(pen, strings.Repeat(glyph, n-i))
		}
		i = n
	}
}

// paint fills the cells with a bar and returns the cell behind it, 0 when
// nothing of it is in the window.
func (c *chart) paint(b *workflow.Span) int {
	clear(c.cells)
	for _, k := range c.ticks {
		c.cells[k.x] = fillTick
	}
	last := 0
	for i := range b.Segments {
		last = max(last, c.segment(b, &b.Segments[i]))
	}
	if last == 0 {
		if b.Start.After(c.to) {
			c.cells[c.w-1] = fillAfter
		} else {
			c.cells[0] = fillBefore
		}
	}
	return last
}

// segment fills the cells with a part of a bar and returns the cell behind it.
func (c *chart) segment(b *workflow.Span, g *workflow.Segment) int {
	end := g.End
	if end.IsZero() {
		end = c.d.clock.Now
	}
	from, to := c.x(g.Start), c.x(end)
	if to < 0 || from >= c.w {
		return 0
	}
	f := fillOf(b.Kind, g)
	for x := max(0, from); x <= min(to, c.w-1); x++ {
		// Two parts can share a cell: the later one has it, unless that has
		// others, or is but a pause.
		shared := x == from && c.cells[x] != fillNone && c.cells[x] != fillTick
		if !shared || to == from && !g.Pause {
			c.cells[x] = f
		}
	}
	if g.End.IsZero() && to < c.w && b.Outcome == workflow.OutcomeOpen {
		c.cells[to] = fillNow
	}
	return min(to, c.w-1) + 1
}

// legend says what the fillings mean.
func (c *chart) legend() string {
	t := c.t
	st := newStrip(t, c.d.w-2)
	st.left--
	st.gap(1)
	for _, l := range []struct {
		f    fill
		word string
	}{{fillDone, "done"}, {fillRunning, "running"}, {fillWaiting, "waiting"}, {fillFailed, "failed"}, {fillHeld, "suspended"}, {fillLeft, "left open"}} {
		if st.left < len(l.word)+4 {
			break
		}
		glyph, pen := l.f.of(t)
		st.put(pen, strings.Repeat(glyph, 2)).gap(1).put(t.Faint, l.word).gap(2)
	}
	keys := c.d.km.UnfoldAll.Help().Key + " " + c.d.km.FoldAll.Help().Key + " zoom  " +
		t.keyName(keymap.First(c.d.km.Left)+" "+keymap.First(c.d.km.Right)) + " pan  " + c.d.km.AllStatuses.Help().Key + " all"
	if st.left > width(keys)+2 {
		st.gap(st.left-width(keys)).put(t.Faint, keys)
	}
	st.left++
	return st.end()
}
