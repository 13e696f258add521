package workflow

import (
	"regexp"
	"strings"
	"time"
)

// taskIDForm is what the task execution IDs of a history look like.
type taskIDForm uint8

const (
	// taskIDAbsent: nothing was scheduled that would have one.
	taskIDAbsent taskIDForm = iota
	taskIDNone
	taskIDRandom // UUID version 4
	taskIDNamed  // UUID version 5
	taskIDHex    // 32 hex digits
	taskIDOther
)

// childIDForm is what the first generated child ID looks like.
type childIDForm uint8

const (
	childIDNone childIDForm = iota
	childIDZero             // <parent>:0000
)

// traces are what the signs of the recognition look at, gathered in one pass.
type traces struct {
	workflow string
	// first is the lowest event number of what was scheduled, -1 for none.
	first int32
	// raisedFirst is set when an external event came before anything was
	// scheduled: Java's waits take a number that no event has.
	raisedFirst    bool
	taskID         taskIDForm
	childID        childIDForm
	completedZero  bool
	undated        bool
	movedSuspended bool

	origins, onlyWaits             bool
	emptyName, nextName, noName    bool
	namedWait, namelessWait        bool
	gapBeforeWait, closeBeforeWait bool
	workflowRetry                  bool
	wholeSentinel, rustPatch       bool

	emptyInput, emptyResult   bool
	spacedJSON, escapedAngles bool
	pythonMark                bool
	failures, stacks          map[SDK]bool

	// foreign are the numbers of the activities that another app's worker does,
	// whose results and failures it writes.
	foreign map[int32]bool
}

// maxLook is how much of a payload is looked at, in bytes.
const maxLook = 512

// nextSuffix ends the names of the further parts of a long timer of Java.
const nextSuffix = "-next"

// retrySuffix ends the names of the timers between two attempts.
const retrySuffix = "-retry"

func tracesOf(events []Event) traces {
	t := traces{first: -1, onlyWaits: true, failures: map[SDK]bool{}, stacks: map[SDK]bool{}, foreign: map[int32]bool{}}
	used := map[int32]bool{}
	suspended := false
	for i := range events {
		e := &events[i]
		switch e.Type {
		case TaskScheduled, TimerCreated, ChildWorkflowInstanceCreated:
			t.scheduled(e, used)
			t.movedSuspended = t.movedSuspended || suspended && e.Type == TaskScheduled
		case ExecutionSuspended:
			suspended = true
		case ExecutionResumed, ExecutionTerminated:
			suspended = false
		default:
			t.other(e)
		}
		if e.ID >= 0 {
			used[e.ID] = true
		}
	}
	return t
}

// scheduled takes in an event that the workflow's code caused.
func (t *traces) scheduled(e *Event, used map[int32]bool) {
	if e.TargetApp != "" {
		t.foreign[e.ID] = true
	}
	if e.ID >= 0 && (t.first < 0 || e.ID < t.first) {
		t.first = e.ID
	}
	switch e.Type {
	case TaskScheduled:
		t.task(e)
	case TimerCreated:
		t.timer(e, used)
	default:
		if e.ID == 0 && strings.HasSuffix(e.ChildID, ":0000") {
			t.childID = childIDZero
		}
		t.input(e)
	}
}

var (
	uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-([0-9a-fA-F])[0-9a-fA-F]{3}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	hexForm  = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)
)

func (t *traces) task(e *Event) {
	t.input(e)
	if t.taskID != taskIDAbsent {
		return
	}
	switch m := uuidForm.FindStringSubmatch(e.TaskExecutionID); {
	case e.TaskExecutionID == "":
		t.taskID = taskIDNone
	case len(m) > 1 && m[1] == "4":
		t.taskID = taskIDRandom
	case len(m) > 1 && m[1] == "5":
		t.taskID = taskIDNamed
	case hexForm.MatchString(e.TaskExecutionID):
		t.taskID = taskIDHex
	default:
		t.taskID = taskIDOther
	}
}

