package fleet

import "slices"

// Watchlist gives the IDs of an app that are watched where its sidecars cannot
// list. It replaces what was given before, and for this app Config.Watch.
func (f *Fleet) Watchlist(app string, ids []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lists[app] = slices.Clone(ids)
	for _, m := range f.members {
		if m.snap.Sidecar.AppID == app {
			f.handList(m)
		}
	}
}

// Watched are the IDs of an app that are watched: those that Watchlist was given
// last or, before that, those of Config.Watch.
func (f *Fleet) Watched(app string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list(app))
}

// list is the list of an app. The caller holds mu.
func (f *Fleet) list(app string) []string {
	if ids, ok := f.lists[app]; ok {
		return ids
	}
	return f.cfg.Watch.IDs
}

// handList hands a member the list of its app, in the place of that of the app
// which answered there before. The caller holds mu.
func (f *Fleet) handList(m *member) {
	m.watch.Watchlist(f.list(m.snap.Sidecar.AppID))
}
