package watch

import (
	"context"
	"log/slog"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// Of the rows that have ended, one in recheckShare is read again in each
	// refresh, in turn, but at least recheckMin and at most recheckMax: an ID can
	// be started again.
	recheckShare = 200
	recheckMin   = 16
	recheckMax   = 100
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
	// fullEvery is the longest time between two listings of all IDs where the
	// last page alone shows what is new. A listing of 10,000 costs a sidecar as
	// much as two hundred reads.
	fullEvery = 5 * time.Second
)

// refresh is one round: a listing of all IDs, and reads beside it.
type refresh struct {
	gen     uint32
	started time.Time
	// listed is when the listing ended.
	listed time.Time
	// first is set for the first load.
	first bool
	// since is the number of the last read before the listing began: a newer
	// read knows better than the listing.
	since uint64
	// tail is set when only the end of the listing is read: what it does not hold
	// is not missing.
	tail bool
	// listing is set until the last page is in; err is why it ended early.
	listing bool
	err     error
	token   string
	// held is set when the page behind token waits for the end of a hold.
	held bool
	// asking is set while the sidecar is asked who it is.
	asking bool
	// seen counts the different IDs listed; fresh are those without a row.
	seen    int
	fresh   map[string]struct{}
	repeats int
	idle    int

	lanes
	// looked is when the rows on the screen were last put in line.
	looked   time.Time
	behind   int
	inflight int
	calls    Calls
}

func (r *refresh) done() bool {
	return !r.listing && !r.asking && r.inflight == 0 && r.empty()
}

// open makes a new refresh the current one.
func (s *session) open() {
	s.due.Stop()
	s.again = false
	s.r = &refresh{
		gen: s.w.nextGen(), started: s.w.cfg.Now(), first: s.w.snap.RefreshedAt.IsZero(), since: s.w.seq,
		listing: true, fresh: map[string]struct{}{},
	}
	s.w.snap.Refreshing = true
	clear(s.w.rows.gone)
	s.lookAt()
	s.queueLive()
}

// lookAt puts the rows on the screen in line, ahead of the others: those that
// live, and those of which not all is known.
func (s *session) lookAt() {
	r, rows := s.r, s.w.rows
	r.looked = s.w.cfg.Now()
	for _, id := range s.w.focused() {
		i, known := rows.find(id)
		if !known {
			continue
		}
		m := &rows.meta[i]
		if m.queued != r.gen && (s.wants(i) || rows.rows[i].Partial) {
			m.queued = r.gen
			r.push(laneScreen, id)
		}
	}
}

// lookAgain puts the rows on the screen in line once more: in a refresh that
// takes longer than the interval they are not to grow old.
func (s *session) lookAgain() {
	for _, id := range s.w.focused() {
		if i, known := s.w.rows.find(id); known {
			s.w.rows.meta[i].queued = 0
		}
	}
	s.lookAt()
}

// queueLive puts every other live row in line, beginning where the last
// refresh ran out of time.
func (s *session) queueLive() {
	r, rows := s.r, s.w.rows
	n := len(rows.rows)
	from := rows.live
	rows.live = 0
	for k := range n {
		i := (from + k) % n
		m := &rows.meta[i]
		if !m.dead && m.queued != r.gen && s.wants(i) {
			m.queued = r.gen
			r.push(laneLive, rows.rows[i].InstanceID)
		}
	}
}

// outOfTime drops what the refresh has no time for. The next one begins with
// the first of the live rows that were not reached.
func (s *session) outOfTime() {
	r, rows := s.r, s.w.rows
	if left := r.queues[laneLive]; len(left) > 0 {
		if i, ok := rows.find(left[0]); ok {
			rows.live = i
		}
	}
	r.behind += r.drop()
}

// begin starts a refresh with a listing from the start. None may be running:
// the timer for the next one only runs between two.
func (s *session) begin() {
	if s.w.snap.Listless {
		s.openByName(s.thorough)
	} else {
		s.open()
	}
	s.thorough = false
	s.r.asking = true
	s.call(s.ask)
	// A refresh that is over by then never shows as one.
	defer s.batch.Reset(2 * s.w.cfg.BatchEvery)
	if s.w.snap.Listless {
		return
	}
	s.r.tail = s.tail != "" && s.w.snap.Sidecar.Appends && s.w.cfg.Now().Sub(s.fullAt) < fullEvery
	if s.r.tail {
		s.list(s.tail)
	} else {
		s.list("")
	}
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
		mute := is(kind, doubts) && s.mute >= muteAsk
		if mute || kind == workflow.KindUnavailable || is(kind, partings) {
			s.end = a.err
		}
	case a.sidecar.AppID == "":
	case a.sidecar.AppID != s.w.snap.Sidecar.AppID:
		s.end = &workflow.Error{Kind: workflow.KindOtherApp, Message: "another app answers at this address now"}
	case !a.sidecar.Same(s.w.snap.Sidecar):
		s.w.snap.Sidecar = a.sidecar
		s.dirty()
	default:
		s.w.snap.Sidecar.Took = a.sidecar.Took // goes out with what comes next
	}
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
	quota := min(recheckMax, max(recheckMin, (ended+recheckShare-1)/recheckShare))
	n := len(rows.rows)
	for range n {
		if quota == 0 {
			return
		}
		i := rows.cursor % n
		rows.cursor = i + 1
		row, m := rows.rows[i], &rows.meta[i]
		if m.dead || row.Missing || m.queued == r.gen || m.seq > r.since || !row.Status.Terminal() {
			continue
		}
		quota--
		m.queued = r.gen
		r.push(laneRest, row.InstanceID)
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
		w.snap.Behind = r.behind
		if w.snap.Listed = r.seen; r.tail || w.snap.Listless {
			w.snap.Listed = w.rows.len()
		}
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
	if s.r != nil || s.w.snap.Interval <= 0 || s.w.snap.Held {
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
	if r.behind > 0 {
		attrs = append(attrs, slog.Int("behind", r.behind))
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
