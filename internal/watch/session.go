package watch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// urgentReaders serve Reread, so that it waits for no refresh.
const urgentReaders = 4

// muteLimit times Concurrency unanswered calls in a row end a refresh.
const muteLimit = 3

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

	// due starts the next refresh, batch the next snapshot.
	due   *time.Timer
	batch *time.Timer
	// armed is set while batch runs.
	armed bool

	// r is the refresh that runs, nil between two.
	r *refresh
	// again asks for another refresh right after r.
	again bool

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
	// end is why the session is over.
	end error
}

type job struct {
	id     string
	seq    uint64
	urgent bool
}

type result struct {
	job
	inst workflow.Instance
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
		due: stoppedTimer(), batch: stoppedTimer(),
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
	close(s.jobs)
	close(s.urgent)
	s.calls.Wait()
}

// greet publishes that there is a connection, and starts the first refresh
// with the page that the connect has read.
func (s *session) greet() {
	w := s.w
	w.snap.Phase = Ready
	if w.snap.RefreshedAt.IsZero() {
		w.snap.Phase = Loading
	}
	w.snap.Err, w.snap.ErrAt, w.snap.RetryAt = nil, time.Time{}, time.Time{}
	s.open()
	s.r.calls = Calls{List: 1, Sidecar: 1}
	s.page(page{ids: s.conn.IDs, next: s.conn.Next})
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
	for s.r.inflight < s.w.cfg.Concurrency {
		id, ok := s.r.pop()
		if !ok {
			break
		}
		s.r.inflight++
		s.jobs <- s.number(id, false)
	}
	if s.r.done() {
		s.finish()
	}
}

func (s *session) number(id string, urgent bool) job {
	s.w.seq++
	return job{id: id, seq: s.w.seq, urgent: urgent}
}

// read is one reader.
func (s *session) read(jobs <-chan job) {
	for j := range jobs {
		ctx, cancel := context.WithTimeout(s.ctx, s.w.cfg.ReadTimeout)
		inst, err := s.w.src.Get(ctx, j.id)
		cancel()
		s.results <- result{job: j, inst: inst, err: err}
	}
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
	if r.hasInterval {
		s.schedule()
		s.publish()
	}
	if r.refresh {
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
		return rows.put(res.id, res.inst, res.seq, now)
	case kind == workflow.KindNotFound:
		return rows.remove(res.id, res.seq)
	case is(kind, partings):
		s.end = res.err
		return false
	}
	changed := rows.fail(res.id, plain(res.err), res.seq, !res.urgent)
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

// doubt counts a call that nothing answered. After as many in a row as there
// are readers, the sidecar is asked whether it is there at all; after some more
// the refresh gives up, for each of these calls takes seconds.
func (s *session) doubt(err error) {
	s.mute++
	if s.r == nil {
		return
	}
	if s.mute >= s.w.cfg.Concurrency && !s.r.asking {
		s.r.asking = true
		s.call(s.ask)
	}
	if s.mute >= muteLimit*s.w.cfg.Concurrency {
		s.r.queue, s.r.next, s.r.err = nil, 0, err
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
