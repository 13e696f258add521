package conformance

import (
	"context"
	"fmt"
	"slices"
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

func terminateChecks() []check {
	return []check{
		{name: "terminate ends a running instance with the output", run: terminateOutput},
		{name: "terminate of a suspended instance waits for the resume", run: terminateSuspended},
		{name: "terminate takes the children along", run: terminateRecursive},
		{name: "terminate without recursion leaves the children", run: terminateAlone},
		{name: "a recursive terminate with a purged child does not return", run: terminatePurgedChild},
	}
}

func terminateOutput(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(terminate(s, id, `{"by":"ops"}`, true)); err != nil {
		return err
	}
	st, err := s.state(id)
	if err != nil {
		return err
	}
	if st.GetOutput().GetValue() != `{"by":"ops"}` || st.GetFailureDetails() != nil {
		return mismatchf("instance", st, "the output and no failure")
	}
	_, err = s.waitHistory(id, "ExecutionStarted TimerCreated#0 ExecutionTerminated ExecutionCompleted#1")
	return err
}

func terminateSuspended(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(suspend(s, id, "")); err != nil {
		return err
	}
	if err := s.expect(id, hangs, terminate(s, id, `1`, true)); err != nil {
		return err
	}
	if err := s.wait(id, suspended); err != nil {
		return err
	}
	if _, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0 ExecutionSuspended ExecutionTerminated"); err != nil {
		return err
	}
	if err := s.must(resume(s, id, "")); err != nil {
		return err
	}
	return s.wait(id, ended)
}

// family starts a parent and n children that wait.
func (s *session) family(name string, n int) (string, []string, error) {
	id := s.id(name)
	if err := s.start(id, wfParent, running, withInput(fmt.Sprint(n))); err != nil {
		return id, nil, err
	}
	var children []string
	for k := range n {
		child := fmt.Sprintf("%s:%04x", id, k)
		if err := s.wait(child, running); err != nil {
			return id, nil, err
		}
		children = append(children, child)
	}
	return id, children, nil
}

func terminateRecursive(s *session) error {
	id, children, err := s.family("x", 2)
	if err != nil {
		return err
	}
	if err := s.must(terminate(s, id, `1`, true)); err != nil {
		return err
	}
	for _, c := range children {
		if err := s.wait(c, ended); err != nil {
			return err
		}
	}
	return s.wait(id, ended)
}

func terminateAlone(s *session) error {
	id, children, err := s.family("x", 2)
	if err != nil {
		return err
	}
	if err := s.must(terminate(s, id, `1`, false)); err != nil {
		return err
	}
	for _, c := range children {
		if err := s.stays(c, running); err != nil {
			return err
		}
	}
	return s.wait(id, ended)
}

func terminatePurgedChild(s *session) error {
	id, children, err := s.family("x", 2)
	if err != nil {
		return err
	}
	if err := s.must(raise(s, children[0], eventGo, `1`)); err != nil {
		return err
	}
	if err := s.wait(children[0], completed); err != nil {
		return err
	}
	if err := s.must(purge(s, children[0], false, false)); err != nil {
		return err
	}
	if err := s.expect(id, hangs, terminate(s, id, `1`, true)); err != nil {
		return err
	}
	return s.stays(id, running)
}

func purgeChecks() []check {
	return []check{
		{name: "an instance that has not finished cannot be purged", run: purgeLive},
		{name: "a purged instance is gone and its ID is free", run: purgeFinished},
		{name: "a purge leaves the children behind", run: purgeAlone},
		{name: "a recursive purge takes finished children along and passes over purged ones", run: purgeRecursive},
		{name: "a recursive purge stops at a child that lives", run: purgeLiveChild},
		{name: "a force purge takes a running instance", run: purgeForce},
		{name: "a force purge takes the children only when asked", run: purgeForceRecursive},
		{name: "a child whose parent was purged does not end", run: purgeOrphan},
	}
}

const notFinished = "Unknown: failed to purge workflow state: orchestration has not yet completed"

func purgeLive(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	for _, recursive := range []bool{false, true} {
		if err := s.expect(id, notFinished, purge(s, id, recursive, false)); err != nil {
			return err
		}
	}
	if err := s.must(suspend(s, id, "")); err != nil {
		return err
	}
	if err := s.expect(id, notFinished, purge(s, id, false, false)); err != nil {
		return err
	}
	return s.wait(id, suspended)
}

