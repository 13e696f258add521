package measure

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/load"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// change times how soon an event that somebody else raises shows in the row of
// its instance: from just before the call to the frame that says COMPLETED. Each
// event comes right after the refresh that has shown the one before, which is
// the worst moment.
func change(ctx context.Context, b *bench) []Row {
	const measure = "from an event raised elsewhere to the changed row on the screen"
	target := fmt.Sprintf("at most two intervals, %s", seconds(2*b.o.Interval))
	took, err := b.changes(ctx)
	if err != nil {
		return failed(measure, target, err)
	}
	return []Row{{
		Measure: measure, Target: target,
		Measured: fmt.Sprintf("%s, at most %s (%d events)", seconds(median(took)), seconds(slices.Max(took)), len(took)),
	}}
}

const prefix = "seen"

func (b *bench) changes(ctx context.Context) ([]time.Duration, error) {
	plan := make([]load.Sample, b.o.Changes)
	for i := range plan {
		plan[i] = load.Sample{Prefix: prefix, Workflow: worker.Approval}
	}
	if _, err := load.Fill(ctx, b.app.client, plan, load.Options{}); err != nil {
		return nil, err
	}
	d, err := b.openDeck(b.app)
	if err != nil {
		return nil, err
	}
	took, err := b.raise(ctx, d, len(plan))
	if err != nil {
		_ = d.Close() // killed
		return nil, err
	}
	return took, d.leave()
}

// raise lists the instances of this part alone and completes one after the
// other.
func (b *bench) raise(ctx context.Context, d *deck, n int) ([]time.Duration, error) {
	if _, err := d.await(ctx, 1, loadWithin); err != nil {
		return nil, err
	}
	if err := d.Keys("/"); err != nil {
		return nil, err
	}
	if err := d.Type("id:" + prefix + "-"); err != nil {
		return nil, err
	}
	if err := d.Keys("enter"); err != nil {
		return nil, err
	}
	patience := 10*b.o.Interval + 30*time.Second
	took := make([]time.Duration, n)
	for i := range took {
		id := fmt.Sprintf("%s-%04d", prefix, i)
		if err := d.WaitFor(id+" to run", patience, func(s console.Screen) bool { return inRow(s, id, "RUNNING") }); err != nil {
			return nil, err
		}
		began := time.Now()
		call, cancel := context.WithTimeout(ctx, patience)
		err := b.app.client.RaiseEvent(call, id, worker.EventApprove)
		cancel()
		if err != nil {
			return nil, fmt.Errorf("raise an event: %w", err)
		}
		if err := d.WaitFor(id+" to have completed", patience, func(s console.Screen) bool { return inRow(s, id, "COMPLETED") }); err != nil {
			return nil, err
		}
		took[i] = time.Since(began)
	}
	b.say("  %v", took)
	return took, nil
}

// inRow reports whether a row of the list, the pane at the left edge, holds
// both texts.
func inRow(s console.Screen, id, status string) bool {
	for _, line := range s.Lines() {
		rest, bordered := strings.CutPrefix(line, "│")
		cell, _, _ := strings.Cut(rest, "│")
		if bordered && strings.Contains(cell, id) && strings.Contains(cell, status) {
			return true
		}
	}
	return false
}
