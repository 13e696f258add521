package main

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dapr/durabletask-go/workflow"
)

var errDeclined = errors.New("card declined: code 51")

// gates hold activities until a scene opens them.
type gates struct {
	mu    sync.Mutex
	gate  map[string]chan struct{}
	tries map[string]int
}

func newGates() *gates {
	return &gates{gate: map[string]chan struct{}{}, tries: map[string]int{}}
}

func (g *gates) of(id string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.gate[id] == nil {
		g.gate[id] = make(chan struct{})
	}
	return g.gate[id]
}

// try counts the calls for an instance, from one.
func (g *gates) try(id string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tries[id]++
	return g.tries[id]
}

// newest registers everything.
func newest(r *workflow.Registry, g *gates) error {
	return register(r, map[string]workflow.Workflow{
		"Order": order, "Payment": payment, "Family": family, "Package": pack, "Broken": broken,
		"Nursery": nursery, "Toddler": toddler, "FanOut": fanOut, "Monitor": monitor, "Gated": gated, "Sum": sum,
		"Ghostly": func(ctx *workflow.WorkflowContext) (any, error) { return nil, ctx.CallActivity("Ghost").Await(nil) },
		"Patched": patched(true), "Twice": twice, "Busy": busy(g),
	}, g, "Versioned-v2")
}

// older is a worker of an earlier release: it lacks the version and the patch.
func older(r *workflow.Registry, g *gates) error {
	return register(r, map[string]workflow.Workflow{"Patched": patched(false)}, g, "Versioned-v1")
}

func register(r *workflow.Registry, workflows map[string]workflow.Workflow, g *gates, version string) error {
	for name, w := range workflows {
		if err := r.AddWorkflowN(name, w); err != nil {
			return fmt.Errorf("register %s: %w", name, err)
		}
	}
	if err := r.AddVersionedWorkflowN("Versioned", version, true, twice); err != nil {
		return fmt.Errorf("register %s: %w", version, err)
	}
	for name, a := range map[string]workflow.Activity{
		"Reserve": func(workflow.ActivityContext) (any, error) { return map[string]any{"reserved": true}, nil },
		"Charge":  func(workflow.ActivityContext) (any, error) { return nil, errDeclined },
		"ChargeThrice": func(ctx workflow.ActivityContext) (any, error) {
			var id string
			if err := ctx.GetInput(&id); err != nil {
				return nil, fmt.Errorf("input: %w", err)
			}
			if n := g.try(id); n < 3 {
				return nil, fmt.Errorf("attempt %d: %w", n, errDeclined)
			}
			return "charged", nil
		},
		"Part": func(ctx workflow.ActivityContext) (any, error) {
			var n int
			err := ctx.GetInput(&n)
			return n * n, err
		},
		"Gate": func(ctx workflow.ActivityContext) (any, error) {
			var id string
			if err := ctx.GetInput(&id); err != nil {
				return nil, fmt.Errorf("input: %w", err)
			}
			select {
			case <-g.of(id):
			case <-ctx.Context().Done():
			}
			return "opened", nil
		},
	} {
		if err := r.AddActivityN(name, a); err != nil {
			return fmt.Errorf("register %s: %w", name, err)
		}
	}
	return nil
}

type orderInput struct {
	SKU   string `json:"sku"`
	Limit string `json:"limit,omitempty"`
}

// order reserves, then waits for an approval for as long as its input says.
func order(ctx *workflow.WorkflowContext) (any, error) {
	in, limit := orderInput{}, time.Duration(-1)
	if err := ctx.GetInput(&in); err == nil && in.Limit != "" {
		d, err := time.ParseDuration(in.Limit)
		if err != nil {
			return nil, fmt.Errorf("limit: %w", err)
		}
		limit = d
	}
	if err := ctx.CallActivity("Reserve", workflow.WithActivityInput(in)).Await(nil); err != nil {
		return nil, fmt.Errorf("reserve: %w", err)
	}
	ctx.SetCustomStatus("waiting for approval")
	var by string
	if err := ctx.WaitForExternalEvent("approve", limit).Await(&by); err != nil {
		return map[string]any{"approved": false}, nil //nolint:nilerr // no answer is a result
	}
	return map[string]any{"approved": true, "by": by}, nil
}

func policy(attempts int, first time.Duration) *workflow.RetryPolicy {
	return &workflow.RetryPolicy{
		MaxAttempts: attempts, InitialRetryInterval: first, BackoffCoefficient: 1, MaxRetryInterval: time.Hour,
		RetryTimeout: 24 * time.Hour,
	}
}

type paymentInput struct {
	Activity string `json:"activity"`
	Attempts int    `json:"attempts"`
	First    string `json:"first"`
	// Then is the pause before the last retry that is recorded.
	Then string `json:"then,omitempty"`
}

// payment retries an activity.
func payment(ctx *workflow.WorkflowContext) (any, error) {
	var in paymentInput
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	first, err := time.ParseDuration(in.First)
	if err != nil {
		return nil, fmt.Errorf("first: %w", err)
	}
	p := policy(in.Attempts, first)
	p.BackoffCoefficient = 10
	var out string
	err = ctx.CallActivity(in.Activity, workflow.WithActivityInput(ctx.ID()), workflow.WithActivityRetryPolicy(p)).Await(&out)
	if err != nil {
		return nil, fmt.Errorf("charge the card: %w", err)
	}
	return out, nil
}

