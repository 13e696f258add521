package daprclient

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/mask"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

const secret = `{"password":"s3cret","a":1}`

// fill puts the secret wherever a payload or a failure can be.
func fill(m protoreflect.Message, depth int) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if fd.Message() == nil || fd.IsMap() || fd.IsList() || depth > 3 || fd.ContainingOneof() != nil && !fd.HasOptionalKeyword() && depth == 0 {
			continue
		}
		if fd.Message().FullName() == "google.protobuf.StringValue" {
			if !isName(fd.Name()) {
				m.Set(fd, protoreflect.ValueOfMessage(wrapperspb.String(secret).ProtoReflect()))
			}
			continue
		}
		part := m.Mutable(fd).Message()
		if f, ok := part.Interface().(*protos.TaskFailureDetails); ok {
			f.ErrorMessage = secret
		}
		fill(part, depth+1)
	}
}

// everyEvent is one event of each kind with the secret in it.
func everyEvent() []*protos.HistoryEvent {
	var events []*protos.HistoryEvent
	kinds := (&protos.HistoryEvent{}).ProtoReflect().Descriptor().Oneofs().ByName("eventType").Fields()
	for i := range kinds.Len() {
		e := &protos.HistoryEvent{}
		fill(e.ProtoReflect().Mutable(kinds.Get(i)).Message(), 1)
		if s := e.GetExecutionStarted(); s != nil {
			s.Tags = map[string]string{"password": "s3cret", "team": "a"}
		}
		if s := e.GetExecutionStalled(); s != nil {
			s.Description = proto.String(secret)
		}
		// What is not known of it comes in its raw form.
		unknown := protowire.AppendTag(nil, 9999, protowire.BytesType)
		e.ProtoReflect().SetUnknown(protowire.AppendString(unknown, secret))
		events = append(events, e)
	}
	return events
}

func testMasks(t *testing.T) masks {
	t.Helper()
	m, err := mask.New([]string{"password"})
	if err != nil {
		t.Fatal(err)
	}
	return masks{text: m.Payload, failure: m.Failure}
}

// TestMasksLeaveNothing: whatever is made of an event or of an instance, no
// part of it tells the secret.
func TestMasksLeaveNothing(t *testing.T) {
	written := func(v any) string {
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	open, hidden := history(everyEvent(), masks{}), history(everyEvent(), testMasks(t))
	if open.Bytes != hidden.Bytes {
		t.Errorf("the history weighs %d masked and %d else", hidden.Bytes, open.Bytes)
	}
	for i := range open.Events {
		o, h := written(open.Events[i]), written(hidden.Events[i])
		if !strings.Contains(o, "s3cret") {
			t.Errorf("%s: the secret is not in it to begin with", open.Events[i].Type)
		}
		if strings.Contains(h, "s3cret") || !strings.Contains(h, workflow.MaskSign) {
			t.Errorf("%s: %s", open.Events[i].Type, h)
		}
		if open.Events[i].Payload.Set && !hidden.Events[i].Payload.Masked() {
			t.Errorf("%s: its payload is not said to be masked", open.Events[i].Type)
		}
	}
	m := &protos.WorkflowMetadata{InstanceId: "a", Name: "b"}
	fill(m.ProtoReflect(), 1)
	if !strings.Contains(written(detail(workflow.Key{}, m)), "s3cret") {
		t.Fatal("the secret is not in the instance to begin with")
	}
	testMasks(t).metadata(m)
	if got := written(detail(workflow.Key{}, m)); strings.Contains(got, "s3cret") || strings.Count(got, workflow.MaskSign) < 5 {
		t.Error(got)
	}
}

// TestNoMasksChangeNothing, not even a message without payloads.
func TestNoMasksChangeNothing(t *testing.T) {
	for _, e := range everyEvent() {
		before := proto.Clone(e)
		masks{}.event(e)
		if !proto.Equal(before, e) {
			t.Errorf("%v", e)
		}
	}
	testMasks(t).metadata(nil)
	testMasks(t).event(&protos.HistoryEvent{})
}

// TestAMaskedClient: what a client with masks reads is masked, and what it
// sends is not.
func TestAMaskedClient(t *testing.T) {
	hide := testMasks(t)
	b := newBench(t, func(_ *embedded.Options, o *Options) { o.Mask, o.MaskFailure = hide.text, hide.failure })
	b.connect()
	k := b.start("masked-1", secret)
	b.untilStatus(k, workflow.Running)
	h, err := b.client.History(t.Context(), k)
	b.must(err)
	d, err := b.client.Detail(t.Context(), k)
	b.must(err)
	want := `{"password":"•••","a":1}`
	if d.Input.Raw != want {
		t.Errorf("the input is %s", d.Input.Raw)
	}
	for i := range h.Events {
		if p := h.Events[i].Payload; strings.Contains(p.Raw, "s3cret") || h.Events[i].Type == workflow.TaskScheduled && p.Raw != want {
			t.Errorf("%s: %s", h.Events[i].Type, p.Raw)
		}
	}
	other, err := New(Options{Target: b.client.opts.Target, ReadTimeout: patience})
	b.must(err)
	t.Cleanup(func() { _ = other.Close() })
	_, err = other.Connect(t.Context())
	b.must(err)
	if d, err = other.Detail(t.Context(), k); err != nil || d.Input.Raw != secret {
		t.Errorf("the runtime has %s, %v", d.Input.Raw, err)
	}
}

// TestAnErrorTellsNoSecret: a runtime may repeat a payload in what it refuses.
func TestAnErrorTellsNoSecret(t *testing.T) {
	f := newFake(t)
	m := testMasks(t)
	c := f.connected(func(o *Options) { o.Mask, o.MaskFailure = m.text, m.failure })
	f.on("RaiseEvent", refuse(codes.Unknown, "no workflow takes "+secret))
	f.on("RerunWorkflowFromEvent", refuse(codes.InvalidArgument, "no workflow takes "+secret))
	_, rerun := c.Rerun(t.Context(), key("x"), workflow.RerunRequest{})
	for _, err := range []error{c.Raise(t.Context(), key("x"), workflow.RaiseRequest{Event: "e"}), rerun} {
		var e *workflow.Error
		if !errors.As(err, &e) || strings.Contains(e.Message+e.Detail, "s3cret") {
			t.Errorf("%+v", e)
		}
	}
}
