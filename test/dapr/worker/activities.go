package worker

import (
	"errors"
	"fmt"
	"sync"

	"github.com/dapr/durabletask-go/workflow"
)

// The activities by the names they are registered under.
const (
	stepActivity    = "Step"
	declineActivity = "Decline"
	flakyActivity   = "Flaky"
)

// errDeclined is what the failing activities answer.
var errDeclined = errors.New("card declined: code 51")

// failuresBefore is how often the flaky activity fails for one instance.
const failuresBefore = 2

func newActivities() map[string]workflow.Activity {
	return map[string]workflow.Activity{
		stepActivity:    step,
		declineActivity: func(workflow.ActivityContext) (any, error) { return nil, errDeclined },
		flakyActivity:   (&attempts{count: make(map[string]int)}).flaky,
	}
}

func step(ctx workflow.ActivityContext) (any, error) {
	var name string
	if err := ctx.GetInput(&name); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	return name + " done", nil
}

// attempts counts the calls of the flaky activity by instance ID: every
// attempt of a retry gets the same input.
type attempts struct {
	mu    sync.Mutex
	count map[string]int
}

func (a *attempts) flaky(ctx workflow.ActivityContext) (any, error) {
	var instance string
	if err := ctx.GetInput(&instance); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count[instance]++
	if n := a.count[instance]; n <= failuresBefore {
		return nil, fmt.Errorf("attempt %d: %w", n, errDeclined)
	}
	return a.count[instance], nil
}
