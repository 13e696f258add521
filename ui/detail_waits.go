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
	for _, w := range h.Waits() {
		name := w.Name
		if w.Kind == workflow.WaitChild {
			name = strings.TrimSpace(name + "  " + workflow.Clean(w.ChildID))
		}
		out = append(out, wait{
			kind: w.Kind.String(), name: name, since: w.Since, until: w.Until, noLimit: w.NoLimit, verb: w.Ends(),
		})
	}
	return out
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
