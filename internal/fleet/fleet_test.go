package fleet

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestRowsOfAllApps(t *testing.T) {
	orders, billing := newSidecar("a:1", "orders", "o1", "same"), newSidecar("b:1", "billing", "b1", "same")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		s := until(t, box, "rows of both", has(map[string][]string{"billing": {"b1", "same"}, "orders": {"o1", "same"}}))
		if s.Counts[workflow.Running] != 4 || s.Phase == watch.Down || s.Sidecar.AppID != "" {
			t.Errorf("counts %v, phase %v, app %q", s.Counts, s.Phase, s.Sidecar.AppID)
		}
		d, err := f.Detail(t.Context(), workflow.Key{AppID: "billing", InstanceID: "same"})
		if err != nil || d.Name != "b:1" {
			t.Errorf("the instance of billing was read at %q, %v", d.Name, err)
		}
		if _, err = f.Detail(t.Context(), workflow.Key{AppID: "other", InstanceID: "x"}); workflow.KindOf(err) != workflow.KindOtherApp {
			t.Errorf("an app that is not there: %v", err)
		}
	}, orders, billing)
}

// TestADeadOneBlanksNobody: one sidecar that never answers and one that is not
// there cost the others nothing.
func TestADeadOneBlanksNobody(t *testing.T) {
	orders, dead, mute := newSidecar("a:1", "orders", "o1"), newSidecar("b:1", ""), newSidecar("c:1", "billing")
	mute.mute = true
	run(t, func(t *testing.T, _ *Fleet, box *Mailbox) {
		began := time.Now()
		s := until(t, box, "rows", func(s Snapshot) bool { return len(s.Instances) == 1 && !s.RefreshedAt.IsZero() })
		if took := time.Since(began); took > 500*time.Millisecond {
			t.Errorf("the first rows came after %v", took)
		}
		if len(s.Apps) != 3 || s.Phase != watch.Ready || s.Err != nil {
			t.Errorf("%d apps, phase %v, error %v", len(s.Apps), s.Phase, s.Err)
		}
		began = time.Now()
		until(t, box, "another refresh", func(n Snapshot) bool { return n.RefreshedAt.After(s.RefreshedAt) })
		if took := time.Since(began); took > 2500*time.Millisecond {
			t.Errorf("the next refresh came after %v", took)
		}
	}, orders, dead, mute)
}

// TestReplicas: two sidecars of one app are listed once; one of them is read,
// and the other takes over, while the rows stay.
func TestReplicas(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1", "o2"), newSidecar("b:1", "orders", "o1", "o2")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		s := until(t, box, "both sidecars in one app", func(s Snapshot) bool {
			return len(s.Apps) == 1 && len(s.Apps[0].Members) == 2 && len(s.Instances) == 2 && !s.RefreshedAt.IsZero()
		})
		reads, rests := one, two
		if s.Apps[0].Address == two.addr { // whichever answered first
			reads, rests = two, one
		}
		time.Sleep(time.Second) //nolint:forbidigo // the clock is that of the bubble
		before := len(rests.seen())
		time.Sleep(time.Minute) //nolint:forbidigo // the clock is that of the bubble
		if n := len(rests.seen()) - before; n > 0 {
			t.Errorf("the replica that rests was asked %d times", n)
		}
		reads.stop()
		lost := false
		s = until(t, box, "the other replica", func(s Snapshot) bool {
			lost = lost || len(s.Instances) != 2
			return len(s.Apps) == 1 && s.Apps[0].Address == rests.addr && s.Phase == watch.Ready && len(rests.seen()) > before
		})
		if lost {
			t.Error("rows were lost while the other replica took over")
		}
		if s.Apps[0].Gen != 0 {
			t.Error("forms are void although the app was never gone")
		}
		if d, err := f.Detail(t.Context(), workflow.Key{AppID: "orders", InstanceID: "o1"}); err != nil || d.Name != rests.addr {
			t.Errorf("a read went to %q, %v", d.Name, err)
		}
	}, one, two)
}

