package model

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// withOne starts a bench with one instance, selected and read.
func withOne(t *testing.T, status workflow.Status, events ...workflow.Event) *bench {
	t.Helper()
	b := start(t)
	b.client.add("order-17", "OrderProcessing", status, events...)
	b.refresh()
	b.pass(time.Second)
	return b
}

func lifecycle(types ...workflow.EventType) []workflow.Event {
	var events []workflow.Event
	for _, t := range types {
		events = append(events, workflow.Event{ID: -1, Type: t})
	}
	return events
}

func TestPauseIsObserved(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.sees("Pause order-17 (orders)", "Reason")
	b.text("maintenance")
	b.press("ctrl+s")
	b.called("suspend order-17 maintenance")
	b.sees("paused order-17: SUSPENDED after")
}

func TestResumeThatIsStillHeldSaysSo(t *testing.T) {
	b := withOne(t, workflow.Suspended, append(goTask(), lifecycle(workflow.ExecutionSuspended, workflow.ExecutionSuspended)...)...)
	b.press("r")
	b.sees("of the Go SDK (certain),", "takes two resumes, and loses what arrived")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.called("resume order-17 ")
	b.sees("RUNNING, but still suspended: resume it again (1 more time)")
}

// What is raised behind a second suspend is lost, and that is said before and
// after.
func TestRaiseBehindASecondSuspendSaysWhatComesOfIt(t *testing.T) {
	b := withOne(t, workflow.Suspended, append(goTask(), lifecycle(workflow.ExecutionSuspended, workflow.ExecutionSuspended)...)...)
	b.press("e")
	b.sees("It was suspended more than once: a Go worker drops an event")
	b.text("approve")
	b.press("ctrl+s")
	b.called("raise order-17 approve ")
	b.sees("the instance was suspended more than once")
}

func TestRaiseIsDelivered(t *testing.T) {
	b := withOne(t, workflow.Running, workflow.Event{
		ID: 0, Type: workflow.TimerCreated, Origin: workflow.OriginExternalEvent, OriginRef: "approve", Name: "approve",
	})
	b.press("e")
	b.sees("Raise an event on order-17 (orders)", "approve")
	b.press("tab")
	b.text(`{"by":"ops"}`)
	b.press("ctrl+s")
	b.called(`raise order-17 approve {"by":"ops"}`)
	b.sees("raised order-17: approve is delivered after")
}

func TestRaiseKeepsInvalidJSONInTheForm(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("e")
	b.text("approve")
	b.press("tab")
	b.text(`{"by":`)
	b.press("ctrl+s")
	b.called()
	b.sees("Raise an event on", `{"by":`, "line 1")
}

func TestTerminateOpensOnCancelAndIgnoresEarlyKeys(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("T ctrl+s ctrl+s")
	b.called()
	b.sees("Terminate order-17 (orders)")
	b.pass(400 * time.Millisecond)
	b.press("enter")
	b.seesNot("Terminate order-17 (orders)")
	b.called()
}

func TestTerminateIsObserved(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("T")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.called("terminate order-17 recursive=true ")
	b.sees("terminated order-17: TERMINATED after")
}

func TestTerminateOfSuspendedSaysWhenItTakesEffect(t *testing.T) {
	b := withOne(t, workflow.Suspended, append(goTask(), lifecycle(workflow.ExecutionSuspended)...)...)
	b.client.fail = &workflow.Error{Kind: workflow.KindDeadline, Message: "no answer within 10 s", Err: context.DeadlineExceeded}
	b.press("T")
	b.pass(400 * time.Millisecond)
	b.sees("ends it only once it is resumed", "Terminate and resume")
	b.press("ctrl+s")
	b.sees("terminate sent to order-17, which is suspended: it will take effect when it is resumed")
	// The late effect updates the line.
	b.client.fail = nil
	b.client.instances["order-17"].status = workflow.Terminated
	b.pass(3 * time.Second)
	b.sees("terminated order-17: TERMINATED after")
}

func TestPurgeIsObserved(t *testing.T) {
	b := withOne(t, workflow.Completed)
	b.press("X")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.called("purge order-17 recursive=true force=false")
	b.sees("purged order-17: its state is gone after")
}

func TestPurgeOfLiveInstanceIsRefusedInPlainWords(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("X")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.sees("purge order-17: it has not ended")
}

