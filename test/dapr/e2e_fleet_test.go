package dapr_test

import (
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// openFleet starts a console on several sidecars. The deck's own app is the
// first.
func openFleet(t *testing.T, apps ...*app) *deck {
	t.Helper()
	var args []string
	for _, a := range apps {
		args = append(args, "--address", a.Address())
	}
	return openDeckOf(t, apps[0], console.Options{Width: 160, Height: 45}, args...)
}

// TestConsoleTwoApps: one table, an action goes to the app of its row, and one
// sidecar that is killed blanks nobody.
func TestConsoleTwoApps(t *testing.T) {
	t.Parallel()
	const id = "twin"
	first, second := startApp(t, harness.SidecarOptions{AppID: "fleet-a"}), startApp(t, harness.SidecarOptions{AppID: "fleet-b"})
	for _, a := range []*app{first, second} {
		a.start(t, worker.Approval, id, running)
	}
	d := openFleet(t, first, second)
	d.See("2 apps", "fleet-a 1", "fleet-b 1")
	d.seeRow("RUNNING", "fleet-a", id)
	d.seeRow("RUNNING", "fleet-b", id)

	d.Press("@")
	d.See("╭ Apps 2", "all apps")
	d.Press("G", "enter")
	d.See("@fleet-b of 2", "─ 1 instance ")
	d.form("p", "Pause "+id+" (fleet-b)")
	d.send("paused " + id + " (fleet-b): SUSPENDED after")
	second.is(t, id, suspended)
	first.is(t, id, running)

	d.Press("esc")
	d.See("─ 2 instances ")
	second.rest(t)
	second.Kill()
	d.See("▲ fleet-b stale")
	d.seeRow("SUSPENDED", "fleet-b", id) // what was known of it stays
	first.start(t, worker.Approval, "later", running)
	d.seeRow("RUNNING", "fleet-a", "later") // the other goes on
	back := second.restart(t, "")
	d.Miss("▲ fleet-b stale")
	t.Logf("back %s after the port opened", time.Since(back).Round(time.Millisecond))

	d.Press("i")
	d.See("╭ Sidecars 2", first.Address(), second.Address(), "state.sqlite", "Calls made")
	d.Press("esc")
}

// TestConsoleAppComesBackAsAnother: rows and forms of the app that is gone are
// void, those of the other stay.
func TestConsoleAppComesBackAsAnother(t *testing.T) {
	t.Parallel()
	stays, turns := startApp(t, harness.SidecarOptions{AppID: "stays"}), startApp(t, harness.SidecarOptions{AppID: "turns"})
	stays.start(t, worker.Approval, "kept", running)
	turns.start(t, worker.Approval, "lost", running)
	d := openFleet(t, stays, turns)
	d.seeRow("RUNNING", "stays", "kept")
	d.seeRow("RUNNING", "turns", "lost")
	d.only("lost")
	d.form("e", "Raise an event on lost (turns)")
	d.Write("never sent")
	turns.rest(t)
	turns.worker.Stop()
	turns.restart(t, "turned")
	d.See("Nothing was sent", "No sidecar of turns is left.")
	d.Press("ctrl+s", "esc")
	d.See("turns: no sidecar of it is left")
	d.Press("esc", "esc")
	d.seeRow("RUNNING", "stays", "kept")
	d.Until("no row of the app that is gone", func(s console.Screen) bool {
		_, there := row(s, "turns", "lost")
		return !there
	})
	stays.is(t, "kept", running)
}

// TestConsoleComesBackWithoutAStore: nothing but the listing is called then, so
// that its process lives on, and the other app is not disturbed.
func TestConsoleComesBackWithoutAStore(t *testing.T) {
	t.Parallel()
	whole, bare := startApp(t, harness.SidecarOptions{AppID: "whole"}), startApp(t, harness.SidecarOptions{AppID: "bare"})
	whole.start(t, worker.Approval, "kept", running)
	bare.start(t, worker.Approval, "stored", running)
	d := openFleet(t, whole, bare)
	d.seeRow("RUNNING", "bare", "stored")
	d.only("stored")
	bare.rest(t)
	bare.worker.Stop()
	none := harness.StoreNone
	if err := bare.Restart(t.Context(), harness.RestartOptions{Store: &none}); err != nil {
		t.Fatal(err)
	}
	pid := bare.PID()
	d.See("▲ bare listing refused")
	d.Press("e", "esc", "ctrl+r", "T", "esc", "i")
	d.See("no state store for workflows", "actorStateStore")
	d.Press("esc", "esc", "esc")
	whole.start(t, worker.Approval, "afterwards", running)
	d.seeRow("RUNNING", "whole", "afterwards")
	if !bare.Alive() || bare.PID() != pid {
		t.Errorf("the sidecar without a store has died:\n%s", bare.LogTail(20))
	}
}

// TestConsoleReplicas: two sidecars of one app are listed once, and the second
// takes over when the first is killed.
func TestConsoleReplicas(t *testing.T) {
	t.Parallel()
	const id = "served"
	first := startApp(t, harness.SidecarOptions{AppID: "double"})
	second := startApp(t, harness.SidecarOptions{AppID: "double", Replica: first.Sidecar})
	second.start(t, worker.Approval, id, running)
	d := openFleet(t, first, second)
	d.ready()
	d.only(id)
	d.See("event     approve")
	d.Press("i")
	d.See("╭ Sidecars 2", "in reserve")
	d.Press("esc")

	first.rest(t)
	first.Kill()
	second.start(t, worker.Approval, "unshared", running)
	d.Press("esc", "esc")
	d.seeRow("RUNNING", "unshared")
	d.only(id)
	d.form("e", "Raise an event on "+id+" (double)")
	d.See("the instance waits for it")
	d.Press("tab")
	d.Write(`"yes"`)
	d.send("raised " + id + ": approve is delivered after")
	second.wait(t, id, completed)
}

// TestConsoleFindsSidecars: started without an address it finds them by
// itself, on whatever ports they are, also after a restart on others. It does
// not run beside other tests, whose sidecars it would find too.
func TestConsoleFindsSidecars(t *testing.T) {
	first := startApp(t, harness.SidecarOptions{AppID: "found"})
	first.start(t, worker.Approval, "any-port", running)
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	d := &deck{t: t, app: first, Tester: console.Open(t, patience, console.Options{
		Program: path, Args: []string{"--interval", "250ms"}, Width: 160, Height: 45,
	})}
	t.Cleanup(d.leave)
	d.seeRow("RUNNING", "any-port")
	d.Press("i")
	d.See(first.Address(), "found on this machine, process")
	d.Press("esc")

	first.rest(t)
	first.worker.Stop()
	before := first.Address()
	if err := first.Restart(t.Context(), harness.RestartOptions{Moved: true}); err != nil {
		t.Fatal(err)
	}
	if first.Address() == before {
		t.Fatal("it has not moved")
	}
	d.Miss("no sidecar of found is left")
	d.only("any-port")
	d.Press("i")
	d.Until("the new address and not the old", func(s console.Screen) bool {
		return s.Contains(first.Address()) && !s.Contains(before)
	})
	d.Press("esc", "esc")
	d.seeRow("RUNNING", "any-port")

	second := startApp(t, harness.SidecarOptions{AppID: "another"})
	second.start(t, worker.Approval, "of-other", running)
	d.See(" apps")
	d.seeRow("RUNNING", "another", "of-other")
}
