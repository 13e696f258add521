package model

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// countingClient counts the histories that are read, by instance, and how many
// reads are under way at once.
type countingClient struct {
	*fakeClient
	mu        sync.Mutex
	histories map[string]int
	now, most int
	// apps are those that were asked for.
	apps map[string]bool
	// refuse, when set, is the answer for all but order-17.
	refuse error
}

func (c *countingClient) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	c.mu.Lock()
	c.histories[key.InstanceID]++
	c.apps[key.AppID] = true
	c.now++
	c.most = max(c.most, c.now)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.now--
		c.mu.Unlock()
	}()
	if _, ok := ctx.Deadline(); !ok {
		return workflow.History{}, fmt.Errorf("a read of %s without a deadline", key.InstanceID)
	}
	if c.refuse != nil && key.InstanceID != "order-17" {
		return workflow.History{}, c.refuse
	}
	return c.fakeClient.History(ctx, key)
}

func (c *countingClient) total() int {
	n := 0
	for _, k := range c.histories {
		n += k
	}
	return n
}

// child adds a child workflow that its parent's history names.
func (c *fakeClient) child(parent, id, name string, status workflow.Status) {
	p := c.instances[parent]
	p.events = append(p.events, workflow.Event{
		ID: int32(len(p.events)), Type: workflow.ChildWorkflowInstanceCreated, Time: c.now(), Name: name, ChildID: id,
	})
	c.add(id, name, status)
	c.instances[id].events[1].ParentID = parent
}

func withTree(t *testing.T) (*bench, *countingClient) {
	t.Helper()
	c := &countingClient{histories: map[string]int{}, apps: map[string]bool{}}
	b := start(t, func(cfg *Config) {
		c.fakeClient = cfg.Client.(*fakeClient)
		cfg.Client = c
	})
	b.m.notes.none["orders"] = true // the list reads histories of its own
	b.client.add("order-17", "OrderProcessing", workflow.Running)
	b.client.child("order-17", "ship-1", "Shipment", workflow.Running)
	b.client.child("order-17", "pay-1", "Payment", workflow.Failed)
	b.client.child("ship-1", "label-1", "Label", workflow.Completed)
	b.client.child("ship-1", "truck-1", "Truck", workflow.Pending)
	p := b.client.instances["order-17"]
	p.events = append(p.events, workflow.Event{ID: 40, Type: workflow.ChildWorkflowInstanceCreated, Time: b.now, Name: "Invoice", ChildID: "inv-1", TargetApp: "billing"})
	b.refresh()
	return b, c
}

func (b *bench) goes(id string) {
	b.t.Helper()
	if b.m.shown.key.InstanceID != id {
		b.t.Fatalf("the detail shows %q, not %q:\n%s", b.m.shown.key.InstanceID, id, b.screen())
	}
}

// at selects an instance in the list and goes into its tree.
func (b *bench) tree(id string) {
	b.t.Helper()
	if !b.m.list.Select(workflow.Key{AppID: "orders", InstanceID: id}) {
		b.t.Fatalf("%s is not in the list", id)
	}
	b.run(b.m.chosen())
	b.pass(restBeforeRead)
	b.press("enter ] ] ]")
	b.sees("▌Tree")
}

func TestTheTreeReadsEachFamilyOnce(t *testing.T) {
	b, c := withTree(t)
	b.tree("ship-1")
	b.sees("order-17", "ship-1 ◂", "├ ", "label-1", "COMPLETED", "truck-1", "PENDING", "and 2 more")
	b.seesNot("FAILED  Payment")
	want := map[string]int{"ship-1": 1, "order-17": 1, "label-1": 1, "truck-1": 1}
	for id, n := range c.histories {
		if n != want[id] {
			t.Errorf("%s was read %d times, want %d", id, n, want[id])
		}
	}
	if c.most > treeAtOnce {
		t.Errorf("%d reads at once", c.most)
	}
	reads := c.total()
	for range 5 {
		b.pass(2 * time.Second)
		b.refresh()
		b.press("j k [ ]")
	}
	if n := c.total(); n != reads {
		t.Errorf("%d reads more though nothing has changed: %v", n-reads, c.histories)
	}

	// Statuses are those of the rows: no read.
	b.client.instances["truck-1"].status = workflow.Running
	b.client.instances["order-17"].status = workflow.Suspended
	b.refresh()
	b.sees("SUSPENDED  OrderProcessing")
	b.seesNot("PENDING")
	if n := c.total(); n != reads {
		t.Errorf("a status cost %d reads", n-reads)
	}

	// What has moved on is read again, once.
	b.pass(time.Second)
	b.client.child("label-1", "print-1", "Print", workflow.Running)
	b.refresh()
	b.sees("print-1")
	if c.histories["label-1"] != 2 || c.histories["print-1"] != 1 {
		t.Errorf("read: %v", c.histories)
	}
}

