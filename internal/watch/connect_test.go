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

func TestNothingAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("")
		src.latency = 0
		box := start(t, src, Config{})
		s := box.until(func(s Snapshot) bool { return s.Phase != Connecting })
		if s.Phase != Down || workflow.KindOf(s.Err) != workflow.KindUnavailable || !s.ErrAt.Equal(time.Now()) {
			t.Errorf("with nothing there: %+v", s)
		}
		if d := time.Until(s.RetryAt); d != 250*time.Millisecond {
			t.Errorf("retry in %v", d)
		}
		pass(9 * time.Second)
		var gaps []time.Duration
		for i := range src.seen().connects[1:] {
			gaps = append(gaps, src.seen().connects[i+1].Sub(src.seen().connects[i]))
		}
		ms := time.Millisecond
		if want := []time.Duration{250 * ms, 500 * ms, 700 * ms, 700 * ms, 700 * ms, 700 * ms}; !slices.Equal(gaps[:len(want)], want) {
			t.Errorf("tries after %v, want %v", gaps, want)
		}
		src.start("orders")
		src.add(workflow.Running, "a")
		from := time.Now()
		s = box.refreshed(1)
		if wantIDs(t, s, "a"); s.Phase != Ready || s.Err != nil || !s.RetryAt.IsZero() || time.Since(from) > time.Second {
			t.Errorf("%v after the sidecar came: %+v", time.Since(from), s)
		}
	})
}

func TestRefreshWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("")
		src.latency = 0
		box := start(t, src, Config{BackoffMin: time.Hour, BackoffMax: time.Hour})
		box.until(func(s Snapshot) bool { return s.Phase == Down })
		box.SetInterval(time.Minute)
		if s := box.next(); s.Interval != time.Minute || s.Phase != Down {
			t.Errorf("interval %v, phase %v", s.Interval, s.Phase)
		}
		src.start("orders")
		from := time.Now()
		box.Refresh()
		if box.refreshed(1); time.Since(from) > time.Second {
			t.Errorf("connected after %v", time.Since(from))
		}
	})
}

func TestConnectHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.latency = time.Hour
		from := time.Now()
		box := start(t, src, Config{})
		box.next()
		box.SetInterval(7 * time.Second)
		if s := box.next(); s.Interval != 7*time.Second || time.Since(from) > 0 {
			t.Errorf("while it connects, interval %v after %v", s.Interval, time.Since(from))
		}
		for _, want := range []time.Duration{1, 2, 4, 5, 5} {
			s := box.until(func(s Snapshot) bool { return s.Phase == Down && s.ErrAt.After(from) })
			if took := s.ErrAt.Sub(from); took != want*time.Second {
				t.Errorf("gave up after %v, want %v s", took, int(want))
			}
			from = s.RetryAt
		}
	})
}

func TestSidecarRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		src.add(workflow.Completed, "c")
		box := start(t, src, Config{})
		before := box.refreshed(1)
		src.stop()
		s := box.next()
		if s.Phase != Down || s.Err == nil || s.Refreshing || !s.RefreshedAt.Equal(before.RefreshedAt) {
			t.Errorf("once lost: %+v", s)
		}
		wantIDs(t, s, "a", "b", "c")
		pass(time.Minute)
		s = box.next()
		wantIDs(t, s, "a", "b", "c")
		if a, _ := row(s, "a"); a.ReadErr != "" || a.Missing {
			t.Errorf("a row blames the connection: %+v", a)
		}
		src.start("orders")
		src.add(workflow.Failed, "b")
		from := time.Now()
		s = box.until(func(s Snapshot) bool { return s.Phase != Down })
		if d := time.Since(from); d > 2*time.Second || s.Phase != Ready || s.Err != nil {
			t.Errorf("after %v: %+v", d, s)
		}
		wantIDs(t, s, "a", "b", "c")
		s = box.refreshed(1)
		if b, _ := row(s, "b"); b.Status != workflow.Failed || s.AppChange != 0 {
			t.Errorf("b = %+v, %d changes of the app", b, s.AppChange)
		}
		// The refresh was complete: the next outage begins with a short wait.
		src.stop()
		if s = box.until(func(s Snapshot) bool { return s.Phase == Down }); s.RetryAt.Sub(s.ErrAt) != 250*time.Millisecond {
			t.Errorf("retry after %v", s.RetryAt.Sub(s.ErrAt))
		}
	})
}

func TestLostInTheMiddleOfALoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("o", 400)...)
		src.latency, src.pageSize = 100*time.Millisecond, 100
		box := start(t, src, Config{})
		box.until(func(s Snapshot) bool { return len(s.Instances) > 50 })
		src.stop()
		s := box.until(func(s Snapshot) bool { return s.Phase == Down })
		if n := len(s.Instances); n <= 50 || n >= 400 || !s.RefreshedAt.IsZero() || s.Refreshing {
			t.Errorf("%d rows, refreshed at %v", n, s.RefreshedAt)
		}
		src.start("orders")
		s = box.until(func(s Snapshot) bool { return s.Phase != Down })
		if s.Phase != Loading || s.Listed < len(s.Instances) {
			t.Errorf("phase %v, %d rows of %d", s.Phase, len(s.Instances), s.Listed)
		}
		wantIDs(t, box.refreshed(1), numbered("o", 400)...)
	})
}

func TestAnotherApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.stop()
		src.purge("a", "b")
		src.start("billing")
		src.add(workflow.Running, "b", "x")
		s := box.until(func(s Snapshot) bool { return s.Sidecar.AppID == "billing" })
		if s.AppChange != 1 || len(s.Instances) != 0 || s.Phase != Loading || !s.RefreshedAt.IsZero() || s.Listed != 2 {
			t.Errorf("when the other app answers: %+v", s)
		}
		wantIDs(t, box.refreshed(1), "b", "x")
		src.stop()
		src.start("billing")
		box.until(func(s Snapshot) bool { return s.Phase == Down })
		if s = box.refreshed(1); s.AppChange != 1 {
			t.Errorf("%d changes after the same app came back", s.AppChange)
		}
	})
}

// TestAnotherAppWithoutABreak: something between us and the sidecar switched.
func TestAnotherAppWithoutABreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Completed, "a")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.start("billing")
		from := time.Now()
		s := box.until(func(s Snapshot) bool { return s.AppChange == 1 })
		if s.Sidecar.AppID != "billing" || time.Since(from) > 3*time.Second {
			t.Errorf("after %v: %+v", time.Since(from), s)
		}
		if n := len(src.seen().connects); n != 2 {
			t.Errorf("%d connects", n)
		}
	})
}

func TestRefused(t *testing.T) {
	tests := []struct {
		kind  workflow.ErrorKind
		phase Phase
	}{
		{workflow.KindNoStateStore, Refused},
		{workflow.KindPoisoned, Refused},
		{workflow.KindCannotList, Refused},
		{workflow.KindOldRuntime, Refused},
		{workflow.KindWrongPort, Down},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := newFake("orders")
				src.add(workflow.Running, "a")
				src.connectErr = func() error { return failure(tt.kind) }
				box := start(t, src, Config{})
				s := box.until(func(s Snapshot) bool { return s.Phase != Connecting })
				if s.Phase != tt.phase || workflow.KindOf(s.Err) != tt.kind || !s.RetryAt.After(time.Now()) {
					t.Errorf("%+v", s)
				}
				box.Reread("a") // nothing may be read now
				pass(time.Minute)
				if n := len(src.seen().connects); n < 12 || n > 16 {
					t.Errorf("%d tries in a minute", n)
				}
				if src.seen().calls != (Calls{}) {
					t.Errorf("calls behind a refused listing: %+v", src.seen().calls)
				}
				src.set(func() { src.connectErr = nil })
				from := time.Now()
				if s = box.refreshed(1); s.Phase != Ready || s.Err != nil || time.Since(from) > 6*time.Second {
					t.Errorf("%v after it got right: %+v", time.Since(from), s)
				}
			})
		})
	}
}

