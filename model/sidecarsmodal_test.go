package model

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestThePreflightOfOneSidecar(t *testing.T) {
	b := start(t)
	b.refresh(func(s *watch.Snapshot) {
		s.Sidecar.ActorStatus, s.Sidecar.ActorsReady, s.Sidecar.Placement = workflow.ActorsRunning, true, "placement: connected"
		s.Sidecar.Schedulers = []string{"127.0.0.1:50006"}
		s.Sidecar.StateStore, s.Sidecar.CanList, s.Sidecar.Took = "statestore (state.sqlite)", true, 400*time.Microsecond
		s.Calls = watch.Calls{List: 2, Get: 30, Sidecar: 1}
	})
	b.press("i")
	b.sees("Sidecars 1", "orders", "127.0.0.1:50001", "dapr 1.18.0", "1 connected to this sidecar", "running, ready", "127.0.0.1:50006",
		"statestore (state.sqlite), can list its keys", "400µs", "with 33 calls")
	b.press("y")
	if len(b.copied) != 1 {
		t.Errorf("copied %q", b.copied)
	}
	b.press("i")
	b.seesNot("Sidecars 1")
}

// TestThePreflightTellsWhatIsWrong: the worst first, with what can be done, and
// it follows what happens.
func TestThePreflightTellsWhatIsWrong(t *testing.T) {
	p := startPair(t)
	p.on("orders")
	p.press("i")
	p.sees("Sidecars 2", "orders.host:50001")
	p.apps(func(apps map[string]*fleet.App) { apps["orders"].Sidecar.Workers = 0 })
	p.pass(time.Second)
	p.sees("no worker")
	p.press("g") // billing
	p.apps(func(apps map[string]*fleet.App) {
		b := apps["billing"]
		b.Phase, b.RetryAt = watch.Down, p.now.Add(4*time.Second)
		b.Err = &workflow.Error{Kind: workflow.KindUnauthenticated, Message: "the sidecar asks for an API token"}
	})
	p.pass(time.Second)
	p.sees("critical", "The sidecar asks for an API token", "Next try")
	p.press("enter")
	p.sees("@billing of 2")
}

// TestANamesakeIsNoReplica: two apps of one ID, as of two working copies, are
// read as one, and the console says that it hides the other.
func TestANamesakeIsNoReplica(t *testing.T) {
	p := startPair(t)
	second := func(scheduler string) {
		p.apps(func(apps map[string]*fleet.App) {
			a := apps["orders"]
			a.Sidecar.Schedulers = []string{"127.0.0.1:50006"}
			other := fleet.Sidecar{Snapshot: a.Snapshot}
			other.Address, other.Sidecar.Address = "127.0.0.1:50101", "127.0.0.1:50101"
			other.Sidecar.Schedulers, other.Phase = []string{scheduler}, watch.Loading
			other.Apart = a.Sidecar.Namesake(&other.Sidecar) // as the fleet says
			a.Members = []fleet.Sidecar{other}
		})
		p.pass(time.Second)
	}
	second("127.0.0.1:50006")
	p.seesNot("hides another")
	second("127.0.0.1:50106")
	p.sees("orders hides another of its ID")
	p.on("orders")
	p.press("i")
	p.sees("not listed: another of this ID", "Another app seems to have the ID orders too", "the scheduler 127.0.0.1:50106")
}

// A sidecar that asks for a token is told apart from one that is not there.
func TestWhoNeedsATokenSaysSo(t *testing.T) {
	p := startPair(t)
	p.apps(func(apps map[string]*fleet.App) {
		b := apps["billing"]
		b.Phase, b.RefreshedAt = watch.Down, time.Time{}
		b.Err = &workflow.Error{Kind: workflow.KindUnauthenticated, Message: "the sidecar asks for an API token"}
	})
	p.pass(time.Second)
	p.sees("billing needs an API token")
}

// TestTheCureOfAListing: the instance that breaks the listing of one of several
// apps is purged from the preflight, after the ID was typed.
func TestTheCureOfAListing(t *testing.T) {
	p := startPair(t)
	p.billing.add("a||b", "Payment", workflow.Completed)
	p.apps(func(apps map[string]*fleet.App) {
		b := apps["billing"]
		b.Phase, b.Instances = watch.Refused, nil
		b.Err = &workflow.Error{Kind: workflow.KindPoisoned, Message: "one instance breaks the listing", ID: "a||b"}
	})
	p.press("i g")
	p.sees("purges that instance by force")
	p.press("X")
	p.sees("Purge a||b (billing)")
	p.pass(time.Second)
	p.press("esc")
	if len(p.billing.calls) > 0 {
		t.Errorf("billing got %q", p.billing.calls)
	}
}

func TestThePreflightWithoutASidecar(t *testing.T) {
	b := start(t)
	b.feed.snaps <- fleet.Snapshot{Searching: true}
	b.run(b.m.awaitSnapshot())
	b.sees("No Dapr sidecar runs on this machine", "dapr run --app-id")
	for _, w := range []int{160, 80, 40} {
		b.send(tea.WindowSizeMsg{Width: w, Height: 24})
		b.press("i")
		b.sees("No sidecar has been found")
		b.press("esc")
	}
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.press("a")
	b.sees("looking for sidecars", "cannot start new: no sidecar has answered yet")
}
