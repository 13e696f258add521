package model

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/bench/synthetic"
	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/keymap"
)

// hundred is the most rows that the benchmarks here have.
const hundred = 100_000

// live is the model on a running watch of a synthetic sidecar, with the loop of
// a program: commands in goroutines, and Update and View after each message.
type live struct {
	b    *testing.B
	ctx  context.Context
	m    *Model
	msgs chan tea.Msg
	// took is what each message since the last reset has cost, in
	// milliseconds, by its kind.
	took map[string][]float64
}

func liveOn(b *testing.B, src synthetic.Config, cfg watch.Config) *live {
	b.Helper()
	return liveOnFleet(b, 1, src, cfg)
}

// liveOnFleet is liveOn with several sidecars, each of an app of its own.
func liveOnFleet(b *testing.B, sidecars int, src synthetic.Config, cfg watch.Config) *live {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w := fleet.New(fleet.Config{Watch: cfg})
	for i := range max(1, sidecars) {
		if sidecars > 1 {
			src.App = fmt.Sprintf("app-%02d", i+1)
		}
		sidecar := synthetic.New(src)
		w.Add(fleet.Member{ID: sidecar.Address(), Source: sidecar, Client: sidecar})
	}
	l := &live{b: b, ctx: ctx, msgs: make(chan tea.Msg), took: map[string][]float64{}}
	l.m = New(ctx, Config{Client: w, Feed: w.Subscribe(), Keys: keymap.Default(), Now: time.Now, Interval: cfg.Interval})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	b.Cleanup(func() {
		cancel()
		<-ended
	})
	l.do(l.m.Init())
	l.step(tea.WindowSizeMsg{Width: 200, Height: 50})
	return l
}

// do runs a command as the program does.
func (l *live) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, c := range batch {
				l.do(c)
			}
			return
		}
		if msg == nil {
			return
		}
		select {
		case l.msgs <- msg:
		case <-l.ctx.Done():
		}
	}()
}

// step is one turn of the loop.
func (l *live) step(msg tea.Msg) float64 {
	began := time.Now()
	_, cmd := l.m.Update(msg)
	_ = l.m.View()
	took := since(began)
	kind := "other"
	switch msg.(type) {
	case tea.KeyPressMsg:
		kind = "key"
	case snapshotMsg:
		kind = "snapshot"
	case rowsMsg:
		kind = "rows"
	}
	l.took[kind] = append(l.took[kind], took)
	l.do(cmd)
	return took
}

func since(t time.Time) float64 { return float64(time.Since(t).Microseconds()) / 1000 }

// until turns the loop until something is true of the model.
func (l *live) until(what string, done func() bool) {
	l.b.Helper()
	limit := time.After(3 * time.Minute)
	for !done() {
		select {
		case msg := <-l.msgs:
			l.step(msg)
		case <-limit:
			l.b.Fatalf("not within three minutes: %s; %d rows", what, len(l.m.snap.Instances))
		}
	}
}

// loaded waits until all rows have been read, and are in the list.
func (l *live) loaded(n int) {
	l.b.Helper()
	l.until("loaded", func() bool { return l.m.snap.Phase == watch.Ready && l.m.matching == n })
}

// press presses keys for a while, one each few milliseconds as an impatient
// hand does, while the given is true.
func (l *live) press(wanted time.Duration, keys []string, while func() bool) {
	end, beat := time.After(wanted), time.NewTicker(7*time.Millisecond)
	defer beat.Stop()
	for i := 0; ; {
		select {
		case msg := <-l.msgs:
			l.step(msg)
		case <-beat.C:
			if while() {
				l.step(keyPress(keys[i%len(keys)]))
				i++
			}
		case <-end:
			return
		}
	}
}

// report gives the median and the 99th percentile of what was measured.
func (l *live) report() {
	l.b.ReportMetric(0, "ns/op")
	var all []float64
	for kind, took := range l.took {
		all = append(all, took...)
		if kind != "other" && len(took) > 0 {
			l.b.ReportMetric(percentile(took, 99), kind+"-p99-ms")
		}
	}
	l.b.ReportMetric(percentile(all, 50), "p50-ms")
	l.b.ReportMetric(percentile(all, 99), "p99-ms")
	l.b.ReportMetric(slices.Max(all), "max-ms")
	l.b.ReportMetric(float64(len(all)), "messages")
}

func percentile(x []float64, p int) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)*p/100]
}

