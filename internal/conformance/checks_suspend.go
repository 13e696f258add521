package conformance

import (
	"context"
	"fmt"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
)

func suspendChecks() []check {
	return []check{
		{name: "suspend and resume, with their reasons", run: suspendResume},
		{name: "suspensions nest, and RUNNING may still be held", run: suspendNests},
		{name: "an event raised while suspended comes with the resume", run: suspendKeepsEvents},
		{name: "operations on a finished instance answer OK and do nothing", run: finishedIgnores},
		{name: "a resume of a running instance is recorded and changes nothing", run: resumeRunning},
		{name: "a suspended parent leaves its children alone", run: suspendParent},
		{name: "timers and activities of a suspended instance go on, and wait in its history", run: suspendGoesOn},
	}
}

func suspendResume(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(suspend(s, id, "a reason")); err != nil {
		return err
	}
	if err := s.wait(id, suspended); err != nil {
		return err
	}
	if err := s.must(resume(s, id, "")); err != nil {
		return err
	}
	if err := s.wait(id, running); err != nil {
		return err
	}
	events, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 ExecutionSuspended ExecutionResumed")
	if err != nil {
		return err
	}
	down := find(events, func(e *protos.HistoryEvent) bool { return e.GetExecutionSuspended() != nil }).GetExecutionSuspended()
	up := find(events, func(e *protos.HistoryEvent) bool { return e.GetExecutionResumed() != nil }).GetExecutionResumed()
	if down.GetInput().GetValue() != "a reason" || up.GetInput() != nil {
		return mismatchf("reasons", fmt.Sprint(down, up), "the one that was given; an empty one is dropped")
	}
	return nil
}

func suspendNests(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.all(suspend(s, id, "1"), suspend(s, id, "2"), resume(s, id, "1")); err != nil {
		return err
	}
	if err := s.wait(id, running); err != nil { // so it says, and yet:
		return err
	}
	if err := s.must(raise(s, id, eventGo, `1`)); err != nil {
		return err
	}
	if _, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 ExecutionSuspended ExecutionSuspended ExecutionResumed EventRaised"); err != nil {
		return err
	}
	if err := s.stays(id, running); err != nil {
		return err
	}
	if err := s.must(resume(s, id, "2")); err != nil {
		return err
	}
	return s.wait(id, completed)
}

func suspendKeepsEvents(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfTwice, running); err != nil {
		return err
	}
	if err := s.all(suspend(s, id, ""), raise(s, id, eventGo, `1`), raise(s, id, eventGo, `2`)); err != nil {
		return err
	}
	if err := s.stays(id, suspended); err != nil {
		return err
	}
	if err := s.must(resume(s, id, "")); err != nil {
		return err
	}
	return s.ends(id, `[1,2]`)
}

// ends waits until an instance has completed with an output.
func (s *session) ends(id, want string) error {
	if err := s.wait(id, completed); err != nil {
		return err
	}
	st, err := s.state(id)
	if err == nil && st.GetOutput().GetValue() != want {
		return mismatchf("output of "+id, st.GetOutput().GetValue(), want)
	}
	return err
}

func finishedIgnores(s *session) error {
	for name, finish := range map[string]struct {
		workflow, status string
		end              func(id string) func(context.Context) error
	}{
		"completed": {wfWait, completed, func(id string) func(context.Context) error { return raise(s, id, eventGo, `1`) }},
		"ended":     {wfWait, ended, func(id string) func(context.Context) error { return terminate(s, id, "", false) }},
		"failed":    {wfFail, failed, nil},
	} {
		id := s.id(name)
		if err := s.must(s.startCall(id, finish.workflow)); err != nil {
			return err
		}
		if finish.end != nil {
			if err := s.must(finish.end(id)); err != nil {
				return err
			}
		}
		if err := s.wait(id, finish.status); err != nil {
			return err
		}
		before, err := s.history(id)
		if err != nil {
			return err
		}
		if err := s.all(suspend(s, id, "x"), resume(s, id, "x"), raise(s, id, eventGo, `2`), terminate(s, id, `3`, true)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := s.stays(id, finish.status); err != nil {
			return err
		}
		after, err := s.history(id)
		if err != nil {
			return err
		}
		if len(after) != len(before) {
			return mismatchf(name+" history", kinds(after), kinds(before))
		}
	}
	return nil
}

func resumeRunning(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(resume(s, id, "why")); err != nil {
		return err
	}
	if _, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 ExecutionResumed"); err != nil {
		return err
	}
	if err := s.must(raise(s, id, eventGo, `1`)); err != nil {
		return err
	}
	return s.ends(id, `1`)
}

