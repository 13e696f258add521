package model

import (
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// appsDown takes the sidecars of apps away; their rows are as old as at.
func appsDown(at time.Time, ids ...string) func(map[string]*fleet.App) {
	return func(apps map[string]*fleet.App) {
		for _, id := range ids {
			a := apps[id]
			a.Phase, a.Err, a.RefreshedAt = watch.Down, &workflow.Error{Kind: workflow.KindUnavailable, Message: "connection refused"}, at
		}
	}
}

// TestTheSelectionStaysWhileAllAreDown: the header says how old the rows are.
func TestTheSelectionStaysWhileAllAreDown(t *testing.T) {
	p := startPair(t)
	at := p.now
	p.on("orders")
	for range 3 {
		p.pass(4 * time.Second)
		p.apps(appsDown(at, "orders", "billing"))
	}
	if got := p.m.list.SelectedKey(); got.AppID != "orders" || got.InstanceID != "same" {
		t.Errorf("selected %v", got)
	}
	p.sees("orders stale 13s", "▲ stale 13s: connection refused", "3 instances")
}

// TestTheTreeAcrossApps: a child workflow in another app is read and gone to
// there while its sidecar is connected, and only named when it is not.
func TestTheTreeAcrossApps(t *testing.T) {
	p := startPair(t)
	parent := p.orders.instances["same"]
	parent.events = append(parent.events, workflow.Event{
		ID: 7, Type: workflow.ChildWorkflowInstanceCreated, Time: p.now, Name: "Invoice", ChildID: "inv-1", TargetApp: "billing",
	})
	p.billing.add("inv-1", "Invoice", workflow.Running)
	p.billing.instances["inv-1"].events[1].ParentID, p.billing.instances["inv-1"].events[1].ParentApp = "same", "orders"
	p.billing.child("inv-1", "print-1", "Print", workflow.Completed)
	p.apps()
	p.on("orders")
	p.press("enter ] ] ]")
	p.sees("▌Tree", "same ◂", "inv-1", "RUNNING  Invoice  app billing", "print-1", "COMPLETED  Print  app billing")
	p.press("j enter")
	p.pass(time.Second)
	p.shows("billing", "inv-1")
	p.sees("inv-1 ◂", "app orders")
	p.press("p")
	p.sees("Pause inv-1 (billing)")
	p.press("ctrl+s")
	if len(p.orders.calls) > 0 || len(p.billing.calls) != 1 {
		t.Errorf("orders got %q, billing %q", p.orders.calls, p.billing.calls)
	}
	p.press("backspace")
	p.pass(time.Second)
	p.shows("orders", "same")

	// The parent is found from the child too, and enter goes up.
	if !p.m.list.Select(workflow.Key{AppID: "billing", InstanceID: "print-1"}) {
		t.Fatal("print-1 is not in the list")
	}
	p.run(p.m.chosen())
	p.pass(time.Second)
	p.sees("print-1 ◂", "same", "OrderProcessing  app orders")
	p.press("k k enter")
	p.pass(time.Second)
	p.shows("orders", "same")

	at := p.now
	p.pass(time.Second)
	p.apps(appsDown(at, "billing"))
	p.sees("inv-1", "elsewhere: app billing")
	p.press("j enter")
	p.shows("orders", "same")
	p.sees("inv-1 runs in app billing")
}

func (p *pair) shows(app, id string) {
	p.t.Helper()
	if want := (workflow.Key{AppID: app, InstanceID: id}); p.m.shown.key != want {
		p.t.Fatalf("the detail shows %v, not %v:\n%s", p.m.shown.key, want, p.screen())
	}
}

// TestFindingsNameTheirApp: the same ID in two apps, and two apps without a
// worker.
func TestFindingsNameTheirApp(t *testing.T) {
	p := startPair(t)
	for _, c := range []*fakeClient{p.orders, p.billing} {
		c.add("same", "Order", workflow.Running, heldEvents(p.now)...)
	}
	p.apps()
	p.press("!")
	p.pass(time.Second)
	p.sees("Findings 2", "critical  billing  same", "critical  orders   same")
	p.press("esc")
	p.apps(func(apps map[string]*fleet.App) {
		for _, a := range apps {
			a.Sidecar.Workers = 0
		}
	})
	p.pass(time.Minute)
	p.press("!")
	p.pass(time.Second)
	p.sees("billing  1 instance", "The sidecar of billing counts no worker", "orders   1 instance")
	p.press("j")
	p.sees("The sidecar of orders counts no worker")
	p.press("enter") // many instances are no place to go to
	p.sees("Findings")
}

// TestNothingOfAnAppThatIsGoneIsKept: it can come back with other instances
// under the same IDs.
func TestNothingOfAnAppThatIsGoneIsKept(t *testing.T) {
	p := startPair(t)
	p.narrow()
	of := func(app string) (noted, parent bool) {
		key := workflow.Key{AppID: app, InstanceID: "same"}
		_, noted = p.m.notes.of(key)
		_, parent = p.m.parents.parent(key)
		return noted, parent
	}
	if noted, parent := of("billing"); !noted || !parent {
		t.Fatal("the history of billing's instance was not read")
	}
	p.m.notes.none["billing"] = true
	p.m.terminated[workflow.Key{AppID: "billing", InstanceID: "same"}] = sentCall{at: p.now}
	p.apps(func(apps map[string]*fleet.App) { delete(apps, "billing") })
	if noted, parent := of("billing"); noted || parent {
		t.Errorf("kept of billing: note %v, parent %v", noted, parent)
	}
	if noted, parent := of("orders"); !noted || !parent {
		t.Errorf("kept of orders: note %v, parent %v", noted, parent)
	}
	if p.m.notes.none["billing"] || len(p.m.terminated) > 0 {
		t.Errorf("kept of billing: %v, %v", p.m.notes.none, p.m.terminated)
	}
}

// TestAnAppWithHistoriesJoinsOneWithout: what its instances wait on is shown.
func TestAnAppWithHistoriesJoinsOneWithout(t *testing.T) {
	p := startPair(t)
	p.narrow()
	alone := func(apps map[string]*fleet.App) { delete(apps, "orders") }
	p.apps(alone)
	p.m.takeNote(&noted{key: workflow.Key{AppID: "billing", InstanceID: "same"}, err: &workflow.Error{Kind: workflow.KindOldRuntime}})
	if p.m.list.ShowsWaits() {
		t.Fatal("a column for what nobody can know")
	}
	p.apps()
	if !p.m.list.ShowsWaits() {
		t.Error("no column for what orders can tell")
	}
	p.apps(alone)
	if p.m.list.ShowsWaits() {
		t.Error("the column stays without an app that has histories")
	}
}

// TestNoRowsAnywhere says of each app why.
func TestNoRowsAnywhere(t *testing.T) {
	p := startPair(t)
	clear(p.orders.instances)
	clear(p.billing.instances)
	p.apps(func(apps map[string]*fleet.App) { apps["billing"].Listless = true })
	p.sees("billing: it cannot list its instances: O gives IDs", "orders: no instances yet")
}

// TestSeveralComeInThePlaceOfOne: none of them is at "the address".
func TestSeveralComeInThePlaceOfOne(t *testing.T) {
	b := start(t)
	b.client.add("order-1", "OrderProcessing", workflow.Running)
	b.refresh()
	b.press("e")
	b.text("approve")
	p := &pair{bench: b, orders: newFakeClient("shipping", func() time.Time { return b.now }), billing: newFakeClient("billing", func() time.Time { return b.now })}
	p.apps(func(apps map[string]*fleet.App) { apps["orders"].Sidecar.AppID = "shipping" })
	p.sees("No sidecar of orders is left.")
	p.press("esc")
	p.sees("no sidecar of orders is left: there are billing, shipping")
}

// TestAScriptNamesTheSidecarOfItsInstance: each has an address of its own.
func TestAScriptNamesTheSidecarOfItsInstance(t *testing.T) {
	p := startPair(t)
	for _, app := range []string{"billing", "orders"} {
		p.copied = nil
		p.on(app)
		p.press("C y")
		if len(p.copied) != 1 || !strings.Contains(p.copied[0], "--app-id "+app) {
			t.Errorf("the command for %s: %q", app, p.copied)
		}
		p.press("tab tab y esc") // curl, and the call in Go
		if n := len(p.copied); n != 2 || !strings.Contains(p.copied[1], app+".host:50001") {
			t.Errorf("the call for %s: %q", app, p.copied)
		}
		p.m.scriptForm = 0
	}
}

// TestASavedTreeAcrossApps: children are read where they live.
func TestASavedTreeAcrossApps(t *testing.T) {
	p := startPair(t)
	d := disk{}
	p.m.cfg.WriteValue = d.write
	p.orders.instances["order-1"].events = append(p.orders.instances["order-1"].events, workflow.Event{
		ID: 7, Type: workflow.ChildWorkflowInstanceCreated, Time: p.now, Name: "Payment", ChildID: "same", TargetApp: "billing",
	})
	if !p.m.list.Select(workflow.Key{AppID: "orders", InstanceID: "order-1"}) {
		t.Fatal("order-1 is not in the list")
	}
	p.run(p.m.chosen())
	p.press("ctrl+e ctrl+s")
	p.sees("saved order-1 (orders) and 1 child workflow")
	f := d.read(t, "order-1-saved.json")
	if f.Sidecar.AppID != "orders" || len(f.Instances) != 2 || f.Instances[1].Detail.AppID != "billing" || f.Instances[1].Detail.Name != "Payment" {
		t.Errorf("saved %+v with %+v", f.Sidecar, f.Instances)
	}
}

// TestFollowingAcrossApps: an app that is down says nothing of its instances'
// fate, and the notice names the app of the one that has ended.
func TestFollowingAcrossApps(t *testing.T) {
	p := startPair(t)
	for _, app := range []string{"billing", "orders"} {
		p.on(app)
		p.press("f")
		p.sees("following same (" + app + ")")
	}
	at := p.now
	delete(p.billing.instances, "same")
	p.orders.instances["same"].status = workflow.Completed
	p.pass(time.Second)
	p.apps(appsDown(at, "billing"))
	p.sees("same (orders) has ended: COMPLETED", "FOLLOWING 1")
	p.apps()
	p.sees("same (billing) is gone")
	if len(p.raw) != 2 {
		t.Errorf("the terminal got %q, want two bells", p.raw)
	}
}

// TestTheFilterAndTheOrderOfApps: app: as text narrows and completes, s sorts
// by the app.
func TestTheFilterAndTheOrderOfApps(t *testing.T) {
	p := startPair(t)
	p.press("/")
	p.text("app:b")
	p.press("tab enter")
	p.sees("1 of 3", "app:billing", "Payment")
	p.seesNot("order-1")
	p.press("esc")
	for range len(workflow.Sorts()) {
		if p.press("s"); p.m.sortBy == workflow.SortApp {
			break
		}
	}
	p.sees("sorted by app")
	apps := func() (all []string) {
		for _, row := range p.m.list.All() {
			all = append(all, row.AppID)
		}
		return all
	}
	if got := strings.Join(apps(), " "); got != "billing orders orders" {
		t.Errorf("sorted: %s", got)
	}
	p.press("o")
	if got := strings.Join(apps(), " "); got != "orders orders billing" {
		t.Errorf("in reverse: %s", got)
	}
}
