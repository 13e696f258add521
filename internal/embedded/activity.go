package embedded

import (
	"context"
	"fmt"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/backend/runtimestate/dedup"
)

// resolved reports whether the answer to task id is already in the state.
func resolved(rs *protos.WorkflowRuntimeState, id int32) bool {
	return dedup.IsPresent(rs.GetOldEvents(), dedup.KindTask, id) || dedup.IsPresent(rs.GetNewEvents(), dedup.KindTask, id)
}

// scheduleActivity queues an activity. The engine writes into the event, so it
// gets a copy. The lock is held.
func (s *store) scheduleActivity(i *instance, e *backend.HistoryEvent, history *protos.PropagatedHistory) {
	s.pushActivity(&backend.ActivityWorkItem{
		SequenceNumber:  int64(e.GetEventId()),
		InstanceID:      api.InstanceID(i.id),
		NewEvent:        cloneEvent(e),
		IncomingHistory: history,
		Properties:      map[string]any{turnKey: &turn{instance: i, generation: i.generation}},
	})
}

func (s *store) pushActivity(wi *backend.ActivityWorkItem) {
	s.activities = append(s.activities, wi)
	signal(s.wakeActivities)
}

// NextActivityWorkItem implements backend.Backend.
func (s *store) NextActivityWorkItem(ctx context.Context) (*backend.ActivityWorkItem, error) {
	for {
		if wi := s.takeActivity(); wi != nil {
			return wi, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("next activity: %w", ctx.Err())
		case <-s.wakeActivities:
		}
	}
}

func (s *store) takeActivity() *backend.ActivityWorkItem {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.workers > 0 && len(s.activities) > 0 {
		wi := s.activities[0]
		s.activities[0] = nil
		s.activities = s.activities[1:]
		if s.wanted(wi) {
			return wi
		}
	}
	return nil
}

// wanted reports whether anyone still waits for the activity: not after a
// purge, a replacing start or continue-as-new. A workflow that has ended by
// termination does not stop its activities.
func (s *store) wanted(wi *backend.ActivityWorkItem) bool {
	t, ok := wi.Properties[turnKey].(*turn)
	return ok && !t.instance.purged && t.generation == t.instance.generation
}

// CompleteActivityWorkItem hands the answer to the workflow.
func (s *store) CompleteActivityWorkItem(_ context.Context, wi *backend.ActivityWorkItem) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.wanted(wi) {
		return nil
	}
	if err := s.addEvent(string(wi.InstanceID), wi.Result); err != nil {
		s.log.Debugf("%s: activity answer: %v", wi.InstanceID, err)
	}
	return nil
}

// AbandonActivityWorkItem queues an activity again: at once when no worker is
// connected, for then it waits for one, else after a pause.
func (s *store) AbandonActivityWorkItem(_ context.Context, wi *backend.ActivityWorkItem) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	wi.Result = nil
	if s.workers == 0 {
		s.pushActivity(wi)
		return nil
	}
	s.after(s.retryAfter, func() { s.pushActivity(wi) })
	return nil
}
