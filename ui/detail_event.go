package ui

import (
	"fmt"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// event returns the selected event: its drawn fields, and its payload.
func (s *historyTab) event(d *Detail) ([]string, *docView) {
	p := d.s.Prepared
	if s.textOf != p || s.headOf != s.cursor {
		text := p.payload(s.cursor)
		v := text.open()
		v.raw = d.raw
		if s.headOf != s.cursor || !v.keep(s.view) {
			s.rows = docRows{}
		}
		s.view, s.textOf, s.head, s.headOf = v, p, nil, s.cursor
		s.rows.blocks = nil
	}
	if s.head == nil || s.rows.blocks == nil {
		s.head = d.eventHead(s.cursor)
		s.rows.blocks = []docBlock{{heads: len(s.head), view: s.view}}
	}
	return s.head, s.view
}

// openEvent opens the selected event or closes it.
func (d *Detail) openEvent() {
	d.hist.toggle()
	if d.find.text == "" {
		return
	}
	d.find.at = -1
	d.searchAgain()
	if d.hist.expanded && len(d.find.hits) > 0 {
		d.find.at = 0
		d.goToHit()
	}
}

// height is how many lines the open event has; the one below it says where the
// cursor is.
func (s *historyTab) height(d *Detail) int { return max(1, d.bodyHeight()-1) }

// drawEvent draws the selected event in h lines. When not all fits, the last
// says how to see the rest.
func (s *historyTab) drawEvent(d *Detail, h int) []string {
	t := &d.theme
	head, v := s.event(d)
	total := len(head) + v.lines()
	end := min(total, h)
	if end < total {
		end--
	}
	f := s.marks(d)
	out := make([]string, 0, h)
	for i := range end {
		if i < len(head) {
			out = append(out, head[i])
			continue
		}
		out = append(out, t.docRow(v, i-len(head), f, &d.clock, d.w-2, 3, s.rows.side))
	}
	if more := total - end; more > 0 {
		rest := fmt.Sprintf(" %s %s: %s opens it", t.Glyphs.Ellipsis, Plural(more, "more line", "more lines"), d.km.Open.Help().Key)
		out = append(out, newStrip(t, d.w-2).put(t.Faint, rest).end())
	}
	return out
}

// drawOpen draws the selected event in the whole tab, with a cursor over its
// lines.
func (s *historyTab) drawOpen(d *Detail) ([]string, scroll) {
	head, v := s.event(d)
	h := s.height(d)
	s.rows.show(h)
	total := s.rows.total()
	f := s.marks(d)
	out := make([]string, 0, h+1)
	for row := s.rows.top; row < min(total, s.rows.top+h); row++ {
		if row >= len(head) {
			out = append(out, d.docLine(&s.rows, row, v, row-len(head), f))
			continue
		}
		line := head[row]
		if row == s.rows.cursor {
			mark := newStrip(&d.theme, 1)
			mark.mark(true, d.focus)
			line = mark.end() + strings.TrimPrefix(line, " ")
		}
		out = append(out, line)
	}
	for len(out) < h {
		out = append(out, pad(d.w-2))
	}
	return append(out, d.statusLine(&s.rows, string(d.s.Prepared.History.Events[s.cursor].Type))), scroll{s.rows.top, h, total}
}

// marks returns what the search has found in the payload of the event.
func (s *historyTab) marks(d *Detail) found {
	switch {
	case !d.find.shown(tabHistory) || d.find.text == "":
		return found{}
	case s.expanded:
		return d.find.in(0)
	case s.foundFor != d.find.text || s.foundIn != s.view:
		s.found = found{hits: s.view.shown().Find(d.find.finder, maxHits), at: -1}
		s.foundFor, s.foundIn = d.find.text, s.view
	}
	return s.found
}

// setRaw shows the payload raw, or laid out.
func (s *historyTab) setRaw(d *Detail) {
	if s.view != nil && s.rows.blocks != nil {
		s.rows.setRaw(d.raw, s.height(d))
	}
}

// eventHead draws everything of an event but its payload.
func (d *Detail) eventHead(i int) []string {
	p, t := d.s.Prepared, &d.theme
	e, r := &p.History.Events[i], &p.events[i]
	pg := &page{t: t, w: d.textWidth()}
	kind, _, _ := r.look.pens(t)
	what := spans{{kind, string(e.Type)}}
	if r.name != "" {
		what = append(what, span{t.Faint, " " + t.Glyphs.Bullet + " "}, span{t.Strong, r.name})
	}
	pg.line(what...)
	pg.field("Event", t.Text, d.eventNumber(i))
	pg.field("Time", t.Text, d.clock.Full(e.Time))
	pg.field("Took", t.Text, r.took)
	if e.Type == workflow.ExecutionCompleted {
		pg.field("Status", t.Status(e.Status), e.Status.String())
	}
	d.eventTimer(pg, e)
	d.eventLinks(pg, e)
	pg.field("Reason", t.Warn, workflow.Clean(e.Reason))
	pg.field("Description", t.Text, workflow.Clean(e.Description))
	pg.field("Version", t.Text, workflow.Clean(e.Version))
	pg.field("Patches", t.Text, workflow.Clean(strings.Join(e.Patches, ", ")))
	if e.Failure != nil {
		pg.failure(e.Failure)
	}
	for _, f := range e.More {
		pg.field(capital(f.Name), t.Dim, f.Value)
	}
	pg.field("Raw", t.Text, workflow.Clean(e.Raw))
	if e.Payload.Set {
		d.payloadTitle(pg, i)
	}
	return pg.lines
}

// capital writes the first letter of a label as the others have it.
func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// payloadTitle is the line above the payload, which is drawn apart.
func (d *Detail) payloadTitle(pg *page, i int) {
	t, p := pg.t, d.s.Prepared
	raw := p.History.Events[i].Payload.Raw
	size := bytesText(len(raw))
	dot := " " + t.Glyphs.Bullet + " "
	place := ""
	if v := d.hist.view; d.hist.textOf == p && v != nil {
		size += dot + kindText(v)
		if n := len(v.source.Source); n < len(raw) {
			size = "the first " + bytesText(n) + " of " + bytesText(len(raw)) + ", as they are"
		}
		if place = v.doc.Place(); place != "" {
			size += dot
			place = "not JSON: " + place
		}
	}
	if raw == "" {
		size = "empty"
	}
	pg.line(span{t.Dim, t.fit(payloadLabel(p.History.Events[i].Type), pg.label())}, span{t.Faint, size}, span{t.Warn, place})
}

// eventNumber is the number and what it answers, or what answers it; results
// and events of the life cycle have none.
func (d *Detail) eventNumber(i int) string {
	p := d.s.Prepared
	e := &p.History.Events[i]
	j, paired := p.History.Partner(i)
	switch {
	case e.HasRef:
		return fmt.Sprintf("answers number %d", e.Ref)
	case e.ID < 0:
		return ""
	case paired:
		return fmt.Sprintf("number %d, answered by %s after %s", e.ID, p.History.Events[j].Type, p.events[j].took)
	}
	return fmt.Sprintf("number %d", e.ID)
}

func (d *Detail) eventTimer(pg *page, e *workflow.Event) {
	t := pg.t
	switch {
	case e.FireAt.IsZero():
	case e.NoLimit():
		pg.field("Fires", t.Text, "never")
	default:
		pg.field("Fires", t.Text, d.clock.Full(e.FireAt))
	}
	origin := ""
	switch e.Origin {
	case workflow.OriginTimer:
		origin = "a timer of the workflow"
	case workflow.OriginExternalEvent:
		origin = "the wait for external event " + e.OriginRef
	case workflow.OriginActivityRetry:
		origin = "the retry of an activity"
	case workflow.OriginChildRetry:
		origin = "the retry of a child workflow"
	case workflow.OriginNone:
	}
	pg.field("Made by", t.Text, workflow.Clean(origin))
	if !e.ScheduledStart.IsZero() {
		pg.field("Scheduled", t.Text, d.clock.Full(e.ScheduledStart))
	}
}

func (d *Detail) eventLinks(pg *page, e *workflow.Event) {
	t := pg.t
	label := "Child"
	if e.Type == workflow.EventSent || e.Type == workflow.DetachedWorkflowCreated {
		label = "Target"
	}
	pg.field(label, t.Text, workflow.SpellID(e.ChildID))
	pg.field("App", t.Text, workflow.Clean(e.TargetApp))
	if e.ParentID != "" {
		parent := workflow.CleanID(e.ParentID)
		if e.ParentApp != "" {
			parent += " " + t.Glyphs.Bullet + " " + workflow.Clean(e.ParentApp)
		}
		pg.field("Parent", t.Text, parent+fmt.Sprintf(", number %d there", e.ParentEvent))
	}
	pg.field("Rerun of", t.Text, workflow.CleanID(e.RerunOf))
	pg.field("Execution ID", t.Text, workflow.Clean(e.ExecutionID))
	pg.field("Task", t.Dim, workflow.Clean(e.TaskExecutionID))
	if e.Type == workflow.ExecutionTerminated {
		children := "left alone"
		if e.Recursive {
			children = "terminated too"
		}
		pg.field("Children", t.Text, children)
	}
}

// payloadLabel names what travels with an event of a type.
func payloadLabel(t workflow.EventType) string {
	switch t {
	case workflow.TaskCompleted, workflow.ChildWorkflowInstanceCompleted:
		return "Result"
	case workflow.ExecutionCompleted, workflow.ExecutionTerminated:
		return "Output"
	case workflow.ExecutionSuspended, workflow.ExecutionResumed:
		return "Reason"
	case workflow.EventRaised, workflow.EventSent:
		return "Payload"
	case workflow.ExecutionStarted, workflow.ExecutionStalled, workflow.TaskScheduled, workflow.TaskFailed,
		workflow.ChildWorkflowInstanceCreated, workflow.ChildWorkflowInstanceFailed, workflow.DetachedWorkflowCreated,
		workflow.TimerCreated, workflow.TimerFired, workflow.WorkflowStarted, workflow.WorkflowCompleted, workflow.ContinueAsNew:
	}
	return "Input"
}
