package model

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// counting is a runtime that counts the reads of histories.
type counting struct {
	*fakeClient

	mu sync.Mutex
	// reads are when each history was read.
	reads map[string][]time.Time
	// inFlight and most are how many calls are under way, now and at most.
	inFlight, most int
	noDeadline     bool
	broken         error
}

func (c *counting) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	c.mu.Lock()
	c.reads[key.InstanceID] = append(c.reads[key.InstanceID], c.now())
	c.inFlight++
	c.most = max(c.most, c.inFlight)
	_, ok := ctx.Deadline()
	c.noDeadline = c.noDeadline || !ok
	broken := c.broken
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.inFlight--
		c.mu.Unlock()
	}()
	if broken != nil {
		return workflow.History{}, broken
	}
	return c.fakeClient.History(ctx, key)
}

// total is how many histories were read since the last call.
func (c *counting) total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, at := range c.reads {
		n += len(at)
	}
	c.reads = map[string][]time.Time{}
	return n
}

// onAList is a console whose screen is a list, without the detail.
func onAList(t *testing.T, h int) (*bench, *counting) {
	t.Helper()
	c := &counting{reads: map[string][]time.Time{}}
	b := start(t, func(cfg *Config) {
		c.fakeClient, _ = cfg.Client.(*fakeClient)
		cfg.Client = c
	})
	b.send(tea.WindowSizeMsg{Width: 110, Height: h})
	return b, c
}

func awaits(at time.Time, name string, until time.Time) workflow.Event {
	return workflow.Event{ID: 0, Type: workflow.TimerCreated, Time: at, Name: name, Origin: workflow.OriginExternalEvent, OriginRef: name, FireAt: until}
}

func TestWaitingOnIsShownForLiveRows(t *testing.T) {
	b, c := onAList(t, 24)
	b.client.add("order-1", "Order", workflow.Running, awaits(b.now, "approve", b.now.Add(2*time.Hour)))
	b.client.add("order-2", "Order", workflow.Running, workflow.Event{ID: 0, Type: workflow.TaskScheduled, Time: b.now, Name: "Charge"})
	b.client.add("order-3", "Order", workflow.Completed)
	b.client.add("order-4", "Order", workflow.Pending)
	b.client.add("order-5", "Order", workflow.Running,
		workflow.Event{ID: 0, Type: workflow.ChildWorkflowInstanceCreated, Time: b.now, Name: "Order", ChildID: "order-1"})
	b.refresh()
	b.pass(3 * time.Second)
	b.sees("WAITING ", "event approve 3s · 1h59 left", "activity Charge 3s", "child order-1 running")
	if c.noDeadline {
		t.Error("a call without a deadline")
	}
	if n := c.total(); n != 3 {
		t.Errorf("%d histories were read, want those of the three that run", n)
	}

	// Time goes on without a call.
	b.pass(time.Minute)
	b.sees("event approve 1m · 1h58 left", "activity Charge 1m")
	b.refresh()
	b.pass(time.Minute)
	if n := c.total(); n != 0 {
		t.Errorf("%d histories were read of rows that have not changed", n)
	}

	// The event comes.
	b.client.instances["order-1"].happen(b.now, workflow.Event{Type: workflow.EventRaised, Name: "approve"})
	b.refresh()
	b.pass(2 * time.Second)
	b.seesNot("event approve")
	if n := c.total(); n != 1 {
		t.Errorf("%d histories were read, want that of the one that has changed", n)
	}
	b.pass(15 * time.Second)
	b.sees("nothing pending")

	b.client.instances["order-2"].status = workflow.Failed
	b.refresh()
	b.seesNot("Charge")
}

// Nobody waits: no column, no call.
func TestWaitingOnIsSilentWhereNothingIsLive(t *testing.T) {
	b, c := onAList(t, 24)
	for i := range 5 {
		b.client.add(fmt.Sprintf("order-%d", i), "Order", workflow.Completed)
	}
	b.client.add("order-9", "Order", workflow.Failed)
	b.refresh()
	b.pass(time.Minute)
	b.seesNot("WAITING ")
	if n := c.total(); n != 0 {
		t.Errorf("%d histories were read of what has ended", n)
	}
}

func TestWaitingOnOfARuntimeWithoutHistories(t *testing.T) {
	b, c := onAList(t, 24)
	c.broken = &workflow.Error{Kind: workflow.KindOldRuntime, Message: "the runtime does not know the call"}
	for i := range 9 {
		b.client.add(fmt.Sprintf("order-%d", i), "Order", workflow.Running)
	}
	b.refresh()
	b.pass(time.Minute)
	b.seesNot("WAITING ")
	if n := c.total(); n > 9 {
		t.Errorf("asked %d times", n)
	}
	b.pass(time.Minute)
	if n := c.total(); n != 0 {
		t.Errorf("asked %d times again", n)
	}
}

