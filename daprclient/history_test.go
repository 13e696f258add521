package daprclient

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestHistoryOverTheWire(t *testing.T) {
	f := newFake(t)
	at := timestamppb.New(born)
	f.on("GetInstanceHistory", reply(&protos.GetInstanceHistoryResponse{Events: []*protos.HistoryEvent{
		{EventId: -1, Timestamp: at, EventType: &protos.HistoryEvent_WorkflowStarted{WorkflowStarted: &protos.WorkflowStartedEvent{
			Version: &protos.WorkflowVersion{Name: proto.String("v1"), Patches: []string{"p"}},
		}}},
		{EventId: -1, Timestamp: at, EventType: &protos.HistoryEvent_ExecutionStarted{ExecutionStarted: &protos.ExecutionStartedEvent{
			Name: "Order", Input: wrapperspb.String("{}"),
			WorkflowInstance: &protos.WorkflowInstance{InstanceId: "i", ExecutionId: wrapperspb.String("x")},
			ParentInstance: &protos.ParentInstanceInfo{
				TaskScheduledId: 4, WorkflowInstance: &protos.WorkflowInstance{InstanceId: "mother"}, AppID: proto.String("app2"),
			},
		}}},
		{EventId: 0, Timestamp: at, EventType: &protos.HistoryEvent_TaskScheduled{TaskScheduled: &protos.TaskScheduledEvent{Name: "Pay", TaskExecutionId: "t"}}},
		{EventId: 1, Timestamp: at, EventType: &protos.HistoryEvent_TimerCreated{TimerCreated: &protos.TimerCreatedEvent{
			Name: proto.String("approve"), FireAt: timestamppb.New(time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)),
			Origin: &protos.TimerCreatedEvent_ExternalEvent{ExternalEvent: &protos.TimerOriginExternalEvent{Name: "approve"}},
		}}},
		{EventId: -1, Timestamp: timestamppb.New(born.Add(time.Second)), EventType: &protos.HistoryEvent_TaskFailed{TaskFailed: &protos.TaskFailedEvent{
			TaskScheduledId: 0, TaskExecutionId: "t", FailureDetails: &protos.TaskFailureDetails{ErrorType: "E"},
		}}},
		{EventId: -1, Timestamp: at, EventType: &protos.HistoryEvent_ExecutionStalled{ExecutionStalled: &protos.ExecutionStalledEvent{
			Reason: protos.StalledReason_PAYLOAD_SIZE_EXCEEDED, Description: proto.String("too\nlarge\x07"),
		}}},
	}}))
	h, err := f.connected().History(t.Context(), key("i"))
	if err != nil {
		t.Fatal(err)
	}
	want := []workflow.Event{
		{ID: -1, Time: born, Type: workflow.WorkflowStarted, Version: "v1", Patches: []string{"p"}},
		{
			ID: -1, Time: born, Type: workflow.ExecutionStarted, Name: "Order", Payload: workflow.Payload{Set: true, Raw: "{}"},
			ExecutionID: "x", ParentID: "mother", ParentApp: "app2", ParentEvent: 4,
		},
		{ID: 0, Time: born, Type: workflow.TaskScheduled, Name: "Pay", TaskExecutionID: "t"},
		{
			ID: 1, Time: born, Type: workflow.TimerCreated, Name: "approve", Named: true, Origin: workflow.OriginExternalEvent, OriginRef: "approve",
			FireAt: time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		},
		{ID: -1, Time: born.Add(time.Second), Type: workflow.TaskFailed, HasRef: true, TaskExecutionID: "t", Failure: &workflow.Failure{Type: "E"}},
		{ID: -1, Time: born, Type: workflow.ExecutionStalled, Reason: "PAYLOAD_SIZE_EXCEEDED", Description: "too\nlarge"},
	}
	for i := range want {
		if got := asJSON(t, h.Events[i]); got != asJSON(t, want[i]) {
			t.Errorf("event %d:\ngot  %s\nwant %s", i, got, asJSON(t, want[i]))
		}
	}
	if d, ok := h.Duration(4); !ok || d != time.Second || !h.Events[3].NoLimit() {
		t.Errorf("the failure took %v (%v); no limit: %v", d, ok, h.Events[3].NoLimit())
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every event type of the protocol, every field filled: each text must be found
// again in the value.
func TestNoFieldOfAnyEventIsDropped(t *testing.T) {
	// What the values leave out, and why.
	dropped := map[string]bool{
		"executionStarted.workflowInstance.instanceId":                       true, // the instance itself
		"executionStarted.parentInstance.workflowInstance.executionId.value": true,
	}
	oneof := (&protos.HistoryEvent{}).ProtoReflect().Descriptor().Oneofs().ByName("eventType")
	for i := range oneof.Fields().Len() {
		fd := oneof.Fields().Get(i)
		t.Run(string(fd.Name()), func(t *testing.T) {
			e := &protos.HistoryEvent{EventId: 7, Timestamp: timestamppb.New(born)}
			m := e.ProtoReflect()
			fill := filler{values: map[string]string{}}
			fill.message(m.Mutable(fd).Message(), string(fd.Name()))
			fill.message(m.Mutable(m.Descriptor().Fields().ByName("router")).Message(), "router")
			v := event(e)
			name := string(fd.Name())
			if want := strings.ToUpper(name[:1]) + name[1:]; string(v.Type) != want || v.Raw != "" || v.ID != 7 || !v.Time.Equal(born) {
				t.Errorf("type %q (want %q), number %d, time %v, raw %q", v.Type, want, v.ID, v.Time, v.Raw)
			}
			text := asJSON(t, v)
			for path, value := range fill.values {
				if !strings.Contains(text, value) && !dropped[path] {
					t.Errorf("%s is lost: %s", path, text)
				}
			}
		})
	}
}

// filler fills a message with values that differ.
type filler struct {
	n      int
	values map[string]string
}

func (f *filler) message(m protoreflect.Message, path string) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		at := path + "." + string(fd.Name())
		switch {
		case fd.Name() == "innerFailure", fd.Name() == "attestation": // recursive; bytes
			continue
		case fd.ContainingOneof() != nil && m.WhichOneof(fd.ContainingOneof()) != nil: // taken; see TestTimerOrigins
			continue
		case fd.IsMap():
			m.Mutable(fd).Map().Set(protoreflect.ValueOfString("k").MapKey(), f.text(at))
		case fd.IsList():
			m.Mutable(fd).List().Append(f.text(at))
		case fd.Kind() == protoreflect.MessageKind && fd.Message().Name() == "Timestamp":
			f.n++
			when := born.Add(time.Duration(f.n) * time.Hour)
			m.Set(fd, protoreflect.ValueOfMessage(timestamppb.New(when).ProtoReflect()))
			f.values[at] = when.Format(time.RFC3339Nano)
		case fd.Kind() == protoreflect.MessageKind:
			f.message(m.Mutable(fd).Message(), at)
		case fd.Kind() == protoreflect.StringKind:
			m.Set(fd, f.text(at))
		case fd.Kind() == protoreflect.Int32Kind:
			f.n++
			m.Set(fd, protoreflect.ValueOfInt32(int32(1000+f.n)))
			f.values[at] = fmt.Sprint(1000 + f.n)
		case fd.Kind() == protoreflect.BoolKind:
			m.Set(fd, protoreflect.ValueOfBool(true))
		case fd.Kind() == protoreflect.BytesKind:
			f.n++
			m.Set(fd, protoreflect.ValueOfBytes(make([]byte, 100+f.n)))
			f.values[at] = fmt.Sprintf("%d bytes", 100+f.n)
		case fd.Kind() == protoreflect.EnumKind:
			m.Set(fd, protoreflect.ValueOfEnum(1))
		}
	}
}

