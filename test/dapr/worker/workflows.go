package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dapr/durabletask-go/workflow"
)

// The workflows by the names they are registered under.
const (
	Approval     = "Approval"     // waits for the event "approve"; input ApprovalInput
	Sequence     = "Sequence"     // three activities one after the other, each with a custom status
	FanOut       = "FanOut"       // input: a number of activities run at once (default 5)
	Parent       = "Parent"       // runs children that wait; input ParentInput
	Child        = "Child"        // waits for the event "release", or not, when its input is false
	Failing      = "Failing"      // its activity fails for good
	Retrying     = "Retrying"     // its activity fails twice and then works
	Timer        = "Timer"        // input: how long to sleep, a Go duration (default 1h)
	Forever      = "Forever"      // ticks once a second and never ends
	Monitor      = "Monitor"      // continues as new; input MonitorInput
	Echo         = "Echo"         // returns its input
	CustomStatus = "CustomStatus" // sets its custom status to its input, then waits for "done"
)

// Events that the workflows wait for.
const (
	EventApprove = "approve"
	EventRelease = "release"
	EventDone    = "done"
)

// ApprovalInput is the input of Approval. An input of another form, and none
// at all, means no limit: the tests start it with payloads of every kind.
type ApprovalInput struct {
	Limit string `json:"limit,omitempty"` // a Go duration; empty: no limit
}

// ParentInput is the input of Parent.
type ParentInput struct {
	Children int  `json:"children"` // how many; default 2
	Wait     bool `json:"wait"`     // whether they wait for EventRelease
}

// MonitorInput is the input of Monitor: it continues as new until N is Until
// (0: for ever), pausing between the rounds.
type MonitorInput struct {
	N     int    `json:"n"`
	Until int    `json:"until"`
	Pause string `json:"pause"` // a Go duration; default 200ms
}

func newRegistry() (*workflow.Registry, error) {
	r := workflow.NewRegistry()
	workflows := map[string]workflow.Workflow{
		Approval: approval, Sequence: sequence, FanOut: fanOut, Parent: parent, Child: child,
		Failing: failing, Retrying: retrying, Timer: timer, Forever: forever, Monitor: monitor,
		Echo: echo, CustomStatus: customStatus,
	}
	for name, w := range workflows {
		if err := r.AddWorkflowN(name, w); err != nil {
			return nil, fmt.Errorf("register workflow %s: %w", name, err)
		}
	}
	for name, a := range newActivities() {
		if err := r.AddActivityN(name, a); err != nil {
			return nil, fmt.Errorf("register activity %s: %w", name, err)
		}
	}
	return r, nil
}

func approval(ctx *workflow.WorkflowContext) (any, error) {
	var in ApprovalInput
	limit := time.Duration(-1)
	if err := ctx.GetInput(&in); err == nil && in.Limit != "" {
		d, err := time.ParseDuration(in.Limit)
		if err != nil {
			return nil, fmt.Errorf("limit: %w", err)
		}
		limit = d
	}
	ctx.SetCustomStatus("waiting for approval")
	var answer json.RawMessage
	err := ctx.WaitForExternalEvent(EventApprove, limit).Await(&answer)
	if err != nil {
		ctx.SetCustomStatus("nobody answered")
		return map[string]any{"approved": false, "reason": err.Error()}, nil //nolint:nilerr // no answer is a result
	}
	ctx.SetCustomStatus("answered")
	return map[string]any{"approved": true, "answer": answer}, nil
}

func sequence(ctx *workflow.WorkflowContext) (any, error) {
	var results []string
	for _, step := range []string{"reserve", "charge", "ship"} {
		ctx.SetCustomStatus(step)
		var out string
		if err := ctx.CallActivity(stepActivity, workflow.WithActivityInput(step)).Await(&out); err != nil {
			return nil, fmt.Errorf("%s: %w", step, err)
		}
		results = append(results, out)
	}
	return results, nil
}

func fanOut(ctx *workflow.WorkflowContext) (any, error) {
	n := 5
	if err := ctx.GetInput(&n); err != nil || n <= 0 {
		n = 5
	}
	tasks := make([]workflow.Task, n)
	for i := range tasks {
		tasks[i] = ctx.CallActivity(stepActivity, workflow.WithActivityInput(fmt.Sprintf("part %d", i)))
	}
	for i, t := range tasks {
		if err := t.Await(nil); err != nil {
			return nil, fmt.Errorf("part %d: %w", i, err)
		}
	}
	return n, nil
}

