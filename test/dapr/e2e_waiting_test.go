package dapr_test

import (
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestConsoleWaitingOn: the list tells what a real instance waits on, the form
// offers that event, and once it has come the line is gone. What was suspended
// twice and resumed once is among the findings, until it is resumed again.
func TestConsoleWaitingOn(t *testing.T) {
	t.Parallel()
	const id, stuck = "waits-1", "waits-held"
	a := startApp(t, harness.SidecarOptions{AppID: "waiting"})
	a.start(t, worker.Approval, id, running)
	a.start(t, worker.Approval, stuck, running)
	a.suspend(t, stuck)
	a.suspend(t, stuck)
	a.resume(t, stuck)
	d := openDeckOf(t, a, console.Options{Width: 110, Height: 30}) // the list alone
	d.ready()
	d.See("WAITING ")
	d.seeRow("RUNNING", worker.Approval, id, "event approve")
	d.seeRow("RUNNING", worker.Approval, stuck, "suspended")

	d.Press("!")
	d.See("Findings 1", "critical", stuck, "Still suspended: resume it again", "2 suspends, 1 resume", "looked at 2 instances")
	d.Press("enter")
	d.See("▌Overview", stuck, "Still suspended: resume it again")
	d.form("r", "Resume "+stuck)
	d.send("resumed " + stuck + ": RUNNING after")
	d.Miss("Still suspended")
	d.Press("esc")

	d.only(id)
	d.form("e", "Raise an event on "+id)
	d.See("approve", "the instance waits for it since")
	d.send("raised " + id + ": approve is delivered after")
	d.seeRow("COMPLETED", worker.Approval, id)
	d.Miss("event approve")
}
