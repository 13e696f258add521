package daprclient

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/dapr/durabletask-go/api/protos"
	dtworkflow "github.com/dapr/durabletask-go/workflow"
	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Start starts a new instance and returns its ID. Without a start time the
// runtime answers when a worker has begun it; without a worker it never does.
// The ID comes back beside an error too: the instance may exist all the same.
func (c *Client) Start(ctx context.Context, appID string, req workflow.StartRequest) (string, error) {
	if req.Workflow == "" {
		return "", refusal(workflow.KindInvalid, "", "the name of the workflow is missing")
	}
	if _, err := workflow.CheckNewID(req.InstanceID); err != nil {
		return "", err
	}
	if err := checkText(req.InstanceID, req.Input, req.Workflow); err != nil {
		return "", err
	}
	// The SDK would generate an ID as well, but keep it to itself on an error.
	id := req.InstanceID
	if id == "" {
		id = uuid.NewString()
	}
	opts := []dtworkflow.NewWorkflowOptions{dtworkflow.WithInstanceID(id)}
	if req.Input != "" {
		opts = append(opts, dtworkflow.WithRawInput(wrapperspb.String(req.Input)))
	}
	if !req.StartAt.IsZero() {
		opts = append(opts, dtworkflow.WithStartTime(req.StartAt))
	}
	err := c.change(ctx, callStart, workflow.Key{AppID: appID, InstanceID: id}, func(ctx context.Context, s *session) error {
		_, err := s.wf.ScheduleWorkflow(ctx, req.Workflow, opts...)
		return err //nolint:wrapcheck // change words it
	})
	return id, err
}

// Suspend suspends an instance. The runtime answers when it is suspended or has
// ended; on one that has ended it answers at once and does nothing.
func (c *Client) Suspend(ctx context.Context, key workflow.Key, reason string) error {
	if err := checkText(key.InstanceID, "", reason); err != nil {
		return err
	}
	return c.change(ctx, callSuspend, key, func(ctx context.Context, s *session) error {
		return s.wf.SuspendWorkflow(ctx, key.InstanceID, reason)
	})
}

// Resume takes back one suspend. The runtime answers when the instance runs or
// has ended.
func (c *Client) Resume(ctx context.Context, key workflow.Key, reason string) error {
	if err := checkText(key.InstanceID, "", reason); err != nil {
		return err
	}
	return c.change(ctx, callResume, key, func(ctx context.Context, s *session) error {
		return s.wf.ResumeWorkflow(ctx, key.InstanceID, reason)
	})
}

// Raise raises an external event. That the runtime took it does not mean that
// the workflow waits for it; on an instance that has ended it is lost.
func (c *Client) Raise(ctx context.Context, key workflow.Key, req workflow.RaiseRequest) error {
	if req.Event == "" {
		return refusal(workflow.KindInvalid, key.InstanceID, "the name of the event is missing")
	}
	if err := checkText(key.InstanceID, req.Payload, req.Event); err != nil {
		return err
	}
	opts := []dtworkflow.RaiseEventOptions{}
	if req.Payload != "" {
		opts = append(opts, dtworkflow.WithRawEventData(wrapperspb.String(req.Payload)))
	}
	return c.change(ctx, callRaise, key, func(ctx context.Context, s *session) error {
		return s.wf.RaiseEvent(ctx, key.InstanceID, req.Event, opts...)
	})
}

// Terminate ends an instance, and with Recursive its children. The runtime
// answers when the instance has ended; while it is suspended that is not before
// it is resumed.
func (c *Client) Terminate(ctx context.Context, key workflow.Key, req workflow.TerminateRequest) error {
	if err := checkText(key.InstanceID, req.Output); err != nil {
		return err
	}
	// Left out, the flag would be true.
	opts := []dtworkflow.TerminateOptions{dtworkflow.WithRecursiveTerminate(req.Recursive)}
	if req.Output != "" {
		opts = append(opts, dtworkflow.WithRawOutput(wrapperspb.String(req.Output)))
	}
	return c.change(ctx, callTerminate, key, func(ctx context.Context, s *session) error {
		return s.wf.TerminateWorkflow(ctx, key.InstanceID, opts...)
	})
}

