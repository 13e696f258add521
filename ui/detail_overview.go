package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// maxWaits and maxChildren are how many of them are listed.
	maxWaits    = 40
	maxChildren = 6
	// headLines is how much of an input and an output the overview shows at
	// least; headFrame is the lines around them.
	headLines = 6
	headFrame = 2
)

// overview is the state of the first tab. The lines are made when something
// has changed; those of the failure, which may be long, do not depend on the
// clock.
type overview struct {
	top     int
	lines   []string
	failure []string
	// findings are what the rules say of the instance.
	findings []workflow.Finding
}

// instance returns the newest that is known of the instance: the list may have
// read it later than the detail was.
func (d *Detail) instance() workflow.Instance {
	p, row := d.s.Prepared, d.s.Row
	switch {
	case p == nil && row == nil:
		return workflow.Instance{Key: d.s.Key, Label: d.s.Label}
	case p == nil || row != nil && row.ReadAt.After(d.s.ReadAt):
		return *row
	}
	return p.Detail.Instance
}

// overviewLines answers, in this order: what it is doing, what is wrong with it,
// what it waits for, why it failed, and only then what it is.
func (d *Detail) overviewLines() []string {
	if d.over.lines != nil {
		return d.over.lines
	}
	pg := &page{t: &d.theme, w: d.textWidth()}
	in := d.instance()
	d.doing(pg, in)
	d.findings(pg)
	if d.s.Prepared != nil {
		d.waiting(pg, in)
		d.gauge(pg)
	}
	d.failed(pg, in)
	d.facts(pg, in)
	if d.s.Prepared != nil {
		d.lineage(pg)
		d.heads(pg)
	} else if d.s.Err == nil {
		pg.blank()
		pg.line(span{pg.t.Faint, "Loading the rest" + pg.t.Glyphs.Ellipsis})
	}
	d.over.lines = pg.lines
	return pg.lines
}

// doing is the first line: the status, for how long, and what it is.
func (d *Detail) doing(pg *page, in workflow.Instance) {
	t := pg.t
	left := spans{{t.Status(in.Status), t.StatusGlyph(in.Status) + " " + in.Status.String()}}
	if s := d.howLong(in); s != "" {
		left = append(left, span{t.Text, " " + s})
	}
	app := workflow.Clean(in.AppID)
	what := spans{{t.Dim, app}}
	if in.Name != "" {
		what = spans{{t.Text, in.Name}, {t.Faint, " " + t.Glyphs.Bullet + " "}, {t.Dim, app}}
	}
	if n := pg.w - left.width() - what.width(); n >= 3 {
		pg.line(append(append(left, span{t.Text, pad(n)}), what...)...)
	} else {
		pg.line(left...)
		pg.line(what...)
	}
	if e, ok := d.event(workflow.ExecutionSuspended); ok && in.Status == workflow.Suspended {
		pg.field("Reason", t.Text, workflow.Clean(jsonString(e.Payload.Text())))
	}
	if in.Status == workflow.Pending {
		pg.prose(t.Dim, " ", "It has not started: the runtime tells neither its name nor a date before it does.")
	}
	if in.Missing {
		pg.prose(t.Warn, t.Glyphs.Warn, "The last listing did not hold it; it may have been purged.")
	}
	if in.ReadErr != "" {
		pg.prose(t.Warn, t.Glyphs.Warn, "The last read failed: "+in.ReadErr)
	}
}

// event returns the last event of a type in the history, when there is one.
func (d *Detail) event(t workflow.EventType) (workflow.Event, bool) {
	if d.s.Prepared == nil {
		return workflow.Event{}, false
	}
	return last(d.s.Prepared.History, t)
}

// howLong says since when an instance has its status, or how long it took.
func (d *Detail) howLong(in workflow.Instance) string {
	since := in.Created
	switch {
	case in.Status.Terminal():
		return d.howLongEnded(in)
	case in.Status == workflow.Suspended:
		if e, ok := d.event(workflow.ExecutionSuspended); ok {
			since = e.Time
		}
	case in.Status == workflow.Stalled:
		if e, ok := d.event(workflow.ExecutionStalled); ok {
			since = e.Time
		}
	}
	if since.IsZero() {
		return ""
	}
	return "for " + whole(d.clock.Now.Sub(since))
}

func (d *Detail) howLongEnded(in workflow.Instance) string {
	end := d.ended(in)
	if end.IsZero() || in.Created.IsZero() {
		return ""
	}
	return "after " + Precise(end.Sub(in.Created)) + ", " + d.clock.Age(end) + " ago"
}

// ended is when an instance ended; without a history its last update says so.
func (d *Detail) ended(in workflow.Instance) time.Time {
	switch {
	case !in.Status.Terminal():
		return time.Time{}
	case d.s.Prepared != nil && !d.s.Prepared.ended.IsZero():
		return d.s.Prepared.ended
	}
	return in.Updated
}

