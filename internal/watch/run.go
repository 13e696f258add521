package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/daprdeck/daprdeck/internal/latest"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Watch keeps a live copy of the instances behind one source. Make it with New
// and start it with Run; all other methods may be called from any goroutine,
// before, during and after that, and never block.
type Watch struct {
	src    Source
	cfg    Config
	latest *latest.Value[Snapshot]

	// mu guards asked, focus and what is given to list; wake tells the goroutine of Run to look at
	// what was asked.
	mu    sync.Mutex
	asked requests
	// focus is what each reader has on its screen.
	focus map[*Mailbox][]string
	list  watchlist
	wake  chan struct{}
	// crashed carries the report of a panic in a goroutine of ours.
	crashed chan string

	// What follows belongs to the goroutine of Run alone.

	snap Snapshot
	rows *table
	// seq numbers the reads, over all connections.
	seq uint64
	// gen numbers the listings, likewise.
	gen uint32
	// failures counts what went wrong since the last complete refresh, and shut
	// how often in a row the door was.
	failures int
	// slow counts the tries to connect in a row that took too long.
	slow int
	shut int
	// published is when the last snapshot went out.
	published time.Time
}

// requests is what readers have asked for since it was last taken.
type requests struct {
	refresh     bool
	interval    time.Duration
	hasInterval bool
	hold        bool
	hasHold     bool
	reread      []string
	relist      bool
}

// New returns a watch of src that has not started.
func New(src Source, cfg Config) *Watch {
	w := &Watch{src: src, cfg: cfg.withDefaults(), wake: make(chan struct{}, 1), crashed: make(chan string, 1), focus: map[*Mailbox][]string{}, rows: newTable("")}
	w.list = newWatchlist(w.cfg.IDs)
	w.snap = Snapshot{Seq: 1, Address: src.Address(), Phase: Connecting, Interval: w.cfg.Interval}
	w.latest = latest.New(w.snap)
	return w
}

// Refresh asks for a refresh now; while one runs, for another right after it;
// while Down or Refused, for a new try to connect.
func (w *Watch) Refresh() {
	w.ask(func(r *requests) { r.refresh = true })
}

// SetInterval changes the time between refreshes. Zero and less turn them off:
// only Refresh and Reread read then.
func (w *Watch) SetInterval(d time.Duration) {
	w.ask(func(r *requests) { r.interval, r.hasInterval = max(0, d), true })
}

// Reread asks for one instance to be read at once, outside the refreshes; the
// list need not hold it yet; to a watch list it is added when it exists. Without a connection it does nothing, for the
// next one reads everything that lives.
func (w *Watch) Reread(id string) {
	w.ask(func(r *requests) { r.reread = append(r.reread, id) })
}

// Hold stops all reading but Reread's, the first load too, and lets it go on.
// Connecting goes on either way.
func (w *Watch) Hold(hold bool) {
	w.ask(func(r *requests) { r.hold, r.hasHold = hold, true })
}

// focused returns what the readers have on their screens.
func (w *Watch) focused() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ids []string
	for _, of := range w.focus {
		ids = append(ids, of...)
	}
	return ids
}

func (w *Watch) ask(change func(*requests)) {
	w.mu.Lock()
	change(&w.asked)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *Watch) take() requests {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.asked
	w.asked = requests{}
	if r.hasInterval {
		w.snap.Interval = r.interval
	}
	if r.hasHold {
		w.snap.Held = r.hold
	}
	return r
}

// catch keeps the report of a panic for the goroutine of Run.
func (w *Watch) catch() {
	if p := recover(); p != nil {
		select {
		case w.crashed <- fmt.Sprintf("%v\n\n%s", p, debug.Stack()):
		default: // one is enough
		}
	}
}

// Run connects, loads and refreshes until ctx ends. It owns every goroutine of
// the watch, and all have ended when it returns. A panic in any of them comes
// out of Run, with the stack where it happened. Call it once.
func (w *Watch) Run(ctx context.Context) {
	defer w.latest.End()
	for ctx.Err() == nil {
		conn, err := w.connect(ctx)
		w.meet(conn.Sidecar)
		lived := err == nil || conn.ByID && is(kindOf(err), silences)
		if lived {
			w.listless(err)
			err = newSession(ctx, w, conn).run()
		}
		if ctx.Err() != nil {
			return
		}
		w.rest(ctx, err, lived)
	}
}

// connect makes one try, while it keeps an ear for SetInterval.
func (w *Watch) connect(ctx context.Context) (Connection, error) {
	ctx, cancel := context.WithTimeout(ctx, w.patience())
	defer cancel()
	type answer struct {
		conn Connection
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		defer w.catch()
		conn, err := w.src.Connect(ctx)
		answers <- answer{conn, err}
	}()
	for {
		select {
		case a := <-answers:
			return a.conn, a.err
		case report := <-w.crashed:
			panic(report)
		case <-w.wake:
			if r := w.take(); r.hasInterval || r.hasHold {
				w.publish()
			}
		}
	}
}

// meet compares who answers now with who answered before. Rows of another app
// are void.
func (w *Watch) meet(now workflow.Sidecar) {
	if now.AppID == "" {
		return
	}
	if before := w.snap.Sidecar.AppID; before != now.AppID {
		if before != "" {
			w.snap.AppChange++
			w.cfg.Logger.Warn("another app answers", slog.String("app", now.AppID), slog.String("before", before))
		}
		w.rows = newTable(now.AppID)
		w.list.forget()
		w.snap.Listed, w.snap.RefreshedAt, w.snap.Behind = 0, time.Time{}, 0
		w.snap.Took, w.snap.Calls = 0, Calls{}
	}
	w.snap.Sidecar = now
}

