package workflow_test

import (
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestWaitsOfTheRecordings(t *testing.T) {
	type brief struct {
		kind    workflow.WaitKind
		name    string
		attempt int
		noLimit bool
		limit   time.Duration // from since to until
		failed  string
		child   string
	}
	for name, want := range map[string][]brief{
		"go-order-approval":   {{kind: workflow.WaitEvent, name: "approve", limit: 72 * time.Hour}},
		"go-activity-running": {{kind: workflow.WaitActivity, name: "Gate", attempt: 1}},
		"go-retrying":         {{kind: workflow.WaitRetry, name: "Charge", attempt: 5, limit: 10 * time.Second, failed: "card declined: code 51"}},
		"go-children-running": {
			{kind: workflow.WaitChild, name: "Package", attempt: 1, child: "family-2:0000"},
			{kind: workflow.WaitChild, name: "Package", attempt: 1, child: "family-2:0001"},
		},
		"go-continue-as-new":     {{kind: workflow.WaitTimer, name: "pause", limit: time.Hour}},
		"go-raised-before-start": {{kind: workflow.WaitEvent, name: "go", noLimit: true}},
		"go-buffered-consumed":   {{kind: workflow.WaitEvent, name: "close", noLimit: true}},
		// The timer of the wait stands behind the event that ended it.
		"go-answer-and-event-in-one-turn": {{kind: workflow.WaitEvent, name: "close", noLimit: true}},
		"go-lost-between-suspends":        {{kind: workflow.WaitEvent, name: "approve", noLimit: true}},
		"go-nested-suspensions":           nil, // the event is there, and kept back
		"go-suspended":                    {{kind: workflow.WaitEvent, name: "approve", noLimit: true}},
		"go-stalled-version":              {{kind: workflow.WaitEvent, name: "go", noLimit: true}},
		"js-order-approval":               nil, // this SDK records no waits
		"js-retrying":                     {{kind: workflow.WaitRetry, name: "Charge", attempt: 4, limit: 5 * time.Second, failed: "attempt 3: card declined: code 51"}},
		"js-order-or-timer":               {{kind: workflow.WaitTimer, limit: 2 * time.Hour}},
		"go-terminated-tree":              nil,
		"go-order-approved":               nil,
		"go-pending":                      nil,
	} {
		t.Run(name, func(t *testing.T) {
			h := recorded(t, name).Instances[0].History
			got := h.Waits()
			if len(got) != len(want) {
				t.Fatalf("%+v", got)
			}
			for i, w := range got {
				b := brief{kind: w.Kind, name: w.Name, attempt: w.Attempt, noLimit: w.NoLimit, child: w.ChildID}
				if !w.NoLimit && !w.Until.IsZero() {
					b.limit = w.Until.Sub(w.Since).Round(time.Second)
				}
				if w.Failure != nil {
					b.failed = w.Failure.Message
				}
				if b != want[i] || h.Events[w.Index].Time != w.Since || w.Since.IsZero() {
					t.Errorf("got %+v since %v (%+v), want %+v", b, w.Since, h.Events[w.Index], want[i])
				}
			}
		})
	}
}

// A running attempt tells its number, and why the one before failed.
func TestAWaitTellsItsAttempt(t *testing.T) {
	h := recorded(t, "go-retrying").Instances[0].History
	cut := workflow.NewHistory(h.Events[:len(h.Events)-3]) // attempt 4 runs
	waits := cut.Waits()
	if len(waits) != 1 || waits[0].Kind != workflow.WaitActivity || waits[0].Attempt != 4 || waits[0].Failure == nil {
		t.Fatalf("%+v", waits)
	}
	if g := cut.Groups()[waits[0].Group]; g.Name != "Charge" || g.Failures() != 3 {
		t.Errorf("%+v", g)
	}
	r := recorded(t, "go-child-retries").Instances[0].History
	for n, want := range map[int]struct {
		kind    workflow.WaitKind
		attempt int
		child   string
	}{
		6:  {workflow.WaitRetry, 2, "nursery-1:0000"},
		9:  {workflow.WaitChild, 2, "nursery-1:0002"},
		15: {workflow.WaitChild, 3, "nursery-1:0004"},
	} {
		waits := workflow.NewHistory(r.Events[:n]).Waits()
		if len(waits) != 1 || waits[0].Kind != want.kind || waits[0].Attempt != want.attempt || waits[0].ChildID != want.child || waits[0].Name != "Toddler" {
			t.Errorf("after %d events: %+v", n, waits)
		}
	}
}

func TestWaitOfAnotherApp(t *testing.T) {
	h := workflow.NewHistory([]workflow.Event{
		{ID: 0, Type: workflow.ChildWorkflowInstanceCreated, Name: "Invoice", ChildID: "i-1", TargetApp: "billing"},
		{ID: 1, Type: workflow.TaskScheduled, Name: "Bill", TargetApp: "billing"},
		{ID: 2, Type: workflow.TimerCreated, Origin: workflow.OriginActivityRetry, OriginRef: "cut off"},
	})
	waits := h.Waits()
	if len(waits) != 3 || waits[0].App != "billing" || waits[1].App != "billing" || waits[2].Kind != workflow.WaitRetry {
		t.Errorf("%+v", waits)
	}
}

func TestForemostTellsWhatPeopleCanActUpon(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	timer := workflow.Wait{Kind: workflow.WaitTimer, Until: now.Add(time.Second)}
	activity := workflow.Wait{Kind: workflow.WaitActivity, Name: "Charge"}
	open := workflow.Wait{Kind: workflow.WaitEvent, Name: "open", NoLimit: true}
	soon := workflow.Wait{Kind: workflow.WaitEvent, Name: "soon", Until: now.Add(time.Hour)}
	for _, c := range []struct {
		waits []workflow.Wait
		want  workflow.Wait
	}{
		{[]workflow.Wait{timer}, timer},
		{[]workflow.Wait{timer, activity}, activity},
		{[]workflow.Wait{timer, activity, open}, open},
		{[]workflow.Wait{open, soon, timer}, soon},
		{[]workflow.Wait{soon, open}, soon},
	} {
		if got, ok := workflow.Foremost(c.waits); !ok || got != c.want {
			t.Errorf("%+v: %+v", c.waits, got)
		}
	}
	if _, ok := workflow.Foremost(nil); ok {
		t.Error("nothing has a foremost wait")
	}
	if left, ok := soon.Left(now.Add(2 * time.Hour)); !ok || left != 0 {
		t.Errorf("overdue: %v left", left)
	}
	if _, ok := open.Left(now); ok {
		t.Error("no limit has an end")
	}
	if age := (&workflow.Wait{Since: now.Add(time.Minute)}).Age(now); age != 0 {
		t.Errorf("a clock that is ahead makes it %v old", age)
	}
	for kind, want := range map[workflow.WaitKind]string{
		workflow.WaitEvent: "gives up", workflow.WaitRetry: "next try", workflow.WaitTimer: "fires", workflow.WaitActivity: "", workflow.WaitChild: "",
	} {
		if got := (&workflow.Wait{Kind: kind}).Ends(); got != want {
			t.Errorf("%s %q", kind, got)
		}
	}
}

// How many resumes it takes was tried on the real runtime: three suspends take
// two of them.
func TestHolds(t *testing.T) {
	s, r := workflow.ExecutionSuspended, workflow.ExecutionResumed
	for _, c := range []struct {
		events []workflow.EventType
		want   int
	}{
		{nil, 0},
		{[]workflow.EventType{s}, 1},
		{[]workflow.EventType{s, r}, 0},
		{[]workflow.EventType{r, s}, 1}, // a resume does not pay in advance
		{[]workflow.EventType{s, s}, 2},
		{[]workflow.EventType{s, s, r}, 1},
		{[]workflow.EventType{s, s, r, r}, 0},
		{[]workflow.EventType{s, s, s}, 2},
		{[]workflow.EventType{s, s, s, r}, 1},
		{[]workflow.EventType{s, s, s, r, r}, 0},
		{[]workflow.EventType{s, s, r, workflow.TaskScheduled}, 0}, // another SDK
	} {
		var events []workflow.Event
		for _, e := range c.events {
			events = append(events, workflow.Event{Type: e})
		}
		if got := workflow.NewHistory(events).Holds(); got != c.want {
			t.Errorf("%v: %d, want %d", c.events, got, c.want)
		}
	}
	for name, want := range map[string]int{
		"go-nested-suspensions": 1, "go-suspended": 1, "go-terminate-suspended": 1, "go-three-suspends": 0,
		"go-lost-between-suspends": 0, "js-suspended": 1, "go-order-approval": 0,
	} {
		if got := recorded(t, name).Instances[0].History.Holds(); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

func TestFillIsAShareOfTheLimit(t *testing.T) {
	h := recorded(t, "go-stalled-payload").Instances[0].History
	if fill, ok := h.Fill(); !ok || fill < 0.83 || fill > 0.84 { // 3.5 MB; the rest waits outside of the history
		t.Errorf("%v %v", fill, ok)
	}
	if _, ok := (workflow.History{}).Fill(); ok {
		t.Error("a history without a weight fills something")
	}
}
