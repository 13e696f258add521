// Package fleet makes one feed and one client of several sidecars. Each sidecar
// has a watch of its own, with its own budget, back-off and age, so that one
// that is slow or dead neither delays nor blanks the others. Sidecars that say
// the same app ID are replicas: one of them is read, and another takes over when
// its connection is gone.
package fleet

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/daprdeck/daprdeck/internal/latest"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Member is a sidecar that joins a fleet.
type Member struct {
	// ID tells members apart, such as the address.
	ID string
	// Name is what the user calls it, empty mostly; Origin says where the
	// address is from, for people. Both are clean.
	Name, Origin string
	// Quiet leaves it out of sight while it has never answered and there is any
	// other: for an address that nobody has given.
	Quiet  bool
	Source watch.Source
	Client Client
	// Calls returns how many calls were sent, by method; nil counts none.
	Calls func() map[string]int
	// Close is called once the member has left and its watch has ended; may be
	// nil.
	Close func() error
}

// Config holds what all members have in common.
type Config struct {
	// Watch is how each is read.
	Watch watch.Config
	// BatchEvery is the least time between two snapshots where there are several
	// sidecars: 100 ms. With very many rows it is longer.
	BatchEvery time.Duration
	// Searching says from the beginning that sidecars are looked for.
	Searching bool
	Logger    *slog.Logger
}

// Fleet is a set of sidecars. Its methods may be called from any goroutine.
type Fleet struct {
	cfg   Config
	value *latest.Value[Snapshot]
	// bell says that a member has news; crashed brings the report of a panic.
	bell    chan struct{}
	crashed chan string

	mu      sync.Mutex
	ctx     context.Context //nolint:containedctx // that of Run, for members that join later; nil before
	running sync.WaitGroup
	ended   bool
	members []*member
	// held is set while the user has stopped reading; interval is the user's.
	held     bool
	interval *time.Duration
	focus    map[*Mailbox][]workflow.Key
	// gens are the generations of the apps of the last snapshot, and losses how
	// many apps have gone so far: nothing else is kept of those.
	gens   map[string]uint64
	losses uint64
	seq    uint64
	// rows is how many the last snapshot had.
	rows   int
	search bool
	// lists are the IDs that are watched, by app.
	lists map[string][]string
}

// member is a sidecar with its watch.
type member struct {
	Member
	watch *watch.Watch
	box   *watch.Mailbox
	stop  context.CancelFunc
	snap  watch.Snapshot
	// reads is set for the one of its app that is read; the others rest.
	reads, resting bool
	// gone says that its process has ended, retired that it goes once another of
	// its app is connected.
	gone, retired bool
	// orphan says that the process that started it has ended.
	orphan bool
}

// New returns a fleet without members that has not started.
func New(cfg Config) *Fleet {
	if cfg.BatchEvery <= 0 {
		cfg.BatchEvery = 100 * time.Millisecond
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	f := &Fleet{
		cfg: cfg, bell: make(chan struct{}, 1), crashed: make(chan string, 1), search: cfg.Searching,
		focus: map[*Mailbox][]workflow.Key{}, gens: map[string]uint64{}, lists: map[string][]string{},
	}
	f.value = latest.New(Snapshot{Snapshot: watch.Snapshot{Seq: 1, Phase: watch.Connecting}, Searching: cfg.Searching})
	return f
}

// One returns a fleet of one sidecar.
func One(src watch.Source, client Client, cfg watch.Config) *Fleet {
	f := New(Config{Watch: cfg, Logger: cfg.Logger})
	m := Member{ID: src.Address(), Source: src, Client: client}
	if c, ok := client.(interface{ Calls() map[string]int }); ok {
		m.Calls = c.Calls
	}
	f.Add(m)
	return f
}

// perRow is by how much longer the pause between two snapshots is for each row
// there is: putting two hundred thousand together, and filtering and sorting
// them, takes 0.1 s of a core and some megabytes each time.
const perRow = 2 * time.Microsecond

// Add lets a sidecar join, and starts to read it once the fleet runs. One whose
// ID is there already is not taken, nor is any once the fleet has ended: it
// stays the caller's to close.
func (f *Fleet) Add(m Member) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended || f.find(m.ID) != nil {
		return false
	}
	w := watch.New(m.Source, f.cfg.Watch)
	x := &member{Member: m, watch: w, box: w.Subscribe(), stop: func() {}}
	x.snap = watch.Snapshot{Seq: 1, Address: m.Source.Address(), Phase: watch.Connecting, Interval: f.cfg.Watch.Interval}
	if f.interval != nil {
		w.SetInterval(*f.interval)
	}
	if f.held {
		w.Hold(true)
	}
	f.members = append(f.members, x)
	if f.ctx != nil {
		f.start(x)
	}
	f.publish()
	return true
}

