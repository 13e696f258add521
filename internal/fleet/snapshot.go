package fleet

import (
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Snapshot is what all apps have together, at one moment. Of one app it is that
// app's own. Nobody may change what it points to.
type Snapshot struct {
	// Snapshot holds the rows and the counts of all apps. Where there are
	// several, its Address and Sidecar are empty and its Phase is the best that
	// any has. RefreshedAt is that of the app whose rows are the oldest among
	// those connected. When none is, Err is set, and Err, RetryAt and RefreshedAt
	// are those of one app: of those in error the one with the oldest rows.
	watch.Snapshot
	// Apps are sorted by ID; sidecars that have not said which app they are of
	// come last, each in an App of its own without an ID.
	Apps []App
	// Searching says that sidecars are looked for on this machine.
	Searching bool
}

// App is one app: the sidecar that is read for it, and its replicas.
type App struct {
	// Snapshot is that of the sidecar that is read. Its rows can be those that
	// another replica had, while this one still loads.
	watch.Snapshot
	// RowsOf is the address of that replica, empty when the rows are those of the
	// sidecar that is read.
	RowsOf string
	// Gen is another number whenever the app was gone: what was captured of it
	// under another is void.
	Gen uint64
	// Members are all its sidecars, the one that is read first.
	Members []Sidecar
}

// ID is the app's ID, empty while it is not known.
func (a *App) ID() string { return a.Sidecar.AppID }

// Connected reports whether calls can be made.
func (a *App) Connected() bool { return connected(a.Phase) }

// Sidecar is one sidecar of a fleet.
type Sidecar struct {
	// Name is what the user calls it, empty mostly; Origin says where the
	// address is from. Both are clean.
	Name, Origin string
	// Reads is set for the one of its app that is read.
	Reads bool
	// Apart says that it is no replica of the one that is read, although it says
	// the same app ID: it never takes that one's place.
	Apart bool
	// Gone says that its process has ended, as far as is known.
	Gone bool
	// Orphan says that the process that started it has ended, while it runs on.
	Orphan bool
	watch.Snapshot
	// Calls returns how many calls were sent to it, by method; may be nil.
	Calls func() map[string]int
}

// App returns an app by its ID, nil when there is none.
func (s *Snapshot) App(id string) *App {
	for i := range s.Apps {
		if s.Apps[i].ID() == id && id != "" {
			return &s.Apps[i]
		}
	}
	return nil
}

// SidecarOf is what the sidecar of an app says of itself, empty when there is
// none.
func (s *Snapshot) SidecarOf(app string) workflow.Sidecar {
	if a := s.App(app); a != nil {
		return a.Sidecar
	}
	return workflow.Sidecar{}
}

// Of is a snapshot of what one watch has.
func Of(s watch.Snapshot) Snapshot {
	return Snapshot{Snapshot: s, Apps: []App{{Snapshot: s, Gen: s.AppChange, Members: []Sidecar{{Reads: true, Snapshot: s}}}}}
}

func connected(p watch.Phase) bool { return p == watch.Ready || p == watch.Loading }

// Together is a snapshot of apps, sorted by their IDs.
func Together(apps []App) Snapshot { return Snapshot{Snapshot: total(apps), Apps: apps} }

// total is what apps have together.
func total(apps []App) watch.Snapshot {
	switch len(apps) {
	case 0:
		return watch.Snapshot{Phase: watch.Connecting}
	case 1:
		return apps[0].Snapshot
	}
	rows := 0
	for i := range apps {
		rows += len(apps[i].Instances)
	}
	t := watch.Snapshot{Phase: watch.Connecting, Instances: make([]*workflow.Instance, 0, rows), Interval: apps[0].Interval}
	for i := range apps {
		sum(&t, &apps[i])
	}
	t.Phase = best(apps)
	if !connected(t.Phase) {
		if a := oldest(apps); a != nil {
			t.Err, t.RetryAt, t.RefreshedAt = a.Err, a.RetryAt, a.RefreshedAt
		}
		return t
	}
	for i := range apps {
		if a := &apps[i]; a.Connected() {
			t.RefreshedAt = earlier(t.RefreshedAt, a.RefreshedAt)
		}
	}
	return t
}

// oldest is the app in error whose rows are the oldest, the first where none has
// any; nil when none is in error.
func oldest(apps []App) *App {
	var found *App
	for i := range apps {
		a := &apps[i]
		if a.Err != nil && (found == nil || !a.RefreshedAt.IsZero() && (found.RefreshedAt.IsZero() || a.RefreshedAt.Before(found.RefreshedAt))) {
			found = a
		}
	}
	return found
}

// earlier is the earlier of two times, of which a zero one is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// sum adds an app's numbers to those of all.
func sum(t *watch.Snapshot, a *App) {
	t.Instances = append(t.Instances, a.Instances...)
	for i, n := range a.Counts {
		t.Counts[i] += n
	}
	t.Listed += a.Listed
	t.Partial += a.Partial
	t.Behind += a.Behind
	t.AppChange += a.Gen
	t.Refreshing = t.Refreshing || a.Refreshing
	t.Took = max(t.Took, a.Took)
	t.Calls.List += a.Calls.List
	t.Calls.Get += a.Calls.Get
	t.Calls.Sidecar += a.Calls.Sidecar
	t.Calls.Failed += a.Calls.Failed
}

// best is the phase of the app that is best off: loading as long as any loads.
func best(apps []App) watch.Phase {
	has := map[watch.Phase]bool{}
	for i := range apps {
		has[apps[i].Phase] = true
	}
	for _, p := range []watch.Phase{watch.Loading, watch.Ready, watch.Connecting, watch.Refused} {
		if has[p] {
			return p
		}
	}
	return watch.Down
}
