package model

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// faultyClient fails reads on demand.
type faultyClient struct {
	*fakeClient
	detailErr, historyErr error
	// busy is how many reads of a history fail and pass a moment later.
	busy  int
	reads int
	// moving counts the reads of metadata that meet the instance while it moves.
	moving int
}

func (c *faultyClient) Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error) {
	c.reads++
	if c.moving > 0 {
		c.moving--
		return workflow.Detail{}, &workflow.Error{Kind: workflow.KindBusy, Message: "it changed while it was read: try again"}
	}
	if c.detailErr != nil {
		return workflow.Detail{}, c.detailErr
	}
	return c.fakeClient.Detail(ctx, key)
}

func (c *faultyClient) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	if c.busy > 0 {
		c.busy--
		return workflow.History{}, &workflow.Error{Kind: workflow.KindBusy, Message: "it changed while it was read: try again"}
	}
	if c.historyErr != nil {
		return workflow.History{}, c.historyErr
	}
	return c.fakeClient.History(ctx, key)
}

func withFaulty(t *testing.T, status workflow.Status, events ...workflow.Event) (*bench, *faultyClient) {
	t.Helper()
	var c *faultyClient
	b := start(t, func(cfg *Config) {
		inner, _ := cfg.Client.(*fakeClient)
		c = &faultyClient{fakeClient: inner}
		cfg.Client = c
	})
	b.client.add("order-17", "OrderProcessing", status, events...)
	b.refresh()
	b.pass(time.Second)
	return b, c
}

func unavailable() error {
	return &workflow.Error{Kind: workflow.KindUnavailable, Message: "the connection was lost"}
}

func down(s *watch.Snapshot) {
	s.Phase, s.Err = watch.Down, unavailable()
}

// TestAReadThatMeetsAMovingInstanceIsRepeated: before the call, so that it need
// not be given up for what passes in a moment.
func TestAReadThatMeetsAMovingInstanceIsRepeated(t *testing.T) {
	b, c := withFaulty(t, workflow.Running)
	b.press("p")
	c.moving = readTries - 1
	b.press("ctrl+s")
	b.called("suspend order-17 ")
	if c.moving != 0 {
		t.Errorf("%d reads were not made", c.moving)
	}
}

func TestAFailedReadBeforeTheCallSendsNothing(t *testing.T) {
	b, c := withFaulty(t, workflow.Running, workflow.Event{ID: -1, Type: workflow.EventRaised, Name: "approve"})
	b.press("e")
	b.text("approve")
	c.detailErr = unavailable()
	b.press("ctrl+s")
	b.called()
	b.sees("not sent: raise event order-17: the connection was lost")
	c.detailErr = nil
	b.pass(time.Minute)
	b.press("L")
	b.seesNot("delivered")
}

func TestAFormIsKeptWhileThereIsNoConnection(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("e")
	b.text("approve")
	b.press("tab")
	b.text(`{"by":"ops"}`)
	b.refresh(down)
	b.press("ctrl+s")
	b.called()
	b.sees(`{"by":"ops"}`, "not sent: no connection to 127.0.0.1:50001")
	b.refresh()
	b.press("ctrl+s")
	b.called(`raise order-17 approve {"by":"ops"}`)
}

func TestARerunWithoutAnAnswerIsNotProvenByItsOrigin(t *testing.T) {
	b := withOne(t, workflow.Failed, workflow.Event{ID: 0, Type: workflow.TaskScheduled, Name: "Charge"})
	b.client.fail = &workflow.Error{Kind: workflow.KindDeadline, Message: "no answer within 10s"}
	b.press("R enter")
	b.pass(400 * time.Millisecond)
	b.press("ctrl+s")
	b.client.fail = nil
	b.pass(time.Minute)
	b.press("L")
	b.sees("rerun sent to order-17, not confirmed")
	b.seesNot("FAILED after")
}

func TestAnUnknownHistoryProvesNothing(t *testing.T) {
	b, c := withFaulty(t, workflow.Running, workflow.Event{ID: -1, Type: workflow.EventRaised, Name: "approve"})
	b.client.mute = true
	b.press("e")
	b.text("approve")
	c.historyErr = unavailable()
	b.press("ctrl+s")
	c.historyErr = nil
	b.pass(5 * time.Second)
	b.seesNot("is delivered")
	b.sees("there is no history to prove it with")
}

func TestAnotherAppOnANarrowScreen(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.press("enter")
	b.client.app = "billing"
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	if n := strings.Count(b.screen(), "\n") + 1; n != 24 {
		t.Fatalf("the screen has %d lines:\n%s", n, b.screen())
	}
	b.sees("order-17", "it was orders and is billing")
}

func TestADetailThatWentOutOfSightIsReadWhenItComesBack(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.add("order-16", "OrderProcessing", workflow.Running)
	b.refresh()
	b.press("j k j")
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.pass(time.Second)
	b.press("enter")
	b.sees("Execution ID")
}