// BenchmarkHundredThousand is what a turn of the update loop, Update and View,
// costs with 100,000 rows, one in ten of them live, and one call in a hundred
// that takes half a second: all the while the rows are loaded, and while
// refreshes run. The rate is the console's own, and none.
//
//	go test -run '^$' -bench HundredThousand -benchtime 1x ./model
func BenchmarkHundredThousand(b *testing.B) {
	keys := []string{"j", "j", "j", "k", "G", "k", "ctrl+u", "g", "ctrl+d", "ctrl+d", "j"}
	src := synthetic.Config{Instances: hundred, Live: 0.1, Churn: 200, Slow: 0.01}
	for _, rate := range []float64{2000, 0} {
		b.Run(fmt.Sprintf("load/rate=%v", rate), func(b *testing.B) {
			for b.Loop() {
				l := liveOn(b, src, watch.Config{Rate: rate, Interval: 2 * time.Second})
				l.until("half", func() bool { return len(l.m.snap.Instances) > hundred/2 })
				clear(l.took)
				l.press(8*time.Second, keys, func() bool { return true })
				if l.m.snap.Phase != watch.Loading {
					b.Log("the load ended before the measurement")
				}
				l.report()
			}
		})
		b.Run(fmt.Sprintf("refresh/rate=%v", rate), func(b *testing.B) {
			for b.Loop() {
				l := liveOn(b, src, watch.Config{Rate: rate, Interval: 2 * time.Second})
				l.loaded(hundred)
				clear(l.took)
				l.press(20*time.Second, keys, func() bool { return l.m.snap.Refreshing })
				l.report()
			}
		})
	}
}

// BenchmarkTwentySidecars is BenchmarkHundredThousand with 20 sidecars of 10,000
// instances each, one in a hundred of them live.
//
//	go test -run '^$' -bench TwentySidecars -benchtime 1x ./model
func BenchmarkTwentySidecars(b *testing.B) {
	const sidecars, each = 20, 10_000
	keys := []string{"j", "j", "j", "k", "G", "k", "ctrl+u", "g", "ctrl+d", "ctrl+d", "j"}
	src := synthetic.Config{Instances: each, Live: 0.01, Churn: 20, Slow: 0.01}
	b.Run("refresh", func(b *testing.B) {
		for b.Loop() {
			l := liveOnFleet(b, sidecars, src, watch.Config{Rate: 2000, Interval: 2 * time.Second})
			l.loaded(sidecars * each)
			clear(l.took)
			l.press(20*time.Second, keys, func() bool { return true })
			l.report()
		}
	})
	b.Run("filter", func(b *testing.B) {
		l := liveOnFleet(b, sidecars, src, watch.Config{Rate: 2000, Interval: 2 * time.Second})
		l.loaded(sidecars * each)
		l.typeFilter(b)
	})
}

// BenchmarkHundredThousandFilter types filters over 100,000 rows while
// refreshes run: drawn-ms is until a keystroke is on the screen, result-ms
// until its rows are, the worst of all keystrokes.
func BenchmarkHundredThousandFilter(b *testing.B) {
	l := liveOn(b, synthetic.Config{Instances: hundred, Live: 0.1, Churn: 200, Slow: 0.01}, watch.Config{Interval: 2 * time.Second})
	l.loaded(hundred)
	l.typeFilter(b)
}

// typeFilter types a filter over and over.
func (l *live) typeFilter(b *testing.B) {
	b.Helper()
	text := []rune(`name:Pay* -status:failed /step.*7$/ age:<200h `)
	var drawn, shown []float64
	i := 0
	l.step(keyPress("/"))
	for b.Loop() {
		if i%len(text) == 0 {
			l.step(keyPress("ctrl+u"))
		}
		r := text[i%len(text)]
		i++
		began := time.Now()
		drawn = append(drawn, l.step(tea.KeyPressMsg{Code: r, Text: string(r)}))
		l.until("filtered", func() bool { return !l.m.ahead.waiting })
		shown = append(shown, since(began))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(percentile(drawn, 99), "drawn-p99-ms")
	b.ReportMetric(percentile(shown, 50), "result-p50-ms")
	b.ReportMetric(percentile(shown, 90), "result-p90-ms")
	b.ReportMetric(percentile(shown, 99), "result-p99-ms")
	b.ReportMetric(slices.Max(shown), "result-max-ms")
}

// BenchmarkHundredThousandView is a whole screen of 200x50 with 100,000 rows
// against one with 100, alternating: the ratio of the medians of seven.
func BenchmarkHundredThousandView(b *testing.B) {
	var models []*live
	for _, n := range []int{100, hundred} {
		l := liveOn(b, synthetic.Config{Instances: n, Stride: 9}, watch.Config{Interval: time.Hour})
		l.loaded(n)
		l.press(time.Second, []string{""}, func() bool { return false }) // the detail is read
		if l.m.shown.prepared == nil {
			b.Fatal("no detail to draw")
		}
		models = append(models, l)
	}
	var took [2][]float64
	var allocs [2]float64
	for b.Loop() {
		for range 7 {
			for k, l := range models {
				began := time.Now()
				for range 200 {
					_ = l.m.View()
				}
				took[k] = append(took[k], since(began)/200)
			}
		}
	}
	for k, l := range models {
		allocs[k] = testing.AllocsPerRun(100, func() { _ = l.m.View() })
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(percentile(took[0], 50), "ms/100-rows")
	b.ReportMetric(percentile(took[1], 50), "ms/100,000-rows")
	b.ReportMetric(percentile(took[1], 50)/percentile(took[0], 50), "ratio")
	b.ReportMetric(allocs[0], "allocs/100-rows")
	b.ReportMetric(allocs[1], "allocs/100,000-rows")
}