func (t *traces) input(e *Event) {
	t.emptyInput = t.emptyInput || e.Payload.Set && e.Payload.Raw == ""
	t.json(e)
}

func (t *traces) timer(e *Event, used map[int32]bool) {
	t.emptyName = t.emptyName || e.Named && e.Name == ""
	t.nextName = t.nextName || e.Named && strings.HasSuffix(e.Name, nextSuffix)
	t.workflowRetry = t.workflowRetry || t.workflow != "" && e.Name == t.workflow+retrySuffix
	gap := e.ID > 0 && !used[e.ID-1]
	switch e.Origin {
	case OriginExternalEvent:
		t.origins = true
		t.wait(e, gap)
		return
	case OriginNone:
		if ofCode(e.Name) {
			t.namedWait = true
			t.gapBeforeWait = t.gapBeforeWait || gap
		}
		t.noName = t.noName || !e.Named && e.Name == ""
	case OriginTimer, OriginActivityRetry, OriginChildRetry:
		t.origins, t.onlyWaits = true, false
		t.noName = t.noName || e.Origin == OriginTimer && !e.Named && e.Name == ""
	}
}

// ofCode reports whether the name of a timer comes from the workflow's code as
// it is.
func ofCode(name string) bool {
	return name != "" && !strings.HasSuffix(name, retrySuffix) && !strings.HasSuffix(name, nextSuffix)
}

// wait takes in a timer that says that it is the wait for an event.
func (t *traces) wait(e *Event, gap bool) {
	if e.Name == "" {
		t.namelessWait = true
		t.wholeSentinel = t.wholeSentinel || e.NoLimit() && e.FireAt.Nanosecond() == 0
		return
	}
	t.namedWait = true
	if ofCode(e.Name) {
		t.gapBeforeWait = t.gapBeforeWait || gap
		t.closeBeforeWait = t.closeBeforeWait || !gap
	}
}

// other takes in what came from outside, and the events of the life cycle.
func (t *traces) other(e *Event) {
	if e.HasRef && t.foreign[e.Ref] {
		return
	}
	switch e.Type {
	case ExecutionStarted:
		t.workflow = e.Name
	case WorkflowStarted:
		for _, p := range e.Patches {
			t.rustPatch = t.rustPatch || p == "dapr:external-event-timer"
		}
	case EventRaised:
		t.raisedFirst = t.raisedFirst || t.first < 0
		t.undated = t.undated || !e.Time.IsZero() && e.Time.Before(time.Unix(1, 0))
	case TaskCompleted:
		t.emptyResult = t.emptyResult || e.Payload.Set && e.Payload.Raw == ""
		t.json(e)
	case TaskFailed, ChildWorkflowInstanceFailed:
		t.failure(e.Failure)
	case ExecutionCompleted:
		t.completedZero = t.completedZero || e.ID == 0 && t.first >= 0
		t.failure(e.Failure)
		t.json(e)
	default:
	}
}

func (t *traces) json(e *Event) {
	raw := e.Payload.Raw
	if raw == "" || raw[0] != '{' && raw[0] != '[' {
		return
	}
	raw = raw[:min(len(raw), maxLook)]
	t.spacedJSON = t.spacedJSON || strings.Contains(raw, `": `) && !strings.ContainsAny(raw, "\n\t")
	t.pythonMark = t.pythonMark || strings.Contains(raw, `"__durabletask_autoobject__"`)
	t.escapedAngles = t.escapedAngles || strings.Contains(raw, `\u003c`) || strings.Contains(raw, `\u003e`)
}

func (t *traces) failure(f *Failure) {
	if f == nil {
		return
	}
	if s := stackForm(f.Stack); s != SDKUnknown {
		t.stacks[s] = true
	}
	if s := failureForm(f); s != SDKUnknown {
		t.failures[s] = true
	}
}
