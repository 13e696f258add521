package dapr_test

import (
	"fmt"
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestConsoleIDs: where a store cannot list, the IDs come from a pipe while the
// keys come from the terminal, others are typed, and the next console knows
// those again.
func TestConsoleIDs(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "by-id", Store: harness.StoreUnlistable})
	for _, id := range []string{"piped-1", "piped-2", "typed-1"} {
		a.start(t, worker.Approval, id, running)
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	d := &deck{t: t, app: a, Tester: console.Open(t, patience, console.Options{
		Program: "/bin/sh", Width: 160, Height: 45, Home: home, Env: []string{"XDG_STATE_HOME=" + home},
		Args: []string{"-c", fmt.Sprintf("printf 'piped-1\\npiped-2\\nnever-was\\n' | exec '%s' --address %s --interval 250ms --ids -", path, a.Address())},
	})}
	d.See("2 watched instances, 1 watched ID does not exist")
	d.seeRow("RUNNING", "piped-1")
	d.only("piped-2")
	d.See("event     approve")
	d.form("p", "Pause piped-2 (by-id)")
	d.send("paused piped-2: SUSPENDED after")
	a.is(t, "piped-2", suspended)

	d.form("O", "Watch instances of by-id")
	d.Write("typed-1")
	d.send("4 IDs of by-id on the watch list")
	d.Press("esc")
	d.seeRow("RUNNING", "typed-1")
	d.leave()

	again := openDeckOf(t, a, console.Options{Width: 160, Height: 45, Home: home, Env: []string{"XDG_STATE_HOME=" + home}})
	again.seeRow("RUNNING", "typed-1")
	again.See("1 watched instance")
}
