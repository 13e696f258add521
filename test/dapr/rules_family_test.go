package dapr_test

import (
	"context"
	"testing"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// The rules about parents, children and purges.

func suspendParent(t *testing.T, a *app) {
	const id = "suspend-parent"
	a.start(t, worker.Parent, id, running, rawInput(`{"children":2,"wait":true}`))
	children := []string{id + ":0000", id + ":0001"}
	for _, c := range children {
		a.wait(t, c, running)
	}
	a.suspend(t, id)
	for _, c := range children {
		a.wait(t, c, running)
		a.raise(t, c, worker.EventRelease)
		a.wait(t, c, completed)
	}
	a.stays(t, id, suspended)
	a.resume(t, id)
	a.wait(t, id, completed)
}

func (a *app) family(t *testing.T, id string) []string {
	t.Helper()
	a.start(t, worker.Parent, id, running, rawInput(`{"children":2,"wait":true}`))
	children := []string{id + ":0000", id + ":0001"}
	for _, c := range children {
		a.wait(t, c, running)
	}
	return children
}

func terminateRecursive(t *testing.T, a *app) {
	const id = "terminate-all"
	children := a.family(t, id)
	a.terminate(t, id) // recursive is the client's default
	a.wait(t, id, terminated)
	for _, c := range children {
		a.wait(t, c, terminated)
	}
}

func terminateAlone(t *testing.T, a *app) {
	const id = "terminate-one"
	children := a.family(t, id)
	a.terminate(t, id, workflow.WithRecursiveTerminate(false))
	a.wait(t, id, terminated)
	for _, c := range children {
		a.stays(t, c, running)
	}
}

func purgeAlone(t *testing.T, a *app) {
	const id = "purge-one"
	children := a.family(t, id)
	a.terminate(t, id)
	for _, c := range children {
		a.wait(t, c, terminated)
	}
	a.must(t, "purge", func(ctx context.Context) error { return a.client.PurgeWorkflowState(ctx, id) })
	a.wait(t, id, gone)
	for _, c := range children {
		a.stays(t, c, terminated)
	}
}

func purgeRecursive(t *testing.T, a *app) {
	const id = "purge-all"
	children := a.family(t, id)
	a.terminate(t, id)
	for _, c := range children {
		a.wait(t, c, terminated)
	}
	a.must(t, "purge", func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, id, workflow.WithRecursivePurge(true))
	})
	a.wait(t, id, gone)
	for _, c := range children {
		a.wait(t, c, gone)
	}
}

func purgeRefused(t *testing.T, a *app) {
	const id = "purge-refused"
	children := a.family(t, id)
	a.terminate(t, id, workflow.WithRecursiveTerminate(false))
	const want = "Unknown: failed to purge workflow state: failed to purge child workflow: orchestration has not yet completed"
	a.refused(t, id, want, func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, id, workflow.WithRecursivePurge(true))
	})
	a.stays(t, id, terminated)
	for _, c := range children {
		a.wait(t, c, running)
	}
}

// forcePurgeRunning: the actor in memory still believes in the state that has
// been taken from under it, and the first call finds that out.
func forcePurgeRunning(t *testing.T, a *app) {
	const id = "force-running"
	a.start(t, worker.Approval, id, running)
	a.must(t, "force purge", func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, id, workflow.WithForcePurge(true))
	})
	a.wait(t, id, gone)
	for _, want := range []string{"Unknown: possible etag mismatch. error from state store", unknownID} {
		a.refused(t, id, want, func(ctx context.Context) error {
			return a.client.RaiseEvent(ctx, id, worker.EventApprove)
		})
	}
	a.start(t, worker.Approval, id, running)
	a.raise(t, id, worker.EventApprove)
	a.wait(t, id, completed)
}

func forcePurgeRestart(t *testing.T, a *app) {
	const id = "force-restart"
	a.start(t, worker.Approval, id, running)
	a.must(t, "force purge", func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, id, workflow.WithForcePurge(true))
	})
	a.refused(t, id, alreadyActive, func(ctx context.Context) error {
		_, err := a.client.ScheduleWorkflow(ctx, worker.Approval, workflow.WithInstanceID(id))
		return err
	})
	a.stays(t, id, gone)
}
