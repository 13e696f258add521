package watch

import (
	"context"
	"sync"
	"time"
)

// hub hands the latest snapshot to every mailbox.
type hub struct {
	mu     sync.Mutex
	latest Snapshot
	boxes  map[*Mailbox]struct{}
	done   chan struct{}
	ended  bool
}

func newHub(first Snapshot) *hub {
	return &hub{latest: first, boxes: map[*Mailbox]struct{}{}, done: make(chan struct{})}
}

// publish replaces the latest snapshot. It never blocks on a reader.
func (h *hub) publish(s Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.latest = s
	for m := range h.boxes {
		m.ring()
	}
}

// end wakes every reader for good.
func (h *hub) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.ended = true
		close(h.done)
	}
}

// Mailbox is one reader's end of a watch. It holds one snapshot, the latest: a
// reader that is slow misses those in between, and never slows the watch down.
// Next may be called from one goroutine at a time.
type Mailbox struct {
	watch *Watch
	// bell holds one token while there may be a snapshot to take.
	bell   chan struct{}
	closed chan struct{}
	once   sync.Once
	// taken is the number of the last snapshot taken.
	taken uint64
}

// ring says that there is news. The bell keeps one ring; more say nothing new.
func (m *Mailbox) ring() {
	select {
	case m.bell <- struct{}{}:
	default:
	}
}

// Subscribe returns a new mailbox, which holds the current snapshot already.
func (w *Watch) Subscribe() *Mailbox {
	m := &Mailbox{watch: w, bell: make(chan struct{}, 1), closed: make(chan struct{})}
	m.ring()
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	w.hub.boxes[m] = struct{}{}
	return m
}

// Next blocks until there is a snapshot newer than the last one taken. It
// returns false when ctx ends, the mailbox is closed or the watch has ended.
func (m *Mailbox) Next(ctx context.Context) (Snapshot, bool) {
	for {
		select {
		case <-ctx.Done():
			return Snapshot{}, false
		case <-m.closed:
			return Snapshot{}, false
		case <-m.watch.hub.done:
			return Snapshot{}, false
		case <-m.bell:
		}
		if ctx.Err() != nil {
			m.ring() // for the next call
			return Snapshot{}, false
		}
		if s, ok := m.take(); ok {
			return s, true
		}
	}
}

// take returns the latest snapshot unless it was taken before. Of several
// channels that are ready a select takes any, so the end is looked at again.
func (m *Mailbox) take() (Snapshot, bool) {
	h := m.watch.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, open := h.boxes[m]; !open || h.ended || h.latest.Seq <= m.taken {
		return Snapshot{}, false
	}
	m.taken = h.latest.Seq
	return h.latest, true
}

// Close ends the mailbox; a Next that waits returns false.
func (m *Mailbox) Close() {
	m.once.Do(func() {
		m.watch.hub.mu.Lock()
		defer m.watch.hub.mu.Unlock()
		delete(m.watch.hub.boxes, m)
		close(m.closed)
	})
	m.Focus(nil)
	m.Watchlist(nil)
}

// Refresh is Watch.Refresh, so that a mailbox is all that a reader needs.
func (m *Mailbox) Refresh() { m.watch.Refresh() }

// Hold is Watch.Hold.
func (m *Mailbox) Hold(hold bool) { m.watch.Hold(hold) }

// Focus says which instances this reader has on its screen: in each refresh
// they are read before the others, and with their payloads however large those
// are. The slice may not be changed afterwards.
func (m *Mailbox) Focus(ids []string) {
	m.watch.mu.Lock()
	defer m.watch.mu.Unlock()
	if len(ids) == 0 {
		delete(m.watch.focus, m)
		return
	}
	m.watch.focus[m] = ids
}

// SetInterval is Watch.SetInterval.
func (m *Mailbox) SetInterval(d time.Duration) { m.watch.SetInterval(d) }

// Reread is Watch.Reread.
func (m *Mailbox) Reread(id string) { m.watch.Reread(id) }