func TestForcePurgeNeedsTheID(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("X")
	b.pass(400 * time.Millisecond)
	b.press("tab tab tab space") // from Cancel over Purge and Children to Force
	b.sees("Type the ID")
	b.press("ctrl+s") // goes to the field that is not right yet
	b.called()
	b.text("order-17")
	b.press("ctrl+s")
	b.called("purge order-17 recursive=true force=true")
}

func TestStartGeneratesAnID(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("a")
	b.sees("Start a new instance (orders)")
	b.press("ctrl+s")
	b.called("start OrderProcessing  ")
	b.sees("started made-1: RUNNING after")
}

func TestStartAsksBeforeItReplaces(t *testing.T) {
	b := withOne(t, workflow.Completed)
	b.press("a")
	b.press("tab")
	b.text("order-17")
	b.press("ctrl+s")
	b.called()
	b.sees("Replace order-17 (orders)?", "OrderProcessing, COMPLETED,", "created 2026-", "replaces its history")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.called("start OrderProcessing order-17 ")
	b.sees("started order-17: RUNNING after")
}

func TestStartNeverSendsAnIDThatBreaksListings(t *testing.T) {
	b := withOne(t, workflow.Completed)
	b.press("a")
	b.press("tab")
	b.text("a||b")
	b.press("ctrl+s")
	b.called()
	b.sees("must not contain ||")
}

func TestRerunIsObserved(t *testing.T) {
	b := withOne(t, workflow.Failed, workflow.Event{ID: 0, Type: workflow.TaskScheduled, Name: "Charge"})
	b.press("R enter")
	b.pass(400 * time.Millisecond)
	b.sees("Rerun order-17 (orders)", "From event")
	b.press("ctrl+s")
	b.called("rerun order-17 from 0 as rerun-of-order-17")
	b.sees("rerun order-17 as rerun-of-order-17: RUNNING after")
	if !b.m.list.Select(workflow.Key{AppID: "orders", InstanceID: "order-17"}) { // back on what was rerun
		t.Fatal("order-17 is not in the list")
	}
	b.run(b.m.chosen())
	b.sees("c compare with rerun")
	b.press("c")
	b.sees("Compare order-17 with rerun-of-order-17 (orders)")
}

// TestANewInstanceIsShownPastTheFilter: whoever reruns what has failed, with a
// filter of what has failed, sees what he has made.
func TestANewInstanceIsShownPastTheFilter(t *testing.T) {
	b := withOne(t, workflow.Failed, workflow.Event{ID: 0, Type: workflow.TaskScheduled, Name: "Charge"})
	b.press("/")
	b.text("status:failed")
	b.press("enter R enter")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.sees("rerun order-17 as rerun-of-order-17: RUNNING after")
	b.refresh()
	b.pass(time.Second)
	b.sees("╭─ rerun-of-order-17", "rerun order-17 as rerun-of-order-17: RUNNING after", "is not in the list", "1 of 2")
	b.pass(sayFor)
	b.seesNot("RUNNING after")
	b.press("esc esc")
	b.refresh()
	b.sees("2 instances", "╭─ rerun-of-order-17")
}

func TestRefusalsNameTheReason(t *testing.T) {
	for _, c := range []struct {
		keys   string
		status workflow.Status
		want   string
	}{
		{"p", workflow.Completed, "cannot pause order-17: it is COMPLETED"},
		{"p", workflow.Suspended, "a second suspend loses events with a Go worker, and stops a Python or JavaScript worker for good"},
		{"r", workflow.Running, "cannot resume order-17: it is not suspended"},
		{"r", workflow.Pending, "it has not started yet"},
		{"e", workflow.Failed, "the runtime would answer OK and drop the event"},
		{"T", workflow.Terminated, "cannot terminate order-17: it is TERMINATED already"},
		{"R", workflow.Running, "only what has ended can be rerun"},
	} {
		t.Run(c.keys+" "+c.status.String(), func(t *testing.T) {
			b := withOne(t, c.status)
			b.press(c.keys)
			b.sees(c.want)
			b.called()
		})
	}
}

func TestFreshReadBeforeTheCallRefuses(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.client.instances["order-17"].status = workflow.Completed
	b.press("ctrl+s")
	b.called()
	b.sees("not sent: pause order-17: it is COMPLETED")
}