func parent(ctx *workflow.WorkflowContext) (any, error) {
	var in ParentInput
	if err := ctx.GetInput(&in); err != nil || in.Children <= 0 {
		in.Children = 2
	}
	tasks := make([]workflow.Task, in.Children)
	for i := range tasks {
		tasks[i] = ctx.CallChildWorkflow(Child, workflow.WithChildWorkflowInput(in.Wait))
	}
	for i, t := range tasks {
		if err := t.Await(nil); err != nil {
			return nil, fmt.Errorf("child %d: %w", i, err)
		}
	}
	return in.Children, nil
}

func child(ctx *workflow.WorkflowContext) (any, error) {
	wait := true
	if err := ctx.GetInput(&wait); err != nil {
		wait = true // started by hand, with an input of its own
	}
	if !wait {
		return "done", nil
	}
	ctx.SetCustomStatus("waiting for release")
	if err := ctx.WaitForExternalEvent(EventRelease, -1).Await(nil); err != nil {
		return nil, fmt.Errorf("wait for %s: %w", EventRelease, err)
	}
	return "released", nil
}

func failing(ctx *workflow.WorkflowContext) (any, error) {
	if err := ctx.CallActivity(declineActivity).Await(nil); err != nil {
		return nil, fmt.Errorf("charge the card: %w", err)
	}
	return nil, errors.New("the activity did not fail")
}

func retrying(ctx *workflow.WorkflowContext) (any, error) {
	policy := &workflow.RetryPolicy{
		MaxAttempts: 5, InitialRetryInterval: 200 * time.Millisecond, BackoffCoefficient: 1.5,
		MaxRetryInterval: 2 * time.Second, RetryTimeout: time.Minute,
	}
	var attempts int
	err := ctx.CallActivity(flakyActivity, workflow.WithActivityInput(ctx.ID()),
		workflow.WithActivityRetryPolicy(policy)).Await(&attempts)
	if err != nil {
		return nil, fmt.Errorf("flaky: %w", err)
	}
	return attempts, nil
}

func timer(ctx *workflow.WorkflowContext) (any, error) {
	var text string
	wait := time.Hour
	if err := ctx.GetInput(&text); err == nil && text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("duration: %w", err)
		}
		wait = d
	}
	if err := ctx.CreateTimer(wait, workflow.WithTimerName("nap")).Await(nil); err != nil {
		return nil, fmt.Errorf("timer: %w", err)
	}
	return "awake", nil
}

func forever(ctx *workflow.WorkflowContext) (any, error) {
	for n := 1; ; n++ {
		ctx.SetCustomStatus(fmt.Sprintf("tick %d", n))
		if err := ctx.CreateTimer(time.Second, workflow.WithTimerName("tick")).Await(nil); err != nil {
			return nil, fmt.Errorf("tick %d: %w", n, err)
		}
	}
}

func monitor(ctx *workflow.WorkflowContext) (any, error) {
	var in MonitorInput
	pause := 200 * time.Millisecond
	if err := ctx.GetInput(&in); err == nil && in.Pause != "" {
		d, err := time.ParseDuration(in.Pause)
		if err != nil {
			return nil, fmt.Errorf("pause: %w", err)
		}
		pause = d
	}
	ctx.SetCustomStatus(fmt.Sprintf("round %d", in.N))
	if in.Until > 0 && in.N >= in.Until {
		return in.N, nil
	}
	if err := ctx.CreateTimer(pause).Await(nil); err != nil {
		return nil, fmt.Errorf("pause: %w", err)
	}
	in.N++
	ctx.ContinueAsNew(in, workflow.WithKeepUnprocessedEvents())
	return nil, nil
}

func echo(ctx *workflow.WorkflowContext) (any, error) {
	var in json.RawMessage
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	return in, nil
}

func customStatus(ctx *workflow.WorkflowContext) (any, error) {
	var text string
	if err := ctx.GetInput(&text); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	ctx.SetCustomStatus(text)
	if err := ctx.WaitForExternalEvent(EventDone, -1).Await(nil); err != nil {
		return nil, fmt.Errorf("wait for %s: %w", EventDone, err)
	}
	ctx.SetCustomStatus(text + ", done")
	return text, nil
}
