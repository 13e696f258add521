package model

import (
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// withoutHistories is a console on a runtime before 1.17.
func withoutHistories(t *testing.T, status workflow.Status) (*bench, *faultyClient) {
	t.Helper()
	b, c := withFaulty(t, status)
	c.historyErr = &workflow.Error{Kind: workflow.KindOldRuntime, Message: "this runtime has no call for histories (before Dapr 1.17)"}
	b.client.instances["order-17"].events[1].Time = b.now // it has moved on: read it again
	b.refresh()
	b.pass(time.Second)
	return b, c
}

// TestDetailWithoutHistories: one sentence, the metadata, and no read after the
// other for what will never come.
func TestDetailWithoutHistories(t *testing.T) {
	b, c := withoutHistories(t, workflow.Running)
	b.sees("not known: this runtime has no call for histories (before Dapr 1.17)", "OrderProcessing")
	b.press("]")
	b.sees("There is no history to show", "This runtime has no call for histories (before Dapr 1.17).")
	b.press("]")
	b.sees("There is no history to show")
	reads := c.reads
	for range 5 {
		b.refresh()
		b.pass(2 * time.Second)
	}
	if n := c.reads - reads; n > 0 {
		t.Errorf("read %d times although nothing changed", n)
	}
}

// TestOutcomesWithoutHistories: the status alone proves something.
func TestOutcomesWithoutHistories(t *testing.T) {
	b, _ := withoutHistories(t, workflow.Running)
	b.press("p")
	b.press("ctrl+s")
	b.sees("paused order-17: SUSPENDED after")
	b.refresh()
	b.press("r")
	b.press("ctrl+s")
	b.sees("resumed order-17: RUNNING after")
	b.refresh()
	b.press("e")
	b.text("approve")
	b.press("ctrl+s")
	b.sees("raise event order-17: approve was accepted; this runtime has no history to see it in")
	b.pass(time.Second)
	b.refresh()
	b.press("T")
	b.pass(time.Second)
	b.press("ctrl+s")
	b.sees("terminated order-17: TERMINATED after")
}

func TestProofsWithoutHistories(t *testing.T) {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	look := func(status workflow.Status, created time.Time) sighting {
		f := facts{status: status, created: created, noHistory: true}
		return sighting{found: true, facts: f}
	}
	raise := request{raise: workflow.RaiseRequest{Event: "approve"}}
	tests := map[string]struct {
		prove func(facts, sighting, request) verdict
		base  facts
		seen  sighting
		req   request
		want  proofState
		says  string
	}{
		"a second suspend":           {proveSuspend, look(workflow.Suspended, at).facts, look(workflow.Suspended, at), request{}, held, "no history to see it in"},
		"a suspend that has not yet": {proveSuspend, look(workflow.Running, at).facts, look(workflow.Running, at), request{}, notYet, ""},
		"a resume of a running one":  {proveResume, look(workflow.Running, at).facts, look(workflow.Running, at), request{}, held, "it was RUNNING before too"},
		"a resume that has not yet":  {proveResume, look(workflow.Suspended, at).facts, look(workflow.Suspended, at), request{}, notYet, ""},
		"a raise":                    {proveRaise, look(workflow.Running, at).facts, look(workflow.Running, at), raise, held, "approve was accepted; this runtime has no history to see it in"},
		"a raise that ended it":      {proveRaise, look(workflow.Running, at).facts, look(workflow.Completed, at), raise, held, "whether the event came first"},
		"a start over an old one":    {proveStart, look(workflow.Completed, at).facts, look(workflow.Completed, at), request{}, notYet, ""},
		"a start that replaced it":   {proveStart, look(workflow.Completed, at).facts, look(workflow.Completed, at.Add(time.Second)), request{}, observed, "COMPLETED"},
		"a purge":                    {provePurge, look(workflow.Completed, at).facts, sighting{}, request{}, observed, "its state is gone"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := tt.prove(tt.base, tt.seen, tt.req)
			if got.state != tt.want || !strings.Contains(got.text, tt.says) {
				t.Errorf("state %d, %q; want %d, %q", got.state, got.text, tt.want, tt.says)
			}
		})
	}
}

// TestNothingWatched: a sidecar that cannot list is not one without instances.
func TestNothingWatched(t *testing.T) {
	b := start(t)
	listless := func(s *watch.Snapshot) {
		s.Listless, s.ListErr = true, &workflow.Error{Kind: workflow.KindOldRuntime, Message: "this runtime is too old"}
	}
	b.refresh(listless)
	b.sees("orders cannot list its instances", "this runtime is too old", "Those whose IDs you give are watched")
	b.seesNot("has no workflow instances yet")
	b.refresh(listless, func(s *watch.Snapshot) { s.Watched, s.Absent = 2, []string{"a", "b"} })
	b.sees("2 of the 2 watched IDs do not exist there")
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh(listless, func(s *watch.Snapshot) { s.Watched, s.Absent = 2, []string{"b"} })
	b.sees("1 watched instance, 1 watched ID does not exist")
	b.refresh()
	b.sees("1 instance ")
}
