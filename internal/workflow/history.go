package workflow

import (
	"strings"
	"time"
)

// EventType names a history event as the runtime's protocol does.
type EventType string

// The event types of durabletask-go v0.12 (history_events.proto).
const (
	ExecutionStarted               EventType = "ExecutionStarted"
	ExecutionCompleted             EventType = "ExecutionCompleted"
	ExecutionTerminated            EventType = "ExecutionTerminated"
	ExecutionSuspended             EventType = "ExecutionSuspended"
	ExecutionResumed               EventType = "ExecutionResumed"
	ExecutionStalled               EventType = "ExecutionStalled"
	TaskScheduled                  EventType = "TaskScheduled"
	TaskCompleted                  EventType = "TaskCompleted"
	TaskFailed                     EventType = "TaskFailed"
	ChildWorkflowInstanceCreated   EventType = "ChildWorkflowInstanceCreated"
	ChildWorkflowInstanceCompleted EventType = "ChildWorkflowInstanceCompleted"
	ChildWorkflowInstanceFailed    EventType = "ChildWorkflowInstanceFailed"
	DetachedWorkflowCreated        EventType = "DetachedWorkflowInstanceCreated"
	TimerCreated                   EventType = "TimerCreated"
	TimerFired                     EventType = "TimerFired"
	WorkflowStarted                EventType = "WorkflowStarted"
	WorkflowCompleted              EventType = "WorkflowCompleted"
	EventSent                      EventType = "EventSent"
	EventRaised                    EventType = "EventRaised"
	ContinueAsNew                  EventType = "ContinueAsNew"
)

// TimerOrigin says what made a timer.
type TimerOrigin uint8

// A timer is made by the workflow's own code, by the wait for an external
// event, or by the retry of an activity or of a child workflow. Older workers
// leave no origin.
const (
	OriginNone TimerOrigin = iota
	OriginTimer
	OriginExternalEvent
	OriginActivityRetry
	OriginChildRetry
)

// noLimitYear is the year of the fire time that the runtime writes for a wait
// without limit: 9999-12-31T23:59:59.999999999Z.
const noLimitYear = 9999

// Event is one event of a history. All texts but Payload are cleaned.
type Event struct {
	// ID is the event number. Results and events of the life cycle have -1.
	ID   int32
	Time time.Time
	Type EventType
	// Name is that of the activity, child workflow, timer or external event.
	Name string
	// Named is set on a TimerCreated event that carries a name, which may be
	// empty: the field is optional, and Java's workers always fill it.
	Named bool
	// Ref is the ID of the event that this one answers (taskScheduledId or
	// timerId) when HasRef is set.
	Ref    int32
	HasRef bool
	// Payload is the event's input, result, output or reason.
	Payload Payload
	Failure *Failure
	// Status is the final one, in ExecutionCompleted.
	Status Status
	// FireAt is when a timer fires. In the year 9999 it means: no limit.
	FireAt time.Time
	Origin TimerOrigin
	// OriginRef is what the origin names: the event, the task execution or
	// the child instance.
	OriginRef string
	// TaskExecutionID ties the attempts of one activity together.
	TaskExecutionID string
	// ChildID is the child or target instance, raw as in Key.
	ChildID string
	// TargetApp is the app an event was sent to when it is another one.
	TargetApp string
	// ParentID, raw as in Key, and ParentApp are the parent's, in
	// ExecutionStarted.
	ParentID  string
	ParentApp string
	// ParentEvent is the event number in the parent that created this one.
	ParentEvent int32
	// ExecutionID tells the generations of an instance apart.
	ExecutionID string
	// ScheduledStart is set on an instance that was scheduled for later.
	ScheduledStart time.Time
	Version        string
	Patches        []string
	// Reason and Description say why an instance stalled.
	Reason      string
	Description string
	// Recursive is the cascade flag of ExecutionTerminated.
	Recursive bool
	// RerunOf is the instance that this one reruns, raw as in Key, on the event
	// that the rerun began at.
	RerunOf string
	// More is what the event says beyond these fields: tracing, tags and the
	// like, for a reader only.
	More []Field
	// Raw is the event as one line of JSON, for a type or a field that this
	// program does not know. An unknown type is named by its field number in
	// the protocol, such as "Unknown event 40".
	Raw string
}

// Field is a name and a value, cleaned.
type Field struct{ Name, Value string }

// NoLimit reports whether the event is a timer that never fires: a wait
// without a time limit.
func (e Event) NoLimit() bool { return e.FireAt.Year() >= noLimitYear }

// History is the whole current history of an instance, in the server's order.
// Build it with NewHistory.
type History struct {
	Events []Event
	// Bytes is what the events weigh on the wire; zero when that is not known.
	Bytes int
	// partner holds for each event the index of the event that answers it or
	// that it answers, or -1.
	partner []int
	worker  Worker
	// awaited holds for each event the name of the external event that its timer
	// belongs to; see findWaits.
	awaited []string
}

