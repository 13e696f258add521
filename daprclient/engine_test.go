package daprclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	dtworkflow "github.com/dapr/durabletask-go/workflow"

	"github.com/dapr/durabletask-go/task"

	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// These tests speak to a real workflow engine over a real connection.

// register adds the one workflow of these tests: it echoes its input through an
// activity, waits for the event "go", and ends with what came.
func register(r *task.TaskRegistry) error {
	return errors.Join(
		r.AddWorkflowN("EchoAndWait", func(ctx *task.WorkflowContext) (any, error) {
			ctx.SetCustomStatus("waiting for go")
			var in, out json.RawMessage
			if err := ctx.GetInput(&in); err != nil {
				return nil, err
			}
			if err := ctx.CallActivity("Echo", task.WithActivityInput(in)).Await(&out); err != nil {
				return nil, err
			}
			err := ctx.WaitForSingleEvent("go", -1).Await(&out)
			return out, err
		}),
		r.AddActivityN("Echo", func(ctx task.ActivityContext) (any, error) {
			var in json.RawMessage
			err := ctx.GetInput(&in)
			return in, err
		}),
	)
}

type bench struct {
	*testing.T
	engine *embedded.Engine
	client *Client
}

func newBench(t *testing.T, change ...func(*embedded.Options, *Options)) bench {
	t.Helper()
	eo := embedded.Options{Register: register, NoWorkerWait: 20 * time.Millisecond}
	o := Options{ReadTimeout: patience, ActionTimeout: patience}
	for _, fn := range change {
		fn(&eo, &o)
	}
	e, err := embedded.Start(t.Context(), eo)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if o.Target, err = ParseTarget(e.Addr()); err != nil {
		t.Fatal(err)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return bench{t, e, c}
}

func (b bench) connect() watch.Connection {
	b.Helper()
	conn, err := b.client.Connect(b.Context())
	b.must(err)
	return conn
}

func (b bench) must(err error) {
	b.Helper()
	if err != nil {
		var e *workflow.Error
		if errors.As(err, &e) {
			b.Fatalf("%v (%s)", err, e.Detail)
		}
		b.Fatal(err)
	}
}

// start starts an instance and waits until it waits for its event.
func (b bench) start(id, input string) workflow.Key {
	b.Helper()
	got, err := b.client.Start(b.Context(), "orders", workflow.StartRequest{Workflow: "EchoAndWait", InstanceID: id, Input: input})
	b.must(err)
	k := key(got)
	b.until(k, "wait for the event", func(_ workflow.Instance, h workflow.History) bool { return len(h.Awaited()) == 1 })
	return k
}

// until reads an instance until ok says so. The API has nothing to wait on
// without harm, so this polls.
func (b bench) until(k workflow.Key, what string, ok func(workflow.Instance, workflow.History) bool) workflow.Instance {
	b.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		row, _, err := b.client.Get(b.Context(), k.InstanceID, true)
		b.must(err)
		h, err := b.client.History(b.Context(), k)
		b.must(err)
		if ok(row, h) {
			return row
		}
		if time.Now().After(end) {
			b.Fatalf("%s did not %s; it is %s with %d events", k.InstanceID, what, row.Status, len(h.Events))
		}
	}
}

func (b bench) untilStatus(k workflow.Key, s workflow.Status) workflow.Instance {
	b.Helper()
	return b.until(k, "become "+s.String(), func(i workflow.Instance, _ workflow.History) bool { return i.Status == s })
}

