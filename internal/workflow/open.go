package workflow

import (
	"slices"
	"strings"
)

// Open returns the indices of the events that are under way: activities, child
// workflows and timers that were scheduled and not answered yet, in the
// history's order. The timer of an awaited external event stays without an
// answer when the event comes, so waits and raised events are matched as the
// workers do; see replay.
func (h History) Open() []int {
	r := h.replay()
	var out []int
	for i := range h.Events {
		if h.open(i, &r) {
			out = append(out, i)
		}
	}
	return out
}

// open reports whether event i was scheduled and has no answer.
func (h History) open(i int, r *replayed) bool {
	switch h.Events[i].Type {
	case TaskScheduled, TimerCreated, ChildWorkflowInstanceCreated:
		_, answered := h.Partner(i)
		return !answered && r.match[i] < 0
	default:
		return false
	}
}

// Awaited returns the names of the external events that the instance waits for
// now, each once, in their exact case. It can tell only where the worker's SDK
// writes a timer for a wait (TraitRecordsWaits); an empty answer does not mean
// that nothing waits.
func (h History) Awaited() []string {
	var names []string
	for _, i := range h.Open() {
		name := h.Awaits(i)
		if name != "" && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			names = append(names, name)
		}
	}
	return names
}
