package model

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestFollowingTellsOfTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		status workflow.Status
		want   string
	}{
		"completed":  {workflow.Completed, "order-17 has ended: COMPLETED"},
		"failed":     {workflow.Failed, "order-17 has ended: FAILED"},
		"terminated": {workflow.Terminated, "order-17 has ended: TERMINATED"},
	} {
		t.Run(name, func(t *testing.T) {
			b := withOne(t, workflow.Running)
			b.client.add("order-18", "OrderProcessing", workflow.Running)
			b.refresh()
			b.press("f")
			b.sees("following order-17", "order-17 · FOLLOWING", "FOLLOWING 1")
			b.press("j") // and looks at something else
			b.pass(time.Second)
			b.client.instances["order-17"].status = c.status
			b.refresh()
			b.sees(c.want)
			b.pass(10 * time.Minute)
			b.refresh()
			b.sees(c.want) // until it is taken away
			b.seesNot("FOLLOWING")
			if len(b.raw) != 1 || b.raw[0] != "\a" {
				t.Fatalf("the terminal got %q, want one bell", b.raw)
			}
			b.press("L")
			b.sees(c.want)
		})
	}
}

func TestFollowingGoesOnAfterAStall(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("f")
	b.client.instances["order-17"].status = workflow.Stalled
	b.refresh()
	b.refresh()
	b.sees("order-17 is STALLED", "FOLLOWING")
	b.client.instances["order-17"].status = workflow.Running
	b.refresh()
	b.client.instances["order-17"].status = workflow.Completed
	b.refresh()
	b.sees("order-17 has ended: COMPLETED")
	if len(b.raw) != 2 {
		t.Fatalf("%d bells, want one for the stall and one for the end", len(b.raw))
	}
}

func TestFollowingEndsWithASecondF(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("f f")
	b.sees("no longer following order-17")
	b.seesNot("FOLLOWING")
	b.client.instances["order-17"].status = workflow.Completed
	b.refresh()
	b.seesNot("has ended")
	b.press("f")
	b.sees("order-17 is COMPLETED: there is nothing left to follow")
	if len(b.raw) != 0 {
		t.Fatalf("the terminal got %q", b.raw)
	}
}

// TestSeveralThatAreFollowedEndAtOnce: one bell, one notice with all of them.
func TestSeveralThatAreFollowedEndAtOnce(t *testing.T) {
	b := start(t)
	for i := range 3 {
		b.client.add(fmt.Sprintf("order-%d", i), "OrderProcessing", workflow.Running)
	}
	b.refresh()
	b.press("f j f j f")
	b.sees("FOLLOWING 3")
	b.client.instances["order-0"].status = workflow.Completed
	b.client.instances["order-2"].status = workflow.Failed
	delete(b.client.instances, "order-1")
	b.refresh()
	b.sees("order-0 has ended: COMPLETED", "order-1 is gone: it was purged", "order-2 has ended: FAILED")
	if len(b.raw) != 1 {
		t.Fatalf("%d bells", len(b.raw))
	}
}

// TestWhatIsFollowedIsReadFirst: it may be far from what is on the screen.
func TestWhatIsFollowedIsReadFirst(t *testing.T) {
	b := start(t)
	for i := range 200 {
		b.client.add(fmt.Sprintf("order-%03d", i), "OrderProcessing", workflow.Running)
	}
	b.refresh()
	b.press("f G")
	row, _ := b.m.list.Selected()
	if !strings.Contains(strings.Join(b.feed.focus, " "), b.m.following[0].key.InstanceID) || row.Key == b.m.following[0].key {
		t.Fatalf("%s is followed and not among %q", b.m.following[0].label, b.feed.focus)
	}
}

func TestFollowingStaysOnTheNewestEvent(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.pass(time.Second)
	b.press("enter ]")
	for i := range 60 {
		b.client.instances["order-17"].happen(b.now, workflow.Event{Type: workflow.EventRaised, Name: fmt.Sprintf("event-%d", i)})
	}
	b.refresh()
	b.press("g")
	b.seesNot("event-59")
	b.press("f")
	b.sees("event-59")
	b.pass(time.Second)
	b.client.instances["order-17"].happen(b.now, workflow.Event{Type: workflow.EventRaised, Name: "event-60"})
	b.refresh()
	b.pass(time.Second)
	b.sees("event-60")
}

func TestAnotherAppIsNotFollowed(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("f")
	b.client.app = "billing"
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.client.instances["order-17"].status = workflow.Completed
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.seesNot("has ended")
	b.seesNot("FOLLOWING")
}

// TestAnInterruptionIsNotAnEnd: while nothing answers nothing is known.
func TestAnInterruptionIsNotAnEnd(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("f")
	b.refresh(func(s *watch.Snapshot) {
		s.Phase, s.Instances, s.Err = watch.Down, nil, errors.New("connection refused")
	})
	b.seesNot("is gone")
	b.sees("FOLLOWING")
}
