package ui

import (
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/jsontree"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// historyTab is the state of the History tab: a cursor over groups of events or
// over all events above, and the selected event in full below. Expanded, the
// event has the whole tab.
type historyTab struct {
	// cursor is the selected event, at the line that it is on.
	cursor, at, top int
	// lines are what the grouped view shows, and unfolded the groups whose
	// events it shows too, by their first events.
	lines []groupLine
	// lineAt is the line of each group that is shown.
	lineAt   []int
	unfolded map[int]bool
	// moved is set once the user has moved the cursor; before that it stays on
	// the newest event.
	moved, expanded bool

	// head are the drawn fields of event headOf, view is its payload, and rows
	// are both with a cursor over them while the event is open.
	head   []string
	headOf int
	view   *docView
	textOf *Prepared
	rows   docRows
	// found is what the search for foundFor has found in the payload foundIn.
	found    found
	foundFor string
	foundIn  *docView
}

// The columns of the history, in cells.
const (
	numWidth   = 5
	maxKind    = 19
	tookWidth  = 7
	eventsTime = 12
	// narrowHistory is where the pane is too narrow for air between columns.
	narrowHistory = 60
)

// took keeps the cursor when a new reading of the same instance comes in. A
// new generation begins at its newest event again.
func (s *historyTab) took(d *Detail, old, p *Prepared) {
	s.textOf = nil
	if p == nil {
		return
	}
	if old != nil && old.History.ExecutionID() != p.History.ExecutionID() {
		*s = historyTab{expanded: s.expanded}
	}
	s.relist(d)
}

func (s *historyTab) toggle() {
	s.expanded, s.moved = !s.expanded, true
	s.rows.cursor, s.rows.top, s.rows.side = 0, 0, 0
}

// room is how many lines the tab has besides that of a search.
func (s *historyTab) room(d *Detail) int {
	if d.find.shown(tabHistory) {
		return max(1, d.bodyHeight()-1)
	}
	return d.bodyHeight()
}

// split divides the tab between the events, their heads included, and the
// selected one below. A low pane shows one of them.
func (s *historyTab) split(d *Detail) (list, event int) {
	h := s.room(d)
	switch {
	case s.expanded:
		return 0, h
	case h < 14:
		return h, 0
	}
	// A short history leaves its room to the event; one that has not been read
	// yet has nothing to show.
	events := s.total(d)
	list = min(h-1-max(6, h*2/5), max(8, events+1+s.above(d)))
	return list, h - 1 - list // the rule between them has a line
}

func (s *historyTab) move(d *Detail, n int) {
	if s.total(d) == 0 {
		return
	}
	if s.expanded {
		s.event(d)
		s.rows.move(n, s.height(d))
		return
	}
	s.moved = true
	s.put(d, s.at+n)
	s.rows.side = 0
}

func (s *historyTab) sideways(d *Detail, n int) {
	if s.total(d) == 0 {
		return
	}
	s.event(d)
	switch {
	case !s.expanded && s.foldLine(d, n < 0):
	case !s.expanded:
		s.rows.sideways(n, d.textWidth())
	case n > 0:
		s.rows.unfold(d.textWidth())
	default:
		s.rows.fold(d.textWidth(), s.height(d))
	}
}

// value is the payload of the selected event, or else why it failed.
func (s *historyTab) value(d *Detail) (label, text string, ok bool) {
	p := d.s.Prepared
	if s.total(d) == 0 {
		return "", "", false
	}
	e := &p.History.Events[s.cursor]
	what := strings.TrimSpace(p.events[s.cursor].name)
	if what == "" {
		what = string(e.Type)
	}
	if v, line, in := s.rows.here(); s.expanded && in && v.tree() && v.path(line) != "$" {
		return jsontree.Visible(v.path(line)) + " of the " + strings.ToLower(payloadLabel(e.Type)) + " of " + what, v.folds.Value(line), true
	}
	switch {
	case e.Payload.Set && e.Payload.Raw != "":
		return strings.ToLower(payloadLabel(e.Type)) + " of " + what, e.Payload.Raw, true
	case e.Failure != nil:
		return "failure of " + what, e.Failure.Message, true
	case e.Raw != "":
		return what, e.Raw, true
	}
	return "", "", false
}

func (s *historyTab) draw(d *Detail) ([]string, scroll) {
	p, h := d.s.Prepared, d.bodyHeight()
	if p.HistErr != nil {
		return DrawEmpty(&d.theme, noHistory(p.HistErr), d.w-2, h), scroll{}
	}
	if len(p.events) == 0 {
		e := Empty{Title: "There is no history yet", Lines: []string{"An instance has none before it starts."}}
		return DrawEmpty(&d.theme, e, d.w-2, h), scroll{}
	}
	if s.total(d) == 0 {
		return DrawEmpty(&d.theme, d.allHidden(), d.w-2, h), scroll{}
	}
	if s.expanded {
		return s.drawOpen(d)
	}
	list, event := s.split(d)
	lines, bar := make([]string, 0, h), scroll{}
	if list > 0 {
		lines, bar = s.drawList(d, list)
	}
	if event > 0 {
		pen := d.theme.Border
		lines = append(lines, newStrip(&d.theme, d.w-2).gap(1).put(pen, strings.Repeat(d.theme.Glyphs.Horizontal, d.textWidth())).end())
		lines = append(lines, s.drawEvent(d, event)...)
	}
	if d.find.shown(tabHistory) {
		for len(lines) < s.room(d) {
			lines = append(lines, pad(d.w-2))
		}
		lines = append(lines, d.find.line(d))
	}
	return lines, bar
}

// drawList draws the lines of groups or events in h lines.
func (s *historyTab) drawList(d *Detail, h int) ([]string, scroll) {
	total, rows := s.total(d), h-1-s.above(d)
	lines := make([]string, 0, d.bodyHeight())
	if s.above(d) > 0 {
		lines = append(lines, newStrip(&d.theme, d.w-2).gap(1).put(d.theme.Warn, d.theme.dotted(d.view.words(&d.km))).end())
	}
	head, row := s.heads, s.row
	if !d.view.raw {
		head, row = s.groupHeads, s.groupLine
	}
	lines = append(lines, head(d))
	s.top = min(s.top, s.at, max(0, total-rows))
	s.top = max(0, s.top, s.at-rows+1)
	for i := s.top; i < min(total, s.top+rows); i++ {
		lines = append(lines, row(d, i))
	}
	for len(lines) < h {
		lines = append(lines, pad(d.w-2))
	}
	return lines, scroll{s.top, rows, total}
}

// eventColumns are the widths of the columns; zero: not shown.
type eventColumns struct{ gap, num, time, kind, name, took, info int }

func (s *historyTab) columns(d *Detail) eventColumns {
	c := eventColumns{gap: colGap, num: numWidth, time: eventsTime, kind: min(max(4, d.s.Prepared.kinds), maxKind)}
	if !d.clock.Absolute || d.w < narrowHistory {
		c.time = 8
	}
	if d.w < narrowHistory {
		c.gap, c.num, c.kind = 1, 4, min(c.kind, 13)
	}
	free := d.w - 2 - 1 - c.num - 1 - c.time - c.gap - c.kind - 1 // the cursor, and air on the right
	want := min(max(4, d.s.Prepared.names), 24)
	c.name = max(0, min(free-c.gap, want))
	free -= c.gap + c.name
	if free >= c.gap+tookWidth {
		c.took = tookWidth
		free -= c.gap + tookWidth
	}
	if free >= c.gap+8 {
		c.info = free - colGap
	}
	return c
}

func (s *historyTab) heads(d *Detail) string {
	t, c := &d.theme, s.columns(d)
	at := "TIME"
	if !d.clock.Absolute {
		at = "AFTER"
	}
	st := newStrip(t, d.w-2).gap(1).put(t.Faint, t.fitRight("NO.", c.num)).gap(1).
		put(t.Faint, t.fitRight(at, c.time)).gap(c.gap).put(t.Faint, t.fit("TYPE", c.kind))
	if c.name > 0 {
		st.gap(c.gap).put(t.Faint, t.fit("NAME", c.name))
	}
	if c.took > 0 {
		st.gap(c.gap).put(t.Faint, t.fitRight("TOOK", c.took))
	}
	if c.info > 0 {
		st.gap(c.gap).put(t.Faint, t.fit("DETAILS", c.info))
	}
	return st.end()
}

func (s *historyTab) row(d *Detail, i int) string {
	t, c, p := &d.theme, s.columns(d), d.s.Prepared
	e, r := &p.History.Events[i], &p.events[i]
	st := newStrip(t, d.w-2)
	st.sel = i == s.cursor
	switch {
	case st.sel && d.focus:
		st.put(t.Accent, t.Glyphs.Cursor)
	case st.sel:
		st.put(t.Dim, t.Glyphs.Bullet)
	default:
		st.gap(1)
	}
	kind, text, info := r.look.pens(t)
	num := t.Text
	if e.ID < 0 {
		num = t.Faint
	}
	st.put(num, t.fitRight(r.num, c.num)).gap(1).put(t.Dim, t.fitRight(d.eventTime(e.Time, c.time), c.time))
	st.gap(c.gap)
	d.putFound(st, kind, t.fit(r.kind, c.kind))
	if c.name > 0 {
		d.putFound(st.gap(c.gap), text, t.fit(r.name, c.name))
	}
	if c.took > 0 {
		st.gap(c.gap).put(t.Dim, t.fitRight(r.took, c.took))
	}
	if c.info > 0 {
		about := r.info
		if fires := d.fires(e); fires != "" {
			about = fires
		}
		d.putFound(st.gap(c.gap), info, t.fit(about, c.info))
	}
	return st.end()
}

// putFound appends a cleaned text with what the search finds in it marked.
func (d *Detail) putFound(st *strip, pen Pen, text string) {
	f := found{at: -1}
	if d.find.shown(tabHistory) {
		f.hits = d.find.finder.All(text)
	}
	st.drawFound(pen, text, 0, f, func(s string) string { return s })
}

// eventTime is the time of day, or with relative times the time since the
// first event.
func (d *Detail) eventTime(at time.Time, w int) string {
	switch {
	case at.IsZero():
		return ""
	case !d.clock.Absolute:
		return "+" + Precise(at.Sub(d.s.Prepared.History.Events[0].Time))
	case w < eventsTime:
		return strings.SplitN(d.clock.Time(at), ".", 2)[0]
	}
	return d.clock.Time(at)
}

// fires is what the line of a timer says.
func (d *Detail) fires(e *workflow.Event) string {
	switch {
	case e.Type != workflow.TimerCreated || e.FireAt.IsZero():
		return ""
	case e.NoLimit() && e.Origin != workflow.OriginExternalEvent:
		return "never fires"
	case e.NoLimit():
		return "no limit"
	case d.clock.Absolute:
		return "until " + d.clock.Brief(e.FireAt)
	}
	return "for " + Precise(e.FireAt.Sub(e.Time))
}

// pens returns the pens of an event's type, name and details.
func (l eventLook) pens(t *Theme) (kind, text, info Pen) {
	switch l {
	case lookGood:
		return t.Good, t.Text, t.Dim
	case lookBad:
		return t.Bad, t.Text, t.Bad
	case lookWarn:
		return t.Warn, t.Text, t.Dim
	case lookQuiet:
		return t.Faint, t.Faint, t.Faint
	case lookPlain:
	}
	return t.Text, t.Text, t.Dim
}
