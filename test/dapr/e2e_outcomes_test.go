package dapr_test

import (
	"context"
	"testing"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestConsoleOutcomes: what the console says when an operation is refused, is
// held, has no effect or is never answered, on one sidecar.
func TestConsoleOutcomes(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "outcomes"})
	for name, test := range map[string]func(*testing.T, *app){
		"pause of a finished one":       testPauseFinished,
		"finished while the form is up": testFinishedMeanwhile,
		"purged while the form is up":   testPurgedMeanwhile,
		"nested suspends":               testNestedSuspends,
		"terminate of a suspended one":  testTerminateSuspended,
		"terminate and resume":          testTerminateAndResume,
		"raise while suspended":         testRaiseSuspended,
		"raise without a name":          testRaiseWithoutName,
		"input that is no JSON":         testInvalidJSON,
		"purge of a live one":           testPurgeLive,
		"force purge of a live one":     testForcePurgeLive,
		"start replaces":                testStartReplaces,
		"start on a live one":           testStartActive,
		"typed ahead":                   testTypedAhead,
	} {
		t.Run(name, func(t *testing.T) { test(t, a) })
	}
}

// testPauseFinished: the runtime would answer OK and do nothing.
func testPauseFinished(t *testing.T, a *app) {
	const id = "out-finished"
	a.bring(t, id, completed)
	before := kinds(a.history(t, id))
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.Press("p")
	d.See("cannot pause " + id + ": it is COMPLETED: there is nothing to pause")
	d.Miss("╭ Pause")
	if after := kinds(a.history(t, id)); after != before {
		t.Errorf("the history was %s and is %s", before, after)
	}
}

// testFinishedMeanwhile: the instance ends between the form and the call.
func testFinishedMeanwhile(t *testing.T, a *app) {
	const id = "out-ends"
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("p", "Pause "+id)
	a.raise(t, id, worker.EventApprove)
	a.wait(t, id, completed)
	d.send("not sent: pause " + id + ": it is COMPLETED: there is nothing to pause")
}

// testPurgedMeanwhile: another operator purges it between the form and the
// call. The form stays on its instance although the row is gone.
func testPurgedMeanwhile(t *testing.T, a *app) {
	const id = "out-purged"
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("e", "Raise an event on "+id)
	d.fill("note")
	d.Press("tab")
	d.paste(`{"late":true}`)
	a.must(t, "terminate", func(ctx context.Context) error { return a.client.TerminateWorkflow(ctx, id) })
	a.must(t, "purge", func(ctx context.Context) error { return a.client.PurgeWorkflowState(ctx, id) })
	d.Until("no row of "+id, func(s console.Screen) bool {
		_, ok := row(s, id)
		return !ok && s.Contains(`{"late":true}`)
	})
	d.send("not sent: raise event " + id + ": no such instance exists any more")
	a.is(t, id, gone)
}

// testNestedSuspends: another operator suspends it a second time.
func testNestedSuspends(t *testing.T, a *app) {
	const id = "out-nested"
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("p", "Pause "+id)
	d.send("paused " + id + ": SUSPENDED after")
	d.seeRow("SUSPENDED", id)
	a.must(t, "second suspend", func(ctx context.Context) error { return a.client.SuspendWorkflow(ctx, id, "again") })
	d.See("One resume will not be enough")
	d.guarded("r", "Resume "+id)
	d.send("resume " + id + ": RUNNING, but still suspended: resume it again (1 more time)")
	d.form("r", "Resume "+id)
	d.send("resumed " + id + ": RUNNING after")
	a.raise(t, id, worker.EventApprove)
	a.wait(t, id, completed)
	if got := count(a.history(t, id), "ExecutionResumed"); got != 2 {
		t.Errorf("%d resumes arrived, want 2", got)
	}
}

// testTerminateSuspended: the call never returns, and the console says what
// will happen; with the resume it does.
func testTerminateSuspended(t *testing.T, a *app) {
	const id = "out-terminate"
	a.bring(t, id, suspended)
	d := openDeck(t, a, "--timeout", "1s")
	d.ready()
	d.only(id)
	d.See("Worker ") // its history has been read
	d.guarded("T", "Terminate "+id)
	d.See("only once it is resumed", "Terminate and resume")
	d.send("terminate sent to " + id + ", which is suspended: it will take effect when it is resumed")
	a.is(t, id, suspended)
	d.seeRow("SUSPENDED", id)
	d.form("r", "Resume "+id)
	d.Press("ctrl+s")
	d.seeRow("TERMINATED", id)
	a.is(t, id, terminated)
	d.Press("L") // both lines of the log have come to their end
	d.See("terminated "+id+": TERMINATED after", "resumed "+id+": it ran on and is TERMINATED")
	d.Press("esc")
	if got := count(a.history(t, id), "ExecutionTerminated"); got != 1 {
		t.Errorf("%d terminates arrived, want 1", got)
	}
}

// testTerminateAndResume: one button, although two suspends hold it. None of
// the workflow's own code runs on: it would complete with the event.
func testTerminateAndResume(t *testing.T, a *app) {
	const id = "out-both"
	a.bring(t, id, suspended)
	a.must(t, "second suspend", func(ctx context.Context) error { return a.client.SuspendWorkflow(ctx, id, "again") })
	a.raise(t, id, worker.EventApprove)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.guarded("T", "Terminate "+id)
	d.See("Terminate and resume")
	d.Press("tab", "tab") // from Cancel over Terminate
	d.See("[ Terminate and resume ]")
	d.Press("enter")
	d.See("terminated " + id + ": TERMINATED after")
	a.is(t, id, terminated)
}

