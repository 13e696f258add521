package dapr_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// The tests of this file document faults of daprd 1.18.0, each on a sidecar
// of its own. They prove that the fixtures work: a test that shows the
// console to be harmless means nothing if the harm cannot be done.

const noActorStore = "Unknown: no state store with actor support found"

// TestDangerNoActorStore: without an actor state store the listing says so,
// and a read, a history or a purge ends the sidecar.
func TestDangerNoActorStore(t *testing.T) {
	t.Parallel()
	calls := map[string]func(ctx context.Context, c *workflow.Client) error{
		"metadata": func(ctx context.Context, c *workflow.Client) error {
			_, err := c.FetchWorkflowMetadata(ctx, "any")
			return err
		},
		"history": func(ctx context.Context, c *workflow.Client) error {
			_, err := c.GetInstanceHistory(ctx, "any")
			return err
		},
		"purge recursive": func(ctx context.Context, c *workflow.Client) error {
			return recursivePurgeOperation().call(ctx, c, "any")
		},
		"force purge": func(ctx context.Context, c *workflow.Client) error {
			return forcePurgeOperation().call(ctx, c, "any")
		},
	}
	stores := map[string]harness.Store{"no component": harness.StoreNone, "not marked as actor store": harness.StoreNotActor}
	for storeName, store := range stores {
		for callName, call := range calls {
			t.Run(storeName+"/"+callName, func(t *testing.T) {
				t.Parallel()
				a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "storeless", Store: store})}
				a.client = a.ClientFor(t)
				a.refused(t, "any", noActorStore, func(ctx context.Context) error {
					_, err := a.client.ListInstanceIDs(ctx)
					return err
				})
				if !a.Alive() {
					t.Fatal("the listing ended daprd")
				}
				a.endsDaprd(t, func(ctx context.Context) error { return call(ctx, a.client) })
			})
		}
	}
}

// TestDangerForcePurge: a force purge of an ID that is gone ends the sidecar,
// also when the ID was there a moment ago.
func TestDangerForcePurge(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "twice"})
	const id = "pressed-twice"
	force := func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, id, workflow.WithForcePurge(true))
	}
	a.start(t, worker.Approval, id, running)
	a.must(t, "first force purge", force)
	a.endsDaprd(t, force)
}

// TestDangerBars: an ID with "||" is accepted and breaks every listing of its
// app; reading it by its ID works, and a force purge of it cures the app.
func TestDangerBars(t *testing.T) {
	t.Parallel()
	const id = "a||b"
	a := startApp(t, harness.SidecarOptions{AppID: "bars"})
	list := func(ctx context.Context) error {
		_, err := a.client.ListInstanceIDs(ctx)
		return err
	}
	a.start(t, worker.Approval, "innocent", running)
	a.must(t, "list", list)
	a.start(t, worker.Approval, id, running)
	a.refused(t, id, "Unknown: invalid key format: bars||dapr.internal.default.<app>.workflow||<id>||metadata", list)
	a.wait(t, "innocent", running)
	a.must(t, "force purge", func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, id, workflow.WithForcePurge(true))
	})
	a.must(t, "list after the cure", list)
}

// endsDaprd makes a call and expects the end of the sidecar's process.
func (a *app) endsDaprd(t *testing.T, call func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), actionDeadline)
	defer cancel()
	want := cell{answer: daprdHasEnded}
	if got := a.answer(call(ctx), "\x00"); !want.matches(got) {
		t.Errorf("the client saw %q, want %q", got, want.answer)
	}
	select {
	case <-a.Gone():
	case <-ctx.Done():
		t.Errorf("daprd (pid %d) still runs", a.PID())
		return
	}
	if log := a.LogTail(400); !strings.Contains(log, "nil pointer dereference") {
		t.Errorf("daprd did not end with the fault that is documented:\n%s", a.LogTail(20))
	}
}
