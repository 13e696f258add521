package daprclient

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// jsonTexts must reach the sidecar as they are: Go's encoder would write
// several of them in another way.
var jsonTexts = []string{
	`{"a":1}`,
	"9223372036854775808",
	`"‹"`,
	`"<&>"`,
	"\"\u2028\"",
	"{ \"b\" : 1.0 ,\n\t\"a\":[ ] }",
	"1e400",
	`"\u0041"`,
	`{"a":1,"a":2}`,
	"null",
}

// wireString is a string field as it stands in a message that wraps it in a
// StringValue (field 1).
func wireString(field protowire.Number, text string) []byte {
	value := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), text)
	return protowire.AppendBytes(protowire.AppendTag(nil, field, protowire.BytesType), value)
}

func TestJSONGoesOverTheWireByteForByte(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	for _, text := range jsonTexts {
		for method, field := range map[string]protowire.Number{
			"StartInstance": 4, "RaiseEvent": 3, "TerminateInstance": 2, "RerunWorkflowFromEvent": 4,
		} {
			var err error
			switch method {
			case "StartInstance":
				_, err = c.Start(t.Context(), "orders", workflow.StartRequest{Workflow: "W", InstanceID: "i", Input: text})
			case "RaiseEvent":
				err = c.Raise(t.Context(), key("i"), workflow.RaiseRequest{Event: "e", Payload: text})
			case "TerminateInstance":
				err = c.Terminate(t.Context(), key("i"), workflow.TerminateRequest{Output: text})
			case "RerunWorkflowFromEvent":
				_, err = c.Rerun(t.Context(), key("i"), workflow.RerunRequest{Input: text, ReplaceInput: true})
			}
			if err != nil {
				t.Fatalf("%s %q: %v", method, text, err)
			}
			calls := f.received(method)
			if body := calls[len(calls)-1].body; !bytes.Contains(body, wireString(field, text)) {
				t.Errorf("%s %q came as %q", method, text, body)
			}
		}
	}
}

