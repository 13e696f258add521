package model

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// twoApps is a client of two apps.
type twoApps map[string]*fakeClient

func (c twoApps) of(app string) *fakeClient { return c[app] }

func (c twoApps) Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error) {
	return c.of(key.AppID).Detail(ctx, key)
}

func (c twoApps) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	return c.of(key.AppID).History(ctx, key)
}

func (c twoApps) Start(ctx context.Context, app string, r workflow.StartRequest) (string, error) {
	return c.of(app).Start(ctx, app, r)
}

func (c twoApps) Suspend(ctx context.Context, key workflow.Key, reason string) error {
	return c.of(key.AppID).Suspend(ctx, key, reason)
}

func (c twoApps) Resume(ctx context.Context, key workflow.Key, reason string) error {
	return c.of(key.AppID).Resume(ctx, key, reason)
}

func (c twoApps) Raise(ctx context.Context, key workflow.Key, r workflow.RaiseRequest) error {
	return c.of(key.AppID).Raise(ctx, key, r)
}

func (c twoApps) Terminate(ctx context.Context, key workflow.Key, r workflow.TerminateRequest) error {
	return c.of(key.AppID).Terminate(ctx, key, r)
}

func (c twoApps) Purge(ctx context.Context, key workflow.Key, r workflow.PurgeRequest) error {
	return c.of(key.AppID).Purge(ctx, key, r)
}

func (c twoApps) Rerun(ctx context.Context, key workflow.Key, r workflow.RerunRequest) (string, error) {
	return c.of(key.AppID).Rerun(ctx, key, r)
}

// pair is a console on the apps billing and orders, which both have an
// instance of the same ID.
type pair struct {
	*bench
	orders, billing *fakeClient
}

func startPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{}
	b := start(t, func(c *Config) {
		p.orders, p.billing = newFakeClient("orders", c.Now), newFakeClient("billing", c.Now)
		c.Client = twoApps{"orders": p.orders, "billing": p.billing}
	})
	p.bench = b
	p.orders.add("same", "OrderProcessing", workflow.Running)
	p.orders.add("order-1", "OrderProcessing", workflow.Failed)
	p.billing.add("same", "Payment", workflow.Running)
	p.apps()
	return p
}

// apps brings a snapshot of both apps, changed as a test wants it.
func (p *pair) apps(change ...func(apps map[string]*fleet.App)) {
	p.seq++
	apps := map[string]*fleet.App{}
	for id, c := range map[string]*fakeClient{"orders": p.orders, "billing": p.billing} {
		s := watch.Snapshot{
			Seq: p.seq, Address: id + ".host:50001", Phase: watch.Ready, RefreshedAt: p.now, Interval: 2 * time.Second,
			Sidecar: workflow.Sidecar{AppID: id, Version: "1.18.0", Workers: 1, WorkersKnown: true},
		}
		ids := make([]string, 0, len(c.instances))
		for i := range c.instances {
			ids = append(ids, i)
		}
		slices.Sort(ids)
		for _, i := range ids {
			row := c.row(i)
			s.Instances = append(s.Instances, &row)
			s.Counts[row.Status]++
		}
		apps[id] = &fleet.App{Snapshot: s}
	}
	for _, c := range change {
		c(apps)
	}
	var all []fleet.App
	for _, id := range []string{"billing", "orders"} {
		if a := apps[id]; a != nil {
			a.Members = append([]fleet.Sidecar{{Reads: true, Snapshot: a.Snapshot}}, a.Members...)
			all = append(all, *a)
		}
	}
	s := fleet.Together(all)
	s.Seq = p.seq
	p.feed.snaps <- s
	p.run(p.m.awaitSnapshot())
}

// on selects the instance "same" of an app.
func (p *pair) on(app string) {
	p.t.Helper()
	if !p.m.list.Select(workflow.Key{AppID: app, InstanceID: "same"}) {
		p.t.Fatalf("%s/same is not in the list", app)
	}
	p.run(p.m.chosen())
	p.pass(time.Second)
}

// narrow leaves the list alone on the screen, so that it reads what its rows wait
// on.
func (p *pair) narrow() {
	p.send(tea.WindowSizeMsg{Width: 110, Height: 40})
	p.apps()
	p.pass(3 * time.Second)
}

