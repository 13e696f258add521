package ui

import (
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// groupRow is what the line of a group shows that does not depend on the clock.
type groupRow struct {
	kind, name, took, info string
	// event is the one of its events that tells most.
	event int
}

// prepareGroups makes the groups of the history ready, and the bars of the
// timeline.
func (p *Prepared) prepareGroups() {
	p.groups = p.History.Groups()
	p.bars = p.History.Spans(p.groups)
	p.groupOf = make([]int, len(p.History.Events))
	p.groupRows = make([]groupRow, len(p.groups))
	for i := range p.groups {
		g := &p.groups[i]
		for _, e := range g.Events {
			p.groupOf[e] = i
		}
		r := p.newGroupRow(g)
		p.groupRows[i] = r
		p.groupNames = max(p.groupNames, width(r.name))
		p.groupKinds = max(p.groupKinds, len(r.kind))
	}
	for i := range p.bars {
		p.barNames = max(p.barNames, width(p.bars[i].Name))
	}
}

func (p *Prepared) newGroupRow(g *workflow.Group) groupRow {
	r := groupRow{kind: g.Kind.String(), name: g.Name, event: p.telling(g)}
	first := &p.History.Events[g.First()]
	switch g.Kind {
	case workflow.GroupLifecycle:
		r.kind, r.name = "workflow", lifeWord(first)
	case workflow.GroupTurn, workflow.GroupMessage, workflow.GroupUnknown:
		r.name = shortType(first.Type)
		if first.Name != "" {
			r.name += " " + first.Name
		}
	case workflow.GroupActivity, workflow.GroupTimer, workflow.GroupEvent, workflow.GroupChild:
		if r.name == "" {
			r.name = unnamed(first)
		}
	}
	if d, ok := g.Duration(); ok {
		r.took = Precise(d)
	}
	r.info = p.groupInfo(g, r.event)
	return r
}

// unnamed is what stands for the name of a group that has none: an answer whose
// beginning the history does not hold, or a timer, which needs no name.
func unnamed(first *workflow.Event) string {
	switch first.Type {
	case workflow.TaskScheduled, workflow.ChildWorkflowInstanceCreated, workflow.TimerCreated, workflow.EventRaised:
		return "(no name)"
	default:
		return "(no start recorded)"
	}
}

// lifeWord says in a word what an event of the life cycle is.
func lifeWord(e *workflow.Event) string {
	switch e.Type {
	case workflow.ExecutionStarted:
		return "started"
	case workflow.ExecutionCompleted:
		if e.Status == workflow.ContinuedAsNew {
			return "continued as new"
		}
		return strings.ToLower(e.Status.String())
	case workflow.ExecutionSuspended:
		return "suspended"
	case workflow.ExecutionResumed:
		return "resumed"
	case workflow.ExecutionTerminated:
		return "terminate asked"
	case workflow.ExecutionStalled:
		return "stalled"
	case workflow.ContinueAsNew:
		return "continued as new"
	default:
		return shortType(e.Type)
	}
}

// telling is the event of a group that tells most: why it failed, else its
// result, else its beginning.
func (p *Prepared) telling(g *workflow.Group) int {
	best := g.First()
	for _, i := range g.Events {
		switch e := &p.History.Events[i]; {
		case e.Failure != nil && g.Outcome == workflow.OutcomeFailed:
			best = i
		case e.Type == workflow.TaskCompleted, e.Type == workflow.ChildWorkflowInstanceCompleted, e.Type == workflow.EventRaised:
			best = i
		}
	}
	return best
}

// groupInfo is what the line of a group says at its end.
func (p *Prepared) groupInfo(g *workflow.Group, event int) string {
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if n := len(g.Attempts); n > 1 {
		add(Plural(n, "attempt", "attempts"))
	}
	if g.SameChild {
		add("one instance ID: each attempt replaced the one before")
	}
	switch g.Outcome {
	case workflow.OutcomeTimedOut, workflow.OutcomeLeft, workflow.OutcomeBuffered, workflow.OutcomeHeld, workflow.OutcomeLost, workflow.OutcomeUntold:
		add(g.Outcome.String())
	case workflow.OutcomeNone, workflow.OutcomeOpen, workflow.OutcomeDone, workflow.OutcomeFailed, workflow.OutcomeFired, workflow.OutcomeReceived:
	}
	if g.App != "" {
		add("app " + workflow.Clean(g.App))
	}
	if g.Failure != nil && g.Outcome != workflow.OutcomeDone {
		add(workflow.Clean(g.Failure.Type + ": " + g.Failure.Message))
	}
	if g.ChildID != "" {
		add(workflow.SpellID(g.ChildID))
	}
	e := &p.History.Events[event]
	switch {
	case g.Kind == workflow.GroupLifecycle, g.Kind == workflow.GroupUnknown:
		if info := p.events[event].info; g.Failure == nil {
			add(strings.TrimSpace(strings.TrimPrefix(info, e.Status.String()+"  ")))
		}
	case e.Failure == nil && e.Payload.Set && e.Payload.Raw != "":
		add(workflow.Clean(readableHead(e.Payload.Raw, infoBytes)))
	}
	if g.Failure != nil && g.Outcome == workflow.OutcomeDone {
		add("before: " + workflow.Clean(g.Failure.Message))
	}
	return strings.Join(parts, "  ")
}

// outcome returns the symbol of how far something has come, and its pen. The
// symbols are those of the statuses, one cell wide.
func (t *Theme) outcome(o workflow.Outcome) (string, Pen) {
	of := func(s workflow.Status) string { return t.StatusGlyph(s) }
	switch o {
	case workflow.OutcomeOpen:
		return of(workflow.Running), t.Accent
	case workflow.OutcomeDone, workflow.OutcomeReceived:
		return of(workflow.Completed), t.Good
	case workflow.OutcomeFired:
		return of(workflow.Completed), t.Dim
	case workflow.OutcomeFailed, workflow.OutcomeLost:
		return of(workflow.Failed), t.Bad
	case workflow.OutcomeTimedOut:
		return of(workflow.Canceled), t.Warn
	case workflow.OutcomeLeft:
		return of(workflow.Terminated), t.Dim
	case workflow.OutcomeBuffered, workflow.OutcomeUntold:
		return of(workflow.Pending), t.Dim
	case workflow.OutcomeHeld:
		return of(workflow.Suspended), t.Warn
	case workflow.OutcomeNone:
	}
	return " ", t.Dim
}

// foldMark stands before what can be folded.
func (t *Theme) foldMark(open bool) string {
	switch {
	case t.ASCII && open:
		return "v"
	case t.ASCII:
		return ">"
	case open:
		return "▾"
	}
	return "▸"
}

// ends says when what is under way fires, gives up or is tried again.
func (d *Detail) ends(g *workflow.Group) string {
	if g.Outcome != workflow.OutcomeOpen {
		return ""
	}
	verb, until := "fires", g.Until
	switch g.Kind {
	case workflow.GroupEvent:
		verb = "gives up"
	case workflow.GroupActivity, workflow.GroupChild:
		a := &g.Attempts[len(g.Attempts)-1]
		if a.Timer < 0 || a.Fired >= 0 {
			return ""
		}
		verb, until = "next try", d.s.Prepared.History.Events[a.Timer].FireAt
	case workflow.GroupLifecycle, workflow.GroupTurn, workflow.GroupTimer, workflow.GroupMessage, workflow.GroupUnknown:
	}
	switch {
	case g.NoLimit && g.Kind == workflow.GroupTimer:
		return "never fires"
	case g.NoLimit:
		return "no limit"
	case until.IsZero():
		return ""
	case d.clock.Absolute:
		return verb + " " + d.clock.Brief(until)
	case until.After(d.clock.Now):
		return verb + " in " + Short(until.Sub(d.clock.Now)) + orLater(g)
	}
	return verb + " now"
}

// orLater marks the time of a timer that may be one part of a longer one.
func orLater(g *workflow.Group) string {
	if g.Longer {
		return " or later"
	}
	return ""
}

// since is how long something has been under way.
func (d *Detail) since(start time.Time) string {
	if start.IsZero() {
		return ""
	}
	long := max(0, d.clock.Now.Sub(start))
	if long < time.Minute {
		return Short(long)
	}
	return Precise(long)
}
