package conformance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
)

func timerChecks() []check {
	return []check{
		{name: "a timer says what it is for", run: timerOrigins},
		{name: "a timer fires", run: timerFires},
		{name: "a wait with a limit ends by itself", run: timerLimit},
		{name: "the timer of a wait that was answered does not fire", run: timerCancelled},
		{name: "a retry leaves its attempts in the history", run: timerRetry},
		{name: "continue-as-new keeps the ID and drops the history", run: againDrops},
		{name: "continue-as-new can keep the events that were not read", run: againKeeps},
	}
}

// created is the timer with that number.
func created(events []*protos.HistoryEvent, number int32) *protos.TimerCreatedEvent {
	return find(events, func(e *protos.HistoryEvent) bool { return e.GetEventId() == number }).GetTimerCreated()
}

func timerOrigins(s *session) error {
	forever, limited, nap, retried := s.id("forever"), s.id("limited"), s.id("nap"), s.id("retried")
	if err := s.all(
		s.startCall(forever, wfWait), s.startCall(limited, wfLimit, withInput(`3600000`)),
		s.startCall(nap, wfTimer, withInput(`3600000`)), s.startCall(retried, wfRetry),
	); err != nil {
		return err
	}
	look := func(id, history string, number int32) (*protos.TimerCreatedEvent, error) {
		events, err := s.waitHistory(id, history)
		return created(events, number), err
	}
	tc, err := look(forever, "ExecutionStarted TimerCreated#0", 0)
	if err != nil {
		return err
	}
	if tc.GetExternalEvent().GetName() != eventGo || tc.GetName() != eventGo || tc.GetFireAt().AsTime().Year() != 9999 {
		return mismatchf("wait without limit", tc, "external event, year 9999")
	}
	if tc, err = look(limited, "ExecutionStarted TimerCreated#0", 0); err != nil {
		return err
	}
	if in := time.Until(tc.GetFireAt().AsTime()); tc.GetExternalEvent().GetName() != eventGo || in < 50*time.Minute || in > 61*time.Minute {
		return mismatchf("wait with a limit", tc, "external event, in an hour")
	}
	if tc, err = look(nap, "ExecutionStarted TimerCreated#0", 0); err != nil {
		return err
	}
	if tc.GetCreateTimer() == nil || tc.GetName() != timerTag {
		return mismatchf("timer", tc, "a timer with its name")
	}
	if tc, err = look(retried, retriedHistory, 1); err != nil {
		return err
	}
	if tc.GetActivityRetry().GetTaskExecutionId() == "" || tc.GetName() != actFlaky+"-retry" {
		return mismatchf("retry", tc, "an activity retry with its task execution ID")
	}
	return nil
}

const retriedHistory = "ExecutionStarted TaskScheduled#0 TaskFailed TimerCreated#1 TimerFired TaskScheduled#2 TaskCompleted ExecutionCompleted#3"

func timerFires(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfTimer, completed, withInput(`30`)); err != nil {
		return err
	}
	events, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 TimerFired ExecutionCompleted#1")
	if err != nil {
		return err
	}
	e := find(events, func(e *protos.HistoryEvent) bool { return e.GetTimerFired() != nil })
	fireAt := e.GetTimerFired().GetFireAt().AsTime()
	if e.GetTimerFired().GetTimerId() != 0 || !fireAt.Equal(created(events, 0).GetFireAt().AsTime()) || e.GetTimestamp().AsTime().Before(fireAt.Add(-time.Second)) {
		return mismatchf("TimerFired", e, "timer 0 at its time")
	}
	return nil
}

func timerLimit(s *session) error {
	id := s.id("x")
	if err := s.must(s.startCall(id, wfLimit, withInput(`40`))); err != nil {
		return err
	}
	if err := s.ends(id, `"nobody came"`); err != nil {
		return err
	}
	_, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 TimerFired ExecutionCompleted#1")
	return err
}