func (f *filler) text(path string) protoreflect.Value {
	f.n++
	f.values[path] = fmt.Sprintf("text-%d-", f.n)
	return protoreflect.ValueOfString(f.values[path])
}

func TestTimerOrigins(t *testing.T) {
	for ref, c := range map[string]struct {
		timer *protos.TimerCreatedEvent
		want  workflow.TimerOrigin
	}{
		"": {&protos.TimerCreatedEvent{Origin: &protos.TimerCreatedEvent_CreateTimer{CreateTimer: &protos.TimerOriginCreateTimer{}}}, workflow.OriginTimer},
		"approve": {&protos.TimerCreatedEvent{Origin: &protos.TimerCreatedEvent_ExternalEvent{
			ExternalEvent: &protos.TimerOriginExternalEvent{Name: "approve\x07"},
		}}, workflow.OriginExternalEvent},
		"exec": {&protos.TimerCreatedEvent{Origin: &protos.TimerCreatedEvent_ActivityRetry{
			ActivityRetry: &protos.TimerOriginActivityRetry{TaskExecutionId: "exec"},
		}}, workflow.OriginActivityRetry},
		"child": {&protos.TimerCreatedEvent{Origin: &protos.TimerCreatedEvent_ChildWorkflowRetry{
			ChildWorkflowRetry: &protos.TimerOriginChildWorkflowRetry{InstanceId: "child"},
		}}, workflow.OriginChildRetry},
	} {
		v := event(&protos.HistoryEvent{EventType: &protos.HistoryEvent_TimerCreated{TimerCreated: c.timer}})
		if v.Origin != c.want || v.OriginRef != ref {
			t.Errorf("origin %d of %q, want %d of %q", v.Origin, v.OriginRef, c.want, ref)
		}
	}
	old := event(&protos.HistoryEvent{EventType: &protos.HistoryEvent_TimerCreated{TimerCreated: &protos.TimerCreatedEvent{}}})
	if old.Origin != workflow.OriginNone {
		t.Errorf("an older worker's timer has the origin %d", old.Origin)
	}
}