// NewHistory pairs scheduled events with their results. A result belongs to
// the last event of its kind and number before it; when a broken history has
// none, to one behind it that has no other result. The last of several results
// counts.
func NewHistory(events []Event) History {
	h := History{Events: events, partner: make([]int, len(events)), worker: recognize(events)}
	h.pair()
	h.awaited = h.findWaits()
	return h
}

// pair fills in the partners.
func (h *History) pair() {
	events := h.Events
	scheduled := make(map[pairKey]int, len(events)/2)
	var orphans []int
	for i := range events {
		h.partner[i] = -1
		switch kind, answer := pairing(&events[i]); {
		case kind == "":
		case !answer:
			scheduled[pairKey{kind, events[i].ID}] = i
		default:
			if j, ok := scheduled[pairKey{kind, events[i].Ref}]; ok {
				h.partner[i], h.partner[j] = j, i
			} else {
				orphans = append(orphans, i)
			}
		}
	}
	for _, i := range orphans {
		kind, _ := pairing(&events[i])
		if j, ok := scheduled[pairKey{kind, events[i].Ref}]; ok && h.partner[j] < 0 {
			h.partner[i], h.partner[j] = j, i
		}
	}
}

// pairKey is what a scheduled event and its result have in common.
type pairKey struct {
	kind EventType
	id   int32
}

// pairing returns the type of the scheduled event that an event is, or that it
// answers; nothing for an event that is neither.
func pairing(e *Event) (kind EventType, answer bool) {
	switch e.Type {
	case TaskScheduled, TimerCreated, ChildWorkflowInstanceCreated:
		if e.ID >= 0 {
			return e.Type, false
		}
	case TaskCompleted, TaskFailed:
		kind = TaskScheduled
	case TimerFired:
		kind = TimerCreated
	case ChildWorkflowInstanceCompleted, ChildWorkflowInstanceFailed:
		kind = ChildWorkflowInstanceCreated
	default:
	}
	if !e.HasRef {
		return "", false
	}
	return kind, true
}

// Partner returns the index of the event that answers event i, or that event i
// answers, and whether there is one.
func (h History) Partner(i int) (int, bool) {
	if i < 0 || i >= len(h.partner) || h.partner[i] < 0 {
		return 0, false
	}
	return h.partner[i], true
}

// Duration is the time between an answer and what it answers; it is known on
// the answer only.
func (h History) Duration(i int) (time.Duration, bool) {
	j, ok := h.Partner(i)
	if !ok || j > i {
		return 0, false
	}
	return h.Events[i].Time.Sub(h.Events[j].Time), true
}

// Started returns the ExecutionStarted event, when the history has one.
func (h History) Started() (Event, bool) { return h.first(ExecutionStarted) }

// Completed returns the ExecutionCompleted event, when the history has one.
func (h History) Completed() (Event, bool) { return h.first(ExecutionCompleted) }

func (h History) first(t EventType) (Event, bool) {
	for i := range h.Events {
		if h.Events[i].Type == t {
			return h.Events[i], true
		}
	}
	return Event{}, false
}

// Count returns the number of events of one type.
func (h History) Count(t EventType) int {
	n := 0
	for i := range h.Events {
		if h.Events[i].Type == t {
			n++
		}
	}
	return n
}

// Raised returns how many external events of this name the history holds.
// Names compare without case, as the Go worker and daprd do
// (durabletask-go task/orchestrator.go).
func (h History) Raised(name string) int {
	n := 0
	for i := range h.Events {
		if h.Events[i].Type == EventRaised && strings.EqualFold(h.Events[i].Name, name) {
			n++
		}
	}
	return n
}

// Holds returns how many resumes it takes until the instance moves: while it is
// above zero the worker keeps back whatever comes, also when the status reads
// RUNNING, for a resume sets that at once. Suspensions nest: a resume hands the
// worker what it kept, and a suspend among that suspends it again, whereupon
// the rest, further suspends too, is dropped (durabletask-go
// task/orchestrator.go, onExecutionResumed). So three suspends take two
// resumes. Other SDKs may be free sooner; a history that shows new work after
// the last of these events proves it, and counts as free.
func (h History) Holds() int {
	r := h.replay()
	return r.holds
}

// Children returns the instance IDs of the child workflows, each once, in the
// order of their creation.
func (h History) Children() []string {
	var ids []string
	seen := map[string]bool{}
	for i := range h.Events {
		e := &h.Events[i]
		if e.Type == ChildWorkflowInstanceCreated && !seen[e.ChildID] {
			seen[e.ChildID] = true
			ids = append(ids, e.ChildID)
		}
	}
	return ids
}

// RerunOf returns the instance that this one is a rerun of, raw as in Key, and
// the index of the event that the rerun began at. A rerun of a rerun takes over
// the marks of the earlier ones, so that the last one counts: the event that a
// rerun begins at is written after all that it takes over.
func (h History) RerunOf() (id string, event int, ok bool) {
	for i := len(h.Events) - 1; i >= 0; i-- {
		if id := h.Events[i].RerunOf; id != "" {
			return id, i, true
		}
	}
	return "", -1, false
}

// ExecutionID returns the ID of the current generation, empty when the history
// does not tell.
func (h History) ExecutionID() string {
	e, _ := h.Started()
	return e.ExecutionID
}