// family runs children named by its input, all at once.
func family(ctx *workflow.WorkflowContext) (any, error) {
	var children []string
	if err := ctx.GetInput(&children); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	tasks := make([]workflow.Task, len(children))
	for i, name := range children {
		tasks[i] = ctx.CallChildWorkflow(name)
	}
	for i, t := range tasks {
		if err := t.Await(nil); err != nil {
			return nil, fmt.Errorf("child %d: %w", i, err)
		}
	}
	return len(tasks), nil
}

func pack(ctx *workflow.WorkflowContext) (any, error) {
	return "packed", ctx.WaitForExternalEvent("release", -1).Await(nil)
}

func broken(ctx *workflow.WorkflowContext) (any, error) {
	if err := ctx.CallActivity("Charge").Await(nil); err != nil {
		return nil, fmt.Errorf("charge the card: %w", err)
	}
	return nil, nil
}

// nursery retries a child that fails twice.
func nursery(ctx *workflow.WorkflowContext) (any, error) {
	var out string
	err := ctx.CallChildWorkflow("Toddler", workflow.WithChildWorkflowInput(ctx.ID()),
		workflow.WithChildWorkflowRetryPolicy(policy(5, 50*time.Millisecond))).Await(&out)
	return out, err
}

func toddler(ctx *workflow.WorkflowContext) (any, error) {
	var id, out string
	if err := ctx.GetInput(&id); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	err := ctx.CallActivity("ChargeThrice", workflow.WithActivityInput(id)).Await(&out)
	return out, err
}

func fanOut(ctx *workflow.WorkflowContext) (any, error) {
	var n int
	if err := ctx.GetInput(&n); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	tasks := make([]workflow.Task, n)
	for i := range tasks {
		tasks[i] = ctx.CallActivity("Part", workflow.WithActivityInput(i))
	}
	total := 0
	for i, t := range tasks {
		var square int
		if err := t.Await(&square); err != nil {
			return nil, fmt.Errorf("part %d: %w", i, err)
		}
		total += square
	}
	return total, nil
}

// monitor continues as new twice a second, and from the third round on sleeps.
func monitor(ctx *workflow.WorkflowContext) (any, error) {
	var round int
	if err := ctx.GetInput(&round); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	pause := 50 * time.Millisecond
	if round >= 3 {
		pause = time.Hour
	}
	ctx.SetCustomStatus(fmt.Sprintf("round %d", round))
	if err := ctx.CreateTimer(pause, workflow.WithTimerName("pause")).Await(nil); err != nil {
		return nil, fmt.Errorf("pause: %w", err)
	}
	ctx.ContinueAsNew(round+1, workflow.WithKeepUnprocessedEvents())
	return nil, nil
}

// gated runs an activity that waits for its gate, then waits for an approval.
func gated(ctx *workflow.WorkflowContext) (any, error) {
	if err := ctx.CallActivity("Gate", workflow.WithActivityInput(ctx.ID())).Await(nil); err != nil {
		return nil, fmt.Errorf("gate: %w", err)
	}
	if err := ctx.WaitForExternalEvent("approve", -1).Await(nil); err != nil {
		return nil, fmt.Errorf("approve: %w", err)
	}
	return nil, ctx.WaitForExternalEvent("close", -1).Await(nil)
}

// busy is gated whose code is held up by itself once it is nudged, so that what
// comes meanwhile is taken in one turn.
func busy(g *gates) workflow.Workflow {
	return func(ctx *workflow.WorkflowContext) (any, error) {
		gate := ctx.CallActivity("Gate", workflow.WithActivityInput(ctx.ID()))
		if err := ctx.WaitForExternalEvent("nudge", -1).Await(nil); err != nil {
			return nil, fmt.Errorf("nudge: %w", err)
		}
		if !ctx.IsReplaying() {
			<-g.of(ctx.ID() + " code")
		}
		if err := gate.Await(nil); err != nil {
			return nil, fmt.Errorf("gate: %w", err)
		}
		if err := ctx.WaitForExternalEvent("approve", -1).Await(nil); err != nil {
			return nil, fmt.Errorf("approve: %w", err)
		}
		return nil, ctx.WaitForExternalEvent("close", -1).Await(nil)
	}
}

func sum(ctx *workflow.WorkflowContext) (any, error) {
	var out []int
	for i := 1; i <= 3; i++ {
		var n int
		if err := ctx.CallActivity("Part", workflow.WithActivityInput(i)).Await(&n); err != nil {
			return nil, fmt.Errorf("part %d: %w", i, err)
		}
		out = append(out, n)
	}
	return out, nil
}

// twice waits for the event "go" two times.
func twice(ctx *workflow.WorkflowContext) (any, error) {
	for range 2 {
		if err := ctx.WaitForExternalEvent("go", -1).Await(nil); err != nil {
			return nil, fmt.Errorf("go: %w", err)
		}
	}
	return nil, nil
}

// patched is a workflow before and after a patch.
func patched(with bool) workflow.Workflow {
	return func(ctx *workflow.WorkflowContext) (any, error) {
		if with && ctx.IsPatched("tax") {
			if err := ctx.CallActivity("Part", workflow.WithActivityInput(2)).Await(nil); err != nil {
				return nil, fmt.Errorf("tax: %w", err)
			}
		}
		return twice(ctx)
	}
}
