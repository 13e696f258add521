package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// timelineTab is the state of the Timeline tab: a cursor over bars, and the
// part of the time that is shown.
type timelineTab struct {
	cursor, top int
	// moved is set once the user has moved the cursor; before that it is on the
	// newest bar.
	moved bool
	// from and to are what is shown, zero for everything, which grows.
	from, to time.Time
}

const (
	// minWindow is the shortest time that is shown.
	minWindow = time.Millisecond
	// maxBarName is the widest column of names, in cells.
	maxBarName = 28
)

func (s *timelineTab) took(p *Prepared) {
	n := 0
	if p != nil {
		n = len(p.bars)
	}
	if !s.moved {
		s.cursor = n - 1
	}
	s.cursor = min(max(0, s.cursor), max(0, n-1))
}

// whole is the time that everything takes, at least minWindow.
func (s *timelineTab) whole(d *Detail) (from, to time.Time) {
	from, to, _ = workflow.Window(d.s.Prepared.bars, d.clock.Now)
	if to.Sub(from) < minWindow {
		to = from.Add(minWindow)
	}
	return from, to
}

// window is the time that is shown.
func (s *timelineTab) window(d *Detail) (from, to time.Time) {
	if s.from.IsZero() {
		return s.whole(d)
	}
	return s.from, s.to
}

// key takes the keys of zooming; 0 shows everything again.
func (s *timelineTab) key(d *Detail, k tea.KeyPressMsg) bool {
	if d.s.Prepared == nil || len(d.s.Prepared.bars) == 0 {
		return false
	}
	in := func(b keymap.Binding) bool { return key.Matches(k, b) }
	switch {
	case in(d.km.UnfoldAll):
		s.zoom(d, 1)
	case in(d.km.FoldAll):
		s.zoom(d, -1)
	case in(d.km.AllStatuses):
		s.from, s.to = time.Time{}, time.Time{}
	default:
		return false
	}
	return true
}

// zoom shows half of the time, or twice of it, around what is seen of the bar
// under the cursor.
func (s *timelineTab) zoom(d *Detail, by int) {
	from, to := s.window(d)
	span := to.Sub(from)
	b := &d.s.Prepared.bars[s.cursor]
	end := b.End
	if end.IsZero() {
		end = d.clock.Now
	}
	first, last := clampTime(b.Start, from, to), clampTime(end, from, to)
	if end.Before(from) || b.Start.After(to) {
		first, last = from, to
	}
	middle := first.Add(last.Sub(first) / 2)
	if by > 0 {
		span /= 2
	} else {
		span *= 2
	}
	s.show(d, middle.Add(-span/2), span)
}

// show shows a span of time from a moment on, within the whole.
func (s *timelineTab) show(d *Detail, from time.Time, span time.Duration) {
	first, last := s.whole(d)
	if span >= last.Sub(first) || span <= 0 {
		s.from, s.to = time.Time{}, time.Time{}
		return
	}
	span = max(span, minWindow)
	from = clampTime(from, first, last.Add(-span))
	s.from, s.to = from, from.Add(span)
}

// pan moves by a quarter of what is shown.
func (s *timelineTab) pan(d *Detail, n int) {
	if d.s.Prepared == nil || s.from.IsZero() {
		return
	}
	span := s.to.Sub(s.from)
	by := span / 4
	if n < 0 {
		by = -by
	}
	s.show(d, s.from.Add(by), span)
}

func clampTime(t, from, to time.Time) time.Time {
	switch {
	case t.Before(from):
		return from
	case t.After(to):
		return to
	}
	return t
}

func (s *timelineTab) move(d *Detail, n int) {
	if p := d.s.Prepared; p != nil && len(p.bars) > 0 {
		s.moved = true
		s.cursor = min(max(0, s.cursor+n), len(p.bars)-1)
	}
}

// open goes to what the bar is about in the history.
func (s *timelineTab) open(d *Detail) bool {
	p := d.s.Prepared
	if p == nil || len(p.bars) == 0 {
		return false
	}
	group := p.bars[s.cursor].Group
	d.turn(int(tabHistory) - int(tabTimeline))
	if d.hist.expanded {
		d.hist.toggle()
	}
	if d.view.failures || d.view.kind != 0 {
		d.view.failures, d.view.kind = false, 0
		d.hist.relist(d)
	}
	d.hist.moved = true
	if d.view.raw {
		d.hist.put(d, p.groups[group].First())
	} else {
		d.hist.put(d, d.hist.lineOfGroup(group))
	}
	return true
}

