package embedded

import (
	"context"
	"fmt"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/backend/runtimestate"
)

// turnKey finds the turn in the properties of a work item.
const turnKey = "embedded.turn"

// turn is what the store remembers of a work item while the engine has it.
type turn struct {
	instance   *instance
	generation uint64
	taken      int // how many events of the inbox it took
}

// NextWorkflowWorkItem implements backend.Backend: it waits for a workflow
// with something in its inbox, and for a worker to run it.
func (s *store) NextWorkflowWorkItem(ctx context.Context) (*backend.WorkflowWorkItem, error) {
	for {
		if wi := s.takeWorkflow(); wi != nil {
			return wi, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("next workflow: %w", ctx.Err())
		case <-s.wakeWorkflows:
		}
	}
}

func (s *store) takeWorkflow() *backend.WorkflowWorkItem {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.workers > 0 && len(s.ready) > 0 {
		i := s.ready[0]
		s.ready[0] = nil
		s.ready = s.ready[1:]
		i.queued = false
		if i.purged || i.stalled || i.running || len(i.inbox) == 0 {
			continue
		}
		if why, big := oversize(i); big {
			s.stall(i, runtimestate.NewWorkflowRuntimeState(i.id, i.customStatus, i.history), protos.StalledReason_PAYLOAD_SIZE_EXCEEDED, why)
			continue
		}
		return s.begin(i)
	}
	return nil
}

// begin makes the work item of one turn.
func (s *store) begin(i *instance) *backend.WorkflowWorkItem {
	i.running = true
	for _, e := range i.inbox {
		if e.GetExecutionStarted() != nil && e.GetRouter() == nil {
			e.Router = &protos.TaskRouter{SourceAppID: s.appID}
		}
	}
	return &backend.WorkflowWorkItem{
		InstanceID:      api.InstanceID(i.id),
		NewEvents:       i.inbox[:len(i.inbox):len(i.inbox)],
		State:           runtimestate.NewWorkflowRuntimeState(i.id, i.customStatus, i.history),
		IncomingHistory: i.incoming,
		Properties: map[string]any{turnKey: &turn{
			instance: i, generation: i.generation, taken: len(i.inbox),
		}},
	}
}

// ended takes a turn back from the engine. It reports false when the instance
// was purged or started anew meanwhile; then the turn has no effect. The lock
// is held.
func (s *store) ended(wi *backend.WorkflowWorkItem) (*turn, bool) {
	t, ok := wi.Properties[turnKey].(*turn)
	if !ok {
		return nil, false
	}
	t.instance.running = false
	if t.instance.generation != t.generation {
		s.schedule(t.instance)
		return nil, false
	}
	return t, !t.instance.purged
}

// GetWorkflowRuntimeState implements backend.Backend; a recursive purge reads
// the state through it.
func (s *store) GetWorkflowRuntimeState(_ context.Context, wi *backend.WorkflowWorkItem) (*backend.WorkflowRuntimeState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.byID[string(wi.InstanceID)]
	if i == nil {
		return nil, api.ErrInstanceNotFound
	}
	return runtimestate.NewWorkflowRuntimeState(i.id, i.customStatus, i.history), nil
}

// CompleteWorkflowWorkItem applies a finished turn (the second half of
// runWorkflow in orchestrator/run.go).
func (s *store) CompleteWorkflowWorkItem(_ context.Context, wi *backend.WorkflowWorkItem) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.ended(wi)
	if !ok {
		return nil
	}
	i, rs := t.instance, wi.State
	if reason, why, stalled := mustStall(rs); stalled {
		s.stall(i, rs, reason, why)
		return nil
	}
	compactPatches(rs)
	if rs.GetContinuedAsNew() {
		i.generation++
		i.incoming = wi.IncomingHistory
	}
	if !runtimestate.IsCompleted(rs) {
		s.cancelAnsweredWaits(i, rs)
		for _, e := range rs.GetPendingTimers() {
			s.setTimer(i, e)
		}
	}
	if why, big := oversizeTask(rs.GetPendingTasks()); big {
		s.stall(i, rs, protos.StalledReason_PAYLOAD_SIZE_EXCEEDED, why)
		return nil
	}
	if err := s.dispatch(i, wi); err != nil {
		s.log.Debugf("%s: %v", i.id, err)
		s.retryLater(i)
		return nil
	}
	s.apply(i, rs)
	i.inbox = i.inbox[t.taken:]
	s.saved(i, rs)
	if runtimestate.IsCompleted(rs) {
		i.stopTimers()
	}
	s.schedule(i)
	return nil
}