// testRaiseSuspended: the event is in the history, and the workflow has not
// got it.
func testRaiseSuspended(t *testing.T, a *app) {
	const id, payload = "out-held", `{"by":"night shift"}`
	a.bring(t, id, suspended)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("e", "Raise an event on "+id)
	d.See("It is suspended: the event is kept and delivered on resume.")
	d.fill(worker.EventApprove)
	d.Press("tab")
	d.paste(payload)
	d.send("raise event " + id + ": approve is delivered, but the instance is suspended: the workflow gets it when it is resumed")
	a.is(t, id, suspended)
	d.form("r", "Resume "+id)
	d.Press("ctrl+s")
	d.seeRow("COMPLETED", id)
	if got, want := a.result(t, id), `{"answer":`+payload+`,"approved":true}`; got != want {
		t.Errorf("the output is %q, want %q", got, want)
	}
}

// testRaiseWithoutName: the form says what is missing and sends nothing.
func testRaiseWithoutName(t *testing.T, a *app) {
	const id = "out-nameless"
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("e", "Raise an event on "+id)
	d.See("the instance waits for it")
	d.fill("")
	d.send("an event needs a name", "╭ Raise an event on "+id)
	d.fill("note")
	d.send("raised " + id + ": note is delivered after")
	if got := count(a.history(t, id), "EventRaised"); got != 1 {
		t.Errorf("%d events arrived, want 1", got)
	}
}

// testInvalidJSON: line and column, the text stays, nothing is sent.
func testInvalidJSON(t *testing.T, a *app) {
	const id = "out-json"
	d := openDeck(t, a)
	d.ready()
	d.startForm(worker.Echo, id, "{\n  \"a\": 1,\n  \"b\": nope\n}")
	d.send("line 3, column 8", `"b": nope`, "╭ Start a new instance")
	a.is(t, id, gone)
	d.Press("up", "end", "backspace", "backspace", "backspace", "backspace")
	d.Write("[true]")
	d.See(`"b": [true]`, "valid JSON")
	d.send("started " + id + ": ")
	a.wait(t, id, completed)
	if got := a.result(t, id); got != `{"a":1,"b":[true]}` {
		t.Errorf("the output is %q", got)
	}
}

// testPurgeLive: refused by the runtime, in plain words.
func testPurgeLive(t *testing.T, a *app) {
	const id = "out-live"
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.guarded("X", "Purge "+id)
	d.See("It is RUNNING: the runtime purges only what has ended")
	d.send("purge " + id + ": " + id + " has not ended: terminate it first, or force the purge")
	a.is(t, id, running)
}

// testForcePurgeLive: only with its ID, typed.
func testForcePurgeLive(t *testing.T, a *app) {
	const id = "out-force"
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.guarded("X", "Purge "+id)
	d.Press("tab", "tab", "tab", "space", "tab") // over Purge and the children to force, and on to the ID
	d.See("▌Type the ID")
	d.Write("out-farce")
	d.Press("ctrl+s") // is not the ID: nothing is sent and the form stays
	d.See("╭ Purge "+id, "out-farce")
	a.is(t, id, running)
	d.Press("ctrl+u")
	d.Write(id)
	d.send("purged " + id + ": its state is gone after")
	a.is(t, id, gone)
	if !a.Alive() {
		t.Error("daprd has ended")
	}
}

// testStartReplaces: the runtime replaces a finished instance without asking;
// the console asks.
func testStartReplaces(t *testing.T, a *app) {
	const id = "out-replace"
	a.bring(t, id, completed)
	first := kinds(a.history(t, id))
	d := openDeck(t, a)
	d.ready()
	d.startForm(worker.Echo, id, `"second"`)
	d.Press("ctrl+s")
	d.See("╭ Replace "+id+" (outcomes)?", "COMPLETED, created", "[ Cancel ]")
	d.pastGuard()
	d.Press("enter") // Cancel
	d.Miss("╭ Replace")
	if now := kinds(a.history(t, id)); now != first {
		t.Errorf("the history was %s and is %s", first, now)
	}
	d.startForm(worker.Echo, id, `"third"`)
	d.Press("ctrl+s")
	d.See("╭ Replace " + id)
	d.pastGuard()
	d.Press("tab")
	d.See("[ Replace ]")
	d.Press("enter")
	d.See("started " + id + ": ")
	a.wait(t, id, completed)
	if got := a.result(t, id); got != `"third"` {
		t.Errorf("the output is %q", got)
	}
}

// testStartActive: refused, with a way on.
func testStartActive(t *testing.T, a *app) {
	const id = "out-active"
	a.start(t, worker.Approval, id, running, workflow.WithRawInput(nil))
	d := openDeck(t, a)
	d.ready()
	d.startForm(worker.Echo, id, `1`)
	d.send("start new " + id + ": " + id + " is still active: choose another ID")
	a.is(t, id, running)
}

// testTypedAhead: keys that come faster than the list is filtered, as over a
// slow line, are about what was filtered for; being a burst, they send nothing.
func testTypedAhead(t *testing.T, a *app) {
	const id, other = "ahead-wanted", "ahead-other"
	a.bring(t, id, running)
	a.bring(t, other, running)
	d := openDeck(t, a)
	d.ready()
	for range 5 {
		d.only(other)
		d.Press("/")
		if err := d.Type("\x15" + id + "\rp\x13"); err != nil { // ctrl+u, the ID, enter, p, ctrl+s
			t.Fatal(err)
		}
		d.See("Pause "+id, "not sent: the keys came faster than a person types")
		d.Press("esc")
		d.Miss("╭ Pause")
		d.seeRow("▌", id)
	}
	d.Press("esc")
	a.is(t, id, running)
	a.is(t, other, running)
	if got := count(a.history(t, other), "ExecutionSuspended"); got != 0 {
		t.Errorf("%s was paused %d times", other, got)
	}
}