func TestAnUnknownEventIsShownRaw(t *testing.T) {
	var inner []byte
	inner = protowire.AppendTag(inner, 1, protowire.BytesType)
	inner = protowire.AppendString(inner, "evil\u202e<b>")
	inner = protowire.AppendTag(inner, 2, protowire.VarintType)
	inner = protowire.AppendVarint(inner, 18446744073709551615)
	inner = protowire.AppendTag(inner, 1, protowire.BytesType)
	inner = protowire.AppendBytes(inner, []byte{0xff, 0xfe})
	wire, err := proto.Marshal(&protos.HistoryEvent{EventId: 3, Timestamp: timestamppb.New(born)})
	if err != nil {
		t.Fatal(err)
	}
	wire = protowire.AppendTag(wire, 40, protowire.BytesType)
	wire = protowire.AppendBytes(wire, inner)
	var e protos.HistoryEvent
	if err := proto.Unmarshal(wire, &e); err != nil {
		t.Fatal(err)
	}
	v := event(&e)
	const raw = `{"eventId":3,"timestamp":"2026-11-23T03:00:00.000005Z","unknownFields":{"40":{"1":["evil<b>","//4="],"2":18446744073709551615}}}`
	if v.Type != "Unknown event 40" || v.ID != 3 || !v.Time.Equal(born) || v.Raw != raw {
		t.Errorf("%+v\nwant raw %s", v, raw)
	}
}

func TestAnUnknownFieldOfAKnownEventIsShownToo(t *testing.T) {
	e := &protos.HistoryEvent{EventId: 3, EventType: &protos.HistoryEvent_EventRaised{EventRaised: &protos.EventRaisedEvent{Name: "go"}}}
	e.GetEventRaised().ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 9, protowire.VarintType), 1))
	v := event(e)
	if v.Type != workflow.EventRaised || v.Name != "go" || v.Raw != `{"eventId":3,"eventRaised":{"name":"go"},"unknownFields":{"eventRaised.9":1}}` {
		t.Errorf("%+v", v)
	}
}