// TestNothingIsSentTwice: a change that may have left is not sent to a replica,
// one that has not is.
func TestNothingIsSentTwice(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1"), newSidecar("b:1", "orders", "o1")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		s := until(t, box, "both sidecars", func(s Snapshot) bool { return len(s.Apps) == 1 && len(s.Apps[0].Members) == 2 })
		one, two := one, two
		if s.Apps[0].Address == two.addr { // whichever answered first is asked first
			one, two = two, one
		}
		key := workflow.Key{AppID: "orders", InstanceID: "o1"}
		one.set(func() { one.fail = unavailable() })
		if err := f.Suspend(t.Context(), key, ""); workflow.KindOf(err) != workflow.KindUnavailable {
			t.Errorf("a change on a connection that broke: %v", err)
		}
		if len(two.suspends) != 0 {
			t.Fatal("a change that may have left was sent to the replica too")
		}
		if _, err := f.Detail(t.Context(), key); err != nil {
			t.Errorf("a read did not go to the replica: %v", err)
		}
		one.set(func() { one.fail = &workflow.Error{Kind: workflow.KindClosed, Message: "not connected"} })
		if err := f.Suspend(t.Context(), key, ""); err != nil {
			t.Errorf("a change that never left: %v", err)
		}
		if len(two.suspends) != 1 {
			t.Error("it did not go to the replica")
		}
		one.set(func() { one.fail = &workflow.Error{Kind: workflow.KindNoWorker, Message: "no worker"} })
		if err := f.Suspend(t.Context(), key, ""); workflow.KindOf(err) != workflow.KindNoWorker || len(two.suspends) != 1 {
			t.Errorf("an answer was not taken for one: %v", err)
		}
	}, one, two)
}

// TestAnotherAppComesBack: rows of the app that was there are void, and so is
// what was captured of it, even when it is back in the end.
func TestAnotherAppComesBack(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1"), newSidecar("b:1", "billing", "b1")
	run(t, func(t *testing.T, _ *Fleet, box *Mailbox) {
		until(t, box, "both", has(map[string][]string{"orders": {"o1"}, "billing": {"b1"}}))
		one.stop()
		until(t, box, "the loss", func(s Snapshot) bool { return s.App("orders").Phase == watch.Down })
		one.set(func() { one.app, one.ids = "shipping", []string{"s1"} })
		until(t, box, "the other app", has(map[string][]string{"shipping": {"s1"}, "billing": {"b1"}}))
		one.stop()
		one.set(func() { one.app, one.ids = "orders", []string{"o9"} })
		s := until(t, box, "the first app again", has(map[string][]string{"orders": {"o9"}, "billing": {"b1"}}))
		if s.App("orders").Gen == 0 || s.App("billing").Gen != 0 {
			t.Errorf("generations: orders %d, billing %d", s.App("orders").Gen, s.App("billing").Gen)
		}
	}, one, two)
}

func TestComeAndGo(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1"), newSidecar("b:1", "billing", "b1")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		until(t, box, "the first", has(map[string][]string{"orders": {"o1"}}))
		closed := make(chan struct{})
		if !f.Add(Member{ID: "b:1", Source: two, Client: two, Close: func() error { close(closed); return nil }}) {
			t.Fatal("it was not taken")
		}
		if f.Add(Member{ID: "b:1", Source: two, Client: two}) {
			t.Fatal("it was taken twice")
		}
		until(t, box, "both", has(map[string][]string{"orders": {"o1"}, "billing": {"b1"}}))
		f.Lost("b:1")
		until(t, box, "that its process has ended", func(s Snapshot) bool { a := s.App("billing"); return a != nil && a.Members[0].Gone })
		f.Remove("b:1")
		until(t, box, "the first alone", has(map[string][]string{"orders": {"o1"}}))
		<-closed
	}, one)
}

