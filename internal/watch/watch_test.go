package watch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// feed is model.Feed, which this package cannot import.
type feed interface {
	Next(ctx context.Context) (Snapshot, bool)
	Refresh()
	SetInterval(d time.Duration)
	Reread(id string)
}

var _ feed = (*Mailbox)(nil)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// numbered returns n IDs.
func numbered(prefix string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s-%05d", prefix, i)
	}
	return ids
}

func TestFirstLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		src.add(workflow.Completed, "c")
		box := start(t, src, Config{})
		s := box.refreshed(1)
		wantIDs(t, s, "a", "b", "c")
		if s.Phase != Ready || s.Listed != 3 || s.Refreshing || s.Err != nil || s.AppChange != 0 {
			t.Errorf("after the first load: %+v", s)
		}
		if s.Sidecar.AppID != "orders" || s.Address != src.Address() || s.Interval != 2*time.Second {
			t.Errorf("after the first load: %+v", s)
		}
		if want := (Calls{List: 1, Get: 3, Sidecar: 1}); s.Calls != want {
			t.Errorf("calls = %+v, want %+v", s.Calls, want)
		}
		if s.Took != time.Millisecond || !s.RefreshedAt.Equal(time.Now()) {
			t.Errorf("took %v, ended %v", s.Took, s.RefreshedAt)
		}
		if a, _ := row(s, "a"); !a.ReadAt.Equal(time.Now()) || a.Status != workflow.Running {
			t.Errorf("row a = %+v", a)
		}
	})
}

func TestRowsAppearAsTheyCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Completed, numbered("o", 1000)...)
		src.pageSize, src.latency = 300, 40*time.Millisecond
		box := start(t, src, Config{Concurrency: 8})
		if s := box.next(); s.Phase != Connecting || len(s.Instances) != 0 {
			t.Fatalf("first snapshot: %+v", s)
		}
		s := box.next()
		if s.Phase != Loading || s.Listed != 300 || !s.Refreshing {
			t.Fatalf("once connected: phase %v, listed %d", s.Phase, s.Listed)
		}
		connected, batches, rows := time.Now(), 0, 0
		for s.RefreshedAt.IsZero() {
			before := time.Now()
			s = box.next()
			if s.RefreshedAt.IsZero() && time.Since(before) < 100*time.Millisecond {
				t.Fatalf("two batches within %v", time.Since(before))
			}
			if len(s.Instances) < rows {
				t.Fatalf("%d rows after %d", len(s.Instances), rows)
			}
			if rows == 0 && len(s.Instances) > 0 && time.Since(connected) > 200*time.Millisecond {
				t.Fatalf("the first rows took %v", time.Since(connected))
			}
			batches, rows = batches+1, len(s.Instances)
		}
		if rows != 1000 || s.Listed != 1000 || batches < 20 {
			t.Errorf("%d rows of %d in %d batches", rows, s.Listed, batches)
		}
		if src.seen().maxFlight != 8 {
			t.Errorf("%d reads at a time, want 8", src.seen().maxFlight)
		}
	})
}

func TestMailboxHoldsTheLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a")
		box := start(t, src, Config{})
		box.refreshed(1)
		pass(20 * time.Second)
		synctest.Wait()
		seq := box.last.Seq
		if s := box.next(); s.Seq < seq+9 {
			t.Errorf("a reader that slept got snapshot %d after %d", s.Seq, seq)
		}
		late := &smallBox{t, box.watch.Subscribe()}
		if s := late.now(); s.Seq != box.last.Seq || len(s.Instances) != 1 {
			t.Errorf("a late reader got snapshot %d, want %d", s.Seq, box.last.Seq)
		}
		late.Close()
		late.Close()
		if _, ok := late.Next(t.Context()); ok {
			t.Error("a closed mailbox still delivers")
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, ok := box.Next(ctx); ok {
			t.Error("Next with an ended context delivers")
		}
	})
}

// smallBox reads what is there already.
type smallBox struct {
	t *testing.T
	*Mailbox
}

func (b *smallBox) now() Snapshot {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Nanosecond)
	defer cancel()
	s, ok := b.Next(ctx)
	if !ok {
		b.t.Fatal("the mailbox is empty")
	}
	return s
}

func TestEndOfTheWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("o", 100)...)
		src.latency = time.Second
		w := New(src, Config{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			w.Run(ctx)
		}()
		waiting := make(chan bool)
		go func() {
			box, ok := w.Subscribe(), true
			for ok {
				_, ok = box.Next(t.Context())
			}
			waiting <- ok
		}()
		pass(3500 * time.Millisecond) // calls are under way
		cancel()
		<-ended
		if <-waiting {
			t.Error("Next went on after the end")
		}
		if src.seen().inFlight != 0 {
			t.Errorf("%d reads under way after the end", src.seen().inFlight)
		}
		w.Refresh()
		w.Reread("a")
		w.SetInterval(time.Second)
		if _, ok := w.Subscribe().Next(t.Context()); ok {
			t.Error("a mailbox of a watch that has ended delivers")
		}
	})
}

// TestQuiet checks what a refresh without news costs: one snapshot.
func TestQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("live", 10)...)
		src.add(workflow.Completed, numbered("done", 2000)...)
		box := start(t, src, Config{})
		seq := box.refreshed(1).Seq
		for range 5 {
			before := box.last
			s := box.next()
			if s.Seq != seq+1 || s.Refreshing || !s.RefreshedAt.After(before.RefreshedAt) {
				t.Fatalf("snapshot %d after %d, refreshing %v", s.Seq, seq, s.Refreshing)
			}
			if want := (Calls{List: 1, Get: 10 + 16, Sidecar: 1}); s.Calls != want {
				t.Errorf("calls = %+v, want %+v", s.Calls, want)
			}
			if live, _ := row(s, "live-00003"); time.Since(live.ReadAt) > time.Second {
				t.Errorf("a live row was read %v ago", time.Since(live.ReadAt))
			}
			seq = s.Seq
		}
	})
}

func TestEndedRowsAreReadInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "live")
		src.add(workflow.Failed, numbered("f", 50)...)
		src.add(workflow.Completed, numbered("c", 50)...)
		box := start(t, src, Config{})
		box.refreshed(1)
		src.add(workflow.Running, "c-00049") // started again
		src.set(func() { clear(src.reads) })
		box.refreshed(7) // 16 in each: 7 × 16 ≥ 100
		for _, id := range append(numbered("f", 50), numbered("c", 49)...) {
			if n := src.seen().reads[id]; n < 1 || n > 2 {
				t.Errorf("%s was read %d times in one turn", id, n)
			}
		}
		if again, _ := row(box.last, "c-00049"); again.Status != workflow.Running {
			t.Errorf("a row that was started again is %v", again.Status)
		}
	})
}

func TestChangesShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		box := start(t, src, Config{})
		first := box.refreshed(1)
		kept := slices.Clone(first.Instances)
		src.add(workflow.Completed, "a")
		src.add(workflow.Pending, "new")
		s := box.refreshed(1)
		wantIDs(t, s, "a", "b", "new")
		if a, _ := row(s, "a"); a.Status != workflow.Completed {
			t.Errorf("a = %+v", a)
		}
		if !slices.Equal(first.Instances, kept) {
			t.Error("a published snapshot has changed")
		}
	})
}

// TestPanic checks that a panic in a call of the source comes out of Run, where
// somebody can give the terminal back before it is printed.
func TestPanic(t *testing.T) {
	in := map[string]func(*fake){
		"Connect": func(f *fake) { f.connectErr = func() error { panic("in Connect") } },
		"List":    func(f *fake) { f.listErr = func(string) error { panic("in List") } },
		"Get":     func(f *fake) { f.getErr = func(context.Context, string) error { panic("in Get") } },
		"Sidecar": func(f *fake) { f.sidecarErr = func() error { panic("in Sidecar") } },
	}
	for name, fault := range in {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := newFake("orders")
				src.add(workflow.Running, numbered("o", 40)...)
				fault(src)
				w := New(src, Config{})
				box := w.Subscribe()
				report := ""
				func() {
					defer func() { report, _ = recover().(string) }()
					w.Run(t.Context())
				}()
				if !strings.HasPrefix(report, "in "+name) || !strings.Contains(report, "watch.(*fake)."+name) {
					t.Errorf("report = %q", report)
				}
				if _, ok := box.Next(t.Context()); ok {
					t.Error("a mailbox waits for a watch that has crashed")
				}
			})
		})
	}
}
