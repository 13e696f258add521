package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dapr/durabletask-go/task"
)

// The workflows that the checks start.
const (
	wfWait   = "ConfWait"   // waits for "go" without limit and returns its payload
	wfLate   = "ConfLate"   // an activity, then waits for "go" without limit and returns its payload
	wfLimit  = "ConfLimit"  // waits for "go" for as long as its input says
	wfTwice  = "ConfTwice"  // waits for "go" twice and returns both payloads
	wfSteps  = "ConfSteps"  // two activities one after the other
	wfFan    = "ConfFan"    // as many activities at once as its input says
	wfTimer  = "ConfTimer"  // sleeps for as long as its input says
	wfParent = "ConfParent" // runs as many ConfWait children as its input says
	wfMixed  = "ConfMixed"  // an activity, a timer, a child and an activity, one after the other
	wfOpen   = "ConfOpen"   // starts a child that waits, then an activity, and ends after the activity
	wfFail   = "ConfFail"   // its activity fails
	wfRetry  = "ConfRetry"  // its activity fails once, then works
	wfAgain  = "ConfAgain"  // continues as new until its input is 0
	wfKeep   = "ConfKeep"   // continues as new once and keeps the events it has not read
	wfStatus = "ConfStatus" // shows its input as custom status and waits for "go"
	wfEcho   = "ConfEcho"   // returns its input
	wfThen   = "ConfThen"   // waits for "go" for as long as its input says, then for "next" without limit
	wfSlow   = "ConfSlow"   // an activity that takes as long as its input says
	wfNamed  = "ConfNamed"  // a ConfEcho child whose ID is the input
	wfNoAct  = "ConfNoAct"  // calls an activity that nobody registered
	wfGrand  = "ConfGrand"  // a ConfParent child with one child
)

// events and activities of the workflows.
const (
	eventGo  = "go"
	actEcho  = "ConfEchoActivity"
	actFail  = "ConfFailActivity"
	actFlaky = "ConfFlakyActivity"
	actSlow  = "ConfSlowActivity"
	failText = "card declined"
	timerTag = "nap"
)

// Register gives a worker the workflows of the suite.
func Register(r *task.TaskRegistry) error {
	workflows := map[string]task.Workflow{
		wfWait: waitWorkflow, wfLate: lateWorkflow, wfLimit: limitWorkflow, wfTwice: twiceWorkflow, wfSteps: stepsWorkflow, wfFan: fanWorkflow,
		wfTimer: timerWorkflow, wfParent: parentWorkflow, wfMixed: mixedWorkflow, wfOpen: openWorkflow, wfFail: failWorkflow,
		wfRetry: retryWorkflow, wfAgain: againWorkflow, wfKeep: keepWorkflow, wfStatus: statusWorkflow, wfEcho: echoWorkflow,
		wfThen: thenWorkflow, wfSlow: slowWorkflow, wfNamed: namedWorkflow, wfNoAct: noActivityWorkflow, wfGrand: grandWorkflow,
	}
	for name, w := range workflows {
		if err := r.AddWorkflowN(name, w); err != nil {
			return fmt.Errorf("conformance: %w", err)
		}
	}
	activities := map[string]task.Activity{actEcho: echoActivity, actFail: failActivity, actFlaky: flakyActivity(), actSlow: slowActivity}
	for name, a := range activities {
		if err := r.AddActivityN(name, a); err != nil {
			return fmt.Errorf("conformance: %w", err)
		}
	}
	return nil
}

func echoActivity(ctx task.ActivityContext) (any, error) {
	var in json.RawMessage
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	return in, nil
}

func failActivity(task.ActivityContext) (any, error) { return nil, errors.New(failText) }

// flakyActivity fails the first attempt of each task.
func flakyActivity() task.Activity {
	var seen sync.Map
	return func(ctx task.ActivityContext) (any, error) {
		if _, again := seen.LoadOrStore(ctx.GetTaskExecutionID(), true); !again {
			return nil, errors.New("not yet")
		}
		return "done", nil
	}
}

