package ui

import "github.com/daprdeck/daprdeck/internal/workflow"

// groupColumns are the widths of the columns of groups; zero: not shown.
type groupColumns struct{ gap, time, kind, name, took, info int }

func (s *historyTab) groupColumns(d *Detail) groupColumns {
	p := d.s.Prepared
	c := groupColumns{gap: colGap, time: eventsTime, kind: max(4, p.groupKinds)}
	if !d.clock.Absolute || d.w < narrowHistory {
		c.time = 8
	}
	if d.w < narrowHistory {
		c.gap = 1
	}
	// The cursor, the mark and the symbol with air, and air on the right.
	free := d.w - 2 - 1 - c.time - c.gap - 4 - c.kind - 1
	c.name = max(0, min(free-c.gap, min(max(4, p.groupNames), 28)))
	free -= c.gap + c.name
	if free >= c.gap+tookWidth {
		c.took = tookWidth
		free -= c.gap + tookWidth
	}
	if free >= c.gap+8 {
		c.info = free - c.gap
	}
	return c
}

func (s *historyTab) groupHeads(d *Detail) string {
	t, c := &d.theme, s.groupColumns(d)
	at := "TIME"
	if !d.clock.Absolute {
		at = "AFTER"
	}
	st := newStrip(t, d.w-2).gap(1).put(t.Faint, t.fitRight(at, c.time)).gap(c.gap+4).put(t.Faint, t.fit("KIND", c.kind))
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

// groupLine draws a line of the grouped view.
func (s *historyTab) groupLine(d *Detail, i int) string {
	t, c, p, l := &d.theme, s.groupColumns(d), d.s.Prepared, s.lines[i]
	st := newStrip(t, d.w-2)
	st.sel = i == s.at
	switch {
	case st.sel && d.focus:
		st.put(t.Accent, t.Glyphs.Cursor)
	case st.sel:
		st.put(t.Dim, t.Glyphs.Bullet)
	default:
		st.gap(1)
	}
	if l.event >= 0 {
		return s.eventUnder(d, st, c, l.event)
	}
	g, r := &p.groups[l.group], &p.groupRows[l.group]
	at := g.Start
	if at.IsZero() {
		at = g.End
	}
	st.put(t.Dim, t.fitRight(d.eventTime(at, c.time), c.time)).gap(c.gap)
	mark := " "
	if len(g.Events) > 1 {
		mark = t.foldMark(s.unfolded[g.First()])
	}
	symbol, pen := t.outcome(g.Outcome)
	if s, ok := lifeStatus(&p.History.Events[g.First()]); ok {
		symbol, pen = t.StatusGlyph(s), t.Status(s)
	}
	kind, text, info := p.groupPens(t, g, r)
	st.put(t.Faint, mark).gap(1).put(pen, symbol).gap(1)
	d.putFound(st, kind, t.fit(r.kind, c.kind))
	if c.name > 0 {
		d.putFound(st.gap(c.gap), text, t.fit(r.name, c.name))
	}
	if c.took > 0 {
		took := r.took
		if g.Outcome == workflow.OutcomeOpen {
			took = d.since(g.Start)
		}
		st.gap(c.gap).put(t.Dim, t.fitRight(took, c.took))
	}
	if c.info > 0 {
		about := r.info
		if ends := d.ends(g); ends != "" {
			about = ends + pad(min(2, len(about))) + about
		}
		d.putFound(st.gap(c.gap), info, t.fit(about, c.info))
	}
	return st.end()
}

// groupPens are the pens of a group's kind, name and details.
func (p *Prepared) groupPens(t *Theme, g *workflow.Group, r *groupRow) (kind, text, info Pen) {
	kind, text, info = t.Dim, t.Text, t.Dim
	if g.Kind == workflow.GroupTurn {
		kind, text = t.Faint, t.Faint
	}
	if g.Kind == workflow.GroupLifecycle {
		kind, text, _ = p.events[r.event].look.pens(t)
	}
	if g.Outcome == workflow.OutcomeFailed {
		info = t.Bad
	}
	return kind, text, info
}

// lifeStatus is the status that an event of the life cycle has brought.
func lifeStatus(e *workflow.Event) (workflow.Status, bool) {
	switch e.Type {
	case workflow.ExecutionCompleted:
		return e.Status, e.Status != workflow.Unknown
	case workflow.ExecutionSuspended:
		return workflow.Suspended, true
	case workflow.ExecutionStalled:
		return workflow.Stalled, true
	default:
		return workflow.Unknown, false
	}
}

// eventUnder draws an event below its group.
func (s *historyTab) eventUnder(d *Detail, st *strip, c groupColumns, i int) string {
	t, p := &d.theme, d.s.Prepared
	e, r := &p.History.Events[i], &p.events[i]
	kind, _, info := r.look.pens(t)
	st.put(t.Faint, t.fitRight(d.eventTime(e.Time, c.time), c.time)).gap(c.gap + 4)
	room := c.kind
	if c.name > 0 {
		room += c.gap + c.name
	}
	text := r.kind
	if r.num != "" {
		text += " " + r.num
	}
	d.putFound(st.gap(2), kind, t.fit(text, room-2))
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
