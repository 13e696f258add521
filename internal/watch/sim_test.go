package watch

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

var (
	simSeed = flag.Uint64("sim.seed", 0, "run the simulation with this seed only")
	simRuns = flag.Int("sim.runs", 8, "how many seeds the simulation runs")
)

// world is a sidecar that lives and misbehaves at random. It is not the fake of
// the other tests: here the faults are drawn for each call.
type world struct {
	*fake
	rng *lockedRand
	// faulty turns the faults on.
	faulty bool
	// lossy also lets reads fail and the connection break: then two listings
	// may remove what a read would have saved.
	lossy bool
	// starts is when each read began.
	starts []time.Time
}

// tooFast returns a second in which more reads began than the rate allows, with
// what may come at once and those of Reread.
func (w *world) tooFast(rate float64, rereads int) (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	most := int(rate+max(1, rate/10)) + 1 + rereads
	for i := range w.starts {
		if n := i + most; n < len(w.starts) && w.starts[n].Sub(w.starts[i]) < time.Second {
			return most + 1, true
		}
	}
	return 0, false
}

type lockedRand struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (l *lockedRand) intN(n int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.IntN(n)
}

// chance is true once in n times.
func (l *lockedRand) chance(n int) bool { return l.intN(n) == 0 }

func (w *world) bad() (faulty, lossy bool) {
	w.set(func() { faulty, lossy = w.faulty, w.faulty && w.lossy })
	return faulty, lossy
}

// pause takes a random time, so that answers come out of order.
func (w *world) pause(ctx context.Context) error {
	d := time.Duration(1+w.rng.intN(20)) * time.Millisecond
	if _, lossy := w.bad(); lossy && w.rng.chance(300) {
		d = 7 * time.Second // past the deadline
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *world) trouble(ctx context.Context) error {
	if err := w.pause(ctx); err != nil {
		return err
	}
	if _, lossy := w.bad(); lossy && w.rng.chance(100) {
		kinds := []workflow.ErrorKind{workflow.KindOther, workflow.KindBusy, workflow.KindDeadline, workflow.KindUnavailable, workflow.KindTooLarge}
		return failure(kinds[w.rng.intN(len(kinds))])
	}
	return nil
}

func (w *world) List(ctx context.Context, token string) ([]string, string, error) {
	if err := w.trouble(ctx); err != nil {
		return nil, "", err
	}
	ids, next, err := w.fake.List(ctx, token)
	faulty, _ := w.bad()
	if !faulty {
		return ids, next, err
	}
	var bent []string
	for _, id := range ids {
		if !w.rng.chance(10) { // lost between two pages
			bent = append(bent, id)
		}
		if w.rng.chance(200) {
			bent = append(bent, id)
		}
	}
	return bent, next, err
}

func (w *world) Get(ctx context.Context, id string, payloads bool) (workflow.Instance, int, error) {
	w.set(func() { w.starts = append(w.starts, time.Now()) })
	if err := w.trouble(ctx); err != nil {
		return workflow.Instance{}, 0, err
	}
	return w.fake.Get(ctx, id, payloads)
}

// live lets the world go on for a while: instances start, change and go.
func (w *world) live(box *box, d time.Duration) {
	until := time.Now().Add(d)
	started := 0
	for time.Now().Before(until) {
		pass(time.Duration(w.rng.intN(500)) * time.Millisecond)
		var id string
		w.set(func() {
			if len(w.order) > 0 {
				id = w.order[w.rng.intN(len(w.order))]
			}
		})
		all := workflow.Statuses()
		switch _, lossy := w.bad(); w.rng.intN(12) {
		case 0, 1, 2:
			started++
			w.add(workflow.Running, "new-"+strconv.Itoa(started))
		case 3:
			if id != "keep" && id != "" {
				w.purge(id)
				box.Reread(id)
			}
		case 4:
			if id != "keep" && id != "" {
				w.purge(id)
			}
		case 5:
			box.Refresh()
		case 6:
			box.Reread(id)
		case 7:
			if lossy && w.rng.chance(4) {
				w.stop()
				pass(time.Duration(w.rng.intN(10_000)) * time.Millisecond)
				w.start("orders")
			}
		default:
			if id != "" {
				w.add(all[w.rng.intN(len(all))], id)
			}
		}
	}
}

// TestSimulation lets random worlds live, with faults, and checks that the
// watch never shows nonsense and finds the truth when the faults end.
func TestSimulation(t *testing.T) {
	seeds := []uint64{*simSeed}
	if *simSeed == 0 {
		seeds = nil
		for i := range *simRuns {
			seeds = append(seeds, uint64(i+1))
		}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("sim.seed=%d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { simulate(t, seed) })
		})
	}
}

