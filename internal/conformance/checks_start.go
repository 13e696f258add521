package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
)

func startChecks() []check {
	return []check{
		{name: "a start answers once the instance has left PENDING", run: startAnswers},
		{name: "a history has the steps in the order of the worker's", run: startHistory},
		{name: "an ID whose instance is not finished cannot start", run: startActive},
		{name: "an ID whose instance has finished starts afresh", run: startReplaces},
		{name: "an ID that the scheduler cannot name cannot start", run: startBadIDs},
		{name: "other characters and long IDs start", run: startOddIDs},
		{name: "an unregistered workflow fails", run: startUnregistered},
		{name: "payloads arrive byte for byte", run: startPayloads},
		{name: "a failed activity fails its workflow", run: startFails},
		{name: "an activity that nobody registered fails its workflow", run: startNoActivity},
		{name: "fan-out gathers every answer", run: startFansOut},
		{name: "custom status is the text of the worker", run: startCustomStatus},
	}
}

func startAnswers(s *session) error {
	id := s.id("x")
	begun := time.Now().Add(-time.Second)
	if err := s.must(s.startCall(id, wfWait, withInput(`{"a":1}`))); err != nil {
		return err
	}
	st, err := s.state(id)
	if err != nil {
		return err
	}
	created, started, updated := st.GetCreatedTimestamp().AsTime(), st.GetStartedAt().AsTime(), st.GetLastUpdatedTimestamp().AsTime()
	switch {
	case st.GetWorkflowStatus() != protos.OrchestrationStatus_ORCHESTRATION_STATUS_RUNNING:
		return mismatchf("status", st.GetWorkflowStatus(), running)
	case st.GetName() != wfWait || st.GetInstanceId() != id || st.GetInput().GetValue() != `{"a":1}`:
		return mismatchf("instance", st, "its name, ID and input")
	case st.GetOutput() != nil || st.GetCustomStatus() != nil || st.GetCompletedTimestamp() != nil || st.GetParentInstanceId() != nil:
		return mismatchf("instance", st, "no output, custom status, completion time or parent")
	case created.Before(begun) || started.Before(begun) || updated.Before(created):
		return mismatchf("times", st, "the time of the start")
	}
	return nil
}

func startHistory(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfSteps, completed); err != nil {
		return err
	}
	events, err := s.waitHistory(id, "ExecutionStarted TaskScheduled#0 TaskCompleted TaskScheduled#1 TaskCompleted ExecutionCompleted#2")
	if err != nil {
		return err
	}
	if events[0].GetWorkflowStarted() == nil || events[1].GetExecutionStarted() == nil {
		return mismatchf("first events", kind(events[0])+" "+kind(events[1]), "WorkflowStarted ExecutionStarted")
	}
	es := events[1].GetExecutionStarted()
	if es.GetName() != wfSteps || es.GetWorkflowInstance().GetInstanceId() != id || es.GetWorkflowInstance().GetExecutionId().GetValue() == "" || es.GetInput() != nil {
		return mismatchf("ExecutionStarted", es, "name, ID, an execution ID and no input")
	}
	if got := events[1].GetRouter().GetSourceAppID(); got != s.target.AppID {
		return mismatchf("source app of the start", got, s.target.AppID)
	}
	turns := 0
	for _, e := range events {
		if e.GetWorkflowStarted() != nil {
			turns++
		}
	}
	if turns != 3 {
		return mismatchf("turns", turns, 3)
	}
	scheduled := find(events, func(e *protos.HistoryEvent) bool { return e.GetTaskScheduled() != nil })
	answered := find(events, func(e *protos.HistoryEvent) bool { return e.GetTaskCompleted() != nil })
	switch {
	case scheduled.GetTaskScheduled().GetInput().GetValue() != `"one"`, scheduled.GetTaskScheduled().GetName() != actEcho,
		scheduled.GetTaskScheduled().GetTaskExecutionId() == "":
		return mismatchf("TaskScheduled", scheduled, "name, input and a task execution ID")
	case answered.GetTaskCompleted().GetTaskScheduledId() != 0, answered.GetTaskCompleted().GetResult().GetValue() != `"one"`,
		answered.GetTaskCompleted().GetTaskExecutionId() != scheduled.GetTaskScheduled().GetTaskExecutionId():
		return mismatchf("TaskCompleted", answered, "the answer to task 0")
	}
	return nil
}