func waitWorkflow(ctx *task.WorkflowContext) (any, error) {
	var payload json.RawMessage
	if err := ctx.WaitForSingleEvent(eventGo, -1).Await(&payload); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	return payload, nil
}

func lateWorkflow(ctx *task.WorkflowContext) (any, error) {
	if err := ctx.CallActivity(actEcho, task.WithActivityInput(1)).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	return waitWorkflow(ctx)
}

func limitWorkflow(ctx *task.WorkflowContext) (any, error) {
	var milliseconds int
	if err := ctx.GetInput(&milliseconds); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	err := ctx.WaitForSingleEvent(eventGo, time.Duration(milliseconds)*time.Millisecond).Await(nil)
	if errors.Is(err, task.ErrTaskCanceled) {
		return "nobody came", nil
	}
	return "somebody came", err //nolint:wrapcheck // the text is part of what is checked
}

func twiceWorkflow(ctx *task.WorkflowContext) (any, error) {
	var all []json.RawMessage
	for range 2 {
		var payload json.RawMessage
		if err := ctx.WaitForSingleEvent(eventGo, -1).Await(&payload); err != nil {
			return nil, err //nolint:wrapcheck // the text is part of what is checked
		}
		all = append(all, payload)
	}
	return all, nil
}

func stepsWorkflow(ctx *task.WorkflowContext) (any, error) {
	var all []string
	for _, name := range []string{"one", "two"} {
		ctx.SetCustomStatus(name)
		var out string
		if err := ctx.CallActivity(actEcho, task.WithActivityInput(name)).Await(&out); err != nil {
			return nil, err //nolint:wrapcheck // the text is part of what is checked
		}
		all = append(all, out)
	}
	return all, nil
}

func fanWorkflow(ctx *task.WorkflowContext) (any, error) {
	var n int
	if err := ctx.GetInput(&n); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	tasks := make([]task.Task, n)
	for k := range tasks {
		tasks[k] = ctx.CallActivity(actEcho, task.WithActivityInput(k))
	}
	sum := 0
	for _, t := range tasks {
		var k int
		if err := t.Await(&k); err != nil {
			return nil, err //nolint:wrapcheck // the text is part of what is checked
		}
		sum += k
	}
	return sum, nil
}

func timerWorkflow(ctx *task.WorkflowContext) (any, error) {
	var milliseconds int
	if err := ctx.GetInput(&milliseconds); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	err := ctx.CreateTimer(time.Duration(milliseconds)*time.Millisecond, task.WithTimerName(timerTag)).Await(nil)
	return "awake", err //nolint:wrapcheck // the text is part of what is checked
}

func parentWorkflow(ctx *task.WorkflowContext) (any, error) {
	var n int
	if err := ctx.GetInput(&n); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	tasks := make([]task.Task, n)
	for k := range tasks {
		tasks[k] = ctx.CallChildWorkflow(wfWait)
	}
	for _, t := range tasks {
		if err := t.Await(nil); err != nil {
			return nil, err //nolint:wrapcheck // the text is part of what is checked
		}
	}
	return n, nil
}

func mixedWorkflow(ctx *task.WorkflowContext) (any, error) {
	var first, last, child string
	if err := ctx.CallActivity(actEcho, task.WithActivityInput("first")).Await(&first); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	if err := ctx.CreateTimer(10 * time.Millisecond).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	if err := ctx.CallChildWorkflow(wfEcho, task.WithChildWorkflowInput("child")).Await(&child); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	if err := ctx.CallActivity(actEcho, task.WithActivityInput("last")).Await(&last); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	return []string{first, child, last}, nil
}

func openWorkflow(ctx *task.WorkflowContext) (any, error) {
	ctx.CallChildWorkflow(wfWait)
	var out string
	err := ctx.CallActivity(actEcho, task.WithActivityInput("only")).Await(&out)
	return out, err //nolint:wrapcheck // the text is part of what is checked
}