func timerCancelled(s *session) error {
	id, watch := s.id("x"), s.id("watch")
	if err := s.all(s.startCall(id, wfThen, s.moments(1000)), raise(s, id, "Go", `1`), s.startCall(watch, wfTimer, s.moments(1050))); err != nil {
		return err
	}
	const history = "ExecutionStarted TimerCreated#0 EventRaised TimerCreated#1"
	if _, err := s.waitHistory(id, history); err != nil {
		return err
	}
	if err := s.wait(watch, completed); err != nil { // a timer that was due later has fired
		return err
	}
	if err := s.stays(id, running); err != nil {
		return err
	}
	_, err := s.waitHistory(id, history)
	return err
}

func timerRetry(s *session) error {
	id := s.id("x")
	if err := s.must(s.startCall(id, wfRetry)); err != nil {
		return err
	}
	if err := s.ends(id, `"done"`); err != nil {
		return err
	}
	events, err := s.waitHistory(id, retriedHistory)
	if err != nil {
		return err
	}
	execution := ""
	for _, e := range events {
		if ts := e.GetTaskScheduled(); ts != nil {
			if execution != "" && ts.GetTaskExecutionId() != execution {
				return mismatchf("task execution ID of the retry", ts.GetTaskExecutionId(), execution)
			}
			execution = ts.GetTaskExecutionId()
		}
	}
	return nil
}

func againDrops(s *session) error {
	id := s.id("x")
	if err := s.must(s.startCall(id, wfAgain, withInput(`2`))); err != nil {
		return err
	}
	first, err := s.history(id)
	if err != nil {
		return err
	}
	if err := s.ends(id, `"ended"`); err != nil {
		return err
	}
	last, err := s.waitHistory(id, "ExecutionStarted ExecutionCompleted#0")
	if err != nil {
		return err
	}
	if execution(first) == execution(last) {
		return mismatchf("execution ID", execution(last), "a new one")
	}
	st, err := s.state(id)
	if err == nil && st.GetInput().GetValue() != "0" {
		return mismatchf("input", st.GetInput().GetValue(), "that of the last generation")
	}
	return err
}

func againKeeps(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfKeep, running, withInput(`false`)); err != nil {
		return err
	}
	if err := s.all(raise(s, id, "kept", `"it"`), raise(s, id, eventGo, `1`)); err != nil {
		return err
	}
	return s.ends(id, `"it"`)
}

func childChecks() []check {
	return []check{
		{name: "a child knows its parent, and its ID tells the step", run: childStart},
		{name: "a parent hears of its children", run: childAnswers},
		{name: "a child can have an ID of its own", run: childNamed},
		{name: "a parent whose child's ID is taken does not begin", run: childTaken},
		{name: "a parent takes a terminated child for one that answered nothing", run: childTerminated},
	}
}

func childStart(s *session) error {
	id, children, err := s.family("x", 1)
	if err != nil {
		return err
	}
	parent, err := s.waitHistory(id, "ExecutionStarted ChildWorkflowInstanceCreated#0")
	if err != nil {
		return err
	}
	made := find(parent, func(e *protos.HistoryEvent) bool { return e.GetEventId() == 0 }).GetChildWorkflowInstanceCreated()
	if made.GetInstanceId() != children[0] || made.GetName() != wfWait {
		return mismatchf("ChildWorkflowInstanceCreated", made, children[0])
	}
	events, err := s.history(children[0])
	if err != nil {
		return err
	}
	p := find(events, func(e *protos.HistoryEvent) bool { return e.GetExecutionStarted() != nil }).GetExecutionStarted().GetParentInstance()
	switch {
	case p.GetWorkflowInstance().GetInstanceId() != id, p.GetTaskScheduledId() != 0, p.GetName().GetValue() != wfParent:
		return mismatchf("parent", p, id)
	case p.GetAppID() != s.target.AppID, p.GetWorkflowInstance().GetExecutionId().GetValue() != execution(parent):
		return mismatchf("parent", p, "its app and execution ID")
	}
	return nil
}

func childAnswers(s *session) error {
	id, children, err := s.family("x", 2)
	if err != nil {
		return err
	}
	for _, c := range children {
		if err := s.must(raise(s, c, eventGo, `"done"`)); err != nil {
			return err
		}
		if err := s.wait(c, completed); err != nil {
			return err
		}
	}
	if err := s.ends(id, `2`); err != nil {
		return err
	}
	events, err := s.history(id)
	if err != nil {
		return err
	}
	if got := strings.Count(kinds(events), "ChildWorkflowInstanceCompleted"); got != 2 {
		return mismatchf("answers of the children", got, 2)
	}
	return nil
}