func startActive(s *session) error {
	const want = "Unknown: failed to create workflow instance: an active workflow with ID '<id>' already exists"
	held, later := s.id("held"), s.id("later")
	if err := s.start(held, wfWait, running); err != nil {
		return err
	}
	if err := s.start(later, wfWait, pending, startingAt(time.Now().Add(time.Hour))); err != nil {
		return err
	}
	for _, id := range []string{held, later} {
		if err := s.expect(id, want, s.startCall(id, wfWait)); err != nil {
			return err
		}
	}
	if err := s.must(suspend(s, held, "")); err != nil {
		return err
	}
	return s.expect(held, want, s.startCall(held, wfWait))
}

func startReplaces(s *session) error {
	for name, end := range map[string]func(id string) error{
		"completed": func(id string) error { return s.must(raise(s, id, eventGo, `1`)) },
		"ended":     func(id string) error { return s.must(terminate(s, id, `2`, false)) },
	} {
		id := s.id(name)
		if err := s.start(id, wfStatus, running, withInput(`"before"`)); err != nil {
			return err
		}
		if err := end(id); err != nil {
			return err
		}
		before, err := s.history(id)
		if err != nil {
			return err
		}
		if err := s.wait(id, map[string]string{"completed": completed, "ended": ended}[name]); err != nil {
			return err
		}
		if err := s.start(id, wfWait, running, withInput(`"after"`)); err != nil {
			return err
		}
		after, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0")
		if err != nil {
			return err
		}
		if execution(before) == execution(after) {
			return fmt.Errorf("%s: the execution ID is still %s", name, execution(after))
		}
		st, err := s.state(id)
		if err != nil {
			return err
		}
		if st.GetOutput() != nil || st.GetCustomStatus() != nil || st.GetInput().GetValue() != `"after"` {
			return mismatchf(name, st, "nothing of the first run")
		}
	}
	return nil
}

func execution(events []*protos.HistoryEvent) string {
	e := find(events, func(e *protos.HistoryEvent) bool { return e.GetExecutionStarted() != nil })
	return e.GetExecutionStarted().GetWorkflowInstance().GetExecutionId().GetValue()
}

func startBadIDs(s *session) error {
	for bad, why := range map[string]string{
		"a/b": `must not contain '/', '\', '#' or '?'`, `a\b`: `must not contain '/', '\', '#' or '?'`,
		"a#b": `must not contain '/', '\', '#' or '?'`, "a?b": `must not contain '/', '\', '#' or '?'`,
		"a\tb": "must not contain control characters", "a\u0085b": "must not contain control characters",
	} {
		got := s.answer(s.startCall(bad, wfWait)(s.ctx), "")
		if !strings.HasPrefix(got, "Unknown: failed to create workflow instance: ") || !strings.Contains(got, "job name is invalid") || !strings.HasSuffix(got, why) {
			return mismatchf(fmt.Sprintf("start of %q", bad), got, "Unknown: failed to create workflow instance: … job name is invalid …: "+why)
		}
		if err := s.wait(bad, gone); err != nil {
			return err
		}
	}
	return nil
}

func startOddIDs(s *session) error {
	for _, id := range []string{
		s.id("with space"), s.id("100%"), s.id("a:b@c,d"), s.id("订单-🎉"), s.id(strings.Repeat("y", 300)), s.id("UPPER"), s.id("a|b"), s.id("..") + "..",
	} {
		if err := s.start(id, wfEcho, completed, withInput(`1`)); err != nil {
			return err
		}
	}
	return nil
}

