package watch

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// mute is a sidecar that cannot list.
func mute(kind workflow.ErrorKind) *fake {
	src := newFake("orders")
	src.unlisted = failure(kind)
	return src
}

func TestWatchlistStandsInForAListing(t *testing.T) {
	for _, kind := range []workflow.ErrorKind{workflow.KindOldRuntime, workflow.KindCannotList} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := mute(kind)
				src.add(workflow.Running, "a", "b", "unknown to all")
				box := start(t, src, Config{IDs: []string{"a", "b", "a", "", "gone"}})
				s := box.refreshed(1)
				wantIDs(t, s, "a", "b")
				if s.Phase != Ready || s.Err != nil || !s.Listless || workflow.KindOf(s.ListErr) != kind {
					t.Errorf("phase %v, err %v, listless %v because %v", s.Phase, s.Err, s.Listless, s.ListErr)
				}
				if s.Watched != 3 || !slices.Equal(s.Absent, []string{"gone"}) || s.Listed != 2 {
					t.Errorf("%d watched, %d listed, absent %q", s.Watched, s.Listed, s.Absent)
				}

				src.add(workflow.Suspended, "a")
				s = box.refreshed(1)
				if a, _ := row(s, "a"); a.Status != workflow.Suspended {
					t.Errorf("after a refresh a is %s", a.Status)
				}
				if c := src.seen().calls; c.List != 0 {
					t.Errorf("a listing was asked for %d times", c.List)
				}
			})
		})
	}
}

// TestWatchlistIsReplaced checks that a list counts at once, that several
// readers have one each, and that what leaves all lists is read no more.
func TestWatchlistIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := mute(workflow.KindOldRuntime)
		src.add(workflow.Running, "a", "b", "c")
		box := start(t, src, Config{Interval: time.Hour})
		s := box.refreshed(1)
		wantIDs(t, s)
		if s.Phase != Ready || s.Watched != 0 {
			t.Errorf("without a list: %+v", s)
		}

		box.Watchlist([]string{"a"})
		other := box.watch.Subscribe()
		other.Watchlist([]string{"a", "b"})
		box.watch.Watchlist([]string{"c"})
		s = box.until(func(s Snapshot) bool { return len(s.Instances) == 3 })
		wantIDs(t, s, "a", "b", "c")

		other.Close()
		s = box.until(func(s Snapshot) bool { return s.Watched == 2 && !s.Refreshing })
		wantIDs(t, s, "a", "c")
		before := src.seen().reads["b"]
		box.watch.Watchlist(nil)
		s = box.until(func(s Snapshot) bool { return s.Watched == 1 && !s.Refreshing })
		wantIDs(t, s, "a")
		if n := src.seen().reads["b"] - before; n != 0 {
			t.Errorf("what was on no list was read %d times", n)
		}
		box.Watchlist([]string{"a"}) // as it was: nothing to do
		reads := src.seen().calls.Get
		pass(time.Minute)
		if n := src.seen().calls.Get - reads; n != 0 {
			t.Errorf("a list that did not change cost %d reads", n)
		}
	})
}

func TestWatchlistTakesInWhatRereadFinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := mute(workflow.KindOldRuntime)
		src.add(workflow.Running, "a", "started")
		box := start(t, src, Config{IDs: []string{"a"}})
		box.refreshed(1)
		box.Reread("never was")
		box.Reread("started")
		s := box.until(func(s Snapshot) bool { return len(s.Instances) == 2 })
		if s.Watched != 2 || len(s.Absent) != 0 {
			t.Errorf("%d watched, absent %q", s.Watched, s.Absent)
		}
		src.add(workflow.Completed, "started")
		s = box.until(func(s Snapshot) bool { got, _ := row(s, "started"); return got.Status == workflow.Completed })
		wantIDs(t, s, "a", "started")

		// What nobody has on a list is forgotten when it is purged.
		src.purge("started")
		box.Reread("started")
		s = box.until(func(s Snapshot) bool { return len(s.Instances) == 1 })
		if s.Watched != 1 || len(s.Absent) != 0 {
			t.Errorf("after the purge: %d watched, absent %q", s.Watched, s.Absent)
		}
		// What somebody has is told.
		src.purge("a")
		box.Reread("a")
		s = box.until(func(s Snapshot) bool { return len(s.Instances) == 0 })
		if s.Watched != 1 || !slices.Equal(s.Absent, []string{"a"}) {
			t.Errorf("after the purge: %d watched, absent %q", s.Watched, s.Absent)
		}
		// It joins again when it is started again, without anybody's doing.
		src.add(workflow.Running, "a")
		s = box.until(func(s Snapshot) bool { return len(s.Instances) == 1 })
		wantIDs(t, s, "a")
		if s.Watched != 1 || len(s.Absent) != 0 {
			t.Errorf("after its start: %d watched, absent %q", s.Watched, s.Absent)
		}

		// Taken from a list, it goes, however it had come.
		src.add(workflow.Running, "b")
		box.Reread("b")
		box.until(func(s Snapshot) bool { return len(s.Instances) == 2 })
		pass(time.Second) // a reread that is still under way would bring it back
		box.Watchlist([]string{"b"})
		box.Watchlist(nil)
		s = box.until(func(s Snapshot) bool { return len(s.Instances) == 1 })
		wantIDs(t, s, "a")
	})
}

