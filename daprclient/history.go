package daprclient

import (
	"strconv"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/proto"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// history turns the events of an instance into values. The order is the
// server's; no event is dropped, and none is left without its raw form when it
// holds anything that this program does not know.
// What hide is for is taken out first.
func history(events []*protos.HistoryEvent, hide masks) workflow.History {
	out := make([]workflow.Event, len(events))
	size := 0
	for i, e := range events {
		size += proto.Size(e) // as daprd counts (pkg/actors/targets/workflow/orchestrator/payloadsize.go)
		hide.event(e)
		out[i] = event(e)
		hide.raw(&out[i])
	}
	h := workflow.NewHistory(out)
	h.Bytes = size
	return h
}

func event(e *protos.HistoryEvent) workflow.Event {
	v := workflow.Event{ID: e.GetEventId(), Time: timeOf(e.GetTimestamp())}
	if r := e.GetRouter(); r != nil {
		if t := r.GetTargetAppID(); t != r.GetSourceAppID() {
			v.TargetApp = workflow.CleanLabel(t)
		}
		more(&v, "source app", r.GetSourceAppID())
		more(&v, "target namespace", r.GetTargetAppNamespace())
	}
	known := lifecycle(&v, e) || activity(&v, e) || child(&v, e) || timer(&v, e) || message(&v, e)
	unknown := unknownFields(e)
	if !known {
		v.Type = unknownType(unknown)
	}
	if !known || len(unknown) > 0 {
		v.Raw = rawEvent(e, unknown)
	}
	return v
}

// maxMore is how many facts are kept of an event beyond the fields of
// workflow.Event, and how many patches.
const maxMore = 64

// more notes what an event says beyond the fields of workflow.Event.
func more(v *workflow.Event, name, value string) {
	if value != "" && len(v.More) < maxMore {
		v.More = append(v.More, workflow.Field{Name: workflow.CleanLabel(name), Value: workflow.CleanLabel(value)})
	}
}

// lifecycle reads the events of the instance as a whole.
func lifecycle(v *workflow.Event, e *protos.HistoryEvent) bool {
	switch t := e.GetEventType().(type) {
	case *protos.HistoryEvent_ExecutionStarted:
		started(v, t.ExecutionStarted)
	case *protos.HistoryEvent_ExecutionCompleted:
		v.Type = workflow.ExecutionCompleted
		v.Status = statusFrom(t.ExecutionCompleted.GetWorkflowStatus())
		v.Payload = payload(t.ExecutionCompleted.GetResult())
		v.Failure = failure(t.ExecutionCompleted.GetFailureDetails())
	case *protos.HistoryEvent_ExecutionTerminated:
		v.Type = workflow.ExecutionTerminated
		v.Payload = payload(t.ExecutionTerminated.GetInput())
		v.Recursive = t.ExecutionTerminated.GetRecurse()
	case *protos.HistoryEvent_ExecutionSuspended:
		v.Type, v.Payload = workflow.ExecutionSuspended, payload(t.ExecutionSuspended.GetInput())
	case *protos.HistoryEvent_ExecutionResumed:
		v.Type, v.Payload = workflow.ExecutionResumed, payload(t.ExecutionResumed.GetInput())
	case *protos.HistoryEvent_ExecutionStalled:
		v.Type = workflow.ExecutionStalled
		v.Reason = t.ExecutionStalled.GetReason().String()
		v.Description = workflow.CleanLong(t.ExecutionStalled.GetDescription())
	case *protos.HistoryEvent_ContinueAsNew:
		v.Type, v.Payload = workflow.ContinueAsNew, payload(t.ContinueAsNew.GetInput())
	case *protos.HistoryEvent_WorkflowStarted:
		v.Type = workflow.WorkflowStarted
		v.Version = workflow.CleanLabel(t.WorkflowStarted.GetVersion().GetName())
		patches := t.WorkflowStarted.GetVersion().GetPatches()
		for _, p := range patches[:min(len(patches), maxMore)] {
			v.Patches = append(v.Patches, workflow.CleanLabel(p))
		}
	case *protos.HistoryEvent_WorkflowCompleted:
		v.Type = workflow.WorkflowCompleted
	default:
		return false
	}
	return true
}

func started(v *workflow.Event, e *protos.ExecutionStartedEvent) {
	v.Type = workflow.ExecutionStarted
	v.Name = workflow.CleanID(e.GetName())
	v.Version = workflow.CleanLabel(e.GetVersion().GetValue())
	v.Payload = payload(e.GetInput())
	v.ExecutionID = workflow.CleanLabel(e.GetWorkflowInstance().GetExecutionId().GetValue())
	v.ScheduledStart = timeOf(e.GetScheduledStartTimestamp())
	if p := e.GetParentInstance(); p != nil {
		v.ParentID = workflow.KeptID(p.GetWorkflowInstance().GetInstanceId())
		v.ParentApp = workflow.CleanLabel(p.GetAppID())
		v.ParentEvent = p.GetTaskScheduledId()
		more(v, "parent workflow", p.GetName().GetValue())
		more(v, "parent version", p.GetVersion().GetValue())
		more(v, "parent namespace", p.GetAppNamespace())
	}
	trace(v, e.GetParentTraceContext())
	more(v, "span", e.GetWorkflowSpanID().GetValue())
	for _, k := range sortedKeys(e.GetTags()) {
		more(v, "tag "+k, e.GetTags()[k])
	}
}

// activity reads the events of an activity.
func activity(v *workflow.Event, e *protos.HistoryEvent) bool {
	switch t := e.GetEventType().(type) {
	case *protos.HistoryEvent_TaskScheduled:
		s := t.TaskScheduled
		v.Type, v.Name = workflow.TaskScheduled, workflow.CleanID(s.GetName())
		v.Version, v.Payload = workflow.CleanLabel(s.GetVersion().GetValue()), payload(s.GetInput())
		v.TaskExecutionID = workflow.CleanLabel(s.GetTaskExecutionId())
		v.RerunOf = workflow.KeptID(s.GetRerunParentInstanceInfo().GetInstanceID())
		trace(v, s.GetParentTraceContext())
		scope(v, s.HistoryPropagationScope)
	case *protos.HistoryEvent_TaskCompleted:
		c := t.TaskCompleted
		v.Type, v.Payload = workflow.TaskCompleted, payload(c.GetResult())
		v.Ref, v.HasRef = c.GetTaskScheduledId(), true
		v.TaskExecutionID = workflow.CleanLabel(c.GetTaskExecutionId())
		attested(v, c.GetAttestation() != nil, c.GetSignerCertificate())
	case *protos.HistoryEvent_TaskFailed:
		f := t.TaskFailed
		v.Type, v.Failure = workflow.TaskFailed, failure(f.GetFailureDetails())
		v.Ref, v.HasRef = f.GetTaskScheduledId(), true
		v.TaskExecutionID = workflow.CleanLabel(f.GetTaskExecutionId())
		attested(v, f.GetAttestation() != nil, f.GetSignerCertificate())
	default:
		return false
	}
	return true
}

// child reads the events of child and detached workflows.
func child(v *workflow.Event, e *protos.HistoryEvent) bool {
	switch t := e.GetEventType().(type) {
	case *protos.HistoryEvent_ChildWorkflowInstanceCreated:
		c := t.ChildWorkflowInstanceCreated
		v.Type, v.Name = workflow.ChildWorkflowInstanceCreated, workflow.CleanID(c.GetName())
		v.ChildID = workflow.KeptID(c.GetInstanceId())
		v.Version, v.Payload = workflow.CleanLabel(c.GetVersion().GetValue()), payload(c.GetInput())
		v.RerunOf = workflow.KeptID(c.GetRerunParentInstanceInfo().GetInstanceID())
		trace(v, c.GetParentTraceContext())
		scope(v, c.HistoryPropagationScope)
	case *protos.HistoryEvent_ChildWorkflowInstanceCompleted:
		c := t.ChildWorkflowInstanceCompleted
		v.Type, v.Payload = workflow.ChildWorkflowInstanceCompleted, payload(c.GetResult())
		v.Ref, v.HasRef = c.GetTaskScheduledId(), true
		attested(v, c.GetAttestation() != nil, c.GetSignerCertificate())
	case *protos.HistoryEvent_ChildWorkflowInstanceFailed:
		f := t.ChildWorkflowInstanceFailed
		v.Type, v.Failure = workflow.ChildWorkflowInstanceFailed, failure(f.GetFailureDetails())
		v.Ref, v.HasRef = f.GetTaskScheduledId(), true
		attested(v, f.GetAttestation() != nil, f.GetSignerCertificate())
	case *protos.HistoryEvent_DetachedWorkflowInstanceCreated:
		v.Type = workflow.DetachedWorkflowCreated
		v.ChildID = workflow.KeptID(t.DetachedWorkflowInstanceCreated.GetInstanceId())
	default:
		return false
	}
	return true
}

func timer(v *workflow.Event, e *protos.HistoryEvent) bool {
	switch t := e.GetEventType().(type) {
	case *protos.HistoryEvent_TimerCreated:
		c := t.TimerCreated
		v.Type, v.Name, v.Named = workflow.TimerCreated, workflow.CleanLabel(c.GetName()), c.Name != nil
		v.FireAt = timeOf(c.GetFireAt())
		v.RerunOf = workflow.KeptID(c.GetRerunParentInstanceInfo().GetInstanceID())
		v.Origin, v.OriginRef = origin(c)
	case *protos.HistoryEvent_TimerFired:
		v.Type, v.FireAt = workflow.TimerFired, timeOf(t.TimerFired.GetFireAt())
		v.Ref, v.HasRef = t.TimerFired.GetTimerId(), true
	default:
		return false
	}
	return true
}

// origin says what made a timer.
func origin(c *protos.TimerCreatedEvent) (workflow.TimerOrigin, string) {
	switch o := c.GetOrigin().(type) {
	case *protos.TimerCreatedEvent_CreateTimer:
		return workflow.OriginTimer, ""
	case *protos.TimerCreatedEvent_ExternalEvent:
		return workflow.OriginExternalEvent, workflow.CleanID(o.ExternalEvent.GetName())
	case *protos.TimerCreatedEvent_ActivityRetry:
		return workflow.OriginActivityRetry, workflow.CleanLabel(o.ActivityRetry.GetTaskExecutionId())
	case *protos.TimerCreatedEvent_ChildWorkflowRetry:
		return workflow.OriginChildRetry, workflow.CleanID(o.ChildWorkflowRetry.GetInstanceId())
	}
	return workflow.OriginNone, ""
}

// message reads the events that instances send each other.
func message(v *workflow.Event, e *protos.HistoryEvent) bool {
	switch t := e.GetEventType().(type) {
	case *protos.HistoryEvent_EventSent:
		v.Type, v.Name = workflow.EventSent, workflow.CleanID(t.EventSent.GetName())
		v.ChildID, v.Payload = workflow.KeptID(t.EventSent.GetInstanceId()), payload(t.EventSent.GetInput())
	case *protos.HistoryEvent_EventRaised:
		v.Type, v.Name = workflow.EventRaised, workflow.CleanID(t.EventRaised.GetName())
		v.Payload = payload(t.EventRaised.GetInput())
	default:
		return false
	}
	return true
}

func trace(v *workflow.Event, t *protos.TraceContext) {
	more(v, "trace parent", t.GetTraceParent())
	more(v, "trace span", t.GetSpanID()) //nolint:staticcheck // older workers fill it
	more(v, "trace state", t.GetTraceState().GetValue())
}

func scope(v *workflow.Event, s *protos.HistoryPropagationScope) {
	if s != nil {
		more(v, "history propagation", s.String())
	}
}

func attested(v *workflow.Event, attestation bool, certificate []byte) {
	if attestation {
		more(v, "attestation", "present")
	}
	if n := len(certificate); n > 0 {
		more(v, "signer certificate", strconv.Itoa(n)+" bytes")
	}
}
