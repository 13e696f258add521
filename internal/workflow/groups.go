package workflow

import "time"

// GroupKind is what the events of a group are about.
type GroupKind uint8

// The kinds of groups.
const (
	// GroupLifecycle is one event of the instance as a whole.
	GroupLifecycle GroupKind = iota
	// GroupTurn is the mark of a turn of the worker (a replay), of no
	// interest to most.
	GroupTurn
	GroupActivity
	GroupTimer
	// GroupEvent is the wait for an external event with the event that ended
	// it, or an event that no recorded wait belongs to.
	GroupEvent
	GroupChild
	// GroupMessage is an event sent to, or an instance started beside, this
	// one, of which the history tells no more.
	GroupMessage
	// GroupUnknown is an event that this program does not know.
	GroupUnknown
)

// String is the kind in one plain word.
func (k GroupKind) String() string {
	names := [...]string{"lifecycle", "turn", "activity", "timer", "event", "child", "message", "unknown"}
	if int(k) < len(names) {
		return names[k]
	}
	return names[GroupUnknown]
}

// Outcome is how far a group has come.
type Outcome uint8

// The outcomes of a group.
const (
	// OutcomeNone: an event on its own that is neither good nor bad.
	OutcomeNone Outcome = iota
	// OutcomeOpen: under way.
	OutcomeOpen
	OutcomeDone
	OutcomeFailed
	// OutcomeFired: a timer has fired.
	OutcomeFired
	// OutcomeReceived: the awaited event came.
	OutcomeReceived
	// OutcomeTimedOut: the awaited event did not come in time.
	OutcomeTimedOut
	// OutcomeLeft: still open when the instance ended, and so for ever.
	OutcomeLeft
	// OutcomeBuffered: an event that nobody waited for when it came. A later
	// wait may have taken it: that leaves no trace.
	OutcomeBuffered
	// OutcomeHeld: an event that the suspended instance keeps until the resume.
	OutcomeHeld
	// OutcomeLost: an event that the worker dropped between two suspends.
	OutcomeLost
	// OutcomeUntold: an event that arrived, of which the history does not tell
	// who took it: the worker's SDK records no waits.
	OutcomeUntold
)

// String is the outcome in plain words, empty for OutcomeNone.
func (o Outcome) String() string {
	names := [...]string{"", "open", "done", "failed", "fired", "received", "timed out", "left open", "buffered", "held", "lost", "received; this SDK does not record who takes it"}
	if int(o) < len(names) {
		return names[o]
	}
	return ""
}

// Attempt is one try of an activity or a child workflow. Indices are those of
// the history, -1 where there is no such event.
type Attempt struct {
	Scheduled, Answer int
	// Timer is the pause after this attempt, and Fired its end.
	Timer, Fired int
	// Start and End are zero where the history does not tell, or not yet.
	Start, End time.Time
	Outcome    Outcome
	Failure    *Failure
}

// Group is what belongs together: something scheduled with its result, all
// attempts of it, or one event on its own.
type Group struct {
	Kind GroupKind
	// Name is that of the activity, the child workflow, the timer or the
	// awaited event; of other groups, what the event is called, if anything.
	Name string
	// Events are the indices of its events, ascending; never empty. Each event
	// of the history is in exactly one group.
	Events []int
	// Attempts are those of an activity or a child, oldest first.
	Attempts []Attempt
	Outcome  Outcome
	// Start and End are when it began and ended. End is zero while it is open,
	// Start where a history that was cut does not tell.
	Start, End time.Time
	// Until is when a timer fires or a wait gives up, zero without a limit.
	// Longer is set when it may be later: Java's workers set a timer of more
	// than three days in parts, of which Until is the first.
	Until   time.Time
	NoLimit bool
	Longer  bool
	// SameChild is set when every attempt of a child has the same instance ID,
	// so that only the last one can be read.
	SameChild bool
	// Failure is the last one, also of an attempt that was retried.
	Failure *Failure
	// ChildID is the child, raw as in Key: that of the last attempt. App is the
	// app that an activity or a child runs in when it is another one.
	ChildID string
	App     string
}

// First returns the index of the group's first event.
func (g *Group) First() int { return g.Events[0] }

// Last returns the index of the group's last event.
func (g *Group) Last() int { return g.Events[len(g.Events)-1] }

// Duration is how long it took, false while it is open or where the history
// does not tell.
func (g *Group) Duration() (time.Duration, bool) {
	if g.Start.IsZero() || g.End.IsZero() || len(g.Events) < 2 {
		return 0, false
	}
	// The timer of a wait can stand behind the event that ended it.
	return max(0, g.End.Sub(g.Start)), true
}

// Failures is how many attempts have failed.
func (g *Group) Failures() int {
	n := 0
	for i := range g.Attempts {
		if g.Attempts[i].Outcome == OutcomeFailed {
			n++
		}
	}
	return n
}

// Groups sorts the events of the history into groups, in the order of their
// first events. It takes whatever history there is: cut, out of order, with
// events twice or unknown.
func (h History) Groups() []Group { return h.groups(h.replay()) }

func (h History) groups(r replayed) []Group {
	_, ended := h.Completed()
	f := folder{
		h: h, replay: r, ended: ended, owner: make([]int, len(h.Events)),
		task: map[string]int{}, child: map[string]int{}, parts: map[string]int{}, retry: newRetries(),
		groups: make([]Group, 0, len(h.Events)/2),
	}
	for i := range f.owner {
		f.owner[i] = -1
	}
	f.schedules()
	f.pauses()
	f.rest()
	// In the order of their first events; what was merged has none.
	out := make([]Group, 0, len(f.groups))
	done := make([]bool, len(f.groups))
	for _, g := range f.owner {
		if !done[g] {
			done[g] = true
			f.close(&f.groups[g])
			out = append(out, f.groups[g])
		}
	}
	return out
}

