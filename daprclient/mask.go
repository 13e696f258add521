package daprclient

import (
	"encoding/json"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// masks takes out of what was read what is not to be shown. It does so in the
// message itself, before anything is made of it, so that nothing that is made
// of it can tell: no row, no payload, no event in its raw form.
type masks struct {
	text, failure func(string) string
}

func (c *Client) masks() masks {
	return masks{text: c.opts.Mask, failure: c.opts.MaskFailure}
}

func (k masks) none() bool { return k.text == nil && k.failure == nil }

func apply(f func(string) string, s string) string {
	if f == nil || s == "" {
		return s
	}
	return f(s)
}

// metadata masks what is read of an instance.
func (k masks) metadata(m *protos.WorkflowMetadata) {
	if !k.none() {
		k.message(m.ProtoReflect())
	}
}

// event masks one event.
func (k masks) event(e *protos.HistoryEvent) {
	if k.none() {
		return
	}
	k.message(e.ProtoReflect())
	if stalled := e.GetExecutionStalled(); stalled.GetDescription() != "" {
		hidden := apply(k.failure, stalled.GetDescription())
		stalled.Description = &hidden
	}
	tags := e.GetExecutionStarted().GetTags()
	for name, value := range tags {
		tags[name] = k.tag(name, value)
	}
}

// message masks every payload and every failure in a message, those of events
// that are not known yet too.
func (k masks) message(m protoreflect.Message) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if fd.Message() == nil || fd.IsMap() || fd.IsList() {
			return true // no payload of this protocol is in one
		}
		switch part := v.Message().Interface().(type) {
		case *wrapperspb.StringValue:
			if !isName(fd.Name()) {
				part.Value = apply(k.text, part.Value)
			}
		case *protos.TaskFailureDetails:
			k.details(part)
		case proto.Message:
			k.message(part.ProtoReflect())
		}
		return true
	})
}

// isName reports whether a text is what something is called, which is no
// payload.
func isName(field protoreflect.Name) bool {
	switch field {
	case "version", "newVersion", "name", "executionId", "traceState", "workflowSpanID", "parentAppId", "parentInstanceId":
		return true
	}
	return false
}

// details masks a failure and what caused it.
func (k masks) details(f *protos.TaskFailureDetails) {
	for ; f != nil; f = f.GetInnerFailure() {
		f.ErrorMessage = apply(k.failure, f.GetErrorMessage())
		if stack := f.GetStackTrace(); stack != nil {
			stack.Value = apply(k.failure, stack.GetValue())
		}
	}
}

// tag masks the value of a tag whose name a rule names.
func (k masks) tag(name, value string) string {
	member, err := json.Marshal(map[string]string{name: value})
	if err != nil || apply(k.text, string(member)) == string(member) {
		return value
	}
	return workflow.MaskSign
}

// raw masks what an event holds beyond what is known of its kind.
func (k masks) raw(v *workflow.Event) { v.Raw = apply(k.text, v.Raw) }