func TestAnEventWithoutATypeIsKept(t *testing.T) {
	v := event(&protos.HistoryEvent{EventId: 3})
	if v.Type != "Unknown event" || v.Raw != `{"eventId":3}` {
		t.Errorf("%+v", v)
	}
}

func TestAHistoryOverTheDefaultLimit(t *testing.T) {
	f := newFake(t)
	big := strings.Repeat("x", 6<<20)
	f.on("GetInstanceHistory", reply(&protos.GetInstanceHistoryResponse{Events: []*protos.HistoryEvent{
		{EventType: &protos.HistoryEvent_EventRaised{EventRaised: &protos.EventRaisedEvent{Name: "e", Input: wrapperspb.String(big)}}},
	}}))
	c := f.connected()
	h, err := c.History(t.Context(), key("i"))
	if err != nil || len(h.Events) != 1 || h.Events[0].Payload.Raw != big {
		t.Fatalf("%d events, %v", len(h.Events), err)
	}

	f.on("GetInstanceHistory", refuse(codes.ResourceExhausted, "trying to send message larger than max (6291475 vs. 4194304)"))
	_, err = c.History(t.Context(), key("i"))
	wantKind(t, err, workflow.KindTooLarge)
}

func FuzzHistoryEvent(f *testing.F) {
	for _, e := range []*protos.HistoryEvent{
		{EventId: 1},
		{EventType: &protos.HistoryEvent_EventRaised{EventRaised: &protos.EventRaisedEvent{Name: "\x1b[31m"}}},
		{EventType: &protos.HistoryEvent_TaskFailed{TaskFailed: &protos.TaskFailedEvent{FailureDetails: &protos.TaskFailureDetails{ErrorMessage: "\u202e"}}}},
	} {
		b, err := proto.Marshal(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(append(b, 0xfa, 0x01, 0x03, 0x0a, 0x01, 0x07))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var e protos.HistoryEvent
		if proto.Unmarshal(b, &e) != nil {
			return
		}
		v := event(&e)
		if v.Type == "" {
			t.Error("no type")
		}
		if v.Raw != "" && !json.Valid([]byte(v.Raw)) {
			t.Errorf("raw %q is not JSON", v.Raw)
		}
		texts := []string{
			string(v.Type), v.Name, v.OriginRef, v.TaskExecutionID, v.TargetApp, v.ParentID, v.ParentApp,
			v.ExecutionID, v.Version, v.Reason, v.Raw,
		}
		texts = slices.Concat(texts, v.Patches)
		for _, m := range v.More {
			texts = append(texts, m.Name, m.Value)
		}
		for x := v.Failure; x != nil; x = x.Cause {
			texts = append(texts, x.Type, strings.ReplaceAll(x.Message, "\n", ""), strings.ReplaceAll(x.Stack, "\n", ""))
		}
		for _, s := range texts {
			if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) || !utf8.ValidString(s) {
				t.Errorf("%q is not clean", s)
			}
		}
	})
}

// The origin of a rerun is read by its ID: it stays as the runtime gave it.
func TestTheOriginOfARerunIsRaw(t *testing.T) {
	const id = "a\tb\x1b[1m"
	from := &protos.RerunParentInstanceInfo{InstanceID: id}
	for _, e := range []*protos.HistoryEvent{
		{EventType: &protos.HistoryEvent_TaskScheduled{TaskScheduled: &protos.TaskScheduledEvent{Name: "Pay", RerunParentInstanceInfo: from}}},
		{EventType: &protos.HistoryEvent_TimerCreated{TimerCreated: &protos.TimerCreatedEvent{RerunParentInstanceInfo: from}}},
		{EventType: &protos.HistoryEvent_ChildWorkflowInstanceCreated{ChildWorkflowInstanceCreated: &protos.ChildWorkflowInstanceCreatedEvent{RerunParentInstanceInfo: from}}},
	} {
		if got := event(e).RerunOf; got != id {
			t.Errorf("%T: %q", e.GetEventType(), got)
		}
	}
}