func TestNoKeyActsOnAScreenThatIsTooSmall(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("T")
	b.pass(time.Second)
	b.send(tea.WindowSizeMsg{Width: 30, Height: 8})
	b.press("ctrl+s enter tab enter")
	b.called()
	b.send(tea.WindowSizeMsg{Width: 160, Height: 45})
	b.sees("Terminate order-17")
}

func TestAFailedDetailIsReadAgain(t *testing.T) {
	b, c := withFaulty(t, workflow.Running)
	c.detailErr = unavailable()
	b.press("ctrl+r")
	b.sees("the connection was lost")
	c.detailErr = nil
	b.refresh()
	b.seesNot("the connection was lost")
}

func TestANewInstanceDoesNotTakeTheSelectionLater(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("/")
	b.text("order-17")
	b.press("enter a ctrl+s")
	b.sees("started made-1")
	b.pass(time.Minute)
	b.press("esc")
	b.refresh()
	if got := b.m.list.SelectedKey().InstanceID; got != "order-17" {
		t.Fatalf("%s is selected", got)
	}
}

func TestAnIncompleteRefreshSaysWhy(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.refresh(func(s *watch.Snapshot) {
		s.Err = &workflow.Error{Kind: workflow.KindBusy, Message: "the state store is busy: try again"}
	})
	b.sees("order-17", "the state store is busy")
}

func TestTheTitleSaysWhatAnswers(t *testing.T) {
	b := start(t)
	b.refresh(func(s *watch.Snapshot) {
		s.Phase, s.Err = watch.Down, &workflow.Error{Kind: workflow.KindUnauthenticated, Message: "the API token is missing or wrong"}
	})
	b.sees("does not let this console in", "the API token is missing or wrong")
}

func TestTheInstanceThatBreaksTheListingCanBePurged(t *testing.T) {
	b := start(t)
	b.client.add("a||b", "Approval", workflow.Running)
	b.refresh(func(s *watch.Snapshot) {
		s.Instances = nil
		s.Phase, s.Err = watch.Refused, &workflow.Error{Kind: workflow.KindPoisoned, Message: "a||b breaks the listing", ID: "a||b"}
	})
	b.press("p")
	b.sees("cannot pause: a||b breaks the listing")
	b.press("X")
	b.pass(400 * time.Millisecond)
	b.sees("Purge a||b (orders)?")
	b.press("tab tab tab space ctrl+s")
	b.text("a||b")
	b.press("ctrl+s")
	b.called("purge a||b recursive=true force=true")
}

func TestTheQuestionToQuitGoesWithItsApp(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	b.text("why")
	b.press("ctrl+c")
	b.client.app = "billing"
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.press("esc p")
	b.text("why")
	b.press("ctrl+c")
	if b.quit {
		t.Fatal("it quit over typed text without asking")
	}
}

func TestTheRaiseFormOfANarrowScreenKnowsWhatIsAwaited(t *testing.T) {
	b := start(t)
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.client.add("order-17", "OrderProcessing", workflow.Running,
		workflow.Event{ID: 0, Type: workflow.TimerCreated, Origin: workflow.OriginExternalEvent, OriginRef: "approve"})
	b.refresh()
	b.pass(time.Second)
	b.press("e")
	b.sees("approve", "the instance waits for it")
}

func TestTheDetailGoesOnWhileTheListIsFrozen(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("z")
	b.sees("(frozen)")
	b.pass(time.Second)
	b.client.instances["order-17"].status = workflow.Failed
	b.client.instances["order-17"].happen(b.now, workflow.Event{Type: workflow.ExecutionCompleted, Status: workflow.Failed})
	b.refresh()
	b.sees("RUNNING", "FAILED") // the list stands still, the detail does not
}

func TestAStartDoesNotAskInTheMiddleOfAnotherForm(t *testing.T) {
	b := withOne(t, workflow.Completed)
	b.client.add("order-18", "OrderProcessing", workflow.Running)
	b.refresh()
	b.m.openForm(raiseForm(b.m, target{key: workflow.Key{AppID: "orders", InstanceID: "order-18"}, label: "order-18"}), nil)
	f := &flight{id: 7, act: &b.m.actions[5], req: request{start: workflow.StartRequest{InstanceID: "order-17", Workflow: "W"}}}
	b.m.flights[7] = f
	b.send(sentMsg{7, sendResult{replaces: workflow.Completed}})
	b.sees("Raise an event on order-18", "start it again to be asked")
}

func TestAReadThatPassesAMomentLaterStillProves(t *testing.T) {
	b, c := withFaulty(t, workflow.Running)
	b.press("e")
	b.text("approve")
	c.busy = 2
	b.press("ctrl+s")
	b.sees("raised order-17: approve is delivered after")
}
