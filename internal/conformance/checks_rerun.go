package conformance

import (
	"context"
	"fmt"
	"strings"

	"github.com/dapr/durabletask-go/api/protos"
)

func rerunChecks() []check {
	return []check{
		{name: "a rerun from an activity repeats it and what follows", run: rerunActivity},
		{name: "a rerun can change or clear an activity's input", run: rerunInput},
		{name: "a rerun from a timer fires it at its old time", run: rerunTimer},
		{name: "a rerun from a child makes a new child", run: rerunChildEvent},
		{name: "a rerun from a child can name and feed the new child", run: rerunChildOptions},
		{name: "a rerun repeats what was open at that point", run: rerunOpen},
		{name: "a rerun without a new ID gets a random one", run: rerunRandomID},
		{name: "a terminated instance can be rerun", run: rerunEnded},
	}
}

// mixed is a finished instance with an activity (0), a timer (1), a child (2)
// and another activity (3).
func (s *session) mixed() (string, error) {
	id := s.id("x")
	return id, s.start(id, wfMixed, completed)
}

const mixedHistory = "ExecutionStarted TaskScheduled#0 TaskCompleted TimerCreated#1 TimerFired " +
	"ChildWorkflowInstanceCreated#2 ChildWorkflowInstanceCompleted TaskScheduled#3 TaskCompleted ExecutionCompleted#4"

func rerunActivity(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	if _, err := s.waitHistory(id, mixedHistory); err != nil {
		return err
	}
	again := s.id("again")
	if err := s.must(rerun(s, id, 3, again)); err != nil {
		return err
	}
	if err := s.ends(again, `["first","child","last"]`); err != nil {
		return err
	}
	events, err := s.history(again)
	if err != nil {
		return err
	}
	task := find(events, func(e *protos.HistoryEvent) bool { return e.GetEventId() == 3 }).GetTaskScheduled()
	if got := task.GetRerunParentInstanceInfo().GetInstanceID(); got != id {
		return mismatchf("lineage", got, id)
	}
	es := find(events, func(e *protos.HistoryEvent) bool { return e.GetExecutionStarted() != nil }).GetExecutionStarted()
	if got := es.GetWorkflowInstance().GetInstanceId(); got != id {
		return mismatchf("ID in the copied start event", got, id)
	}
	if source, err := s.history(id); err != nil || kinds(source) != mixedHistory {
		return mismatchf("history of the source", fmt.Sprint(kinds(source), err), mixedHistory)
	}
	return nil
}

func rerunInput(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	changed, cleared := s.id("changed"), s.id("cleared")
	if err := s.must(rerun(s, id, 3, changed, newInput(`"other"`))); err != nil {
		return err
	}
	if err := s.ends(changed, `["first","child","other"]`); err != nil {
		return err
	}
	if err := s.must(rerun(s, id, 3, cleared, newInput(""))); err != nil {
		return err
	}
	if err := s.wait(cleared, completed); err != nil {
		return err
	}
	events, err := s.history(cleared)
	if err != nil {
		return err
	}
	task := find(events, func(e *protos.HistoryEvent) bool { return e.GetEventId() == 3 }).GetTaskScheduled()
	if task.GetInput() != nil {
		return mismatchf("cleared input", task.GetInput(), "none")
	}
	return nil
}

func rerunTimer(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	again := s.id("again")
	if err := s.must(rerun(s, id, 1, again)); err != nil {
		return err
	}
	if err := s.ends(again, `["first","child","last"]`); err != nil {
		return err
	}
	source, err := s.history(id)
	if err != nil {
		return err
	}
	events, err := s.history(again)
	if err != nil {
		return err
	}
	timer := func(e *protos.HistoryEvent) bool { return e.GetEventId() == 1 }
	was, is := find(source, timer).GetTimerCreated(), find(events, timer).GetTimerCreated()
	if !was.GetFireAt().AsTime().Equal(is.GetFireAt().AsTime()) || is.GetRerunParentInstanceInfo().GetInstanceID() != id {
		return mismatchf("timer", is, "the old time, and the source")
	}
	return nil
}

func rerunChildEvent(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	again := s.id("again")
	if err := s.must(rerun(s, id, 2, again)); err != nil {
		return err
	}
	if err := s.ends(again, `["first","child","last"]`); err != nil {
		return err
	}
	if err := s.wait(again+":0002", completed); err != nil {
		return err
	}
	events, err := s.history(again)
	if err != nil {
		return err
	}
	created := find(events, func(e *protos.HistoryEvent) bool { return e.GetEventId() == 2 }).GetChildWorkflowInstanceCreated()
	if created.GetInstanceId() != again+":0002" || created.GetRerunParentInstanceInfo().GetInstanceID() != id {
		return mismatchf("child", created, again+":0002, and the source")
	}
	return nil
}

func rerunChildOptions(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	again, child := s.id("again"), s.id("its-child")
	if err := s.must(rerun(s, id, 2, again, newChildID(child), newInput(`"fed"`))); err != nil {
		return err
	}
	if err := s.ends(again, `["first","fed","last"]`); err != nil {
		return err
	}
	return s.ends(child, `"fed"`)
}