func purgeFinished(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfEcho, completed, withInput(`1`)); err != nil {
		return err
	}
	resp, err := s.hub.PurgeInstances(s.ctx, &protos.PurgeInstancesRequest{Request: &protos.PurgeInstancesRequest_InstanceId{InstanceId: id}})
	if err != nil || resp.GetDeletedInstanceCount() != 1 {
		return mismatchf("purge", fmt.Sprint(resp, err), "1 deleted")
	}
	all, err := s.pageAll(500)
	if err != nil {
		return err
	}
	if slices.Contains(all, id) {
		return mismatchf("listing", "the purged ID", "not there")
	}
	if err := s.wait(id, gone); err != nil {
		return err
	}
	return s.start(id, wfWait, running)
}

// finishedFamily is a family that was terminated.
func (s *session) finishedFamily(name string) (string, []string, error) {
	id, children, err := s.family(name, 2)
	if err != nil {
		return id, nil, err
	}
	if err := s.must(terminate(s, id, "", true)); err != nil {
		return id, nil, err
	}
	for _, c := range children {
		if err := s.wait(c, ended); err != nil {
			return id, nil, err
		}
	}
	return id, children, s.wait(id, ended)
}

func purgeAlone(s *session) error {
	id, children, err := s.finishedFamily("x")
	if err != nil {
		return err
	}
	if err := s.must(purge(s, id, false, false)); err != nil {
		return err
	}
	if err := s.stays(children[0], ended); err != nil {
		return err
	}
	return s.wait(id, gone)
}

func purgeRecursive(s *session) error {
	id, children, err := s.finishedFamily("x")
	if err != nil {
		return err
	}
	if err := s.must(purge(s, children[1], false, false)); err != nil {
		return err
	}
	resp, err := s.hub.PurgeInstances(s.ctx, &protos.PurgeInstancesRequest{Request: &protos.PurgeInstancesRequest_InstanceId{InstanceId: id}, Recursive: true})
	if err != nil || resp.GetDeletedInstanceCount() != 2 {
		return mismatchf("purge", fmt.Sprint(resp, err), "2 deleted")
	}
	for _, c := range append(children, id) {
		if err := s.wait(c, gone); err != nil {
			return err
		}
	}
	return nil
}

func purgeLiveChild(s *session) error {
	id, children, err := s.family("x", 1)
	if err != nil {
		return err
	}
	if err := s.must(terminate(s, id, "", false)); err != nil {
		return err
	}
	want := "Unknown: failed to purge workflow state: failed to purge child workflow: orchestration has not yet completed"
	if err := s.expect(id, want, purge(s, id, true, false)); err != nil {
		return err
	}
	if err := s.wait(children[0], running); err != nil {
		return err
	}
	return s.wait(id, ended)
}

func purgeForce(s *session) error {
	id := s.id("x")
	if err := s.start(id, wfWait, running); err != nil {
		return err
	}
	if err := s.must(purge(s, id, false, true)); err != nil {
		return err
	}
	return s.wait(id, gone)
}

func purgeForceRecursive(s *session) error {
	one, childrenOfOne, err := s.family("one", 1)
	if err != nil {
		return err
	}
	if err := s.must(purge(s, one, false, true)); err != nil {
		return err
	}
	if err := s.wait(one, gone); err != nil {
		return err
	}
	if err := s.stays(childrenOfOne[0], running); err != nil {
		return err
	}
	two, childrenOfTwo, err := s.family("two", 2)
	if err != nil {
		return err
	}
	if err := s.must(purge(s, two, true, true)); err != nil {
		return err
	}
	for _, id := range append(childrenOfTwo, two) {
		if err := s.wait(id, gone); err != nil {
			return err
		}
	}
	return nil
}

func purgeOrphan(s *session) error {
	id, children, err := s.family("x", 1)
	if err != nil {
		return err
	}
	if err := s.all(terminate(s, id, "", false), purge(s, id, false, false), raise(s, children[0], eventGo, `1`)); err != nil {
		return err
	}
	if err := s.stays(children[0], running); err != nil {
		return err
	}
	if events, err := s.history(children[0]); err != nil || kinds(events) != "ExecutionStarted TimerCreated#0" {
		return mismatchf("history of the orphan", fmt.Sprint(kinds(events), err), "without the event")
	}
	return s.must(purge(s, children[0], false, true))
}