func TestOKThatDoesNothingNeverReadsObserved(t *testing.T) {
	for _, keys := range []string{"p", "T", "e"} {
		t.Run(keys, func(t *testing.T) {
			b := withOne(t, workflow.Running)
			b.client.mute = true
			b.press(keys)
			b.pass(400 * time.Millisecond)
			if keys == "e" {
				b.text("approve")
			}
			b.press("ctrl+s")
			b.pass(5 * time.Second)
			b.sees("accepted, no effect seen yet; still watching")
			b.pass(lookFor + time.Minute)
			b.press("L")
			b.sees("accepted, but no effect seen for 10m")
			b.seesNot("observed")
			b.seesNot(" after ")
		})
	}
}

func TestErrorsAreSaidInPlainWords(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.fail = &workflow.Error{Kind: workflow.KindNoWorker, Message: "no worker is connected", Detail: "did not find address for actor"}
	b.press("p ctrl+s")
	b.sees("pause order-17: no worker is connected")
	b.press("L")
	b.sees("did not find address for actor")
}

func TestLostConnectionIsNotConfirmed(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.fail = &workflow.Error{Kind: workflow.KindUnavailable, Message: "the connection was lost"}
	b.press("e")
	b.text("approve")
	b.press("ctrl+s")
	b.sees("not confirmed: the connection was lost; it may still take effect")
	b.client.fail = nil
	b.pass(time.Minute)
	b.called("raise order-17 approve ") // never repeated
}

func TestReadOnlyBindsNothingThatChanges(t *testing.T) {
	b := start(t, func(c *Config) { c.ReadOnly = true })
	b.client.add("order-17", "OrderProcessing", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.sees("READ-ONLY")
	for r := rune(33); r < 127; r++ {
		b.press(string(r))
		b.press("ctrl+s enter")
		b.pass(time.Second)
		b.press("ctrl+s")
		b.press("esc esc")
		b.pass(time.Second)
	}
	for r := 'a'; r <= 'z'; r++ {
		if r == 'c' {
			continue
		}
		b.press(fmt.Sprintf("ctrl+%c", r))
		b.press("esc esc")
	}
	b.called()
}

func TestAnotherAppVoidsRowsFormsAndFlights(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("T")
	b.pass(400 * time.Millisecond)
	b.sees("Terminate order-17 (orders)")
	b.client.app = "billing"
	b.client.instances = map[string]*fakeInstance{}
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.sees("it was orders and is billing", "billing has no workflow instances yet", "Nothing was sent")
	b.press("ctrl+s enter esc")
	b.seesNot("Terminate order-17")
	b.called()
}

func TestTheTargetIsTheOneWhoseKeyWasPressed(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.client.add("order-00", "Payment", workflow.Running)
	b.refresh()
	b.press("ctrl+s")
	if got := strings.Join(b.client.calls, ";"); !strings.HasPrefix(got, "suspend order-17") {
		t.Fatalf("the runtime got %q", got)
	}
}

func TestQuitAsksWhileAnActionIsInFlight(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.m.flights[99] = &flight{id: 99, act: &b.m.actions[0]}
	b.press("q")
	b.sees("Quit daprdeck?", "1 action is in flight")
	if b.quit {
		t.Fatal("it has quit")
	}
	b.press("ctrl+c")
	if !b.quit {
		t.Fatal("a second ctrl+c did not quit")
	}
}

func TestCtrlCAsksWhenAFormHasText(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.text("because")
	b.press("ctrl+c")
	b.sees("Quit daprdeck?")
	b.pass(400 * time.Millisecond)
	b.press("esc")
	b.sees("Pause order-17", "because")
	b.press("ctrl+c ctrl+c")
	if !b.quit {
		t.Fatal("it has not quit")
	}
}

// A worker of another SDK than Go's ends a suspended instance at once.
func TestTerminateOfSuspendedByItsSDK(t *testing.T) {
	b := withOne(t, workflow.Suspended,
		workflow.Event{ID: 1, Type: workflow.TaskScheduled, Name: "Reserve", TaskExecutionID: "70e20750-851b-5b59-b55d-22ac06a64741"},
		workflow.Event{ID: -1, Type: workflow.ExecutionSuspended})
	b.press("T")
	b.sees("Terminate order-17 (orders)")
	b.seesNot("Terminate and resume")
	b.seesNot("once it is resumed")
}
