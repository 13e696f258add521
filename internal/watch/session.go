package watch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// urgentReaders serve Reread, so that it waits for no refresh.
const urgentReaders = 4

const (
	// After muteAsk calls in a row that nothing answered the sidecar is asked
	// whether it is there at all; muteLimit of them end a refresh, for each
	// takes seconds.
	muteAsk   = 8
	muteLimit = 3 * muteAsk
)

// session is the life of one connection: a loop that owns all state, and
// goroutines that make calls and hand it their answers.
type session struct {
	w      *Watch
	conn   Connection
	ctx    context.Context // the life of the session, and so of each call in it
	cancel context.CancelFunc
	calls  sync.WaitGroup

	jobs    chan job
	urgent  chan job
	results chan result
	pages   chan page
	asked   chan sidecarAnswer

	// due starts the next refresh, batch the next snapshot, pace the next read.
	due   *time.Timer
	batch *time.Timer
	pace  *time.Timer
	// armed is set while batch runs.
	armed bool

	// r is the refresh that runs, nil between two.
	r *refresh
	// again asks for another refresh right after r; thorough, for one that looks
	// for every absent ID of the watch list.
	again, thorough bool

	// rereads holds the instances that Reread reads or waits to read; the
	// value asks for one more read after that.
	rereads map[string]bool
	waiting []string
	reading int

	// mute counts the calls in a row that got no answer at all.
	mute int
	// slowLists counts the listings in a row that passed their deadline.
	slowLists int
	// unsure are the rows whose read met "unavailable": not their fault when
	// the connection turns out to be broken.
	unsure []string
	// tail is the token of the last page of the last complete listing, empty
	// when that was its first page, and fullAt when that listing ended.
	tail   string
	fullAt time.Time
	// gov limits the reads.
	gov *governor
	// end is why the session is over.
	end error
}

type job struct {
	id     string
	seq    uint64
	urgent bool
	// full: with payloads. fresh: of an ID that the listing has and no row yet.
	full, fresh bool
}

type result struct {
	job
	inst workflow.Instance
	size int
	took time.Duration
	err  error
}

type page struct {
	ids   []string
	next  string
	calls int
	err   error
}

type sidecarAnswer struct {
	sidecar workflow.Sidecar
	err     error
}