// TestAbsentIDsCostLittle: a long list of IDs that do not exist is looked
// through in turn, and at once when somebody asks.
func TestAbsentIDsCostLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := mute(workflow.KindCannotList)
		src.add(workflow.Running, "live")
		ids := []string{"live"}
		for i := range 1000 {
			ids = append(ids, fmt.Sprintf("gone-%d", i))
		}
		box := start(t, src, Config{IDs: ids})
		s := box.refreshed(1)
		if len(s.Absent) != 1000 || s.Watched != 1001 {
			t.Fatalf("%d absent of %d", len(s.Absent), s.Watched)
		}
		before := src.seen().calls.Get
		box.refreshed(1)
		if n := src.seen().calls.Get - before; n != 1+recheckMin {
			t.Errorf("a refresh costs %d reads, want %d", n, 1+recheckMin)
		}
		src.add(workflow.Running, "gone-999")
		from := time.Now()
		box.until(func(s Snapshot) bool { return len(s.Instances) == 2 })
		if took := time.Since(from); took > 3*time.Minute {
			t.Errorf("found after %v", took)
		}
		src.add(workflow.Running, "gone-500")
		box.Refresh()
		s = box.refreshed(1)
		if len(s.Instances) != 3 {
			s = box.refreshed(1) // another was under way
		}
		wantIDs(t, s, "live", "gone-999", "gone-500")
	})
}

// TestWatchlistBesideAListing: it adds nothing.
func TestWatchlistBesideAListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		box := start(t, src, Config{IDs: []string{"a", "gone"}, Interval: time.Hour})
		s := box.refreshed(1)
		wantIDs(t, s, "a", "b")
		if s.Listless || s.Watched != 0 || s.Absent != nil || s.ListErr != nil {
			t.Errorf("%+v", s)
		}
		box.Watchlist([]string{"b", "c"})
		reads := src.seen().calls
		pass(time.Minute)
		if src.seen().calls != reads {
			t.Errorf("a list cost calls: %+v after %+v", src.seen().calls, reads)
		}
	})
}

// TestListingComesAndGoes: a sidecar is replaced by one that cannot list, and
// back: what was listed stays watched, and then everything is listed again.
func TestListingComesAndGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.stop()
		src.set(func() { src.unlisted = failure(workflow.KindOldRuntime) })
		src.add(workflow.Running, "new")
		src.start("orders")
		s := box.until(func(s Snapshot) bool { return s.Listless && s.Phase == Ready && !s.Refreshing })
		wantIDs(t, s, "a", "b")
		if s.Watched != 2 {
			t.Errorf("%d watched", s.Watched)
		}

		src.stop()
		s = box.until(func(s Snapshot) bool { return s.Phase == Down })
		wantIDs(t, s, "a", "b")
		src.set(func() { src.unlisted = nil })
		src.start("orders")
		s = box.until(func(s Snapshot) bool { return s.Phase == Ready && !s.Listless && len(s.Instances) == 3 })
		wantIDs(t, s, "a", "b", "new")

		// Another app that cannot list: nothing of the first is asked for.
		src.stop()
		src.purge("a", "b", "new")
		src.set(func() { src.unlisted = failure(workflow.KindOldRuntime) })
		before := src.seen().calls.Get
		src.start("billing")
		s = box.until(func(s Snapshot) bool { return s.Phase == Ready && s.Sidecar.AppID == "billing" && !s.Refreshing })
		if wantIDs(t, s); s.Watched != 0 || src.seen().calls.Get != before {
			t.Errorf("%d watched of another app, %d reads", s.Watched, src.seen().calls.Get-before)
		}
	})
}

// TestRefusedListingWithoutProof: nothing is read when calls by ID were not said
// to be safe, whatever is on the list.
func TestRefusedListingWithoutProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a")
		src.connectErr = func() error { return failure(workflow.KindOldRuntime) }
		box := start(t, src, Config{IDs: []string{"a"}})
		s := box.until(func(s Snapshot) bool { return s.Phase == Refused })
		box.Watchlist([]string{"a"})
		box.Reread("a")
		pass(time.Minute)
		if s.Listless || src.seen().calls != (Calls{}) {
			t.Errorf("listless %v, calls %+v", s.Listless, src.seen().calls)
		}
	})
}

// TestWatchlistReadsFail: a row that cannot be read appears with the reason, as
// it does in a listing.
func TestWatchlistReadsFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := mute(workflow.KindOldRuntime)
		src.add(workflow.Running, "a", "b")
		src.getErr = func(_ context.Context, id string) error {
			if id == "b" {
				return failure(workflow.KindBusy)
			}
			return nil
		}
		box := start(t, src, Config{IDs: []string{"a", "b"}})
		s := box.refreshed(1)
		if b, ok := row(s, "b"); !ok || b.ReadErr == "" || len(s.Absent) != 0 {
			t.Errorf("b = %+v, absent %q", b, s.Absent)
		}
	})
}
