// Package load makes workflow instances on a real runtime: a few of every kind
// for the eye, or up to hundreds of thousands for a measurement. A worker of
// package worker must be connected to the sidecar.
package load

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// Sample is one kind of instance.
type Sample struct {
	Prefix   string // of its ID
	Workflow string
	Input    string        // JSON; empty is none
	Later    time.Duration // when it begins, from now on
	// Then brings it where it should be, when that is not where it goes by
	// itself.
	Then func(ctx context.Context, c *workflow.Client, id string) error
	// Ends says that it comes to its end.
	Ends bool
	// Children is how many instances it starts itself.
	Children int
}

// size is how many instances the sample makes.
func (s Sample) size() int { return 1 + s.Children }

// rare are the samples that are there once: they cost time for ever, or four
// megabytes.
func rare() []Sample {
	return []Sample{
		{Prefix: "ticker", Workflow: worker.Forever},
		{Prefix: "watch", Workflow: worker.Monitor, Input: `{"pause":"5s"}`},
		{Prefix: "stalled", Workflow: worker.Approval, Input: text(3_500_000), Then: func(ctx context.Context, c *workflow.Client, id string) error {
			return c.RaiseEvent(ctx, id, "note", workflow.WithRawEventData(wrapperspb.String(text(1_000_000))))
		}},
	}
}

// common are the samples that the rest of a showcase is made of, in turn.
func common() []Sample {
	return []Sample{
		{Prefix: "order", Workflow: worker.Approval, Input: `{"limit":"1h","sku":"A1","qty":3,"customer":{"name":"李雷","tags":["new","🎁"]}}`},
		{Prefix: "sequence", Workflow: worker.Sequence, Input: `{"sku":"B2"}`},
		{Prefix: "payment", Workflow: worker.Failing},
		{Prefix: "family", Workflow: worker.Parent, Input: `{"children":3,"wait":true}`},
		paused(),
		ended(),
		tomorrow(),
		nap(),
		{Prefix: "parts", Workflow: worker.FanOut, Input: `12`},
		{Prefix: "flaky", Workflow: worker.Retrying},
		held(),
		{Prefix: "status", Workflow: worker.CustomStatus, Input: `"订单 waiting for \"done\""`},
		{Prefix: "wait", Workflow: worker.Approval},
	}
}

func paused() Sample { return Sample{Prefix: "paused", Workflow: worker.Approval, Then: suspend} }

func ended() Sample {
	return Sample{Prefix: "ended", Workflow: worker.Approval, Ends: true, Then: func(ctx context.Context, c *workflow.Client, id string) error {
		return c.TerminateWorkflow(ctx, id, workflow.WithRawOutput(wrapperspb.String(`"by hand"`)))
	}}
}

func tomorrow() Sample {
	return Sample{Prefix: "tomorrow", Workflow: worker.Timer, Later: 24 * time.Hour}
}

func nap() Sample { return Sample{Prefix: "nap", Workflow: worker.Timer, Input: `"2h"`} }

func held() Sample {
	return Sample{Prefix: "held", Workflow: worker.Approval, Then: func(ctx context.Context, c *workflow.Client, id string) error {
		for range 2 {
			if err := suspend(ctx, c, id); err != nil {
				return err
			}
		}
		return c.ResumeWorkflow(ctx, id, "once of two")
	}}
}

func suspend(ctx context.Context, c *workflow.Client, id string) error {
	return c.SuspendWorkflow(ctx, id, "held for review")
}

// text is a JSON text of n bytes.
func text(n int) string { return `"` + strings.Repeat("x", max(0, n-2)) + `"` }

// Showcase is n samples with some of every kind.
func Showcase(n int) []Sample {
	all := append(common(), rare()...)
	plan := make([]Sample, n)
	for i := range plan {
		if i < len(all) {
			plan[i] = all[i]
		} else {
			plan[i] = common()[i%len(common())]
		}
	}
	return plan
}

// id is that of the instance that a sample makes at a place of a plan.
func (s Sample) id(place int) string { return fmt.Sprintf("%s-%04d", s.Prefix, place) }
