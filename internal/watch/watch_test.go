package watch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// feed is model.Feed, which this package cannot import.
type feed interface {
	Next(ctx context.Context) (Snapshot, bool)
	Refresh()
	SetInterval(d time.Duration)
	Reread(id string)
}

var _ feed = (*Mailbox)(nil)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestFirstLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Running, "a", "b")
		src.add(workflow.Completed, "c")
		box := start(t, src, Config{})
		s := box.until(func(s Snapshot) bool { return !s.RefreshedAt.IsZero() })
		wantIDs(t, s, "a", "b", "c")
		if s.Phase != Ready || s.Listed != 3 || s.Refreshing || s.Err != nil {
			t.Errorf("after the first load: %+v", s)
		}
		if s.Counts[workflow.Running] != 2 || s.Counts[workflow.Completed] != 1 {
			t.Errorf("counts = %v", s.Counts)
		}
		if want := (Calls{List: 1, Get: 3, Sidecar: 1}); s.Calls != want {
			t.Errorf("calls = %+v, want %+v", s.Calls, want)
		}
	})
}