// folder is the state of Groups.
type folder struct {
	h      History
	replay replayed
	ended  bool
	groups []Group
	owner  []int // the group of each event, -1 for none yet

	// task are groups by task execution ID, child by the child's ID.
	task, child map[string]int
	// parts are groups of timers by name, for the further parts of long ones.
	parts map[string]int
	// retry keeps account of the calls that failed and may be tried again.
	retry retries
}

// schedules makes the groups of all that was scheduled.
func (f *folder) schedules() {
	for i := range f.h.Events {
		switch e := &f.h.Events[i]; {
		case e.Type == TaskScheduled:
			f.activity(i)
		case e.Type == ChildWorkflowInstanceCreated:
			f.childOf(i)
		case e.Type == TimerCreated:
			f.timer(i)
		case e.Type == WorkflowStarted:
			f.retry.turn()
		case e.Type == TimerFired && e.HasRef:
			f.fired(i)
		case e.HasRef:
			f.answered(i)
		case e.Type == EventRaised, e.Type == ExecutionResumed:
			f.retry.woken()
		}
	}
}

func (f *folder) add(g Group) int {
	f.groups = append(f.groups, g)
	return len(f.groups) - 1
}

// own puts events into a group, unless they are in one already.
func (f *folder) own(g int, events ...int) {
	for _, i := range events {
		if i >= 0 && f.owner[i] < 0 {
			f.owner[i] = g
			f.groups[g].Events = append(f.groups[g].Events, i)
		}
	}
}

func (f *folder) partner(i int) int {
	if j, ok := f.h.Partner(i); ok {
		return j
	}
	return -1
}

// rest gives every event that is left a group: a second answer that of the
// first, all others one of their own.
func (f *folder) rest() {
	for i := range f.h.Events {
		if f.owner[i] >= 0 {
			continue
		}
		if j := f.partner(i); j >= 0 && f.owner[j] >= 0 {
			f.own(f.owner[j], i)
			continue
		}
		f.own(f.add(f.single(i)), i)
	}
}

// single is the group of an event on its own.
func (f *folder) single(i int) Group {
	e := &f.h.Events[i]
	g := Group{Name: e.Name, Start: e.Time, End: e.Time, Failure: e.Failure}
	switch e.Type {
	case WorkflowStarted, WorkflowCompleted:
		g.Kind = GroupTurn
	case ExecutionStarted, ExecutionSuspended, ExecutionResumed, ExecutionTerminated, ContinueAsNew:
	case ExecutionStalled:
		g.Outcome = OutcomeFailed
	case ExecutionCompleted:
		g.Outcome = OutcomeDone
		if e.Status == Failed || e.Failure != nil {
			g.Outcome = OutcomeFailed
		}
	case TaskCompleted, TaskFailed:
		g = f.orphan(GroupActivity, i)
	case ChildWorkflowInstanceCompleted, ChildWorkflowInstanceFailed:
		g = f.orphan(GroupChild, i)
	case TimerFired:
		g.Kind, g.Outcome, g.Start = GroupTimer, OutcomeFired, time.Time{}
	case EventRaised:
		g.Kind, g.Outcome = GroupEvent, f.fateOutcome(i)
	case EventSent, DetachedWorkflowCreated:
		g.Kind, g.ChildID, g.App = GroupMessage, e.ChildID, e.TargetApp
	default:
		g.Kind = GroupUnknown
	}
	return g
}

// fateOutcome is what became of an event that no recorded wait belongs to. Where
// the worker records no waits, it was received when the workflow went on in the
// turn that it came in.
func (f *folder) fateOutcome(i int) Outcome {
	switch f.replay.fate[i] {
	case fateHeld:
		return OutcomeHeld
	case fateLost:
		return OutcomeLost
	case fateNone, fateBuffered:
	}
	switch {
	case f.h.RecordsWaits():
		return OutcomeBuffered
	case f.wentOn(f.replay.arrived[i]):
		return OutcomeReceived
	}
	return OutcomeUntold
}

// wentOn reports whether the workflow scheduled something, or ended, in the turn
// that event i came in.
func (f *folder) wentOn(i int) bool {
	for _, e := range f.h.Events[i+1:] {
		switch {
		case e.Type == WorkflowStarted:
			return false
		case e.Type == ExecutionCompleted && e.Status != Terminated, Rerunnable(e.Type) && e.ID >= 0, e.Type == EventSent:
			return true
		}
	}
	return false
}

// orphan is the group of an answer without what it answers.
func (f *folder) orphan(kind GroupKind, i int) Group {
	e := &f.h.Events[i]
	a := Attempt{Scheduled: -1, Answer: i, Timer: -1, Fired: -1, End: e.Time, Outcome: answerOutcome(e), Failure: e.Failure}
	return Group{Kind: kind, End: e.Time, Failure: e.Failure, Attempts: []Attempt{a}}
}

func answerOutcome(e *Event) Outcome {
	switch e.Type {
	case TaskFailed, ChildWorkflowInstanceFailed:
		return OutcomeFailed
	case TimerFired:
		return OutcomeFired
	default:
		return OutcomeDone
	}
}
