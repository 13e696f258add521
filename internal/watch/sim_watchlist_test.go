package watch

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestSimulationWithoutAListing is TestSimulation for a sidecar that cannot
// list: lists of IDs come and go while instances do.
func TestSimulationWithoutAListing(t *testing.T) {
	for i := range *simRuns {
		seed := uint64(i + 1)
		if *simSeed != 0 {
			seed = *simSeed
		}
		t.Run(fmt.Sprintf("sim.seed=%d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { simulateWatchlist(t, seed) })
		})
	}
}

func simulateWatchlist(t *testing.T, seed uint64) {
	rng := &lockedRand{r: rand.New(rand.NewPCG(seed, seed))}
	w := &world{fake: newFake("orders"), rng: rng, lossy: seed%2 == 0}
	w.unlisted, w.latency = failure(workflow.KindOldRuntime), 0
	w.add(workflow.Running, "keep")
	w.add(workflow.Completed, numbered("done", rng.intN(100))...)
	w.add(workflow.Running, numbered("live", rng.intN(40))...)
	box := start(t, w, Config{Concurrency: 1 + rng.intN(16), IDs: []string{"keep"}})
	box.refreshed(1)
	other := box.watch.Subscribe()

	watched, stop := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		for {
			select {
			case <-stop:
				return
			default:
				box.next() // which checks it
			}
		}
	}()
	w.set(func() { w.faulty = true })
	some := func() []string {
		ids := numbered("gone", rng.intN(30))
		w.set(func() {
			for _, id := range w.order {
				if rng.chance(2) {
					ids = append(ids, id)
				}
			}
		})
		return ids
	}
	for range 20 {
		box.Watchlist(some())
		w.live(box, 5*time.Second)
		other.Watchlist(some())
		w.live(box, 5*time.Second)
	}
	w.set(func() { w.faulty = false })
	other.Close()
	absent := numbered("gone", 20)
	box.Watchlist(append(w.all(), absent...))
	close(stop)
	<-watched

	box.refreshed(5)
	box.Refresh()
	s := box.refreshed(len(w.all())/recheckMin + maxPenalty + 2)
	wantIDs(t, s, w.all()...)
	if slices.Sort(absent); !slices.Equal(s.Absent, absent) || s.Watched != len(s.Instances)+len(absent) {
		t.Errorf("%d watched, absent %q", s.Watched, s.Absent)
	}
	for _, have := range s.Instances {
		if truth := w.rows[have.InstanceID]; have.ReadErr != "" || have.Status != truth.Status {
			t.Errorf("%s is %v (%q), want %v", have.InstanceID, have.Status, have.ReadErr, truth.Status)
		}
	}
	if n := len(w.tokens); n != 0 {
		t.Errorf("%d listings were asked for", n)
	}
}

// all are the IDs of the instances there are.
func (w *world) all() []string {
	var ids []string
	w.set(func() { ids = slices.Clone(w.order) })
	return ids
}
