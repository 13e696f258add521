package dapr_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestRestart: a sidecar that is killed and started again keeps its ports and
// its store and is another process.
func TestRestart(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "restart"})
	a.start(t, worker.Approval, "waits", running)
	a.must(t, "fixture", func(ctx context.Context) error { return bring(ctx, a.client, "stuck", stalled) })
	address, pid := a.Address(), a.PID()

	a.rest(t)
	a.Kill()
	if a.Alive() {
		t.Fatal("daprd is alive after Kill")
	}
	ctx, cancel := context.WithTimeout(t.Context(), actionDeadline)
	defer cancel()
	_, err := a.client.ListInstanceIDs(ctx)
	if got := a.answer(err, ""); !strings.HasPrefix(got, "Unavailable: ") {
		t.Errorf("a call to a killed sidecar: %q", got)
	}

	// A worker that is taken away in the middle of its work can leave a sidecar
	// unable to take another (docs/operations.md), so the old one goes first.
	a.worker.Stop()
	a.must(t, "restart", func(ctx context.Context) error { return a.Restart(ctx, harness.RestartOptions{}) })
	if a.Address() != address || a.PID() == pid || !a.Alive() {
		t.Errorf("restarted at %s as pid %d (alive %t); it was at %s as %d", a.Address(), a.PID(), a.Alive(), address, pid)
	}
	a.wait(t, "waits", running)
	a.startWorker(t)
	a.raise(t, "waits", worker.EventApprove)
	a.wait(t, "waits", completed)
	a.wait(t, "stuck", stalled)
}

// TestRestartAsAnotherApp: the same port, another app.
func TestRestartAsAnotherApp(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "first"})
	a.start(t, worker.Approval, "of-first", running)
	a.must(t, "restart", func(ctx context.Context) error {
		return a.Restart(ctx, harness.RestartOptions{AppID: "second"})
	})
	if a.AppID() != "second" {
		t.Errorf("the app ID is %s", a.AppID())
	}
	a.must(t, "list", func(ctx context.Context) error {
		resp, err := a.client.ListInstanceIDs(ctx)
		if err == nil && len(resp.InstanceIds) != 0 {
			t.Errorf("the second app lists %v", resp.InstanceIds)
		}
		return err
	})
	a.wait(t, "of-first", gone)
}

// TestToken: a sidecar with a token answers nobody without it.
func TestToken(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "guarded", APIToken: "open-sesame"})
	a.start(t, worker.Sequence, "with-token", completed)
	for _, token := range []string{"", "wrong"} {
		conn, err := harness.Dial(a.Address(), token)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		ctx, cancel := context.WithTimeout(t.Context(), actionDeadline)
		defer cancel()
		if _, err := worker.Start(ctx, conn); err == nil || !strings.Contains(err.Error(), "Unauthenticated") {
			t.Errorf("a worker with token %q: %v", token, err)
		}
	}
}

// TestWorkerComesAndGoes: reads work without a worker, the work waits for one.
func TestWorkerComesAndGoes(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "comes"})
	a.start(t, worker.Approval, "waits", running)
	a.stopWorker(t)
	a.wait(t, "waits", running)
	a.startWorker(t)
	a.raise(t, "waits", worker.EventApprove)
	a.wait(t, "waits", completed)
}

// TestFixedPorts: ports that are given are used.
func TestFixedPorts(t *testing.T) {
	t.Parallel()
	first := rt.Sidecar(t, harness.SidecarOptions{AppID: "fixed"})
	ports := first.Ports()
	first.Kill()
	second := rt.Sidecar(t, harness.SidecarOptions{AppID: "fixed", Ports: ports})
	if second.Ports() != ports {
		t.Errorf("the ports are %+v, want %+v", second.Ports(), ports)
	}
}

// TestBuildOnce: programs that are there are not built again.
func TestBuildOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var times [2]time.Time
	for i := range times {
		bins, err := harness.Build(ctx)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(bins.Daprd)
		if err != nil {
			t.Fatal(err)
		}
		times[i] = info.ModTime()
	}
	if !times[0].Equal(times[1]) {
		t.Errorf("daprd was built at %s and again at %s", times[0], times[1])
	}
}
