package fleet

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
)

// become lets another app answer at the address of a sidecar.
func (s *sidecar) become(app string) {
	s.stop()
	s.set(func() { s.app, s.reads = app, nil })
}

// TestAnAppDoesNotInheritAWatchList: another app answers at the address, and is
// not asked for the IDs of the one before.
func TestAnAppDoesNotInheritAWatchList(t *testing.T) {
	one := newSidecar("a:1", "orders")
	one.listless = true
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		f.Watchlist("orders", []string{"o1"})
		until(t, box, "the watched", has(map[string][]string{"orders": {"o1"}}))
		one.become("billing")
		until(t, box, "the other app, without rows", func(s Snapshot) bool {
			a := s.App("billing")
			return a != nil && a.Phase == watch.Ready && a.Watched == 0 && len(a.Instances) == 0
		})
		one.become("orders")
		until(t, box, "the watched again", has(map[string][]string{"orders": {"o1"}}))
	}, one)
}

// brittle panics on one message of the log.
type brittle struct {
	slog.Handler
	on string
}

func (h brittle) Enabled(context.Context, slog.Level) bool { return true }

func (h brittle) Handle(_ context.Context, r slog.Record) error {
	if r.Message == h.on {
		panic("broken at " + h.on)
	}
	return nil
}

// TestAPanicAmongTheMembers: it comes out of Run, wherever it was, and every
// goroutine ends.
func TestAPanicAmongTheMembers(t *testing.T) {
	for _, at := range []string{"reads", "no connection"} {
		t.Run(at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := slog.New(brittle{slog.DiscardHandler, at})
				f := New(Config{Watch: watch.Config{Logger: log}, Logger: log})
				mute := newSidecar("c:1", "")
				mute.mute = true
				for _, s := range []*sidecar{newSidecar("a:1", "orders"), newSidecar("b:1", ""), mute} {
					f.Add(Member{ID: s.addr, Source: s, Client: s})
				}
				report := make(chan any, 1)
				go func() {
					defer func() { report <- recover() }()
					f.Run(t.Context())
				}()
				text, _ := (<-report).(string)
				if !strings.Contains(text, "broken at "+at) {
					t.Errorf("the report is %q", text)
				}
				f.Subscribe().Focus(nil) // the screen still calls it until it has gone
			})
		})
	}
}

// TestNothingIsKeptOfAppsThatAreGone: a sidecar may say another ID each time.
func TestNothingIsKeptOfAppsThatAreGone(t *testing.T) {
	one := newSidecar("a:1", "app-0")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		gens := map[uint64]bool{}
		for i := range 50 {
			id := fmt.Sprintf("app-%d", i)
			s := until(t, box, id, func(s Snapshot) bool { return s.App(id) != nil })
			gens[s.App(id).Gen] = true
			one.become(fmt.Sprintf("app-%d", i+1))
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if n := len(f.gens); n > 1 {
			t.Errorf("%d generations are kept", n)
		}
	}, one)
}

// TestAnAppThatWasGone has another generation than before, whatever was there
// in between.
func TestAnAppThatWasGone(t *testing.T) {
	one, two := newSidecar("a:1", "orders"), newSidecar("b:1", "billing")
	run(t, func(t *testing.T, _ *Fleet, box *Mailbox) {
		var seen []uint64
		for _, app := range []string{"orders", "shipping", "orders", "orders", "shipping", "orders"} {
			one.become(app)
			s := until(t, box, app, func(s Snapshot) bool { return s.App(app) != nil && s.App(app).Phase == watch.Ready && len(s.Apps) == 2 })
			if app == "orders" {
				seen = append(seen, s.App(app).Gen)
			}
		}
		if seen[0] == seen[1] || seen[1] != seen[2] || seen[2] == seen[3] {
			t.Errorf("the generations are %v: want another after each time that it was gone, and no other", seen)
		}
	}, one, two)
}

// TestAppsThatSwap: two sidecars turn into each other's app in the same
// moment. Neither app is gone, so nothing is void, and each is read where it is
// now.
func TestAppsThatSwap(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1"), newSidecar("b:1", "billing", "b1")
	run(t, func(t *testing.T, _ *Fleet, box *Mailbox) {
		until(t, box, "both", has(map[string][]string{"orders": {"o1"}, "billing": {"b1"}}))
		one.become("billing")
		two.become("orders")
		one.set(func() { one.ids = []string{"b1"} })
		two.set(func() { two.ids = []string{"o1"} })
		s := until(t, box, "both, swapped", func(s Snapshot) bool {
			o, b := s.App("orders"), s.App("billing")
			return o != nil && b != nil && o.Address == "b:1" && b.Address == "a:1" && o.Phase == watch.Ready && b.Phase == watch.Ready
		})
		for _, a := range s.Apps {
			if n := len(rowsOf(s, a.ID())); n != 1 {
				t.Errorf("%s has %d rows", a.ID(), n)
			}
			if !slices.ContainsFunc(a.Members, func(m Sidecar) bool { return m.Reads }) {
				t.Errorf("nothing reads %s", a.ID())
			}
		}
	}, one, two)
}

// TestMembersThatComeAndGoWhileConnecting leave nothing behind: synctest waits
// for every goroutine.
func TestMembersThatComeAndGoWhileConnecting(t *testing.T) {
	one := newSidecar("a:1", "orders", "o1")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		closed := 0
		for i := range 100 {
			s := newSidecar(fmt.Sprintf("m:%d", i), "")
			s.mute = true
			f.Add(Member{ID: s.addr, Source: s, Client: s, Close: func() error { closed++; return nil }})
			if i%2 == 0 {
				time.Sleep(time.Duration(i) * time.Millisecond) //nolint:forbidigo // the clock is that of the bubble
			}
			f.Remove(s.addr)
			synctest.Wait()
		}
		s := until(t, box, "the one that stays", has(map[string][]string{"orders": {"o1"}}))
		if closed != 100 || len(s.Apps) != 1 {
			t.Errorf("%d of 100 were closed, %d apps are left", closed, len(s.Apps))
		}
	}, one)
}

// TestARetiredMember is no member any more once it has been relieved, so that it
// has to be added again.
func TestARetiredMember(t *testing.T) {
	one, two := newSidecar("a:1", "orders", "o1"), newSidecar("b:1", "orders", "o1")
	run(t, func(t *testing.T, f *Fleet, box *Mailbox) {
		until(t, box, "both", func(s Snapshot) bool { return len(s.Apps) == 1 && len(s.Apps[0].Members) == 2 })
		one.stop()
		f.Lost("a:1")
		if !f.Back("a:1", "found again") {
			t.Error("one that is only lost is no member")
		}
		f.Lost("a:1")
		f.Retire("a:1")
		until(t, box, "the other alone", func(s Snapshot) bool { return len(s.Apps[0].Members) == 1 && s.Phase == watch.Ready })
		if f.Back("a:1", "found again") {
			t.Error("one that has retired passes for a member")
		}
		one.set(func() { one.app = "orders" })
		if !f.Add(Member{ID: "a:1", Source: one, Client: one}) {
			t.Fatal("it cannot be added again")
		}
		until(t, box, "both again", func(s Snapshot) bool { return len(s.Apps[0].Members) == 2 })
	}, one, two)
}