func rerunOpen(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfOpen, completed); err != nil {
		return err
	}
	again := s.id("again")
	if err := s.must(rerun(s, id, 1, again)); err != nil {
		return err
	}
	if err := s.ends(again, `"only"`); err != nil {
		return err
	}
	if err := s.wait(again+":0000", running); err != nil { // the child was open: a new one was made
		return err
	}
	// The worker's actions of one turn come in any order.
	return s.waitEvents(again, "ChildWorkflowInstanceCreated#0 ExecutionCompleted#2 ExecutionStarted TaskCompleted TaskScheduled#1")
}

func rerunRandomID(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	resp, err := s.hub.RerunWorkflowFromEvent(s.ctx, &protos.RerunWorkflowFromEventRequest{SourceInstanceID: id, EventID: 0})
	if err != nil {
		return fmt.Errorf("rerun: %w", err)
	}
	if len(resp.GetNewInstanceID()) != 36 {
		return mismatchf("new ID", resp.GetNewInstanceID(), "a UUID")
	}
	return s.ends(resp.GetNewInstanceID(), `["first","child","last"]`)
}

func rerunEnded(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(terminate(s, id, "", false)); err != nil {
		return err
	}
	again := s.id("again")
	if err := s.must(rerun(s, id, 0, again)); err != nil {
		return err
	}
	if err := s.wait(again, running); err != nil {
		return err
	}
	if err := s.must(raise(s, again, eventGo, `1`)); err != nil {
		return err
	}
	return s.ends(again, `1`)
}

func rerunRefusals() []check {
	return []check{
		{name: "a rerun needs an event that can be repeated", run: rerunWrongEvent},
		{name: "a rerun needs a finished instance", run: rerunLive},
		{name: "a rerun needs a new ID that is free", run: rerunTakenID},
		{name: "a rerun to an ID that the scheduler cannot name leaves a dead instance", run: rerunBadID},
		{name: "a child cannot be rerun", run: rerunOfChild},
		{name: "a rerun refuses options that the event does not take", run: rerunWrongOptions},
	}
}

func rerunWrongEvent(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	if err := s.expect(id, "NotFound: does not have history event with ID '77'", rerun(s, id, 77, "")); err != nil {
		return err
	}
	want := "NotFound: target event '*protos.HistoryEvent_ExecutionCompleted' with ID '4' is not an event that can be rerun"
	return s.expect(id, want, rerun(s, id, 4, ""))
}

func rerunLive(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	const want = "InvalidArgument: '<id>' is not in a terminal state"
	if err := s.expect(id, want, rerun(s, id, 0, "")); err != nil {
		return err
	}
	if err := s.must(suspend(s, id, "")); err != nil {
		return err
	}
	if err := s.expect(id, want, rerun(s, id, 0, "")); err != nil {
		return err
	}
	later, err := s.later("later")
	if err != nil {
		return err
	}
	return s.expect(later, want, rerun(s, later, 0, ""))
}

func rerunTakenID(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	if err := s.expect(id, "InvalidArgument: rerun workflow instance ID must be different from the original instance ID", rerun(s, id, 0, id)); err != nil {
		return err
	}
	taken := s.id("taken")
	if err := s.start(taken, wfEcho, completed, withInput(`1`)); err != nil {
		return err
	}
	if err := s.expect(taken, "AlreadyExists: workflow '<id>' has already been created", rerun(s, id, 0, taken)); err != nil {
		return err
	}
	return s.expect("", "InvalidArgument: rerun workflow source instance ID is required", rerun(s, "", 0, ""))
}

func rerunBadID(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	dead := s.id("x") + "/again"
	got := s.answer(rerun(s, id, 0, dead)(s.ctx), dead)
	for _, part := range []string{"Unknown: ", "job name is invalid", `must not contain '/', '\', '#' or '?'`} {
		if !strings.Contains(got, part) {
			return mismatchf("rerun", got, part)
		}
	}
	if err := s.stays(dead, running); err != nil { // it is refused, and there all the same
		return err
	}
	if events, err := s.history(dead); err != nil || kinds(events) != "ExecutionStarted TaskScheduled#0" {
		return mismatchf("history", fmt.Sprint(kinds(events), err), "an activity that never runs")
	}
	// A force purge says that it failed, and yet the instance is gone: to
	// repeat it would crash daprd.
	if got := s.answer(purge(s, dead, false, true)(s.ctx), dead); !strings.HasPrefix(got, "Unknown: failed to purge workflow state: ") || !strings.Contains(got, "job name is invalid") {
		return mismatchf("force purge", got, "job name is invalid")
	}
	return s.wait(dead, gone)
}

func rerunOfChild(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	child := id + ":0002"
	if err := s.wait(child, completed); err != nil {
		return err
	}
	return s.expect(child, "InvalidArgument: '<id>': cannot rerun from child-workflows", rerun(s, child, 0, ""))
}

func rerunWrongOptions(s *session) error {
	id, err := s.mixed()
	if err != nil {
		return err
	}
	for _, c := range []struct {
		want string
		call func(context.Context) error
	}{
		{"InvalidArgument: cannot write input to timer event '1'", rerun(s, id, 1, "", newInput(`1`))},
		{"InvalidArgument: cannot set new child workflow instance ID on timer event '1'", rerun(s, id, 1, "", newChildID("y"))},
		{"InvalidArgument: cannot set new child workflow instance ID on activity event '0'", rerun(s, id, 0, "", newChildID("y"))},
	} {
		if err := s.expect(id, c.want, c.call); err != nil {
			return err
		}
	}
	return nil
}
