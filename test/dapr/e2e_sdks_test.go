package dapr_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/sdkworker"
)

// TestConsoleOnSDKs: the operations by keys on the workers of the other SDKs,
// with the Go client as the witness. Each goes through the life of one order:
// start, wait, pause, resume, raise, rerun, terminate, purge.
func TestConsoleOnSDKs(t *testing.T) {
	t.Parallel()
	for _, sdk := range sdkworker.All() {
		t.Run(string(sdk), func(t *testing.T) {
			t.Parallel()
			testOrderByKeys(t, sdk)
		})
	}
}

// startSDKApp starts a sidecar with the worker of another SDK.
func startSDKApp(t *testing.T, sdk sdkworker.SDK, appID string) *app {
	t.Helper()
	sdk.Require(t)
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: appID})}
	a.client = a.ClientFor(t)
	a.startSDKWorker(t, sdk)
	return a
}

// startSDKWorker starts a worker, which ends with the test at the latest.
func (a *app) startSDKWorker(t *testing.T, sdk sdkworker.SDK, env ...string) *sdkworker.Worker {
	t.Helper()
	w, err := sdk.Start(t.Context(), a.Sidecar, env...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Stop()
		if t.Failed() {
			t.Logf("the %s worker:\n%s", sdk, w.LogTail(40))
		}
	})
	return w
}

func testOrderByKeys(t *testing.T, sdk sdkworker.SDK) {
	const id, again = "order-1", "order-again"
	a := startSDKApp(t, sdk, "deck-"+string(sdk))
	d := openDeck(t, a)
	d.ready()

	d.startForm("Order", id, `{"sku":"订单 🎁","limit":10800}`)
	d.send("started " + id + ": ")
	a.wait(t, id, running)
	a.waitHistory(t, id, "ExecutionStarted TaskScheduled TaskCompleted TimerCreated")
	d.only(id)
	if sdk != sdkworker.JavaScript { // it records no waits
		d.seeRow("RUNNING", "Order", id, "approve")
	}

	d.pauseAndResume(id)
	d.form("e", "Raise an event on "+id)
	d.fill("approve")
	d.Press("tab")
	d.paste(`"王小明"`)
	d.send("raised " + id + ": ")
	a.wait(t, id, completed)
	a.approved(t, id, "王小明")
	d.seeRow("COMPLETED", id)

	d.rerun(id, again)
	a.wait(t, again, running)
	a.is(t, id, completed)
	d.only(again)
	d.guarded("T", "Terminate "+again)
	d.send("terminated " + again + ": TERMINATED after")
	a.is(t, again, terminated)

	d.only(id)
	d.guarded("X", "Purge "+id)
	d.send("purged " + id + ": its state is gone after")
	a.is(t, id, gone)
	a.is(t, again, terminated)
	d.Until("no row of "+id, func(s console.Screen) bool {
		_, ok := row(s, id)
		return !ok
	})
}

// pauseAndResume does both once: a Python workflow fails at the second of two
// resumes.
func (d *deck) pauseAndResume(id string) {
	d.t.Helper()
	d.form("p", "Pause "+id)
	d.send("paused " + id + ": SUSPENDED after")
	d.app.is(d.t, id, suspended)
	d.seeRow("SUSPENDED", id)
	d.form("r", "Resume "+id)
	d.send("resumed " + id + ": RUNNING after")
	d.app.is(d.t, id, running)
	d.seeRow("RUNNING", id)
	events := d.app.history(d.t, id)
	if suspends, resumes := count(events, "ExecutionSuspended"), count(events, "ExecutionResumed"); suspends != 1 || resumes != 1 {
		d.t.Errorf("%d suspends and %d resumes were sent, want one each", suspends, resumes)
	}
}

// rerun reruns an order from its activity.
func (d *deck) rerun(id, as string) {
	d.t.Helper()
	d.form("R", "Rerun "+id)
	d.See("Executed again: activity Reserve")
	d.guarded("enter", "Rerun "+id)
	d.Press("tab", "tab", "tab", "tab") // from Cancel over Rerun, the number and the switch for a new input
	d.paste(as)
	d.send("rerun " + id + " as " + as + ": ")
}

// approved checks the output of an order.
func (a *app) approved(t *testing.T, id, by string) {
	t.Helper()
	var out struct {
		Approved bool   `json:"approved"`
		By       string `json:"by"`
	}
	if err := json.Unmarshal([]byte(a.result(t, id)), &out); err != nil || !out.Approved || out.By != by {
		t.Errorf("the output of %s is %q (%v), want approved by %s", id, a.result(t, id), err, by)
	}
}

// TestWorkerThatDies: a worker that cannot start is reported at once, with what
// it said, not after a deadline.
func TestWorkerThatDies(t *testing.T) {
	t.Parallel()
	s := rt.Sidecar(t, harness.SidecarOptions{AppID: "no-worker"})
	w, err := s.StartWorkerProcess(t.Context(), harness.WorkerCommand{Path: "sh", Args: []string{"-c", "echo no such package; exit 3"}})
	if err == nil {
		w.Stop()
		t.Fatal("it was started")
	}
	for _, part := range []string{"worker", "exit status 3", "no such package"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}