func TestTheLifeOfAnInstance(t *testing.T) {
	b := newBench(t)
	conn := b.connect()
	if s := conn.Sidecar; s.AppID != "orders" || s.Version == "" || !s.WorkersKnown || s.Workers != 1 || !s.CanList || s.StateStore == "" {
		t.Errorf("sidecar %+v", s)
	}
	k := b.start("order-17", `{"a":9223372036854775808}`)

	row := b.untilStatus(k, workflow.Running)
	if row.Name != "EchoAndWait" || row.CustomStatus != "waiting for go" || row.Created.IsZero() || row.Updated.Before(row.Created) {
		t.Errorf("row %+v", row)
	}
	ids, next, err := b.client.List(t.Context(), "")
	b.must(err)
	if !slices.Equal(ids, []string{"order-17"}) || next != "" {
		t.Errorf("listed %v, next %q", ids, next)
	}

	b.must(b.client.Suspend(t.Context(), k, "for lunch"))
	b.untilStatus(k, workflow.Suspended)
	b.must(b.client.Resume(t.Context(), k, ""))
	b.untilStatus(k, workflow.Running)
	b.must(b.client.Raise(t.Context(), k, workflow.RaiseRequest{Event: "GO", Payload: `{"by":"操作员"}`}))
	b.untilStatus(k, workflow.Completed)

	d, err := b.client.Detail(t.Context(), k)
	b.must(err)
	if d.Input.Raw != `{"a":9223372036854775808}` || d.Output.Raw != `{"by":"操作员"}` || d.Failure != nil {
		t.Errorf("detail %+v", d)
	}
	h, err := b.client.History(t.Context(), k)
	b.must(err)
	if h.Count(workflow.ExecutionSuspended) != 1 || h.Holds() != 0 || h.Raised("go") != 1 {
		t.Errorf("history %+v", h.Events)
	}
	scheduled := slices.IndexFunc(h.Events, func(e workflow.Event) bool { return e.Type == workflow.TaskScheduled })
	if done, ok := h.Partner(scheduled); !ok || h.Events[done].Payload.Raw != `{"a":9223372036854775808}` {
		t.Errorf("the activity's result is not paired: %d %v", done, ok)
	}
	for _, e := range h.Events {
		if e.Raw != "" {
			t.Errorf("the engine's own event is not known: %s", e.Raw)
		}
	}

	newID, err := b.client.Rerun(t.Context(), k, workflow.RerunRequest{
		EventID: uint32(h.Events[scheduled].ID), NewInstanceID: "order-17-again", Input: `"‹"`, ReplaceInput: true,
	})
	b.must(err)
	if newID != "order-17-again" {
		t.Errorf("rerun as %q", newID)
	}
	again := key(newID)
	b.until(again, "echo the new input", func(_ workflow.Instance, h workflow.History) bool {
		return slices.ContainsFunc(h.Events, func(e workflow.Event) bool { return e.Type == workflow.TaskCompleted && e.Payload.Raw == `"‹"` })
	})
	b.must(b.client.Terminate(t.Context(), again, workflow.TerminateRequest{Output: "[1]"}))
	b.untilStatus(again, workflow.Terminated)
	d, err = b.client.Detail(t.Context(), again)
	b.must(err)
	if d.Output.Raw != "[1]" {
		t.Errorf("output %+v", d.Output)
	}

	b.must(b.client.Purge(t.Context(), k, workflow.PurgeRequest{}))
	_, _, err = b.client.Get(t.Context(), k.InstanceID, true)
	wantKind(t, err, workflow.KindNotFound)
	wantKind(t, b.client.Purge(t.Context(), k, workflow.PurgeRequest{}), workflow.KindNotFound)
	wantKind(t, b.client.Purge(t.Context(), k, workflow.PurgeRequest{Force: true}), workflow.KindNotFound)
}

func TestWhatTheRuntimeRefuses(t *testing.T) {
	b := newBench(t)
	b.connect()
	k := b.start("live", "1")
	_, err := b.client.Start(t.Context(), "orders", workflow.StartRequest{Workflow: "EchoAndWait", InstanceID: "live"})
	wantKind(t, err, workflow.KindActive)
	wantKind(t, b.client.Purge(t.Context(), k, workflow.PurgeRequest{}), workflow.KindNotCompleted)
	_, err = b.client.Rerun(t.Context(), k, workflow.RerunRequest{})
	wantKind(t, err, workflow.KindNotCompleted)
	wantKind(t, b.client.Suspend(t.Context(), key("none"), ""), workflow.KindNotFound)
	_, err = b.client.History(t.Context(), key("none"))
	wantKind(t, err, workflow.KindNotFound)
	b.must(b.client.Purge(t.Context(), k, workflow.PurgeRequest{Force: true}))
	_, err = b.client.Detail(t.Context(), k)
	wantKind(t, err, workflow.KindNotFound)
}

func TestAScheduledInstanceIsPending(t *testing.T) {
	b := newBench(t)
	b.connect()
	id, err := b.client.Start(t.Context(), "orders", workflow.StartRequest{Workflow: "EchoAndWait", StartAt: time.Now().Add(time.Hour)})
	b.must(err)
	row, _, err := b.client.Get(t.Context(), id, true)
	b.must(err)
	if row.Status != workflow.Pending || row.Name != "" || !row.Created.IsZero() || !row.Updated.IsZero() {
		t.Errorf("%+v", row)
	}
}

func TestTerminateOfASuspendedInstanceWaits(t *testing.T) {
	b := newBench(t, func(_ *embedded.Options, o *Options) { o.ActionTimeout = 300 * time.Millisecond })
	b.connect()
	k := b.start("held", "1")
	b.must(b.client.Suspend(t.Context(), k, ""))
	err := b.client.Terminate(t.Context(), k, workflow.TerminateRequest{})
	wantKind(t, err, workflow.KindDeadline)
	b.untilStatus(k, workflow.Suspended)
	b.must(b.client.Resume(t.Context(), k, ""))
	b.untilStatus(k, workflow.Terminated)
}

