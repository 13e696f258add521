package watch

import "slices"

// watchlist is what a watch shows where nothing can be listed: IDs that
// somebody knows. What the readers give is guarded by Watch.mu; the rest
// belongs to the goroutine of Run.
type watchlist struct {
	// given are the lists of those who have one; the watch's own is that of the
	// nil mailbox.
	given []givenList
	// dropped are IDs that were taken from a list since Run last looked.
	dropped []string

	// on are the IDs that were watched when the last refresh began, and what has
	// joined since; the value says that somebody gave it.
	on map[string]bool
	// joined are IDs that came without a list: found by Reread, or listed before
	// the listing was refused. They are forgotten when they are gone.
	joined map[string]struct{}
	// absent are the IDs of the list that their last read did not find.
	absent map[string]struct{}
	// cursor is where the next round of looks at the absent ones begins.
	cursor int
	// told is set while the snapshot says what the fields above say.
	told bool
}

type givenList struct {
	by  *Mailbox
	ids []string
}

func newWatchlist(ids []string) watchlist {
	var l watchlist
	l.forget()
	l.give(nil, ids)
	return l
}

// Watchlist replaces the watch's own list of IDs, that of Config.IDs. Where the
// sidecar cannot list, what is watched are the IDs of this list and of those of
// the mailboxes, and what Reread has found; an ID that leaves all lists is
// watched no more, however it came. One that does not exist there has no row,
// stays on its list, and is looked for now and then. Where the sidecar lists, a
// list adds nothing. The slice may not be changed afterwards.
func (w *Watch) Watchlist(ids []string) { w.give(nil, ids) }

// Watchlist replaces this reader's list of IDs: see Watch.Watchlist. It goes
// when the mailbox is closed.
func (m *Mailbox) Watchlist(ids []string) { m.watch.give(m, ids) }

func (w *Watch) give(by *Mailbox, ids []string) {
	w.mu.Lock()
	changed := w.list.give(by, ids)
	w.mu.Unlock()
	if changed {
		w.ask(func(r *requests) { r.relist = true })
	}
}

func (l *watchlist) give(by *Mailbox, ids []string) bool {
	i := slices.IndexFunc(l.given, func(g givenList) bool { return g.by == by })
	if i < 0 {
		if len(ids) == 0 {
			return false
		}
		l.given = append(l.given, givenList{by: by, ids: ids})
		return true
	}
	if slices.Equal(l.given[i].ids, ids) {
		return false
	}
	now := asSet(ids)
	for _, id := range l.given[i].ids {
		if _, still := now[id]; !still {
			l.dropped = append(l.dropped, id)
		}
	}
	l.given[i].ids = ids
	if len(ids) == 0 {
		l.given = slices.Delete(l.given, i, i+1)
	}
	return true
}

func asSet(ids []string) map[string]struct{} {
	set := make(map[string]struct{}, len(ids))
	for _, id := range ids {
		set[id] = struct{}{}
	}
	return set
}

// watched returns every ID that is watched now, each once, and notes them.
func (w *Watch) watched() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := &w.list
	for _, id := range l.dropped {
		delete(l.joined, id)
	}
	l.dropped = nil
	l.on = map[string]bool{}
	var ids []string
	for _, g := range l.given {
		for _, id := range g.ids {
			if _, twice := l.on[id]; !twice && id != "" {
				l.on[id] = true
				ids = append(ids, id)
			}
		}
	}
	for id := range l.joined {
		if _, twice := l.on[id]; !twice {
			l.on[id] = false
			ids = append(ids, id)
		}
	}
	for id := range l.absent {
		if _, still := l.on[id]; !still {
			delete(l.absent, id)
		}
	}
	l.told = false
	return ids
}

// due returns which of the absent IDs are looked for in a refresh: all, or a
// few, in turn, for one of them can be started at any time.
func (l *watchlist) due(ids []string, all bool) map[string]struct{} {
	due := map[string]struct{}{}
	quota := min(recheckMax, max(recheckMin, len(l.absent)/recheckShare))
	if all {
		quota = len(l.absent)
	}
	for range ids {
		if len(due) == quota {
			break
		}
		id := ids[l.cursor%len(ids)]
		l.cursor = l.cursor%len(ids) + 1
		if _, absent := l.absent[id]; absent {
			due[id] = struct{}{}
		}
	}
	return due
}

// sighted notes whether a read has found an ID, and reports whether a reader
// should hear of it.
func (l *watchlist) sighted(id string, there bool) bool {
	given, on := l.on[id]
	_, absent := l.absent[id]
	switch {
	case there && !on:
		l.on[id] = false
		l.joined[id] = struct{}{}
	case there && absent:
		delete(l.absent, id)
	case !there && on && !given:
		delete(l.on, id)
		delete(l.joined, id)
	case !there && given && !absent:
		l.absent[id] = struct{}{}
	default:
		return false
	}
	l.told = false
	return true
}

// forget drops what is known of one app: another answers.
func (l *watchlist) forget() {
	l.cursor, l.told = 0, false
	l.on, l.joined, l.absent = map[string]bool{}, map[string]struct{}{}, map[string]struct{}{}
}

// listless turns the watch list on, because the listing was refused with err
// although instances can be read, or with nil off. What was listed before stays
// watched.
func (w *Watch) listless(err error) {
	if err == nil {
		if w.snap.Listless {
			w.list.forget()
		}
		w.snap.Listless, w.snap.ListErr, w.snap.Watched, w.snap.Absent = false, nil, 0, nil
		return
	}
	if !w.snap.Listless {
		for i, row := range w.rows.rows {
			if !w.rows.meta[i].dead {
				w.list.joined[row.InstanceID] = struct{}{}
			}
		}
	}
	w.snap.Listless, w.snap.ListErr = true, err
}

// tellWatched brings the watch list into the snapshot.
func (w *Watch) tellWatched() {
	l := &w.list
	if !w.snap.Listless || l.told {
		return
	}
	l.told = true
	w.snap.Watched, w.snap.Absent = len(l.on), nil
	for id := range l.absent {
		w.snap.Absent = append(w.snap.Absent, id)
	}
	slices.Sort(w.snap.Absent)
}

// openByName makes a new refresh the current one, with the watch list as its
// listing. Rows that are not on the list any more go first, so that none of
// them is read. all looks for every absent ID.
func (s *session) openByName(all bool) {
	w := s.w
	ids := w.watched()
	for i, row := range w.rows.rows {
		if _, on := w.list.on[row.InstanceID]; !on && !w.rows.meta[i].dead {
			w.rows.drop(i)
		}
	}
	s.open()
	due := w.list.due(ids, all)
	for _, id := range ids {
		_, absent := w.list.absent[id]
		if _, now := due[id]; now || !absent {
			s.listed(id)
		}
	}
	if w.snap.Phase == Loading {
		w.snap.Listed = s.r.seen
	}
	s.r.listing, s.r.listed = false, w.cfg.Now()
	s.recheck()
}

// sighted is watchlist.sighted for a read that has been merged.
func (s *session) sighted(id string, err error) bool {
	if !s.w.snap.Listless {
		return false
	}
	_, there := s.w.rows.find(id)
	return there == (err == nil) && s.w.list.sighted(id, there)
}
