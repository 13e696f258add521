package watch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestPurgedRowsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "live", "keep")
		src.add(workflow.Completed, "done")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.purge("live", "done")
		wantIDs(t, box.refreshed(1), "keep")
	})
}

// TestManyPurged checks that a mass purge costs few reads: the second clean
// listing decides on most rows.
func TestManyPurged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		gone := numbered("gone", 1000)
		src.add(workflow.Completed, gone...)
		src.add(workflow.Completed, "keep")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.purge(gone...)
		s := box.refreshed(1)
		if got := len(s.Instances); got != 1+1000-verifyMin {
			t.Errorf("%d rows after the first listing", got)
		}
		for i := range s.Instances {
			if row := s.Instances[i]; row.Missing != (row.InstanceID != "keep") {
				t.Fatalf("%s missing: %v", row.InstanceID, row.Missing)
			}
		}
		if s.Calls.Get > verifyMin+recheckMin || s.Listed != 1 {
			t.Errorf("calls = %+v, listed %d", s.Calls, s.Listed)
		}
		wantIDs(t, box.refreshed(1), "keep")
	})
}

// TestSkippedRowsStay hides rows from the listing that a read still finds, as
// offset paging does.
func TestSkippedRowsStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "live", "other")
		src.add(workflow.Completed, "done")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.set(func() { src.hide["live"], src.hide["done"] = true, true })
		for range 4 {
			s := box.refreshed(1)
			wantIDs(t, s, "live", "done", "other")
			for i := range s.Instances {
				if row := s.Instances[i]; row.Missing != (row.InstanceID != "other") {
					t.Errorf("%s missing: %v", row.InstanceID, row.Missing)
				}
			}
		}
		src.set(func() { clear(src.hide) })
		s := box.refreshed(1)
		for i := range s.Instances {
			if s.Instances[i].Missing {
				t.Errorf("%s is listed again and still marked", s.Instances[i].InstanceID)
			}
		}
	})
}

// TestTwoCleanListings lets no read decide: every one of the missing row fails.
func TestTwoCleanListings(t *testing.T) {
	for _, repeats := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			src := newFake("orders")
			src.add(workflow.Completed, "a", "gone")
			box := start(t, src, Config{})
			box.refreshed(1)
			src.set(func() {
				src.hide["gone"], src.repeat["a"] = true, repeats
				src.getErr = func(_ context.Context, id string) error {
					if id == "gone" {
						return failure(workflow.KindOther)
					}
					return nil
				}
			})
			s := box.refreshed(1)
			wantIDs(t, s, "a", "gone")
			if gone, _ := row(s, "gone"); !gone.Missing || gone.ReadErr == "" || gone.Status != workflow.Completed {
				t.Errorf("after one listing: %+v", gone)
			}
			s = box.refreshed(1)
			if repeats { // a listing that repeats may also skip
				wantIDs(t, s, "a", "gone")
				return
			}
			wantIDs(t, s, "a")
		})
	}
}

func TestRepeatsAreOneRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b", "c")
		src.repeat["a"], src.repeat["c"] = true, true
		box := start(t, src, Config{})
		for range 3 {
			s := box.refreshed(1)
			wantIDs(t, s, "a", "b", "c")
			if s.Listed != 3 || s.Calls.Get != 3 {
				t.Errorf("listed %d, calls %+v", s.Listed, s.Calls)
			}
		}
	})
}

// TestRepeatAfterTheRow repeats an ID on a later page, after its row has come.
func TestRepeatAfterTheRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("a", 4)...)
		src.pageSize, src.latency = 1, 10*time.Millisecond
		src.order = append(src.order, "a-00000")
		box := start(t, src, Config{})
		if s := box.refreshed(1); s.Listed != 4 || s.Calls.Get != 4 || len(s.Instances) != 4 {
			t.Errorf("listed %d, calls %+v, %d rows", s.Listed, s.Calls, len(s.Instances))
		}
	})
}

func TestListingFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		src.add(workflow.Completed, "done")
		src.pageSize = 1
		box := start(t, src, Config{})
		first := box.refreshed(1)

		tries := 0
		src.set(func() {
			src.listErr = func(token string) error {
				if tries++; token == "1" && tries%2 == 0 {
					return failure(workflow.KindBusy)
				}
				return nil
			}
		})
		s := box.refreshed(1)
		if s.Err != nil || s.Calls.List != 4 || s.Calls.Failed != 1 {
			t.Errorf("a page that failed once: %v, %+v", s.Err, s.Calls)
		}

		src.set(func() {
			clear(src.reads)
			src.listErr = func(token string) error {
				if token == "" {
					return nil
				}
				return failure(workflow.KindOther)
			}
		})
		src.add(workflow.Failed, "b", "done")
		s = box.until(func(s Snapshot) bool { return s.Err != nil })
		if s.Phase != Ready || s.Refreshing || time.Until(s.RetryAt) != 2*time.Second || !s.ErrAt.Equal(time.Now()) {
			t.Errorf("listing fails: %+v", s)
		}
		if b, _ := row(s, "b"); b.Status != workflow.Failed || b.Missing {
			t.Errorf("a live row is not read when the listing fails: %+v", b)
		}
		if done, _ := row(s, "done"); done.Status != workflow.Failed || done.Missing {
			t.Errorf("a row that has ended has no turn when the listing fails: %+v", done)
		}
		for id, n := range src.seen().reads {
			if n != 1 {
				t.Errorf("%s was read %d times in one refresh", id, n)
			}
		}
		lists := src.seen().calls.List
		pass(2*time.Second - time.Millisecond)
		if n := src.seen().calls.List; n != lists {
			t.Error("the next refresh came before its time")
		}
		pass(1500 * time.Microsecond)
		if n := src.seen().calls.List; n != lists+1 {
			t.Error("the next refresh did not come in time")
		}
		if !s.RefreshedAt.Before(s.ErrAt) || !s.RefreshedAt.After(first.RefreshedAt) || s.Listed != 3 {
			t.Errorf("refreshed %v, failed %v", s.RefreshedAt, s.ErrAt)
		}
		src.set(func() { src.listErr = nil })
		if s = box.refreshed(1); s.Err != nil || !s.RetryAt.IsZero() {
			t.Errorf("after the listing works again: %v", s.Err)
		}
	})
}

// TestSlowListing: one listing past its deadline is bad luck; two in a row, and
// the connection is made anew.
func TestSlowListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.set(func() { src.listErr = func(string) error { return failure(workflow.KindDeadline) } })
		s := box.until(func(s Snapshot) bool { return s.Err != nil })
		if s.Phase != Ready || len(src.seen().connects) != 1 {
			t.Errorf("after one: phase %v, %d connects", s.Phase, len(src.seen().connects))
		}
		src.set(func() { src.listErr = nil })
		box.refreshed(1)
		src.set(func() { src.listErr = func(string) error { return failure(workflow.KindDeadline) } })
		if s = box.until(func(s Snapshot) bool { return s.Err != nil }); s.Phase != Ready {
			t.Errorf("after one, a good one and one: phase %v", s.Phase)
		}
		s = box.until(func(s Snapshot) bool { return s.Phase == Down })
		wantIDs(t, s, "a")
		box.refreshed(1)
		if n := len(src.seen().connects); n != 2 {
			t.Errorf("%d connects", n)
		}
	})
}

// circle lists without an end.
type circle struct {
	*fake
	tokens []string
	lists  int
}

func (c *circle) List(ctx context.Context, _ string) ([]string, string, error) {
	ids, _, err := c.fake.List(ctx, "")
	c.lists++
	return ids, c.tokens[c.lists%len(c.tokens)], err
}

func TestListingInACircle(t *testing.T) {
	limits := map[string]int{"same": 5, "x y": 3 * idlePages}
	for tokens, limit := range limits {
		synctest.Test(t, func(t *testing.T) {
			src := &circle{fake: newFake("orders"), tokens: strings.Fields(tokens)}
			src.add(workflow.Running, "a")
			src.latency = 0
			box := start(t, src, Config{})
			box.refreshed(1)
			s := box.until(func(s Snapshot) bool { return s.Err != nil })
			if s.Phase != Ready || !strings.Contains(s.Err.Error(), "circle") || src.lists > limit {
				t.Errorf("%v after %d pages", s.Err, src.lists)
			}
			wantIDs(t, s, "a")
		})
	}
}