func simulate(t *testing.T, seed uint64) {
	rng := &lockedRand{r: rand.New(rand.NewPCG(seed, seed))}
	w := &world{fake: newFake("orders"), rng: rng, lossy: seed%2 == 0}
	w.pageSize, w.latency = 7+rng.intN(100), 0
	w.add(workflow.Running, "keep")
	w.add(workflow.Completed, numbered("done", 20+rng.intN(300))...)
	w.add(workflow.Running, numbered("live", rng.intN(40))...)
	rate := float64(rng.intN(3)) * float64(100+rng.intN(400))
	box := start(t, w, Config{Concurrency: 1 + rng.intN(16), Rate: rate})
	box.refreshed(1)

	watched := make(chan struct{})
	stop := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			select {
			case <-stop:
				return
			default:
			}
			s := box.next()
			if _, ok := row(s, "keep"); !ok && !w.lossy {
				t.Errorf("an instance that exists has gone")
				return
			}
		}
	}()
	w.set(func() { w.faulty = true })
	w.live(box, 3*time.Minute)
	w.set(func() { w.faulty = false })
	close(stop)
	<-watched
	converge(t, w, box)
	// The world asks for a reread every quarter of a second at most.
	if n, fast := w.tooFast(rate, 8); rate > 0 && fast {
		t.Errorf("%d reads began within a second, at a rate of %v", n, rate)
	}
	if seen := w.seen(); seen.overlap || seen.maxFlight > box.watch.cfg.Concurrency+urgentReaders {
		t.Errorf("listings overlap: %v; %d reads at a time", seen.overlap, seen.maxFlight)
	}
}

// converge waits until the watch shows the truth: which instances there are,
// and the status of those that live, within a few refreshes; the status of the
// others when their turn has come.
func converge(t *testing.T, w *world, box *box) {
	t.Helper()
	box.refreshed(5)
	check := func(all bool) {
		t.Helper()
		w.mu.Lock()
		defer w.mu.Unlock()
		wantIDs(t, box.last, slices.Clone(w.order)...)
		for i := range box.last.Instances {
			have := box.last.Instances[i]
			truth := w.rows[have.InstanceID]
			if have.Missing || all && have.ReadErr != "" {
				t.Errorf("%s is marked: missing %v, %q", have.InstanceID, have.Missing, have.ReadErr)
			}
			if (all || !have.Status.Terminal()) && have.ReadErr == "" && have.Status != truth.Status {
				t.Errorf("%s is %v, want %v", have.InstanceID, have.Status, truth.Status)
			}
		}
	}
	check(false)
	box.refreshed(len(w.order)/recheckMin + maxPenalty + 2)
	check(true)
	if box.last.Err != nil || box.last.Phase != Ready {
		t.Errorf("phase %v, %v", box.last.Phase, box.last.Err)
	}

	// A live change shows within two intervals, and the refreshes themselves.
	w.add(workflow.Suspended, "keep")
	box.Reread("keep")
	box.refreshed(3)
	w.add(workflow.Stalled, "keep")
	from := time.Now()
	box.until(func(s Snapshot) bool {
		keep, _ := row(s, "keep")
		return keep.Status == workflow.Stalled
	})
	if d := time.Since(from); d > 2*(box.last.Interval+box.last.Took) {
		t.Errorf("a live change took %v to show", d)
	}
}
