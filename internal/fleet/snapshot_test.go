package fleet

import (
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestWhatAppsHaveTogether: the age is that of the oldest rows that are still
// read, or of all when none is; and then the error and the next try are those of
// the same app, for they stand in one line.
func TestWhatAppsHaveTogether(t *testing.T) {
	at := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	app := func(id string, p watch.Phase, refreshed, retry time.Duration) App {
		a := App{Snapshot: watch.Snapshot{Phase: p, Sidecar: workflow.Sidecar{AppID: id}, RefreshedAt: at.Add(refreshed)}}
		if p == watch.Down {
			a.Err, a.RetryAt = &workflow.Error{Kind: workflow.KindUnavailable, Message: "nothing answers at " + id}, at.Add(retry)
		}
		return a
	}
	for name, c := range map[string]struct {
		apps      []App
		refreshed time.Duration
		retry     time.Duration // zero: none
	}{
		"all are read": {apps: []App{app("a", watch.Ready, 5, 0), app("b", watch.Ready, 3, 0)}, refreshed: 3},
		"one is down":  {apps: []App{app("a", watch.Ready, 5, 0), app("b", watch.Down, 3, 9)}, refreshed: 5},
		"all are down": {apps: []App{app("a", watch.Down, 5, 8), app("b", watch.Down, 3, 9)}, refreshed: 3, retry: 9},
	} {
		s := Together(c.apps)
		if !s.RefreshedAt.Equal(at.Add(c.refreshed)) {
			t.Errorf("%s: refreshed at %v", name, s.RefreshedAt)
		}
		if want := at.Add(c.retry); c.retry == 0 != s.RetryAt.IsZero() || c.retry > 0 && !s.RetryAt.Equal(want) {
			t.Errorf("%s: the next try is at %v", name, s.RetryAt)
		}
		if c.retry > 0 && s.Err != nil && s.Err.Error() != c.apps[1].Err.Error() {
			t.Errorf("%s: the error is %v, the age that of b", name, s.Err)
		}
		if (s.Err != nil) != (c.retry > 0) {
			t.Errorf("%s: the error is %v", name, s.Err)
		}
	}
}
