package dapr_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/internal/watch"
	domain "github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// The tests of this file run on daprd 1.16.0, which can neither list instances
// nor give their histories, beside the placement and the scheduler of today.

const (
	noProxy   = "Unknown: failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found"
	noHistory = "this runtime has no call for histories (before Dapr 1.17)"
	tooOld    = "this runtime is too old: listing and histories need Dapr 1.17"
)

// startOldApp starts a sidecar of the older release and connects a worker.
func startOldApp(t *testing.T, appID string) (*app, *harness.WorkerProcess) {
	t.Helper()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: appID, Old: true})}
	a.client = a.ClientFor(t)
	return a, a.startOldWorker(t)
}

func (a *app) startOldWorker(t *testing.T) *harness.WorkerProcess {
	t.Helper()
	w, err := a.StartOldWorker(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestOldRuntime: what the console counts on: no call for a listing and for a
// history, and the other calls as ever.
func TestOldRuntime(t *testing.T) {
	t.Parallel()
	const id = "old"
	a, _ := startOldApp(t, "old-calls")
	a.refused(t, id, noProxy, func(ctx context.Context) error {
		_, err := a.client.ListInstanceIDs(ctx)
		return err
	})
	a.refused(t, id, noProxy, func(ctx context.Context) error {
		_, err := a.client.GetInstanceHistory(ctx, id)
		return err
	})
	a.start(t, worker.Approval, id, running)
	a.must(t, "suspend", func(ctx context.Context) error { return a.client.SuspendWorkflow(ctx, id, "why") })
	a.wait(t, id, suspended)
	a.must(t, "resume", func(ctx context.Context) error { return a.client.ResumeWorkflow(ctx, id, "") })
	a.wait(t, id, running)
	// It does not know force, and takes it for an ordinary purge.
	a.refused(t, id, "Unknown: failed to purge orchestration state: orchestration has not yet completed", func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, id, workflow.WithForcePurge(true))
	})
	a.must(t, "terminate", func(ctx context.Context) error { return a.client.TerminateWorkflow(ctx, id) })
	a.wait(t, id, terminated)
	a.must(t, "purge", func(ctx context.Context) error { return a.client.PurgeWorkflowState(ctx, id) })
	a.wait(t, id, gone)
}

// TestDangerOldNoActorStore: without an actor state store a read and a recursive
// purge end daprd 1.16 too, and it has no listing that would say so first.
func TestDangerOldNoActorStore(t *testing.T) {
	t.Parallel()
	calls := map[string]func(ctx context.Context, c *workflow.Client) error{
		"metadata": func(ctx context.Context, c *workflow.Client) error {
			_, err := c.FetchWorkflowMetadata(ctx, "any")
			return err
		},
		"purge recursive": func(ctx context.Context, c *workflow.Client) error {
			return recursivePurgeOperation().call(ctx, c, "any")
		},
	}
	for storeName, store := range map[string]harness.Store{"no component": harness.StoreNone, "not marked as actor store": harness.StoreNotActor} {
		for callName, call := range calls {
			t.Run(storeName+"/"+callName, func(t *testing.T) {
				t.Parallel()
				a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "old-storeless", Store: store, Old: true})}
				a.client = a.ClientFor(t)
				for what, probe := range map[string]func(ctx context.Context) error{
					"listing": func(ctx context.Context) error { _, err := a.client.ListInstanceIDs(ctx); return err },
					"history": func(ctx context.Context) error { _, err := a.client.GetInstanceHistory(ctx, "any"); return err },
				} {
					a.refused(t, "any", noProxy, probe)
					if !a.Alive() {
						t.Fatalf("the %s ended daprd", what)
					}
				}
				a.endsDaprd(t, func(ctx context.Context) error { return call(ctx, a.client) })
			})
		}
	}
}

