package model

import (
	"context"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// deafClient fails every read once it has gone deaf.
type deafClient struct {
	*fakeClient
	deaf error
}

func (c *deafClient) Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error) {
	if c.deaf != nil {
		return workflow.Detail{}, c.deaf
	}
	return c.fakeClient.Detail(ctx, key)
}

// TestUnreadInstanceIsNotSent: when the look before the call fails, nothing has
// been sent. It must not read as if it could still take effect, and a later look
// must not take what happened long ago for its effect.
func TestUnreadInstanceIsNotSent(t *testing.T) {
	for _, kind := range []workflow.ErrorKind{workflow.KindUnavailable, workflow.KindDeadline} {
		client := &deafClient{}
		b := start(t, func(c *Config) {
			client.fakeClient, _ = c.Client.(*fakeClient)
			c.Client = client
		})
		b.client.add("order-17", "OrderProcessing", workflow.Suspended, lifecycle(workflow.ExecutionResumed, workflow.ExecutionSuspended)...)
		b.refresh()
		b.press("r")
		client.deaf = &workflow.Error{Kind: kind, Message: "nothing answers"}
		b.press("ctrl+s")
		b.called()
		b.sees("not sent: resume order-17: nothing answers")
		b.seesNot("may still take effect")
		if len(b.m.flights) != 0 {
			t.Errorf("%v: %d flights are left", kind, len(b.m.flights))
		}
	}
}

// TestAnotherAppForgetsTheQuestionToQuit: its form is gone, so that the next
// action in flight is asked about again.
func TestAnotherAppForgetsTheQuestionToQuit(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.text("maintenance")
	b.press("ctrl+c")
	b.sees("Quit daprdeck?")
	b.client.app = "payments"
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.seesNot("Quit daprdeck?")
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.press("esc p")
	b.text("maintenance")
	b.press("ctrl+c")
	if b.quit {
		t.Fatal("it quit without asking")
	}
	b.sees("Quit daprdeck?")
}

// TestLostTerminateOfSuspendedIsNotCertain: a suspended instance holds a
// terminate back until the call's deadline, and then it does take effect with a
// resume. When the connection broke instead, nobody knows that.
func TestLostTerminateOfSuspendedIsNotCertain(t *testing.T) {
	for kind, certain := range map[workflow.ErrorKind]bool{workflow.KindUnavailable: false, workflow.KindDeadline: true} {
		b := withOne(t, workflow.Suspended, lifecycle(workflow.ExecutionSuspended)...)
		b.client.fail = &workflow.Error{Kind: kind, Message: "the connection was lost"}
		b.press("T")
		b.pass(time.Second)
		b.press("ctrl+s")
		want := "not confirmed: the connection was lost; it may still take effect"
		if certain {
			want = "it will take effect when it is resumed"
		}
		b.sees(want)
	}
}

// TestPauseUnderWayIsNotSentTwice: suspends nest, so that an impatient second
// key must not become a second suspend.
func TestPauseUnderWayIsNotSentTwice(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.pace()
	b.m.Update(keyPress("ctrl+s")) // its command is not run: the call is under way
	b.press("p")
	b.sees("cannot pause order-17: a pause of it is under way")
	b.press("T")
	b.sees("Terminate order-17")
}

// TestALateLineDoesNotHideThePurge: an action that was still looked for when the
// instance was purged has its line in the log, and the outcome of the purge
// stays in the footer.
func TestALateLineDoesNotHideThePurge(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.mute = true
	b.press("p ctrl+s")
	b.pass(4 * time.Second)
	b.sees("accepted, no effect seen yet") // it is looked for
	b.client.mute = false
	b.press("X")
	b.pass(400 * time.Millisecond)
	b.press("tab tab tab space ctrl+s") // from Cancel over Purge and Children to Force
	b.text("order-17")
	b.press("ctrl+s")
	b.sees("purged order-17: its state is gone after")
	b.pass(4 * time.Second) // another look at the pause
	b.sees("purged order-17: its state is gone after")
	b.press("L")
	b.sees("purged order-17: its state is gone", "pause order-17: it has been purged meanwhile")
}
