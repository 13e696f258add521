package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// sample is one kind of instance. then, when not nil, brings it where it
// should be.
type sample struct {
	prefix string
	name   string
	input  string
	later  time.Duration
	then   func(ctx context.Context, c *workflow.Client, id string) error
}

// rare are the samples that are there once: they cost time for ever, or four
// megabytes.
func rare() []sample {
	return []sample{
		{prefix: "ticker", name: worker.Forever},
		{prefix: "watch", name: worker.Monitor, input: `{"pause":"5s"}`},
		{prefix: "stalled", name: worker.Approval, input: big(3_500_000), then: func(ctx context.Context, c *workflow.Client, id string) error {
			return c.RaiseEvent(ctx, id, "note", workflow.WithRawEventData(wrapperspb.String(big(1_000_000))))
		}},
	}
}

// common are the samples that the rest is made of, in turn.
func common() []sample {
	return []sample{
		{prefix: "order", name: worker.Approval, input: `{"limit":"1h","sku":"A1","qty":3,"customer":{"name":"李雷","tags":["new","🎁"]}}`},
		{prefix: "sequence", name: worker.Sequence, input: `{"sku":"B2"}`},
		{prefix: "payment", name: worker.Failing},
		{prefix: "family", name: worker.Parent, input: `{"children":3,"wait":true}`},
		{prefix: "paused", name: worker.Approval, then: suspend},
		{prefix: "ended", name: worker.Approval, then: func(ctx context.Context, c *workflow.Client, id string) error {
			return c.TerminateWorkflow(ctx, id, workflow.WithRawOutput(wrapperspb.String(`"by hand"`)))
		}},
		{prefix: "tomorrow", name: worker.Timer, later: 24 * time.Hour},
		{prefix: "nap", name: worker.Timer, input: `"2h"`},
		{prefix: "parts", name: worker.FanOut, input: `12`},
		{prefix: "flaky", name: worker.Retrying},
		{prefix: "held", name: worker.Approval, then: func(ctx context.Context, c *workflow.Client, id string) error {
			for range 2 {
				if err := suspend(ctx, c, id); err != nil {
					return err
				}
			}
			return c.ResumeWorkflow(ctx, id, "once of two")
		}},
		{prefix: "status", name: worker.CustomStatus, input: `"订单 waiting for \"done\""`},
		{prefix: "wait", name: worker.Approval},
	}
}

func suspend(ctx context.Context, c *workflow.Client, id string) error {
	return c.SuspendWorkflow(ctx, id, "held for review")
}

func big(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }

// atOnce is how many instances are made at the same time: more only wait for
// the lock of the SQLite store.
const atOnce = 8

// seed makes the instances.
func (d *dev) seed(ctx context.Context) error {
	client, done, err := d.sidecar.Client()
	if err != nil {
		return err
	}
	defer done()
	work := make(chan int)
	errs := make(chan error, atOnce)
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range atOnce {
		wg.Go(func() {
			for i := range work {
				if err := plant(ctx, client, i); err != nil {
					errs <- err
					cancel()
					return
				}
			}
		})
	}
	for i := range d.opts.instances {
		select {
		case work <- i:
		case <-ctx.Done():
		}
	}
	close(work)
	wg.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return ctx.Err()
	}
}

// plant makes the instance of a number.
func plant(ctx context.Context, c *workflow.Client, number int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	s := pick(number)
	id := fmt.Sprintf("%s-%04d", s.prefix, number)
	opts := []workflow.NewWorkflowOptions{workflow.WithInstanceID(id)}
	if s.input != "" {
		opts = append(opts, workflow.WithRawInput(wrapperspb.String(s.input)))
	}
	if s.later > 0 {
		opts = append(opts, workflow.WithStartTime(time.Now().Add(s.later)))
	}
	if _, err := c.ScheduleWorkflow(ctx, s.name, opts...); err != nil {
		return fmt.Errorf("start %s: %w", id, err)
	}
	if s.then == nil {
		return nil
	}
	if err := s.then(ctx, c, id); err != nil {
		return fmt.Errorf("prepare %s: %w", id, err)
	}
	return nil
}

func pick(number int) sample {
	all := common()
	if number < len(all) {
		return all[number]
	}
	if rare := rare(); number-len(all) < len(rare) {
		return rare[number-len(all)]
	}
	return all[number%len(all)]
}
