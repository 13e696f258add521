package load

import (
	"context"

	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// sdkSamples are the samples for a worker of test/dapr/workers. None suspends
// twice: a Python or JavaScript worker loops without end after the resume.
func sdkSamples() []Sample {
	return []Sample{
		{Prefix: "order", Workflow: "Order", Input: `{"sku":"A1","limit":3600,"customer":{"name":"李雷","tags":["new","🎁"]}}`},
		{Prefix: "wait", Workflow: "Order", Input: `{"sku":"A1"}`},
		{Prefix: "two", Workflow: "TwoWaits", Input: `{"limit":7200}`},
		{Prefix: "race", Workflow: "Race", Input: `{"seconds":7200}`},
		{Prefix: "payment", Workflow: "Payment", Input: `{"failures":100,"attempts":20,"first":1,"factor":10}`},
		{Prefix: "nursery", Workflow: "Nursery", Input: `{"failures":100,"attempts":20,"first":1,"factor":10}`},
		{Prefix: "flaky", Workflow: "Payment", Input: `{"failures":2,"attempts":5,"first":0.1,"factor":2}`},
		{Prefix: "family", Workflow: "Family", Input: `["Package","Package"]`},
		{Prefix: "broken", Workflow: "Family", Input: `["Broken"]`},
		{Prefix: "wrapped", Workflow: "Wrapped"},
		{Prefix: "ghost", Workflow: "Ghost"},
		{Prefix: "ghostly", Workflow: "Ghostly"},
		{Prefix: "status", Workflow: "Status", Input: `{"step":"订单","gift":"🎁"}`},
		{Prefix: "timer", Workflow: "Timer", Input: `{"seconds":864000}`},
		{Prefix: "slow", Workflow: "Slow", Input: `{"seconds":600}`},
		{Prefix: "late", Workflow: "Late", Input: `{"seconds":3600}`, Then: func(ctx context.Context, c *workflow.Client, id string) error {
			return c.RaiseEvent(ctx, id, "approve", workflow.WithRawEventData(wrapperspb.String(`"ann"`)))
		}},
		{Prefix: "parts", Workflow: "FanOut", Input: `12`},
		{Prefix: "watch", Workflow: "Monitor", Input: `0`},
		{Prefix: "paused", Workflow: "Order", Input: `{"sku":"A1"}`, Then: suspend},
		{Prefix: "ended", Workflow: "Order", Input: `{"sku":"A1"}`, Ends: true, Then: ended().Then},
	}
}

// SDKShowcase is n samples for a worker of another SDK, with some of every kind.
func SDKShowcase(n int) []Sample {
	plan := make([]Sample, n)
	for i := range plan {
		plan[i] = sdkSamples()[i%len(sdkSamples())]
	}
	return plan
}