func TestFocusHoldAndReread(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1", "o2"), newSidecar("b:1", "billing", "b1", "b2")
	run(t, func(t *testing.T, _ *Fleet, box *Mailbox) {
		until(t, box, "both", func(s Snapshot) bool { return len(s.Instances) == 4 && s.Phase == watch.Ready })
		box.Focus([]workflow.Key{{AppID: "billing", InstanceID: "b2"}, {AppID: "orders", InstanceID: "o2"}})
		one.set(func() { one.reads = nil })
		two.set(func() { two.reads = nil })
		time.Sleep(3 * time.Second) //nolint:forbidigo // the clock is that of the bubble
		synctest.Wait()
		for _, c := range []struct {
			s    *sidecar
			want string
		}{{one, "o2"}, {two, "b2"}} {
			if got := c.s.seen(); len(got) == 0 || got[0] != c.want {
				t.Errorf("%s was asked for %v, want %s first", c.s.addr, got, c.want)
			}
		}
		box.Hold(true)
		until(t, box, "that reading is stopped", func(s Snapshot) bool { return s.Held })
		time.Sleep(3 * time.Second) //nolint:forbidigo // the clock is that of the bubble
		one.set(func() { one.reads = nil })
		two.set(func() { two.reads = nil })
		time.Sleep(10 * time.Second) //nolint:forbidigo // the clock is that of the bubble
		box.Reread(workflow.Key{AppID: "billing", InstanceID: "b1"})
		time.Sleep(time.Second) //nolint:forbidigo // the clock is that of the bubble
		synctest.Wait()
		if got := one.seen(); len(got) > 0 {
			t.Errorf("orders was read while reading is stopped: %v", got)
		}
		if got := two.seen(); !slices.Equal(got, []string{"b1"}) {
			t.Errorf("billing was asked for %v, want b1 alone", got)
		}
	}, one, two)
}

// TestTheWatchListOfAnApp: it reaches the sidecar whenever that says which app
// it is of, before or after.
func TestTheWatchListOfAnApp(t *testing.T) {
	one, two := newSidecar("a:1", "orders"), newSidecar("b:1", "billing")
	one.listless, two.listless = true, true
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		f.Watchlist("orders", []string{"o1", "o2"})
		until(t, box, "the watched of orders", has(map[string][]string{"billing": nil, "orders": {"o1", "o2"}}))
		f.Watchlist("billing", append(f.Watched("billing"), "b1"))
		s := until(t, box, "the watched of both", has(map[string][]string{"billing": {"b1"}, "orders": {"o1", "o2"}}))
		if a := s.App("orders"); !a.Listless || a.Watched != 2 || !a.Connected() {
			t.Errorf("listless %v, %d watched, phase %v", a.Listless, a.Watched, a.Phase)
		}
	}, one, two)
}

// TestAnAddressThatNobodyGave: it is in sight only as long as there is nothing
// else, or once it answers.
func TestAnAddressThatNobodyGave(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1"), newSidecar("d:50001", "")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		f.Add(Member{ID: "d:50001", Quiet: true, Source: two, Client: two})
		until(t, box, "both", has(map[string][]string{"? d:50001": nil}))
		f.Add(Member{ID: "a:1", Source: one, Client: one})
		until(t, box, "the one that answers", has(map[string][]string{"orders": {"o1"}}))
		two.set(func() { two.app, two.ids = "tunnelled", []string{"t1"} })
		until(t, box, "the other too", has(map[string][]string{"orders": {"o1"}, "tunnelled": {"t1"}}))
	})
}

// TestTheAppMovesToOtherPorts: it is never gone in between.
func TestTheAppMovesToOtherPorts(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1"), newSidecar("b:1", "", "o1")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		until(t, box, "the app", has(map[string][]string{"orders": {"o1"}}))
		one.stop()
		f.Lost("a:1")
		f.Add(Member{ID: "b:1", Source: two, Client: two})
		f.Retire("a:1")
		two.set(func() { two.app = "orders" })
		s := until(t, box, "the new one alone", func(s Snapshot) bool {
			if len(rowsOf(s, "orders")) != 1 {
				t.Fatalf("the app was gone: %v", shape(s))
			}
			return len(s.Apps) == 1 && len(s.Apps[0].Members) == 1 && s.Apps[0].Address == "b:1" && s.Phase == watch.Ready
		})
		if s.Apps[0].Gen != 0 {
			t.Error("what was captured of the app is void")
		}
	}, one)
}