// Rerun runs an instance that has ended again from one of its events, as a new
// instance, and returns the ID of that one. An empty input with ReplaceInput
// clears the event's input.
func (c *Client) Rerun(ctx context.Context, key workflow.Key, req workflow.RerunRequest) (string, error) {
	if _, err := workflow.CheckNewID(req.NewInstanceID); err != nil {
		return "", err
	}
	if err := checkText(key.InstanceID, req.Input); err != nil {
		return "", err
	}
	id := req.NewInstanceID
	if id == "" {
		id = uuid.NewString()
	}
	opts := []dtworkflow.RerunOptions{dtworkflow.WithRerunNewInstanceID(id)}
	if req.ReplaceInput {
		opts = append(opts, rerunRawInput(req.Input))
	}
	err := c.change(ctx, callRerun, key, func(ctx context.Context, s *session) error {
		_, err := s.wf.RerunWorkflowFromEvent(ctx, key.InstanceID, req.EventID, opts...)
		return err //nolint:wrapcheck // change words it
	})
	return id, err
}

// rerunRawInput is the option that the SDK lacks: its own marshals what it is
// given, and even raw JSON is rewritten on the way.
func rerunRawInput(text string) dtworkflow.RerunOptions {
	return func(req *protos.RerunWorkflowFromEventRequest) error {
		req.OverwriteInput = true
		if text != "" {
			req.Input = wrapperspb.String(text)
		}
		return nil
	}
}

// change makes one call that changes something: on the connection whose app was
// compared with the key's, and on no other.
func (c *Client) change(ctx context.Context, k call, key workflow.Key, do func(context.Context, *session) error) error {
	if c.opts.ReadOnly {
		return refusal(workflow.KindReadOnly, key.InstanceID, "this console is read-only: it changes nothing")
	}
	s, err := c.changing(ctx, key.AppID)
	if err != nil {
		return unsent(err)
	}
	ctx, cancel := c.actionContext(ctx)
	defer cancel()
	return c.fail(ctx, k, key.InstanceID, do(ctx, s))
}

// changing is sessionOf for a call that changes something: it asks the sidecar
// once more who it is, in the same breath as the change. A proxy can keep a
// connection and put another app behind it.
func (c *Client) changing(ctx context.Context, appID string) (*session, error) {
	s, err := c.sessionOf(ctx, appID)
	if err != nil {
		return nil, err
	}
	side, err := c.ask(ctx, s)
	switch {
	case err != nil:
		return nil, err
	case side.AppID != appID:
		other := otherAppError(c.opts.Target, appID, side.AppID)
		c.shutGate(s, other)
		return nil, other
	}
	return s, nil
}

// checkText refuses what the protocol cannot carry, and JSON that is none: the
// runtime would take it, and the worker fail over it.
func checkText(id, jsonText string, others ...string) error {
	if err := checkID(id); err != nil {
		return err
	}
	switch {
	case !valid(jsonText) || !valid(others...):
		return refusal(workflow.KindInvalid, id, "the text is not valid UTF-8")
	case jsonText != "" && !json.Valid([]byte(jsonText)):
		return refusal(workflow.KindInvalid, id, "the text is not valid JSON")
	}
	return nil
}

// checkID refuses an ID that no call can carry: one that is longer than what is
// kept of it (workflow.KeptID), or that is not UTF-8.
func checkID(id string) error {
	if workflow.Callable(id) {
		return nil
	}
	return refusal(workflow.KindInvalid, id, fmt.Sprintf(
		"the ID is longer than %d kB, or not UTF-8: no call can be made with it", workflow.MaxID>>10))
}

// refusal is an error of ours: nothing was sent.
func refusal(kind workflow.ErrorKind, id, message string) error {
	return &workflow.Error{Kind: kind, ID: id, Message: message}
}
