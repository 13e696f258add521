package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// runWithoutWorker takes the worker away, runs the checks of a sidecar that
// has none, brings it back and proves that what waited for it goes on.
func runWithoutWorker(t *testing.T, target Target) {
	t.Helper()
	if target.StopWorker == nil || target.StartWorker == nil {
		t.Skipf("%s: the suite was given no way to stop the worker", target.Name)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*target.Limit)
	defer cancel()
	s := newSession(ctx, target, "without a worker")
	for _, id := range noWorkerInstances() {
		if err := s.start(id, wfWait, running); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.start(s.id("done"), wfEcho, completed, withInput(`1`)); err != nil {
		t.Fatal(err)
	}
	if err := s.rest(); err != nil {
		t.Fatal(err)
	}
	target.StopWorker(t)
	runAll(t, target, noWorkerChecks(), true)
	target.StartWorker(t)
	runAll(t, target, []check{{name: "an instance goes on with the next worker", run: noWorkerGoesOn}}, false)
}

// rest waits until nothing moves: a worker that goes in the middle of a turn
// can leave daprd 1.18.0 unable to take another (docs/operations.md).
func (s *session) rest() error {
	var before string
	return s.eventually(func() error {
		now, err := s.footprint()
		if err != nil {
			return err
		}
		if now != before {
			before = now
			select {
			case <-time.After(still):
			case <-s.ctx.Done():
			}
			return mismatchf("instances", "moving", "at rest")
		}
		return nil
	})
}

// footprint changes with each step that any instance takes.
func (s *session) footprint() (string, error) {
	ids, err := s.pageAll(1000)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, id := range ids {
		events, err := s.history(id)
		if err != nil && status.Code(errors.Unwrap(err)) != codes.NotFound { // purged since the listing
			return "", err
		}
		fmt.Fprintln(&b, id, len(events))
	}
	return b.String(), nil
}

func noWorkerGoesOn(s *session) error {
	id := noWorkerInstances()[0]
	if err := s.must(raise(s, id, eventGo, `"back"`)); err != nil {
		return err
	}
	return s.ends(id, `"back"`)
}

// noWorkerInstances are the instances that the checks act on.
func noWorkerInstances() []string {
	return []string{"without-a-worker.wa", "without-a-worker.wb"}
}

const noWorkerDone = "without-a-worker.done"

func noWorkerChecks() []check {
	return []check{
		{name: "reads answer", run: noWorkerReads},
		{name: "operations are refused after a while", run: noWorkerRefuses},
		{name: "a start does not return and creates nothing", run: noWorkerStart},
		{name: "a force purge works", run: noWorkerForce},
		{name: "the metadata counts none", run: noWorkerMetadata},
	}
}

func noWorkerReads(s *session) error {
	id := noWorkerInstances()[0]
	if err := s.wait(id, running); err != nil {
		return err
	}
	if _, err := s.waitHistory(id, "ExecutionStarted TimerCreated#0"); err != nil {
		return err
	}
	_, err := s.list(10, nil)
	return err
}

func noWorkerRefuses(s *session) error {
	id := noWorkerInstances()[0]
	const text = "failed to lookup actor: api error: code = FailedPrecondition desc = did not find address for actor 'dapr.internal.default.<app>.workflow/<id>'"
	type operation struct {
		name, id, prefix string
		call             func(context.Context) error
	}
	operations := []operation{
		{"raise", id, "", raise(s, id, eventGo, `1`)},
		{"suspend", id, "", suspend(s, id, "")},
		{"resume", id, "", resume(s, id, "")},
		{"terminate", id, "failed to submit termination request: ", terminate(s, id, "", true)},
		{"purge", noWorkerDone, "failed to purge workflow state: ", purge(s, noWorkerDone, false, false)},
		{"recursive purge", noWorkerDone, "failed to purge workflow state: ", purge(s, noWorkerDone, true, false)},
		{"rerun", noWorkerDone, "", rerun(s, noWorkerDone, 0, "")},
	}
	results := make(chan error, len(operations))
	for _, op := range operations {
		go func() {
			begun := time.Now()
			got := s.answer(op.call(s.ctx), op.id)
			took := time.Since(begun)
			switch want := "FailedPrecondition: " + op.prefix + text; {
			case got != want && !strings.Contains(got, "not registered"):
				// Right after the worker has gone Dapr may still be taking its
				// actors down, and says "actor type … not registered".
				results <- fmt.Errorf("%s: %w", op.name, mismatchf("answer", got, want))
			case took < s.target.NoWorkerWait*9/10 && got == want:
				results <- fmt.Errorf("%s: refused after %s, before %s", op.name, took, s.target.NoWorkerWait)
			default:
				results <- nil
			}
		}()
	}
	var first error
	for range operations {
		if err := <-results; err != nil && first == nil {
			first = err
		}
	}
	if first != nil {
		return first
	}
	if err := s.expect(id, notFinished, purge(s, id, true, false)); err != nil { // the state is looked at first
		return err
	}
	return s.wait(id, running)
}

func noWorkerStart(s *session) error {
	id := s.id("x")
	if err := s.expect(id, hangs, s.startCall(id, wfWait)); err != nil {
		return err
	}
	return s.stays(id, gone)
}

func noWorkerForce(s *session) error {
	id := noWorkerInstances()[1]
	if err := s.must(purge(s, id, false, true)); err != nil {
		return err
	}
	return s.wait(id, gone)
}

func noWorkerMetadata(s *session) error {
	return s.eventually(func() error {
		md, err := s.dapr.GetMetadata(s.ctx, &runtimev1.GetMetadataRequest{})
		if err != nil {
			return fmt.Errorf("metadata: %w", err)
		}
		if n := md.GetWorkflows().GetConnectedWorkers(); n != 0 {
			return mismatchf("workers", n, 0)
		}
		return nil
	})
}
