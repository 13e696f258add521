package workflow

import (
	"slices"
	"strings"
)

// Open returns the indices of the events that are under way: activities, child
// workflows and timers that were scheduled and not answered yet, in the
// history's order. The timer of an awaited external event stays without an
// answer when the event comes, so waits and raised events of one name are
// matched first in, first out, as the workers do: names compare without case.
func (h History) Open() []int {
	open := make([]bool, len(h.Events))
	byName := map[string][]int{}
	for i := range h.Events {
		e := &h.Events[i]
		switch {
		case answerable(e.Type):
			if _, answered := h.Partner(i); answered {
				continue
			}
			open[i] = true
			if name := strings.ToLower(e.Awaits()); name != "" {
				byName[name] = append(byName[name], i)
			}
		case e.Type == EventRaised:
			name := strings.ToLower(e.Name)
			if queue := byName[name]; len(queue) > 0 {
				open[queue[0]] = false
				byName[name] = queue[1:]
			}
		}
	}
	var out []int
	for i, is := range open {
		if is {
			out = append(out, i)
		}
	}
	return out
}

// Awaits returns the name of the external event that a timer belongs to, or
// nothing.
func (e *Event) Awaits() string {
	switch {
	case e.Type != TimerCreated || e.Origin != OriginExternalEvent:
		return ""
	case e.OriginRef != "":
		return e.OriginRef
	}
	return e.Name
}

// Awaited returns the names of the external events that the instance waits for
// now, each once. It can tell only where the worker's SDK writes a timer for a
// wait, as the Go SDK does; an empty answer does not mean that nothing waits.
func (h History) Awaited() []string {
	var names []string
	for _, i := range h.Open() {
		name := h.Events[i].Awaits()
		if name != "" && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			names = append(names, name)
		}
	}
	return names
}
