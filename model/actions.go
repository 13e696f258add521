package model

import (
	"context"
	"fmt"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

// action is one row of the action table. It drives the dispatch of its key, the
// footer, the form, the call and the proof; adding an action is adding a row.
type action struct {
	// name is the verb of the button and the footer; doing and done are its
	// other forms, for notices.
	name, doing, done string
	binding           keymap.Binding
	// needsTarget is false for what acts on no instance that exists.
	needsTarget bool
	// destructive asks before it sends, opens on Cancel, and ignores keys in
	// its first moments.
	destructive bool
	// suggests is set when the form offers what the history tells, which may
	// come a moment after the form.
	suggests bool
	// refuse returns why the action makes no sense, empty when it does. It is
	// asked twice: of what the screen shows, and of a fresh read before the
	// call.
	refuse func(f facts) string
	// warn returns what has to be agreed to before the action is sent, in a
	// sentence; nil for an action that needs no such agreement. It is asked
	// twice as refuse is, and when the form has not said so, the user is asked.
	warn func(f facts) string
	form func(m *Model, t target) ui.FormSpec
	// read takes the request from a form that was sent with a button.
	read func(f *ui.Form, button string) (request, error)
	send func(ctx context.Context, c Client, t target, base facts, r request) (newID string, err error)
	// prove says what a look at the instance after the call means.
	prove func(base facts, s sighting, r request) verdict
}

// request is what a form asked for; each action uses its own part.
type request struct {
	reason  string
	start   workflow.StartRequest
	replace bool
	// replaces is the run that a start replaces, as it was shown.
	replaces   run
	raise      workflow.RaiseRequest
	terminate  workflow.TerminateRequest
	thenResume bool
	purge      workflow.PurgeRequest
	rerun      workflow.RerunRequest
}

// actionTable makes the table for a key map. A row whose key is not bound is
// left out, so that a read-only console has no way to it.
func actionTable(k keymap.Map) []action {
	all := []action{
		suspendAction(k), resumeAction(k), raiseAction(k), terminateAction(k), purgeAction(k), startAction(k), rerunAction(k),
	}
	table := make([]action, 0, len(all))
	for _, a := range all {
		if a.binding.Enabled() {
			table = append(table, a)
		}
	}
	return table
}

func suspendAction(k keymap.Map) action {
	return action{
		name: actionPause, doing: "pausing", done: "paused", binding: k.Suspend, needsTarget: true,
		refuse: func(f facts) string {
			switch {
			case f.status.Terminal():
				return fmt.Sprintf("it is %s: there is nothing to pause", f.status)
			case f.status == workflow.Suspended:
				return workflow.SuspendAgain(f.worker)
			case f.holds > 0:
				return "it is still suspended, although its status is " + f.status.String() + ": resume it first"
			}
			return ""
		},
		form: suspendForm, read: readReason("reason"),
		send: func(ctx context.Context, c Client, t target, _ facts, r request) (string, error) {
			return "", c.Suspend(ctx, t.key, r.reason)
		},
		prove: proveSuspend,
	}
}

func resumeAction(k keymap.Map) action {
	return action{
		name: actionResume, doing: "resuming", done: "resumed", binding: k.Resume, needsTarget: true,
		refuse: func(f facts) string { return workflow.ResumeRefusal(f.status, f.worker, f.holds) },
		warn:   func(f facts) string { return workflow.ResumeWarning(f.worker, f.pending) },
		form:   resumeForm, read: readReason("reason"),
		send: func(ctx context.Context, c Client, t target, _ facts, r request) (string, error) {
			return "", c.Resume(ctx, t.key, r.reason)
		},
		prove: proveResume,
	}
}

func raiseAction(k keymap.Map) action {
	return action{
		name: "raise event", doing: "raising an event on", done: "raised", binding: k.Raise, needsTarget: true, suggests: true,
		refuse: func(f facts) string {
			if f.status.Terminal() {
				return fmt.Sprintf("it is %s: the runtime would answer OK and drop the event", f.status)
			}
			return ""
		},
		form: raiseForm, read: readRaise,
		send: func(ctx context.Context, c Client, t target, _ facts, r request) (string, error) {
			return "", c.Raise(ctx, t.key, r.raise)
		},
		prove: proveRaise,
	}
}

func terminateAction(k keymap.Map) action {
	return action{
		name: "terminate", doing: "terminating", done: "terminated", binding: k.Terminate, needsTarget: true, destructive: true,
		refuse: func(f facts) string {
			if f.status.Terminal() {
				return fmt.Sprintf("it is %s already", f.status)
			}
			return ""
		},
		form: terminateForm, read: readTerminate, send: sendTerminate, prove: proveTerminate,
	}
}

func purgeAction(k keymap.Map) action {
	return action{
		name: "purge", doing: "purging", done: "purged", binding: k.Purge, needsTarget: true, destructive: true,
		refuse: func(facts) string { return "" },
		form:   purgeForm, read: readPurge,
		send: func(ctx context.Context, c Client, t target, _ facts, r request) (string, error) {
			return "", c.Purge(ctx, t.key, r.purge)
		},
		prove: provePurge,
	}
}

func startAction(k keymap.Map) action {
	return action{
		name: "start new", doing: "starting", done: "started", binding: k.Start,
		refuse: func(facts) string { return "" },
		form:   startForm, read: readStart,
		send: func(ctx context.Context, c Client, t target, _ facts, r request) (string, error) {
			return c.Start(ctx, t.key.AppID, r.start)
		},
		prove: proveStart,
	}
}

func rerunAction(k keymap.Map) action {
	return action{
		name: "rerun", doing: "rerunning", done: "rerun as", binding: k.Rerun, needsTarget: true, destructive: true,
		refuse: func(f facts) string {
			switch {
			case !f.status.Terminal():
				return fmt.Sprintf("it is %s: only what has ended can be rerun", f.status)
			case f.parentID != "":
				return "it is a child workflow: only a root workflow can be rerun"
			case f.historyKnown && len(f.rerunnable) == 0:
				return "its history has no activity, timer or child workflow to rerun from"
			}
			return ""
		},
		form: rerunForm, read: readRerun,
		send: func(ctx context.Context, c Client, t target, _ facts, r request) (string, error) {
			return c.Rerun(ctx, t.key, r.rerun)
		},
		prove: proveRerun,
	}
}

// settleBeforeResume is how long "terminate and resume" waits for the
// terminate to show in the history before it resumes all the same.
const settleBeforeResume = 2 * time.Second

// sendTerminate ends an instance. A suspended one ends only when it is resumed
// (seen on Dapr 1.18.0), and the call blocks until then: with thenResume the
// terminate is sent first, and once the history holds it as many resumes as it
// takes, so that the workflow's own code never runs on.
func sendTerminate(ctx context.Context, c Client, t target, base facts, r request) (string, error) {
	if !r.thenResume {
		return "", c.Terminate(ctx, t.key, r.terminate)
	}
	ended := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil { // a panic here would end the program and leave the terminal as it is
				ended <- fmt.Errorf("terminate: %v", p)
			}
		}()
		ended <- c.Terminate(ctx, t.key, r.terminate)
	}()
	if done, err := awaitTerminateStored(ctx, c, t.key, ended); done {
		return "", err
	}
	for range max(1, base.holds) {
		done, err := resumeToEnd(ctx, c, t.key, base.worker)
		if err != nil {
			return "", halfDone(ended, err)
		}
		if done {
			break
		}
	}
	return "", <-ended
}