func TestWithoutAWorker(t *testing.T) {
	b := newBench(t)
	b.connect()
	k := b.start("order", "1")
	b.engine.StopWorker()
	s, err := b.client.Sidecar(t.Context())
	b.must(err)
	if s.Workers != 0 || !s.WorkersKnown {
		t.Errorf("sidecar %+v", s)
	}
	wantKind(t, b.client.Suspend(t.Context(), k, ""), workflow.KindNoWorker)
	wantKind(t, b.client.Terminate(t.Context(), k, workflow.TerminateRequest{}), workflow.KindNoWorker)
	if _, err := b.client.Detail(t.Context(), k); err != nil {
		t.Errorf("a read: %v", err)
	}
	b.must(b.client.Purge(t.Context(), k, workflow.PurgeRequest{Force: true}))
}

func TestTheListingHasPages(t *testing.T) {
	b := newBench(t, func(_ *embedded.Options, o *Options) { o.PageSize = 2 })
	b.connect()
	for i := range 5 {
		_, err := b.client.Start(t.Context(), "orders", workflow.StartRequest{
			Workflow: "EchoAndWait", InstanceID: fmt.Sprint("i", i), StartAt: time.Now().Add(time.Hour),
		})
		b.must(err)
	}
	conn := b.connect()
	ids, next := conn.IDs, conn.Next
	for next != "" {
		var page []string
		var err error
		page, next, err = b.client.List(t.Context(), next)
		b.must(err)
		if len(page) > 2 {
			t.Errorf("page %v", page)
		}
		ids = append(ids, page...)
	}
	slices.Sort(ids)
	if !slices.Equal(ids, []string{"i0", "i1", "i2", "i3", "i4"}) || len(conn.IDs) != 2 {
		t.Errorf("first page %v, all %v", conn.IDs, ids)
	}
}

func TestAPoisonedAppIsCured(t *testing.T) {
	b := newBench(t)
	b.connect()
	s, err := b.client.session()
	b.must(err)
	// Somebody else's program; this one refuses such an ID.
	_, err = s.wf.ScheduleWorkflow(t.Context(), "EchoAndWait", dtworkflow.WithInstanceID("a||b"))
	b.must(err)
	_, err = b.client.Connect(t.Context())
	wantKind(t, err, workflow.KindPoisoned)
	var e *workflow.Error
	if errors.As(err, &e); e.ID != "a||b" {
		t.Fatalf("ID %q", e.ID)
	}
	b.must(b.client.Purge(t.Context(), key(e.ID), workflow.PurgeRequest{Force: true}))
	if conn := b.connect(); len(conn.IDs) != 0 {
		t.Errorf("listed %v", conn.IDs)
	}
}

func TestTheTokenIsChecked(t *testing.T) {
	for token, words := range map[string]string{
		"":      "the sidecar asks for an API token: set DAPR_API_TOKEN or give --api-token-file",
		"wrong": "the sidecar does not accept the API token in DAPR_API_TOKEN",
	} {
		b := newBench(t, func(e *embedded.Options, o *Options) { e.APIToken, o.APIToken = "right", token })
		_, err := b.client.Connect(t.Context())
		wantKind(t, err, workflow.KindUnauthenticated)
		if err.Error() != words {
			t.Errorf("%q, want %q", err, words)
		}
	}
	b := newBench(t, func(e *embedded.Options, o *Options) { e.APIToken, o.APIToken = "right", "right" })
	b.connect()
	b.start("i", "1")
}

func TestTheSidecarGoesAndComesBack(t *testing.T) {
	b := newBench(t)
	conn := b.connect()
	k := b.start("order", "1")
	b.engine.StopServing()
	await(t, conn.Lost, "the loss of the connection")
	_, err := b.client.Connect(t.Context())
	wantKind(t, err, workflow.KindUnavailable)
	b.must(b.engine.Serve("orders"))
	if conn := b.connect(); !slices.Equal(conn.IDs, []string{"order"}) {
		t.Errorf("listed %v", conn.IDs)
	}

	b.engine.StopServing()
	b.must(b.engine.Serve("billing"))
	if conn := b.connect(); conn.Sidecar.AppID != "billing" || len(conn.IDs) != 0 {
		t.Errorf("%+v", conn)
	}
	wantKind(t, b.client.Terminate(t.Context(), k, workflow.TerminateRequest{}), workflow.KindOtherApp)
}

// The compiler's proof that a client can serve a watch.
var _ watch.Source = (*Client)(nil)

func BenchmarkGet(b *testing.B) {
	e, err := embedded.Start(b.Context(), embedded.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	target, err := ParseTarget(e.Addr())
	if err != nil {
		b.Fatal(err)
	}
	c, err := New(Options{Target: target})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := e.Seed(b.Context(), 100); err != nil {
		b.Fatal(err)
	}
	conn, err := c.Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, _, err := c.Get(context.Background(), conn.IDs[i%len(conn.IDs)], true); err != nil {
			b.Fatal(err)
		}
	}
}
