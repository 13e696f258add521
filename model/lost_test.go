package model

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestAFailureIsNotLostBehindASuccess: two actions whose outcomes come in one
// moment. The footer has room for one, and whoever reads it must learn of the
// other.
func TestAFailureIsNotLostBehindASuccess(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.add("order-18", "OrderProcessing", workflow.Running)
	b.refresh()
	b.client.fail = &workflow.Error{Kind: workflow.KindNoWorker, Message: "no worker is connected"}
	b.press("p ctrl+s")
	b.client.fail = nil
	b.press("k p ctrl+s")
	b.sees("(1 more: L) paused order-18: SUSPENDED")
	b.pass(time.Minute)
	b.sees("(1 more: L)")
	b.press("L")
	b.sees("pause order-17: no worker is connected")
	b.press("esc")
	b.seesNot("(1 more: L)")
}

// TestAFailureThatWasInSightIsNotCounted: only what nobody can have read is.
func TestAFailureThatWasInSightIsNotCounted(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.add("order-18", "OrderProcessing", workflow.Running)
	b.refresh()
	b.client.fail = &workflow.Error{Kind: workflow.KindNoWorker, Message: "no worker is connected"}
	b.press("p ctrl+s")
	b.pass(readFor)
	b.client.fail = nil
	b.press("k p ctrl+s")
	b.sees("paused order-18: SUSPENDED")
	b.seesNot("more: L")
}

// TestKeysForAFormDoNotReachAnotherApp: the form vanishes under the hands of
// somebody who types. What follows must not be taken for keys of the list.
func TestKeysForAFormDoNotReachAnotherApp(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.text("maintenance, st")
	b.client.app = "billing"
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.text("op everything at once q")
	b.press("enter tab ctrl+s")
	b.called()
	if b.quit {
		t.Fatal("a letter of the reason has ended the console")
	}
	b.sees("Nothing was sent", "Another app answers", "billing, not orders", "Pause order-17 (orders)")
	b.press("esc")
	b.seesNot("Nothing was sent")
	// What was typed can be had again.
	b.press("p up")
	b.sees("maintenance, st")
}

// TestAnotherAppUnderNoForm needs no more than the notice.
func TestAnotherAppUnderNoForm(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("?")
	b.client.app = "billing"
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.seesNot("Nothing was sent")
	b.sees("it was orders and is billing")
}

// TestARenewedFormKeepsItsFocus: the history comes a moment after the form, and
// the user may have gone on to the payload by then.
func TestARenewedFormKeepsItsFocus(t *testing.T) {
	b := withOne(t, workflow.Running, workflow.Event{
		ID: 0, Type: workflow.TimerCreated, Name: "approve", Origin: workflow.OriginExternalEvent, OriginRef: "approve",
	})
	b.m.shown.facts.historyKnown = false // as if it had not been read yet
	_, read := b.m.Update(keyPress("e"))
	b.press("tab")
	b.run(read)
	b.text(`{"by":1}`)
	form, ok := b.m.modals.top().(*formModal)
	if !ok {
		t.Fatal("no form is open")
	}
	if got := form.form.Value(fieldPayload); got != `{"by":1}` {
		t.Errorf("the payload is %q, the event %q", got, form.form.Value(fieldEvent))
	}
}

