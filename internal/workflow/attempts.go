package workflow

import (
	"slices"
	"time"
)

// activity puts a scheduled activity into the group of its earlier attempts or
// into a new one.
func (f *folder) activity(i int) {
	e := &f.h.Events[i]
	g, ok := -1, false
	if e.TaskExecutionID != "" {
		g, ok = f.task[e.TaskExecutionID]
	}
	if !ok {
		g, ok = f.again(GroupActivity, e)
	}
	if !ok {
		g = f.add(Group{Kind: GroupActivity, Name: e.Name, App: e.TargetApp})
	}
	if e.TaskExecutionID != "" {
		f.task[e.TaskExecutionID] = g
	}
	f.attempt(g, i)
}

// childOf does the same for a child workflow. Each attempt is an instance of its
// own, or all of them have one instance ID; see TraitChildAttempts.
func (f *folder) childOf(i int) {
	e := &f.h.Events[i]
	g, same := f.child[e.ChildID]
	if same = same && f.failedLast(g); same {
		f.groups[g].SameChild = true
	}
	ok := same
	if !ok {
		g, ok = f.again(GroupChild, e)
	}
	if !ok {
		g = f.add(Group{Kind: GroupChild, Name: e.Name, App: e.TargetApp})
	}
	f.groups[g].ChildID, f.child[e.ChildID] = e.ChildID, g
	f.attempt(g, i)
}

// attempt adds a scheduled event and its answer to a group.
func (f *folder) attempt(g, i int) {
	e := &f.h.Events[i]
	f.retry.tried(g)
	a := Attempt{Scheduled: i, Answer: f.partner(i), Timer: -1, Fired: -1, Start: e.Time, Outcome: OutcomeOpen}
	if a.Answer >= 0 {
		answer := &f.h.Events[a.Answer]
		a.End, a.Outcome, a.Failure = answer.Time, answerOutcome(answer), answer.Failure
	} else if f.ended {
		a.Outcome = OutcomeLeft
	}
	group := &f.groups[g]
	group.Attempts = append(group.Attempts, a)
	f.own(g, i, a.Answer)
}

// failedLast reports whether the last attempt of a group has failed.
func (f *folder) failedLast(g int) bool {
	attempts := f.groups[g].Attempts
	return len(attempts) > 0 && attempts[len(attempts)-1].Outcome == OutcomeFailed
}

// close fills in what follows from a group's events.
func (f *folder) close(g *Group) {
	slices.Sort(g.Events)
	switch {
	case g.Kind == GroupActivity || g.Kind == GroupChild:
		f.closeAttempts(g)
	case g.Outcome == OutcomeNone && (g.Kind == GroupTimer || g.Kind == GroupEvent):
		f.closeTimer(g)
	}
}

func (f *folder) closeAttempts(g *Group) {
	last := &g.Attempts[len(g.Attempts)-1]
	for i := range g.Attempts {
		if failure := g.Attempts[i].Failure; failure != nil {
			g.Failure = failure
		}
	}
	g.Start, g.End, g.Outcome = g.Attempts[0].Start, last.End, last.Outcome
	if last.Timer >= 0 { // the next attempt has not begun
		g.Until, g.End, g.Outcome = f.h.Events[last.Timer].FireAt, time.Time{}, OutcomeOpen
		if f.ended {
			g.Outcome = OutcomeLeft
		}
	}
}

func (f *folder) closeTimer(g *Group) {
	g.Outcome, g.End = OutcomeOpen, time.Time{}
	if f.ended {
		g.Outcome = OutcomeLeft
	}
	last := -1 // the last part of the timer
	for _, i := range g.Events {
		switch e := &f.h.Events[i]; e.Type {
		case EventRaised:
			g.End, g.Outcome = e.Time, OutcomeReceived
			return
		case TimerCreated:
			last = i
		default:
		}
	}
	fired := -1
	if last >= 0 {
		fired = f.partner(last)
	}
	switch {
	case fired < 0:
	case g.Kind == GroupEvent:
		g.End, g.Outcome = f.h.Events[fired].Time, OutcomeTimedOut
	default:
		g.End, g.Outcome = f.h.Events[fired].Time, OutcomeFired
	}
}
