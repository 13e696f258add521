package dapr_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/load"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// within bounds everything that a healthy runtime does at once.
const within = 60 * time.Second

// app is a sidecar with a worker and a client, for one test.
type app struct {
	*harness.Sidecar
	client *workflow.Client
	worker *worker.Worker
}

// startApp starts a sidecar and connects a worker.
func startApp(t *testing.T, opts harness.SidecarOptions) *app {
	t.Helper()
	a := &app{Sidecar: rt.Sidecar(t, opts)}
	a.client = a.ClientFor(t)
	a.startWorker(t)
	return a
}

// startWorker connects a worker; stopWorker or the end of the test ends it.
func (a *app) startWorker(t *testing.T) {
	t.Helper()
	conn, err := a.Dial()
	if err != nil {
		t.Fatal(err)
	}
	// Not the test's context: it ends before the clean-up functions run.
	a.worker, err = worker.Start(context.WithoutCancel(t.Context()), conn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.worker.Stop)
	a.waitWorkers(t, 1)
}

// stopWorker takes the worker away once nothing moves: one that goes in the
// middle of a turn can leave a sidecar unable to take another
// (docs/operations.md).
func (a *app) stopWorker(t *testing.T) {
	t.Helper()
	a.rest(t)
	a.worker.Stop()
	a.waitWorkers(t, 0)
}

// still is how long no history must grow for the app to be at rest.
const still = 200 * time.Millisecond

// rest waits until nothing moves.
func (a *app) rest(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var before string
	if err := harness.Eventually(ctx, func(ctx context.Context) error {
		now, err := footprint(ctx, a.client)
		if err != nil {
			return err
		}
		if now == before {
			return nil
		}
		before = now
		select {
		case <-time.After(still):
		case <-ctx.Done():
		}
		return errMoves
	}); err != nil {
		t.Fatal(err)
	}
}

var errMoves = errors.New("an instance moves")

// footprint changes with each step that any instance takes.
func footprint(ctx context.Context, c *workflow.Client) (string, error) {
	list, err := c.ListInstanceIDs(ctx)
	if err != nil {
		return "", fmt.Errorf("list: %w", err)
	}
	var b strings.Builder
	for _, id := range list.InstanceIds {
		events, err := historyOf(ctx, c, id)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(&b, id, len(events))
	}
	return b.String(), nil
}

func (a *app) waitWorkers(t *testing.T, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := a.WaitWorkers(ctx, n); err != nil {
		t.Fatal(err)
	}
}

// schedule starts an instance, again where the store was locked: SQLite answers
// a burst of starts with it at once, whatever the busy timeout, and nothing is
// made.
func schedule(ctx context.Context, c *workflow.Client, name string, opts ...workflow.NewWorkflowOptions) error {
	for {
		_, err := c.ScheduleWorkflow(ctx, name, opts...)
		if err == nil || !load.Locked(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// start starts an instance and waits for its status.
func (a *app) start(t *testing.T, name, id, want string, opts ...workflow.NewWorkflowOptions) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := schedule(ctx, a.client, name, append(opts, workflow.WithInstanceID(id))...); err != nil {
		t.Fatalf("start %s: %v", id, err)
	}
	a.wait(t, id, want)
}

// wait waits until an instance has a status.
func (a *app) wait(t *testing.T, id, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := waitStatus(ctx, a.client, id, want); err != nil {
		t.Fatal(err)
	}
}

// must makes a call with a deadline that has to succeed.
func (a *app) must(t *testing.T, what string, call func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := call(ctx); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// rawInput is an input that goes over the wire as it is.
func rawInput(json string) workflow.NewWorkflowOptions {
	return workflow.WithRawInput(wrapperspb.String(json))
}

// rawEvent is an event payload that goes over the wire as it is.
func rawEvent(json string) workflow.RaiseEventOptions {
	return workflow.WithRawEventData(wrapperspb.String(json))
}

// The statuses that an instance can be brought into. CANCELED and
// CONTINUED_AS_NEW are never persisted.
const (
	pending    = "PENDING"
	running    = "RUNNING"
	suspended  = "SUSPENDED"
	stalled    = "STALLED"
	completed  = "COMPLETED"
	failed     = "FAILED"
	terminated = "TERMINATED"
	unknown    = "unknown ID"
	gone       = "gone"
)

// bring makes an instance with the given ID in the given status.
func bring(ctx context.Context, c *workflow.Client, id, status string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	name := worker.Approval
	opts := []workflow.NewWorkflowOptions{workflow.WithInstanceID(id)}
	switch status {
	case unknown:
		return nil
	case pending:
		opts = append(opts, workflow.WithStartTime(time.Now().Add(time.Hour)))
	case stalled:
		opts = append(opts, rawInput(big(3_500_000)))
	case failed:
		name = worker.Failing
	}
	if err := schedule(ctx, c, name, opts...); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	if err := push(ctx, c, id, status); err != nil {
		return fmt.Errorf("bring to %s: %w", status, err)
	}
	return waitStatus(ctx, c, id, status)
}

// push makes the call that brings a started instance into the status, if it
// needs one.
func push(ctx context.Context, c *workflow.Client, id, status string) error {
	switch status {
	case suspended:
		return c.SuspendWorkflow(ctx, id, "by the test")
	case stalled:
		return c.RaiseEvent(ctx, id, "note", rawEvent(big(1_000_000)))
	case completed:
		return c.RaiseEvent(ctx, id, worker.EventApprove)
	case terminated:
		return c.TerminateWorkflow(ctx, id)
	default:
		return nil
	}
}

// big is a JSON string of n bytes. Input and history of more than 95 % of the
// sidecar's body limit, 4 MiB, stall an instance.
func big(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }

var errStatus = errors.New("status")

func waitStatus(ctx context.Context, c *workflow.Client, id, want string) error {
	return harness.Eventually(ctx, func(ctx context.Context) error {
		got, err := statusOf(ctx, c, id)
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("%w of %s: %s, want %s", errStatus, id, got, want)
		}
		return nil
	})
}

// statusOf is the status of an instance, or gone.
func statusOf(ctx context.Context, c *workflow.Client, id string) (string, error) {
	meta, err := c.FetchWorkflowMetadata(ctx, id)
	if errors.Is(err, api.ErrInstanceNotFound) {
		return gone, nil
	}
	if err != nil {
		return "", fmt.Errorf("status of %s: %w", id, err)
	}
	return meta.String(), nil
}

// historyOf is the history of an instance, without the WorkflowStarted events
// that mark its turns.
func historyOf(ctx context.Context, c *workflow.Client, id string) ([]*protos.HistoryEvent, error) {
	resp, err := c.GetInstanceHistory(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", id, err)
	}
	var events []*protos.HistoryEvent
	for _, e := range resp.Events {
		if kind(e) != "WorkflowStarted" {
			events = append(events, e)
		}
	}
	return events, nil
}

// kind is the name of the event's type, as in "EventRaised".
func kind(e *protos.HistoryEvent) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", e.GetEventType()), "*protos.HistoryEvent_")
}

// kinds are the types of the events, in their order.
func kinds(events []*protos.HistoryEvent) string {
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = kind(e)
	}
	return strings.Join(names, " ")
}
