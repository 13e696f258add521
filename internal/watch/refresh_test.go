package watch

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestFailingRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "bad", "c")
		src.set(func() {
			src.getErr = func(_ context.Context, id string) error {
				if id == "bad" {
					return &workflow.Error{Message: "inbox key \x1b[31mmissing " + strings.Repeat("x", 999)}
				}
				return nil
			}
		})
		box := start(t, src, Config{})
		s := box.refreshed(1)
		wantIDs(t, s, "a", "bad", "c")
		bad, _ := row(s, "bad")
		if bad.Label != "bad" || bad.Status != workflow.Unknown || s.Calls.Failed != 1 || s.Err != nil {
			t.Errorf("bad = %+v, calls %+v, err %v", bad, s.Calls, s.Err)
		}
		if !strings.HasPrefix(bad.ReadErr, "inbox key missing") || len(bad.ReadErr) > workflow.ShortText {
			t.Errorf("ReadErr = %q", bad.ReadErr)
		}
		heal := src.getErr
		src.set(func() { src.getErr = nil })
		if bad, _ = row(box.refreshed(1), "bad"); bad.ReadErr != "" || bad.Status != workflow.Running {
			t.Errorf("healed: %+v", bad)
		}
		good := bad
		src.set(func() { src.getErr = heal })
		s = box.refreshed(1)
		bad, _ = row(s, "bad")
		if bad.ReadErr == "" || bad.Status != workflow.Running || !bad.ReadAt.Equal(good.ReadAt) {
			t.Errorf("failed again: %+v", bad)
		}
		if a, _ := row(s, "a"); a.ReadErr != "" {
			t.Errorf("the neighbour: %+v", a)
		}
	})
}

// hanging makes reads of one ID wait for their deadline.
func hanging(ids ...string) func(context.Context, string) error {
	return func(ctx context.Context, id string) error {
		for _, h := range ids {
			if id == h {
				<-ctx.Done()
				return &workflow.Error{Kind: workflow.KindDeadline, Message: "the deadline passed", Err: ctx.Err()}
			}
		}
		return nil
	}
}

// TestHangingRow checks that a row whose reads hang does not hold up every
// refresh.
func TestHangingRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "slow")
		src.set(func() { src.getErr = hanging("slow") })
		box := start(t, src, Config{})
		s := box.refreshed(1)
		if s.Took < 5*time.Second || s.Took > 6*time.Second {
			t.Errorf("the first load took %v", s.Took)
		}
		from := time.Now()
		box.refreshed(20)
		if d := time.Since(from); d > 65*time.Second {
			t.Errorf("20 refreshes took %v", d)
		}
		if slow, _ := row(box.last, "slow"); slow.ReadErr != "the deadline passed" {
			t.Errorf("slow = %+v", slow)
		}
		src.set(func() { src.getErr = nil })
		box.until(func(s Snapshot) bool {
			slow, _ := row(s, "slow")
			return slow.ReadErr == "" && slow.Status == workflow.Running
		})
	})
}

func TestPenalty(t *testing.T) {
	now := time.Now()
	rows := newTable("orders")
	rows.put("a", workflow.Instance{}, 1, now)
	want := []uint8{1, 3, 7, 15, 15}
	for _, wait := range want {
		if rows.hang("a"); rows.meta[0].wait != wait {
			t.Errorf("sits out %d refreshes, want %d", rows.meta[0].wait, wait)
		}
	}
	rows.put("a", workflow.Instance{}, 2, now)
	if rows.meta[0].wait != 0 {
		t.Error("a row that was read sits out")
	}
	if rows.hang("a"); rows.meta[0].wait != 1 {
		t.Errorf("after a good read it sits out %d refreshes", rows.meta[0].wait)
	}
	rows.hang("no such row")
}

// TestBareDeadline: the SDK returns a passed deadline as the bare error.
func TestBareDeadline(t *testing.T) {
	if kind := kindOf(context.DeadlineExceeded); kind != workflow.KindDeadline {
		t.Errorf("kind = %v", kind)
	}
}

func TestRefreshesNeverOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("o", 32)...)
		src.latency = 3 * time.Second // longer than the interval
		box := start(t, src, Config{})
		first := box.refreshed(1)
		second := box.refreshed(1)
		// Two rounds of reads beside the listing.
		if want := 6 * time.Second; second.Took != want {
			t.Errorf("the refresh took %v, want %v", second.Took, want)
		}
		if gap := second.RefreshedAt.Sub(first.RefreshedAt); gap != second.Took+2*time.Second {
			t.Errorf("%v between two refreshes of %v: the interval counts from the end", gap, second.Took)
		}
		pass(3 * time.Second) // into the third
		for range 5 {
			box.Refresh()
		}
		third := box.refreshed(1)
		if !third.Refreshing {
			t.Error("the refresh that was asked for does not follow at once")
		}
		fourth := box.refreshed(1)
		if gap := fourth.RefreshedAt.Sub(third.RefreshedAt); gap != fourth.Took {
			t.Errorf("%v between the third and the fourth, which took %v", gap, fourth.Took)
		}
		if fourth.Refreshing {
			t.Error("five calls of Refresh made more than one refresh")
		}
		if src.seen().overlap || src.seen().maxFlight > 32 {
			t.Errorf("overlap %v, %d reads at a time", src.seen().overlap, src.seen().maxFlight)
		}
	})
}

// TestLongRefreshShows: one that takes a while says so, without any other news.
func TestLongRefreshShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Completed, "a")
		src.latency = time.Second
		box := start(t, src, Config{})
		ended := box.refreshed(1).RefreshedAt
		s := box.next()
		if d := time.Since(ended); !s.Refreshing || d != 2*time.Second+200*time.Millisecond {
			t.Errorf("after %v refreshing is %v", d, s.Refreshing)
		}
	})
}

func TestRefreshNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a")
		box := start(t, src, Config{Interval: time.Hour})
		box.refreshed(1)
		src.add(workflow.Failed, "a")
		from := time.Now()
		box.Refresh()
		s := box.refreshed(1)
		if a, _ := row(s, "a"); a.Status != workflow.Failed || time.Since(from) > time.Second {
			t.Errorf("after %v: %+v", time.Since(from), a)
		}
	})
}

func TestSetInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a")
		box := start(t, src, Config{Interval: time.Hour})
		first := box.refreshed(1)
		box.SetInterval(10 * time.Second)
		if s := box.next(); s.Interval != 10*time.Second {
			t.Errorf("interval = %v", s.Interval)
		}
		if s := box.refreshed(1); s.RefreshedAt.Sub(first.RefreshedAt)-s.Took != 10*time.Second {
			t.Errorf("refreshed after %v", s.RefreshedAt.Sub(first.RefreshedAt))
		}
		box.SetInterval(0)
		if s := box.next(); s.Interval != 0 {
			t.Errorf("interval = %v", s.Interval)
		}
		calls := src.seen().calls
		pass(time.Hour)
		if src.seen().calls != calls {
			t.Errorf("calls went from %+v to %+v with refreshes turned off", calls, src.seen().calls)
		}
		box.Refresh()
		box.refreshed(1)
		box.SetInterval(time.Second) // longer ago than that: at once
		from := time.Now()
		pass(10 * time.Second)
		if box.next(); time.Since(from) != 10*time.Second {
			t.Error("no refresh after the interval was set again")
		}
	})
}

func TestWorkersComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.set(func() { src.workers = 2 })
		if s := box.refreshed(1); s.Sidecar.Workers != 2 {
			t.Errorf("workers = %d", s.Sidecar.Workers)
		}
		src.set(func() { src.anonymous = true })
		if s := box.refreshed(1); s.Sidecar.AppID != "orders" || s.Sidecar.Workers != 2 || len(src.seen().connects) != 1 {
			t.Errorf("when the sidecar gives no name: %+v", s)
		}
		src.set(func() { src.sidecarErr = func() error { return failure(workflow.KindOther) } })
		if s := box.refreshed(1); s.Err != nil || s.Sidecar.Workers != 2 || s.Calls.Failed != 1 {
			t.Errorf("when the sidecar does not say who it is: %+v", s)
		}
		src.set(func() { src.sidecarErr = func() error { return failure(workflow.KindUnavailable) } })
		box.until(func(s Snapshot) bool { return s.Phase == Down })
	})
}

// tooLarge is a sidecar that has one instance with more payload than a row is
// read with.
type tooLarge struct{ *fake }

func (l tooLarge) Get(ctx context.Context, id string, payloads bool) (workflow.Instance, int, error) {
	if payloads && id == "large" && workflow.ReadLimit(ctx) == workflow.AskFirst {
		return workflow.Instance{}, 0, failure(workflow.KindTooLarge)
	}
	return l.fake.Get(ctx, id, payloads)
}

// TestARowWithALargePayload is read without it, and says so.
func TestARowWithALargePayload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := tooLarge{newFake("orders")}
		src.add(workflow.Completed, "large", "small")
		s := start(t, src, Config{}).refreshed(1)
		large, _ := row(s, "large")
		small, _ := row(s, "small")
		if large.ReadErr != "" || !large.Partial || large.Status != workflow.Completed || small.Partial {
			t.Errorf("%+v and %+v", large, small)
		}
	})
}