// TestOldNoActorStore: the console asks in a way that such a daprd survives,
// also with a worker connected, and makes no other call.
func TestOldNoActorStore(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]harness.Store{"none": harness.StoreNone, "not for actors": harness.StoreNotActor} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "old-storeless", Store: store, Old: true})}
			pid := a.PID()
			w := watchApp(t, a, "any")
			s := w.until("the refusal", func(s watch.Snapshot) bool { return s.Phase == watch.Refused })
			if domain.KindOf(s.Err) != domain.KindNoStateStore || s.Listless {
				t.Errorf("refused because of %v (listless %v)", s.Err, s.Listless)
			}
			d := openDeck(t, a)
			d.See("The sidecar does not list its instances", "no state store for workflows",
				`Add a state store component with actorStateStore: "true"`, "old-storeless")
			d.pressEverything()
			d.quiet(a.Gone(), time.Second)
			d.See("The sidecar does not list its instances")
			a.survives(t, pid)

			// A worker is taken all the same, and proves nothing.
			if _, err := a.LaunchOldWorker(t.Context()); err != nil {
				t.Fatal(err)
			}
			s = w.until("the worker", func(s watch.Snapshot) bool { return s.Phase == watch.Refused && s.Sidecar.Workers == 1 })
			if domain.KindOf(s.Err) != domain.KindNoStateStore {
				t.Errorf("with a worker: refused because of %v", s.Err)
			}
			a.survives(t, pid)
			t.Logf("what it says of itself with a worker: %+v", s.Sidecar)
			calls := w.Calls()
			for _, read := range []string{"GetInstance", "GetInstanceHistory", "PurgeInstances"} {
				if calls[read] > 0 {
					t.Errorf("%s was called %d times", read, calls[read])
				}
			}
		})
	}
}

// TestOldNoPlacement: without placement there is no workflow engine, whatever
// the store, and the console says what is missing.
func TestOldNoPlacement(t *testing.T) {
	t.Parallel()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "old-placeless", Old: true, Args: []string{"--placement-host-address", ""}})}
	pid := a.PID()
	w := watchApp(t, a, "any")
	s := w.until("the refusal", func(s watch.Snapshot) bool { return s.Phase == watch.Refused })
	if domain.KindOf(s.Err) != domain.KindOldRuntime || !strings.Contains(s.Err.Error(), "it has no placement service") {
		t.Errorf("refused because of %v", s.Err)
	}
	a.survives(t, pid)
}

