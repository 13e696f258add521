package dapr_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/watch"
	domain "github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// needRedis skips a test where Redis cannot be started.
func needRedis(t *testing.T, store harness.Store) {
	t.Helper()
	if store != harness.StoreRedis {
		return
	}
	if _, err := harness.RedisServer(); err != nil {
		t.Skip("not tested: ", err)
	}
}

// TestConsoleOtherStores: the console on the other stores that can be had: it
// lists, reads and acts. No worker is there at first, and it says so.
func TestConsoleOtherStores(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]harness.Store{"memory": harness.StoreMemory, "redis": harness.StoreRedis} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needRedis(t, store)
			const id = "first"
			a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "on-" + name, Store: store})}
			a.client = a.ClientFor(t)
			d := openDeck(t, a)
			d.See("on-"+name+" has no workflow instances yet", "no worker")
			d.form("a", "Start a new instance")
			d.See("a start hangs until its deadline")
			d.Press("esc")
			d.Miss("╭ Start a new")

			a.startWorker(t)
			d.See("1 worker")
			d.Miss("▲ no worker")
			d.startForm(worker.Approval, id, "")
			d.send("started " + id + ": ")
			d.seeRow("RUNNING", id)
			for i := range 12 {
				a.start(t, worker.Echo, fmt.Sprintf("echo-%d", i), completed)
			}
			d.See("13 instances")
			d.only(id)
			d.See("event     approve")
			d.form("p", "Pause "+id)
			d.send("paused " + id + ": SUSPENDED after")
			a.is(t, id, suspended)
			d.form("r", "Resume "+id)
			d.send("resumed " + id + ": RUNNING after")
			d.form("e", "Raise an event on "+id)
			d.See("approve")
			d.send("raised " + id + ": approve is delivered after")
			d.seeRow("COMPLETED", id)
			d.guarded("X", "Purge "+id)
			d.send("purged " + id + ": its state is gone after")
			a.is(t, id, gone)
			d.Press("esc")
			d.See("12 instances")
		})
	}
}

// TestPagesOfOtherStores: small pages are put together, whatever their tokens
// are (on Redis an offset into the sorted keys), also while instances go
// between two pages: one that a page skips must not go from the list.
func TestPagesOfOtherStores(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]harness.Store{"memory": harness.StoreMemory, "redis": harness.StoreRedis} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needRedis(t, store)
			a := startApp(t, harness.SidecarOptions{AppID: "paged-" + name, Store: store})
			var want []string
			for i := range 23 {
				id := fmt.Sprintf("i-%02d", i)
				a.start(t, worker.Echo, id, completed)
				want = append(want, id)
			}
			w := watchWith(t, a, daprclient.Options{PageSize: 5}, watch.Config{})
			s := w.until("all", func(s watch.Snapshot) bool { return s.Phase == watch.Ready && len(s.Instances) == len(want) })
			if s.Calls.List < 5 {
				t.Errorf("%d pages were read, want 5", s.Calls.List)
			}
			for _, id := range want[:7] {
				a.must(t, "purge "+id, func(ctx context.Context) error { return a.client.PurgeWorkflowState(ctx, id) })
			}
			s = w.until("the rest", func(s watch.Snapshot) bool { return len(s.Instances) == len(want)-7 })
			var got []string
			for _, row := range s.Instances {
				got = append(got, row.InstanceID)
			}
			if slices.Sort(got); !slices.Equal(got, want[7:]) {
				t.Errorf("the list holds %q, want %q", got, want[7:])
			}
		})
	}
}

// TestUnlistableStore: a store that holds workflows and cannot list them. That
// it says so proves that calls by ID are safe.
func TestUnlistableStore(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "unlistable", Store: harness.StoreUnlistable})
	pid := a.PID()
	a.refused(t, "any", "Unknown: state store *dynamodb.StateStore does not support listing keys", func(ctx context.Context) error {
		_, err := a.client.ListInstanceIDs(ctx)
		return err
	})
	a.start(t, worker.Approval, "known", running)
	w := watchApp(t, a, "known", "never-was")
	s := w.until("the list", func(s watch.Snapshot) bool { return s.Phase == watch.Ready })
	if !s.Listless || domain.KindOf(s.ListErr) != domain.KindCannotList || s.Watched != 2 || !slices.Equal(s.Absent, []string{"never-was"}) {
		t.Errorf("listless %v because of %v, %d watched, absent %q", s.Listless, s.ListErr, s.Watched, s.Absent)
	}
	w.sees("known", running)
	a.must(t, "history", func(ctx context.Context) error {
		h, err := w.History(ctx, w.key("known"))
		if err == nil && len(h.Waits()) != 1 {
			t.Errorf("waits %v", h.Waits())
		}
		return err
	})
	a.must(t, "pause", func(ctx context.Context) error { return w.Suspend(ctx, w.key("known"), "") })
	w.sees("known", suspended)

	d := openDeck(t, a)
	d.See("unlistable cannot list its instances", "the state store of this app cannot list its instances")
	d.startForm(worker.Approval, "by-hand", "")
	d.send("started by-hand: ")
	d.seeRow("RUNNING", "by-hand")
	d.only("by-hand")
	d.See("event     approve")
	d.form("e", "Raise an event on by-hand")
	d.See("approve")
	d.send("raised by-hand: approve is delivered after")
	d.guarded("X", "Purge by-hand")
	d.send("purged by-hand: its state is gone after")
	a.is(t, "by-hand", gone)

	a.must(t, "force purge", func(ctx context.Context) error {
		return w.Purge(ctx, w.key("known"), domain.PurgeRequest{Force: true})
	})
	w.sees("known", gone)
	a.survives(t, pid)
}
