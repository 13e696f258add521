package daprclient

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxNesting bounds how deep unknown bytes are read as messages.
const maxNesting = 8

// unknownFields collects what a newer runtime put into an event: by field
// number at the top, by path, such as "taskScheduled.9", below. It is nil for
// an event that is known all through.
func unknownFields(e *protos.HistoryEvent) map[string]any {
	var found map[string]any
	collectUnknown(e.ProtoReflect(), "", &found)
	return found
}

func collectUnknown(m protoreflect.Message, path string, found *map[string]any) {
	if b := m.GetUnknown(); len(b) > 0 {
		fields, ok := wireFields(b, 0)
		if !ok {
			fields = map[string]any{"unreadable": base64.StdEncoding.EncodeToString(b)}
		}
		if *found == nil {
			*found = map[string]any{}
		}
		for k, v := range fields {
			(*found)[path+k] = v
		}
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		// Maps and lists of this protocol hold no messages.
		if fd.Message() != nil && !fd.IsMap() && !fd.IsList() {
			collectUnknown(v.Message(), path+fd.JSONName()+".", found)
		}
		return true
	})
}

// unknownType names an event by the field that holds it. When there are
// several, the first one that is a message is the likeliest.
func unknownType(unknown map[string]any) workflow.EventType {
	for _, k := range sortedKeys(unknown) {
		if _, ok := unknown[k].(map[string]any); ok {
			return workflow.EventType("Unknown event " + k)
		}
	}
	for _, k := range sortedKeys(unknown) {
		return workflow.EventType("Unknown event " + k)
	}
	return "Unknown event"
}

// rawEvent is the event as one line of JSON, cleaned and cut to
// workflow.MaxText bytes. The names of its unknown fields are not known, only
// their numbers.
func rawEvent(e *protos.HistoryEvent, unknown map[string]any) string {
	text := wholeEvent(e, unknown)
	if len(text) > workflow.MaxText {
		return fmt.Sprintf("%s… (%d bytes)", workflow.Shorten(text, workflow.MaxText), len(text))
	}
	return text
}

func wholeEvent(e *protos.HistoryEvent, unknown map[string]any) string {
	known, err := protojson.Marshal(e)
	if err != nil {
		return workflow.Clean(fmt.Sprintf("(cannot be shown: %v)", err))
	}
	all := map[string]any{}
	if err := json.Unmarshal(known, &all); err != nil {
		return workflow.Clean(string(known))
	}
	if len(unknown) > 0 {
		all["unknownFields"] = unknown
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(all); err != nil {
		return workflow.Clean(string(known))
	}
	return workflow.Clean(strings.TrimSpace(b.String()))
}

// wireFields reads bytes as a message of which nothing is known. A field that
// comes more than once becomes a list.
func wireFields(b []byte, depth int) (map[string]any, bool) {
	out := map[string]any{}
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return nil, false
		}
		b = b[n:]
		v, n := wireValue(b, num, typ, depth)
		if n < 0 {
			return nil, false
		}
		b = b[n:]
		key := strconv.Itoa(int(num))
		switch old := out[key].(type) {
		case nil:
			out[key] = v
		case []any:
			out[key] = append(old, v)
		default:
			out[key] = []any{old, v}
		}
	}
	return out, true
}

func wireValue(b []byte, num protowire.Number, typ protowire.Type, depth int) (any, int) {
	switch typ {
	case protowire.VarintType:
		v, n := protowire.ConsumeVarint(b)
		return json.Number(strconv.FormatUint(v, 10)), n
	case protowire.Fixed32Type:
		v, n := protowire.ConsumeFixed32(b)
		return json.Number(strconv.FormatUint(uint64(v), 10)), n
	case protowire.Fixed64Type:
		v, n := protowire.ConsumeFixed64(b)
		return json.Number(strconv.FormatUint(v, 10)), n
	case protowire.BytesType:
		v, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return nil, n
		}
		return wireBytes(v, depth), n
	default: // groups, which proto3 has not
		n := protowire.ConsumeFieldValue(num, typ, b)
		if n < 0 {
			return nil, n
		}
		return base64.StdEncoding.EncodeToString(b[:n]), n
	}
}

// wireBytes guesses what bytes are: a text, a message, or neither.
func wireBytes(b []byte, depth int) any {
	if utf8.Valid(b) && bytes.IndexFunc(b, unicode.IsControl) < 0 {
		return string(b)
	}
	if depth < maxNesting {
		if m, ok := wireFields(b, depth+1); ok {
			return m
		}
	}
	if utf8.Valid(b) {
		return string(b)
	}
	return base64.StdEncoding.EncodeToString(b)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