func newSession(ctx context.Context, w *Watch, conn Connection) *session {
	// A reader never blocks: each channel has room for all that can be under
	// way at a time.
	n := w.cfg.Concurrency
	s := &session{
		w: w, conn: conn,
		jobs: make(chan job, n), urgent: make(chan job, urgentReaders),
		results: make(chan result, n+urgentReaders),
		pages:   make(chan page, 1), asked: make(chan sidecarAnswer, 1),
		due: stoppedTimer(), batch: stoppedTimer(), pace: stoppedTimer(),
		gov:     newGovernor(n, w.cfg.Rate),
		rereads: map[string]bool{},
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

func stoppedTimer() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// run serves the connection until it is over and returns why.
func (s *session) run() error {
	for range s.w.cfg.Concurrency {
		s.call(func() { s.read(s.jobs) })
	}
	for range urgentReaders {
		s.call(func() { s.read(s.urgent) })
	}
	defer s.close()
	s.greet()
	for s.end == nil {
		s.step()
	}
	for _, id := range s.unsure {
		s.w.rows.forgive(id)
	}
	return s.end
}

// call runs f in a goroutine of the session.
func (s *session) call(f func()) {
	s.calls.Go(func() {
		defer s.w.catch()
		f()
	})
}

func (s *session) close() {
	s.cancel()
	s.due.Stop()
	s.batch.Stop()
	s.pace.Stop()
	close(s.jobs)
	close(s.urgent)
	s.calls.Wait()
}

// greet publishes that there is a connection, and starts the first refresh
// with the page that the connect has read, or with the watch list.
func (s *session) greet() {
	w := s.w
	w.snap.Phase = Ready
	if w.snap.RefreshedAt.IsZero() {
		w.snap.Phase = Loading
	}
	w.snap.Err, w.snap.ErrAt, w.snap.RetryAt = nil, time.Time{}, time.Time{}
	if w.snap.Listless {
		s.openByName(true)
		s.r.calls = Calls{List: 1, Sidecar: 1}
	} else {
		s.open()
		s.r.calls = Calls{List: 1, Sidecar: 1}
		s.page(page{ids: s.conn.IDs, next: s.conn.Next})
	}
	s.publish()
	s.settle()
}

// step waits for one thing to happen and deals with it.
func (s *session) step() {
	select {
	case <-s.ctx.Done():
		s.end = fmt.Errorf("the watch ends: %w", s.ctx.Err())
	case <-s.conn.Lost:
		s.end = &workflow.Error{Kind: workflow.KindUnavailable, Message: "the connection to the sidecar was lost"}
	case report := <-s.w.crashed:
		panic(report)
	case res := <-s.results:
		s.result(res)
	case p := <-s.pages:
		s.page(p)
	case a := <-s.asked:
		s.sidecar(a)
	case <-s.w.wake:
		s.requests()
	case <-s.due.C:
		s.begin()
	case <-s.batch.C:
		s.armed = false
		s.publish()
	case <-s.pace.C: // settle goes on
	}
	if s.end == nil {
		s.settle()
	}
}

// settle hands out work that can start now and ends the refresh when nothing
// of it is left.
func (s *session) settle() {
	for len(s.waiting) > 0 && s.reading < urgentReaders {
		id := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.reading++
		s.urgent <- s.number(id, true)
	}
	if s.r == nil {
		return
	}
	if !s.w.snap.Held {
		s.handOut()
	}
	if s.r.done() {
		s.finish()
	}
}

// handOut starts the reads of the refresh that the limits allow.
func (s *session) handOut() {
	r, now := s.r, s.w.cfg.Now()
	if interval := s.w.snap.Interval; r.spent(now, interval) {
		s.outOfTime()
	} else if interval > 0 && now.Sub(r.looked) > interval {
		s.lookAgain()
	}
	for r.inflight < s.gov.allowed() && !r.empty() {
		if wait := s.gov.take(now); wait > 0 {
			s.pace.Reset(wait)
			return
		}
		from, id := r.pop()
		r.inflight++
		j := s.number(id, false)
		j.fresh = from == laneNew
		j.full = from == laneScreen || !s.w.rows.weight.heavy || rand.IntN(sampleShare) == 0 //nolint:gosec // a sample, no secret
		s.jobs <- j
	}
}

func (s *session) number(id string, urgent bool) job {
	s.w.seq++
	return job{id: id, seq: s.w.seq, urgent: urgent, full: true}
}

// read is one reader.
func (s *session) read(jobs <-chan job) {
	for j := range jobs {
		began := s.w.cfg.Now()
		ctx, cancel := context.WithTimeout(s.limited(), s.w.cfg.ReadTimeout)
		inst, size, err := s.w.src.Get(ctx, j.id, j.full)
		partial := !j.full
		if j.full && kindOf(err) == workflow.KindTooLarge { // a row needs little of it
			partial, size = true, workflow.AskFirst
			inst, _, err = s.w.src.Get(ctx, j.id, false)
		}
		cancel()
		inst.Partial = partial
		s.results <- result{job: j, inst: inst, size: size, took: s.w.cfg.Now().Sub(began), err: err}
	}
}

// limited is the context of the read of a row.
func (s *session) limited() context.Context {
	if s.w.cfg.Whole {
		return s.ctx
	}
	return workflow.WithReadLimit(s.ctx, workflow.AskFirst)
}

// requests deals with what readers have asked for.
func (s *session) requests() {
	r := s.w.take()
	for _, id := range r.reread {
		if _, busy := s.rereads[id]; busy {
			s.rereads[id] = true
			continue
		}
		s.rereads[id] = false
		s.waiting = append(s.waiting, id)
	}
	if r.hasInterval || r.hasHold {
		s.schedule()
		s.publish()
	}
	if r.hasHold && !r.hold && s.r != nil && s.r.held {
		s.r.held = false
		s.list(s.r.token)
	}
	if r.refresh || r.relist && s.w.snap.Listless {
		s.hurry()
	}
}

// hurry has a refresh made now, or right after the one that runs.
func (s *session) hurry() {
	if !s.w.snap.Held {
		s.tail, s.thorough = "", true // whoever asks wants to see what has gone too
		s.again = true
		if s.r == nil {
			s.begin()
		}
	}
}

// result merges what one read found.
func (s *session) result(res result) {
	if s.ctx.Err() != nil {
		return
	}
	changed := s.merge(res)
	s.weigh(res)
	if !res.urgent {
		s.r.inflight--
		if res.err != nil && kindOf(res.err) != workflow.KindNotFound {
			s.r.calls.Failed++
		}
		s.r.calls.Get++
		if changed {
			s.dirty()
		}
		return
	}
	s.reading--
	if s.rereads[res.id] {
		s.rereads[res.id] = false
		s.waiting = append(s.waiting, res.id)
	} else {
		delete(s.rereads, res.id)
	}
	s.w.rows.flushTimes()
	s.publish()
}

// merge brings the answer of a read into the table and reports whether a
// reader should see it.
func (s *session) merge(res result) bool {
	rows, now := s.w.rows, s.w.cfg.Now()
	kind := kindOf(res.err)
	if res.err == nil || !is(kind, doubts) {
		s.mute = 0
	}
	switch {
	case res.err == nil:
		changed := rows.put(res.id, res.inst, res.seq, now)
		return s.sighted(res.id, nil) || changed
	case kind == workflow.KindNotFound:
		changed := rows.remove(res.id, res.seq)
		return s.sighted(res.id, res.err) || changed
	case is(kind, partings):
		s.end = res.err
		return false
	}
	_, absent := s.w.list.absent[res.id] // what did not exist has no row for having no answer now
	changed := rows.fail(res.id, plain(res.err), res.seq, res.fresh && !absent)
	if kind == workflow.KindDeadline {
		rows.hang(res.id)
	}
	if kind == workflow.KindUnavailable {
		s.unsure = append(s.unsure, res.id)
	}
	if is(kind, doubts) {
		s.doubt(res.err)
	}
	return changed
}

// doubt counts a call that nothing answered.
func (s *session) doubt(err error) {
	s.mute++
	if s.r == nil {
		return
	}
	if s.mute >= muteAsk && !s.r.asking {
		s.r.asking = true
		s.call(s.ask)
	}
	if s.mute >= muteLimit {
		s.r.drop()
		s.r.err = err
	}
}

// plain is the text of an error as one line that a row has room for.
func plain(err error) string {
	text := workflow.Shorten(workflow.Clean(err.Error()), workflow.ShortText)
	if text == "" {
		return "the read failed"
	}
	return text
}

// dirty sees to it that a snapshot goes out soon, but not before BatchEvery
// after the last. It always waits a little: a short refresh then goes out as
// one.
func (s *session) dirty() {
	if s.armed {
		return
	}
	s.armed = true
	every := s.w.cfg.BatchEvery
	s.batch.Reset(max(every/2, every-s.w.cfg.Now().Sub(s.w.published)))
}

// publish sends a snapshot at once.
func (s *session) publish() {
	s.armed = false
	s.batch.Stop()
	s.w.publish()
}
