package watch

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// fake is a sidecar in memory. Its clock is that of the bubble the test runs
// in; each call takes as long as latency says.
type fake struct {
	mu sync.Mutex
	// app is who answers; empty: nothing does.
	app     string
	workers int
	order   []string
	rows    map[string]workflow.Instance
	// pageSize is the most IDs of a page; zero: all.
	pageSize int
	latency  time.Duration
	// weight is what the payloads of each instance weigh, in bytes.
	weight int
	lost   chan struct{}

	// connectErr, listErr and getErr make calls fail; getErr may wait for ctx.
	connectErr func() error
	// unlisted, when set, is why Connect cannot list although instances can be
	// read by their IDs.
	unlisted   error
	listErr    func(token string) error
	getErr     func(ctx context.Context, id string) error
	sidecarErr func() error
	// appends is Sidecar.Appends.
	appends bool
	// tokens are those of the listings asked for.
	tokens []string
	// anonymous makes the sidecar forget its name.
	anonymous bool
	// hide leaves IDs out of the listing, repeat lists them twice.
	hide   map[string]bool
	repeat map[string]bool

	stats
	listing int
}

// stats is what the fake has seen.
type stats struct {
	calls     Calls
	connects  []time.Time
	reads     map[string]int
	inFlight  int
	maxFlight int
	overlap   bool
}

// seen returns a copy of what the fake has seen so far.
func (f *fake) seen() stats {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.stats
	s.reads, s.connects = maps.Clone(s.reads), slices.Clone(s.connects)
	return s
}

func newFake(app string) *fake {
	return &fake{
		app: app, rows: map[string]workflow.Instance{}, latency: time.Millisecond,
		hide: map[string]bool{}, repeat: map[string]bool{}, stats: stats{reads: map[string]int{}},
	}
}

func failure(kind workflow.ErrorKind) error {
	return &workflow.Error{Kind: kind, Message: "failure " + strconv.Itoa(int(kind))}
}

// set changes the fake under its lock.
func (f *fake) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fake) add(status workflow.Status, ids ...string) {
	f.set(func() {
		for _, id := range ids {
			if _, ok := f.rows[id]; !ok {
				f.order = append(f.order, id)
			}
			f.rows[id] = workflow.Instance{
				Key: workflow.Key{AppID: f.app, InstanceID: id}, Label: id, Name: "Order", Status: status,
			}
		}
	})
}

func (f *fake) purge(ids ...string) {
	f.set(func() {
		for _, id := range ids {
			delete(f.rows, id)
		}
		f.order = slices.DeleteFunc(f.order, func(id string) bool { return slices.Contains(ids, id) })
	})
}

// stop takes the sidecar away and breaks its connection.
func (f *fake) stop() {
	f.set(func() {
		f.app = ""
		if f.lost != nil {
			close(f.lost)
			f.lost = nil
		}
	})
}

func (f *fake) start(app string) { f.set(func() { f.app = app }) }

func (f *fake) Address() string { return "127.0.0.1:50001" }

func (f *fake) wait(ctx context.Context) error {
	var latency time.Duration
	f.set(func() { latency = f.latency })
	timer := time.NewTimer(latency)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *fake) sidecar() workflow.Sidecar {
	return workflow.Sidecar{Address: f.Address(), AppID: f.app, Version: "1.18.0", Workers: f.workers, WorkersKnown: true, Appends: f.appends}
}

