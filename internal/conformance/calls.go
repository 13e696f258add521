package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// The statuses, and the word for an instance that does not exist.
const (
	running   = "RUNNING"
	completed = "COMPLETED"
	failed    = "FAILED"
	ended     = "TERMINATED"
	pending   = "PENDING"
	suspended = "SUSPENDED"
	stalled   = "STALLED"
	gone      = "gone"
)

// hangs is the answer of a call that does not return.
const hangs = "hangs"

// pause is the time between two looks at something that must change.
const pause = 10 * time.Millisecond

// answer is what a call returned: "ok", "hangs" or the gRPC code and message.
// The ID of the instance reads <id>, that of the app <app>.
func (s *session) answer(err error, id string) string {
	if err == nil {
		return "ok"
	}
	st := status.Convert(err)
	if st.Code() == codes.DeadlineExceeded || errors.Is(err, context.DeadlineExceeded) {
		return hangs
	}
	text := st.Message()
	if id != "" {
		text = strings.ReplaceAll(text, id, "<id>")
	}
	if s.target.AppID != "" {
		text = strings.ReplaceAll(text, "."+s.target.AppID+".", ".<app>.")
	}
	return st.Code().String() + ": " + text
}

// expect compares the answer of a call.
func (s *session) expect(id, want string, call func(context.Context) error) error {
	allowed := s.target.Limit
	if want == hangs {
		allowed = 2 * s.target.Moment
	}
	ctx, cancel := s.within(allowed)
	defer cancel()
	if got := s.answer(call(ctx), id); got != want {
		return mismatchf("answer", fmt.Sprintf("%q", got), fmt.Sprintf("%q", want))
	}
	return nil
}

type startOption func(*protos.CreateInstanceRequest)

func withInput(json string) startOption {
	return func(r *protos.CreateInstanceRequest) { r.Input = wrapperspb.String(json) }
}

func startingAt(t time.Time) startOption {
	return func(r *protos.CreateInstanceRequest) { r.ScheduledStartTimestamp = timestamppb.New(t) }
}

func (s *session) startCall(id, workflow string, opts ...startOption) func(context.Context) error {
	req := &protos.CreateInstanceRequest{InstanceId: id, Name: workflow}
	for _, o := range opts {
		o(req)
	}
	return func(ctx context.Context) error {
		_, err := s.hub.StartInstance(ctx, req)
		return err //nolint:wrapcheck // compared as it is
	}
}

// start starts an instance and waits for its status.
func (s *session) start(id, workflow, want string, opts ...startOption) error {
	if err := s.startCall(id, workflow, opts...)(s.ctx); err != nil {
		return fmt.Errorf("start %s: %w", id, err)
	}
	return s.wait(id, want)
}

func raise(s *session, id, event, payload string) func(context.Context) error {
	req := &protos.RaiseEventRequest{InstanceId: id, Name: event}
	if payload != "" {
		req.Input = wrapperspb.String(payload)
	}
	return func(ctx context.Context) error {
		_, err := s.hub.RaiseEvent(ctx, req)
		return err //nolint:wrapcheck // compared as it is
	}
}

func suspend(s *session, id, reason string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.hub.SuspendInstance(ctx, &protos.SuspendRequest{InstanceId: id, Reason: wrapperspb.String(reason)})
		return err //nolint:wrapcheck // compared as it is
	}
}

func resume(s *session, id, reason string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.hub.ResumeInstance(ctx, &protos.ResumeRequest{InstanceId: id, Reason: wrapperspb.String(reason)})
		return err //nolint:wrapcheck // compared as it is
	}
}

func terminate(s *session, id, output string, recursive bool) func(context.Context) error {
	req := &protos.TerminateRequest{InstanceId: id, Recursive: recursive}
	if output != "" {
		req.Output = wrapperspb.String(output)
	}
	return func(ctx context.Context) error {
		_, err := s.hub.TerminateInstance(ctx, req)
		return err //nolint:wrapcheck // compared as it is
	}
}

func purge(s *session, id string, recursive, force bool) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.hub.PurgeInstances(ctx, &protos.PurgeInstancesRequest{
			Request: &protos.PurgeInstancesRequest_InstanceId{InstanceId: id}, Recursive: recursive, Force: &force,
		})
		return err //nolint:wrapcheck // compared as it is
	}
}

type rerunOption func(*protos.RerunWorkflowFromEventRequest)

func rerun(s *session, id string, event uint32, newID string, opts ...rerunOption) func(context.Context) error {
	req := &protos.RerunWorkflowFromEventRequest{SourceInstanceID: id, EventID: event}
	if newID != "" {
		req.NewInstanceID = &newID
	}
	for _, o := range opts {
		o(req)
	}
	return func(ctx context.Context) error {
		_, err := s.hub.RerunWorkflowFromEvent(ctx, req)
		return err //nolint:wrapcheck // compared as it is
	}
}

func newInput(json string) rerunOption {
	return func(r *protos.RerunWorkflowFromEventRequest) {
		r.OverwriteInput = true
		if json != "" {
			r.Input = wrapperspb.String(json)
		}
	}
}

func newChildID(id string) rerunOption {
	return func(r *protos.RerunWorkflowFromEventRequest) { r.NewChildWorkflowInstanceID = &id }
}

// must makes a call that has to succeed.
func (s *session) must(call func(context.Context) error) error {
	return call(s.ctx)
}

// all makes calls that have to succeed, one after the other.
func (s *session) all(calls ...func(context.Context) error) error {
	for n, call := range calls {
		if err := call(s.ctx); err != nil {
			return fmt.Errorf("call %d: %w", n+1, err)
		}
	}
	return nil
}

// state reads an instance with its payloads, nil when there is none.
func (s *session) state(id string) (*protos.WorkflowState, error) {
	resp, err := s.hub.GetInstance(s.ctx, &protos.GetInstanceRequest{InstanceId: id, GetInputsAndOutputs: true})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", id, err)
	}
	if !resp.GetExists() {
		return nil, nil
	}
	return resp.GetWorkflowState(), nil
}

// statusOf is the status of an instance in a word.
func (s *session) statusOf(id string) (string, error) {
	st, err := s.state(id)
	if err != nil || st == nil {
		return gone, err
	}
	return strings.TrimPrefix(st.GetWorkflowStatus().String(), "ORCHESTRATION_STATUS_"), nil
}

// eventually repeats a look until it is satisfied.
func (s *session) eventually(look func() error) error {
	for {
		err := look()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-s.ctx.Done():
			return err
		}
	}
}

// wait waits for a status.
func (s *session) wait(id, want string) error {
	return s.eventually(func() error {
		got, err := s.statusOf(id)
		if err != nil {
			return err
		}
		if got != want {
			return mismatchf("status of "+id, got, want)
		}
		return nil
	})
}

// still is how long nothing must happen: a thing that does not come cannot be
// waited for.
const still = 250 * time.Millisecond

// stays proves that an instance keeps its status for some moments.
func (s *session) stays(id, want string) error {
	select {
	case <-time.After(still):
	case <-s.ctx.Done():
	}
	got, err := s.statusOf(id)
	if err == nil && got != want {
		err = mismatchf("status of "+id, got, want)
	}
	return err
}