func childNamed(s *session) error {
	id, child := s.id("x"), s.id("its-own")
	if err := s.must(s.startCall(id, wfNamed, withInput(`"`+child+`"`))); err != nil {
		return err
	}
	if err := s.ends(id, `"named"`); err != nil {
		return err
	}
	return s.ends(child, `"named"`)
}

func childTaken(s *session) error {
	id, child := s.id("x"), s.id("taken")
	if err := s.start(child, wfWait, running); err != nil {
		return err
	}
	due := time.Now().Add(still) // a start that is due at once would not return
	if err := s.must(s.startCall(id, wfNamed, withInput(`"`+child+`"`), startingAt(due))); err != nil {
		return err
	}
	for range 3 {
		if err := s.stays(id, pending); err != nil {
			return err
		}
	}
	if err := s.must(raise(s, child, eventGo, `1`)); err != nil { // the ID becomes free
		return err
	}
	return s.ends(id, `"named"`)
}

func childTerminated(s *session) error {
	id, children, err := s.family("x", 1)
	if err != nil {
		return err
	}
	if err := s.must(terminate(s, children[0], `"cut"`, false)); err != nil {
		return err
	}
	// The history says failed, without a reason, and the worker goes on.
	if err := s.wait(id, completed); err != nil {
		return err
	}
	events, err := s.waitHistory(id, "ExecutionStarted ChildWorkflowInstanceCreated#0 ChildWorkflowInstanceFailed ExecutionCompleted#1")
	if err != nil {
		return err
	}
	e := find(events, func(e *protos.HistoryEvent) bool { return e.GetChildWorkflowInstanceFailed() != nil })
	if fd := e.GetChildWorkflowInstanceFailed().GetFailureDetails(); fd != nil {
		return mismatchf("failure of the child", fd, "none")
	}
	return nil
}

func stallChecks() []check {
	return []check{
		{name: "payloads of more than 4 MB stall an instance", run: stallPayload},
	}
}

func stallPayload(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running, withInput(`"`+strings.Repeat("x", 3_500_000)+`"`)); err != nil {
		return err
	}
	if err := s.must(raise(s, id, "other", `"`+strings.Repeat("y", 1_000_000)+`"`)); err != nil {
		return err
	}
	if err := s.wait(id, stalled); err != nil {
		return err
	}
	events, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 ExecutionStalled")
	if err != nil {
		return err
	}
	e := events[len(events)-1].GetExecutionStalled()
	if e.GetReason() != protos.StalledReason_PAYLOAD_SIZE_EXCEEDED || !strings.Contains(e.GetDescription(), "exceeds 95% of max gRPC body size 4194304 bytes") {
		return mismatchf("ExecutionStalled", e, "PAYLOAD_SIZE_EXCEEDED")
	}
	const held = "failed to invoke method for workflow '<id>': actor is stalled"
	for _, op := range []struct {
		name, want string
		call       func(context.Context) error
	}{
		{"raise", "Unknown: " + held, raise(s, id, eventGo, `1`)},
		{"suspend", "Unknown: " + held, suspend(s, id, "")},
		{"resume", "Unknown: " + held, resume(s, id, "")},
		{"terminate", "Unknown: failed to submit termination request: " + held, terminate(s, id, "", true)},
		{"purge", "Unknown: failed to purge workflow state: " + held, purge(s, id, false, false)},
		{"recursive purge", notFinished, purge(s, id, true, false)},
		{"rerun", "Unknown: " + held, rerun(s, id, 0, "")},
		{"start", "Unknown: failed to create workflow instance: " + held, s.startCall(id, wfWait)},
	} {
		if err := s.expect(id, op.want, op.call); err != nil {
			return fmt.Errorf("%s: %w", op.name, err)
		}
	}
	if err := s.must(purge(s, id, false, true)); err != nil {
		return err
	}
	return s.wait(id, gone)
}