// TestRefusedLater checks that a listing refused in the middle of a connection
// leads to a fresh connect at once: that shuts the gate for other calls.
func TestRefusedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a")
		box := start(t, src, Config{})
		box.refreshed(1)
		poison := func() error { return failure(workflow.KindPoisoned) }
		src.set(func() {
			src.connectErr = poison
			src.listErr = func(string) error { return poison() }
		})
		s := box.until(func(s Snapshot) bool { return s.Phase == Refused })
		wantIDs(t, s, "a")
		at := time.Now()
		box.until(func(s Snapshot) bool { return s.RetryAt.After(s.ErrAt) })
		if d := src.seen().connects[1].Sub(at); d != 0 {
			t.Errorf("a fresh connect after %v", d)
		}
		src.set(func() { src.connectErr, src.listErr = nil, nil })
		if s = box.refreshed(1); s.Phase != Ready || s.Err != nil {
			t.Errorf("%+v", s)
		}
	})
}

// TestUnavailableReads ends a connection whose loss nobody reported.
func TestUnavailableReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("o", 100)...)
		box := start(t, src, Config{})
		box.refreshed(1)
		// One row only: its own fault, and the connection stays.
		one := func(_ context.Context, id string) error {
			if id == "o-00007" {
				return failure(workflow.KindUnavailable)
			}
			return nil
		}
		src.set(func() { src.getErr = one })
		s := box.refreshed(2)
		if bad, _ := row(s, "o-00007"); bad.ReadErr == "" || s.Phase != Ready {
			t.Errorf("phase %v, row %+v", s.Phase, bad)
		}
		src.set(func() {
			src.getErr = func(context.Context, string) error { return failure(workflow.KindUnavailable) }
			src.sidecarErr = func() error { return failure(workflow.KindUnavailable) }
		})
		s = box.until(func(s Snapshot) bool { return s.Phase == Down })
		for i := range s.Instances {
			if s.Instances[i].ReadErr != "" {
				t.Fatalf("%s blames the connection: %q", s.Instances[i].InstanceID, s.Instances[i].ReadErr)
			}
		}
		if len(s.Instances) != 100 {
			t.Errorf("%d rows", len(s.Instances))
		}
	})
}

// TestStoreHangs: the sidecar answers, its state store does not. The refresh
// gives up soon, and the connection stays.
func TestStoreHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		ids := numbered("o", 1000)
		src.add(workflow.Running, ids...)
		box := start(t, src, Config{})
		box.refreshed(1)
		src.set(func() { src.getErr = hanging(ids...) })
		from := time.Now()
		s := box.until(func(s Snapshot) bool { return s.Err != nil })
		if s.Phase != Ready || time.Since(from) > 30*time.Second || len(s.Instances) != 1000 {
			t.Errorf("after %v: phase %v, %d rows", time.Since(from), s.Phase, len(s.Instances))
		}
		src.set(func() { src.getErr = nil })
		s = box.until(func(s Snapshot) bool {
			return s.Err == nil && !slices.ContainsFunc(s.Instances, func(i *workflow.Instance) bool { return i.ReadErr != "" })
		})
		if d := time.Since(from); d > 5*time.Minute {
			t.Errorf("all rows well after %v", d)
		}
	})
}

// TestSidecarHangs: nothing answers any more, but the connection stands.
func TestSidecarHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("o", 100)...)
		box := start(t, src, Config{})
		box.refreshed(1)
		src.set(func() { src.latency = time.Hour })
		from := time.Now()
		s := box.until(func(s Snapshot) bool { return s.Phase == Down })
		if d := time.Since(from); d > 30*time.Second {
			t.Errorf("noticed after %v", d)
		}
		if len(s.Instances) != 100 {
			t.Errorf("%d rows", len(s.Instances))
		}
		src.set(func() { src.latency = time.Millisecond })
		box.refreshed(1)
	})
}
