package dapr_test

import (
	"testing"

	"github.com/dapr/durabletask-go/api/protos"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// awkward is JSON that every careless layer changes: blanks, order, a number
// that no float holds, escapes, quotes and characters of several bytes.
const awkward = `{ "b" : [1,  2], "a": 9223372036854775808, "<&>": "‹\u003c 订单 🎁" }`

// TestConsole: every operation and its outcomes, on one sidecar. Each test has
// a console of its own and instances of its own.
func TestConsole(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "deck"})
	for name, test := range map[string]func(*testing.T, *app){
		"start": testStart, "start later": testStartLater, "pause": testPause, "resume": testResume,
		"raise": testRaise, "terminate": testTerminate, "purge": testPurge, "rerun": testRerun,
		"views": testViews, "terminate a family": testFamilyTerminate, "purge a family": testFamilyPurge, "payload file": testPayloadFile,
	} {
		t.Run(name, func(t *testing.T) { test(t, a) })
	}
}

// testStart: name, ID and input arrive as they were typed.
func testStart(t *testing.T, a *app) {
	const id = "op-start"
	d := openDeck(t, a)
	d.ready()
	d.form("a", "Start a new instance (deck)")
	d.fill(worker.Echo)
	d.Press("tab")
	d.Write(id)
	d.Press("tab")
	d.Write(awkward)
	d.See("valid JSON")
	d.send("started " + id + ": ")
	a.wait(t, id, completed)
	started := one(t, a.history(t, id), "ExecutionStarted", (*protos.HistoryEvent).GetExecutionStarted)
	if got := started.GetInput().GetValue(); got != awkward {
		t.Errorf("the input that arrived is %q, want %q", got, awkward)
	}
	if started.GetName() != worker.Echo {
		t.Errorf("the workflow is %q", started.GetName())
	}
	d.only(id)
	d.seeRow("COMPLETED", worker.Echo, id)
}

// testStartLater: a start time makes an instance that waits.
func testStartLater(t *testing.T, a *app) {
	const id = "op-later"
	d := openDeck(t, a)
	d.ready()
	d.startForm(worker.Approval, id, "")
	d.Press("tab")
	d.paste("+1h")
	d.See("in 1h")
	d.send("started " + id + ": PENDING")
	a.is(t, id, pending)
	d.only(id)
	d.seeRow("PENDING", "(scheduled)", id)
}

// testPause: the reason arrives as it was typed.
func testPause(t *testing.T, a *app) {
	const id, reason = "op-pause", `stock check "A" <&> 订单 🎁`
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("p", "Pause "+id+" (deck)")
	d.Write(reason)
	d.send("paused " + id + ": SUSPENDED after")
	a.is(t, id, suspended)
	e := one(t, a.history(t, id), "ExecutionSuspended", (*protos.HistoryEvent).GetExecutionSuspended)
	if got := e.GetInput().GetValue(); got != reason {
		t.Errorf("the reason that arrived is %q, want %q", got, reason)
	}
	d.seeRow("SUSPENDED", id)
}

// testResume: likewise, and the instance runs on.
func testResume(t *testing.T, a *app) {
	const id, reason = "op-resume", `stock is "back" <&> 🎁`
	a.bring(t, id, suspended)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("r", "Resume "+id+" (deck)")
	d.Write(reason)
	d.send("resumed " + id + ": RUNNING after")
	e := one(t, a.history(t, id), "ExecutionResumed", (*protos.HistoryEvent).GetExecutionResumed)
	if got := e.GetInput().GetValue(); got != reason {
		t.Errorf("the reason that arrived is %q, want %q", got, reason)
	}
	d.seeRow("RUNNING", id)
	a.raise(t, id, worker.EventApprove)
	a.wait(t, id, completed)
	d.seeRow("COMPLETED", id)
}

