package workflow_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// sketch writes groups as people read them: kind, name, attempts, outcome.
func sketch(groups []workflow.Group) string {
	var lines []string
	for i := range groups {
		g := &groups[i]
		if g.Kind == workflow.GroupTurn {
			continue
		}
		s := fmt.Sprintf("%s %s", g.Kind, g.Name)
		if n := len(g.Attempts); n > 1 {
			s += fmt.Sprintf(" x%d", n)
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s (%d events) %s", s, len(g.Events), g.Outcome)))
	}
	return strings.Join(lines, "\n")
}

func TestGroupsOfRecordedHistories(t *testing.T) {
	for name, want := range map[string]string{
		"go-order-approved": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (2 events) received\nlifecycle  (1 events) done",
		"go-order-expired":  "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (2 events) timed out\nlifecycle  (1 events) done",
		"go-order-approval": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (1 events) open",
		"go-retries":        "lifecycle Payment (1 events)\nactivity ChargeThrice x3 (10 events) done\nlifecycle  (1 events) done",
		"go-retrying":       "lifecycle Payment (1 events)\nactivity Charge x4 (15 events) open",
		"go-retries-failed": "lifecycle Payment (1 events)\nactivity Charge x3 (10 events) failed\nlifecycle  (1 events) failed",
		"go-child-retries":  "lifecycle Nursery (1 events)\nchild Toddler x3 (10 events) done\nlifecycle  (1 events) done",
		"go-failed-child":   "lifecycle Family (1 events)\nchild Broken (2 events) failed\nlifecycle  (1 events) failed",
		"go-rerun":          "lifecycle Sum (1 events)\nactivity Part (2 events) done\nactivity Part (2 events) done\nactivity Part (2 events) done\nlifecycle  (1 events) done",
		"go-pending":        "",
		// Its waits were made in one turn, the second before the first.
		"go-raised-before-start": "lifecycle Twice (1 events)\nevent go (2 events) received\nevent go (1 events) open",
		"go-buffered-consumed":   "lifecycle Gated (1 events)\nactivity Gate (2 events) done\nevent approve (1 events) buffered\nevent close (1 events) open",
		"go-lost-between-suspends": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (1 events) open\n" +
			"lifecycle  (1 events)\nlifecycle  (1 events)\nevent approve (1 events) lost\nlifecycle  (1 events)\nlifecycle  (1 events)",
		"go-nested-suspensions": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (2 events) received\n" +
			"lifecycle  (1 events)\nlifecycle  (1 events)\nlifecycle  (1 events)",
		"go-terminated-tree": "lifecycle Family (1 events)\nchild Package (1 events) left open\nchild Package (1 events) left open\nlifecycle  (1 events)\nlifecycle  (1 events) done",
		"go-stalled-patch":   "lifecycle Patched (1 events)\nactivity Part (2 events) done\nevent go (1 events) open\nlifecycle  (1 events) failed",
		"js-order-approval":  "lifecycle Order (1 events)\nactivity Reserve (2 events) done",
		"js-order-approved":  "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (1 events) received\nlifecycle  (1 events) done",
		"js-order-or-timer":  "lifecycle Race (1 events)\ntimer  (1 events) open",
		// The SDK has no retry policies; the loops are the workflows' own.
		"py-order-approved":    "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (2 events) received\nlifecycle  (1 events) done",
		"py-rerun-after-event": "lifecycle Delivery (1 events)\nevent approve (2 events) received\nactivity Ship (2 events) done\nlifecycle  (1 events) done",
		"py-retries":           "lifecycle Payment (1 events)\nactivity Charge x3 (10 events) done\nlifecycle  (1 events) done",
		"py-child-retries":     "lifecycle Nursery (1 events)\nchild Toddler x3 (10 events) done\nlifecycle  (1 events) done",
		"py-race-event-won":    "lifecycle Race (1 events)\nevent approve (2 events) received\ntimer  (1 events) left open\nlifecycle  (1 events) done",
		"js-child-retries":     "lifecycle Nursery (1 events)\nchild Toddler x3 (10 events) done\nlifecycle  (1 events) done",
		"js-resumed": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nlifecycle  (1 events)\n" +
			"event approve (1 events) received\nlifecycle  (1 events)\nlifecycle  (1 events) done",
		"java-order-limit":          "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (1 events) open",
		"java-order-expired":        "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (2 events) timed out\nlifecycle  (1 events) done",
		"java-order-limit-approved": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (2 events) received\nlifecycle  (1 events) done",
		"java-retries":              "lifecycle Payment (1 events)\nactivity Charge x3 (10 events) done\nlifecycle  (1 events) done",
		"java-child-retries":        "lifecycle Nursery (1 events)\nchild Toddler x3 (10 events) done\nlifecycle  (1 events) done",
		"java-rerun-after-event":    "lifecycle Delivery (1 events)\nevent approve (2 events) received\nactivity Ship (2 events) done\nlifecycle  (1 events) done",
		"java-event-case-limit": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (1 events) open\n" +
			"event APPROVE (1 events) received; this SDK does not record who takes it",
		"java-suspended-twice-resumed-once": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nlifecycle  (1 events)\nlifecycle  (1 events)\n" +
			"lifecycle  (1 events)\nevent approve (1 events) received\nlifecycle  (1 events) done",
		"java118-order-limit-second-part": "lifecycle Order (1 events)\nactivity Reserve (2 events) done\nevent approve (3 events) open",
		"java118-retries-failed":          "lifecycle Payment (1 events)\nactivity Charge x3 (10 events) failed\nlifecycle  (1 events) failed",
		"net-retrying":                    "lifecycle PaymentWorkflow (1 events)\nactivity ChargeActivity x3 (11 events) open",
		"net-retrying-117":                "lifecycle PaymentWorkflow (1 events)\nactivity ChargeActivity x3 (11 events) open",
		"net-child-retrying":              "lifecycle NurseryWorkflow (1 events)\nchild ToddlerWorkflow x2 (7 events) open",
		"net-buffered-consumed": "lifecycle LateWorkflow (1 events)\ntimer  (2 events) fired\nevent approve (2 events) received\n" +
			"activity ShipActivity (1 events) open",
		"rust-retrying":          "lifecycle payment (1 events)\nactivity charge x3 (11 events) open",
		"rust-buffered-consumed": "lifecycle late (1 events)\ntimer  (2 events) fired\nevent approve (2 events) received\nevent close (1 events) open",
		"js-retries":             "lifecycle Payment (1 events)\nactivity Charge x3 (10 events) done\nlifecycle  (1 events) done",
		"js-retrying":            "lifecycle Payment (1 events)\nactivity Charge x3 (11 events) open",
	} {
		t.Run(name, func(t *testing.T) {
			if got := sketch(recorded(t, name).Instances[0].History.Groups()); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestGroupsOfAFanOut(t *testing.T) {
	h := recorded(t, "go-fan-out-100").Instances[0].History
	n := 0
	for _, g := range h.Groups() {
		if g.Kind != workflow.GroupActivity {
			continue
		}
		n++
		if d, ok := g.Duration(); !ok || d <= 0 || g.Outcome != workflow.OutcomeDone || len(g.Attempts) != 1 {
			t.Fatalf("%+v took %v", g, d)
		}
	}
	if n != 100 {
		t.Errorf("%d activities", n)
	}
}

func TestEveryEventIsInExactlyOneGroup(t *testing.T) {
	for _, name := range allRecorded(t) {
		for _, in := range recorded(t, name).Instances {
			whole(t, name, in.History.Events)
		}
	}
}

// whole checks what holds for the groups of any history.
func whole(t *testing.T, name string, events []workflow.Event) {
	t.Helper()
	h := workflow.NewHistory(events)
	groups := h.Groups()
	seen := make([]int, len(events))
	first := -1
	for i := range groups {
		g := &groups[i]
		if len(g.Events) == 0 || !slices.IsSorted(g.Events) || g.First() < first {
			t.Fatalf("%s: group %d has the events %v after %d", name, i, g.Events, first)
		}
		first = g.First()
		for _, e := range g.Events {
			seen[e]++
		}
		if (g.Kind == workflow.GroupActivity || g.Kind == workflow.GroupChild) && len(g.Attempts) == 0 {
			t.Fatalf("%s: group %d is an %s without attempts", name, i, g.Kind)
		}
		for _, a := range g.Attempts {
			for _, e := range []int{a.Scheduled, a.Answer, a.Timer, a.Fired} {
				if e >= len(events) {
					t.Fatalf("%s: attempt %+v", name, a)
				}
			}
		}
		if d, ok := g.Duration(); ok && d < 0 {
			t.Fatalf("%s: group %d took %v", name, i, d)
		}
	}
	for i, n := range seen {
		if n != 1 {
			t.Fatalf("%s: event %d is in %d groups", name, i, n)
		}
	}
	sound(t, name, h, groups)
}

// sound checks what is made of the groups.
func sound(t *testing.T, name string, h workflow.History, groups []workflow.Group) {
	t.Helper()
	_, ended := h.Completed()
	for _, w := range h.Waits() {
		if ended {
			t.Fatalf("%s has ended and waits: %+v", name, w)
		}
		if w.Index < 0 || w.Index >= len(h.Events) || w.Group >= len(groups) || w.Kind.String() == "" {
			t.Fatalf("%s waits: %+v", name, w)
		}
	}
	for i, s := range h.Spans(groups) {
		if len(s.Segments) == 0 || s.Group >= len(groups) || !s.End.IsZero() && s.End.Before(s.Start) {
			t.Fatalf("%s: span %d is %+v", name, i, s)
		}
		for _, g := range s.Segments {
			if !g.End.IsZero() && g.End.Before(g.Start) {
				t.Fatalf("%s: span %d has the segment %+v", name, i, g)
			}
		}
	}
	h.Filter(groups, workflow.GroupFilter{Failures: true, Text: "x"})
	h.Find(groups, "e")
	h.Open()
	h.Holds()
}

func TestBrokenHistoriesAreGroupedWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range allRecorded(t) {
		events := recorded(t, name).Instances[0].History.Events
		for cut := range min(len(events), 40) {
			whole(t, name+", cut before", events[cut:])
			whole(t, name+", cut behind", events[:cut])
		}
		for range 20 {
			whole(t, name+", shuffled", shuffled(rng, events))
			whole(t, name+", twice", shuffled(rng, slices.Concat(events, events)))
		}
	}
	for range 300 {
		whole(t, "random", random(rng, rng.IntN(60)))
	}
}

func shuffled(rng *rand.Rand, events []workflow.Event) []workflow.Event {
	out := slices.Clone(events)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func random(rng *rand.Rand, n int) []workflow.Event {
	b := make([]byte, 8*n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return decode(b)
}

// decode makes a history of any bytes: eight for each event, with few numbers
// and names, so that they meet.
func decode(b []byte) []workflow.Event {
	types := []workflow.EventType{
		workflow.ExecutionStarted, workflow.ExecutionCompleted, workflow.ExecutionTerminated, workflow.ExecutionSuspended,
		workflow.ExecutionResumed, workflow.ExecutionStalled, workflow.TaskScheduled, workflow.TaskCompleted, workflow.TaskFailed,
		workflow.ChildWorkflowInstanceCreated, workflow.ChildWorkflowInstanceCompleted, workflow.ChildWorkflowInstanceFailed,
		workflow.DetachedWorkflowCreated, workflow.TimerCreated, workflow.TimerFired, workflow.WorkflowStarted,
		workflow.WorkflowCompleted, workflow.EventSent, workflow.EventRaised, workflow.ContinueAsNew, "Unknown event 40",
	}
	word := func(b byte) string { return []string{"", "a", "b", "A"}[b%4] }
	start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	var events []workflow.Event
	for ; len(b) >= 8; b = b[8:] {
		events = append(events, workflow.Event{
			Type: types[int(b[0])%len(types)], ID: int32(b[1]%8) - 1, Ref: int32(b[2]%8) - 1, HasRef: b[3]%2 == 0,
			Name: word(b[4]), Origin: workflow.TimerOrigin(b[5] % 5), OriginRef: word(b[5] / 5), TaskExecutionID: word(b[6]),
			ChildID: word(b[6] / 4), Time: start.Add(time.Duration(b[7]) * time.Second), FireAt: start.Add(time.Duration(b[3]) * time.Second),
		})
		if e := &events[len(events)-1]; e.Type == workflow.TaskFailed {
			e.Failure = &workflow.Failure{Message: "x"}
		}
	}
	return events
}

func FuzzGroups(f *testing.F) {
	rng := rand.New(rand.NewPCG(3, 4))
	for n := range 20 {
		b := make([]byte, 8*n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { whole(t, "fuzzed", decode(b)) })
}

// long is a history of n events: orders whose payment is retried, and that
// await an approval.
func long(n int) []workflow.Event {
	var events []workflow.Event
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	id := int32(0)
	add := func(e workflow.Event) {
		at = at.Add(time.Second)
		e.Time = at
		events = append(events, e)
	}
	for len(events) < n {
		exec := fmt.Sprint("exec", id)
		add(workflow.Event{ID: -1, Type: workflow.WorkflowStarted})
		add(workflow.Event{ID: id, Type: workflow.TaskScheduled, Name: "Charge", TaskExecutionID: exec})
		add(workflow.Event{ID: -1, Type: workflow.TaskFailed, Ref: id, HasRef: true, Failure: &workflow.Failure{Message: "declined"}})
		add(workflow.Event{ID: id + 1, Type: workflow.TimerCreated, Origin: workflow.OriginActivityRetry, OriginRef: exec})
		add(workflow.Event{ID: -1, Type: workflow.TimerFired, Ref: id + 1, HasRef: true})
		add(workflow.Event{ID: id + 2, Type: workflow.TaskScheduled, Name: "Charge", TaskExecutionID: exec})
		add(workflow.Event{ID: -1, Type: workflow.TaskCompleted, Ref: id + 2, HasRef: true, Payload: workflow.Payload{Set: true, Raw: strings.Repeat("x", 400)}})
		add(workflow.Event{ID: id + 3, Type: workflow.TimerCreated, Origin: workflow.OriginExternalEvent, OriginRef: "approve"})
		add(workflow.Event{ID: -1, Type: workflow.EventRaised, Name: "approve"})
		id += 4
	}
	return events[:n]
}

func BenchmarkGroups(b *testing.B) {
	events := long(10_000)
	for b.Loop() {
		workflow.NewHistory(events).Groups()
	}
}

func BenchmarkFind(b *testing.B) {
	h := workflow.NewHistory(long(10_000))
	groups := h.Groups()
	for b.Loop() {
		h.Find(groups, "no such text")
	}
}

func BenchmarkSpans(b *testing.B) {
	h := workflow.NewHistory(long(10_000))
	groups := h.Groups()
	for b.Loop() {
		h.Spans(groups)
	}
}
