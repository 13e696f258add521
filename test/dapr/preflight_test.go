package dapr_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// look connects and runs the preflight on what comes of it.
func look(t *testing.T, c *daprclient.Client) (workflow.Sidecar, []workflow.Finding) {
	t.Helper()
	conn, err := c.Connect(t.Context())
	return conn.Sidecar, workflow.Preflight(workflow.SidecarCase{
		Address: c.Address(), Sidecar: conn.Sidecar, Connected: conn.Sidecar.AppID != "",
		Err: err, Now: time.Now(), Calls: c.Calls(),
	})
}

// rules are the rules that speak, without the notes on the runtime's version.
func rules(found []workflow.Finding) []workflow.Rule {
	var out []workflow.Rule
	for _, f := range found {
		if f.Rule != workflow.RuleRuntimeFault && f.Rule != workflow.RuleSlow {
			out = append(out, f.Rule)
		}
	}
	return out
}

// becomes waits until the preflight says these rules and no other.
func becomes(t *testing.T, c *daprclient.Client, want ...workflow.Rule) (side workflow.Sidecar, found []workflow.Finding) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	err := harness.Eventually(ctx, func(context.Context) error {
		side, found = look(t, c)
		if got := rules(found); !slices.Equal(got, want) {
			return fmt.Errorf("the preflight says %q, want %q: %+v", got, want, side)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if f.Rule == workflow.RuleRuntimeFault {
			continue
		}
		t.Logf("%s: %s | %s | %s", f.Severity, f.Title, f.Evidence, f.Remedy)
	}
	return side, found
}

// TestPreflightOfAHealthySidecar: all the facts, and nothing but the notes on
// its version; then without a worker, and without placement.
func TestPreflightOfAHealthySidecar(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "healthy"})
	c := newClient(t, a.Address())
	side, found := becomes(t, c)
	if side.Version != harness.DaprVersion || side.Workers != 1 || !side.WorkersKnown || side.Took <= 0 ||
		side.StoreName != "statestore" || side.StoreType != "state.sqlite" || !side.CanList || len(side.Stores) != 1 ||
		side.ActorStatus != workflow.ActorsRunning || !side.ActorsReady || side.Placement != "placement: connected" ||
		!slices.Contains(side.Schedulers, rt.SchedulerAddress()) {
		t.Errorf("the sidecar says %+v", side)
	}
	if n := len(found); n != len(workflow.Advice(harness.DaprVersion)) {
		t.Errorf("%d notes on the version", n)
	}

	a.stopWorker(t)
	becomes(t, c, workflow.RuleWorkers)
	a.KillPlacement()
	side, _ = becomes(t, c, workflow.RuleWorkers, workflow.RulePlacement)
	if side.Placement != "placement: disconnected" || side.ActorsReady {
		t.Errorf("without placement: %+v", side)
	}
}

// TestPreflightWithoutAStore: the store that could be it is named, and nothing
// but the two calls was made.
func TestPreflightWithoutAStore(t *testing.T) {
	t.Parallel()
	for words, store := range map[string]harness.Store{
		"It has no state store at all.": harness.StoreNone,
		"It has statestore (state.sqlite), but nothing says that workflows are kept there.": harness.StoreNotActor,
	} {
		a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "storeless", Store: store})}
		c := newClient(t, a.Address())
		_, found := becomes(t, c, workflow.RuleNoStore)
		if want := words + " Calls made so far: GetMetadata 1, ListInstanceIDs 1."; found[0].Evidence != want {
			t.Errorf("evidence %q, want %q", found[0].Evidence, want)
		}
		if !a.Alive() {
			t.Error("daprd has ended")
		}
	}
}

// TestPreflightNamesTheCure: of an ID that breaks the listing.
func TestPreflightNamesTheCure(t *testing.T) {
	t.Parallel()
	const bad = "a||b"
	a := startApp(t, harness.SidecarOptions{AppID: "curable"})
	a.start(t, worker.Approval, bad, running)
	c := newClient(t, a.Address())
	_, found := becomes(t, c, workflow.RuleBars)
	if found[0].Purge != bad || !strings.Contains(found[0].Title, bad) {
		t.Errorf("%+v", found[0])
	}
	a.must(t, "the cure", func(ctx context.Context) error {
		return c.Purge(ctx, workflow.Key{AppID: "curable", InstanceID: found[0].Purge}, workflow.PurgeRequest{Force: true})
	})
	becomes(t, c)
}

// TestPreflightWithoutAScheduler: the sidecar looks for it where nobody is.
func TestPreflightWithoutAScheduler(t *testing.T) {
	t.Parallel()
	// A port that nobody listens on: that of a sidecar that is gone.
	gone := rt.Sidecar(t, harness.SidecarOptions{AppID: "gone"})
	gone.Kill()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{
		AppID: "unscheduled", Scheduler: gone.Address(), Unready: true,
	})}
	c := newClient(t, a.Address())
	side, _ := becomes(t, c, workflow.RuleWorkers, workflow.RuleScheduler)
	if len(side.Schedulers) != 0 {
		t.Errorf("schedulers %q", side.Schedulers)
	}
}

// TestPreflightOfNobody: no sidecar, and the wrong one.
func TestPreflightOfNobody(t *testing.T) {
	t.Parallel()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "nobody", APIToken: "open-sesame"})}
	becomes(t, newClient(t, a.Address()), workflow.RuleToken)
	becomes(t, newClient(t, a.PlacementAddress()), workflow.RuleWrongPort)
	becomes(t, newClient(t, "https://"+a.Address()), workflow.RuleTLS)
	a.Kill()
	becomes(t, newClient(t, a.Address()), workflow.RuleUnreachable)
}

// TestTheWatchHasTheTime: how long the sidecar takes is in each snapshot.
func TestTheWatchHasTheTime(t *testing.T) {
	t.Parallel()
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "timed"})}
	p := through(t, a, nil)
	box := feed(t, newClient(t, p.Address()))
	until(t, box, "an answer", func(s watch.Snapshot) bool { return s.Phase == watch.Ready && s.Sidecar.Took > 0 })
	p.Set(0, 300*time.Millisecond)
	s := until(t, box, "slow answers", func(s watch.Snapshot) bool { return s.Sidecar.Took >= 600*time.Millisecond })
	found := workflow.Preflight(workflow.SidecarCase{Sidecar: s.Sidecar, Connected: true, Err: s.Err})
	if !slices.ContainsFunc(found, func(f workflow.Finding) bool { return f.Rule == workflow.RuleSlow }) {
		t.Errorf("%+v", found)
	}
}
