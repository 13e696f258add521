package embedded

import (
	"slices"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// setTimer lets a durable timer fire at its time. It replaces a timer of the
// same ID, as Dapr's reminders of one name do (orchestrator/timer.go). The
// lock is held.
func (s *store) setTimer(i *instance, fired *backend.HistoryEvent) {
	id := fired.GetTimerFired().GetTimerId()
	if old := i.timers[id]; old != nil {
		old.Stop()
	}
	if i.timers == nil {
		i.timers = map[int32]*time.Timer{}
	}
	generation := i.generation
	i.timers[id] = s.after(time.Until(fired.GetTimerFired().GetFireAt().AsTime()), func() {
		if i.purged || i.completed() || i.generation != generation {
			return
		}
		delete(i.timers, id)
		e := cloneEvent(fired)
		e.Timestamp = timestamppb.Now()
		i.inbox = append(i.inbox, e)
		s.saved(i, nil)
		s.schedule(i)
	})
}

// cancelAnsweredWaits drops the timers of waits whose event came in this turn:
// the oldest timer of that name for each event, names without regard to case
// (deleteCancelledEventTimers in orchestrator/timer.go).
func (s *store) cancelAnsweredWaits(i *instance, rs *protos.WorkflowRuntimeState) {
	if !slices.ContainsFunc(rs.GetNewEvents(), func(e *backend.HistoryEvent) bool { return e.GetEventRaised() != nil }) {
		return
	}
	waiting := pendingWaits(rs.GetOldEvents(), rs.GetNewEvents())
	for _, e := range rs.GetNewEvents() {
		if e.GetEventRaised() == nil {
			continue
		}
		key := strings.ToUpper(e.GetEventRaised().GetName())
		if ids := waiting[key]; len(ids) > 0 {
			if t := i.timers[ids[0]]; t != nil {
				t.Stop()
			}
			delete(i.timers, ids[0])
			waiting[key] = ids[1:]
		}
	}
}

// pendingWaits are the timers of awaited external events that have not fired,
// by the event's name in upper case, in the order of their creation.
func pendingWaits(lists ...[]*backend.HistoryEvent) map[string][]int32 {
	fired := map[int32]bool{}
	for _, list := range lists {
		for _, e := range list {
			if tf := e.GetTimerFired(); tf != nil {
				fired[tf.GetTimerId()] = true
			}
		}
	}
	waits := map[string][]int32{}
	for _, list := range lists {
		for _, e := range list {
			tc := e.GetTimerCreated()
			if tc == nil || fired[e.GetEventId()] {
				continue
			}
			name := tc.GetExternalEvent().GetName()
			if tc.GetExternalEvent() == nil {
				if tc.Name == nil || tc.GetOrigin() != nil {
					continue
				}
				name = tc.GetName() // a timer of an older SDK
			}
			key := strings.ToUpper(name)
			waits[key] = append(waits[key], e.GetEventId())
		}
	}
	return waits
}
