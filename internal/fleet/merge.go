package fleet

import (
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/daprdeck/daprdeck/internal/watch"
)

// publish makes a snapshot of what the members have. The caller holds mu.
func (f *Fleet) publish() {
	f.dismiss()
	f.choose()
	s := Snapshot{Searching: f.search}
	now := map[string]uint64{}
	for _, group := range f.groups() {
		a := appOf(group)
		if id := a.ID(); id != "" {
			a.Gen = f.gen(id)
			now[id] = a.Gen
		}
		s.Apps = append(s.Apps, a)
	}
	for id := range f.gens {
		if _, still := now[id]; !still {
			f.losses++
		}
	}
	f.gens = now
	s.Snapshot = total(s.Apps)
	f.seq++
	f.rows = len(s.Instances)
	s.Seq, s.Held = f.seq+1, f.held
	f.value.Set(s)
}

// gen is the generation of an app that is there. One that was gone has another
// than before, for its loss was counted.
func (f *Fleet) gen(app string) uint64 {
	if g, ok := f.gens[app]; ok {
		return g
	}
	return f.losses
}

// dismiss lets those go that have been relieved.
func (f *Fleet) dismiss() {
	f.members = slices.DeleteFunc(f.members, func(m *member) bool {
		app := m.snap.Sidecar.AppID
		relieved := m.retired && slices.ContainsFunc(f.members, func(o *member) bool {
			return o != m && !o.retired && o.snap.Phase == watch.Ready && o.snap.Sidecar.AppID == app
		})
		if relieved {
			f.leave(m)
		}
		return relieved
	})
}

// groups are the members by app, sorted; those whose app is not known stand
// alone. The one that is read comes first.
func (f *Fleet) groups() [][]*member {
	byApp := map[string][]*member{}
	var strangers [][]*member
	for _, m := range f.members {
		if id := m.snap.Sidecar.AppID; id != "" {
			byApp[id] = append(byApp[id], m)
			continue
		}
		if m.Quiet && len(f.members) > 1 {
			continue
		}
		strangers = append(strangers, []*member{m})
	}
	groups := make([][]*member, 0, len(byApp)+len(strangers))
	for _, id := range slices.Sorted(maps.Keys(byApp)) {
		group := byApp[id]
		slices.SortStableFunc(group, func(a, b *member) int { return rank(a) - rank(b) })
		groups = append(groups, group)
	}
	return append(groups, strangers...)
}

func rank(m *member) int {
	if m.reads {
		return 0
	}
	return 1
}

// choose decides which replica of each app is read: the one that is, as long as
// it is connected, else the first that is. The others keep their connection and
// rest.
func (f *Fleet) choose() {
	readers := f.readers()
	for _, m := range f.members {
		id := m.snap.Sidecar.AppID
		if old := readers[id]; id != "" && (old == nil || standsIn(m, old) && better(m, old)) {
			readers[id] = m
		}
	}
	moved := false
	for _, m := range f.members {
		id := m.snap.Sidecar.AppID
		reads := id == "" || readers[id] == m
		if reads && !m.reads && id != "" {
			moved = true
			f.cfg.Logger.Info("reads", slog.String("app", id), slog.String("address", m.snap.Address))
		}
		m.reads = reads && id != ""
		if rest := !reads; rest != m.resting {
			m.resting = rest
			m.watch.Hold(rest || f.held)
			if !rest {
				m.watch.Refresh()
			}
		}
	}
	if moved {
		f.refocus()
	}
}

// readers are the members that were read until now, by app.
func (f *Fleet) readers() map[string]*member {
	now := map[string]*member{}
	for _, m := range f.members {
		if id := m.snap.Sidecar.AppID; m.reads && id != "" && now[id] == nil {
			now[id] = m
		}
	}
	return now
}

// standsIn reports whether a member can take the place of another of its app ID:
// not one that the user calls by another name, nor one that shows itself to be
// another app of the same ID, as in another cluster.
func standsIn(m, of *member) bool {
	return (m.Name == of.Name || m.Name == "" || of.Name == "") && !of.snap.Sidecar.Namesake(&m.snap.Sidecar)
}

// better reports whether a member should be read rather than another of its app.
func better(m, than *member) bool {
	a, b := connected(m.snap.Phase), connected(than.snap.Phase)
	if a != b {
		return a
	}
	return m.reads && !than.reads
}

// appOf makes an app of its sidecars. The rows are those of the replica that
// has refreshed them last: one that has just taken over may not have any yet.
func appOf(group []*member) App {
	a := App{Snapshot: group[0].snap}
	newest := group[0].snap
	for _, m := range group {
		s := m.sidecar()
		s.Apart = !standsIn(m, group[0])
		a.Members = append(a.Members, s)
		if m.snap.RefreshedAt.After(newest.RefreshedAt) && standsIn(m, group[0]) {
			newest = m.snap
		}
	}
	if a.RefreshedAt.Before(newest.RefreshedAt) {
		a.RowsOf = newest.Address
		a.Instances, a.Counts, a.Listed, a.Partial, a.RefreshedAt = newest.Instances, newest.Counts, newest.Listed, newest.Partial, newest.RefreshedAt
		if a.Phase == watch.Loading {
			a.Phase = watch.Ready // to those who look, it goes on
		}
	}
	return a
}

func (m *member) sidecar() Sidecar {
	return Sidecar{Name: m.Name, Origin: m.Origin, Reads: m.reads, Gone: m.gone, Orphan: m.orphan, Snapshot: m.snap, Calls: m.Calls}
}

// Names are the apps that answer, for people.
func (s *Snapshot) Names() string {
	names := make([]string, 0, len(s.Apps))
	for i := range s.Apps {
		if id := s.Apps[i].ID(); id != "" {
			names = append(names, id)
		}
	}
	return strings.Join(names, ", ")
}
