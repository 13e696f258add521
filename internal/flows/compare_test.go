package flows

import (
	"path/filepath"
	"testing"

	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/opened"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/model"
)

// TestARerunIsComparedWithItsOrigin reruns a failed payment on the engine and
// looks at what came out differently.
func TestARerunIsComparedWithItsOrigin(t *testing.T) {
	c := open(t, engine(t, embedded.Options{}).Addr())
	c.sees("no workflow instances yet")
	c.startInstance("Payment", "pay-51", `{"order":"order-7","amount":{"amount":5,"currency":"EUR"},"card":"tok-0005"}`)
	c.row("FAILED", "pay-51")
	from := workflow.RerunRequest{EventID: 0, NewInstanceID: "pay-51-again"}
	if _, err := c.client.Rerun(t.Context(), workflow.Key{AppID: "orders", InstanceID: "pay-51"}, from); err != nil {
		t.Fatal(err)
	}
	c.row("FAILED", "pay-51-again")
	c.only("id:=pay-51-again")
	c.sees("c compare with origin")
	c.press("c")
	c.sees("Compare pay-51 with pay-51-again (orders)", "B is a rerun of A from activity", "rerun from here", "Both took the same course")
	c.press("esc")
	c.seesNot("rerun from here")
}

// TestTwoInstancesOfAFileAreCompared needs no sidecar.
func TestTwoInstancesOfAFileAreCompared(t *testing.T) {
	file, err := opened.Open(filepath.Join("..", "workflow", "testdata", "histories", "go-rerun.json"))
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, "127.0.0.1:1", func(cfg *model.Config) {
		cfg.Client, cfg.Feed, cfg.ReadOnly, cfg.Saved = file, file, true, &model.Saved{Name: file.Name(), At: file.SavedAt()}
	})
	c.row("▌", "sum-1")
	c.press("space j space")
	c.sees("2 marked")
	c.press("c")
	c.sees("Compare sum-1 with sum-2 (shop)", "Both took the same course with the same data.", "B is a rerun of A from activity Part; 1 step before it comes from A.")
}
