package model

import (
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// lateActions are the actions, each with an instance that it makes sense for,
// what types its form, and how its notices begin and end.
func lateActions() []struct {
	key, fill, busy, seen string
	status                workflow.Status
} {
	return []struct {
		key, fill, busy, seen string
		status                workflow.Status
	}{
		{"p", "", "pause order-17", "paused order-17: SUSPENDED after", workflow.Running},
		{"r", "", "resume order-17", "resumed order-17: RUNNING after", workflow.Suspended},
		{"e", "approve", "raise event order-17", "raised order-17: approve is delivered after", workflow.Running},
		{"T", "", "terminate order-17", "terminated order-17: TERMINATED after", workflow.Running},
		{"X", "", "purge order-17", "purged order-17: its state is gone after", workflow.Completed},
		{"a", "", "start new made-1", "started made-1: RUNNING after", workflow.Completed},
	}
}

// sent fills in the form of an action and sends it.
func (b *bench) sent(key, fill string) {
	b.t.Helper()
	b.press(key)
	b.pass(400 * time.Millisecond)
	b.text(fill)
	b.press("ctrl+s")
	if len(b.client.calls) == 0 {
		b.t.Fatalf("%s sent nothing:\n%s", key, b.screen())
	}
}

func lateBench(t *testing.T, status workflow.Status) *bench {
	t.Helper()
	events := goTask()
	if status == workflow.Suspended {
		events = append(events, workflow.Event{ID: -1, Type: workflow.ExecutionSuspended})
	}
	return withOne(t, status, events...)
}

// TestAnEffectThatComesLate is not said to be there before it is.
func TestAnEffectThatComesLate(t *testing.T) {
	for _, a := range lateActions() {
		t.Run(a.key, func(t *testing.T) {
			b := lateBench(t, a.status)
			b.client.lag = 5 * time.Second
			b.sent(a.key, a.fill)
			b.seesNot(a.seen)
			b.pass(4 * time.Second)
			b.sees(a.busy + ": accepted, no effect seen yet; still watching")
			b.seesNot(a.seen)
			b.pass(5 * time.Second)
			b.sees(a.seen)
			if len(b.client.calls) != 1 {
				t.Errorf("sent %q", b.client.calls)
			}
		})
	}
}

// TestAnEffectThatNeverComes is given up on, in so many words.
func TestAnEffectThatNeverComes(t *testing.T) {
	for _, a := range lateActions() {
		t.Run(a.key, func(t *testing.T) {
			b := lateBench(t, a.status)
			b.client.lag = 100 * time.Hour
			b.sent(a.key, a.fill)
			b.pass(lookFor + time.Minute)
			b.press("L")
			b.sees(a.busy+": accepted, but no effect seen for", "10m")
			b.seesNot(strings.TrimSuffix(a.seen, " after"))
			if len(b.client.calls) != 1 || len(b.m.flights) != 0 {
				t.Errorf("sent %q, %d still looked for", b.client.calls, len(b.m.flights))
			}
		})
	}
}

// TestAnEffectThatLosesToACompletion: the instance ends by itself before the call
// has its effect.
func TestAnEffectThatLosesToACompletion(t *testing.T) {
	for _, a := range lateActions()[:4] {
		t.Run(a.key, func(t *testing.T) {
			b := lateBench(t, a.status)
			b.client.lag = 5 * time.Second
			b.sent(a.key, a.fill)
			b.client.instances["order-17"].status = workflow.Completed
			b.client.instances["order-17"].happen(b.now, workflow.Event{Type: workflow.ExecutionCompleted, Status: workflow.Completed})
			b.pass(10 * time.Second)
			b.press("L")
			b.sees(a.busy+": it ", "COMPLETED")
			b.seesNot(strings.TrimSuffix(a.seen, " after"))
		})
	}
}

// TestAnEffectOnAnotherRun: while an effect is looked for, the ID is used again.
// What the next run does proves nothing.
func TestAnEffectOnAnotherRun(t *testing.T) {
	for _, a := range lateActions()[:4] {
		t.Run(a.key, func(t *testing.T) {
			b := lateBench(t, a.status)
			b.client.lag = 5 * time.Second
			b.sent(a.key, a.fill)
			usedAgain(b, "order-17", "Payment", map[string]workflow.Status{"p": workflow.Suspended, "r": workflow.Running, "e": workflow.Running, "T": workflow.Terminated}[a.key])
			b.client.instances["order-17"].events = append(b.client.instances["order-17"].events, goTask()...)
			b.pass(10 * time.Second)
			b.press("L")
			b.seesNot(strings.TrimSuffix(a.seen, " after"))
		})
	}
}

// TestAReplacingStartIsNotProvedByTheOldRun.
func TestAReplacingStartIsNotProvedByTheOldRun(t *testing.T) {
	b := withOne(t, workflow.Completed)
	b.client.lag = 5 * time.Second
	b.press("a tab")
	b.text("order-17")
	b.press("ctrl+s")
	b.sees("Replace order-17")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.called("start OrderProcessing order-17 ")
	b.pass(4 * time.Second)
	b.seesNot("started order-17")
	b.pass(4 * time.Second)
	b.sees("started order-17: RUNNING after")
}

// A suspend is proved by its own event: a status that was read a moment before
// the history proves nothing.
func TestASuspendIsProvedByItsEvent(t *testing.T) {
	base := facts{status: workflow.Running, historyKnown: true, suspends: 1, executionID: "x"}
	seen := sighting{found: true, facts: facts{status: workflow.Suspended, historyKnown: true, suspends: 1, executionID: "x"}}
	if v := proveSuspend(base, seen, request{}); v.state != notYet {
		t.Errorf("proved by nothing: %+v", v)
	}
	seen.facts.suspends = 2
	if v := proveSuspend(base, seen, request{}); v.state != observed {
		t.Errorf("not proved: %+v", v)
	}
}
