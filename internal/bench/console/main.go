// Console is daprdeck on a synthetic source: the same watch, model and program,
// with nothing but the source exchanged. What the list goes through is told to
// file descriptor 3, one line for each change: see mark.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/bench/synthetic"
	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/heap"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/model"
)

// What daprdeck has.
const framesPerSecond = 60

func main() {
	var cfg synthetic.Config
	var watching watch.Config
	sidecars := flag.Int("sidecars", 1, "how many, each of an app of its own")
	mute := flag.Bool("mute", false, "one more that never answers")
	flag.IntVar(&cfg.Instances, "instances", 100_000, "how many")
	flag.Float64Var(&cfg.Live, "live", 0.1, "the share of them that has not ended")
	flag.IntVar(&cfg.Payload, "payload", 0, "bytes that travel with each")
	flag.Float64Var(&cfg.Churn, "churn", 0, "how many change in a second")
	flag.IntVar(&cfg.Stride, "stride", 0, "every so many-th changes between two listings")
	flag.BoolVar(&cfg.Wide, "wide", false, "with wide characters")
	flag.Float64Var(&cfg.Slow, "slow", 0.01, "the share of calls that take half a second")
	flag.DurationVar(&watching.Interval, "interval", 2*time.Second, "time between two refreshes")
	flag.Float64Var(&watching.Rate, "max-rate", 2000, "how many instances are read in a second at most")
	flag.Parse()
	f := fleet.New(fleet.Config{Watch: watching})
	for i := range *sidecars {
		if *sidecars > 1 {
			cfg.App = fmt.Sprintf("app-%02d", i+1)
		}
		join(f, cfg)
	}
	if *mute {
		cfg.App, cfg.Mute = "mute", true
		join(f, cfg)
	}
	if err := run(f, watching, os.NewFile(3, "marks")); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// join adds a sidecar.
func join(f *fleet.Fleet, cfg synthetic.Config) {
	src := synthetic.New(cfg)
	f.Add(fleet.Member{ID: src.Address(), Source: src, Client: src})
}

func run(f *fleet.Fleet, cfg watch.Config, marks io.Writer) error {
	ctx, cancel := context.WithCancel(context.Background())
	m := model.New(ctx, model.Config{
		Client: f, Feed: &feed{Mailbox: f.Subscribe(), marks: marks}, Keys: keymap.Default(), Zone: time.Local,
		Interval: cfg.Interval, Now: time.Now,
	})
	program := tea.NewProgram(m, tea.WithContext(ctx), tea.WithFPS(framesPerSecond))
	tuner, rows := heap.FromEnvironment(), f.Subscribe().Rows
	go tuner.Follow(ctx, rows) // ends with the fleet
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		mark(marks, "began %d", time.Now().UnixNano())
		f.Run(ctx)
	}()
	_, err := program.Run()
	cancel()
	<-ended
	if err != nil {
		return fmt.Errorf("run the console: %w", err)
	}
	return nil
}

// mark writes a line to whoever measures.
func mark(to io.Writer, format string, values ...any) {
	_, _ = fmt.Fprintf(to, format+"\n", values...)
}

// feed is a mailbox that marks each snapshot that the model takes in which
// something other than rows has changed: its phase, whether it refreshes, and
// how many refreshes have ended.
type feed struct {
	*fleet.Mailbox
	marks io.Writer
	last  string
	ended time.Time
	count int
}

func (f *feed) Next(ctx context.Context) (fleet.Snapshot, bool) {
	s, ok := f.Mailbox.Next(ctx)
	if s.RefreshedAt.After(f.ended) {
		f.ended = s.RefreshedAt
		f.count++
	}
	if line := fmt.Sprintf("list phase=%d refreshing=%v refreshes=%d behind=%d", s.Phase, s.Refreshing, f.count, s.Behind); line != f.last {
		f.last = line
		mark(f.marks, "%s", line)
	}
	return s, ok
}
