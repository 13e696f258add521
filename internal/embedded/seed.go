package embedded

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// Seed puts n finished, waiting, held and failed instances of the sample
// workflows into the served app, of ages from minutes to weeks. The same
// Options.Seed makes the same instances. First come those of the cast, which
// show every state; the rest are the everyday business, mostly completed.
// Nothing that is seeded moves by itself within the next quarter of an hour.
// It needs no worker.
func (e *Engine) Seed(ctx context.Context, n int) error {
	e.mu.Lock()
	h := e.hub
	e.mu.Unlock()
	if h == nil {
		return errClosed
	}
	random := rand.New(rand.NewPCG(e.opts.Seed, 1)) //nolint:gosec // a repeatable sequence is the purpose
	sim, err := newSimulator(h.appID, random)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	plan := &plan{simulator: sim, now: e.opts.Now()}
	if err := plan.everyone(n); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	h.perform(plan)
	if plan.left > 0 {
		return h.schedulePending(plan)
	}
	return nil
}

// entrance is one scene at its time.
type entrance struct {
	scene   *scene
	id      string
	created time.Time
}

// plan is the list of what to seed.
type plan struct {
	*simulator
	now       time.Time
	entrances []entrance
	left      int // how many instances are still to be planned
}

func (p *plan) add(sc *scene, id string, created time.Time) {
	if sc.size() > p.left {
		sc = &scene{id: sc.id, history: sc.history, status: sc.status, stalled: sc.stalled, length: sc.length}
	}
	p.left -= sc.size()
	p.entrances = append(p.entrances, entrance{scene: sc, id: id, created: created})
}

// everyone plans n instances: the cast, the youngest first, then the extras.
// One is left for the scheduled order.
func (p *plan) everyone(n int) error {
	p.left = n - 1
	for _, r := range slices.Backward(cast()) {
		if p.left <= 0 {
			break
		}
		sc, err := p.play(r.id, r.workflow, r.input, r.steps, r.children)
		if err != nil {
			return err
		}
		if r.version != "" {
			sc.stalledFor(r.version)
		}
		p.add(sc, r.id, p.now.Add(-r.age))
	}
	if err := p.extras(); err != nil {
		return err
	}
	p.left = min(n, 1)
	slices.SortStableFunc(p.entrances, func(a, b entrance) int { return a.created.Compare(b.created) })
	return nil
}

// perform stores the plan, the oldest instance first.
func (h *hub) perform(p *plan) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, x := range p.entrances {
		h.stage(x.scene, x.id, x.created)
	}
}

// schedulePending stores the order that begins in some hours.
func (h *hub) schedulePending(p *plan) error {
	const id = "order-1050"
	e := startEvent(id, "OrderProcessing", shopOrder(id, 2, false))
	e.Timestamp = timestamppb.New(p.now)
	e.GetExecutionStarted().ScheduledStartTimestamp = timestamppb.New(p.now.Add(5 * time.Hour))
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byID[id] != nil {
		return nil
	}
	return h.create(e, nil)
}
