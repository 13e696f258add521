package measure

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// candidates are the numbers of reads at the same time that the bare loop is
// tried with.
func candidates() []int { return []int{8, 16, 32, 64} }

// tries is how often the bare loop is run with each of them.
const tries = 3

// fullLoad compares daprdeck --once with the bare loop. Both are programs of
// their own, timed from start to end, so that each pays for its start; both
// write the IDs to a file; both read every instance with its payloads, in pages
// of the same size, over one connection, while they still list. The bare loop
// has its best concurrency of candidates, the console what it finds itself. A
// pair is run in the one order and the next pair in the other, and the figure is
// the median of the ratios within the pairs: what slows the machine down for a
// while slows both.
func fullLoad(ctx context.Context, b *bench) []Row {
	measure := fmt.Sprintf("`--once -o ids` over %s instances against a bare loop at its best concurrency of 8, 16, 32, 64", number(b.o.Instances))
	const target = "at most 1.15 ×"
	if err := b.findBest(ctx); err != nil {
		return failed(measure, target, err)
	}
	var once, bare []cost
	var ratios []float64
	for i := range b.o.Pairs {
		var c, l cost
		var err error
		if i%2 == 0 {
			if c, err = b.once(ctx); err == nil {
				l, err = b.loop(ctx, b.atBest)
			}
		} else {
			if l, err = b.loop(ctx, b.atBest); err == nil {
				c, err = b.once(ctx)
			}
		}
		if err != nil {
			return failed(measure, target, err)
		}
		once, bare = append(once, c), append(bare, l)
		ratios = append(ratios, c.wall.Seconds()/l.wall.Seconds())
		b.fetches = append(b.fetches, l.sidecar)
		b.say("  once %v, bare %v: %.2f", c, l, ratios[i])
	}
	return []Row{{
		Measure: measure, Target: target,
		Measured: fmt.Sprintf("%.2f × (%s against %s with %d at once, medians of %d; own processor time %s against %s, the sidecar's %s against %s)",
			median(ratios), seconds(mid(once, wallOf)), seconds(mid(bare, wallOf)), b.atBest, b.o.Pairs,
			seconds(mid(once, ownOf)), seconds(mid(bare, ownOf)), seconds(mid(once, sidecarOf)), seconds(mid(bare, sidecarOf))),
	}}
}

func wallOf(c cost) time.Duration    { return c.wall }
func ownOf(c cost) time.Duration     { return c.own }
func sidecarOf(c cost) time.Duration { return c.sidecar }

// mid is the median of one of the costs.
func mid(costs []cost, of func(cost) time.Duration) time.Duration {
	values := make([]time.Duration, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	return median(values)
}

// String is the cost for the progress.
func (c cost) String() string {
	return fmt.Sprintf("%s (own %s, sidecar %s)", seconds(c.wall), seconds(c.own), seconds(c.sidecar))
}

// findBest runs the bare loop with each candidate in turn, and again.
func (b *bench) findBest(ctx context.Context) error {
	if _, err := b.loop(ctx, candidates()[0]); err != nil { // warms the caches
		return err
	}
	walls := map[int][]time.Duration{}
	for range tries {
		for _, n := range candidates() {
			c, err := b.loop(ctx, n)
			if err != nil {
				return err
			}
			walls[n] = append(walls[n], c.wall)
		}
	}
	for _, n := range candidates() {
		b.say("  bare loop with %d at once: %v", n, walls[n])
		// What disturbs a run makes it longer: the shortest tells most.
		if b.atBest == 0 || slices.Min(walls[n]) < slices.Min(walls[b.atBest]) {
			b.atBest = n
		}
	}
	return nil
}

// loop runs the bare loop.
func (b *bench) loop(ctx context.Context, atOnce int) (cost, error) {
	return b.timed(ctx, b.bare, "-address", b.app.Address(), "-at-once", strconv.Itoa(atOnce),
		"-page", strconv.Itoa(pageSize))
}

// once runs the console for one list.
func (b *bench) once(ctx context.Context) (cost, error) {
	return b.timed(ctx, b.deck, "--address", b.app.Address(), "--once", "-o", "ids")
}