func TestRequests(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	ctx, k := t.Context(), key("i")
	at := time.Date(2027, 1, 2, 3, 4, 5, 6, time.UTC)
	for name, r := range map[string]struct {
		method string
		do     func() error
		got    proto.Message
		want   proto.Message
	}{
		"start": {"StartInstance", func() error {
			id, err := c.Start(ctx, "orders", workflow.StartRequest{Workflow: "W", InstanceID: "订单", StartAt: at})
			if id != "订单" {
				t.Errorf("started %q", id)
			}
			return err
		}, &protos.CreateInstanceRequest{}, &protos.CreateInstanceRequest{Name: "W", InstanceId: "订单", ScheduledStartTimestamp: timestamppb.New(at)}},
		"suspend": {
			"SuspendInstance", func() error { return c.Suspend(ctx, k, "why") },
			&protos.SuspendRequest{}, &protos.SuspendRequest{InstanceId: "i", Reason: wrap("why")},
		},
		"resume": {
			"ResumeInstance", func() error { return c.Resume(ctx, k, "because") },
			&protos.ResumeRequest{}, &protos.ResumeRequest{InstanceId: "i", Reason: wrap("because")},
		},
		"raise without payload": {
			"RaiseEvent", func() error { return c.Raise(ctx, k, workflow.RaiseRequest{Event: "go"}) },
			&protos.RaiseEventRequest{}, &protos.RaiseEventRequest{InstanceId: "i", Name: "go"},
		},
		"terminate alone": {
			"TerminateInstance", func() error { return c.Terminate(ctx, k, workflow.TerminateRequest{}) },
			&protos.TerminateRequest{}, &protos.TerminateRequest{InstanceId: "i"},
		},
		"terminate with children": {
			"TerminateInstance", func() error { return c.Terminate(ctx, k, workflow.TerminateRequest{Recursive: true}) },
			&protos.TerminateRequest{}, &protos.TerminateRequest{InstanceId: "i", Recursive: true},
		},
		"purge": {
			"PurgeInstances", func() error { return c.Purge(ctx, k, workflow.PurgeRequest{}) },
			&protos.PurgeInstancesRequest{}, purgeRequest(false, false),
		},
		"purge with children": {
			"PurgeInstances", func() error { return c.Purge(ctx, k, workflow.PurgeRequest{Recursive: true}) },
			&protos.PurgeInstancesRequest{}, purgeRequest(true, false),
		},
		"purge, forced": {
			"PurgeInstances", func() error { return c.Purge(ctx, k, workflow.PurgeRequest{Force: true}) },
			&protos.PurgeInstancesRequest{}, purgeRequest(false, true),
		},
		"rerun, all left as it was": {
			"RerunWorkflowFromEvent", func() error {
				id, err := c.Rerun(ctx, k, workflow.RerunRequest{NewInstanceID: "j", EventID: 3, Input: "1"})
				if id != "j" {
					t.Errorf("rerun made %q", id)
				}
				return err
			},
			&protos.RerunWorkflowFromEventRequest{},
			&protos.RerunWorkflowFromEventRequest{SourceInstanceID: "i", NewInstanceID: proto.String("j"), EventID: 3},
		},
		"rerun, input cleared": {
			"RerunWorkflowFromEvent", func() error {
				_, err := c.Rerun(ctx, k, workflow.RerunRequest{NewInstanceID: "j", ReplaceInput: true})
				return err
			},
			&protos.RerunWorkflowFromEventRequest{},
			&protos.RerunWorkflowFromEventRequest{SourceInstanceID: "i", NewInstanceID: proto.String("j"), OverwriteInput: true},
		},
	} {
		if err := r.do(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		calls := f.received(r.method)
		if err := proto.Unmarshal(calls[len(calls)-1].body, r.got); err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(r.got, r.want) {
			t.Errorf("%s: sent %v, want %v", name, r.got, r.want)
		}
	}
}

func TestRerunGeneratesAnID(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	id, err := c.Rerun(t.Context(), key("i"), workflow.RerunRequest{EventID: 3})
	if err != nil {
		t.Fatal(err)
	}
	calls := f.received("RerunWorkflowFromEvent")
	var got protos.RerunWorkflowFromEventRequest
	if err := proto.Unmarshal(calls[len(calls)-1].body, &got); err != nil {
		t.Fatal(err)
	}
	if id == "" || got.GetNewInstanceID() != id {
		t.Errorf("rerun made %q and sent %q", id, got.GetNewInstanceID())
	}
}

func TestStartGeneratesAnID(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	first, err := c.Start(t.Context(), "orders", workflow.StartRequest{Workflow: "W"})
	if err != nil {
		t.Fatal(err)
	}
	f.on("StartInstance", refuse(codes.Unknown, "no"))
	second, err := c.Start(t.Context(), "orders", workflow.StartRequest{Workflow: "W"})
	if err == nil || len(first) != 36 || len(second) != 36 || first == second {
		t.Errorf("started %q, then %q (%v)", first, second, err)
	}
	var req protos.CreateInstanceRequest
	if err := proto.Unmarshal(f.received("StartInstance")[1].body, &req); err != nil || req.GetInstanceId() != second {
		t.Errorf("sent %v, %v; want the ID %s", &req, err, second)
	}
}

func TestWhatIsWrongIsNotSent(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	before := len(f.received(""))
	ctx, k := t.Context(), key("i")
	start := func(r workflow.StartRequest) error { _, err := c.Start(ctx, "orders", r); return err }
	rerun := func(r workflow.RerunRequest) error { _, err := c.Rerun(ctx, k, r); return err }
	for name, r := range map[string]struct {
		err  error
		kind workflow.ErrorKind
	}{
		"start ||":            {start(workflow.StartRequest{Workflow: "W", InstanceID: "a||b"}), workflow.KindInvalidID},
		"start /":             {start(workflow.StartRequest{Workflow: "W", InstanceID: "a/b"}), workflow.KindInvalidID},
		"start newline":       {start(workflow.StartRequest{Workflow: "W", InstanceID: "a\n"}), workflow.KindInvalidID},
		"rerun ||":            {rerun(workflow.RerunRequest{NewInstanceID: "a||b"}), workflow.KindInvalidID},
		"rerun ?":             {rerun(workflow.RerunRequest{NewInstanceID: "a?b"}), workflow.KindInvalidID},
		"start without name":  {start(workflow.StartRequest{}), workflow.KindInvalid},
		"start no JSON":       {start(workflow.StartRequest{Workflow: "W", Input: "{"}), workflow.KindInvalid},
		"start no UTF-8":      {start(workflow.StartRequest{Workflow: "W\xff"}), workflow.KindInvalid},
		"raise without name":  {c.Raise(ctx, k, workflow.RaiseRequest{Payload: "1"}), workflow.KindInvalid},
		"raise no JSON":       {c.Raise(ctx, k, workflow.RaiseRequest{Event: "e", Payload: "x"}), workflow.KindInvalid},
		"terminate no JSON":   {c.Terminate(ctx, k, workflow.TerminateRequest{Output: "x"}), workflow.KindInvalid},
		"rerun no JSON":       {rerun(workflow.RerunRequest{Input: "x", ReplaceInput: true}), workflow.KindInvalid},
		"suspend no UTF-8":    {c.Suspend(ctx, k, "\xff"), workflow.KindInvalid},
		"resume no UTF-8":     {c.Resume(ctx, k, "\xff"), workflow.KindInvalid},
		"purge no UTF-8":      {c.Purge(ctx, key("\xff"), workflow.PurgeRequest{}), workflow.KindInvalid},
		"event name no UTF-8": {c.Raise(ctx, k, workflow.RaiseRequest{Event: "\xff"}), workflow.KindInvalid},
	} {
		if workflow.KindOf(r.err) != r.kind || r.err == nil {
			t.Errorf("%s: %v, want kind %d", name, r.err, r.kind)
		}
	}
	if n := len(f.received("")) - before; n != 0 {
		t.Errorf("%d calls were sent", n)
	}
}

func TestReadOnlySendsNoChange(t *testing.T) {
	f := newFake(t)
	c := f.connected(func(o *Options) { o.ReadOnly = true })
	for name, call := range everyCall(c) {
		err := call(t.Context())
		switch name {
		case "List", "Get", "Sidecar", "Detail", "History":
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		default:
			if workflow.KindOf(err) != workflow.KindReadOnly {
				t.Errorf("%s: %v, want KindReadOnly", name, err)
			}
		}
	}
	for _, r := range f.received("") {
		if mutating(r.method) {
			t.Errorf("%s was sent", r.method)
		}
	}
}

func TestCallsAreCounted(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	for range 3 {
		if _, _, err := c.Get(t.Context(), "i", true); err != nil {
			t.Fatal(err)
		}
	}
	got := c.Calls()
	if got["GetInstance"] != 3 || got["ListInstanceIDs"] != 1 || got["GetMetadata"] != 1 || len(got) != 3 {
		t.Errorf("calls %v", got)
	}
}

func TestEveryMutatingMethodIsKnownAsOne(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	for name, call := range everyCall(c) {
		before := len(f.received(""))
		if err := call(t.Context()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		last := f.received("")[before:]
		method := last[len(last)-1].method
		_, read := map[string]bool{"List": true, "Get": true, "Sidecar": true, "Detail": true, "History": true}[name]
		if mutating(method) == read {
			t.Errorf("%s sends %s, which counts as a change: %v", name, method, mutating(method))
		}
	}
}

func TestADeadlineThatPasses(t *testing.T) {
	f := newFake(t)
	hang := func(ctx context.Context, _ []byte) (proto.Message, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	f.on("TerminateInstance", hang)
	f.on("GetInstance", hang)
	c := f.connected(func(o *Options) { o.ActionTimeout, o.ReadTimeout = 30*time.Millisecond, 20*time.Millisecond })
	err := c.Terminate(t.Context(), key("i"), workflow.TerminateRequest{})
	wantKind(t, err, workflow.KindDeadline)
	if want := "no answer from " + f.addr + " within 30ms"; err.Error() != want || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%q, want %q", err, want)
	}
	_, _, err = c.Get(t.Context(), "i", true)
	wantKind(t, err, workflow.KindDeadline)
	if want := "no answer from " + f.addr + " within 20ms"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if n := len(f.received("TerminateInstance")); n != 1 {
		t.Errorf("terminate was sent %d times", n)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Suspend(ctx, key("i"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

func TestAForcedPurgeReadsFirst(t *testing.T) {
	f := newFake(t)
	c := f.connected()
	force := workflow.PurgeRequest{Force: true, Recursive: true}
	if err := c.Purge(t.Context(), key("i"), force); err != nil {
		t.Fatal(err)
	}
	calls := f.received("")
	if n := len(calls); calls[n-2].method != "GetInstance" || calls[n-1].method != "PurgeInstances" {
		t.Errorf("calls %v", calls)
	}
	for name, a := range map[string]answer{
		"gone":   reply(&protos.GetInstanceResponse{}),
		"unread": refuse(codes.Unknown, "database is locked"),
		"lost":   refuse(codes.Unavailable, "error reading from server: EOF"),
	} {
		f.on("GetInstance", a)
		if err := c.Purge(t.Context(), key("i"), force); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if n := len(f.received("PurgeInstances")); n != 1 {
		t.Errorf("%d purges were sent, want 1", n)
	}
}

func TestAForcedPurgeIsNotRepeated(t *testing.T) {
	f := newFake(t)
	f.on("PurgeInstances", refuse(codes.Unavailable, "error reading from server: EOF"))
	c := f.connected()
	err := c.Purge(t.Context(), key("i"), workflow.PurgeRequest{Force: true})
	wantKind(t, err, workflow.KindUnavailable)
	if n := len(f.received("PurgeInstances")); n != 1 {
		t.Errorf("%d purges were sent, want 1", n)
	}
}

func TestAForcedPurgeIsAlone(t *testing.T) {
	f := newFake(t)
	asked, release := make(chan struct{}, 9), make(chan struct{})
	f.on("PurgeInstances", func(ctx context.Context, _ []byte) (proto.Message, error) {
		asked <- struct{}{}
		select {
		case <-release:
		case <-ctx.Done():
		}
		return &protos.PurgeInstancesResponse{DeletedInstanceCount: 1}, nil
	})
	c := f.connected()
	var purges sync.WaitGroup
	run := func(id string, force bool) {
		purges.Go(func() {
			if err := c.Purge(t.Context(), key(id), workflow.PurgeRequest{Force: force}); err != nil {
				t.Errorf("purge of %s: %v", id, err)
			}
		})
		<-asked
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	busy := func(id string, force bool) {
		t.Helper()
		wantKind(t, c.Purge(soon, key(id), workflow.PurgeRequest{Force: force}), workflow.KindBusy)
	}
	run("a", true)
	busy("a", true)
	busy("a", false)
	busy("b", true)
	busy("b", false)
	release <- struct{}{}
	purges.Wait()

	run("a", false)
	busy("a", false)
	busy("b", true)
	run("b", false) // two plain purges of different instances are no danger
	close(release)
	purges.Wait()
	if n := len(f.received("PurgeInstances")); n != 3 {
		t.Errorf("%d purges were sent, want 3", n)
	}
}

func TestAPurgeThatDeletedNothing(t *testing.T) {
	f := newFake(t)
	f.on("PurgeInstances", reply(&protos.PurgeInstancesResponse{}))
	err := f.connected().Purge(t.Context(), key("i"), workflow.PurgeRequest{})
	wantKind(t, err, workflow.KindNotFound)
	if !strings.HasPrefix(err.Error(), "i ") {
		t.Error(err)
	}
}
