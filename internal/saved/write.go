package saved

import (
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func fromSidecar(s workflow.Sidecar) *sidecar {
	out := sidecar{AppID: s.AppID, Runtime: s.Version, Address: s.Address}
	if s.WorkersKnown {
		out.Workers = &s.Workers
	}
	if out == (sidecar{}) {
		return nil
	}
	return &out
}

func fromInstance(in *Instance) instance {
	d := &in.Detail
	out := instance{
		AppID: d.AppID, ID: d.InstanceID, Name: d.Name, Status: d.Status.String(),
		Created: utc(d.Created), Started: utc(d.Started), Updated: utc(d.Updated), ReadAt: utc(d.ReadAt),
		Version: d.Version, CustomLine: d.Instance.CustomStatus, FailureLine: d.Instance.Failure,
		Input: fromPayload(d.Input), Output: fromPayload(d.Output), CustomStatus: fromPayload(d.CustomStatus),
		Failure: fromFailure(d.Failure), HistoryBytes: in.History.Bytes, HistoryError: in.HistoryErr,
	}
	if !in.HistoryKnown {
		return out
	}
	events := make([]event, len(in.History.Events))
	for i := range events {
		events[i] = fromEvent(&in.History.Events[i])
	}
	out.History = &events
	return out
}

func fromEvent(e *workflow.Event) event {
	out := event{
		ID: e.ID, Time: utc(e.Time), Type: string(e.Type), Name: e.Name, Named: e.Named, Payload: fromPayload(e.Payload),
		Failure: fromFailure(e.Failure), FireAt: utc(e.FireAt), Origin: originName(e.Origin), OriginRef: e.OriginRef,
		TaskExecutionID: e.TaskExecutionID, ChildID: e.ChildID, TargetApp: e.TargetApp,
		ParentID: e.ParentID, ParentApp: e.ParentApp, ParentEvent: e.ParentEvent, ExecutionID: e.ExecutionID,
		ScheduledStart: utc(e.ScheduledStart), Version: e.Version, Patches: e.Patches,
		Reason: e.Reason, Description: e.Description, Recursive: e.Recursive, RerunOf: e.RerunOf, Raw: e.Raw,
	}
	if e.HasRef {
		out.Ref = &e.Ref
	}
	if e.Status != workflow.Unknown {
		out.Status = e.Status.String()
	}
	for _, m := range e.More {
		out.More = append(out.More, field(m))
	}
	return out
}

func fromPayload(p workflow.Payload) *string {
	if !p.Set {
		return nil
	}
	return &p.Raw
}

func fromFailure(f *workflow.Failure) *failure {
	if f == nil {
		return nil
	}
	return &failure{
		Type: f.Type, Message: f.Message, Stack: f.Stack, NonRetriable: f.NonRetriable, Cause: fromFailure(f.Cause),
	}
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}
