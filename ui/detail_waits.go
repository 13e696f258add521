package ui

import (
	"strconv"
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
	// longer is set when until may not be the end; see workflow.Group.
	longer bool
	// what is said of until: "gives up in", "fires in", "next try in".
	verb string
	// failure is why the attempt before failed.
	failure string
}

// foldWaits is from how many on running activities or children of one name are
// one line: a fan-out would push away all the rest.
const foldWaits = 4

// waits returns what a history shows to be under way, in its order. Many of one
// name are one line, since the oldest of them.
func waits(h workflow.History) []wait {
	all := h.Waits()
	type alike struct {
		kind workflow.WaitKind
		name string
	}
	many := map[alike]int{}
	for i := range all {
		many[alike{all[i].Kind, all[i].Name}]++
	}
	line := map[alike]int{}
	var out []wait
	for i := range all {
		w := &all[i]
		same := alike{w.Kind, w.Name}
		folds := many[same] >= foldWaits && (w.Kind == workflow.WaitActivity || w.Kind == workflow.WaitChild)
		if at, ok := line[same]; ok && folds {
			if w.Since.Before(out[at].since) {
				out[at].since = w.Since
			}
			continue
		}
		x := wait{kind: w.Kind.String(), name: w.Name, since: w.Since, until: w.Until, noLimit: w.NoLimit, longer: w.Longer, verb: w.Ends()}
		switch {
		case folds:
			x.name = w.Name + " (" + Count(many[same]) + ")"
			line[same] = len(out)
		case w.Kind == workflow.WaitChild:
			x.name = strings.TrimSpace(w.Name + "  " + workflow.SpellID(w.ChildID))
		}
		if !folds {
			x.attempt(w)
		}
		out = append(out, x)
	}
	return out
}

// attempt says which one it is, and how the one before went.
func (x *wait) attempt(w *workflow.Wait) {
	if w.App != "" {
		x.name += " in " + workflow.Clean(w.App)
	}
	if w.Attempt > 1 {
		x.name += " #" + strconv.Itoa(w.Attempt)
	}
	if w.Failure != nil {
		x.failure = workflow.Clean(workflow.Shorten(w.Failure.Message, maxLine))
		if x.failure == "" {
			x.failure = workflow.Clean(w.Failure.Type)
		}
	}
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
