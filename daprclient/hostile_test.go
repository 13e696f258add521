package daprclient

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestASidecarWithoutAnAppID: its instances would be nobody's, or pass for those
// of the app that was there before.
func TestASidecarWithoutAnAppID(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	f.on("GetMetadata", reply(&runtimev1.GetMetadataResponse{RuntimeVersion: "1.18.0"}))
	before := len(f.received("ListInstanceIDs"))
	conn, err := c.Connect(t.Context())
	if workflow.KindOf(err) != workflow.KindWrongPort || conn.ByID {
		t.Errorf("%+v, %v", conn, err)
	}
	if n := len(f.received("ListInstanceIDs")); n != before {
		t.Error("it was listed")
	}
}

// TestWhatASidecarSaysOfItselfIsBounded: it is drawn with every frame.
func TestWhatASidecarSaysOfItselfIsBounded(t *testing.T) {
	f := newFake(t)
	long := strings.Repeat("\x1b[31m\u202e\u8ba2", 1<<16)
	f.on("GetMetadata", reply(&runtimev1.GetMetadataResponse{
		Id: long, RuntimeVersion: long, EnabledFeatures: []string{long},
		Scheduler: &runtimev1.MetadataScheduler{ConnectedAddresses: []string{long}},
	}))
	conn, err := f.client().Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := conn.Sidecar
	for _, text := range []string{s.AppID, s.Version, s.Features[0], s.Schedulers[0]} {
		if len(text) == 0 || len(text) > workflow.MaxLabel || workflow.Clean(text) != text {
			t.Errorf("%d bytes are kept: %.40q", len(text), text)
		}
	}
}

// TestASidecarThatIsAnotherAppEachTime: no call goes to an app that it is not
// about, not even over the connection of the app that it is about: a proxy can
// put another one behind it.
func TestASidecarThatIsAnotherAppEachTime(t *testing.T) {
	f := newFake(t)
	c := f.client()
	var n atomic.Int64
	f.on("GetMetadata", func(context.Context, []byte) (proto.Message, error) {
		return &runtimev1.GetMetadataResponse{Id: fmt.Sprintf("app-%d", n.Add(1)), RuntimeVersion: "1.18.0"}, nil
	})
	for range 20 {
		conn, err := c.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		now := workflow.Key{AppID: conn.Sidecar.AppID, InstanceID: "x"}
		if err := c.Suspend(t.Context(), now, ""); workflow.KindOf(err) != workflow.KindOtherApp {
			t.Errorf("a call about %s was sent to the next app: %v", now.AppID, err)
		}
		if err := c.Purge(t.Context(), now, workflow.PurgeRequest{}); err == nil {
			t.Errorf("a purge of %s was sent to the next app", now.AppID)
		}
		before := len(f.received("SuspendInstance"))
		old := workflow.Key{AppID: fmt.Sprintf("app-%d", n.Load()-1), InstanceID: "x"}
		if err := c.Suspend(t.Context(), old, ""); workflow.KindOf(err) != workflow.KindOtherApp {
			t.Errorf("a call about %s went to %s: %v", old.AppID, now.AppID, err)
		}
		if len(f.received("SuspendInstance")) != before || before != 0 || len(f.received("PurgeInstances")) != 0 {
			t.Fatal("it was sent")
		}
	}
}

