package model

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// usedAgain replaces an instance by another run under the same ID.
func usedAgain(b *bench, id, name string, status workflow.Status) {
	b.now = b.now.Add(time.Second)
	b.client.add(id, name, status)
	b.client.instances[id].events[1].ExecutionID = "exec-of-another-run"
}

// TestAnotherRunIsAskedForAnew: the form named one run, and what it sends must
// not hit the next one.
func TestAnotherRunIsAskedForAnew(t *testing.T) {
	for _, c := range []struct {
		key     string
		before  workflow.Status
		after   workflow.Status
		request func(b *bench)
		sent    string
	}{
		{"p", workflow.Running, workflow.Running, nil, "suspend order-17 "},
		{"r", workflow.Suspended, workflow.Suspended, nil, "resume order-17 "},
		{"e", workflow.Running, workflow.Running, func(b *bench) { b.text("approve") }, "raise order-17 approve "},
		{"T", workflow.Running, workflow.Running, nil, "terminate order-17 recursive=true "},
		{"X", workflow.Completed, workflow.Completed, nil, "purge order-17 recursive=true force=false"},
		{"R", workflow.Failed, workflow.Failed, nil, "rerun order-17 from 0 as rerun-of-order-17"},
	} {
		t.Run(c.key, func(t *testing.T) {
			b := withOne(t, c.before, goTask()...)
			b.press(c.key)
			b.pass(400 * time.Millisecond)
			if c.key == "R" { // the picker of the event comes first
				b.press("enter")
				b.pass(400 * time.Millisecond)
			}
			if c.request != nil {
				c.request(b)
			}
			usedAgain(b, "order-17", "Payment", c.after)
			b.client.instances["order-17"].events = append(b.client.instances["order-17"].events, goTask()...)
			b.press("ctrl+s")
			b.called()
			b.sees("was not sent", "another run now: Payment, "+c.after.String(), "The form was about OrderProcessing")
			b.press("ctrl+s") // within the guard
			b.called()
			b.pass(400 * time.Millisecond)
			b.press("enter") // it opens on Cancel
			b.seesNot("was not sent")
			b.called()

			b.press(c.key)
			b.pass(400 * time.Millisecond)
			if c.key == "R" {
				b.press("enter")
				b.pass(400 * time.Millisecond)
			}
			if c.request != nil {
				c.request(b)
			}
			b.press("ctrl+s") // the list still has the old run
			b.pass(400 * time.Millisecond)
			b.press("ctrl+s")
			b.called(c.sent)
		})
	}
}

// Continue-as-new keeps name and ID and is another run all the same.
func TestContinueAsNewIsAskedForAnew(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.client.instances["order-17"].events[1].ExecutionID = "exec-of-the-next-generation"
	b.press("ctrl+s")
	b.called()
	b.sees("another run now: OrderProcessing, RUNNING")
}

// TestAStartReplacesWhatItsQuestionNamed: between the question and its answer
// the ID can be used again.
func TestAStartReplacesWhatItsQuestionNamed(t *testing.T) {
	b := withOne(t, workflow.Completed)
	b.press("a")
	b.press("tab")
	b.text("order-17")
	b.press("ctrl+s")
	b.sees("Replace order-17 (orders)?")
	b.pass(400 * time.Millisecond)
	usedAgain(b, "order-17", "Payment", workflow.Completed)
	b.press("ctrl+s")
	b.called()
	b.sees("another run now: Payment, COMPLETED")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.called("start OrderProcessing order-17 ")
}

// TestASecondResumeIsAskedFor: the form of a narrow screen has read no history,
// so that the warning comes with the read before the call.
func TestASecondResumeIsAskedFor(t *testing.T) {
	b := withOne(t, workflow.Suspended, lifecycle(workflow.ExecutionSuspended)...)
	b.press("r")
	b.sees("Resume order-17 (orders)")
	b.seesNot("endlessly")
	b.client.instances["order-17"].happen(b.now, workflow.Event{Type: workflow.ExecutionSuspended})
	b.press("ctrl+s")
	b.called()
	b.sees("Resume was not sent", "loops endlessly on the first")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.called("resume order-17 ")
}