// endless lists other IDs with each page, for ever.
type endless struct {
	*fake
	lists int
	// exist says that they can be read.
	exist bool
}

func (e *endless) List(context.Context, string) ([]string, string, error) {
	e.lists++
	ids := numbered(fmt.Sprintf("e%d", e.lists), 100)
	if e.exist {
		e.add(workflow.Completed, ids...)
	}
	return ids, fmt.Sprint(e.lists), nil
}

// TestAnEndlessListing: it is broken off, however often it is read, and what
// there is room for is shown.
func TestAnEndlessListing(t *testing.T) {
	for _, exist := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			src := &endless{fake: newFake("orders"), exist: exist}
			src.add(workflow.Running, "a")
			src.latency = 0
			const room = 1000
			box := start(t, src, Config{MaxRows: room})
			last := uint64(0)
			for range 3 {
				s := box.until(func(s Snapshot) bool { return s.Err != nil && !s.Refreshing && s.Seq > last })
				last = s.Seq
				if s.Phase != Ready || !strings.Contains(s.Err.Error(), "more than 1000 instances") {
					t.Fatalf("phase %v, %v", s.Phase, s.Err)
				}
				if n := len(s.Instances); n > room || exist && n < room-200 {
					t.Errorf("%d rows, room for %d", n, room)
				}
				box.Refresh()
			}
			if src.lists > 10*room {
				t.Errorf("%d pages", src.lists)
			}
		})
	}
}

// TestTheTailOfTheListing: where the store appends, all IDs are listed every
// five seconds only, and in between the last page shows what is new.
func TestTheTailOfTheListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.appends, src.pageSize = true, 100
		src.add(workflow.Completed, numbered("o", 250)...)
		box := start(t, src, Config{})
		box.refreshed(1)
		src.set(func() { src.tokens = nil })
		src.add(workflow.Running, "new")
		s := box.refreshed(1)
		if _, ok := row(s, "new"); !ok || s.Calls.List != 1 || s.Listed != 251 || len(s.Instances) != 251 {
			t.Errorf("a tail: listed %d, %d rows, calls %+v", s.Listed, len(s.Instances), s.Calls)
		}
		src.add(workflow.Running, numbered("p", 100)...) // the tail has two pages now
		if s = box.refreshed(1); len(s.Instances) != 351 || s.Calls.List != 2 {
			t.Errorf("a longer tail: %d rows, calls %+v", len(s.Instances), s.Calls)
		}
		src.purge("p-00099") // at the end, where no token moves
		src.set(func() { src.getErr = func(context.Context, string) error { return failure(workflow.KindOther) } })
		for range 4 {
			s = box.refreshed(1)
		}
		if _, ok := row(s, "p-00099"); ok {
			t.Error("what two complete listings do not hold is still there")
		}
		want := []string{"200", "200", "300", "", "100", "200", "300", "300", "300", "", "100", "200", "300"}
		if !slices.Equal(src.tokens[:len(want)], want) {
			t.Errorf("the pages were %q, want %q", src.tokens, want)
		}
		src.set(func() { src.tokens = nil })
		box.Refresh()
		box.refreshed(1)
		if src.tokens[0] != "" {
			t.Error("a refresh that was asked for does not list everything")
		}
	})
}

// TestATailThatFails is followed by a complete listing.
func TestATailThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.appends, src.pageSize = true, 100
		src.add(workflow.Completed, numbered("o", 250)...)
		src.listErr = func(token string) error {
			if len(src.tokens) > 3 && token == "200" {
				src.listErr = nil
				return failure(workflow.KindInvalid)
			}
			return nil
		}
		box := start(t, src, Config{})
		box.refreshed(1)
		box.until(func(s Snapshot) bool { return s.Err != nil })
		s := box.refreshed(1)
		if s.Calls.List != 3 || s.Err != nil || len(s.Instances) != 250 {
			t.Errorf("after a tail that failed: %d rows, calls %+v, %v", len(s.Instances), s.Calls, s.Err)
		}
	})
}
