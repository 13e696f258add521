package embedded

import (
	"context"
	"fmt"
	"slices"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/backend/runtimestate"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// RerunWorkflowFromEvent starts a copy of a finished workflow at one of its
// events (orchestrator/rerun.go).
func (s *store) RerunWorkflowFromEvent(ctx context.Context, req *protos.RerunWorkflowFromEventRequest) (api.InstanceID, error) {
	source := req.GetSourceInstanceID()
	if source == "" {
		return "", status.Errorf(codes.InvalidArgument, "rerun workflow source instance ID is required")
	}
	if req.NewInstanceID == nil {
		id, err := uuid.NewRandom()
		if err != nil {
			return "", fmt.Errorf("failed to generate instance ID: %w", err)
		}
		text := id.String()
		req.NewInstanceID = &text
	}
	if source == req.GetNewInstanceID() {
		return "", status.Errorf(codes.InvalidArgument, "rerun workflow instance ID must be different from the original instance ID")
	}
	if err := s.awaitWorker(ctx, source, s.noWorkerWait); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.rerun(req); err != nil {
		return "", err
	}
	return api.InstanceID(req.GetNewInstanceID()), nil
}

func (s *store) rerun(req *protos.RerunWorkflowFromEventRequest) error {
	i := s.byID[req.GetSourceInstanceID()]
	switch {
	case i == nil:
		return status.Errorf(codes.NotFound, "workflow instance does not exist with ID '%s'", req.GetSourceInstanceID())
	case i.stalled:
		return s.stalledError(i.id)
	case !i.completed():
		return status.Errorf(codes.InvalidArgument, "'%s' is not in a terminal state", i.id)
	case i.meta.GetParentInstanceId() != "":
		return status.Errorf(codes.InvalidArgument, "'%s': cannot rerun from child-workflows", i.id)
	}
	history, again, err := newFork(i.id, req).build(i.history)
	if err != nil {
		return err
	}
	id := req.GetNewInstanceID()
	if s.byID[id] != nil {
		return status.Errorf(codes.AlreadyExists, "workflow '%s' has already been created", id)
	}
	for _, e := range again {
		e.Timestamp = timestamppb.Now()
	}
	fresh := s.insert(id)
	fresh.history = slices.Concat(history, again)
	fresh.incoming = i.incoming
	s.saved(fresh, nil)
	return s.redo(fresh, again)
}

// redo does the open steps of a rerun again. Timers keep the time of the
// original, so one that is past fires at once.
func (s *store) redo(i *instance, again []*backend.HistoryEvent) error {
	for _, e := range again {
		switch x := e.GetEventType().(type) {
		case *protos.HistoryEvent_TaskScheduled:
			ph, err := s.propagated(i, x.TaskScheduled.GetHistoryPropagationScope())
			if err != nil {
				return err
			}
			// Dapr finds out about a name it cannot schedule when the new
			// instance is stored already, and leaves it there.
			actor := fmt.Sprintf("%s::%d::1", i.id, e.GetEventId())
			if err := checkJobName(s.activityActorType(), actor, "run-activity"); err != nil {
				return fmt.Errorf("failed to invoke activity actor '%s' to execute '%s': %w", actor, x.TaskScheduled.GetName(), err)
			}
			s.scheduleActivity(i, e, ph)
		case *protos.HistoryEvent_TimerCreated:
			if err := checkJobName(s.workflowActorType(), i.id, fmt.Sprintf("timer-%d", e.GetEventId())); err != nil {
				return fmt.Errorf("actor '%s' failed to create reminder for timer: %w", i.id, err)
			}
			s.setTimer(i, &protos.HistoryEvent{
				EventId:   -1,
				Timestamp: timestamppb.Now(),
				EventType: &protos.HistoryEvent_TimerFired{TimerFired: &protos.TimerFiredEvent{
					TimerId: e.GetEventId(), FireAt: x.TimerCreated.GetFireAt(),
				}},
			})
		case *protos.HistoryEvent_ChildWorkflowInstanceCreated:
			ph, err := s.propagated(i, x.ChildWorkflowInstanceCreated.GetHistoryPropagationScope())
			if err != nil {
				return err
			}
			if err := s.create(s.childStart(i, e), ph); err != nil {
				return fmt.Errorf("failed to call child workflow '%s': %w", x.ChildWorkflowInstanceCreated.GetInstanceId(), err)
			}
		}
	}
	return nil
}

// propagated is the history that a step passes on, nil for none.
func (s *store) propagated(i *instance, scope protos.HistoryPropagationScope) (*protos.PropagatedHistory, error) {
	if scope == protos.HistoryPropagationScope_HISTORY_PROPAGATION_SCOPE_NONE {
		return nil, nil
	}
	rs := runtimestate.NewWorkflowRuntimeState(i.id, nil, i.history)
	ph, err := runtimestate.AssembleProtoPropagatedHistory(rs, scope, i.incoming, s.appID)
	if err != nil {
		return nil, fmt.Errorf("failed to assemble propagated history: %w", err)
	}
	return ph, nil
}

// childStart is the start event of a child that a rerun creates again
// (orchestrator/childwf.go).
func (s *store) childStart(i *instance, e *backend.HistoryEvent) *backend.HistoryEvent {
	created := e.GetChildWorkflowInstanceCreated()
	appID := s.appID
	return &protos.HistoryEvent{
		EventId:   -1,
		Timestamp: timestamppb.Now(),
		Router:    e.GetRouter(),
		EventType: &protos.HistoryEvent_ExecutionStarted{ExecutionStarted: &protos.ExecutionStartedEvent{
			Name: created.GetName(),
			ParentInstance: &protos.ParentInstanceInfo{
				TaskScheduledId:  e.GetEventId(),
				Name:             wrapperspb.String(i.startEvent().GetName()),
				WorkflowInstance: &protos.WorkflowInstance{InstanceId: i.id},
				AppID:            &appID,
			},
			Input: created.GetInput(),
			WorkflowInstance: &protos.WorkflowInstance{
				InstanceId:  created.GetInstanceId(),
				ExecutionId: wrapperspb.String(uuid.NewString()),
			},
			ParentTraceContext: created.GetParentTraceContext(),
		}},
	}
}
