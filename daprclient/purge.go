package daprclient

import (
	"context"
	"sync"
	"time"

	dtworkflow "github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Purge deletes the state of an instance that has ended, and with Recursive
// that of its children; with Force, of an instance that has not.
//
// To force away what is gone crashes daprd (seen on 1.18.0), so a forced purge
// reads the instance first and is not sent when that read fails. No other purge
// runs beside it, in no console of the same user on this machine: one that
// would is refused with KindBusy. What is left is the moment between the read
// and the purge, in which somebody elsewhere may purge.
func (c *Client) Purge(ctx context.Context, key workflow.Key, req workflow.PurgeRequest) error {
	if c.opts.ReadOnly {
		return refusal(workflow.KindReadOnly, key.InstanceID, "this console is read-only: it changes nothing")
	}
	if err := checkText(key.InstanceID, ""); err != nil {
		return err
	}
	s, err := c.changing(ctx, key.AppID)
	if err != nil {
		return unsent(err)
	}
	if req.Force && s.old {
		// It would take the request for an ordinary purge.
		return refusal(workflow.KindOldRuntime, key.InstanceID, "this runtime has no forced purge: it came after Dapr 1.16")
	}
	if !c.purges.enter(key, req.Force) {
		return refusal(workflow.KindBusy, key.InstanceID, "another purge is still under way, and a forced one must be alone: wait for it")
	}
	defer c.purges.leave(key, req.Force)
	wait, cancel := c.readContext(ctx)
	leave, err := c.lock.enter(wait, s.line.raw.RemoteAddr(), key, req.Force)
	cancel()
	if err != nil {
		return err
	}
	defer leave()

	if req.Force {
		if _, err := c.fetch(ctx, s, key.InstanceID, true); err != nil {
			return unsent(err)
		}
	}
	ctx, cancel = c.actionContext(ctx)
	defer cancel()
	// Both flags are always sent: what a runtime takes a missing one for
	// differs between its APIs.
	err = s.wf.PurgeWorkflowState(ctx, key.InstanceID,
		dtworkflow.WithRecursivePurge(req.Recursive), dtworkflow.WithForcePurge(req.Force))
	err = c.fail(ctx, callPurge, key.InstanceID, err)
	if s.old && workflow.KindOf(err) == workflow.KindNotCompleted {
		// The usual words offer the force that it does not have.
		return &workflow.Error{
			Kind: workflow.KindNotCompleted, ID: key.InstanceID, Err: err,
			Message: workflow.Shorten(workflow.CleanID(key.InstanceID), workflow.ShortText) + " has not ended: terminate it first",
		}
	}
	return err
}

// purgeGuard keeps purges apart: of one instance always, and a forced one from
// every other.
type purgeGuard struct {
	mu     sync.Mutex
	busy   map[workflow.Key]bool
	forced bool
	idle   chan struct{} // closed when the last purge leaves; nil: nobody waits
}

// enter reports whether a purge may begin.
func (g *purgeGuard) enter(key workflow.Key, force bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.forced || g.busy[key] || (force && len(g.busy) > 0) {
		return false
	}
	if g.busy == nil {
		g.busy = map[workflow.Key]bool{}
	}
	g.busy[key], g.forced = true, force
	return true
}

func (g *purgeGuard) leave(key workflow.Key, force bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.busy, key)
	if force {
		g.forced = false
	}
	if len(g.busy) == 0 && g.idle != nil {
		close(g.idle)
		g.idle = nil
	}
}

// rest returns when no purge is under way, or replaceWait has passed: a
// connection that is replaced takes its calls with it, and the purge that cures
// a listing would read as not confirmed.
func (g *purgeGuard) rest(ctx context.Context) {
	g.mu.Lock()
	if len(g.busy) == 0 {
		g.mu.Unlock()
		return
	}
	if g.idle == nil {
		g.idle = make(chan struct{})
	}
	idle := g.idle
	g.mu.Unlock()
	wait := time.NewTimer(replaceWait)
	defer wait.Stop()
	select {
	case <-idle:
	case <-wait.C:
	case <-ctx.Done():
	}
}
