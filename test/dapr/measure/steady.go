package measure

import (
	"context"
	"fmt"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// steady is what a console in its steady state does.
type steady struct {
	refreshes []refresh // of the window
	idle      float64   // processor seconds a second that the sidecar uses without it
	busy      time.Duration
	window    time.Duration
	rpcs      map[string]int // what the sidecar has counted in the window
	loaded    harness.Memory // of the console, after the first load
	memory    harness.Memory // at the end of the window
}

const (
	// loadWithin bounds the first load.
	loadWithin = 10 * time.Minute
	// settling is how many refreshes after the first load do not count.
	settling = 2
)

// watch opens the console on an app and follows it through a window of
// refreshes. The idle sidecar is watched just before.
func (b *bench) watch(ctx context.Context, a *app) (s *steady, err error) {
	s = &steady{}
	if s.idle, err = b.idle(ctx, a); err != nil {
		return nil, err
	}
	d, err := b.openDeck(a)
	if err != nil {
		return nil, err
	}
	if err := b.follow(ctx, a, d, s); err != nil {
		_ = d.Close() // killed
		return nil, err
	}
	return s, d.leave()
}

// follow takes the figures of a running console.
func (b *bench) follow(ctx context.Context, a *app, d *deck, s *steady) error {
	all, err := d.await(ctx, 1, loadWithin)
	if err != nil {
		return err
	}
	if s.loaded, err = harness.MemoryOf(d.PID()); err != nil {
		return err
	}
	b.say("  loaded in %s: %+v, %s", seconds(all[0].Took), all[0], megabytes(s.loaded.Resident))
	perRefresh := b.o.Interval + 30*time.Second
	if all, err = d.await(ctx, 1+settling, settling*perRefresh); err != nil {
		return err
	}
	from := len(all)
	before, began, err := look(ctx, a)
	if err != nil {
		return err
	}
	if all, err = d.await(ctx, from+b.o.Refreshes, time.Duration(b.o.Refreshes)*perRefresh); err != nil {
		return err
	}
	after, ended, err := look(ctx, a)
	if err != nil {
		return err
	}
	s.refreshes = all[from:]
	s.busy, s.window = after.cpu-before.cpu, ended.Sub(began)
	s.rpcs = map[string]int{}
	for method, n := range after.rpcs {
		s.rpcs[method] = n - before.rpcs[method]
	}
	s.memory, err = harness.MemoryOf(d.PID())
	return err
}

// sight is what a sidecar has done until now.
type sight struct {
	cpu  time.Duration
	rpcs map[string]int
}

func look(ctx context.Context, a *app) (sight, time.Time, error) {
	rpcs, err := countRPCs(ctx, a.Ports().Metrics)
	if err != nil {
		return sight{}, time.Time{}, err
	}
	cpu, err := a.CPUTime()
	return sight{cpu: cpu, rpcs: rpcs}, time.Now(), err
}

// idle is how much processor time the sidecar uses by itself, for each second.
func (b *bench) idle(ctx context.Context, a *app) (float64, error) {
	before, err := a.CPUTime()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := wait(ctx, b.o.Rest); err != nil {
		return 0, err
	}
	after, err := a.CPUTime()
	return (after - before).Seconds() / time.Since(began).Seconds(), err
}

// inSteady returns the steady state of the measured app, watched once.
func (b *bench) inSteady(ctx context.Context) (*steady, error) {
	if b.steady != nil {
		return b.steady, nil
	}
	b.say("  watch %d refreshes", b.o.Refreshes)
	s, err := b.watch(ctx, b.app)
	if err == nil {
		b.steady = s
	}
	return s, err
}

// calls counts the calls of a refresh, once by the log of the console and once
// by the sidecar, which also counts what the detail of the selected instance
// reads.
func calls(ctx context.Context, b *bench) []Row {
	pages := b.o.Instances/pageSize + 1 // SQLite gives a token also with a last page that is full
	measure := fmt.Sprintf("calls of a refresh, steady, %d live, by kind", b.app.live)
	target := fmt.Sprintf("at most %s: %d for the pages, %d for what lives, 2 %% of all, 1 for the selected one",
		number(pages+b.app.live+b.o.Instances/50+1), pages, b.app.live)
	s, err := b.inSteady(ctx)
	if err != nil {
		return failed(measure, target, err)
	}
	var list, get, sidecar, bad, behind int
	for _, r := range s.refreshes {
		list, get, sidecar, bad, behind = list+r.List, get+r.Get, sidecar+r.Sidecar, bad+r.Failed, behind+r.Behind
	}
	per := func(n int) float64 { return float64(n) / float64(len(s.refreshes)) }
	all := 0
	for _, n := range s.rpcs {
		all += n
	}
	return []Row{
		{Measure: measure, Target: target, Measured: fmt.Sprintf("%.1f: list %.1f, get %.1f, sidecar %.1f (failed %d, behind %d, mean of %d refreshes)",
			per(list+get+sidecar), per(list), per(get), per(sidecar), bad, behind, len(s.refreshes))},
		{
			Measure: "the same as the sidecar counts, with the detail of the selected instance", Target: "the same",
			Measured: fmt.Sprintf("%.1f: list %.1f, get %.1f, history %.1f, metadata %.1f", per(all), per(s.rpcs[rpcList]),
				per(s.rpcs[rpcGet]), per(s.rpcs[rpcHistory]), per(s.rpcs[rpcMetadata])),
		},
	}
}

// sidecarTime compares the processor time that a refresh costs the sidecar with
// that of a full fetch by the bare loop.
func sidecarTime(ctx context.Context, b *bench) []Row {
	measure := "processor time of the sidecar for a refresh against a full fetch by the bare loop"
	const target = "at most 1/30"
	s, err := b.inSteady(ctx)
	if err != nil {
		return failed(measure, target, err)
	}
	for len(b.fetches) < tries {
		c, err := b.loop(ctx, 32)
		if err != nil {
			return failed(measure, target, err)
		}
		b.fetches = append(b.fetches, c.sidecar)
	}
	idle := time.Duration(s.idle * float64(s.window))
	each := max(0, s.busy-idle) / time.Duration(len(s.refreshes))
	fetch := median(b.fetches)
	ratio := "no ratio, the refresh is below what can be measured"
	if each > 0 {
		ratio = fmt.Sprintf("1/%.0f", fetch.Seconds()/each.Seconds())
	}
	rows := []Row{{Measure: measure, Target: target, Measured: fmt.Sprintf("%s (%s against %s; %d refreshes in %s, %.1f %% of a core at rest taken off)",
		ratio, milliseconds(each), seconds(fetch), len(s.refreshes), seconds(s.window), 100*s.idle)}}
	return append(rows, b.unitCosts(ctx)...)
}