// whole is Precise without anything below a second, for what moves with the
// clock.
func whole(d time.Duration) string {
	if d = max(0, d); d < time.Minute {
		return fmt.Sprintf("%ds", int(d/time.Second))
	}
	return Precise(d)
}

// jsonString takes the quotes off a text that is a JSON string without escapes.
func jsonString(s string) string {
	if n := len(s); n >= 2 && s[0] == '"' && s[n-1] == '"' && !strings.Contains(s, `\`) {
		return s[1 : n-1]
	}
	return s
}

// waiting lists what the history shows to be under way.
func (d *Detail) waiting(pg *page, in workflow.Instance) {
	p, t := d.s.Prepared, pg.t
	if in.Status.Terminal() || in.Status == workflow.Pending {
		return
	}
	if p.HistErr != nil {
		pg.title("Waiting on")
		pg.prose(t.Warn, "  "+t.Glyphs.Warn, "not known: "+unread(p.HistErr))
		return
	}
	if len(p.waits) == 0 {
		if in.Status == workflow.Running {
			pg.title("Waiting on")
			pg.prose(t.Dim, " ", d.nothingPending())
		}
		return
	}
	pg.title("Waiting on")
	shown := p.waits[:min(len(p.waits), maxWaits)]
	names, limits := 0, 0
	for _, w := range shown {
		names = max(names, width(w.name))
		limits = max(limits, width(d.limit(w)))
	}
	lead := waitLead
	if pg.w < narrowText {
		lead = narrowLead
	}
	since := lead+names+sinceWidth+limits <= pg.w
	if !since {
		names = max(4, min(names, pg.w-lead-colGap-max(limits, len("since 59m59s"))))
	}
	for _, w := range shown {
		d.waitLine(pg, w, lead, names, since)
	}
	if n := len(p.waits) - len(shown); n > 0 {
		pg.line(span{t.Faint, fmt.Sprintf("  %s %d more", t.Glyphs.Ellipsis, n)})
	}
}

// nothingPending says what an instance may wait on of which the history tells
// nothing.
func (d *Detail) nothingPending() string {
	h := d.s.Prepared.History
	switch w := h.Worker(); {
	case h.Holds() > 0:
		return "nothing: it queues what is sent to it"
	case h.RecordsWaits():
		return "nothing pending: its code is at work"
	case w.SDK != workflow.SDKUnknown:
		return "most likely an external event, which the " + w.Name() + " does not record"
	}
	return "most likely an external event, which some SDKs do not record"
}

// The columns of a wait, in cells: what it is with its indent, and since when
// with the air around it.
const (
	waitLead   = 12
	narrowLead = 9
	sinceWidth = 17
)

// limit is how long a wait can last.
func (d *Detail) limit(w wait) string {
	switch {
	case w.noLimit && w.kind == workflow.WaitTimer.String():
		return "never fires"
	case w.noLimit:
		return "no limit"
	case w.until.IsZero():
		return ""
	case w.until.After(d.clock.Now) && w.longer:
		return w.verb + " in " + whole(w.until.Sub(d.clock.Now)) + " or later"
	case w.until.After(d.clock.Now):
		return w.verb + " in " + whole(w.until.Sub(d.clock.Now))
	}
	return w.verb + " now"
}

// waitLine draws a wait. Where the room does not allow both, its limit goes
// before since when it lasts.
func (d *Detail) waitLine(pg *page, w wait, lead, names int, both bool) {
	t := pg.t
	limit, since := d.limit(w), "since "+whole(d.clock.Now.Sub(w.since))
	kind := w.kind
	if lead > narrowLead {
		kind = "  " + kind
	}
	pieces := spans{{t.Dim, t.fit(kind, lead)}, {t.Strong, t.fitMiddle(w.name, names)}, {t.Text, pad(colGap)}}
	switch {
	case both:
		pieces = append(pieces, span{t.Dim, t.fit(since, sinceWidth-colGap)}, span{t.Text, limit})
	case limit == "":
		pieces = append(pieces, span{t.Dim, since})
	default:
		pieces = append(pieces, span{t.Text, limit})
	}
	pg.line(pieces...)
	if w.failure != "" {
		pg.hanging(spans{{t.Dim, pad(lead) + "last error: "}}, lead+len("last error: "), t.Bad, w.failure)
	}
}

// failed shows what failed first, and the workflow's own failure behind it; or
// what the list knows of it.
func (d *Detail) failed(pg *page, in workflow.Instance) {
	p := d.s.Prepared
	switch {
	case p != nil && p.Detail.Failure != nil:
		if d.over.failure == nil {
			part := &page{t: pg.t, w: pg.w}
			d.failureOf(part, p)
			d.over.failure = part.lines
		}
		pg.blank()
		pg.lines = append(pg.lines, d.over.failure...)
	case in.Failure != "":
		pg.title("Failure")
		pg.field("Message", pg.t.Bad, in.Failure)
	}
}

// failureOf writes the failure of the activity or the child that made the
// workflow fail, and then the workflow's, which most often quotes it.
func (d *Detail) failureOf(pg *page, p *Prepared) {
	cause, ok := p.History.Cause()
	if !ok {
		pg.title("Failure")
		pg.failure(p.Detail.Failure)
		return
	}
	title := "Cause"
	if !cause.Quoted {
		title = "Likely cause"
	}
	pg.title(title)
	e := &p.History.Events[cause.Event]
	if at, ok := p.History.Partner(cause.Event); ok {
		scheduled := &p.History.Events[at]
		switch label, name := "Activity", workflow.Clean(scheduled.Name); scheduled.Type {
		case workflow.ChildWorkflowInstanceCreated:
			pg.field("Child", pg.t.Text, name+" "+pg.t.Glyphs.Bullet+" "+workflow.SpellID(scheduled.ChildID))
		default:
			pg.field(label, pg.t.Text, fmt.Sprintf("%s, number %d", name, scheduled.ID))
		}
	}
	if e.Failure.Message == "" && e.Failure.Type == "" {
		pg.field("Message", pg.t.Bad, "none: a child that is terminated reports no failure")
	}
	pg.failure(e.Failure)
	pg.title("Failure of the workflow")
	pg.failure(p.Detail.Failure)
}

// facts are the custom status, the dates and the version.
func (d *Detail) facts(pg *page, in workflow.Instance) {
	t, c := pg.t, d.clock
	pg.blank()
	custom := in.CustomStatus
	if p := d.s.Prepared; p != nil && p.Detail.CustomStatus.Set && in.ReadAt.Equal(p.Detail.ReadAt) {
		custom = workflow.Clean(workflow.Shorten(jsonString(p.Detail.CustomStatus.Text()), maxLine))
	}
	pg.field("Custom status", t.Text, custom)
	pg.field("Created", t.Text, c.Full(in.Created))
	pg.field("Started", t.Text, c.Full(in.Started))
	pg.field("Updated", t.Text, c.Full(in.Updated))
	if end := d.ended(in); !end.IsZero() {
		pg.field("Ended", t.Text, c.Full(end))
		if !in.Created.IsZero() {
			pg.field("Duration", t.Text, Precise(end.Sub(in.Created)))
		}
	}
	pg.field("Version", t.Text, in.Version)
}

// lineage are the parent, the children and the generation, from the history.
func (d *Detail) lineage(pg *page) {
	p, t := d.s.Prepared, pg.t
	if e, ok := p.History.Started(); ok {
		parent := t.Glyphs.Dash
		if e.ParentID != "" {
			parent = workflow.CleanID(e.ParentID)
			if e.ParentApp != "" && e.ParentApp != d.s.Key.AppID {
				parent += " " + t.Glyphs.Bullet + " " + workflow.Clean(e.ParentApp)
			}
		}
		pg.field("Parent", t.Text, parent)
		if !e.ScheduledStart.IsZero() {
			pg.field("Scheduled", t.Text, d.clock.Full(e.ScheduledStart))
		}
		if origin, _, ok := p.History.RerunOf(); ok { // its own dates are those of the origin
			pg.field("Rerun of", t.Text, workflow.SpellID(origin))
		}
		pg.field("Execution ID", t.Text, workflow.Clean(e.ExecutionID))
		if w := p.History.Worker(); w.SDK != workflow.SDKUnknown {
			pg.field("Worker", t.Text, w.Name()+", "+w.Sure.String())
		}
	}
	d.childLines(pg)
}

func (d *Detail) childLines(pg *page) {
	p, t := d.s.Prepared, pg.t
	if len(p.children) == 0 {
		return
	}
	count := map[string]int{}
	for _, c := range p.children {
		count[c.state]++
	}
	var parts []string
	for _, state := range []string{"running", "failed", "completed"} {
		if n := count[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	pg.field("Children", t.Text, strings.Join(parts, ", "))
	for i, c := range p.children {
		if i == maxChildren {
			pg.line(span{t.Faint, fmt.Sprintf("%s%s %d more", pad(pg.label()), t.Glyphs.Ellipsis, len(p.children)-i)})
			return
		}
		pg.line(span{t.Text, pad(pg.label())}, span{t.Status(c.status), t.StatusGlyph(c.status) + " "},
			span{t.Text, c.id}, span{t.Dim, "  " + c.name})
	}
}

// heads are the first lines of the input and the output.
func (d *Detail) heads(pg *page) {
	t := pg.t
	left := 0
	for _, s := range d.s.Prepared.sections[:customSection] {
		if s.raw.Set {
			left++
		}
	}
	for _, s := range d.s.Prepared.sections[:customSection] {
		if !s.raw.Set {
			continue
		}
		pg.title(s.label, span{t.Faint, "  " + bytesText(len(s.raw.Raw))})
		// Each takes an even share of the room that the pane has left.
		room := (d.bodyHeight()-len(pg.lines))/left - headFrame
		pg.text(s.text, max(headLines, room), ": see Data")
		left--
	}
}