func TestSeveralAppsInOneTable(t *testing.T) {
	p := startPair(t)
	p.sees("2 apps", "billing 1", "orders 2", "APP", "3 instances", "dapr 1.18.0")
	p.press("@")
	p.sees("Apps 2", "all apps")
	p.press("j enter") // billing is the first
	p.sees("@billing of 2", "1 instance")
	p.seesNot("order-1")
	p.press("esc")
	p.sees("order-1", "3 instances")
}

// TestAnActionGoesToTheAppOfItsRow: and its form names it.
func TestAnActionGoesToTheAppOfItsRow(t *testing.T) {
	p := startPair(t)
	p.on("billing")
	p.press("p")
	p.sees("Pause same (billing)")
	p.press("ctrl+s")
	p.on("orders")
	p.press("T")
	p.sees("Terminate same (orders)", "paused same (billing): SUSPENDED")
	p.pass(time.Second)
	p.press("esc")
	if len(p.orders.calls) > 0 || len(p.billing.calls) != 1 {
		t.Fatalf("orders got %q, billing %q", p.orders.calls, p.billing.calls)
	}
	p.press("a")
	p.sees("Start a new instance (orders)")
	p.press("esc @ j enter a")
	p.sees("Start a new instance (billing)")
}

// TestOneThatIsDownBlanksNobody: its rows stay, marked, and nothing is sent to
// it, while the other goes on.
func TestOneThatIsDownBlanksNobody(t *testing.T) {
	p := startPair(t)
	at := p.now
	p.pass(12 * time.Second)
	p.apps(func(apps map[string]*fleet.App) {
		b := apps["billing"]
		b.Phase, b.Err = watch.Down, &workflow.Error{Kind: workflow.KindUnavailable, Message: "connection refused"}
		b.RefreshedAt = at
	})
	p.sees("▲ billing stale 12s", "3 instances", "Payment")
	p.on("billing")
	p.press("p")
	p.sees("cannot pause: no connection to billing.host:50001")
	p.on("orders")
	p.press("p ctrl+s")
	if len(p.orders.calls) != 1 {
		t.Errorf("orders got %q", p.orders.calls)
	}
}

// TestAFormOfAnAppThatIsGoneIsVoid: that of another app stays.
func TestAFormOfAnAppThatIsGoneIsVoid(t *testing.T) {
	gone := func(apps map[string]*fleet.App) { delete(apps, "billing") }
	p := startPair(t)
	p.on("billing")
	p.press("e")
	p.text("approve")
	p.apps(gone)
	p.sees("Nothing was sent", "No sidecar of billing is left.")
	p.press("ctrl+s esc")
	p.sees("billing: no sidecar of it is left")
	p.seesNot("Payment")

	p = startPair(t)
	p.on("orders")
	p.press("e")
	p.text("approve")
	p.apps(gone)
	p.sees("Raise an event on same (orders)", "approve")
	p.press("ctrl+s")
	if len(p.orders.calls) != 1 || len(p.billing.calls) > 0 {
		t.Errorf("orders got %q, billing %q", p.orders.calls, p.billing.calls)
	}
}

// TestANewGenerationVoidsAForm: the app was gone for a moment that no snapshot
// shows.
func TestANewGenerationVoidsAForm(t *testing.T) {
	p := startPair(t)
	p.on("billing")
	p.press("X")
	p.pass(time.Second)
	p.apps(func(apps map[string]*fleet.App) { apps["billing"].Gen = 1 })
	p.sees("Nothing was sent")
	if len(p.billing.calls) > 0 {
		t.Errorf("billing got %q", p.billing.calls)
	}
}

func TestTheAppColumnAtEveryWidth(t *testing.T) {
	p := startPair(t)
	for _, w := range []int{200, 160, 120, 100, 80, 60, 40} {
		p.send(tea.WindowSizeMsg{Width: w, Height: 24})
		screen := p.screen()
		for _, line := range strings.Split(screen, "\n") {
			if n := len([]rune(line)); n != w {
				t.Fatalf("at %d columns a line has %d:\n%s", w, n, screen)
			}
		}
		if w >= 60 && !strings.Contains(screen, "billing") {
			t.Errorf("at %d columns the list does not tell the app:\n%s", w, screen)
		}
	}
}
