package watch

import (
	"context"
	"log/slog"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// Of the rows that have ended, one in recheckShare is read again in each
	// refresh, in turn, and at least recheckMin: an ID can be started again.
	recheckShare = 50
	recheckMin   = 16
	// Rows that a listing did not hold are read at once, but at most one row
	// in verifyShare, or verifyMin, for each refresh; the next listing decides
	// on the others.
	verifyShare = 50
	verifyMin   = 64
	// A page that failed for a passing reason is asked for pageTries times.
	pageTries = 3
	pagePause = 100 * time.Millisecond
	// A listing ends after idlePages in a row that bring nothing new: its
	// tokens run in a circle.
	idlePages = 100
)

// refresh is one round: a listing of all IDs, and the reads that follow.
type refresh struct {
	gen     uint32
	started time.Time
	// since is the number of the last read before the listing began: a newer
	// read knows better than the listing.
	since uint64
	// listing is set until the last page is in; err is why it ended early.
	listing bool
	err     error
	token   string
	// asking is set while the sidecar is asked who it is.
	asking bool
	// seen counts the different IDs listed; fresh are those without a row.
	seen    int
	fresh   map[string]struct{}
	repeats int
	idle    int

	queue    []string
	next     int
	inflight int
	calls    Calls
}

func (r *refresh) push(id string) { r.queue = append(r.queue, id) }

func (r *refresh) pop() (string, bool) {
	if r.next == len(r.queue) {
		return "", false
	}
	r.next++
	return r.queue[r.next-1], true
}

func (r *refresh) done() bool {
	return !r.listing && !r.asking && r.inflight == 0 && r.next == len(r.queue)
}

// open makes a new refresh the current one.
func (s *session) open() {
	s.due.Stop()
	s.again = false
	s.r = &refresh{
		gen: s.w.nextGen(), started: s.w.cfg.Now(), since: s.w.seq,
		listing: true, fresh: map[string]struct{}{},
	}
	s.w.snap.Refreshing = true
	clear(s.w.rows.gone)
}

// begin starts a refresh with a listing from the start. None may be running:
// the timer for the next one only runs between two.
func (s *session) begin() {
	s.open()
	s.r.asking = true
	s.call(s.ask)
	s.list("")
	// A refresh that is over by then never shows as one.
	s.batch.Reset(2 * s.w.cfg.BatchEvery)
}

// ask asks the sidecar who it is: its workers come and go.
func (s *session) ask() {
	ctx, cancel := context.WithTimeout(s.ctx, s.w.cfg.ReadTimeout)
	defer cancel()
	sidecar, err := s.w.src.Sidecar(ctx)
	s.asked <- sidecarAnswer{sidecar, err}
}

func (s *session) sidecar(a sidecarAnswer) {
	s.r.asking = false
	s.r.calls.Sidecar++
	switch {
	case a.err != nil:
		s.r.calls.Failed++
		kind := kindOf(a.err)
		mute := is(kind, doubts) && s.mute >= s.w.cfg.Concurrency
		if mute || kind == workflow.KindUnavailable || is(kind, partings) {
			s.end = a.err
		}
	case a.sidecar.AppID == "":
	case a.sidecar.AppID != s.w.snap.Sidecar.AppID:
		s.end = &workflow.Error{Kind: workflow.KindOtherApp, Message: "another app answers at this address now"}
	case a.sidecar != s.w.snap.Sidecar:
		s.w.snap.Sidecar = a.sidecar
		s.dirty()
	}
}

// list asks for the page behind token. There is one such call at a time.
func (s *session) list(token string) {
	s.r.token = token
	s.call(func() { s.pages <- s.fetch(token) })
}

// fetch gets one page, trying again where the failure may pass by itself.
func (s *session) fetch(token string) page {
	for try := 1; ; try++ {
		p := s.fetchOnce(token)
		p.calls = try
		if p.err == nil || try == pageTries || !is(kindOf(p.err), passing) {
			return p
		}
		pause := time.NewTimer(pagePause << try)
		select {
		case <-s.ctx.Done():
			pause.Stop()
			return p
		case <-pause.C:
		}
	}
}

func (s *session) fetchOnce(token string) page {
	ctx, cancel := context.WithTimeout(s.ctx, s.w.cfg.ReadTimeout)
	defer cancel()
	ids, next, err := s.w.src.List(ctx, token)
	return page{ids: ids, next: next, err: err}
}

// page takes in one page of the listing and asks for the next.
func (s *session) page(p page) {
	r := s.r
	r.calls.List += p.calls
	if p.err != nil {
		s.listFailed(p.err)
		return
	}
	r.calls.Failed += max(0, p.calls-1)
	s.mute, s.slowLists = 0, 0
	before := r.seen
	for _, id := range p.ids {
		s.listed(id)
	}
	if r.idle++; r.seen > before {
		r.idle = 0
	}
	if s.w.snap.Phase == Loading && r.seen > s.w.snap.Listed {
		s.w.snap.Listed = r.seen
		s.dirty()
	}
	switch {
	case p.next == "":
		s.listComplete()
	case p.next == r.token || r.idle >= idlePages:
		s.listFailed(&workflow.Error{Kind: workflow.KindInvalid, Message: "the listing runs in a circle"})
	default:
		s.list(p.next)
	}
}

