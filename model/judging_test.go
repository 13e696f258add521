package model

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestOverviewTellsWhatHoldsAnInstance(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.seesNot("Findings")
	i := b.client.instances["order-17"]
	i.events = append(i.events, goTask()...)
	i.happen(b.now, workflow.Event{Type: workflow.ExecutionSuspended})
	i.happen(b.now, workflow.Event{Type: workflow.ExecutionSuspended})
	i.happen(b.now, workflow.Event{Type: workflow.ExecutionResumed})
	b.pass(time.Second)
	i.happen(b.now, workflow.Event{Type: workflow.WorkflowStarted})
	b.refresh()
	b.pass(time.Second)
	b.sees("Findings", "critical", "Still suspended: resume it again", "Resume it 1 more time", "resumes)")
}

// Some findings come with the time alone: nothing new is read for them.
func TestFindingsComeWithTheTime(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.instances["order-17"].events = append(b.client.instances["order-17"].events,
		workflow.Event{ID: 0, Type: workflow.TaskScheduled, Time: b.now.Add(time.Second), Name: "Charge"})
	b.refresh()
	b.pass(2 * time.Second)
	b.sees("Waiting on", "Charge")
	b.seesNot("Findings")
	read := b.m.shown.prepared
	b.pass(workflow.SlowActivity + 10*time.Second)
	b.sees("Findings", "warning", "Charge has been running for 10m")
	if b.m.shown.prepared != read {
		t.Error("it was read again")
	}
}

func TestATerminateThatIsNotDoneIsAFinding(t *testing.T) {
	b := withOne(t, workflow.Suspended)
	b.client.mute = true
	b.press("T")
	b.pass(time.Second)
	b.press("ctrl+s")
	b.called("terminate order-17 recursive=true ")
	b.pass(time.Minute)
	b.sees("Terminate requested, but not done", "This console sent a terminate")
}

// A PENDING instance that stays so is a finding once it has been here for long.
func TestPendingForLong(t *testing.T) {
	b := start(t)
	b.client.add("order-1", "", workflow.Pending)
	b.client.instances["order-1"].events = b.client.instances["order-1"].events[:1]
	b.refresh()
	b.pass(10 * time.Second)
	b.seesNot("Findings")
	b.pass(workflow.LongPending + 10*time.Second)
	b.sees("Findings")
}

func TestRaiseFormNamesWhatIsAwaited(t *testing.T) {
	b := start(t)
	b.client.add("order-1", "Order", workflow.Running, awaits(b.now, "approve", b.now.Add(2*time.Hour)))
	b.client.add("order-2", "Delivery", workflow.Running, workflow.Event{ID: -1, Type: workflow.EventRaised, Time: b.now, Name: "cancel"})
	b.send(tea.WindowSizeMsg{Width: 230, Height: 50})
	b.refresh()
	b.pass(time.Minute)
	b.press("e")
	b.sees("approve", "the instance waits for it since 1m, gives up in 1h59")
	b.text("x")
	b.sees("warning: nothing waits for this name")
	b.press("esc esc")

	// Nobody can know where no wait is recorded; what others were sent is offered.
	b.press("j")
	b.pass(time.Second)
	b.press("e")
	b.text("stop")
	b.sees("cannot be known")
	b.seesNot("warning: nothing waits")
}

// What has ended takes no event, and what is held gets it later.
func TestRaiseFormOfWhatCannotTakeIt(t *testing.T) {
	b := withOne(t, workflow.Completed)
	b.press("e")
	b.sees("cannot raise event", "it is COMPLETED")
	b = withOne(t, workflow.Stalled)
	b.press("e")
	b.sees("It is stalled: this runtime refuses operations")
}
