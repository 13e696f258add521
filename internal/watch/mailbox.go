package watch

import (
	"context"
	"time"

	"github.com/daprdeck/daprdeck/internal/latest"
)

// Mailbox is one reader's end of a watch. It holds one snapshot, the latest: a
// reader that is slow misses those in between, and never slows the watch down.
// Next may be called from one goroutine at a time.
type Mailbox struct {
	watch *Watch
	box   *latest.Box[Snapshot]
}

// Subscribe returns a new mailbox, which holds the current snapshot already.
func (w *Watch) Subscribe() *Mailbox { return &Mailbox{watch: w, box: w.latest.Subscribe()} }

// Next blocks until there is a snapshot newer than the last one taken. It
// returns false when ctx ends, the mailbox is closed or the watch has ended.
func (m *Mailbox) Next(ctx context.Context) (Snapshot, bool) { return m.box.Next(ctx) }

// Close ends the mailbox; a Next that waits returns false.
func (m *Mailbox) Close() {
	m.box.Close()
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
