package workflow

import (
	"fmt"
	"slices"
)

// Rerunnable reports whether the runtime can rerun from an event of this type
// (dapr pkg/actors/targets/workflow/orchestrator/fork/fork.go, handleFound).
func Rerunnable(t EventType) bool {
	return t == TaskScheduled || t == TimerCreated || t == ChildWorkflowInstanceCreated
}

// RerunInput reports whether a rerun from an event of this type can give it
// another input: the runtime refuses one for a timer.
func RerunInput(t EventType) bool { return t == TaskScheduled || t == ChildWorkflowInstanceCreated }

// RerunPoint is an event of a history as a place to rerun from.
type RerunPoint struct {
	// Index is the event's place in the history.
	Index int
	// Why says why a rerun cannot begin here; empty when it can.
	Why string
}

// RerunPoints goes through the events that a rerun might begin at, in the
// server's order. The marks of the worker's turns are left out.
func (h History) RerunPoints() []RerunPoint {
	points := make([]RerunPoint, 0, len(h.Events))
	seen := make(map[int32]bool, len(h.Events)/2)
	for i := range h.Events {
		e := &h.Events[i]
		if e.Type == WorkflowStarted || e.Type == WorkflowCompleted {
			continue
		}
		points = append(points, RerunPoint{Index: i, Why: h.whyNoRerun(i, seen)})
		seen[e.ID] = true
	}
	return points
}

// whyNoRerun says why event i is no place to rerun from. The runtime looks an
// event up by its number and takes the first that has it.
func (h History) whyNoRerun(i int, seen map[int32]bool) string {
	e := &h.Events[i]
	if kind, answer := pairing(e); answer {
		if j, ok := h.Partner(i); ok {
			return fmt.Sprintf("it answers event %d: rerun from that", h.Events[j].ID)
		}
		return "it answers " + map[EventType]string{TaskScheduled: "an activity", TimerCreated: "a timer", ChildWorkflowInstanceCreated: "a child workflow"}[kind] + " that the history does not hold"
	}
	switch {
	case e.Type == EventRaised:
		return "it came from outside: raise it again instead"
	case !Rerunnable(e.Type):
		return "no activity, timer or child workflow"
	case e.ID < 0:
		return "it has no number"
	case seen[e.ID]:
		return fmt.Sprintf("an earlier event has the number %d too, and the runtime takes that one", e.ID)
	}
	return ""
}

// RerunEffect is what a rerun from an event does besides executing the event
// itself. All are indices of the history, ascending.
type RerunEffect struct {
	// Unfinished are the activities and child workflows scheduled before the
	// event that had no answer when it was scheduled: they are executed again.
	Unfinished []int
	// Timers are those created before the event: each is set again for its old
	// time, also one that has fired.
	Timers []int
	// After are the activities, timers and child workflows scheduled behind it.
	// The new instance has none of them in its history: they come again as far
	// as the workflow's code asks for them.
	After []int
	// Raised are the external events that came behind it: the new instance
	// does not have them.
	Raised []int
}

// RerunFrom says what a rerun from event i executes again. It follows the
// runtime, which goes through the history up to the event, keeps what has an
// answer and schedules the rest anew (fork.go, Build and handleBefore).
func (h History) RerunFrom(i int) RerunEffect {
	var x RerunEffect
	if i < 0 || i >= len(h.Events) {
		return x
	}
	open := map[pairKey]int{}
	for j := range h.Events[:i] {
		kind, answer := pairing(&h.Events[j])
		switch {
		case kind == "":
		case kind == TimerCreated:
			if !answer {
				x.Timers = append(x.Timers, j)
			}
		case answer:
			delete(open, pairKey{kind, h.Events[j].Ref})
		default:
			open[pairKey{kind, h.Events[j].ID}] = j
		}
	}
	for _, j := range open {
		x.Unfinished = append(x.Unfinished, j)
	}
	slices.Sort(x.Unfinished)
	for j := i + 1; j < len(h.Events); j++ {
		switch t := h.Events[j].Type; {
		case Rerunnable(t):
			x.After = append(x.After, j)
		case t == EventRaised:
			x.Raised = append(x.Raised, j)
		}
	}
	return x
}
