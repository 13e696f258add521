package ui

import (
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// wait is something that a history shows to be under way: scheduled, and not
// answered yet.
type wait struct {
	// kind is activity, event, timer, retry or child.
	kind, name string
	since      time.Time
	// until is when it fires or gives up; zero when nothing limits it.
	until   time.Time
	noLimit bool
	// what is said of until: "gives up in", "fires in", "next try in".
	verb string
}

// waits returns what a history shows to be under way, in its order.
func waits(h workflow.History) []wait {
	var out []wait
	for _, i := range h.Open() {
		out = append(out, waitOf(h, i))
	}
	return out
}

func waitOf(h workflow.History, i int) wait {
	e := &h.Events[i]
	w := wait{since: e.Time, name: e.Name}
	switch e.Type { //nolint:exhaustive // waits calls it for these only
	case workflow.TaskScheduled:
		w.kind = "activity"
	case workflow.ChildWorkflowInstanceCreated:
		w.kind = "child"
		w.name = strings.TrimSpace(e.Name + "  " + workflow.Clean(e.ChildID))
	case workflow.TimerCreated:
		w.until, w.noLimit = e.FireAt, e.NoLimit()
		switch e.Origin {
		case workflow.OriginExternalEvent:
			w.kind, w.verb = "event", "gives up"
			if e.OriginRef != "" {
				w.name = e.OriginRef
			}
		case workflow.OriginActivityRetry, workflow.OriginChildRetry:
			w.kind, w.verb = "retry", "next try"
			if n := retried(h, i); n != "" {
				w.name = n
			}
		case workflow.OriginNone, workflow.OriginTimer:
			w.kind, w.verb = "timer", "fires"
		}
	}
	return w
}

// retried names the activity whose retry timer i waits.
func retried(h workflow.History, i int) string {
	ref := h.Events[i].OriginRef
	for j := i - 1; j >= 0 && ref != ""; j-- {
		e := &h.Events[j]
		if e.Name != "" && (e.TaskExecutionID == ref || e.Type == workflow.ChildWorkflowInstanceCreated && e.ChildID == ref) {
			return e.Name
		}
	}
	return ""
}

// last returns the last event of a type.
func last(h workflow.History, t workflow.EventType) (workflow.Event, bool) {
	for i := len(h.Events) - 1; i >= 0; i-- {
		if h.Events[i].Type == t {
			return h.Events[i], true
		}
	}
	return workflow.Event{}, false
}
