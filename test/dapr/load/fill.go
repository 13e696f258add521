package load

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// DefaultAtOnce is how many samples are made at the same time: the SQLite
// store writes one at a time, and more only wait for its lock.
const DefaultAtOnce = 8

// Options of Fill.
type Options struct {
	// AtOnce is how many samples are made at the same time; 0 is DefaultAtOnce.
	AtOnce int
	// Await makes each sample that ends hold its place until it has ended, so
	// that starts do not run away from a runtime that cannot keep up. Without
	// it some may still run when Fill returns.
	Await bool
	// Progress, when not nil, is told how many instances have been made, from
	// several goroutines.
	Progress func(made int)
}

// Result is what Fill has made.
type Result struct {
	Instances int
	Live      int
	Took      time.Duration
	// Retried counts the starts that the store was too busy for.
	Retried int
}

// PerSecond is how many instances the runtime took in a second.
func (r Result) PerSecond() float64 { return float64(r.Instances) / max(r.Took.Seconds(), 1e-9) }

// filler makes the samples of a plan.
type filler struct {
	client  *workflow.Client
	opts    Options
	made    atomic.Int64
	live    atomic.Int64
	retried atomic.Int64
}

// Fill makes the instances of a plan. It ends with the first error.
func Fill(ctx context.Context, client *workflow.Client, plan []Sample, o Options) (Result, error) {
	if o.AtOnce <= 0 {
		o.AtOnce = DefaultAtOnce
	}
	f := &filler{client: client, opts: o}
	began := time.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(o.AtOnce, len(plan)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				place := int(next.Add(1)) - 1
				if place >= len(plan) {
					return
				}
				if err := f.make(ctx, plan[place], place); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	wg.Wait()
	result := Result{
		Instances: int(f.made.Load()), Live: int(f.live.Load()), Took: time.Since(began), Retried: int(f.retried.Load()),
	}
	return result, context.Cause(ctx)
}

// patience bounds the making of one sample.
const patience = time.Minute

// make makes the sample at a place of the plan.
func (f *filler) make(ctx context.Context, s Sample, place int) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	id := s.id(place)
	if err := f.start(ctx, s, id); err != nil {
		return fmt.Errorf("start %s: %w", id, err)
	}
	if s.Then != nil {
		if err := s.Then(ctx, f.client, id); err != nil {
			return fmt.Errorf("prepare %s: %w", id, err)
		}
	}
	if s.Ends && f.opts.Await {
		if _, err := f.client.WaitForWorkflowCompletion(ctx, id, workflow.WithFetchPayloads(false)); err != nil {
			return fmt.Errorf("wait for the end of %s: %w", id, err)
		}
	}
	if !s.Ends {
		f.live.Add(int64(s.size()))
	}
	made := f.made.Add(int64(s.size()))
	if f.opts.Progress != nil {
		f.opts.Progress(int(made))
	}
	return nil
}

// busyPause is how long a start waits that found the store locked, at first; it
// doubles.
const busyPause = 50 * time.Millisecond

// start starts an instance, again while the store is locked.
func (f *filler) start(ctx context.Context, s Sample, id string) error {
	opts := []workflow.NewWorkflowOptions{workflow.WithInstanceID(id)}
	if s.Input != "" {
		opts = append(opts, workflow.WithRawInput(wrapperspb.String(s.Input)))
	}
	if s.Later > 0 {
		opts = append(opts, workflow.WithStartTime(time.Now().Add(s.Later)))
	}
	for pause := busyPause; ; pause *= 2 {
		_, err := f.client.ScheduleWorkflow(ctx, s.Workflow, opts...)
		if err == nil || !Locked(err) {
			return err
		}
		f.retried.Add(1)
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-timer.C:
		}
	}
}

// Locked reports whether a call failed because the SQLite store was locked, in
// either of the words that the runtime has for it. The call can be made again.
func Locked(err error) bool {
	return strings.Contains(err.Error(), "SQLITE_BUSY") || strings.Contains(err.Error(), "database is locked")
}