// Kinds of error, as sets of bits.
const (
	// refusals are answers of a sidecar that will not list.
	refusals = 1<<workflow.KindNoStateStore | 1<<workflow.KindPoisoned |
		1<<workflow.KindCannotList | 1<<workflow.KindOldRuntime
	// doors are what keeps us out: a key that does not do, or none.
	doors = 1<<workflow.KindUnauthenticated | 1<<workflow.KindUntrusted | 1<<workflow.KindTLS
	// silences are those of them that only take the listing away, so that a watch
	// list can stand in for it.
	silences = 1<<workflow.KindCannotList | 1<<workflow.KindOldRuntime
	// handwork is what only somebody's hand changes: no hurry to try again.
	handwork = refusals | 1<<workflow.KindWrongPort
	// partings end the connection whichever call meets them.
	partings = doors | 1<<workflow.KindClosed | 1<<workflow.KindOtherApp |
		1<<workflow.KindWrongPort | 1<<workflow.KindNoStateStore | 1<<workflow.KindOldRuntime
	// doubts end the connection when they come in a row: nothing else answers.
	doubts = 1<<workflow.KindUnavailable | 1<<workflow.KindDeadline
	// passing is worth another try of the same page.
	passing = 1<<workflow.KindOther | 1<<workflow.KindBusy
)

func is(kind workflow.ErrorKind, set uint) bool { return set>>kind&1 == 1 }

func kindOf(err error) workflow.ErrorKind {
	kind := workflow.KindOf(err)
	if kind == workflow.KindOther && errors.Is(err, context.DeadlineExceeded) {
		return workflow.KindDeadline
	}
	return kind
}

// rest publishes why there is no connection and waits for the next try.
func (w *Watch) rest(ctx context.Context, err error, lived bool) {
	kind := kindOf(err)
	delay := w.delay(kind, lived)
	w.failures++
	if w.slow++; kind != workflow.KindDeadline {
		w.slow = 0
	}
	if !is(kind, doors) {
		w.shut = 0
	}
	if w.snap.Err == nil || w.snap.Err.Error() != err.Error() {
		w.cfg.Logger.Warn("no connection", slog.String("err", err.Error()))
	}
	now := w.cfg.Now()
	w.snap.Phase = Down
	if is(kind, refusals) {
		w.snap.Phase = Refused
	}
	w.snap.Refreshing = false
	w.snap.Err, w.snap.ErrAt, w.snap.RetryAt = err, now, now.Add(delay)
	w.publish()
	timer := time.NewTimer(delay)
	defer timer.Stop()
	renewed, stop := w.renewal(kind)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case <-renewed:
			w.shut = 0
			return
		case report := <-w.crashed:
			panic(report)
		case <-w.wake:
			r := w.take()
			if r.refresh {
				w.shut = 0
				return
			}
			if r.hasInterval || r.hasHold {
				w.publish()
			}
		}
	}
}

// Renewing is a Source whose way in hangs on something that can be renewed
// while the watch waits: a token, a certificate.
type Renewing interface {
	// Renewed reports whether that has changed since the last connect. It is
	// called about once a second, in a goroutine of its own.
	Renewed() bool
}

// renewal tells on its channel when a door that is shut may open now. stop ends
// the asking, once the question under way has been answered: that is a look at
// a file.
func (w *Watch) renewal(kind workflow.ErrorKind) (renewed <-chan struct{}, stop func()) {
	src, ok := w.src.(Renewing)
	if !ok || !is(kind, doors) {
		return nil, func() {}
	}
	news, quit := make(chan struct{}), make(chan struct{})
	var asking sync.WaitGroup
	asking.Go(func() {
		defer w.catch()
		tick := time.NewTicker(w.cfg.RenewEvery)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				if src.Renewed() {
					close(news)
					return
				}
			}
		}
	})
	return news, func() {
		close(quit)
		asking.Wait()
	}
}

// firstPatience is how long a try to connect may take; each one after a try that
// took too long may take twice as long, up to Config.ConnectTimeout. A
// sidecar that has just come up can leave its first call without an answer for
// good, and the next try, a moment later, is answered at once.
const firstPatience = time.Second

func (w *Watch) patience() time.Duration {
	return min(w.cfg.ConnectTimeout, firstPatience<<min(w.slow, 8))
}

// delay is the wait before the next try. A listing that is refused, another
// app, or a door that is shut in the middle of a good connection is looked into
// at once: only a fresh connect shuts the gate for other calls, and only that
// reads a token or a certificate anew.
func (w *Watch) delay(kind workflow.ErrorKind, lived bool) time.Duration {
	if lived && w.failures == 0 && is(kind, refusals|doors|1<<workflow.KindOtherApp) {
		return 0
	}
	if is(kind, doors) {
		w.shut++
		return min(w.cfg.SlowBackoff<<min(w.shut-1, 8), max(w.cfg.DoorBackoff, w.cfg.SlowBackoff))
	}
	limit := w.cfg.BackoffMax
	if is(kind, handwork) {
		limit = w.cfg.SlowBackoff
	}
	delay := w.cfg.BackoffMin
	for range min(w.failures, 16) {
		delay *= 2
	}
	return min(delay, limit)
}

// publish sends what is known now to every mailbox.
func (w *Watch) publish() {
	w.published = w.cfg.Now()
	w.snap.Seq++
	w.snap.Instances = w.rows.view()
	w.snap.Counts, w.snap.Partial, w.snap.Ahead = w.rows.counts, w.rows.partial, w.rows.ahead
	w.tellWatched()
	w.latest.Set(w.snap)
}
