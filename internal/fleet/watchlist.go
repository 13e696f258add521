package fleet

import "slices"

// Watchlist gives the IDs of an app that are watched where its sidecars cannot
// list, besides those of Config.Watch. It replaces what was given before.
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

// Watched are the IDs that Watchlist was given last.
func (f *Fleet) Watched(app string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.lists[app])
}

// handList hands a member the list of its app. The caller holds mu.
func (f *Fleet) handList(m *member) {
	if ids, ok := f.lists[m.snap.Sidecar.AppID]; ok {
		m.watch.Watchlist(append(slices.Clone(f.cfg.Watch.IDs), ids...))
	}
}
