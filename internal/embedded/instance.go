package embedded

import (
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/backend/runtimestate"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// instance is one stored workflow. The store's lock guards it. Slices of
// events only grow by append or are replaced, and a stored event is never
// changed, so a reader may keep what it was given.
type instance struct {
	id  string
	seq int64 // place in the listing; kept when a finished ID is started again

	inbox        []*backend.HistoryEvent
	history      []*backend.HistoryEvent
	customStatus *wrapperspb.StringValue
	incoming     *protos.PropagatedHistory
	generation   uint64 // grows with continue-as-new and with a replacing start
	meta         *backend.WorkflowMetadata

	queued  bool // in the store's ready list
	running bool // a turn is with the engine
	stalled bool // held until a worker connects again
	purged  bool

	start  *time.Timer
	retry  *time.Timer
	timers map[int32]*time.Timer // by timer ID; a new timer replaces the one of its ID
}

// completed reports whether the stored status is terminal.
func (i *instance) completed() bool { return i.meta != nil && terminal(i.meta.GetRuntimeStatus()) }

func terminal(s protos.OrchestrationStatus) bool {
	switch s {
	case protos.OrchestrationStatus_ORCHESTRATION_STATUS_COMPLETED,
		protos.OrchestrationStatus_ORCHESTRATION_STATUS_FAILED,
		protos.OrchestrationStatus_ORCHESTRATION_STATUS_TERMINATED,
		protos.OrchestrationStatus_ORCHESTRATION_STATUS_CANCELED:
		return true
	default:
		return false
	}
}

// stopTimers forgets every pending wake-up.
func (i *instance) stopTimers() {
	for _, t := range i.timers {
		if t != nil {
			t.Stop()
		}
	}
	i.timers = nil
	for _, t := range []*time.Timer{i.start, i.retry} {
		if t != nil {
			t.Stop()
		}
	}
}

// startEvent is the ExecutionStarted event, from the history or, before the
// first turn, from the inbox; nil for none.
func (i *instance) startEvent() *protos.ExecutionStartedEvent {
	for _, list := range [2][]*backend.HistoryEvent{i.history, i.inbox} {
		for _, e := range list {
			if es := e.GetExecutionStarted(); es != nil {
				return es
			}
		}
	}
	return nil
}

// refresh recomputes the metadata that reads and waits are answered from. rs
// is the state after a turn, or nil to derive it from the history.
func (i *instance) refresh(rs *protos.WorkflowRuntimeState) {
	if rs == nil {
		rs = runtimestate.NewWorkflowRuntimeState(i.id, i.customStatus, i.history)
	}
	i.meta = metadataOf(i.id, rs, i.history, i.startEvent())
}

// metadataOf is what Dapr answers to a wait (ometaFromState in
// orchestrator/state.go). Its zero times are those of Go, the year 1.
func metadataOf(id string, rs *protos.WorkflowRuntimeState, history []*backend.HistoryEvent, start *protos.ExecutionStartedEvent) *backend.WorkflowMetadata {
	name, _ := runtimestate.Name(rs)
	created, _ := runtimestate.CreatedTime(rs)
	updated, _ := runtimestate.LastUpdatedTime(rs)
	completed, _ := runtimestate.CompletedTime(rs)
	input, _ := runtimestate.Input(rs)
	output, _ := runtimestate.Output(rs)
	failure, _ := runtimestate.FailureDetails(rs)
	m := &backend.WorkflowMetadata{
		InstanceId:     id,
		Name:           name,
		RuntimeStatus:  runtimestate.RuntimeStatus(rs),
		CreatedAt:      timestamppb.New(created),
		LastUpdatedAt:  timestamppb.New(updated),
		CompletedAt:    timestamppb.New(completed),
		Input:          input,
		Output:         output,
		FailureDetails: failure,
		Version:        versionOf(history),
	}
	if cs := rs.GetCustomStatus(); cs.GetValue() != "" {
		m.CustomStatus = cs // an empty one does not survive Dapr's store
	}
	if len(history) > 0 {
		m.StartedAt = history[0].GetTimestamp()
	}
	if m.GetName() == "" {
		m.Name = start.GetName()
	}
	if p := start.GetParentInstance(); p.GetWorkflowInstance() != nil {
		m.ParentInstanceId = p.GetWorkflowInstance().GetInstanceId()
		if p.GetAppID() != "" {
			m.ParentAppId = wrapperspb.String(p.GetAppID())
		}
	}
	return m
}

// readMetadata is what Dapr answers to a read: without parent and completion
// time, and without the name of an instance that has not started yet
// (GetWorkflowMetadata in wfengine/backends/actors/actors.go).
func (i *instance) readMetadata() *backend.WorkflowMetadata {
	m := &backend.WorkflowMetadata{
		InstanceId:     i.id,
		RuntimeStatus:  i.meta.GetRuntimeStatus(),
		CreatedAt:      i.meta.GetCreatedAt(),
		StartedAt:      i.meta.GetStartedAt(),
		LastUpdatedAt:  i.meta.GetLastUpdatedAt(),
		Input:          i.meta.GetInput(),
		Output:         i.meta.GetOutput(),
		CustomStatus:   i.meta.GetCustomStatus(),
		FailureDetails: i.meta.GetFailureDetails(),
		Version:        i.meta.GetVersion(),
	}
	if len(i.history) > 0 {
		m.Name = i.meta.GetName()
	}
	return m
}

// versionOf is the named version of the first turn, nil for none.
func versionOf(history []*backend.HistoryEvent) *wrapperspb.StringValue {
	for _, e := range history {
		if ws := e.GetWorkflowStarted(); ws != nil {
			if name := ws.GetVersion().GetName(); name != "" {
				return wrapperspb.String(name)
			}
			return nil
		}
	}
	return nil
}
