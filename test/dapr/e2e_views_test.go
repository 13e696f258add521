package dapr_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/dapr/durabletask-go/api/protos"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// testViews: what the runtime knows of an instance is on the screen: list,
// detail, history and data.
func testViews(t *testing.T, a *app) {
	const id = "view-failed"
	a.start(t, worker.Failing, id, failed, rawInput(`{"sku":"订单 🎁","n":9223372036854775808}`))
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.seeRow("FAILED", worker.Failing, id)
	d.See("1 worker", "dapr 1.18.0", a.Address(), "1 failed", "/ "+id)
	d.See("FAILED after", worker.Failing+" · deck", "card declined: code", `"sku": "订单 🎁"`, `"n": 9223372036854775808`, "Execution ID")
	d.Press("tab", "]")
	d.See("▌History", "started", "Decline", "failed")
	d.Press("v")
	d.See("▌History", "ExecutionStarted", "TaskScheduled", "Decline", "TaskFailed", "ExecutionCompleted")
	d.Press("[", "[")
	d.See("▌Data", "Input", "JSON", `"sku": "订单 🎁"`)
	d.Press("Y")
	d.See("the instance ID sent to the terminal's clipboard")
	d.Until("a copy", func(console.Screen) bool { text, ok := d.Clipboard(); return ok && text == id })
	d.Press("]")
	d.See("▌Overview", a.created(t, id))
}

// created is when an instance was created, as the screen writes it in UTC.
func (a *app) created(t *testing.T, id string) string {
	t.Helper()
	var at string
	a.must(t, "metadata of "+id, func(ctx context.Context) error {
		meta, err := a.client.FetchWorkflowMetadata(ctx, id)
		if err == nil {
			at = meta.CreatedAt.AsTime().UTC().Format("2006-01-02 15:04:05.000 UTC")
		}
		return err
	})
	return at
}

// testFamilyTerminate: with its children, or without them.
func testFamilyTerminate(t *testing.T, a *app) {
	input := rawInput(`{"children":2,"wait":true}`)
	d := openDeck(t, a)
	d.ready()
	for id, recursive := range map[string]bool{"fam-all": true, "fam-parent": false} {
		a.start(t, worker.Parent, id, running, input)
		a.wait(t, id+":0000", running)
		a.wait(t, id+":0001", running)
		d.onlyParent(id)
		d.guarded("T", "Terminate "+id+" (deck)")
		want := terminated
		if !recursive {
			d.Press("tab", "tab", "tab") // from Cancel over Terminate and the output to the children
			d.See("▌Children")
			d.Press("space")
			d.See("[ ] also terminate its child workflows")
			want = completed
		}
		d.send("terminated " + id + ": TERMINATED after")
		a.is(t, id, terminated)
		for _, child := range []string{id + ":0000", id + ":0001"} {
			if !recursive { // it lives, and so can complete
				a.raise(t, child, worker.EventRelease)
			}
			a.wait(t, child, want)
		}
	}
}

// testFamilyPurge: likewise.
func testFamilyPurge(t *testing.T, a *app) {
	input := rawInput(`{"children":2,"wait":false}`)
	d := openDeck(t, a)
	d.ready()
	for id, recursive := range map[string]bool{"fam-none": true, "fam-orphans": false} {
		a.start(t, worker.Parent, id, completed, input)
		d.onlyParent(id)
		d.guarded("X", "Purge "+id+" (deck)")
		want := gone
		if !recursive {
			d.Press("tab", "tab") // from Cancel over Purge to the children
			d.See("▌Children")
			d.Press("space")
			d.See("[ ] also purge its child workflows")
			want = completed
		}
		d.send("purged " + id + ": its state is gone after")
		a.is(t, id, gone)
		a.is(t, id+":0000", want)
		a.is(t, id+":0001", want)
	}
}

// onlyParent narrows the list to a parent: its children have its ID in theirs.
func (d *deck) onlyParent(id string) {
	d.t.Helper()
	d.Press("/", "ctrl+u")
	d.Write(id + " -" + id + ":")
	d.Press("enter")
	d.Until("only "+id, func(s console.Screen) bool {
		_, ok := row(s, "▌", worker.Parent, id)
		return ok && s.Contains("─ 1 of ") && s.Contains("╭─ "+id+" ─")
	})
}

// testPayloadFile: @file sends the bytes of the file.
func testPayloadFile(t *testing.T, a *app) {
	const id = "op-file"
	text := "{\r\n\t\"b\" : [1,  2],\n\t\"a\": \"‹\\u003c 订单 🎁\"\n}\n"
	file := filepath.Join(t.TempDir(), "payload.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a.bring(t, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("e", "Raise an event on "+id)
	d.See("the instance waits for it")
	d.Press("tab")
	d.Write("@" + file)
	d.Press("ctrl+s")
	d.See("loaded", `"b" : [1,  2],`)
	d.send("raised " + id + ": approve is delivered after")
	e := one(t, a.history(t, id), "EventRaised", (*protos.HistoryEvent).GetEventRaised)
	if got := e.GetInput().GetValue(); got != text {
		t.Errorf("the payload that arrived is %q, want %q", got, text)
	}
}
