package fleet

import (
	"context"
	"time"

	"github.com/daprdeck/daprdeck/internal/latest"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Mailbox is one reader's end of a fleet. It holds one snapshot, the latest.
// Next may be called from one goroutine at a time.
type Mailbox struct {
	fleet *Fleet
	box   *latest.Box[Snapshot]
}

// Subscribe returns a new mailbox, which holds the current snapshot already.
func (f *Fleet) Subscribe() *Mailbox { return &Mailbox{fleet: f, box: f.value.Subscribe()} }

// Next blocks until there is a snapshot newer than the last one taken. It
// returns false when ctx ends, the mailbox is closed or the fleet has ended.
func (b *Mailbox) Next(ctx context.Context) (Snapshot, bool) { return b.box.Next(ctx) }

// Rows is Next for whoever only wants to know how many rows there are.
func (b *Mailbox) Rows(ctx context.Context) (n int, ok bool) {
	s, ok := b.box.Next(ctx)
	return len(s.Instances), ok
}

// Close ends the mailbox.
func (b *Mailbox) Close() {
	b.box.Close()
	b.Focus(nil)
}

// Refresh has every sidecar refreshed now, or tried again.
func (b *Mailbox) Refresh() {
	b.fleet.each(func(m *member) { m.watch.Refresh() })
}

// SetInterval changes the time between two refreshes of each sidecar.
func (b *Mailbox) SetInterval(d time.Duration) {
	b.fleet.mu.Lock()
	b.fleet.interval = &d
	b.fleet.mu.Unlock()
	b.fleet.each(func(m *member) { m.watch.SetInterval(d) })
}

// Hold stops all reading but Reread's, and lets it go on.
func (b *Mailbox) Hold(hold bool) {
	b.fleet.mu.Lock()
	b.fleet.held = hold
	b.fleet.mu.Unlock()
	b.fleet.each(func(m *member) { m.watch.Hold(hold || m.resting) })
}

// Reread asks for one instance to be read at once.
func (b *Mailbox) Reread(key workflow.Key) {
	b.fleet.each(func(m *member) {
		if m.reads && m.snap.Sidecar.AppID == key.AppID {
			m.watch.Reread(key.InstanceID)
		}
	})
}

// Focus says which instances this reader has on its screen: they are read
// first. The slice may not be changed afterwards.
func (b *Mailbox) Focus(keys []workflow.Key) {
	f := b.fleet
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(keys) == 0 {
		delete(f.focus, b)
	} else {
		f.focus[b] = keys
	}
	f.refocus()
}

// refocus tells every watch what of its own is on a screen. The caller holds mu.
func (f *Fleet) refocus() {
	ids := map[string][]string{}
	for _, keys := range f.focus {
		for _, k := range keys {
			ids[k.AppID] = append(ids[k.AppID], k.InstanceID)
		}
	}
	for _, m := range f.members {
		if m.reads {
			m.box.Focus(ids[m.snap.Sidecar.AppID])
		} else {
			m.box.Focus(nil)
		}
	}
}

func (f *Fleet) each(do func(*member)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.members {
		do(m)
	}
}