// bounded reports every text of a value that is longer than the limit of what
// is read by people, or that a terminal obeys. Payloads are left out.
func bounded(t *testing.T, at string, v reflect.Value) {
	t.Helper()
	switch v.Kind() { //nolint:exhaustive // what the values are made of
	case reflect.String:
		if s := v.String(); len(s) > workflow.MaxText+64 || workflow.Callable(s) && workflow.CleanText(s) != s {
			t.Errorf("%s: %d bytes, %.60q", at, len(s), s)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			bounded(t, at, v.Elem())
		}
	case reflect.Slice:
		if v.Len() > 100 {
			t.Errorf("%s has %d elements", at, v.Len())
		}
		for i := range v.Len() {
			bounded(t, at, v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[workflow.Payload]() {
			return
		}
		for i := range v.NumField() {
			bounded(t, at+"."+v.Type().Field(i).Name, v.Field(i))
		}
	}
}

// TestEveryTextIsBounded: of two megabytes nothing but a payload keeps more
// than what somebody reads.
func TestEveryTextIsBounded(t *testing.T) {
	long := strings.Repeat("\x1b[31me\u0301\u0301\u0301\u0301\u0301\u202e", 2<<20/20)
	why := &protos.TaskFailureDetails{ErrorType: long, ErrorMessage: long, StackTrace: wrap(long)}
	f := newFake(t)
	f.on("GetInstance", reply(&protos.GetInstanceResponse{Exists: true, WorkflowState: &protos.WorkflowState{
		Name: long, Version: wrap(long), CustomStatus: wrap(long), FailureDetails: why,
	}}))
	tags := map[string]string{}
	for i := range 200 {
		tags[fmt.Sprint(i)] = workflow.Shorten(long, 1<<12)
	}
	instance := &protos.WorkflowInstance{InstanceId: long, ExecutionId: wrap(long)}
	f.on("GetInstanceHistory", reply(&protos.GetInstanceHistoryResponse{Events: []*protos.HistoryEvent{
		{Router: &protos.TaskRouter{SourceAppID: "a", TargetAppID: &long}, EventType: &protos.HistoryEvent_ExecutionStarted{ExecutionStarted: &protos.ExecutionStartedEvent{
			Name: long, Version: wrap(long), WorkflowInstance: instance, Tags: tags,
			ParentInstance: &protos.ParentInstanceInfo{WorkflowInstance: instance, Name: wrap(long), AppID: &long},
		}}},
		{EventType: &protos.HistoryEvent_TaskScheduled{TaskScheduled: &protos.TaskScheduledEvent{Name: long, TaskExecutionId: long}}},
		{EventType: &protos.HistoryEvent_TaskFailed{TaskFailed: &protos.TaskFailedEvent{FailureDetails: why}}},
		{EventType: &protos.HistoryEvent_EventRaised{EventRaised: &protos.EventRaisedEvent{Name: long}}},
		{EventType: &protos.HistoryEvent_ExecutionStalled{ExecutionStalled: &protos.ExecutionStalledEvent{Description: &long}}},
		{EventType: &protos.HistoryEvent_ChildWorkflowInstanceCreated{ChildWorkflowInstanceCreated: &protos.ChildWorkflowInstanceCreatedEvent{InstanceId: long, Name: long}}},
	}}))
	c := f.connected()
	row, _, err := c.Get(t.Context(), "x", true)
	if err != nil {
		t.Fatal(err)
	}
	detail, err := c.Detail(t.Context(), key("x"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := c.History(t.Context(), key("x"))
	if err != nil {
		t.Fatal(err)
	}
	bounded(t, "row", reflect.ValueOf(row))
	bounded(t, "detail", reflect.ValueOf(detail))
	bounded(t, "history", reflect.ValueOf(h.Events))
}

// TestAnIDThatIsTooLong: it is listed as what no call is made with, for reads,
// histories and changes alike.
func TestAnIDThatIsTooLong(t *testing.T) {
	f := newFake(t)
	long := strings.Repeat("x", 10<<20)
	f.on("ListInstanceIDs", reply(&protos.ListInstanceIDsResponse{InstanceIds: []string{"short", long + "a", long + "b"}}))
	c := f.client()
	conn, err := c.Connect(t.Context())
	if err != nil || len(conn.IDs) != 3 || conn.IDs[0] != "short" || conn.IDs[1] == conn.IDs[2] {
		t.Fatalf("%.200q, %v", conn.IDs, err)
	}
	before := len(f.received(""))
	id := conn.IDs[1]
	_, _, err = c.Get(t.Context(), id, true)
	wantKind(t, err, workflow.KindInvalid)
	_, err = c.Detail(t.Context(), key(id))
	wantKind(t, err, workflow.KindInvalid)
	_, err = c.History(t.Context(), key(id))
	wantKind(t, err, workflow.KindInvalid)
	wantKind(t, c.Suspend(t.Context(), key(id), ""), workflow.KindInvalid)
	wantKind(t, c.Terminate(t.Context(), key(id), workflow.TerminateRequest{}), workflow.KindInvalid)
	wantKind(t, c.Purge(t.Context(), key(id), workflow.PurgeRequest{Force: true}), workflow.KindInvalid)
	if n := len(f.received("")); n != before {
		t.Errorf("%d calls were made", n-before)
	}
	f.on("ListInstanceIDs", reply(&protos.ListInstanceIDsResponse{InstanceIds: []string{"a"}, ContinuationToken: &long}))
	if _, _, err := c.List(t.Context(), ""); workflow.KindOf(err) != workflow.KindTooLarge {
		t.Errorf("a mark of ten megabytes: %v", err)
	}
}

// TestALimitedRead: an answer beyond the limit of its context is not read, and
// without one it is.
func TestALimitedRead(t *testing.T) {
	f := newFake(t)
	long := strings.Repeat("x", workflow.AskFirst)
	f.on("GetInstance", reply(&protos.GetInstanceResponse{Exists: true, WorkflowState: &protos.WorkflowState{Name: "Order", Input: wrap(long)}}))
	f.on("GetInstanceHistory", reply(&protos.GetInstanceHistoryResponse{Events: []*protos.HistoryEvent{
		{EventType: &protos.HistoryEvent_TaskScheduled{TaskScheduled: &protos.TaskScheduledEvent{Input: wrap(long)}}},
	}}))
	c := f.connected()
	limited := workflow.WithReadLimit(t.Context(), workflow.AskFirst)
	_, err := c.Detail(limited, key("x"))
	wantKind(t, err, workflow.KindTooLarge)
	_, err = c.History(limited, key("x"))
	wantKind(t, err, workflow.KindTooLarge)
	if !strings.Contains(err.Error(), "larger than 4 MB") {
		t.Error(err)
	}
	if d, err := c.Detail(t.Context(), key("x")); err != nil || len(d.Input.Raw) != len(long) {
		t.Errorf("%d bytes, %v", len(d.Input.Raw), err)
	}
	if h, err := c.History(t.Context(), key("x")); err != nil || len(h.Events) != 1 {
		t.Errorf("%d events, %v", len(h.Events), err)
	}
}

// BenchmarkOpenHistory prints how many times its size on the wire a history
// takes in memory, while it is read and kept.
func BenchmarkOpenHistory(b *testing.B) {
	for name, input := range map[string]string{"small events": `{"order":17}`, "1 kB each": `"` + strings.Repeat("x", 1<<10)} {
		b.Run(name, func(b *testing.B) {
			resp := &protos.GetInstanceHistoryResponse{}
			for i := range 10000 {
				resp.Events = append(resp.Events, &protos.HistoryEvent{
					EventId: int32(i), Timestamp: timestamppb.Now(),
					EventType: &protos.HistoryEvent_TaskScheduled{TaskScheduled: &protos.TaskScheduledEvent{Name: "Charge", Input: wrap(input)}},
				})
			}
			wire, err := proto.Marshal(resp)
			if err != nil {
				b.Fatal(err)
			}
			resp = nil
			var kept workflow.History
			before := inUse()
			for b.Loop() {
				var read protos.GetInstanceHistoryResponse
				if err := proto.Unmarshal(wire, &read); err != nil {
					b.Fatal(err)
				}
				kept = history(read.GetEvents(), masks{})
			}
			b.ReportMetric(float64(inUse()-before)/float64(len(wire)), "kept/wire")
			runtime.KeepAlive(kept)
			runtime.KeepAlive(wire)
		})
	}
}

// inUse is how much of the heap is in use, in bytes.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