func (f *fake) Connect(ctx context.Context) (Connection, error) {
	f.set(func() { f.connects = append(f.connects, time.Now()) })
	if err := f.wait(ctx); err != nil {
		return Connection{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.app == "" {
		return Connection{}, failure(workflow.KindUnavailable)
	}
	if f.connectErr != nil {
		if err := f.connectErr(); err != nil {
			return Connection{}, err
		}
	}
	f.lost = make(chan struct{})
	if f.unlisted != nil {
		return Connection{Sidecar: f.sidecar(), ByID: true, Lost: f.lost}, f.unlisted
	}
	ids, next, _ := f.page("")
	return Connection{Sidecar: f.sidecar(), IDs: ids, Next: next, Lost: f.lost}, nil
}

func (f *fake) page(token string) (ids []string, next string, err error) {
	from, _ := strconv.Atoi(token)
	to := len(f.order)
	if f.pageSize > 0 && from+f.pageSize < to {
		to = from + f.pageSize
		next = strconv.Itoa(to)
	}
	for _, id := range f.order[min(from, to):to] {
		if !f.hide[id] {
			ids = append(ids, id)
		}
		if f.repeat[id] {
			ids = append(ids, id)
		}
	}
	return ids, next, nil
}

func (f *fake) List(ctx context.Context, token string) ([]string, string, error) {
	f.set(func() {
		f.calls.List++
		f.tokens = append(f.tokens, token)
		f.listing++
		f.overlap = f.overlap || f.listing > 1
	})
	defer f.set(func() { f.listing-- })
	if err := f.wait(ctx); err != nil {
		return nil, "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.app == "" {
		return nil, "", failure(workflow.KindUnavailable)
	}
	if f.listErr != nil {
		if err := f.listErr(token); err != nil {
			return nil, "", err
		}
	}
	return f.page(token)
}

func (f *fake) Get(ctx context.Context, id string, payloads bool) (workflow.Instance, int, error) {
	var fail func(context.Context, string) error
	f.set(func() {
		f.calls.Get++
		f.reads[id]++
		f.inFlight++
		f.maxFlight = max(f.maxFlight, f.inFlight)
		fail = f.getErr
	})
	defer f.set(func() { f.inFlight-- })
	if err := f.wait(ctx); err != nil {
		return workflow.Instance{}, 0, err
	}
	if fail != nil {
		if err := fail(ctx, id); err != nil {
			return workflow.Instance{}, 0, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.app == "" {
		return workflow.Instance{}, 0, failure(workflow.KindUnavailable)
	}
	inst, ok := f.rows[id]
	if !ok {
		return workflow.Instance{}, 0, failure(workflow.KindNotFound)
	}
	if !payloads {
		inst.CustomStatus, inst.Failure = "", ""
		return inst, 0, nil
	}
	return inst, f.weight, nil
}

func (f *fake) Sidecar(ctx context.Context) (workflow.Sidecar, error) {
	f.set(func() { f.calls.Sidecar++ })
	if err := f.wait(ctx); err != nil {
		return workflow.Sidecar{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.sidecarErr != nil {
		if err := f.sidecarErr(); err != nil {
			return workflow.Sidecar{}, err
		}
	}
	if f.anonymous {
		return workflow.Sidecar{}, nil
	}
	return f.sidecar(), nil
}

// box is a mailbox that fails its test instead of waiting for ever.
type box struct {
	t *testing.T
	*Mailbox
	last Snapshot
}

// pass lets virtual time pass: a bubble of synctest jumps ahead when everything
// in it waits, so nothing is waited for in truth.
func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // virtual time
}

// patience is, in the virtual time of the bubble, more than anything takes.
const patience = 10 * time.Minute

// start runs a watch of src until the test ends.
func start(t *testing.T, src Source, cfg Config) *box {
	t.Helper()
	w := New(src, cfg)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return &box{t: t, Mailbox: w.Subscribe()}
}

func (b *box) next() Snapshot {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	s, ok := b.Next(ctx)
	if !ok {
		b.t.Fatalf("no snapshot came; the last was %+v", b.last)
	}
	if s.Seq <= b.last.Seq {
		b.t.Fatalf("snapshot %d after %d", s.Seq, b.last.Seq)
	}
	checkSnapshot(b.t, s)
	b.last = s
	return s
}

// until takes snapshots until one satisfies ok.
func (b *box) until(ok func(Snapshot) bool) Snapshot {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if s := b.next(); ok(s) {
			return s
		}
	}
	b.t.Fatalf("it did not happen; the last snapshot was %+v", b.last)
	return Snapshot{}
}

// refreshed waits for the end of the n-th complete refresh from now on.
func (b *box) refreshed(n int) Snapshot {
	b.t.Helper()
	s := b.last
	for range n {
		at := s.RefreshedAt
		s = b.until(func(s Snapshot) bool { return s.RefreshedAt.After(at) })
	}
	return s
}

// checkSnapshot checks what holds for each snapshot.
func checkSnapshot(t *testing.T, s Snapshot) {
	t.Helper()
	var counts [workflow.NumStatuses]int
	seen := map[string]bool{}
	for i := range s.Instances {
		row := s.Instances[i]
		counts[row.Status]++
		if seen[row.InstanceID] {
			t.Fatalf("%s is in the snapshot twice", row.InstanceID)
		}
		seen[row.InstanceID] = true
		if row.AppID != s.Sidecar.AppID {
			t.Fatalf("row of %q in a snapshot of %q", row.AppID, s.Sidecar.AppID)
		}
	}
	for _, id := range s.Absent {
		if seen[id] {
			t.Fatalf("%s is in the snapshot, and absent", id)
		}
	}
	if s.Listless && len(s.Instances)+len(s.Absent) > s.Watched {
		t.Fatalf("%d rows and %d absent of %d watched", len(s.Instances), len(s.Absent), s.Watched)
	}
	if counts != s.Counts {
		t.Fatalf("counts = %v, rows say %v", s.Counts, counts)
	}
}

func row(s Snapshot, id string) (workflow.Instance, bool) {
	for _, inst := range s.Instances {
		if inst.InstanceID == id {
			return *inst, true
		}
	}
	return workflow.Instance{}, false
}

func wantIDs(t *testing.T, s Snapshot, want ...string) {
	t.Helper()
	var got []string
	for i := range s.Instances {
		got = append(got, s.Instances[i].InstanceID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("instances = %q, want %q", got, want)
	}
}
