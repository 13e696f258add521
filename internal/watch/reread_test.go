package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestReread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		box := start(t, src, Config{Interval: time.Hour})
		before := box.refreshed(1)

		src.add(workflow.Suspended, "a")
		from := time.Now()
		box.Reread("a")
		s := box.next()
		if a, _ := row(s, "a"); a.Status != workflow.Suspended || time.Since(from) != src.latency || !a.ReadAt.Equal(time.Now()) {
			t.Errorf("after %v: %+v", time.Since(from), a)
		}
		if !s.RefreshedAt.Equal(before.RefreshedAt) || s.Calls != before.Calls {
			t.Error("a reread counts as a refresh")
		}

		box.Reread("a")
		if a, _ := row(box.next(), "a"); !a.ReadAt.Equal(time.Now()) {
			t.Errorf("the row without news was read at %v", a.ReadAt)
		}

		src.add(workflow.Pending, "new")
		box.Reread("new")
		wantIDs(t, box.next(), "a", "b", "new")

		src.purge("b")
		box.Reread("b")
		wantIDs(t, box.next(), "a", "new")

		box.Reread("never was")
		wantIDs(t, box.next(), "a", "new")

		src.set(func() {
			src.getErr = func(context.Context, string) error { return failure(workflow.KindOther) }
		})
		box.Reread("unknown")
		wantIDs(t, box.next(), "a", "new")
		box.Reread("a")
		s = box.next()
		wantIDs(t, s, "a", "new")
		if a, _ := row(s, "a"); a.ReadErr == "" || a.Status != workflow.Suspended {
			t.Errorf("a reread that failed: %+v", a)
		}
	})
}

// TestRereadOvertakes reads an instance while every reader of the refresh
// hangs.
func TestRereadOvertakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		slow := numbered("slow", 40)
		src.add(workflow.Running, slow...)
		src.add(workflow.Running, "mine")
		box := start(t, src, Config{})
		box.refreshed(1)
		src.set(func() { src.getErr = hanging(slow...) })
		pass(3 * time.Second) // into the refresh
		src.add(workflow.Terminated, "mine")
		from := time.Now()
		box.Reread("mine")
		box.until(func(s Snapshot) bool {
			mine, _ := row(s, "mine")
			return mine.Status == workflow.Terminated
		})
		if d := time.Since(from); d > 10*time.Millisecond {
			t.Errorf("it took %v", d)
		}
	})
}

// TestRereadAgain asks again while the read is under way: that read may have
// begun too early to see what is waited for.
func TestRereadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a")
		box := start(t, src, Config{Interval: time.Hour})
		box.refreshed(1)
		src.set(func() { src.latency = time.Second; clear(src.reads) })
		box.Reread("a")
		pass(500 * time.Millisecond)
		for range 10 {
			box.Reread("a")
		}
		pass(time.Minute)
		if src.seen().reads["a"] != 2 {
			t.Errorf("%d reads, want 2", src.seen().reads["a"])
		}
	})
}

func TestManyRereads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("o", 100)...)
		box := start(t, src, Config{Interval: time.Hour})
		box.refreshed(1)
		src.set(func() { src.maxFlight = 0; clear(src.reads) })
		for _, id := range numbered("o", 100) {
			box.Reread(id)
		}
		pass(time.Minute)
		if len(src.seen().reads) != 100 || src.seen().maxFlight != urgentReaders {
			t.Errorf("%d instances read, %d at a time", len(src.seen().reads), src.seen().maxFlight)
		}
	})
}

// TestOlderAnswer lets a read that began before an action end after the reread
// that saw its effect.
func TestOlderAnswer(t *testing.T) {
	for _, purge := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			src := newFake("orders")
			src.add(workflow.Running, "a")
			gate := make(chan struct{})
			stale := &staleSource{fake: src, gate: gate}
			box := start(t, stale, Config{})
			box.refreshed(1)
			stale.set(func() { stale.armed = true })
			pass(3 * time.Second) // the refresh hangs in its read of a
			want := []string{"a"}
			if purge {
				src.purge("a")
				want = nil
			} else {
				src.add(workflow.Completed, "a")
			}
			box.Reread("a")
			s := box.until(func(s Snapshot) bool { a, ok := row(s, "a"); return !ok || a.Status == workflow.Completed })
			wantIDs(t, s, want...)
			close(gate)
			for range 3 {
				s = box.next()
				wantIDs(t, s, want...)
				if a, ok := row(s, "a"); ok && a.Status != workflow.Completed {
					t.Fatalf("an older answer came back: %+v", a)
				}
			}
		})
	}
}

// staleSource holds back the answer of one read.
type staleSource struct {
	*fake
	gate  chan struct{}
	armed bool
}

func (s *staleSource) Get(ctx context.Context, id string, payloads bool) (workflow.Instance, int, error) {
	hold := false
	s.set(func() { hold, s.armed = s.armed, false })
	inst, size, err := s.fake.Get(ctx, id, payloads)
	if hold {
		<-s.gate
	}
	return inst, size, err
}

// TestStartedDuringTheListing: an instance that a reread found is not missing
// because a listing that began earlier does not hold it.
func TestStartedDuringTheListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, numbered("o", 10)...)
		src.pageSize = 5
		box := start(t, src, Config{})
		box.refreshed(1)
		src.set(func() { src.latency = time.Second })
		src.hide["new"] = true // the listing is older than the instance
		pass(2500 * time.Millisecond)
		src.add(workflow.Running, "new")
		box.Reread("new")
		s := box.refreshed(1)
		if inst, ok := row(s, "new"); !ok || inst.Missing {
			t.Errorf("new = %+v, %v", inst, ok)
		}
	})
}

func TestLog(t *testing.T) {
	var out bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "bad")
		src.rows["a"] = workflow.Instance{Status: workflow.Running, CustomStatus: "secret", Failure: "secret"}
		src.set(func() {
			src.getErr = func(_ context.Context, id string) error {
				if id == "bad" {
					return &workflow.Error{Message: "no", Detail: "secret"}
				}
				return nil
			}
		})
		box := start(t, src, Config{Logger: slog.New(slog.NewJSONHandler(&out, nil))})
		box.refreshed(1)
		src.stop()
		box.until(func(s Snapshot) bool { return s.Phase == Down })
		src.start("billing")
		box.refreshed(1)
	})
	if strings.Contains(out.String(), "secret") {
		t.Errorf("a payload is in the log:\n%s", &out)
	}
	var seen []string
	for line := range strings.Lines(out.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, record["msg"].(string))
		if record["msg"] == "refresh" && (record["took"].(float64) <= 0 || record["get"] != 2.0 || record["list"] != 1.0 || record["failed"] != 1.0) {
			t.Errorf("record %v", record)
		}
	}
	if got, want := strings.Join(seen, ", "), "refresh, no connection, another app answers, refresh"; got != want {
		t.Errorf("records: %s; want %s", got, want)
	}
}