// TestOldWatchlist: the watch of the console on a runtime that cannot list: IDs
// that somebody knows have rows, and everything else works on them.
func TestOldWatchlist(t *testing.T) {
	t.Parallel()
	a, first := startOldApp(t, "old-watched")
	a.start(t, worker.Approval, "known", running, rawInput(`{"sku":"A1"}`))
	a.start(t, worker.Approval, "unknown to us", running)
	w := watchApp(t, a, "known", "never-was")
	s := w.until("the list", func(s watch.Snapshot) bool { return s.Phase == watch.Ready })
	if !s.Listless || domain.KindOf(s.ListErr) != domain.KindOldRuntime || s.ListErr.Error() != tooOld || s.Err != nil {
		t.Errorf("listless %v because of %v; error %v", s.Listless, s.ListErr, s.Err)
	}
	if len(s.Instances) != 1 || s.Watched != 2 || !slices.Equal(s.Absent, []string{"never-was"}) {
		t.Errorf("%d rows, %d watched, absent %q", len(s.Instances), s.Watched, s.Absent)
	}

	a.must(t, "detail", func(ctx context.Context) error {
		d, err := w.Detail(ctx, w.key("known"))
		if err == nil && (d.Input.Raw != `{"sku":"A1"}` || d.Name != worker.Approval || d.Instance.CustomStatus != "waiting for approval") {
			t.Errorf("detail %+v", d)
		}
		return err
	})
	a.refusedIn(t, noHistory, func(ctx context.Context) error {
		_, err := w.History(ctx, w.key("known"))
		return err
	})

	a.must(t, "pause", func(ctx context.Context) error { return w.Suspend(ctx, w.key("known"), "why") })
	w.sees("known", suspended)
	a.must(t, "resume", func(ctx context.Context) error { return w.Resume(ctx, w.key("known"), "") })
	w.sees("known", running)
	a.refusedIn(t, "this runtime has no forced purge", func(ctx context.Context) error {
		return w.Purge(ctx, w.key("known"), domain.PurgeRequest{Force: true})
	})
	a.must(t, "raise", func(ctx context.Context) error {
		return w.Raise(ctx, w.key("known"), domain.RaiseRequest{Event: worker.EventApprove})
	})
	w.sees("known", completed)

	// What the console starts joins.
	a.must(t, "start", func(ctx context.Context) error {
		_, err := w.Start(ctx, a.AppID(), domain.StartRequest{Workflow: worker.Approval, InstanceID: "started"})
		return err
	})
	w.box.Reread("started")
	w.sees("started", running)
	a.must(t, "terminate", func(ctx context.Context) error {
		return w.Terminate(ctx, w.key("started"), domain.TerminateRequest{})
	})
	w.sees("started", terminated)

	// Without a worker reads go on, and an action says why it does not.
	first.Stop()
	a.waitWorkers(t, 0)
	w.until("no worker", func(s watch.Snapshot) bool { return s.Sidecar.WorkersKnown && s.Sidecar.Workers == 0 && s.Err == nil })
	a.refusedIn(t, "no worker is connected that could do this", func(ctx context.Context) error {
		return w.Purge(ctx, w.key("started"), domain.PurgeRequest{})
	})
	a.startOldWorker(t)
	w.until("a worker", func(s watch.Snapshot) bool { return s.Sidecar.Workers == 1 })
	a.must(t, "purge", func(ctx context.Context) error { return w.Purge(ctx, w.key("started"), domain.PurgeRequest{}) })
	w.box.Reread("started")
	s = w.sees("started", gone)
	if s.Watched != 2 {
		t.Errorf("%d watched after the purge", s.Watched)
	}

	// A sidecar that comes back is asked for its store again before it is read.
	a.must(t, "restart", func(ctx context.Context) error { return a.Restart(ctx, harness.RestartOptions{}) })
	s = w.until("the sidecar again", func(s watch.Snapshot) bool {
		return s.Phase == watch.Ready && s.Err == nil && w.Calls()["UnregisterActorReminder"] > 1
	})
	if !s.Listless || len(s.Instances) != 1 {
		t.Errorf("after a restart: listless %v, %d rows", s.Listless, len(s.Instances))
	}

	// Another list, and what is on it is read at once.
	w.box.Watchlist([]string{"unknown to us"})
	w.sees("unknown to us", running)
}

// refusedIn makes a call that has to fail with these words.
func (a *app) refusedIn(t *testing.T, words string, call func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	err := call(ctx)
	var e *domain.Error
	if !errors.As(err, &e) || !containsAll(e.Message, []string{words}) {
		t.Errorf("the answer was %v, want %q", err, words)
	}
}

// TestConsoleOldRuntime: the console on such a runtime: it says that nothing can
// be listed; what it starts is there and can be acted on; the detail has no
// history and says why; outcomes rest on the status alone.
func TestConsoleOldRuntime(t *testing.T) {
	t.Parallel()
	const id = "by-hand"
	a, _ := startOldApp(t, "old-console")
	pid := a.PID()
	d := openDeck(t, a)
	d.See("old-console cannot list its instances", tooOld, "1 worker")
	d.startForm(worker.Approval, id, `{"sku":"A1"}`)
	d.send("started " + id + ": ")
	d.seeRow("RUNNING", id)
	d.See("1 watched instance") // there may be others
	d.only(id)
	d.See("waiting for approval", noHistory)
	d.form("p", "Pause "+id)
	d.send("paused " + id + ": SUSPENDED after")
	d.seeRow("SUSPENDED", id)
	a.is(t, id, suspended)
	d.form("r", "Resume "+id)
	d.send("resumed " + id + ": RUNNING after")
	a.is(t, id, running)
	d.form("e", "Raise an event on "+id)
	d.fill(worker.EventApprove)
	d.send("raise event " + id + ": " + worker.EventApprove + " was accepted")
	d.seeRow("COMPLETED", id)
	d.guarded("X", "Purge "+id)
	d.send("purged " + id + ": its state is gone after")
	d.See("old-console cannot list its instances")
	a.is(t, id, gone)
	d.pressEverything()
	d.quiet(a.Gone(), time.Second)
	a.survives(t, pid)
}
