package dapr_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// actionDeadline is the client's deadline. Without a worker the runtime looks
// for one for 5 to 8.4 s before it says why: a shorter deadline hides it.
const actionDeadline = 15 * time.Second

// hangDeadline is the deadline of a call that never returns: the fixture's
// own time does not count, and every other answer comes in milliseconds.
const hangDeadline = 4 * time.Second

// settled is how long an observation must hold. That nothing more happens
// cannot be waited for.
const settled = 300 * time.Millisecond

// settle lets the time pass in which something could still happen.
func settle(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(settled):
	case <-t.Context().Done():
	}
}

// TestOperations checks every operation against every status, with a worker.
func TestOperations(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "table"})
	for _, op := range operations() {
		for _, from := range statuses() {
			t.Run(op.name+"/"+from, func(t *testing.T) {
				t.Parallel()
				want, ok := op.want[from]
				if !ok {
					t.Fatal("the table has no such cell")
				}
				if want.crash {
					checkCrash(t, op, want)
					return
				}
				id := cellID(op, from)
				a.must(t, "fixture", func(ctx context.Context) error { return bring(ctx, a.client, id, from) })
				check(t, a, op, id, want)
			})
		}
	}
}

// TestOperationsWithoutWorker checks a sample after the worker has gone.
func TestOperationsWithoutWorker(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "idle"})
	t.Run("fixtures", func(t *testing.T) {
		for _, op := range operations() {
			for _, from := range sampled() {
				t.Run(op.name+"/"+from, func(t *testing.T) {
					t.Parallel()
					a.must(t, "fixture", func(ctx context.Context) error {
						return bring(ctx, a.client, cellID(op, from), from)
					})
				})
			}
		}
	})
	a.stopWorker(t)
	for _, op := range operations() {
		for _, from := range sampled() {
			t.Run(op.name+"/"+from, func(t *testing.T) {
				t.Parallel()
				want, ok := op.withoutWorker[from]
				if !ok {
					t.Fatal("the table has no such cell")
				}
				if want.crash {
					checkCrash(t, op, want)
					return
				}
				check(t, a, op, cellID(op, from), want)
			})
		}
	}
}

// TestRerunStartsAnother checks the other half of the rerun row: the new
// instance.
func TestRerunStartsAnother(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "rerun"})
	for from, want := range map[string]string{completed: running, terminated: running, failed: failed, running: gone} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			op := rerunOperation()
			id := cellID(op, from)
			a.must(t, "fixture", func(ctx context.Context) error { return bring(ctx, a.client, id, from) })
			ctx, cancel := context.WithTimeout(t.Context(), actionDeadline)
			defer cancel()
			if err := op.call(ctx, a.client, id); (err == nil) != (want != gone) {
				t.Fatalf("rerun: %v", err)
			}
			a.wait(t, id+rerunSuffix, want)
		})
	}
}

func cellID(op operation, from string) string {
	return strings.ReplaceAll(op.name+"-"+from, " ", "-")
}

// check makes the call and compares what follows with want.
func check(t *testing.T, a *app, op operation, id string, want cell) {
	t.Helper()
	var before []*protos.HistoryEvent
	a.must(t, "history before", func(ctx context.Context) error {
		return harness.Eventually(ctx, func(ctx context.Context) (err error) {
			before, err = events(ctx, a.client, id)
			return err
		})
	})
	deadline := actionDeadline
	if want.answer == answerDeadline {
		deadline = hangDeadline
	}
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	got := cell{answer: a.answer(op.call(ctx, a.client, id), id)}
	if !want.matches(got.answer) {
		t.Errorf("the client saw %q, want %q", got.answer, want.answer)
	}
	look := func(ctx context.Context) error {
		var err error
		if got.after, err = statusOf(ctx, a.client, id); err != nil {
			return err
		}
		after, err := events(ctx, a.client, id)
		if err != nil {
			return err
		}
		got.adds = added(before, after)
		if got.after != want.after || !want.sameEvents(got.adds) {
			return fmt.Errorf("%w %s with new events [%s], want %s with [%s]", errStatus, got.after, got.adds, want.after, want.adds)
		}
		return nil
	}
	a.must(t, "afterwards", func(ctx context.Context) error { return harness.Eventually(ctx, look) })
	settle(t)
	a.must(t, "some moments later", func(ctx context.Context) error { return harness.Eventually(ctx, look) })
}

// checkCrash makes the call on a sidecar of its own and expects that daprd
// ends. This documents a fault of the runtime: the console must not be its
// cause.
func checkCrash(t *testing.T, op operation, want cell) {
	t.Helper()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "crash"})}
	a.client = a.ClientFor(t)
	ctx, cancel := context.WithTimeout(t.Context(), actionDeadline)
	defer cancel()
	if got := a.answer(op.call(ctx, a.client, "nobody"), "nobody"); !want.matches(got) {
		t.Errorf("the client saw %q, want %q", got, want.answer)
	}
	select {
	case <-a.Gone():
	case <-ctx.Done():
		t.Errorf("daprd (pid %d) still runs", a.PID())
	}
}

// events is the history of an instance, empty when there is none. Its error
// may be the passing "inbox key … declared in metadata … but missing": daprd
// 1.18.0 reads the parts of a state one after the other while they change.
func events(ctx context.Context, c *workflow.Client, id string) ([]*protos.HistoryEvent, error) {
	all, err := historyOf(ctx, c, id)
	if status.Code(errors.Unwrap(err)) == codes.NotFound {
		return nil, nil
	}
	return all, err
}

// added are the types of the events that came after the given ones, or all of
// them when the history has been replaced.
func added(before, after []*protos.HistoryEvent) string {
	sameEvent := func(a, b *protos.HistoryEvent) bool {
		return kind(a) == kind(b) && a.GetTimestamp().AsTime().Equal(b.GetTimestamp().AsTime())
	}
	switch {
	case len(after) == 0:
		return ""
	case len(after) >= len(before) && slices.EqualFunc(before, after[:len(before)], sameEvent):
		return kinds(after[len(before):])
	default:
		return "replaced by: " + kinds(after)
	}
}

// answer is what the client saw, with the IDs replaced. A passed deadline
// comes as the bare context error or as the gRPC code, whichever is first.
func (a *app) answer(err error, id string) string {
	if err == nil {
		return answerOK
	}
	var s interface{ GRPCStatus() *status.Status }
	if errors.Is(err, context.DeadlineExceeded) {
		return answerDeadline
	}
	if !errors.As(err, &s) {
		return "client: " + err.Error()
	}
	st := s.GRPCStatus()
	if st.Code() == codes.DeadlineExceeded {
		return answerDeadline
	}
	text := strings.ReplaceAll(st.Message(), id, "<id>")
	text = strings.ReplaceAll(text, "."+a.AppID()+".", ".<app>.")
	return st.Code().String() + ": " + text
}
