package model

import (
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// ended is a history that a rerun can begin at in three places.
func ended() []workflow.Event {
	return []workflow.Event{
		{ID: 0, Type: workflow.TaskScheduled, Name: "Reserve"},
		{ID: -1, Type: workflow.TaskCompleted, Ref: 0, HasRef: true},
		{ID: 1, Type: workflow.TimerCreated, Name: "cool-off"},
		{ID: -1, Type: workflow.TimerFired, Ref: 1, HasRef: true},
		{ID: 2, Type: workflow.TaskScheduled, Name: "Charge"},
		{ID: -1, Type: workflow.TaskFailed, Ref: 2, HasRef: true},
	}
}

func TestRerunPickerTakesAnEventIntoTheForm(t *testing.T) {
	b := withOne(t, workflow.Failed, ended()...)
	b.press("R")
	b.sees("Rerun order-17 (orders): from which event?", "Executed again: activity Reserve (0); its input can be replaced.",
		"Then, as the workflow asks for them: timer cool-off (1), activity Charge (2)")
	b.press("G k")
	b.sees("Executed again: activity Charge (2)", "Set again, fired or not: timer cool-off (1)")
	b.press("enter")
	b.pass(400 * time.Millisecond)
	b.sees("From event", "TaskScheduled Charge, chosen", "New input")
	b.press("ctrl+s")
	b.called("rerun order-17 from 2 as rerun-of-order-17")
	if x := b.m.modals.top(); x != nil {
		t.Fatalf("%T is still open", x)
	}
	b.refresh()
	b.pass(2 * time.Second)
	if row, ok := b.m.selected(); !ok || row.InstanceID != "rerun-of-order-17" {
		t.Fatalf("the new instance is not the selected one: %+v", row.Key)
	}
}

func TestRerunPickerHidesTheInputOfATimer(t *testing.T) {
	b := withOne(t, workflow.Failed, ended()...)
	b.press("R j j")
	b.sees("timer cool-off (1); a timer takes no input.")
	b.press("enter")
	b.pass(400 * time.Millisecond)
	b.sees("TimerCreated cool-off, chosen", "New ID")
	b.seesNot("New input")
	b.press("ctrl+s")
	b.called("rerun order-17 from 1 as rerun-of-order-17")
}

func TestRerunPickerSaysWhyNot(t *testing.T) {
	b := withOne(t, workflow.Failed, ended()...)
	b.press("R j")
	b.sees("No rerun from here: it answers event 0: rerun from that.")
	b.press("enter")
	b.pass(400 * time.Millisecond)
	b.seesNot("From event")
	b.press("esc")
	b.seesNot("from which event?")
	b.called()
}

func TestRerunFormGoesBackToThePicker(t *testing.T) {
	b := withOne(t, workflow.Failed, ended()...)
	b.press("R enter")
	b.pass(400 * time.Millisecond)
	b.press("esc")
	b.sees("from which event?")
	b.seesNot("[ Cancel ]")
	b.press("esc")
	if x := b.m.modals.top(); x != nil {
		t.Fatalf("%T is still open", x)
	}
	b.called()
}

func TestRerunWithoutAHistoryAsksForTheNumber(t *testing.T) {
	b := withOne(t, workflow.Failed, ended()...)
	b.m.shown.facts.historyKnown = false
	b.press("R")
	b.pass(400 * time.Millisecond)
	b.seesNot("from which event?")
	b.sees("From event", "New input")
}

func TestNoRerunPickerForAChild(t *testing.T) {
	b := withOne(t, workflow.Failed, ended()...)
	b.m.shown.facts.parentID = "parent"
	b.press("R")
	b.seesNot("from which event?")
	b.sees("only a root workflow can be rerun")
}

// TestRerunBehindAFiredTimer: runtimes before 1.19 lose its schedule.
func TestRerunBehindAFiredTimer(t *testing.T) {
	b := withOne(t, workflow.Failed, ended()...)
	b.press("R enter")
	b.sees("TaskScheduled Reserve, chosen")
	b.seesNot("loses the schedule")

	b = withOne(t, workflow.Failed, ended()...)
	b.press("R G k enter")
	b.sees("TaskScheduled Charge, chosen", "loses the schedule of 1 fired timer")
}