// A resume is never sent to an instance that runs, unless the worker is surely
// Go's: it would fail one of a Python worker.
func TestAResumeNeedsASuspendedInstance(t *testing.T) {
	held := lifecycle(workflow.ExecutionSuspended, workflow.ExecutionSuspended, workflow.ExecutionResumed)
	b := withOne(t, workflow.Running, held...)
	b.press("r")
	b.sees("a second resume helps Go workers only")
	b.called()

	b = withOne(t, workflow.Running, append(goTask(), held...)...)
	b.press("r")
	b.press("ctrl+s")
	b.called("resume order-17 ")

	// Somebody else resumes it while the form is open.
	b = withOne(t, workflow.Suspended, lifecycle(workflow.ExecutionSuspended)...)
	b.press("r")
	b.client.instances["order-17"].happen(b.now, workflow.Event{Type: workflow.ExecutionResumed})
	b.client.instances["order-17"].status = workflow.Running
	b.press("ctrl+s")
	b.called()
	b.sees("not sent: resume order-17: it is not suspended, and a resume fails a running instance of a Python worker")
}

// What would stop the whole worker is not offered with the terminate.
func TestTerminateAndResumeIsNotOfferedWhereTheResumeStopsTheWorker(t *testing.T) {
	b := withOne(t, workflow.Suspended, lifecycle(workflow.ExecutionSuspended, workflow.ExecutionSuspended)...)
	b.press("T")
	b.sees("Terminate order-17 (orders)", "loops endlessly")
	b.seesNot("Terminate and resume")

	b = withOne(t, workflow.Suspended, append(goTask(), lifecycle(workflow.ExecutionSuspended, workflow.ExecutionSuspended)...)...)
	b.press("T")
	b.sees("Terminate order-17 (orders)", "Terminate and resume")
}

// TestTheNextActionKnowsWhatAProofSaw: the list reads the row again a moment
// later, and until then the next key was refused.
func TestTheNextActionKnowsWhatAProofSaw(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p ctrl+s")
	b.sees("paused order-17: SUSPENDED after", "SUSPENDED for")
	b.press("r")
	b.sees("Resume order-17 (orders)")
	b.press("ctrl+s")
	b.called("suspend order-17 ", "resume order-17 ")
	b.sees("resumed order-17: RUNNING after")

	// What the list reads afterwards counts again.
	b.client.instances["order-17"].status = workflow.Completed
	b.refresh()
	b.press("p")
	b.sees("cannot pause order-17: it is COMPLETED")
}

// TestAFormLearnsTheHistory: on a narrow screen the form opens before the history
// has been read, and says what it tells as long as keys do not count yet.
func TestAFormLearnsTheHistory(t *testing.T) {
	b := start(t)
	b.client.add("order-17", "OrderProcessing", workflow.Suspended, append(goTask(), lifecycle(workflow.ExecutionSuspended)...)...)
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.refresh()
	b.press("T")
	b.sees("Terminate order-17", "It is suspended: this runtime ends it only")
	b.seesNot("if its worker is Go's")
}

// TestTerminateAndResumeAsksBeforeItStopsAWorker: the second suspend comes while
// the form is open.
func TestTerminateAndResumeAsksBeforeItStopsAWorker(t *testing.T) {
	b := withOne(t, workflow.Suspended, lifecycle(workflow.ExecutionSuspended)...)
	b.press("T")
	b.pass(400 * time.Millisecond)
	b.sees("Terminate and resume")
	b.client.instances["order-17"].happen(b.now, workflow.Event{Type: workflow.ExecutionSuspended})
	b.press("tab tab enter")
	b.called()
	b.sees("Terminate was not sent", "loops endlessly", "It can be terminated without the resume.")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.called("terminate order-17 recursive=true ")
}

// TestAForcedPurgeOfAnotherRunIsTypedAgain.
func TestAForcedPurgeOfAnotherRunIsTypedAgain(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("X")
	b.pass(400 * time.Millisecond)
	b.press("tab tab tab space ctrl+s") // from Cancel over Purge and Children to Force
	b.text("order-17")
	usedAgain(b, "order-17", "Payment", workflow.Running)
	b.press("ctrl+s")
	b.called()
	b.sees("Purge was not sent", "Type the ID")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s") // what is missing has the focus
	b.called()
	b.text("order-17")
	b.press("ctrl+s")
	b.called("purge order-17 recursive=true force=true")
}
