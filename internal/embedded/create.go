package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/backend/runtimestate/dedup"
	"google.golang.org/protobuf/proto"
)

// CreateWorkflowInstance stores the start of a workflow. Without a worker it
// waits until ctx ends, as Dapr does (CreateWorkflowInstance in
// wfengine/backends/actors/actors.go retries for ever).
func (s *store) CreateWorkflowInstance(ctx context.Context, e *backend.HistoryEvent) error {
	es := e.GetExecutionStarted()
	if es == nil {
		return errors.New("the history event must be an ExecutionStartedEvent")
	}
	if es.GetWorkflowInstance() == nil {
		return errors.New("the ExecutionStartedEvent did not contain orchestration instance information")
	}
	if err := s.awaitWorker(ctx, es.GetWorkflowInstance().GetInstanceId(), 0); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.create(e, nil)
}

// create stores a start event, for a new ID or over a finished one
// (orchestrator/create.go). The lock is held.
func (s *store) create(e *backend.HistoryEvent, incoming *protos.PropagatedHistory) error {
	id := e.GetExecutionStarted().GetWorkflowInstance().GetInstanceId()
	i := s.byID[id]
	if i != nil {
		if i.stalled {
			return s.stalledError(id)
		}
		if !i.completed() {
			if sameParent(i.startEvent(), e.GetExecutionStarted()) {
				return nil // a repeated creation by the parent that made it
			}
			return fmt.Errorf("an active workflow with ID '%s' already exists", id)
		}
	}
	if err := checkJobName(s.workflowActorType(), id, "start"); err != nil {
		return err
	}
	if i == nil {
		i = s.insert(id)
	} else {
		i.stopTimers()
		i.history, i.inbox, i.customStatus = nil, nil, nil
		i.generation++
	}
	i.incoming = incoming
	i.inbox = append(i.inbox, e)
	s.saved(i, nil)
	s.scheduleStart(i, e)
	return nil
}

// scheduleStart lets the first turn run now or at the time asked for.
func (s *store) scheduleStart(i *instance, e *backend.HistoryEvent) {
	at := e.GetExecutionStarted().GetScheduledStartTimestamp()
	if at == nil || !at.AsTime().After(time.Now()) {
		s.schedule(i)
		return
	}
	generation := i.generation
	i.start = s.after(time.Until(at.AsTime()), func() {
		if !i.purged && i.generation == generation {
			s.schedule(i)
		}
	})
}

// sameParent reports whether both starts are the same step of one parent.
func sameParent(a, b *protos.ExecutionStartedEvent) bool {
	pa, pb := a.GetParentInstance(), b.GetParentInstance()
	return pa != nil && pb != nil &&
		pa.GetWorkflowInstance().GetInstanceId() == pb.GetWorkflowInstance().GetInstanceId() &&
		pa.GetTaskScheduledId() == pb.GetTaskScheduledId()
}

// AddNewWorkflowEvent puts an event into an instance's inbox and wakes it
// (orchestrator/add.go). An instance that waits for its start time is started
// by it at once.
func (s *store) AddNewWorkflowEvent(ctx context.Context, id api.InstanceID, e *backend.HistoryEvent) error {
	if target := e.GetRouter().GetTargetAppID(); target != "" && target != s.appID {
		return noAddress(actorType(target, "workflow"), string(id))
	}
	if err := s.awaitWorker(ctx, string(id), s.noWorkerWait); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.GetEventRaised() != nil {
		e.Timestamp = s.uniqueEventTime()
	}
	return s.addEvent(string(id), e)
}

// addEvent is AddNewWorkflowEvent with the lock held.
func (s *store) addEvent(id string, e *backend.HistoryEvent) error {
	i := s.byID[id]
	switch {
	case i == nil:
		return api.ErrInstanceNotFound
	case i.stalled:
		return s.stalledError(id)
	}
	if kind, n, ok := dedup.Of(e); ok && (dedup.IsPresent(i.history, kind, n) || dedup.IsPresent(i.inbox, kind, n)) {
		return nil // the answer to this task or timer is there already
	}
	i.inbox = append(i.inbox, e)
	s.saved(i, nil)
	s.schedule(i)
	return nil
}

func (s *store) stalledError(id string) error {
	return fmt.Errorf("failed to invoke method for workflow '%s': %w", id, errStalled)
}

// saved refreshes what reads see and tells those who wait. The lock is held.
func (s *store) saved(i *instance, rs *protos.WorkflowRuntimeState) {
	i.refresh(rs)
	s.notify(i)
}

// after runs f with the lock held once d has passed, unless the store was
// stopped. Times beyond a century are those of a wait without limit and get
// no timer. The lock is held.
func (s *store) after(d time.Duration, f func()) *time.Timer {
	const never = 100 * 365 * 24 * time.Hour
	if s.closed || d > never {
		return nil
	}
	return time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed {
			f()
		}
	})
}

// schedule queues a turn. The lock is held.
func (s *store) schedule(i *instance) {
	if i.queued || i.running || i.purged || i.stalled || len(i.inbox) == 0 {
		return
	}
	i.queued = true
	s.ready = append(s.ready, i)
	signal(s.wakeWorkflows)
}

// cloneEvent copies an event that the engine or a fork will change.
func cloneEvent(e *backend.HistoryEvent) *backend.HistoryEvent {
	c, ok := proto.Clone(e).(*backend.HistoryEvent)
	if !ok {
		panic("a clone of an event is an event")
	}
	return c
}
