package saved

import (
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxCauses bounds the chain of inner failures, as for those of a sidecar.
const maxCauses = 32

func (s *sidecar) value() workflow.Sidecar {
	if s == nil {
		return workflow.Sidecar{}
	}
	out := workflow.Sidecar{
		AppID: workflow.CleanID(s.AppID), Version: workflow.Clean(s.Runtime), Address: workflow.Clean(s.Address),
	}
	if s.Workers != nil {
		out.Workers, out.WorkersKnown = max(0, *s.Workers), true
	}
	return out
}

func (in *instance) value() Instance {
	row := workflow.Instance{
		Key:   workflow.Key{AppID: workflow.CleanID(in.AppID), InstanceID: in.ID},
		Label: workflow.CleanID(in.ID), Name: workflow.Clean(in.Name), Status: statusOf(in.Status),
		Created: in.Created, Started: in.Started, Updated: in.Updated, ReadAt: in.ReadAt,
		Version: workflow.Clean(in.Version), CustomStatus: line(in.CustomLine), Failure: line(in.FailureLine),
	}
	out := Instance{
		Detail: workflow.Detail{
			Instance: row, Input: payloadOf(in.Input), Output: payloadOf(in.Output),
			CustomStatus: payloadOf(in.CustomStatus), Failure: in.Failure.value(maxCauses),
		},
		HistoryErr: workflow.Clean(in.HistoryError),
	}
	if in.History == nil {
		return out
	}
	events := make([]workflow.Event, len(*in.History))
	for i := range events {
		events[i] = (*in.History)[i].value()
	}
	out.History, out.HistoryKnown = workflow.NewHistory(events), true
	out.History.Bytes = max(0, in.HistoryBytes)
	return out
}

func (e *event) value() workflow.Event {
	out := workflow.Event{
		ID: e.ID, Time: e.Time, Type: workflow.EventType(workflow.CleanID(e.Type)), Name: workflow.Clean(e.Name), Named: e.Named,
		Payload: payloadOf(e.Payload), Failure: e.Failure.value(maxCauses), Status: statusOf(e.Status),
		FireAt: e.FireAt, Origin: originOf(e.Origin), OriginRef: workflow.Clean(e.OriginRef),
		TaskExecutionID: workflow.Clean(e.TaskExecutionID), ChildID: e.ChildID, TargetApp: workflow.Clean(e.TargetApp),
		ParentID: workflow.Clean(e.ParentID), ParentApp: workflow.Clean(e.ParentApp), ParentEvent: e.ParentEvent,
		ExecutionID: workflow.Clean(e.ExecutionID), ScheduledStart: e.ScheduledStart, Version: workflow.Clean(e.Version),
		Reason: workflow.Clean(e.Reason), Description: workflow.CleanText(e.Description), Recursive: e.Recursive,
		RerunOf: e.RerunOf, Raw: workflow.Clean(e.Raw),
	}
	if e.Ref != nil {
		out.Ref, out.HasRef = *e.Ref, true
	}
	for _, p := range e.Patches {
		out.Patches = append(out.Patches, workflow.Clean(p))
	}
	for _, m := range e.More {
		out.More = append(out.More, workflow.Field{Name: workflow.Clean(m.Name), Value: workflow.Clean(m.Value)})
	}
	return out
}

func (f *failure) value(depth int) *workflow.Failure {
	if f == nil || depth == 0 {
		return nil
	}
	return &workflow.Failure{
		Type: workflow.Clean(f.Type), Message: workflow.CleanText(f.Message), Stack: workflow.CleanText(f.Stack),
		NonRetriable: f.NonRetriable, Cause: f.Cause.value(depth - 1),
	}
}

func payloadOf(s *string) workflow.Payload {
	if s == nil {
		return workflow.Payload{}
	}
	return workflow.Payload{Set: true, Raw: *s}
}

// line is a text for a cell of the list.
func line(s string) string {
	return strings.TrimSpace(workflow.Shorten(workflow.Clean(s), workflow.ShortText))
}