// testRaise: the form offers the event that is awaited; the payload arrives as
// it was pasted, and the workflow ends with it.
func testRaise(t *testing.T, a *app) {
	const id = "op-raise"
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("e", "Raise an event on "+id+" (deck)")
	d.See("the instance waits for it")
	d.Press("tab")
	d.paste(awkward)
	d.send("raised " + id + ": approve is delivered after")
	a.wait(t, id, completed)
	e := one(t, a.history(t, id), "EventRaised", (*protos.HistoryEvent).GetEventRaised)
	if e.GetName() != worker.EventApprove || e.GetInput().GetValue() != awkward {
		t.Errorf("the event that arrived is %q with %q, want %q", e.GetName(), e.GetInput().GetValue(), awkward)
	}
	// The worker writes its result with Go's encoder, which escapes < and &.
	const want = `{"answer":{"b":[1,2],"a":9223372036854775808,"\u003c\u0026\u003e":"‹\u003c 订单 🎁"},"approved":true}`
	if got := a.result(t, id); got != want {
		t.Errorf("the output is %q, want %q", got, want)
	}
	d.seeRow("COMPLETED", id)
}

// testTerminate: with an output, which arrives as it was typed.
func testTerminate(t *testing.T, a *app) {
	const id = "op-terminate"
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.guarded("T", "Terminate "+id+" (deck)")
	d.Press("tab", "tab") // from Cancel over Terminate to the output
	d.paste(awkward)
	d.See("valid JSON")
	d.send("terminated " + id + ": TERMINATED after")
	a.is(t, id, terminated)
	if got := a.result(t, id); got != awkward {
		t.Errorf("the output is %q, want %q", got, awkward)
	}
	d.seeRow("TERMINATED", id)
}

// testPurge: keys that come with the one that opens the form are not meant for
// it; later ones are.
func testPurge(t *testing.T, a *app) {
	const id, other = "op-purge", "op-stays"
	a.bring(t, id, completed)
	a.bring(t, other, completed)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	if err := d.Type("X\x13\t\r"); err != nil { // with ctrl+s, tab and enter behind it
		t.Fatal(err)
	}
	d.See("╭ Purge " + id + " (deck)")
	d.pastGuard()
	a.is(t, id, completed)
	d.send("purged " + id + ": its state is gone after")
	a.is(t, id, gone)
	a.is(t, other, completed)
	d.Until("no row of "+id, func(s console.Screen) bool {
		_, ok := row(s, id)
		return !ok
	})
}

// testRerun: from an event chosen in its history, with a new input and a new ID.
func testRerun(t *testing.T, a *app) {
	const id, newID, input = "op-rerun", "op-again", `"charge 订单 <&>"`
	a.start(t, worker.Sequence, id, completed)
	before := a.result(t, id)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.See("History 12") // its events, of which one is chosen, have been read
	d.form("R", "Rerun "+id+" (deck): from which event?")
	d.See("Executed again: activity Step (0)")
	d.Press("j", "j") // over the answer to the next activity
	d.See("Executed again: activity Step (1)")
	d.guarded("enter", "Rerun "+id+" (deck)?")
	d.Press("tab", "tab", "tab", "space", "tab") // from Cancel over Rerun and the number: new input, its text
	d.paste(input)
	d.Press("tab")
	d.paste(newID)
	d.send("rerun " + id + " as " + newID + ": ")
	a.wait(t, newID, completed)
	const want = `["reserve done","charge 订单 \u003c\u0026\u003e done","ship done"]`
	if got := a.result(t, newID); got != want {
		t.Errorf("the output is %q, want %q", got, want)
	}
	found := false
	for _, e := range a.history(t, newID) {
		if task := e.GetTaskScheduled(); task != nil && e.GetEventId() == 1 {
			found = true
			if got := task.GetInput().GetValue(); got != input {
				t.Errorf("the input that arrived is %q, want %q", got, input)
			}
		}
	}
	if !found {
		t.Error("the new instance has no activity with number 1")
	}
	if got := a.result(t, id); got != before {
		t.Errorf("the output of the first instance was %q and is %q", before, got)
	}
}