// resumeToEnd sends one resume of "terminate and resume", if it is still needed:
// upon a read that says SUSPENDED, or that a Go worker is still suspended.
func resumeToEnd(ctx context.Context, c Client, key workflow.Key, w workflow.Worker) (done bool, err error) {
	now := look(ctx, c, key, "")
	switch {
	case now.err != nil:
		return false, now.err
	case !now.found, workflow.ResumeRefusal(now.facts.status, w, now.facts.holds) != "":
		return true, nil
	}
	return false, c.Resume(ctx, key, "to let the terminate take effect")
}

// notResumedError is the outcome of a "terminate and resume" whose terminate
// is stored, and waits for a resume that failed.
type notResumedError struct{ why error }

func (e *notResumedError) Error() string { return "the resume after the terminate: " + e.why.Error() }
func (e *notResumedError) Unwrap() error { return e.why }

// halfDone says what a resume that failed leaves: nothing, when the terminate
// has failed as well.
func halfDone(ended <-chan error, why error) error {
	select {
	case err := <-ended:
		return err
	default:
		return &notResumedError{why}
	}
}

// awaitTerminateStored returns when the history holds the terminate, or a while
// has passed. It is done when the call itself has already ended.
func awaitTerminateStored(ctx context.Context, c Client, key workflow.Key, ended <-chan error) (done bool, err error) {
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	limit := time.NewTimer(settleBeforeResume)
	defer limit.Stop()
	for {
		select {
		case err := <-ended:
			return true, err
		case <-ctx.Done():
			return true, ctx.Err()
		case <-limit.C:
			return false, nil
		case <-poll.C:
			h, err := c.History(ctx, key)
			if err == nil && h.Count(workflow.ExecutionTerminated) > 0 {
				return false, nil
			}
		}
	}
}