func suspendParent(s *session) error {
	id := s.id("x")
	child := id + ":0000"
	if err := s.start(id, wfParent, running, withInput(`1`)); err != nil {
		return err
	}
	if err := s.wait(child, running); err != nil {
		return err
	}
	if err := s.all(suspend(s, id, ""), raise(s, child, eventGo, `1`)); err != nil {
		return err
	}
	if err := s.wait(child, completed); err != nil {
		return err
	}
	if err := s.stays(id, suspended); err != nil {
		return err
	}
	if err := s.must(resume(s, id, "")); err != nil {
		return err
	}
	return s.ends(id, `1`)
}

func suspendGoesOn(s *session) error {
	slow, asleep := s.id("slow"), s.id("asleep")
	if err := s.all(s.startCall(slow, wfSlow, s.moments(1000)), suspend(s, slow, ""), s.startCall(asleep, wfTimer, s.moments(1000)), suspend(s, asleep, "")); err != nil {
		return err
	}
	if _, err := s.waitHistory(slow, "ExecutionStarted TaskScheduled#0 ExecutionSuspended TaskCompleted"); err != nil {
		return err
	}
	if _, err := s.waitHistory(asleep, "ExecutionStarted TimerCreated#0 ExecutionSuspended TimerFired"); err != nil {
		return err
	}
	for id, output := range map[string]string{slow: `"slow"`, asleep: `"awake"`} {
		if err := s.wait(id, suspended); err != nil {
			return err
		}
		if err := s.must(resume(s, id, "")); err != nil {
			return err
		}
		if err := s.ends(id, output); err != nil {
			return err
		}
	}
	return nil
}

func raiseChecks() []check {
	return []check{
		{name: "event names ignore case", run: raiseCase},
		{name: "events of one name come in their order, repeated ones too", run: raiseOrder},
		{name: "an event that comes with the start ends the wait in its first turn", run: raiseWithStart},
		{name: "an event before the wait is kept, and then there is no timer", run: raiseEarly},
		{name: "an event that nobody waits for changes nothing", run: raiseOther},
		{name: "an event without payload", run: raiseEmpty},
	}
}

func raiseCase(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(raise(s, id, "GO", `1`)); err != nil {
		return err
	}
	if err := s.ends(id, `1`); err != nil {
		return err
	}
	events, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 EventRaised ExecutionCompleted#1")
	if err != nil {
		return err
	}
	raised := find(events, func(e *protos.HistoryEvent) bool { return e.GetEventRaised() != nil })
	if raised.GetEventRaised().GetName() != "GO" {
		return mismatchf("event", raised.GetEventRaised().GetName(), "the name as it was raised")
	}
	return nil
}

func raiseOrder(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfTwice, running); err != nil {
		return err
	}
	if err := s.all(raise(s, id, eventGo, `"same"`), raise(s, id, "Go", `"same"`)); err != nil {
		return err
	}
	if err := s.ends(id, `["same","same"]`); err != nil {
		return err
	}
	other := s.id("y")
	if err := s.start(other, wfTwice, running); err != nil {
		return err
	}
	if err := s.all(suspend(s, other, ""), raise(s, other, eventGo, `1`), raise(s, other, eventGo, `2`), raise(s, other, eventGo, `3`), resume(s, other, "")); err != nil {
		return err
	}
	return s.ends(other, `[1,2]`)
}

func raiseWithStart(s *session) error {
	id, err := s.later("x")
	if err != nil {
		return err
	}
	if err := s.must(raise(s, id, eventGo, `1`)); err != nil {
		return err
	}
	if err := s.ends(id, `1`); err != nil {
		return err
	}
	return s.waitEvents(id, "EventRaised ExecutionCompleted#1 ExecutionStarted TimerCreated#0")
}

func raiseEarly(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfLate, pending, startingAt(time.Now().Add(time.Hour))); err != nil {
		return err
	}
	if err := s.must(raise(s, id, eventGo, `1`)); err != nil {
		return err
	}
	if err := s.ends(id, `1`); err != nil {
		return err
	}
	_, err := s.waitHistory(id, "ExecutionStarted EventRaised TaskScheduled#0 TaskCompleted ExecutionCompleted#1")
	return err
}

func raiseOther(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(raise(s, id, "other", `1`)); err != nil {
		return err
	}
	if _, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 EventRaised"); err != nil {
		return err
	}
	return s.stays(id, running)
}

func raiseEmpty(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(raise(s, id, eventGo, "")); err != nil {
		return err
	}
	return s.ends(id, `null`)
}