// TestAnAppIsGoneWithinABatch: it leaves and is back before a snapshot tells of
// it. What was captured of it is void all the same, unless a replica goes on.
func TestAnAppIsGoneWithinABatch(t *testing.T) {
	as := func(app string, change uint64) watch.Snapshot {
		return watch.Snapshot{Phase: watch.Ready, AppChange: change, Sidecar: workflow.Sidecar{AppID: app}}
	}
	for replicas, void := range map[int]bool{0: true, 1: false} {
		f := New(Config{})
		one := newSidecar("a:1", "")
		f.Add(Member{ID: "a:1", Source: one, Client: one})
		m := f.find("a:1")
		f.heard(m, as("orders", 0))
		if replicas > 0 {
			two := newSidecar("b:1", "")
			f.Add(Member{ID: "b:1", Source: two, Client: two})
			f.heard(f.find("b:1"), as("orders", 0))
		}
		f.publish()
		before, _ := f.Subscribe().Next(t.Context())
		f.heard(m, as("billing", 1))
		f.heard(m, as("orders", 2))
		f.publish()
		s, _ := f.Subscribe().Next(t.Context())
		if got := s.App("orders").Gen != before.App("orders").Gen; got != void {
			t.Errorf("with %d replicas what was captured is void: %v, want %v", replicas, got, void)
		}
	}
}

// TestAnEndedFleetTakesNobody: whoever comes too late keeps his client.
func TestAnEndedFleetTakesNobody(t *testing.T) {
	f := New(Config{})
	one, two := newSidecar("a:1", "orders"), newSidecar("b:1", "orders")
	closed := false
	f.Add(Member{ID: "a:1", Source: one, Client: one, Close: func() error { closed = true; return nil }})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.Run(ctx)
	if !closed {
		t.Error("the client of a member is open after the end")
	}
	if f.Add(Member{ID: "b:1", Source: two, Client: two}) {
		t.Error("a member was taken after the end")
	}
	f.Remove("a:1")
	f.Back("a:1", "somewhere")
}

// TestNamesakesDoNotStandIn: two that the user calls by different names are read
// and acted on apart, though they say the same app ID: staging is not production.
func TestNamesakesDoNotStandIn(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1"), newSidecar("b:1", "orders", "o1")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		f.Add(Member{ID: "a:1", Name: "staging", Source: one, Client: one})
		until(t, box, "the first", func(s Snapshot) bool { return len(s.Instances) == 1 && s.Phase == watch.Ready })
		f.Add(Member{ID: "b:1", Name: "production", Source: two, Client: two})
		until(t, box, "both", func(s Snapshot) bool { return len(s.Apps) == 1 && len(s.Apps[0].Members) == 2 })
		one.stop()
		s := until(t, box, "the loss", func(s Snapshot) bool { return s.Phase == watch.Down })
		if s.Apps[0].Address != "a:1" || len(s.Instances) != 1 {
			t.Errorf("%s is read, with %d rows", s.Apps[0].Address, len(s.Instances))
		}
		key := workflow.Key{AppID: "orders", InstanceID: "o1"}
		one.set(func() { one.fail = &workflow.Error{Kind: workflow.KindClosed, Message: "not connected"} })
		if err := f.Suspend(t.Context(), key, ""); err == nil || len(two.suspends) > 0 {
			t.Errorf("a change went to the other: %v", err)
		}
		if d, err := f.Detail(t.Context(), key); err == nil {
			t.Errorf("a read went to %s", d.Name)
		}
		f.Remove("a:1")
		until(t, box, "the other", func(s Snapshot) bool { return s.Phase == watch.Ready && s.Apps[0].Address == "b:1" })
	})
}
