package dapr_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestConsoleCompare: a rerun with another input is compared with its origin,
// as the real runtime writes both: what the rerun took over, where it began and
// what came out differently. Two marked instances are compared the same way. Of
// an origin that was purged the console says so.
func TestConsoleCompare(t *testing.T) {
	t.Parallel()
	const id, again = "cmp-first", "cmp-again"
	a := startApp(t, harness.SidecarOptions{AppID: "compare"})
	a.start(t, worker.Sequence, id, completed)
	a.must(t, "rerun "+id, func(ctx context.Context) error {
		_, err := a.client.RerunWorkflowFromEvent(ctx, id, 1, workflow.WithRerunNewInstanceID(again), workflow.WithRerunInput(json.RawMessage(`"refund"`)))
		return err
	})
	a.wait(t, again, completed)

	d := openDeck(t, a)
	d.ready()
	d.only(again)
	d.See("c compare with origin")
	d.Press("c")
	d.See("Compare "+id+" with "+again+" (compare)", "Both took the same course; data differ first in the input of activity Step.",
		"B is a rerun of A from activity Step; 1 step before it comes from A.")
	d.See("taken over", "rerun from here, input, result", `A "charge done"`, `B "refund done"`)
	d.Press("n")
	d.See("▌ ≈ output", `$[1] "charge done"`, `$[1] "refund done"`)
	d.Press("enter")
	d.See("Output", "differs first at $[1]", `A   "charge done",`, `B   "refund done",`)
	d.Press("esc", "esc")
	d.Miss("rerun from here")

	// Marked the other way round, in the list.
	d.Press("esc") // the filter
	d.seeRow(id)
	d.Press("g", "space", "j", "space")
	d.See("2 instances · 2 marked", "esc unmark all")
	d.Press("c")
	d.See("Compare "+id+" with "+again+" (compare)", "rerun from here")
	d.Press("esc")
	d.Miss("rerun from here")
	d.Press("esc")
	d.See("2 marks cleared")

	a.must(t, "purge "+id, func(ctx context.Context) error { return a.client.PurgeWorkflowState(ctx, id) })
	a.wait(t, id, gone)
	d.only(again)
	d.Press("c")
	d.See(id + ", the origin of " + again + ", is gone: it was purged.")
	d.Press("esc")
	d.Miss("it was purged")
}
