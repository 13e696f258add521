package embedded

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/backend/runtimestate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// maxBody is the largest message, in bytes, that the server takes or sends:
// Dapr's default for --max-body-size.
const maxBody = 4 << 20

// stallAt is the size at which Dapr stalls a workflow rather than let the
// stream to its worker fail (orchestrator/payloadsize.go).
const stallAt = maxBody * 95 / 100

// oversize reports whether a turn would not fit into one message.
func oversize(i *instance) (string, bool) {
	size := proto.Size(i.incoming)
	for _, list := range [2][]*backend.HistoryEvent{i.history, i.inbox} {
		for _, e := range list {
			size += proto.Size(e)
		}
	}
	return fmt.Sprintf("Workflow payload size %d bytes exceeds 95%% of max gRPC body size %d bytes; increase daprd --max-body-size and restart to resume",
		size, maxBody), size > stallAt
}

// oversizeTask reports whether a scheduled activity would not fit.
func oversizeTask(tasks []*backend.HistoryEvent) (string, bool) {
	for _, e := range tasks {
		if size := proto.Size(e); size > stallAt {
			return fmt.Sprintf("activity '%s::%d' payload %d bytes exceeds 95%% of max gRPC body size %d bytes; increase daprd --max-body-size and restart to resume: activity payload exceeds max gRPC body size",
				e.GetTaskScheduled().GetName(), e.GetEventId(), size, maxBody), true
		}
	}
	return "", false
}

// mustStall reports whether the turn cannot go on: the worker lacks the
// version the history names, or applied other patches (orchestrator/versioning.go).
func mustStall(rs *protos.WorkflowRuntimeState) (protos.StalledReason, string, bool) {
	for _, m := range rs.GetPendingMessages() {
		if e := m.GetHistoryEvent().GetExecutionStalled(); e != nil {
			return e.GetReason(), e.GetDescription(), true
		}
	}
	past, now := allPatches(rs.GetOldEvents()), lastPatches(rs.GetNewEvents())
	if len(past) == 0 || (len(now) >= len(past) && slices.Equal(past, now[:len(past)])) {
		return 0, "", false
	}
	return protos.StalledReason_PATCH_MISMATCH, fmt.Sprintf("Patch mismatch. History patches: [%s], current patches: [%s]. ",
		strings.Join(past, ", "), strings.Join(now, ", ")), true
}

// stall records why a workflow cannot go on and holds it until a worker
// connects again. The inbox stays. The lock is held.
func (s *store) stall(i *instance, rs *protos.WorkflowRuntimeState, reason protos.StalledReason, why string) {
	i.stalled = true
	rs.CompletedEvent, rs.CompletedTime, rs.NewEvents = nil, nil, nil
	var last *protos.ExecutionStalledEvent
	if n := len(i.history); n > 0 {
		last = i.history[n-1].GetExecutionStalled()
	}
	if last == nil || last.GetDescription() != why {
		_ = runtimestate.AddEvent(rs, &protos.HistoryEvent{
			EventId:   -1,
			Timestamp: timestamppb.Now(),
			EventType: &protos.HistoryEvent_ExecutionStalled{
				ExecutionStalled: &protos.ExecutionStalledEvent{Reason: reason, Description: &why},
			},
		})
	}
	s.apply(i, rs)
	s.saved(i, nil)
}

func allPatches(events []*backend.HistoryEvent) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.GetWorkflowStarted().GetVersion().GetPatches()...)
	}
	return all
}

func lastPatches(events []*backend.HistoryEvent) []string {
	for _, e := range slices.Backward(events) {
		if v := e.GetWorkflowStarted().GetVersion(); v != nil {
			return v.GetPatches()
		}
	}
	return nil
}

// compactPatches keeps in a turn's first event only the patches that no
// earlier turn recorded.
func compactPatches(rs *protos.WorkflowRuntimeState) {
	for _, e := range rs.GetNewEvents() {
		ws := e.GetWorkflowStarted()
		if ws == nil || len(ws.GetVersion().GetPatches()) == 0 {
			continue
		}
		known := map[string]int{}
		for _, p := range allPatches(rs.GetOldEvents()) {
			known[p]++
		}
		var added []string
		for _, p := range ws.GetVersion().GetPatches() {
			if known[p] > 0 {
				known[p]--
				continue
			}
			added = append(added, p)
		}
		ws.Version = nil
		if len(added) > 0 {
			ws.Version = &protos.WorkflowVersion{Patches: added}
		}
		return
	}
}