func TestTheTrailLeadsBack(t *testing.T) {
	b, c := withTree(t)
	b.tree("order-17")
	b.sees("order-17 ◂", "ship-1", "label-1", "pay-1", "FAILED", "inv-1", "elsewhere: app billing")
	if c.apps["billing"] {
		t.Error("an instance of another app was read")
	}
	b.press("j j enter")
	b.pass(restBeforeRead)
	b.goes("label-1")
	b.sees("▌Tree", "label-1 ◂")
	if row, _ := b.m.list.Selected(); row.InstanceID != "label-1" {
		t.Errorf("the list has %s selected", row.InstanceID)
	}
	b.press("k enter") // its parent
	b.pass(restBeforeRead)
	b.goes("ship-1")
	b.press("backspace")
	b.pass(restBeforeRead)
	b.goes("label-1")
	b.press("backspace")
	b.pass(restBeforeRead)
	b.goes("order-17")
	b.press("G enter")
	b.goes("order-17")
	b.sees("inv-1 runs in app billing")
	b.press("backspace") // there is nowhere left to go
	b.goes("order-17")
	if b.m.focus != focusList {
		t.Error("backspace without a trail is not esc")
	}
}

// What the filter hides is shown all the same, keys are about it, and nothing
// of the filter is cleared.
func TestTheTreeGoesPastTheFilter(t *testing.T) {
	b, _ := withTree(t)
	b.press("/")
	b.text("id:order-17")
	b.press("enter")
	b.tree("order-17")
	b.press("j enter")
	b.goes("ship-1")
	b.sees("ship-1 is not in the list as it is filtered now")
	b.pass(restBeforeRead)
	b.sees("▌Tree", "ship-1 ◂", "id:order-17")
	b.pass(2 * time.Second)
	b.refresh()
	b.goes("ship-1")
	b.press("Y")
	if len(b.copied) != 1 || b.copied[0] != "ship-1" {
		t.Errorf("copied %q", b.copied)
	}
	b.press("p")
	b.sees("Pause ship-1")
	b.press("esc")
	b.press("tab") // to the list: what it has selected counts again
	b.goes("order-17")
	b.press("tab")
	b.press("backspace")
	b.goes("order-17")
}

func TestTheTreeIsReadWithinItsBudget(t *testing.T) {
	b, c := withTree(t)
	b.client.add("fan", "Fan", workflow.Running)
	for i := range 500 {
		b.client.child("fan", fmt.Sprintf("leaf-%03d", i), "Leaf", workflow.Completed)
	}
	b.refresh()
	b.tree("fan")
	b.sees("200 were read, some have not been")
	if n := c.total(); n != treeReads+1 {
		t.Errorf("%d histories were read, want %d of the tree and that of the instance", n, treeReads)
	}
	b.press("G l")
	if n := c.total(); n != 2*treeReads+1 || c.histories["leaf-499"] != 1 {
		t.Errorf("%d histories were read, leaf-499 %d times", n, c.histories["leaf-499"])
	}
	b.press("g h") // fold it all
	b.sees("500 children")
	b.seesNot("leaf-000  COMPLETED")
}

// A family that goes round in a circle, or names what is not there, is shown.
func TestAHostileFamily(t *testing.T) {
	b, _ := withTree(t)
	b.client.add("a", "A", workflow.Running)
	b.client.child("a", "b", "B", workflow.Running)
	b.client.child("b", "c", "C", workflow.Running)
	b.client.instances["a"].events[1].ParentID = "c"
	b.client.instances["c"].events = append(b.client.instances["c"].events,
		workflow.Event{ID: 1, Type: workflow.ChildWorkflowInstanceCreated, Name: "A", ChildID: "a"},
		workflow.Event{ID: 2, Type: workflow.ChildWorkflowInstanceCreated, Name: "Gone", ChildID: "nobody"})
	b.refresh()
	b.tree("b")
	b.sees("b ◂", "and 1 more")
	b.press("g l")
	b.sees("nobody")
	b.press("G l")
	b.sees("gone: purged, or not started yet")
	b.press("G enter")
	b.sees("nobody is gone")
	b.goes("b")
}

// While the tree is not shown nothing is read for it.
func TestNoTreeNoReads(t *testing.T) {
	b, c := withTree(t)
	b.press("G enter ] ]")
	b.pass(time.Minute)
	b.refresh()
	for id := range c.histories {
		if id != b.m.shown.key.InstanceID {
			t.Errorf("%s was read", id)
		}
	}
}

// While all reading is stopped the tree reads nothing, and says so.
func TestTheTreeRestsWhileReadingIsStopped(t *testing.T) {
	b, c := withTree(t)
	b.press("Z")
	b.tree("order-17")
	b.sees("reading is stopped: Z lets it go on")
	if c.histories["ship-1"] != 0 {
		t.Errorf("read: %v", c.histories)
	}
	b.press("Z")
	b.sees("label-1")
}

// A family that could not be read says why, and is read again when it is
// unfolded.
func TestTheTreeTriesAgain(t *testing.T) {
	b, c := withTree(t)
	c.refuse = &workflow.Error{Kind: workflow.KindBusy, Message: "the state store is locked"}
	b.tree("order-17")
	b.sees("ship-1  RUNNING  Shipment  not read: the state store is locked")
	reads := c.total()
	b.pass(10 * time.Second)
	b.refresh()
	if n := c.total(); n != reads {
		t.Errorf("%d reads more by itself", n-reads)
	}
	c.refuse = nil
	b.press("g j l")
	b.sees("label-1")
	b.seesNot("ship-1  RUNNING  Shipment  not read")
}