func TestAHistoryThatCannotBeReadIsLeftAlone(t *testing.T) {
	b, c := onAList(t, 24)
	c.broken = errors.New("inbox key missing")
	b.client.add("order-1", "Order", workflow.Running, awaits(b.now, "approve", b.now.Add(2*time.Hour)))
	b.refresh()
	b.pass(noteRetry - 5*time.Second)
	if n := c.total(); n != 1 {
		t.Errorf("asked %d times within %s", n, noteRetry)
	}
	c.broken = nil
	b.pass(10 * time.Second)
	b.sees("event approve")
}

// Held reading holds this too, and what another app is told nothing of.
func TestWaitingOnStopsWithReading(t *testing.T) {
	b, c := onAList(t, 24)
	b.press("Z")
	b.client.add("order-1", "Order", workflow.Running, awaits(b.now, "approve", b.now.Add(2*time.Hour)))
	b.refresh()
	b.pass(time.Minute)
	if n := c.total(); n != 0 {
		t.Errorf("%d histories were read while reading is stopped", n)
	}
	b.press("Z")
	b.pass(2 * time.Second)
	b.sees("event approve")
	old := b.m.notes
	b.refresh(func(s *watch.Snapshot) { s.AppChange = 1 })
	b.send(notesMsg{of: old, read: []*noted{{key: workflow.Key{AppID: "orders", InstanceID: "late"}}}})
	if _, ok := b.m.notes.of(workflow.Key{AppID: "orders", InstanceID: "late"}); ok {
		t.Error("an answer of the app before is kept")
	}
}

// Scrolling costs nothing: only where the window comes to rest it is read.
func TestScrollingReadsNoHistory(t *testing.T) {
	b, c := onAList(t, 14)
	for i := range 300 {
		b.client.add(fmt.Sprintf("order-%03d", i), "Order", workflow.Running)
	}
	b.refresh()
	b.pass(time.Second)
	if n := c.total(); n == 0 || n > 14 {
		t.Fatalf("%d histories were read of the first window", n)
	}
	for range 100 {
		b.press("j j")
		b.pass(restBeforeNotes / 3)
	}
	scrolled := c.total()
	b.pass(time.Second)
	if n := c.total(); scrolled != 0 || n == 0 || n > 14 {
		t.Errorf("%d histories were read on the way, %d where it rests", scrolled, n)
	}
}

// Whatever happens, a history is read at most once an interval, and not at all
// while its row stays as it was when it was read.
func TestWaitingOnKeepsToItsBudget(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			b, c := onAList(t, 18)
			r := rand.New(rand.NewPCG(seed, 1))
			const n = 40
			id := func(i int) string { return fmt.Sprintf("order-%02d", i) }
			for i := range n {
				b.client.add(id(i), "Order", workflow.Running)
			}
			changed := map[string]time.Time{}
			read := map[string]time.Time{}
			for range 150 {
				switch r.IntN(5) {
				case 0:
					one := id(r.IntN(n))
					b.client.instances[one].happen(b.now, workflow.Event{Type: workflow.EventRaised, Name: "tick"})
					changed[one] = b.now
				case 1:
					b.press([]string{"j", "k", "pgdown", "pgup", "G", "g"}[r.IntN(6)])
				default:
					b.refresh()
				}
				b.pass(time.Duration(r.IntN(900)) * time.Millisecond)
				c.mu.Lock()
				for one, at := range c.reads {
					for _, when := range at {
						last, again := read[one]
						if again && when.Sub(last) < b.m.noteInterval() {
							t.Fatalf("%s was read at %s and %s later", one, last, when.Sub(last))
						}
						if again && !changed[one].After(last) {
							t.Fatalf("%s was read again, but has not changed since", one)
						}
						read[one] = when
					}
				}
				c.reads = map[string][]time.Time{}
				c.mu.Unlock()
			}
			if c.most > notesAtOnce {
				t.Errorf("%d calls at once", c.most)
			}
			if len(read) < 12 {
				t.Errorf("only %d histories were read at all", len(read))
			}
		})
	}
}

func TestNotesAreBounded(t *testing.T) {
	n := newNotes()
	for i := range maxNoted + 10 {
		n.put(&noted{key: workflow.Key{AppID: "orders", InstanceID: fmt.Sprint(i)}, workflow: "Order", raised: []string{"approve"}})
	}
	if _, ok := n.of(workflow.Key{AppID: "orders", InstanceID: "5"}); ok || len(n.at) != maxNoted || n.order.Len() != maxNoted {
		t.Errorf("%d are kept", len(n.at))
	}
	n.put(&noted{key: workflow.Key{AppID: "orders", InstanceID: "x"}, workflow: "Order", raised: []string{"stop", "APPROVE"}})
	if got := n.eventNames("orders", "Order"); len(got) != 2 || got[1] != "stop" {
		t.Errorf("names %v", got)
	}
	for _, of := range [][2]string{{"orders", "Other"}, {"billing", "Order"}} {
		if got := n.eventNames(of[0], of[1]); got != nil {
			t.Errorf("names %v of a workflow that was never seen: %v", got, of)
		}
	}
}
