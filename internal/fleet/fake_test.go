package fleet

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// sidecar is one in memory: a source and a client in one.
type sidecar struct {
	Client // panics on what a test does not expect
	addr   string

	mu sync.Mutex
	// app is who answers; empty: nothing does. mute: nothing ever answers.
	app  string
	mute bool
	ids  []string
	lost chan struct{}
	// reads and suspends are the calls that came.
	reads    []string
	suspends []string
	fail     error
	// listless: it cannot list.
	listless bool
}

func newSidecar(addr, app string, ids ...string) *sidecar {
	return &sidecar{addr: addr, app: app, ids: ids}
}

func (s *sidecar) Address() string { return s.addr }

func unavailable() error {
	return &workflow.Error{Kind: workflow.KindUnavailable, Message: "nothing answers"}
}

func (s *sidecar) Connect(ctx context.Context) (watch.Connection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mute {
		s.mu.Unlock()
		<-ctx.Done()
		s.mu.Lock()
		return watch.Connection{}, ctx.Err()
	}
	if s.app == "" {
		return watch.Connection{}, unavailable()
	}
	s.lost = make(chan struct{})
	if s.listless {
		return watch.Connection{Sidecar: workflow.Sidecar{AppID: s.app, Address: s.addr}, ByID: true, Lost: s.lost},
			&workflow.Error{Kind: workflow.KindCannotList, Message: "it cannot list"}
	}
	return watch.Connection{Sidecar: workflow.Sidecar{AppID: s.app, Address: s.addr}, IDs: slices.Clone(s.ids), Lost: s.lost}, nil
}

func (s *sidecar) List(context.Context, string) ([]string, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.app == "" {
		return nil, "", unavailable()
	}
	return slices.Clone(s.ids), "", nil
}

func (s *sidecar) Get(_ context.Context, id string, _ bool) (workflow.Instance, int, error) {
	time.Sleep(time.Millisecond) //nolint:forbidigo // the clock is that of the bubble
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads = append(s.reads, id)
	if s.app == "" {
		return workflow.Instance{}, 0, unavailable()
	}
	return workflow.Instance{Key: workflow.Key{AppID: s.app, InstanceID: id}, Label: id, Name: "Order", Status: workflow.Running}, 10, nil
}

func (s *sidecar) Sidecar(context.Context) (workflow.Sidecar, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return workflow.Sidecar{AppID: s.app, Address: s.addr}, nil
}

func (s *sidecar) Detail(_ context.Context, key workflow.Key) (workflow.Detail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads = append(s.reads, key.InstanceID)
	if s.fail != nil {
		return workflow.Detail{}, s.fail
	}
	return workflow.Detail{Instance: workflow.Instance{Key: key, Name: s.addr}}, nil
}

func (s *sidecar) Suspend(_ context.Context, key workflow.Key, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.suspends = append(s.suspends, key.InstanceID)
	return s.fail
}

// set changes the sidecar under its lock.
func (s *sidecar) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// stop takes the sidecar away and breaks its connection.
func (s *sidecar) stop() {
	s.set(func() {
		s.app = ""
		if s.lost != nil {
			close(s.lost)
			s.lost = nil
		}
	})
}

func (s *sidecar) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.reads)
}

// run starts a fleet of sidecars in a bubble of its own.
func run(t *testing.T, test func(t *testing.T, f *Fleet, box *Mailbox), sidecars ...*sidecar) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := New(Config{Watch: watch.Config{Interval: 2 * time.Second, Concurrency: 1}})
		for _, s := range sidecars {
			f.Add(Member{ID: s.addr, Source: s, Client: s})
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			f.Run(ctx)
		}()
		box := f.Subscribe()
		test(t, f, box)
		cancel()
		<-ended
		if _, ok := box.Next(t.Context()); ok {
			t.Error("there is news from a fleet that has ended")
		}
	})
}

// until waits for a snapshot that is as a test wants it.
func until(t *testing.T, box *Mailbox, what string, ok func(s Snapshot) bool) Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var last Snapshot
	for {
		s, more := box.Next(ctx)
		if !more {
			t.Fatalf("no %s; the last snapshot has %v", what, shape(last))
		}
		if last = s; ok(s) {
			return s
		}
	}
}

// shape is which rows each app has.
func shape(s Snapshot) map[string][]string {
	all := map[string][]string{}
	for i := range s.Apps {
		id := s.Apps[i].ID()
		if id == "" {
			id = "? " + s.Apps[i].Address
		}
		all[id] = rowsOf(s, s.Apps[i].ID())
	}
	return all
}

func rowsOf(s Snapshot, app string) []string {
	var ids []string
	for _, row := range s.Instances {
		if row.AppID == app {
			ids = append(ids, row.InstanceID)
		}
	}
	slices.Sort(ids)
	return ids
}

func has(want map[string][]string) func(Snapshot) bool {
	return func(s Snapshot) bool { return maps.EqualFunc(shape(s), want, slices.Equal[[]string]) }
}