// TestASlowFileDoesNotWriteOverWhatWasTyped.
func TestASlowFileDoesNotWriteOverWhatWasTyped(t *testing.T) {
	b := start(t, func(c *Config) {
		c.ReadFile = func(string) (string, error) { return `{"from":"file"}`, nil }
	})
	b.client.add("order-17", "OrderProcessing", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("e tab")
	b.text("@/slow")
	b.pace()
	_, load := b.m.Update(keyPress("ctrl+s"))
	b.sees("one moment")
	b.press("ctrl+s") // a second press asks for nothing more
	b.called()
	b.text("er")
	b.run(load)
	b.sees("@/slower", "/slow was not loaded")
	b.seesNot("one moment")
	b.press("backspace backspace")
	b.pace()
	_, load = b.m.Update(keyPress("ctrl+s"))
	b.run(load)
	b.sees(`{"from":"file"}`)
}

// TestTextForAFormThatIsGone: the editor was open while another app came.
func TestTextForAFormThatIsGone(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.send(editedMsg{form: 77, field: fieldPayload, text: `{"hours":"of work"}`})
	b.sees("the form that the text was for is gone")
	b.press("e tab up")
	b.sees(`{"hours":"of work"}`)
}

// halfClient takes a terminate, which the suspended instance holds back, and
// refuses the resume.
type halfClient struct {
	*fakeClient
	refused bool
}

func (c *halfClient) Terminate(ctx context.Context, key workflow.Key, req workflow.TerminateRequest) error {
	if c.refused {
		return &workflow.Error{Kind: workflow.KindNoWorker, Message: "no worker is connected"}
	}
	err := c.change(key.InstanceID, fmt.Sprintf("terminate %s recursive=%t", key.InstanceID, req.Recursive), func(i *fakeInstance) {
		i.happen(c.now(), workflow.Event{Type: workflow.ExecutionTerminated})
	})
	if err == nil {
		<-ctx.Done() // as the runtime: it answers when the instance has ended
		err = ctx.Err()
	}
	return err
}

func (c *halfClient) Resume(context.Context, workflow.Key, string) error {
	return &workflow.Error{Kind: workflow.KindBusy, Message: "the state store is busy: try again"}
}

// TestTerminateAndResumeHalfDone: the terminate is stored and will take effect
// with any resume. That the resume failed must not read as if nothing had been
// done.
func TestTerminateAndResumeHalfDone(t *testing.T) {
	client := &halfClient{}
	b := start(t, func(c *Config) {
		client.fakeClient, _ = c.Client.(*fakeClient)
		c.Client = client
	})
	b.client.add("order-17", "OrderProcessing", workflow.Suspended, lifecycle(workflow.ExecutionSuspended)...)
	b.refresh()
	b.pass(time.Second)
	b.press("T")
	b.pass(time.Second)
	b.press("right right enter")
	b.called("terminate order-17 recursive=true")
	b.sees("terminate sent to order-17, but not the resume that it waits for: the state store is busy")
}

// TestTerminateAndResumeOfWhichNothingWasDone names the reason of the
// terminate.
func TestTerminateAndResumeOfWhichNothingWasDone(t *testing.T) {
	client := &halfClient{refused: true}
	client.fakeClient = newFakeClient("orders", time.Now)
	_, err := sendTerminate(t.Context(), client, target{}, facts{holds: 1}, request{thenResume: true})
	var half *notResumedError
	if errors.As(err, &half) || workflow.KindOf(err) != workflow.KindNoWorker {
		t.Errorf("%v", err)
	}
}

// TestAStartWithoutAnAnswerReadsAsASentence.
func TestAStartWithoutAnAnswerReadsAsASentence(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.fail = &workflow.Error{Kind: workflow.KindDeadline, Message: "no answer from 127.0.0.1:50001 within 10s"}
	b.press("a tab")
	b.text("order-99")
	b.press("ctrl+s")
	b.press("L enter")
	b.sees("the start of order-99 was sent, not confirmed: no answer from 127.0.0.1:50001 within 10s; it may")
}

// TestHowManyOutcomesQuittingHides.
func TestHowManyOutcomesQuittingHides(t *testing.T) {
	b := withOne(t, workflow.Running)
	for id := range uint64(2) {
		b.m.flights[90+id] = &flight{id: 90 + id, act: &b.m.actions[0]}
	}
	b.press("q")
	b.sees("2 actions are in flight: their outcomes would not be seen")
}

// TestTypingGoesOnWhileTheWindowIsTooSmall: a letter of a text is not the key
// that quits, and the text is there again with the window.
func TestTypingGoesOnWhileTheWindowIsTooSmall(t *testing.T) {
	for _, open := range []string{"p", "/"} {
		b := withOne(t, workflow.Running)
		b.press(open)
		b.text("order")
		b.send(tea.WindowSizeMsg{Width: 20, Height: 5})
		b.sees("too small")
		b.text("quick")
		if b.quit {
			t.Fatalf("%s: the q of a word has ended the console", open)
		}
		b.send(tea.WindowSizeMsg{Width: 120, Height: 30})
		b.sees("order")
		b.seesNot("orderuick")
	}
}

// TestATooSmallWindowTellsOfAForm: ctrl+c asks about its text, and where the
// question cannot be seen it is said that it is there.
func TestATooSmallWindowTellsOfAForm(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.send(tea.WindowSizeMsg{Width: 39, Height: 8})
	b.sees("a form is open")
	b.send(tea.WindowSizeMsg{Width: 120, Height: 30})
	b.text("why")
	b.send(tea.WindowSizeMsg{Width: 39, Height: 8})
	b.sees("a form with text is open")
	b.press("ctrl+c")
	if b.quit {
		t.Fatal("it quit over typed text without asking")
	}
	b.sees("ctrl+c once more quits")
	b.press("ctrl+c")
	if !b.quit {
		t.Fatal("it has not quit")
	}
}

// TestAPastedFilterCannotTurnTheHeaderAround.
func TestAPastedFilterCannotTurnTheHeaderAround(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("/")
	b.send(tea.PasteMsg{Content: "ord\u202eer"})
	b.press("enter")
	b.sees("/ ord")
	b.seesNot("\u202e")
}
