package model

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// held is the history of an instance that reads RUNNING and is held.
func heldEvents(at time.Time) []workflow.Event {
	out := goTask()
	for i := range out {
		out[i].Time = at
	}
	for _, typ := range []workflow.EventType{workflow.ExecutionSuspended, workflow.ExecutionSuspended, workflow.ExecutionResumed} {
		out = append(out, workflow.Event{ID: -1, Type: typ, Time: at})
	}
	return out
}

func TestFindingsOfTheFilter(t *testing.T) {
	b, c := onAList(t, 24)
	for i := range 60 {
		b.client.add(fmt.Sprintf("order-%02d", i), "Order", workflow.Completed)
	}
	b.client.add("order-55", "Order", workflow.Running, heldEvents(b.now)...)
	b.client.add("order-56", "Order", workflow.Running, awaits(b.now, "approve", b.now.Add(2*time.Hour)))
	b.client.add("ship-1", "Shipment", workflow.Running, heldEvents(b.now)...)
	b.filter("order")
	b.press("enter")
	b.refresh()
	b.press("g")
	b.pass(time.Second)
	c.total()
	b.press("!")
	b.sees("Findings 1", "critical", "order-55", "Still suspended: resume it again", "2 suspends, 1 resume", "looked at 60 instances, 2 of 2 live ones with their history")
	b.seesNot("ship-1")
	if n := c.total(); n != 2 {
		t.Errorf("%d histories were read, want the two of live rows in the filter", n)
	}
	b.press("y Y")
	if got := strings.Join(b.copied, " "); !strings.Contains(got, "critical: Still suspended") || !strings.HasSuffix(got, "order-55") {
		t.Errorf("copied %q", b.copied)
	}
	b.press("enter")
	b.pass(time.Second)
	b.sees("order-55", "Overview", "Still suspended")
	b.seesNot("Findings 1")
	if b.m.list.SelectedKey().InstanceID != "order-55" {
		t.Errorf("selected %v", b.m.list.SelectedKey())
	}

	// Pressed again at once, what is known is not read again.
	b.press("esc")
	c.total()
	b.press("!")
	b.sees("Findings 1", "order-55")
	if n := c.total(); n != 0 {
		t.Errorf("%d histories were read again", n)
	}
	b.press("esc")
	b.seesNot("Findings 1")
}

func TestFindingsAreSilentWhereAllIsWell(t *testing.T) {
	b, _ := onAList(t, 24)
	for i := range 5 {
		b.client.add(fmt.Sprintf("order-%d", i), "Order", workflow.Completed)
	}
	b.client.add("order-7", "Order", workflow.Running, awaits(b.now, "approve", b.now.Add(2*time.Hour)))
	b.refresh()
	b.press("!")
	b.sees("Nothing was found.", "looked at 6 instances, 1 of 1 live ones with their history")
}

// However many there are, the calls have a bound, a few at a time.
func TestFindingsReadNotWithoutEnd(t *testing.T) {
	b, c := onAList(t, 24)
	for i := range 300 {
		b.client.add(fmt.Sprintf("order-%03d", i), "Order", workflow.Running)
	}
	b.refresh()
	c.total()
	b.press("!")
	if n := c.total(); n != maxLooks || c.most > notesAtOnce {
		t.Errorf("%d histories were read, up to %d at once", n, c.most)
	}
	b.sees("looked at 300 instances, 200 of 300 live ones with their history")
}

func TestFindingsCanBeStopped(t *testing.T) {
	b, c := onAList(t, 24)
	for i := range 100 {
		b.client.add(fmt.Sprintf("order-%03d", i), "Order", workflow.Running, heldEvents(b.now)...)
	}
	b.refresh()
	_, cmd := b.m.Update(keyPress("!"))
	b.sees("reading 0 of 100", "esc stops")
	_, cmd = b.m.Update(cmd())
	_, cmd = b.m.Update(cmd())
	b.sees("reading 16 of 100", "Findings 16", "order-000")
	b.press("esc")
	b.seesNot("reading")
	b.run(cmd)
	if n := c.total(); n != looksAtATime {
		t.Errorf("%d histories were read, though it was stopped", n)
	}
	b.sees("Findings 16", "16 of 100 live ones")
	b.press("esc")
	b.seesNot("Findings 16")
	if x, ok := b.m.notes.of(workflow.Key{AppID: "orders", InstanceID: "order-020"}); ok {
		t.Errorf("a call that was ended counts: %+v", x)
	}
}

// Where nobody works, that is said once, and not of each instance.
func TestFindingsWithoutAWorker(t *testing.T) {
	b, _ := onAList(t, 24)
	for i := range 30 {
		b.client.add(fmt.Sprintf("order-%02d", i), "Order", workflow.Running)
	}
	b.refresh(func(s *watch.Snapshot) { s.Sidecar.Workers = 0 })
	b.press("!")
	b.sees("Findings 1", "30 instances", "No worker is connected")
	b.press("enter")
	b.sees("Findings 1")
}

// A history that cannot be read is counted, not hidden.
func TestFindingsOfHistoriesThatCannotBeRead(t *testing.T) {
	b, c := onAList(t, 24)
	c.broken = &workflow.Error{Kind: workflow.KindBusy, Message: "locked"}
	b.client.add("order-1", "Order", workflow.Running)
	b.client.add("order-2", "Order", workflow.Stalled)
	b.refresh()
	b.press("!")
	b.sees("Findings 1", "order-2", "Stalled", "0 of 2 live ones with their history; 2 histories could not be read")
}

// TestFoundInstancesNameTheirApp: two apps can have the same ID.
func TestFoundInstancesNameTheirApp(t *testing.T) {
	p := startPair(t)
	p.orders.add("stuck", "OrderProcessing", workflow.Stalled)
	p.billing.add("stuck", "Payment", workflow.Stalled)
	p.apps()
	p.press("!")
	p.sees("critical  orders   stuck", "critical  billing  stuck")
}

// TestWaitsThatNobodyRecordsAreOneLine: most workers of JavaScript and Java that
// wait for an event show nothing pending. Of many findings these must not hide
// the few that need a hand.
func TestWaitsThatNobodyRecordsAreOneLine(t *testing.T) {
	b := start(t)
	for i := range 29 {
		b.client.add(fmt.Sprintf("order-%02d", i), "Order", workflow.Running)
	}
	b.client.add("stuck-1", "Order", workflow.Running, heldEvents(b.now)...)
	b.refresh()
	b.pass(time.Minute)
	b.press("!")
	b.pass(time.Minute)
	b.sees("Findings 2", "critical", "stuck-1", "29 instances", "Most likely waits for an event")
	b.press("G")
	b.sees("order-00, order-01", "and 9 more", "what healthy instances look like")

	c := start(t)
	c.client.add("order-1", "Order", workflow.Running)
	c.refresh()
	c.pass(time.Minute)
	c.press("!")
	c.pass(time.Second)
	c.sees("Findings 1", "order-1", "Most likely waits for an event")
}
