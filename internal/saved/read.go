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
		AppID: workflow.CleanID(s.AppID), Version: workflow.CleanLabel(s.Runtime), Address: workflow.CleanLabel(s.Address),
	}
	if s.Workers != nil {
		out.Workers, out.WorkersKnown = max(0, *s.Workers), true
	}
	return out
}

func (in *instance) value() Instance {
	row := workflow.Instance{
		Key:   workflow.Key{AppID: workflow.CleanID(in.AppID), InstanceID: workflow.KeptID(in.ID)},
		Label: workflow.SpellID(in.ID), Name: workflow.CleanLabel(in.Name), Status: statusOf(in.Status),
		Created: in.Created, Started: in.Started, Updated: in.Updated, ReadAt: in.ReadAt,
		Version: workflow.CleanLabel(in.Version), CustomStatus: line(in.CustomLine), Failure: line(in.FailureLine),
	}
	out := Instance{
		Detail: workflow.Detail{
			Instance: row, Input: payloadOf(in.Input), Output: payloadOf(in.Output),
			CustomStatus: payloadOf(in.CustomStatus), Failure: in.Failure.value(maxCauses),
		},
		HistoryErr: workflow.CleanLabel(in.HistoryError),
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
		ID: e.ID, Time: e.Time, Type: workflow.EventType(workflow.CleanID(e.Type)), Name: workflow.CleanLabel(e.Name), Named: e.Named,
		Payload: payloadOf(e.Payload), Failure: e.Failure.value(maxCauses), Status: statusOf(e.Status),
		FireAt: e.FireAt, Origin: originOf(e.Origin), OriginRef: workflow.CleanLabel(e.OriginRef),
		TaskExecutionID: workflow.CleanLabel(e.TaskExecutionID), ChildID: workflow.KeptID(e.ChildID), TargetApp: workflow.CleanLabel(e.TargetApp),
		ParentID: workflow.KeptID(e.ParentID), ParentApp: workflow.CleanLabel(e.ParentApp), ParentEvent: e.ParentEvent,
		ExecutionID: workflow.CleanLabel(e.ExecutionID), ScheduledStart: e.ScheduledStart, Version: workflow.CleanLabel(e.Version),
		Reason: workflow.CleanLabel(e.Reason), Description: workflow.CleanLong(e.Description), Recursive: e.Recursive,
		RerunOf: workflow.KeptID(e.RerunOf), Raw: workflow.Clean(workflow.Shorten(e.Raw, 2*workflow.MaxText)),
	}
	if e.Ref != nil {
		out.Ref, out.HasRef = *e.Ref, true
	}
	for _, p := range e.Patches {
		out.Patches = append(out.Patches, workflow.CleanLabel(p))
	}
	for _, m := range e.More {
		out.More = append(out.More, workflow.Field{Name: workflow.CleanLabel(m.Name), Value: workflow.CleanLabel(m.Value)})
	}
	return out
}

func (f *failure) value(depth int) *workflow.Failure {
	if f == nil || depth == 0 {
		return nil
	}
	return &workflow.Failure{
		Type: workflow.CleanLabel(f.Type), Message: workflow.CleanLong(f.Message), Stack: workflow.CleanLong(f.Stack),
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
	return strings.TrimSpace(workflow.Shorten(workflow.Clean(workflow.Shorten(s, 16*workflow.ShortText)), workflow.ShortText))
}
