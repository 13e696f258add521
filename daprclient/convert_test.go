package daprclient

import (
	"strings"
	"testing"
	"time"
	"unsafe"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

var born = time.Date(2026, 11, 23, 3, 0, 0, 5000, time.UTC)

// answerWith makes the fake answer GetInstance with a state.
func (f *fake) answerWith(s *protos.WorkflowState) {
	f.on("GetInstance", reply(&protos.GetInstanceResponse{Exists: true, WorkflowState: s}))
}

func TestGetMakesARow(t *testing.T) {
	f := newFake(t)
	f.answerWith(&protos.WorkflowState{
		InstanceId: "i\x1b[31m", Name: "Order\u202e", Version: wrapperspb.String("v2"),
		WorkflowStatus:       protos.OrchestrationStatus_ORCHESTRATION_STATUS_FAILED,
		CreatedTimestamp:     timestamppb.New(born),
		StartedAt:            timestamppb.New(born.Add(time.Second)),
		LastUpdatedTimestamp: timestamppb.New(born.Add(time.Minute)),
		Input:                wrapperspb.String("{}"),
		CustomStatus:         wrapperspb.String(`"step 3\nof \u001b[1m5"`),
		FailureDetails:       &protos.TaskFailureDetails{ErrorType: "IOError", ErrorMessage: "disk\nfull"},
	})
	c := f.connected()
	before := time.Now()
	got, _, err := c.Get(t.Context(), "i\x1b[31m", true)
	if err != nil {
		t.Fatal(err)
	}
	if got.ReadAt.Before(before) || got.ReadAt.After(time.Now()) {
		t.Errorf("read at %v", got.ReadAt)
	}
	got.ReadAt = time.Time{}
	want := workflow.Instance{
		Key: key("i\x1b[31m"), Label: `i\u001b[31m`, Name: "Order", Status: workflow.Failed,
		Created: born, Started: born.Add(time.Second), Updated: born.Add(time.Minute),
		CustomStatus: "step 3 of 5", Failure: "disk full", Version: "v2",
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	var req protos.GetInstanceRequest
	if err := proto.Unmarshal(f.received("GetInstance")[0].body, &req); err != nil {
		t.Fatal(err)
	}
	if req.GetInstanceId() != "i\x1b[31m" || !req.GetGetInputsAndOutputs() {
		t.Errorf("asked with %v: the ID must be raw, and without payloads the custom status is missing", &req)
	}
}

func TestPendingHasNoDates(t *testing.T) {
	f := newFake(t)
	yearOne := timestamppb.New(time.Time{})
	f.answerWith(&protos.WorkflowState{
		WorkflowStatus:   protos.OrchestrationStatus_ORCHESTRATION_STATUS_PENDING,
		CreatedTimestamp: yearOne, StartedAt: yearOne,
		LastUpdatedTimestamp: &timestamppb.Timestamp{Nanos: -1},
	})
	got, _, err := f.connected().Get(t.Context(), "i", true)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != workflow.Pending || !got.Created.IsZero() || !got.Started.IsZero() || !got.Updated.IsZero() || got.Name != "" {
		t.Errorf("%+v", got)
	}
}

func TestEveryStatus(t *testing.T) {
	seen := map[workflow.Status]bool{}
	for n, name := range protos.OrchestrationStatus_name {
		got := statusFrom(protos.OrchestrationStatus(n))
		if want := strings.TrimPrefix(name, "ORCHESTRATION_STATUS_"); got.String() != want {
			t.Errorf("%s is %s", name, got)
		}
		seen[got] = true
	}
	if len(seen) != len(workflow.Statuses()) {
		t.Errorf("%d statuses, want %d", len(seen), len(workflow.Statuses()))
	}
	if got := statusFrom(99); got != workflow.Unknown {
		t.Errorf("99 is %s", got)
	}
}

func TestCustomStatus(t *testing.T) {
	long := strings.Repeat("订", 200)
	for raw, want := range map[string]string{
		"":                         "",
		"plain":                    "plain",
		`"quoted"`:                 "quoted",
		`"not closed`:              `"not closed`,
		`{"a":1}`:                  `{"a":1}`,
		"  \n two\nlines ":         "two lines",
		`"\u202eevil"`:             "evil",
		long:                       long[:255], // 85 runes of three bytes
		strings.Repeat("a", 1<<20): strings.Repeat("a", workflow.ShortText),
	} {
		if got := customStatus(raw); got != want {
			t.Errorf("customStatus(%.40q) = %.40q, want %.40q", raw, got, want)
		}
	}
}

func TestFailureLine(t *testing.T) {
	for want, f := range map[string]*protos.TaskFailureDetails{
		"":    nil,
		"b":   {ErrorType: "A", ErrorMessage: "b"},
		"A":   {ErrorType: "A\x07"},
		"b c": {ErrorType: "A", ErrorMessage: "b\r\nc"},
	} {
		if got := failureLine(f); got != want {
			t.Errorf("failureLine(%v) = %q, want %q", f, got, want)
		}
	}
}

func TestDetailKeepsPayloadsRaw(t *testing.T) {
	f := newFake(t)
	const hostile = "{\"a\":\"\x1b[31m\u202e\"}"
	f.answerWith(&protos.WorkflowState{
		Input: wrapperspb.String(hostile), Output: wrapperspb.String(""), CustomStatus: wrapperspb.String(`"s"`),
		FailureDetails: &protos.TaskFailureDetails{
			ErrorType: "Outer", ErrorMessage: "m\x1b[0m", StackTrace: wrapperspb.String("a\r\n\tb"), IsNonRetriable: true,
			InnerFailure: &protos.TaskFailureDetails{ErrorType: "Inner", ErrorMessage: "n"},
		},
	})
	d, err := f.connected().Detail(t.Context(), key("i"))
	if err != nil {
		t.Fatal(err)
	}
	if d.Key != key("i") || d.Input != (workflow.Payload{Set: true, Raw: hostile}) || d.Output != (workflow.Payload{Set: true}) ||
		d.CustomStatus.Raw != `"s"` || d.Instance.CustomStatus != "s" {
		t.Errorf("%+v", d)
	}
	o := d.Failure
	if o == nil || o.Type != "Outer" || o.Message != "m" || o.Stack != "a\n    b" || !o.NonRetriable ||
		o.Cause == nil || o.Cause.Type != "Inner" || o.Cause.Message != "n" || o.Cause.Cause != nil {
		t.Errorf("failure %+v", o)
	}
}

func TestAChainOfCausesEnds(t *testing.T) {
	var f *protos.TaskFailureDetails
	for range 500 {
		f = &protos.TaskFailureDetails{ErrorType: "E", InnerFailure: f}
	}
	n := 0
	for x := failure(f); x != nil; x = x.Cause {
		n++
	}
	if n != maxCauses {
		t.Errorf("%d causes, want %d", n, maxCauses)
	}
}

func TestReadOfAMissingInstance(t *testing.T) {
	f := newFake(t)
	f.on("GetInstance", reply(&protos.GetInstanceResponse{}))
	f.on("GetInstanceHistory", refuse(codes.NotFound, "workflow instance 'i' not found"))
	c := f.connected()
	_, _, err := c.Get(t.Context(), "i", true)
	wantKind(t, err, workflow.KindNotFound)
	_, err = c.Detail(t.Context(), key("i"))
	wantKind(t, err, workflow.KindNotFound)
	_, err = c.History(t.Context(), key("i"))
	wantKind(t, err, workflow.KindNotFound)
	if err.Error() != "i does not exist" {
		t.Error(err)
	}
}

func TestSidecar(t *testing.T) {
	store := func(name string, caps ...string) *runtimev1.RegisteredComponents {
		return &runtimev1.RegisteredComponents{Name: name, Type: "state.x", Capabilities: caps}
	}
	for name, c := range map[string]struct {
		in   *runtimev1.GetMetadataResponse
		want workflow.Sidecar
	}{
		"1.18": {
			&runtimev1.GetMetadataResponse{
				Id: "orders\x07", RuntimeVersion: "1.18.0\x1b[m",
				AppConnectionProperties: &runtimev1.AppConnectionProperties{Health: &runtimev1.AppConnectionHealthProperties{HealthCheckPath: "/ok\x1b[m"}},
				Workflows:               &runtimev1.MetadataWorkflows{ConnectedWorkers: 2},
				ActorRuntime: &runtimev1.ActorRuntime{
					RuntimeStatus: runtimev1.ActorRuntime_RUNNING, HostReady: true, Placement: "placement: connected",
				},
				Scheduler:       &runtimev1.MetadataScheduler{ConnectedAddresses: []string{"b:50006\x1b[m", "a:50006"}},
				EnabledFeatures: []string{"HotReload\x07"},
				RegisteredComponents: []*runtimev1.RegisteredComponents{
					{Name: "pubsub", Type: "pubsub.x", Capabilities: []string{"ACTOR"}},
					store("mem", "ETAG", "ACTOR", "KEYS_LIKE"), store("plain\x00", "ETAG"),
				},
			},
			workflow.Sidecar{
				AppID: "orders", Version: "1.18.0", Workers: 2, WorkersKnown: true, HealthCheck: true, HealthPath: "/ok",
				StateStore: "mem (state.x)", StoreName: "mem", StoreType: "state.x", CanList: true,
				Stores: []workflow.StateStore{
					{Name: "mem", Type: "state.x", Actors: true, List: true}, {Name: "plain", Type: "state.x"},
				},
				ActorStatus: workflow.ActorsRunning, ActorsReady: true, Placement: "placement: connected",
				Schedulers: []string{"a:50006", "b:50006"}, Features: []string{"HotReload"},
			},
		},
		"1.16, no store": {
			&runtimev1.GetMetadataResponse{Id: "orders"},
			workflow.Sidecar{AppID: "orders"},
		},
		"no worker": {
			&runtimev1.GetMetadataResponse{Id: "orders", Workflows: &runtimev1.MetadataWorkflows{}},
			workflow.Sidecar{AppID: "orders", WorkersKnown: true},
		},
		"two stores, either may be it": {
			&runtimev1.GetMetadataResponse{Id: "orders", RegisteredComponents: []*runtimev1.RegisteredComponents{
				store("a", "ACTOR"), store("b", "ACTOR", "KEYS_LIKE"),
			}},
			workflow.Sidecar{AppID: "orders", Stores: []workflow.StateStore{
				{Name: "a", Type: "state.x", Actors: true}, {Name: "b", Type: "state.x", Actors: true, List: true},
			}},
		},
		"actors that start": {
			&runtimev1.GetMetadataResponse{Id: "orders", ActorRuntime: &runtimev1.ActorRuntime{}},
			workflow.Sidecar{AppID: "orders", ActorStatus: workflow.ActorsStarting},
		},
		"no placement": {
			&runtimev1.GetMetadataResponse{Id: "orders", ActorRuntime: &runtimev1.ActorRuntime{
				RuntimeStatus: runtimev1.ActorRuntime_DISABLED, Placement: "placement: disconnected",
			}},
			workflow.Sidecar{AppID: "orders", ActorStatus: workflow.ActorsDisabled, Placement: "placement: disconnected"},
		},
	} {
		c.want.Address = "here"
		if got := sidecar("here", c.in); !got.Same(c.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, c.want)
		}
	}
}

// TestOneLineLetsGo: a row of the list does not keep a large custom status in
// memory by the few bytes of it that it shows.
func TestOneLineLetsGo(t *testing.T) {
	large := strings.Repeat("status ", 4000)
	line := oneLine(large)
	if len(line) == 0 || len(line) > workflow.ShortText {
		t.Fatalf("%d bytes", len(line))
	}
	if unsafe.StringData(line) == unsafe.StringData(large) {
		t.Error("the line is a part of the large text")
	}
}