func failWorkflow(ctx *task.WorkflowContext) (any, error) {
	return nil, ctx.CallActivity(actFail).Await(nil) //nolint:wrapcheck // the text is part of what is checked
}

func retryWorkflow(ctx *task.WorkflowContext) (any, error) {
	var out string
	err := ctx.CallActivity(actFlaky, task.WithActivityRetryPolicy(&task.RetryPolicy{
		MaxAttempts: 3, InitialRetryInterval: 10 * time.Millisecond,
	})).Await(&out)
	return out, err //nolint:wrapcheck // the text is part of what is checked
}

func againWorkflow(ctx *task.WorkflowContext) (any, error) {
	var n int
	if err := ctx.GetInput(&n); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	if n == 0 {
		return "ended", nil
	}
	if err := ctx.CreateTimer(20 * time.Millisecond).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	ctx.ContinueAsNew(n - 1)
	return nil, nil
}

func keepWorkflow(ctx *task.WorkflowContext) (any, error) {
	var second bool
	if err := ctx.GetInput(&second); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	if second {
		var kept string
		err := ctx.WaitForSingleEvent("kept", -1).Await(&kept)
		return kept, err //nolint:wrapcheck // the text is part of what is checked
	}
	if err := ctx.WaitForSingleEvent(eventGo, -1).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	ctx.ContinueAsNew(true, task.WithKeepUnprocessedEvents())
	return nil, nil
}

func statusWorkflow(ctx *task.WorkflowContext) (any, error) {
	var text string
	if err := ctx.GetInput(&text); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	ctx.SetCustomStatus(text)
	return nil, ctx.WaitForSingleEvent(eventGo, -1).Await(nil) //nolint:wrapcheck // the text is part of what is checked
}

func echoWorkflow(ctx *task.WorkflowContext) (any, error) {
	var in json.RawMessage
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	return in, nil
}

func slowActivity(ctx task.ActivityContext) (any, error) {
	var milliseconds int
	if err := ctx.GetInput(&milliseconds); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	select {
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return "slow", nil
	case <-ctx.Context().Done():
		return nil, ctx.Context().Err()
	}
}

func thenWorkflow(ctx *task.WorkflowContext) (any, error) {
	var milliseconds int
	if err := ctx.GetInput(&milliseconds); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	if err := ctx.WaitForSingleEvent(eventGo, time.Duration(milliseconds)*time.Millisecond).Await(nil); err != nil {
		return nil, err //nolint:wrapcheck // the text is part of what is checked
	}
	return nil, ctx.WaitForSingleEvent("next", -1).Await(nil) //nolint:wrapcheck // the text is part of what is checked
}

func slowWorkflow(ctx *task.WorkflowContext) (any, error) {
	var milliseconds int
	if err := ctx.GetInput(&milliseconds); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	var out string
	err := ctx.CallActivity(actSlow, task.WithActivityInput(milliseconds)).Await(&out)
	return out, err //nolint:wrapcheck // the text is part of what is checked
}

func namedWorkflow(ctx *task.WorkflowContext) (any, error) {
	var id, out string
	if err := ctx.GetInput(&id); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	err := ctx.CallChildWorkflow(wfEcho, task.WithChildWorkflowInstanceID(id), task.WithChildWorkflowInput("named")).Await(&out)
	return out, err //nolint:wrapcheck // the text is part of what is checked
}

func noActivityWorkflow(ctx *task.WorkflowContext) (any, error) {
	return nil, ctx.CallActivity("ConfNoSuchActivity").Await(nil) //nolint:wrapcheck // the text is part of what is checked
}

func grandWorkflow(ctx *task.WorkflowContext) (any, error) {
	return nil, ctx.CallChildWorkflow(wfParent, task.WithChildWorkflowInput(1)).Await(nil) //nolint:wrapcheck // the text is part of what is checked
}