// listFailed ends the listing early. What lives is read all the same, unless
// the connection is over.
func (s *session) listFailed(err error) {
	r := s.r
	r.listing, r.err = false, err
	r.calls.Failed++
	kind := kindOf(err)
	if kind == workflow.KindDeadline {
		s.slowLists++
	}
	if kind == workflow.KindUnavailable || is(kind, partings|refusals) || s.slowLists > 1 {
		s.end = err
		return
	}
	rows := s.w.rows
	for i := range rows.rows {
		if m := &rows.meta[i]; !m.dead && m.listed != r.gen && s.wants(i) {
			r.push(rows.rows[i].InstanceID)
		}
	}
	s.recheck()
}

// listed takes in one ID of the listing.
func (s *session) listed(id string) {
	r, rows := s.r, s.w.rows
	i, known := rows.find(id)
	if !known {
		if _, repeat := r.fresh[id]; repeat {
			r.repeats++
			return
		}
		r.fresh[id] = struct{}{}
		r.seen++
		r.push(id)
		return
	}
	m := &rows.meta[i]
	if m.listed == r.gen {
		r.repeats++
		return
	}
	m.listed, m.misses = r.gen, 0
	if _, counted := r.fresh[id]; counted {
		r.repeats++ // its row came between the two
		return
	}
	r.seen++
	if rows.setMissing(i, false) {
		s.dirty()
	}
	if s.wants(i) {
		r.push(id)
	}
}

// wants reports whether row i is to be read in this refresh: it lives, or its
// last read failed.
func (s *session) wants(i int) bool {
	row, m := &s.w.rows.rows[i], &s.w.rows.meta[i]
	if m.wait > 0 {
		m.wait--
		return false
	}
	return row.ReadErr != "" || !row.Status.Terminal()
}

// listComplete compares the listing with the rows: what it did not hold is
// marked, read within limits, and removed when this is the second clean
// listing without it.
func (s *session) listComplete() {
	r, rows := s.r, s.w.rows
	r.listing = false
	clean := r.repeats == 0
	budget := max(verifyMin, rows.len()/verifyShare)
	for i := range rows.rows {
		m := &rows.meta[i]
		id := rows.rows[i].InstanceID
		if m.dead || m.listed == r.gen || m.seq > r.since {
			continue
		}
		if _, fresh := r.fresh[id]; fresh {
			continue
		}
		if clean {
			m.misses++
		}
		if m.misses > 1 {
			rows.drop(i)
			s.dirty()
			continue
		}
		if rows.setMissing(i, true) {
			s.dirty()
		}
		if s.wants(i) {
			r.push(id)
		} else if budget > 0 {
			budget--
			r.push(id)
		}
	}
	s.recheck()
}

// recheck queues the next few of the rows that have ended.
func (s *session) recheck() {
	r, rows := s.r, s.w.rows
	ended := 0
	for _, status := range workflow.Statuses() {
		if status.Terminal() {
			ended += rows.counts[status]
		}
	}
	quota := max(recheckMin, (ended+recheckShare-1)/recheckShare)
	n := len(rows.rows)
	for range n {
		if quota == 0 {
			return
		}
		i := rows.cursor % n
		rows.cursor = i + 1
		row, m := &rows.rows[i], &rows.meta[i]
		if m.dead || row.Missing || row.ReadErr != "" || m.seq > r.since || !row.Status.Terminal() {
			continue
		}
		quota--
		r.push(row.InstanceID)
	}
}

// finish ends the refresh, publishes it and plans the next.
func (s *session) finish() {
	w, r := s.w, s.r
	now := w.cfg.Now()
	s.r = nil
	w.rows.flushTimes()
	w.snap.Refreshing = false
	if r.err == nil {
		w.failures = 0
		w.snap.Phase = Ready
		w.snap.RefreshedAt, w.snap.Took, w.snap.Calls = now, now.Sub(r.started), r.calls
		w.snap.Listed = r.seen
		w.snap.Err, w.snap.ErrAt, w.snap.RetryAt = nil, time.Time{}, time.Time{}
	} else {
		w.snap.Err, w.snap.ErrAt = r.err, now
		if w.snap.Interval > 0 {
			w.snap.RetryAt = now.Add(w.snap.Interval)
		}
	}
	s.log(r, now)
	if s.again {
		w.snap.Refreshing = true
		s.publish()
		s.begin()
		return
	}
	s.schedule()
	s.publish()
}

// schedule sets the time of the next refresh: Interval after the end of the
// last one.
func (s *session) schedule() {
	s.due.Stop()
	if s.r != nil || s.w.snap.Interval <= 0 {
		return
	}
	ended := s.w.snap.RefreshedAt
	if s.w.snap.ErrAt.After(ended) {
		ended = s.w.snap.ErrAt
	}
	s.due.Reset(max(0, s.w.snap.Interval-s.w.cfg.Now().Sub(ended)))
}

func (s *session) log(r *refresh, now time.Time) {
	attrs := []slog.Attr{
		slog.Duration("took", now.Sub(r.started)),
		slog.Int("listed", r.seen), slog.Int("rows", s.w.rows.len()),
		slog.Int("list", r.calls.List), slog.Int("get", r.calls.Get),
		slog.Int("sidecar", r.calls.Sidecar), slog.Int("failed", r.calls.Failed),
	}
	if r.repeats > 0 {
		attrs = append(attrs, slog.Int("repeats", r.repeats))
	}
	level, text := slog.LevelInfo, "refresh"
	if r.err != nil {
		level, text = slog.LevelWarn, "refresh not complete"
		attrs = append(attrs, slog.String("err", r.err.Error()))
	}
	s.w.cfg.Logger.LogAttrs(s.ctx, level, text, attrs...)
}

// nextGen numbers the listings, over all connections.
func (w *Watch) nextGen() uint32 {
	w.gen++
	return w.gen
}
