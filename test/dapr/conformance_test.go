package dapr_test

import (
	"context"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/internal/conformance"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// TestConformance holds the real runtime against the suite that the embedded
// engine passes: where the two differ, the engine has to change.
func TestConformance(t *testing.T) {
	t.Parallel()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "conformance"})}
	conn, err := a.Dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	w := &conformanceWorker{app: a}
	w.start(t)
	t.Cleanup(func() { w.stop() })
	conformance.Run(t, conformance.Target{
		Conn:  conn,
		Name:  "Dapr 1.18.0",
		AppID: "conformance",
		Known: []conformance.Difference{{
			Check:   "a force purge of an unknown ID is refused",
			Why:     "daprd crashes, which TestOperations shows on a sidecar of its own",
			Crashes: true,
		}, {
			Check:   "a page size of zero is answered",
			Why:     "daprd crashes, which TestPageSizeZero shows on a sidecar of its own",
			Crashes: true,
		}},
		StopWorker:  w.stopAndWait,
		StartWorker: w.comeBack,
	})
}

// conformanceWorker is the suite's own worker, on its own connection.
type conformanceWorker struct {
	app    *app
	cancel context.CancelFunc
}

// comeBack starts the worker once more. A sidecar that takes none any more,
// which a worker's departure can cause (docs/operations.md), is restarted: what
// the suite asks is what becomes of the instances.
func (w *conformanceWorker) comeBack(t testing.TB) {
	t.Helper()
	w.connect(t)
	ctx, cancel := context.WithTimeout(t.Context(), comeBackWithin)
	defer cancel()
	err := w.app.WaitWorkers(ctx, 1)
	if err == nil {
		return
	}
	t.Logf("the sidecar takes no worker within %s (%v) and is restarted", comeBackWithin, err)
	w.stop()
	restart, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := w.app.Restart(restart, harness.RestartOptions{}); err != nil {
		t.Fatal(err)
	}
	w.start(t)
}

// comeBackWithin is a hundred times what a healthy sidecar needs.
const comeBackWithin = 15 * time.Second

func (w *conformanceWorker) start(t testing.TB) {
	t.Helper()
	w.connect(t)
	w.waitWorkers(t, 1)
}

func (w *conformanceWorker) connect(t testing.TB) {
	t.Helper()
	conn, err := w.app.Dial()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = func() {
		cancel()
		_ = conn.Close() // what was in flight is lost on purpose
	}
	if err := conformance.Work(ctx, conn); err != nil {
		t.Fatal(err)
	}
}

func (w *conformanceWorker) stop() { w.cancel() }

func (w *conformanceWorker) stopAndWait(t testing.TB) {
	t.Helper()
	w.stop()
	w.waitWorkers(t, 0)
}

func (w *conformanceWorker) waitWorkers(t testing.TB, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := w.app.WaitWorkers(ctx, n); err != nil {
		t.Fatal(err)
	}
}

// TestPageSizeZero documents a fault of the runtime with a SQLite store: the
// console must never ask for pages of no instances.
func TestPageSizeZero(t *testing.T) {
	t.Parallel()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "zero"})}
	client := a.ClientFor(t)
	ctx, cancel := context.WithTimeout(t.Context(), actionDeadline)
	defer cancel()
	if _, err := client.ListInstanceIDs(ctx, workflow.WithListInstanceIDsPageSize(0)); err == nil {
		t.Error("the listing was answered: the runtime has been mended, so take this difference off the list")
	}
	select {
	case <-a.Gone():
	case <-ctx.Done():
		t.Errorf("daprd (pid %d) still runs", a.PID())
	}
}
