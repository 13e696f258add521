package workflow

import (
	"maps"
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
		g, ok = f.loop(e)
	}
	if !ok {
		g = f.add(Group{Kind: GroupActivity, Name: e.Name, App: e.TargetApp})
	}
	if e.TaskExecutionID != "" {
		f.task[e.TaskExecutionID] = g
	}
	f.attempt(g, i)
}

// childOf does the same for a child workflow: each retry is a child of its own,
// and its timer names the first one (durabletask-go task/orchestrator.go,
// CallChildWorkflow).
func (f *folder) childOf(i int) {
	e := &f.h.Events[i]
	if due := f.expected[e.Name]; len(due) > 0 {
		g := due[0]
		f.expected[e.Name] = due[1:]
		f.groups[g].ChildID = e.ChildID
		f.attempt(g, i)
		return
	}
	g := f.add(Group{Kind: GroupChild, Name: e.Name, ChildID: e.ChildID, App: e.TargetApp})
	f.child[e.ChildID] = g
	f.attempt(g, i)
}

// expect notes that a child is due when its retry timer has fired.
func (f *folder) expect(fired int) {
	timer := f.partner(fired)
	if timer < 0 || f.h.Events[timer].Origin != OriginChildRetry {
		return
	}
	if g, ok := f.child[f.h.Events[timer].OriginRef]; ok {
		f.expected[f.groups[g].Name] = append(f.expected[f.groups[g].Name], g)
	}
}

// attempt adds a scheduled event and its answer to a group.
func (f *folder) attempt(g, i int) {
	e := &f.h.Events[i]
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

// tail is a call that failed, when the timer that comes next may be a pause
// before its next try, as a group.
type tail struct{ call, timer int }

// afterFailure notes a timer that was made when the failure of an activity was
// the last thing that had happened.
func (f *folder) afterFailure(timerGroup, i int) {
	if call, ok := f.failed(f.lastAnswer); ok {
		f.tail[i] = tail{call, timerGroup}
	}
}

// failed returns the group of the activity whose failure an event is, unless
// that was tried again already.
func (f *folder) failed(answer int) (int, bool) {
	if answer < 0 || f.h.Events[answer].Type != TaskFailed || f.owner[answer] < 0 {
		return 0, false
	}
	g := f.owner[answer]
	attempts := f.groups[g].Attempts
	return g, len(attempts) > 0 && attempts[len(attempts)-1].Answer == answer
}

// loop finds the call that an activity repeats without a retry policy: in a
// loop of the workflow's own code, the way of SDKs without policies. That is a
// call of the same activity with the same input, when its failure, or a timer
// made upon it, was the last thing that had happened.
func (f *folder) loop(e *Event) (int, bool) {
	g, pause, ok := -1, -1, false
	if f.lastAnswer >= 0 && f.h.Events[f.lastAnswer].Type == TimerFired {
		pause = f.partner(f.lastAnswer)
		var t tail
		if t, ok = f.tail[pause]; ok {
			_, ok = f.failed(f.groups[t.call].lastAnswer())
			g = t.call
		}
	} else {
		g, ok = f.failed(f.lastAnswer)
	}
	if !ok || !f.repeats(g, e) {
		return 0, false
	}
	if pause >= 0 {
		f.merge(g, f.tail[pause].timer, pause)
	}
	return g, true
}

// lastAnswer is the answer of the last attempt, -1 for none.
func (g *Group) lastAnswer() int {
	if len(g.Attempts) == 0 {
		return -1
	}
	return g.Attempts[len(g.Attempts)-1].Answer
}

// repeats reports whether an event schedules what the last attempt of a group
// did.
func (f *folder) repeats(g int, e *Event) bool {
	group := &f.groups[g]
	last := group.Attempts[len(group.Attempts)-1].Scheduled
	return group.Kind == GroupActivity && group.Name == e.Name && last >= 0 && f.h.Events[last].Payload == e.Payload
}

// merge moves a timer's group into that of the call that it pauses.
func (f *folder) merge(g, timerGroup, timer int) {
	for _, i := range f.groups[timerGroup].Events {
		f.owner[i] = -1
	}
	f.groups[timerGroup].Events = nil
	f.pause(g, timer)
}

// pauses gives the timer that runs now to the call that it pauses: one that has
// paused so before.
func (f *folder) pauses() {
	for _, timer := range slices.Sorted(maps.Keys(f.tail)) {
		t := f.tail[timer]
		attempts := f.groups[t.call].Attempts
		n := len(attempts) - 1
		_, failed := f.failed(attempts[n].Answer)
		if failed && attempts[n].Timer < 0 && n > 0 && attempts[n-1].Timer >= 0 && f.partner(timer) < 0 && f.owner[timer] == t.timer {
			f.merge(t.call, t.timer, timer)
		}
	}
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
	for _, i := range g.Events {
		switch e := &f.h.Events[i]; {
		case e.Type == EventRaised:
			g.End, g.Outcome = e.Time, OutcomeReceived
			return
		case e.Type == TimerFired && g.Kind == GroupEvent:
			g.End, g.Outcome = e.Time, OutcomeTimedOut
		case e.Type == TimerFired:
			g.End, g.Outcome = e.Time, OutcomeFired
		}
	}
}
