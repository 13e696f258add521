package embedded

import (
	"fmt"
	"slices"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// fork is the history of a rerun while it is built from that of its source
// (orchestrator/fork/fork.go): everything before the target event, less what
// had not been answered by then, which is done again together with it.
type fork struct {
	source string
	req    *protos.RerunWorkflowFromEventRequest
	target int32

	history []*backend.HistoryEvent
	tasks   map[int32]*backend.HistoryEvent
	timers  map[int32]*backend.HistoryEvent
	childs  map[int32]*backend.HistoryEvent
}

func newFork(source string, req *protos.RerunWorkflowFromEventRequest) *fork {
	return &fork{
		source: source,
		req:    req,
		target: int32(req.GetEventID()),
		tasks:  map[int32]*backend.HistoryEvent{},
		timers: map[int32]*backend.HistoryEvent{},
		childs: map[int32]*backend.HistoryEvent{},
	}
}

// build gives the history up to the target and the events to do again. The
// source is not changed.
func (f *fork) build(events []*backend.HistoryEvent) (history, again []*backend.HistoryEvent, err error) {
	var found *backend.HistoryEvent
	for _, original := range events {
		e := cloneEvent(original)
		if e.GetEventId() != f.target {
			f.before(e)
			continue
		}
		if found, err = f.found(e); err != nil {
			return nil, nil, err
		}
		break
	}
	if found == nil {
		return nil, nil, status.Errorf(codes.NotFound, "does not have history event with ID '%d'", f.target)
	}
	for _, e := range f.childs {
		e.GetChildWorkflowInstanceCreated().InstanceId = f.childID(e)
	}
	for _, unfinished := range []map[int32]*backend.HistoryEvent{f.tasks, f.timers, f.childs} {
		for _, id := range sortedKeys(unfinished) {
			again = append(again, unfinished[id])
		}
	}
	return f.history, append(again, found), nil
}

func sortedKeys(m map[int32]*backend.HistoryEvent) []int32 {
	keys := make([]int32, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (f *fork) childID(e *backend.HistoryEvent) string {
	return fmt.Sprintf("%s:%04x", f.req.GetNewInstanceID(), e.GetEventId())
}

// before sorts an event that lies before the target.
func (f *fork) before(e *backend.HistoryEvent) {
	id := e.GetEventId()
	switch x := e.GetEventType().(type) {
	case *protos.HistoryEvent_TaskScheduled:
		f.tasks[id] = e
	case *protos.HistoryEvent_TimerCreated:
		f.timers[id] = e
	case *protos.HistoryEvent_ChildWorkflowInstanceCreated:
		f.childs[id] = e
	case *protos.HistoryEvent_TaskCompleted:
		f.answered(f.tasks, x.TaskCompleted.GetTaskScheduledId(), e)
	case *protos.HistoryEvent_TaskFailed:
		f.answered(f.tasks, x.TaskFailed.GetTaskScheduledId(), e)
	case *protos.HistoryEvent_ChildWorkflowInstanceCompleted:
		f.answered(f.childs, x.ChildWorkflowInstanceCompleted.GetTaskScheduledId(), e)
	case *protos.HistoryEvent_ChildWorkflowInstanceFailed:
		f.answered(f.childs, x.ChildWorkflowInstanceFailed.GetTaskScheduledId(), e)
	default:
		f.history = append(f.history, e)
	}
}

// answered moves a finished step into the new history with its answer.
func (f *fork) answered(open map[int32]*backend.HistoryEvent, id int32, answer *backend.HistoryEvent) {
	if asked := open[id]; asked != nil {
		f.history = append(f.history, asked)
		delete(open, id)
	}
	f.history = append(f.history, answer)
}

// found marks the target with the instance it comes from and gives it the new
// input and child ID.
func (f *fork) found(e *backend.HistoryEvent) (*backend.HistoryEvent, error) {
	lineage := &protos.RerunParentInstanceInfo{InstanceID: f.source}
	switch x := e.GetEventType().(type) {
	case *protos.HistoryEvent_TaskScheduled:
		x.TaskScheduled.RerunParentInstanceInfo = lineage
		if f.req.GetOverwriteInput() {
			x.TaskScheduled.Input = f.req.GetInput()
		}
		return e, f.noChildID("activity")
	case *protos.HistoryEvent_TimerCreated:
		x.TimerCreated.RerunParentInstanceInfo = lineage
		if f.req.GetOverwriteInput() {
			return nil, status.Errorf(codes.InvalidArgument, "cannot write input to timer event '%d'", f.target)
		}
		return e, f.noChildID("timer")
	case *protos.HistoryEvent_ChildWorkflowInstanceCreated:
		x.ChildWorkflowInstanceCreated.RerunParentInstanceInfo = lineage
		x.ChildWorkflowInstanceCreated.InstanceId = f.childID(e)
		if f.req.NewChildWorkflowInstanceID != nil {
			x.ChildWorkflowInstanceCreated.InstanceId = f.req.GetNewChildWorkflowInstanceID()
		}
		if f.req.GetOverwriteInput() {
			x.ChildWorkflowInstanceCreated.Input = f.req.GetInput()
		}
		return e, nil
	default:
		return nil, status.Errorf(codes.NotFound, "target event '%T' with ID '%d' is not an event that can be rerun", e.GetEventType(), f.target)
	}
}

func (f *fork) noChildID(kind string) error {
	if f.req.NewChildWorkflowInstanceID == nil {
		return nil
	}
	return status.Errorf(codes.InvalidArgument, "cannot set new child workflow instance ID on %s event '%d'", kind, f.target)
}
