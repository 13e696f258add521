package dapr_test

import (
	"context"
	"net"
	"regexp"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// restart starts the sidecar again, as another app unless app is empty, and
// returns when its port first took a connection, which is a moment before
// daprd says that it is ready.
func (a *app) restart(t *testing.T, app string) time.Time {
	t.Helper()
	a.Kill()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	opened := make(chan time.Time, 1)
	go func() {
		defer close(opened)
		for ctx.Err() == nil {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", a.Address())
			if err == nil {
				opened <- time.Now()
				_ = conn.Close()
				return
			}
			select {
			case <-time.After(5 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	}()
	if err := a.Restart(ctx, harness.RestartOptions{AppID: app}); err != nil {
		t.Fatal(err)
	}
	return <-opened
}

// reconnectWithin is how long after the opening of its sidecar's port a console
// may take to show it: the next try comes after two seconds at most, and a call
// that a sidecar which is just starting leaves without an answer is given up
// after five. The rest is for a busy machine.
const reconnectWithin = 12 * time.Second

// connectedBy waits until nothing on the screen is stale any more and reports
// how long after the return of the sidecar that was.
func (d *deck) connectedBy(back time.Time) {
	d.t.Helper()
	d.Miss("stale", "not connected")
	took := time.Since(back)
	d.t.Logf("connected %s after the port opened", took.Round(time.Millisecond))
	if took > reconnectWithin {
		d.t.Errorf("connected %s after the port opened, want within %s", took, reconnectWithin)
	}
}

// TestConsoleSidecarKilled: under an open form with typed text. Rows, form and
// text stay, the screen says how old it all is, and the form can be sent when
// the sidecar is back.
func TestConsoleSidecarKilled(t *testing.T) {
	t.Parallel()
	const id, payload = "outlives", `{"typed":"before the fall"`
	grown := regexp.MustCompile(`stale ([2-9]|[1-9][0-9])s`)
	a := startApp(t, harness.SidecarOptions{AppID: "falls"})
	a.start(t, worker.Approval, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.See("event     approve")
	d.form("e", "Raise an event on "+id+" (falls)")
	d.See("the instance waits for it")
	d.Press("tab")
	d.Write(payload)
	d.See(payload)

	a.rest(t)
	a.Kill()
	d.See("stale", "connection", "retry in", payload, "╭ Raise an event on "+id)
	d.seeRow("RUNNING", id)
	d.Until("an age that grows", func(s console.Screen) bool {
		return s.Contains(payload) && grown.MatchString(s.Line(0))
	})
	d.Write(`,"and":"after"}`)
	d.See(`"and":"after"`, "valid JSON", "stale")

	d.connectedBy(a.restart(t, ""))
	d.See(payload+`,"and":"after"}`, "╭ Raise an event on "+id)
	a.worker.Stop()
	a.startWorker(t)
	d.See("1 worker")
	d.send("raised " + id + ": approve is delivered after")
	a.wait(t, id, completed)
	if got, want := a.result(t, id), `{"answer":`+payload+`,"and":"after"},"approved":true}`; got != want {
		t.Errorf("the output is %q, want %q", got, want)
	}
	d.seeRow("COMPLETED", id)
}

// TestConsoleAnotherApp: another app on the same port makes rows and forms
// void, and the console says so.
func TestConsoleAnotherApp(t *testing.T) {
	t.Parallel()
	const id = "of-the-first"
	a := startApp(t, harness.SidecarOptions{AppID: "first-app"})
	a.start(t, worker.Approval, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("p", "Pause "+id+" (first-app)")
	d.Write("never sent")
	a.rest(t)
	a.worker.Stop()
	a.restart(t, "second-app")
	d.See("it was first-app and is second-app", " second-app ", "Nothing was sent")
	d.Miss("╭ Pause", id+" ─", "never sent")
	d.Press("p", "esc") // the p was meant for the form
	d.Press("p")
	d.See("cannot pause: no instance is selected")
	a.is(t, id, gone) // the second app knows nothing of it

	a.restart(t, "first-app")
	d.See("it was second-app and is first-app")
	d.seeRow("RUNNING", id)
	if got := count(a.history(t, id), "ExecutionSuspended"); got != 0 {
		t.Errorf("%d suspends arrived, want none", got)
	}
}

// TestConsoleBeforeSidecar: the console is there first, says where it looks
// and why nothing is there, and connects by itself.
func TestConsoleBeforeSidecar(t *testing.T) {
	t.Parallel()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "late"})}
	a.Kill()
	d := openDeck(t, a)
	d.See("No Dapr sidecar at "+a.Address(), "refused", "daprdeck --address", "daprdeck demo", "not connected")
	d.Press("a")
	d.See("cannot start new: no sidecar has answered yet")
	d.connectedBy(a.restart(t, ""))
	d.See("late has no workflow instances yet", " late ", "no worker")

	a.client = a.ClientFor(t)
	a.startWorker(t)
	d.See("1 worker")
	d.startForm(worker.Echo, "first", `1`)
	d.send("started first: ")
	a.wait(t, "first", completed)
}

// TestConsoleNoWorker: the header and the form say so before, and the notice
// after the 5 to 8.4 seconds that the runtime takes to refuse.
func TestConsoleNoWorker(t *testing.T) {
	t.Parallel()
	const id = "nobody-works"
	a := startApp(t, harness.SidecarOptions{AppID: "workerless"})
	a.start(t, worker.Approval, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.See("1 worker")
	a.stopWorker(t)
	d.See("no worker")
	d.form("p", "Pause "+id)
	d.See("No worker is connected")
	sent := time.Now()
	d.send("pause " + id + ": no worker is connected")
	t.Logf("refused after %s", time.Since(sent).Round(100*time.Millisecond))
	a.is(t, id, running)
	d.form("a", "Start a new instance")
	d.See("a start hangs until its deadline")
	d.Press("esc")
	d.Miss("╭ Start a new")

	a.startWorker(t)
	d.See("1 worker")
	d.Miss("▲ no worker")
	d.form("p", "Pause "+id)
	d.send("paused " + id + ": SUSPENDED after")
	a.is(t, id, suspended)
}

// TestConsoleSmallTerminal: the main flow at 80 by 24: the list, the detail over
// it, forms over both.
func TestConsoleSmallTerminal(t *testing.T) {
	t.Parallel()
	const id = "small"
	a := startApp(t, harness.SidecarOptions{AppID: "narrow"})
	a.start(t, worker.Approval, id, running)
	d := openDeckOf(t, a, console.Options{Width: 80, Height: 24})
	d.ready()
	d.seeRow("RUNNING", "Approval", id)
	d.Press("enter")
	d.See("─ "+id+" ─", "event     approve")
	d.Press("]")
	d.See("Hist", "event", "approve")
	d.Press("esc")
	d.seeRow("RUNNING", "Approval", id)

	d.form("p", "Pause "+id)
	d.Write("small hours")
	d.send("paused " + id + ": SUSPENDED after")
	d.seeRow("SUSPENDED", id)
	d.form("r", "Resume "+id)
	d.send("resumed " + id + ": RUNNING after")
	d.form("e", "Raise an event on "+id)
	d.See("approve")
	d.Press("tab")
	d.paste(`{"rows":24}`)
	d.send("raised " + id + ": approve is delivered after")
	d.seeRow("COMPLETED", id)
	a.wait(t, id, completed)
	if got := a.result(t, id); got != `{"answer":{"rows":24},"approved":true}` {
		t.Errorf("the output is %q", got)
	}
	d.guarded("X", "Purge "+id)
	d.send("purged " + id + ": its state is gone after")
	d.See("narrow has no workflow instances yet")
	a.is(t, id, gone)
}