func startUnregistered(s *session) error {
	id := s.id("x")
	if err := s.start(id, "ConfNobody", failed); err != nil {
		return err
	}
	st, err := s.state(id)
	if err != nil {
		return err
	}
	if got := st.GetFailureDetails().GetErrorMessage(); got != "workflow named 'ConfNobody' is not registered" {
		return mismatchf("failure", got, "workflow named … is not registered")
	}
	_, err = s.waitHistory(id, "ExecutionStarted ExecutionCompleted#0")
	return err
}

// oddPayloads are JSON texts that a careless encoder changes.
func oddPayloads() []string {
	return []string{`{ "a": 1 }`, `9223372036854775808`, `"‹"`, `{"z":[1,2,{"y":null}],"a":"<&>"}`, `"\u0000"`, `null`}
}

func startPayloads(s *session) error {
	for n, payload := range oddPayloads() {
		id := s.id(fmt.Sprint(n))
		if err := s.start(id, wfWait, running, withInput(payload)); err != nil {
			return err
		}
		if err := s.must(raise(s, id, "other", payload)); err != nil {
			return err
		}
		if err := s.must(terminate(s, id, payload, false)); err != nil {
			return err
		}
		events, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 EventRaised ExecutionTerminated ExecutionCompleted#1")
		if err != nil {
			return err
		}
		st, err := s.state(id)
		if err != nil {
			return err
		}
		raised := find(events, func(e *protos.HistoryEvent) bool { return e.GetEventRaised() != nil })
		cut := find(events, func(e *protos.HistoryEvent) bool { return e.GetExecutionTerminated() != nil })
		for what, got := range map[string]string{
			"input": st.GetInput().GetValue(), "output": st.GetOutput().GetValue(),
			"event": raised.GetEventRaised().GetInput().GetValue(), "termination": cut.GetExecutionTerminated().GetInput().GetValue(),
		} {
			if got != payload {
				return mismatchf(what, got, payload)
			}
		}
	}
	return nil
}

func startFails(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfFail, failed); err != nil {
		return err
	}
	events, err := s.waitHistory(id, "ExecutionStarted TaskScheduled#0 TaskFailed ExecutionCompleted#1")
	if err != nil {
		return err
	}
	task := find(events, func(e *protos.HistoryEvent) bool { return e.GetTaskFailed() != nil }).GetTaskFailed()
	if task.GetFailureDetails().GetErrorMessage() != failText || task.GetTaskScheduledId() != 0 {
		return mismatchf("TaskFailed", task, failText)
	}
	st, err := s.state(id)
	if err != nil {
		return err
	}
	if got, want := st.GetFailureDetails().GetErrorMessage(), "task failed with an error: "+failText; got != want {
		return mismatchf("failure", got, want)
	}
	if st.GetOutput() != nil {
		return mismatchf("output", st.GetOutput(), "none")
	}
	return nil
}

func startNoActivity(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfNoAct, failed); err != nil {
		return err
	}
	events, err := s.waitHistory(id, "ExecutionStarted TaskScheduled#0 TaskFailed ExecutionCompleted#1")
	if err != nil {
		return err
	}
	fd := find(events, func(e *protos.HistoryEvent) bool { return e.GetTaskFailed() != nil }).GetTaskFailed().GetFailureDetails()
	if fd.GetErrorType() != "TaskActivityNotRegistered" || fd.GetErrorMessage() != "no task activity named 'ConfNoSuchActivity' was registered" {
		return mismatchf("failure", fd, "not registered")
	}
	return nil
}

func startFansOut(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfFan, completed, withInput(`7`)); err != nil {
		return err
	}
	st, err := s.state(id)
	if err == nil && st.GetOutput().GetValue() != "21" {
		return mismatchf("sum", st.GetOutput().GetValue(), 21)
	}
	return err
}