// below is how many lines stand below the bars: what is under the cursor, and
// in a high pane what the fillings mean.
func (s *timelineTab) below(d *Detail) int {
	switch h := d.bodyHeight(); {
	case h >= 12:
		return 4
	case h >= 6:
		return 2
	}
	return 0
}

func (s *timelineTab) draw(d *Detail) ([]string, scroll) {
	p, t, h := d.s.Prepared, &d.theme, d.bodyHeight()
	switch {
	case p.HistErr != nil:
		return DrawEmpty(t, noHistory(p.HistErr), d.w-2, h), scroll{}
	case len(p.bars) == 0:
		return DrawEmpty(t, Empty{Title: "Nothing has taken time yet", Lines: []string{"Activities, timers, child workflows and waits have a bar here."}}, d.w-2, h), scroll{}
	}
	rows := max(1, h-1-s.below(d))
	s.top = min(s.top, s.cursor, max(0, len(p.bars)-rows))
	s.top = max(0, s.top, s.cursor-rows+1)
	c := s.chart(d)
	lines := make([]string, 0, h)
	if h > 1 {
		lines = append(lines, c.axis())
	}
	for i := s.top; i < min(len(p.bars), s.top+rows); i++ {
		lines = append(lines, c.row(i, i == s.cursor))
	}
	for len(lines) < h-s.below(d) {
		lines = append(lines, pad(d.w-2))
	}
	return append(lines, s.about(d, c)...), scroll{s.top, rows, len(p.bars)}
}

// about names the bar under the cursor.
func (s *timelineTab) about(d *Detail, c *chart) []string {
	t, n := &d.theme, s.below(d)
	if n == 0 {
		return nil
	}
	b := &d.s.Prepared.bars[s.cursor]
	var out []string
	if n > 2 {
		out = append(out, newStrip(t, d.w-2).gap(1).put(t.Border, strings.Repeat(t.Glyphs.Horizontal, d.textWidth())).end())
	}
	out = append(out, s.title(d, b), s.times(d, b))
	if n > 2 {
		out = append(out, c.legend())
	}
	return out
}

// title is the name of a bar, its kind and what became of it.
func (s *timelineTab) title(d *Detail, b *workflow.Span) string {
	t, r := &d.theme, &d.s.Prepared.groupRows[b.Group]
	symbol, pen := t.outcome(b.Outcome)
	kind := b.Kind.String()
	if b.Kind == workflow.GroupLifecycle {
		kind = "workflow"
	}
	words := []string{kind}
	if b.Outcome == workflow.OutcomeOpen {
		words = append(words, "under way")
	} else if o := b.Outcome.String(); o != "" {
		words = append(words, o)
	}
	if n := len(d.s.Prepared.groups[b.Group].Attempts); n > 1 {
		words = append(words, Plural(n, "attempt", "attempts"))
	}
	if ends := d.ends(&d.s.Prepared.groups[b.Group]); ends != "" {
		words = append(words, ends)
	}
	st := newStrip(t, d.w-2)
	st.left--
	st.gap(1).put(pen, symbol).gap(1).put(t.Strong, b.Name).gap(2).put(t.Dim, t.dotted(words))
	if f := d.s.Prepared.groups[b.Group].Failure; f != nil {
		st.gap(2).put(t.Bad, workflow.Clean(f.Message))
	} else if r.info != "" && b.Outcome == workflow.OutcomeLeft {
		st.gap(2).put(t.Dim, "when the instance ended")
	}
	st.left++
	return st.end()
}

// times are when a bar begins and ends, exactly, and how long it is.
func (s *timelineTab) times(d *Detail, b *workflow.Span) string {
	t := &d.theme
	arrow := " " + t.Glyphs.Arrow + " "
	end, took := "now", Precise(max(0, d.clock.Now.Sub(b.Start)))
	if !b.End.IsZero() {
		end, took = d.clock.Time(b.End), Precise(b.End.Sub(b.Start))
		if !sameDay(b.Start.In(d.clock.zone()), b.End.In(d.clock.zone())) {
			end = d.clock.date(b.End) + " " + end
		}
	}
	st := newStrip(t, d.w-2)
	st.left--
	st.gap(3).put(t.Strong, took).gap(2).put(t.Text, d.clock.date(b.Start)+" "+d.clock.Time(b.Start)+arrow+end)
	st.left++
	return st.end()
}

func (c Clock) date(t time.Time) string { return t.In(c.zone()).Format("2006-01-02") }

func sameDay(a, b time.Time) bool { return a.Year() == b.Year() && a.YearDay() == b.YearDay() }
