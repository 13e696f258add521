package dapr_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// The tests of this file do with the console what ends daprd, or blinds it,
// when it is done with the SDK (TestDanger…), and look at the process.

// survives checks that daprd still is the process that it was.
func (a *app) survives(t *testing.T, pid int) {
	t.Helper()
	if !a.Alive() || a.PID() != pid {
		t.Errorf("daprd was pid %d; now it is %d, alive %t", pid, a.PID(), a.Alive())
	}
}

// TestConsoleNoActorStore: the console says why nothing is listed, and no key
// makes a call that ends the sidecar.
func TestConsoleNoActorStore(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]harness.Store{"none": harness.StoreNone, "not for actors": harness.StoreNotActor} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "storeless", Store: store})}
			pid := a.PID()
			d := openDeck(t, a)
			d.See("The sidecar does not list its instances", "no state store for workflows",
				`Add a state store component with actorStateStore: "true"`, "storeless")
			d.pressEverything()
			d.quiet(a.Gone(), time.Second)
			d.See("The sidecar does not list its instances")
			a.survives(t, pid)

			// A sidecar that is started again is asked again, as carefully.
			a.must(t, "restart", func(ctx context.Context) error { return a.Restart(ctx, harness.RestartOptions{}) })
			pid = a.PID()
			d.See("The sidecar does not list its instances", "no state store for workflows")
			d.pressEverything()
			d.quiet(a.Gone(), time.Second)
			a.survives(t, pid)
		})
	}
}

// quiet gives the console time for several refreshes. That nothing happens
// cannot be waited for; that daprd ends can.
func (d *deck) quiet(gone <-chan struct{}, long time.Duration) {
	d.t.Helper()
	select {
	case <-gone:
		d.t.Fatal("daprd has ended")
	case <-time.After(long):
	case <-d.t.Context().Done():
	}
}

// keys are every printable key and every key with ctrl, without those that
// leave the program: q, ctrl+c and ctrl+z, and without f, which changes titles.
func keys() []string {
	var all []string
	for c := byte('!'); c <= '~'; c++ {
		if c != 'q' && c != 'f' {
			all = append(all, string(c))
		}
	}
	for c := byte('a'); c <= 'z'; c++ {
		if c != 'c' && c != 'z' {
			all = append(all, "ctrl+"+string(c))
		}
	}
	return append(all, "space", "backspace", "delete", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "tab", "shift+tab")
}

// pressEverything presses every key, each followed by enter and ctrl+s, so that
// a form that had opened would be sent, and by esc where something opens that
// takes the next keys as its own.
func (d *deck) pressEverything() {
	d.t.Helper()
	for _, key := range keys() {
		d.Press(key, "ctrl+s", "enter")
		if strings.ContainsAny(key, "/?,L:!@iOCw|") || key == "ctrl+e" {
			d.Press("esc", "esc")
		}
	}
	d.Press("esc", "esc", "esc")
}

// TestConsoleBars: no form starts an ID that would break every listing; one
// that is there all the same is named, and its forced purge cures the app.
func TestConsoleBars(t *testing.T) {
	t.Parallel()
	const bad = "a||b"
	a := startApp(t, harness.SidecarOptions{AppID: "poisoned"})
	pid := a.PID()
	a.start(t, worker.Approval, "innocent", running)
	d := openDeck(t, a)
	d.seeRow("RUNNING", "innocent")

	d.startForm(worker.Approval, bad, "")
	d.send("an instance ID must not contain ||", "╭ Start a new instance")
	a.is(t, bad, gone)
	d.Press("esc", "esc")
	d.Miss("╭ Start a new instance")
	a.start(t, worker.Approval, bad, running)
	d.See("a||b breaks the listing of this app")
	d.seeRow("RUNNING", "innocent") // what was known stays
	fresh := openDeck(t, a)         // and one that has just been opened says so too
	fresh.See("The sidecar does not list its instances", "a||b breaks the listing of this app")

	d.cure(bad)
	d.Miss("breaks the listing")
	d.seeRow("RUNNING", "innocent")
	fresh.seeRow("RUNNING", "innocent")
	a.is(t, bad, gone)
	a.is(t, "innocent", running)
	a.survives(t, pid)
}

// cure purges the instance that breaks the listing by force. While the listing
// is refused the console connects anew every two seconds at most; what is sent
// in that moment is not, the console says so, and it is tried again.
func (d *deck) cure(id string) {
	d.t.Helper()
	for range 5 {
		d.guarded("X", "Purge "+id+" (poisoned)")
		d.Press("tab", "tab", "tab", "space", "tab")
		d.See("▌Type the ID")
		d.Write(id)
		d.Press("ctrl+s")
		unsent := "not sent: purge " + id
		d.Until("an outcome of the purge", func(s console.Screen) bool {
			return s.Contains(unsent) || s.Contains("purged "+id+": its state is gone after")
		})
		if !d.Screen().Contains(unsent) {
			return
		}
		d.Press("esc") // takes the words away
		d.Miss(unsent)
	}
	d.t.Errorf("%s could not be purged", id)
}

// TestConsoleForcePurge: an instance that somebody else has purged between the
// form and the key is not purged by force again.
func TestConsoleForcePurge(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "forced"})
	pid := a.PID()
	d := openDeck(t, a)
	d.See("forced has no workflow instances yet")
	for id, status := range map[string]string{"forced-live": running, "forced-done": completed, "forced-held": suspended} {
		a.bring(t, id, status)
		d.only(id)
		d.guarded("X", "Purge "+id+" (forced)")
		d.Press("tab", "tab", "tab", "space", "tab") // over Purge and the children to force, and on to the ID
		d.See("▌Type the ID")
		d.Write(id)
		a.must(t, "purge behind its back", func(ctx context.Context) error {
			return a.client.PurgeWorkflowState(ctx, id, workflow.WithForcePurge(true))
		})
		d.send("not sent: purge " + id + ": no such instance exists any more")
		d.See("forced has no workflow instances yet")
		d.Press("X", "ctrl+s", "ctrl+r", "X", "ctrl+s") // there is nothing left to act on
		d.See("cannot purge: no instance is selected")
		a.is(t, id, gone)
		a.survives(t, pid)
	}
}