func startCustomStatus(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfStatus, running, withInput(`"订单 \"x\" <b>"`)); err != nil {
		return err
	}
	st, err := s.state(id)
	if err == nil && st.GetCustomStatus().GetValue() != `订单 "x" <b>` {
		return mismatchf("custom status", st.GetCustomStatus().GetValue(), `订单 "x" <b>`)
	}
	return err
}

func scheduledChecks() []check {
	return []check{
		{name: "an instance that starts later is PENDING and has neither name nor date", run: scheduledLooks},
		{name: "an instance that starts later starts by itself", run: scheduledStarts},
		{name: "a start time in the past starts at once", run: scheduledPast},
		{name: "any operation starts an instance that was to start later", run: scheduledEarly},
		{name: "an instance that starts later cannot be purged, only by force", run: scheduledPurge},
	}
}

func (s *session) later(name string) (string, error) {
	id := s.id(name)
	return id, s.start(id, wfWait, pending, startingAt(time.Now().Add(time.Hour)), withInput(`1`))
}

func scheduledLooks(s *session) error {
	id, err := s.later("x")
	if err != nil {
		return err
	}
	st, err := s.state(id)
	if err != nil {
		return err
	}
	if st.GetName() != "" || st.GetInput() != nil || st.GetStartedAt() != nil || st.GetParentInstanceId() != nil {
		return mismatchf("instance", st, "no name, input, start or parent")
	}
	if st.GetCreatedTimestamp().AsTime().Year() != 1 || st.GetLastUpdatedTimestamp().AsTime().Year() != 1 {
		return mismatchf("times", st, "the year 1")
	}
	events, err := s.history(id)
	if err != nil {
		return err
	}
	if len(events) > 0 {
		return mismatchf("history", kinds(events), "nothing")
	}
	all, err := s.pageAll(500)
	if err == nil && !slices.Contains(all, id) {
		return mismatchf("listing", all, id)
	}
	return err
}

func scheduledStarts(s *session) error {
	id := s.id("x")
	due := time.Now().Add(1500 * time.Millisecond)
	if err := s.start(id, wfWait, pending, startingAt(due)); err != nil {
		return err
	}
	if err := s.wait(id, running); err != nil {
		return err
	}
	if early := time.Until(due); early > 0 {
		return fmt.Errorf("it began %s early", early)
	}
	return nil
}

func scheduledPast(s *session) error {
	return s.start(s.id("x"), wfWait, running, startingAt(time.Now().Add(-time.Hour)))
}

func scheduledEarly(s *session) error {
	for name, op := range map[string]struct {
		call    func(id string) func(context.Context) error
		status  string
		history string
	}{
		"raise":     {func(id string) func(context.Context) error { return raise(s, id, "other", `1`) }, running, "ExecutionStarted EventRaised TimerCreated#0"},
		"suspend":   {func(id string) func(context.Context) error { return suspend(s, id, "why") }, suspended, "ExecutionStarted ExecutionSuspended"},
		"resume":    {func(id string) func(context.Context) error { return resume(s, id, "why") }, running, "ExecutionStarted ExecutionResumed TimerCreated#0"},
		"terminate": {func(id string) func(context.Context) error { return terminate(s, id, "", false) }, ended, ""},
	} {
		id, err := s.later(name)
		if err != nil {
			return err
		}
		if err := s.must(op.call(id)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := s.wait(id, op.status); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if op.history == "" {
			continue // the wait and the end come in either order
		}
		if _, err := s.waitHistory(id, op.history); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func scheduledPurge(s *session) error {
	id, err := s.later("x")
	if err != nil {
		return err
	}
	if err := s.expect(id, "Unknown: failed to purge workflow state: orchestration has not yet completed", purge(s, id, false, false)); err != nil {
		return err
	}
	if err := s.expect(id, "Unknown: failed to purge workflow state: no such instance exists", purge(s, id, true, false)); err != nil {
		return err
	}
	if err := s.must(purge(s, id, false, true)); err != nil {
		return err
	}
	return s.wait(id, gone)
}
