package ui

import (
	"fmt"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// event returns the selected event: its drawn fields, and its payload.
func (s *historyTab) event(d *Detail) ([]string, payloadText) {
	p := d.s.Prepared
	if s.textOf != p || s.headOf != s.cursor {
		s.text, s.textOf, s.head = p.payload(s.cursor), p, nil
		s.headOf = s.cursor
	}
	if s.head == nil {
		s.head = d.eventHead(s.cursor)
	}
	return s.head, s.text
}

// drawEvent draws h lines of the selected event, in full when it is scrolled
// to. While the tab is shared and not all fits, the last line says how to see
// the rest.
func (s *historyTab) drawEvent(d *Detail, h int) ([]string, scroll) {
	t := &d.theme
	head, text := s.event(d)
	total := len(head) + len(text.lines)
	top := 0
	if s.expanded {
		s.scrollTop = min(s.scrollTop, max(0, total-h))
		top = s.scrollTop
	}
	end := min(total, top+h)
	more := total - end
	if s.expanded {
		more = 0
	} else if more > 0 {
		end--
		more++
	}
	out := make([]string, 0, h)
	for i := top; i < end; i++ {
		if i < len(head) {
			out = append(out, head[i])
			continue
		}
		out = append(out, t.textRow(text.lines[i-len(head)], text.json, d.w-2, 3, s.side))
	}
	if more > 0 {
		rest := fmt.Sprintf(" %s %s: %s opens it", t.Glyphs.Ellipsis, Plural(more, "more line", "more lines"), d.km.Open.Help().Key)
		out = append(out, newStrip(t, d.w-2).put(t.Faint, rest).end())
	}
	return out, scroll{top, h, total}
}

// textRow draws one line of a payload in w cells, indented and scrolled
// sideways.
func (t *Theme) textRow(l textLine, isJSON bool, w, indent, side int) string {
	s := newStrip(t, w).gap(indent)
	s.left = max(0, s.left-1) // air on the right
	s.skip, s.hard = side, true
	s.drawText(l, isJSON)
	s.left++
	return s.end()
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
	if text := d.hist.text; d.hist.textOf == p && text.shown < text.size {
		size = "the first " + bytesText(text.shown) + " of " + bytesText(text.size) + ", as they are"
	}
	if raw == "" {
		size = "empty"
	}
	pg.line(span{t.Dim, t.fit(payloadLabel(p.History.Events[i].Type), pg.label())}, span{t.Faint, size})
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
		pg.field("Fires", t.Text, "no limit")
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
	pg.field(label, t.Text, workflow.CleanID(e.ChildID))
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