// apply moves a turn's new events to the history.
func (s *store) apply(i *instance, rs *protos.WorkflowRuntimeState) {
	if rs.GetContinuedAsNew() {
		i.history = nil
	}
	i.history = append(i.history[:len(i.history):len(i.history)], rs.GetNewEvents()...)
	i.customStatus = rs.GetCustomStatus()
}

// dispatch sends what a turn decided: children, answers to the parent and
// activities. When one message cannot be delivered the turn counts as not
// done and is tried again, which is Dapr's rule and the reason why a child
// whose parent was purged never ends.
func (s *store) dispatch(i *instance, wi *backend.WorkflowWorkItem) error {
	rs := wi.State
	for _, m := range rs.GetPendingMessages() {
		if err := s.deliver(m); err != nil {
			return fmt.Errorf("failed to reach workflow '%s': %w", m.GetTargetInstanceId(), err)
		}
	}
	for _, e := range rs.GetPendingTasks() {
		if target := e.GetRouter().GetTargetAppID(); target != "" && target != s.appID {
			return noAddress(actorType(target, "activity"), i.id)
		}
		if !resolved(rs, e.GetEventId()) {
			s.scheduleActivity(i, e, wi.OutgoingHistory[e.GetEventId()])
		}
	}
	return nil
}

func (s *store) deliver(m *protos.WorkflowRuntimeStateMessage) error {
	e := m.GetHistoryEvent()
	if target := e.GetRouter().GetTargetAppID(); target != "" && target != s.appID {
		return noAddress(actorType(target, "workflow"), m.GetTargetInstanceId())
	}
	switch {
	case e.GetExecutionStarted() != nil:
		return s.create(e, m.GetPropagatedHistory())
	case e.GetChildWorkflowInstanceCompleted() != nil, e.GetChildWorkflowInstanceFailed() != nil:
		return s.addEvent(m.GetTargetInstanceId(), e)
	default:
		return fmt.Errorf("don't know how to process outbound message of type %T", e.GetEventType())
	}
}

// AbandonWorkflowWorkItem takes back a turn that failed. Generations that
// continue-as-new finished are kept; their unread events come again.
func (s *store) AbandonWorkflowWorkItem(_ context.Context, wi *backend.WorkflowWorkItem) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.ended(wi)
	if !ok {
		return nil
	}
	i := t.instance
	if rs := wi.State; rs.GetContinuedAsNew() {
		i.generation++
		i.incoming = wi.IncomingHistory
		carried := make([]*backend.HistoryEvent, 0, len(i.inbox))
		done := make([]*backend.HistoryEvent, 0, len(rs.GetNewEvents()))
		for _, e := range rs.GetNewEvents() {
			if e.GetEventRaised() != nil {
				carried = append(carried, e)
			} else {
				done = append(done, e)
			}
		}
		i.history, i.customStatus = done, rs.GetCustomStatus()
		i.inbox = append(carried, i.inbox[t.taken:]...)
		s.saved(i, nil)
	}
	s.retryLater(i)
	return nil
}

// retryLater gives a failed turn another try: at once when no worker is there
// to take it, for then it waits for the next one, else after a pause.
func (s *store) retryLater(i *instance) {
	if s.workers == 0 {
		s.schedule(i)
		return
	}
	i.retry = s.after(s.retryAfter, func() { s.schedule(i) })
}
