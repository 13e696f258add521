package dapr_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/measure"
)

// TestMeasure: every measure has a figure. What the figures are is for a
// machine that does nothing else, and for a person, to judge.
func TestMeasure(t *testing.T) {
	t.Parallel()
	o := measure.Defaults()
	o.Instances, o.Payload, o.Interval, o.Rest = 200, 20_000, 100*time.Millisecond, 200*time.Millisecond
	o.Pairs, o.Refreshes, o.Changes, o.Progress = 1, 5, 2, t.Output()
	var err error
	if o.Console, err = program(); err != nil {
		t.Fatal(err)
	}
	rows, err := measure.Run(t.Context(), rt, o)
	if err != nil {
		t.Fatal(err)
	}
	if want := 8; len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	for _, r := range rows {
		if r.Err != nil || !strings.ContainsAny(r.Measured, "0123456789") {
			t.Errorf("%s: measured %q, %v", r.Measure, r.Measured, r.Err)
		}
	}
	t.Log(measure.Table(rows, o))

	o.Parts = []string{"a", "z"}
	if _, err := measure.Run(t.Context(), rt, o); err == nil {
		t.Error("a part that there is not was run")
	}
}

// TestFill: the command makes what it is asked for on a sidecar that runs, and
// what should have ended has.
func TestFill(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "filled"})
	ctx, cancel := context.WithTimeout(t.Context(), 3*within)
	defer cancel()
	command := filepath.Join(t.TempDir(), "fill")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", command, "./cmd/fill").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(ctx, command, "-address", a.Address(), "-instances", "60", "-live", "10", "-payload", "900").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Logf("%s", exit.Stderr)
		}
		t.Fatalf("fill: %v", err)
	}
	if !strings.Contains(string(out), "60 instances, 6 of them live") {
		t.Errorf("fill says %q", out)
	}
	list, err := a.client.ListInstanceIDs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	live := 0
	for _, id := range list.InstanceIds {
		meta, err := a.client.FetchWorkflowMetadata(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		switch meta.RuntimeStatus {
		case protos.OrchestrationStatus_ORCHESTRATION_STATUS_COMPLETED,
			protos.OrchestrationStatus_ORCHESTRATION_STATUS_FAILED,
			protos.OrchestrationStatus_ORCHESTRATION_STATUS_TERMINATED:
		default:
			live++
		}
	}
	if len(list.InstanceIds) != 60 || live != 6 {
		t.Errorf("there are %d instances, %d of them live", len(list.InstanceIds), live)
	}
}