// Remove lets a sidecar leave. Rows that only it had are void.
func (f *Fleet) Remove(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.members, func(m *member) bool { return m.ID == id })
	if i < 0 {
		return
	}
	m := f.members[i]
	f.members = slices.Delete(f.members, i, i+1)
	f.leave(m)
	f.publish()
}

// leave ends a member that is no longer among the others. The caller holds mu.
func (f *Fleet) leave(m *member) {
	m.stop()
	if f.ctx == nil && m.Close != nil {
		_ = m.Close() // nothing was said on it
	}
}

// Retire lets a sidecar leave as soon as another of its app has loaded, so
// that the app is never gone in between.
func (f *Fleet) Retire(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.find(id); m != nil && !m.retired {
		m.retired = true
		f.publish()
	}
}

// Lost says that a sidecar's process has ended. It goes on being looked for.
func (f *Fleet) Lost(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.find(id); m != nil && !m.gone {
		m.gone = true
		f.publish()
	}
}

// Orphaned says whether the process that started a sidecar has ended, while the
// sidecar runs on.
func (f *Fleet) Orphaned(id string, on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.find(id); m != nil && m.orphan != on {
		m.orphan = on
		f.publish()
	}
}

// Back says that a sidecar is there again, and where from: no need to wait for
// the next try. It reports whether the fleet has it: one that has retired is no
// longer a member, and has to be added again.
func (f *Fleet) Back(id, origin string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.find(id)
	if m == nil {
		return false
	}
	if m.gone || m.Origin != origin {
		m.gone, m.retired, m.Origin = false, false, origin
		if !connected(m.snap.Phase) {
			m.watch.Refresh()
		}
		f.publish()
	}
	return true
}

// Searching says whether sidecars are looked for on this machine.
func (f *Fleet) Searching(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.search != on {
		f.search = on
		f.publish()
	}
}

// find returns a member by its ID. The caller holds mu.
func (f *Fleet) find(id string) *member {
	for _, m := range f.members {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// start runs a member's watch and listens to it. The caller holds mu.
func (f *Fleet) start(m *member) {
	ctx, stop := context.WithCancel(f.ctx)
	m.stop = stop
	f.running.Go(func() {
		defer f.catch()
		defer func() {
			if m.Close != nil {
				_ = m.Close() // it is of no use to anybody any more
			}
		}()
		m.watch.Run(ctx)
	})
	f.running.Go(func() {
		defer f.catch()
		f.listen(ctx, m)
	})
}

func (f *Fleet) listen(ctx context.Context, m *member) {
	for {
		snap, ok := m.box.Next(ctx)
		if !ok {
			return
		}
		f.heard(m, snap)
		select {
		case f.bell <- struct{}{}:
		default:
		}
	}
}

// heard takes in what a member's watch says.
func (f *Fleet) heard(m *member, snap watch.Snapshot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before, id := m.snap.Sidecar.AppID, snap.Sidecar.AppID
	changed := snap.AppChange != m.snap.AppChange
	m.snap = snap
	switch {
	case changed && id == before: // another app was here in between
		f.losses++
		delete(f.gens, id)
	case changed && !slices.ContainsFunc(f.members, func(o *member) bool { return o.snap.Sidecar.AppID == before }):
		f.losses++ // it is gone, also when it is back before the next snapshot
		delete(f.gens, before)
	}
	if id != before {
		f.handList(m)
	}
}

// catch keeps the report of a panic for the goroutine of Run.
func (f *Fleet) catch() {
	if p := recover(); p != nil {
		select {
		case f.crashed <- fmt.Sprintf("%v\n\n%s", p, debug.Stack()):
		default: // one is enough
		}
	}
}

// end ends every goroutine and waits for it.
func (f *Fleet) end(cancel context.CancelFunc) {
	f.mu.Lock()
	f.ended = true
	f.mu.Unlock()
	cancel()
	f.running.Wait()
	f.value.End()
}

// pass passes on what the members have, and reports whether there are several,
// and how many rows they have.
func (f *Fleet) pass() (several bool, rows int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.publish()
	return len(f.members) > 1, f.rows
}

// Run reads all sidecars until ctx ends. It owns every goroutine of the fleet,
// and all have ended when it returns. A panic in any of them comes out of Run.
// Call it once.
func (f *Fleet) Run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	f.mu.Lock()
	f.ctx = ctx
	for _, m := range f.members {
		f.start(m)
	}
	f.mu.Unlock()
	defer f.end(cancel)
	pause := time.NewTimer(time.Hour)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case report := <-f.crashed:
			panic(report)
		case <-f.bell:
		}
		several, rows := f.pass()
		if !several {
			continue // its watch has a pace of its own
		}
		pause.Reset(f.cfg.BatchEvery + time.Duration(rows)*perRow)
		select {
		case <-ctx.Done():
			return
		case report := <-f.crashed:
			panic(report)
		case <-pause.C:
		}
	}
}
