package watch

import (
	"context"
	"fmt"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

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
		if s.full(id) {
			s.listFailed(&workflow.Error{Kind: workflow.KindTooLarge, Message: fmt.Sprintf("there are more than %d instances: the others are not shown", s.w.cfg.MaxRows)})
			return
		}
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
		s.tail = r.token
		s.listComplete()
	case p.next == r.token || r.idle >= idlePages:
		s.listFailed(&workflow.Error{Kind: workflow.KindInvalid, Message: "the listing runs in a circle"})
	case s.w.snap.Held:
		r.token, r.held = p.next, true
	default:
		s.list(p.next)
	}
}

// full reports whether there is no room for the row of an ID that has none.
func (s *session) full(id string) bool {
	rows := s.w.rows
	if max(rows.len()+len(s.r.queues[laneNew])+s.r.inflight, len(s.r.fresh)) < s.w.cfg.MaxRows {
		return false
	}
	_, known := rows.find(id)
	_, repeat := s.r.fresh[id]
	return !known && !repeat
}

// listFailed ends the listing early. What lives is in line already and is read
// all the same, unless the connection is over.
func (s *session) listFailed(err error) {
	r := s.r
	r.listing, r.err, r.listed, s.tail = false, err, s.w.cfg.Now(), ""
	r.calls.Failed++
	kind := kindOf(err)
	if kind == workflow.KindDeadline {
		s.slowLists++
	}
	if kind == workflow.KindUnavailable || is(kind, partings|refusals) || s.slowLists > 1 {
		s.end = err
		return
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
		r.push(laneNew, id)
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
}

// wants reports whether row i is to be read in this refresh: it lives, or its
// last read failed.
func (s *session) wants(i int) bool {
	row, m := s.w.rows.rows[i], &s.w.rows.meta[i]
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
	r.listing, r.listed = false, s.w.cfg.Now()
	if r.tail {
		s.recheck()
		return
	}
	s.fullAt = r.listed
	clean := r.repeats == 0
	budget := max(verifyMin, rows.len()/verifyShare)
	for i := range rows.rows {
		m := &rows.meta[i]
		id := rows.rows[i].InstanceID
		if m.dead || m.listed == r.gen || m.added > r.since {
			continue
		}
		if _, fresh := r.fresh[id]; fresh {
			continue
		}
		if clean && m.seq <= r.since { // else a read has just found it
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
		if m.queued != r.gen && budget > 0 {
			budget--
			m.queued = r.gen
			r.push(laneRest, id)
		}
	}
	s.recheck()
}
