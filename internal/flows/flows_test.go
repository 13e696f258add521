package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/task"
	"google.golang.org/grpc"

	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/model"
)

// engine starts the embedded engine with two workflows: Approval waits for the
// event approve and returns it, Twice does an activity and returns its result.
func engine(t *testing.T, opts embedded.Options) *embedded.Engine {
	t.Helper()
	opts.Register = func(r *task.TaskRegistry) error {
		return firstError(
			r.AddWorkflowN("Approval", func(ctx *task.WorkflowContext) (any, error) {
				var by json.RawMessage
				err := ctx.WaitForSingleEvent("approve", -1).Await(&by)
				return by, err
			}),
			r.AddWorkflowN("Echo", func(ctx *task.WorkflowContext) (any, error) {
				var in, out json.RawMessage
				if err := ctx.GetInput(&in); err != nil {
					return nil, err
				}
				err := ctx.CallActivity("Same", task.WithActivityInput(in)).Await(&out)
				return out, err
			}),
			r.AddActivityN("Same", func(ctx task.ActivityContext) (any, error) {
				var in json.RawMessage
				err := ctx.GetInput(&in)
				return in, err
			}),
		)
	}
	e, err := embedded.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// serve has the engine answer again, as the sidecar of an app with a worker.
func serve(t *testing.T, e *embedded.Engine, app string) {
	t.Helper()
	if err := firstError(e.Serve(app), e.StartWorker()); err != nil {
		t.Fatal(err)
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// startInstance starts an instance through the form.
func (c *console) startInstance(name, id, input string) {
	c.t.Helper()
	c.press("a")
	c.sees("Start a new instance")
	c.press("ctrl+u")
	c.paste(name)
	c.press("tab")
	c.paste(id)
	c.press("tab")
	if input != "" {
		c.paste(input)
	}
	c.press("ctrl+s")
	c.sees("started " + id + ": ")
	c.row(id)
}

func TestEveryOperation(t *testing.T) {
	e := engine(t, embedded.Options{})
	c := open(t, e.Addr())
	c.sees("orders has no workflow instances yet")
	c.startInstance("Approval", "order-17", `{"sku":"A1"}`)
	c.sees("1 instance", "order-17", "Approval")

	c.press("p")
	c.sees("Pause order-17 (orders)")
	c.paste("maintenance")
	c.press("ctrl+s")
	c.sees("paused order-17: SUSPENDED after")

	c.press("r ctrl+s")
	c.sees("resumed order-17: RUNNING after")
	c.row("order-17", "RUNNING")

	c.press("e")
	c.sees("Raise an event on order-17 (orders)", "approve")
	c.press("tab")
	c.paste(`{"by":"ops"}`)
	c.press("ctrl+s")
	c.sees("raised order-17: approve is delivered after")
	c.row("order-17", "COMPLETED")

	c.press("X")
	c.sees("Purge order-17 (orders)")
	c.press("ctrl+s")
	c.sees("purged order-17: its state is gone after")
	c.sees("orders has no workflow instances yet")

	c.startInstance("Echo", "echo-1", `{"n":9223372036854775808}`)
	c.row("echo-1", "COMPLETED")
	c.historyOf("Echo")
	c.press("R")
	c.sees("Rerun echo-1 (orders): from which event?")
	c.press("enter")
	c.sees("From event")
	c.press("ctrl+s")
	c.sees("rerun echo-1 as ")
	c.sees("2 instances")

	c.startInstance("Approval", "order-18", "")
	c.only("order-18")
	c.press("T")
	c.sees("Terminate order-18 (orders)")
	c.press("ctrl+s")
	c.sees("terminated order-18: TERMINATED after")
}

func TestTerminateAndResume(t *testing.T) {
	e := engine(t, embedded.Options{})
	c := open(t, e.Addr())
	c.sees("no workflow instances yet")
	c.startInstance("Approval", "order-17", "")
	c.press("p ctrl+s")
	c.sees("paused order-17")
	c.row("order-17", "SUSPENDED")
	c.press("T")
	c.sees("only once it is resumed")
	c.press("tab tab enter") // from Cancel over Terminate
	c.sees("terminated order-17: TERMINATED after")
}

func TestTerminateOfASuspendedInstanceIsNotConfirmed(t *testing.T) {
	e := engine(t, embedded.Options{})
	c := open(t, e.Addr(), func(cfg *model.Config) { cfg.ActionTimeout = 500 * time.Millisecond })
	c.sees("no workflow instances yet")
	c.startInstance("Approval", "order-17", "")
	c.press("p ctrl+s")
	c.sees("paused order-17")
	c.row("order-17", "SUSPENDED")
	c.press("T")
	c.sees("only once it is resumed")
	c.press("ctrl+s")
	c.sees("terminate sent to order-17, which is suspended: it will take effect when it is resumed")
	c.press("r ctrl+s")
	c.sees("TERMINATED")
}

func TestNestedSuspends(t *testing.T) {
	e := engine(t, embedded.Options{})
	c := open(t, e.Addr())
	c.sees("no workflow instances yet")
	c.startInstance("Approval", "order-17", "")
	c.press("p ctrl+s")
	c.sees("paused order-17")
	c.row("order-17", "SUSPENDED")
	// Another operator suspends it a second time.
	key := workflow.Key{AppID: "orders", InstanceID: "order-17"}
	if err := c.client.Suspend(t.Context(), key, "again"); err != nil {
		t.Fatal(err)
	}
	c.sees("One resume will not be enough")
	c.press("r")
	c.sees("Resume order-17 (orders)", "takes two resumes")
	c.press("ctrl+s")
	c.sees("RUNNING, but still suspended: resume it again (1 more time)")
	c.row("order-17", "RUNNING")
	c.press("r")
	c.sees("Resume order-17 (orders)")
	c.press("ctrl+s")
	c.sees("resumed order-17: RUNNING after")
}

func TestTheEngineComesLateGoesAndComesBack(t *testing.T) {
	e := engine(t, embedded.Options{})
	address := e.Addr()
	e.StopServing()
	c := open(t, address)
	c.sees("No Dapr sidecar at "+address, "daprdeck demo")
	serve(t, e, "orders")
	c.sees("orders has no workflow instances yet")
	c.startInstance("Approval", "order-17", "")

	c.sees("event     approve")
	c.press("e")
	c.sees("Raise an event on order-17")
	c.press("tab")
	c.paste(`{"typed":"before the fall"}`)
	e.StopServing()
	c.sees("not connected")
	c.sees("order-17", "before the fall") // the form and what was typed stay
	serve(t, e, "orders")
	c.seesNot("not connected")
	c.press("ctrl+s")
	c.sees("raised order-17: approve is delivered after")
}

func TestAnotherAppOnTheSamePort(t *testing.T) {
	e := engine(t, embedded.Options{})
	c := open(t, e.Addr())
	c.sees("no workflow instances yet")
	c.startInstance("Approval", "order-17", "")
	c.press("p")
	c.sees("Pause order-17 (orders)")
	e.StopServing()
	serve(t, e, "billing")
	c.sees("it was orders and is billing", "billing has no workflow instances yet", "Nothing was sent")
	c.press("esc")
	c.seesNot("Pause order-17")
}

func TestNoWorker(t *testing.T) {
	e := engine(t, embedded.Options{NoWorkerWait: 50 * time.Millisecond})
	c := open(t, e.Addr())
	c.sees("no workflow instances yet")
	c.startInstance("Approval", "order-17", "")
	e.StopWorker()
	c.sees("no worker")
	c.press("p")
	c.sees("No worker is connected")
	c.press("ctrl+s")
	c.sees("pause order-17: no worker")
}

// recorder keeps what reached the server.
type recorder struct {
	mu   sync.Mutex
	seen []any
}

func (r *recorder) intercept(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	r.mu.Lock()
	r.seen = append(r.seen, req)
	r.mu.Unlock()
	return handler(ctx, req)
}

func (r *recorder) inputs(kind func(any) (string, bool)) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, req := range r.seen {
		if text, ok := kind(req); ok {
			out = append(out, text)
		}
	}
	return out
}

func TestJSONGoesByteForByte(t *testing.T) {
	for i, text := range []string{`{"a":1}`, `9223372036854775808`, `"‹"`, `{ "b" : [1,  2] , "<&>": "\u003c" }`} {
		t.Run(text, func(t *testing.T) {
			var r recorder
			e := engine(t, embedded.Options{Interceptor: r.intercept})
			c := open(t, e.Addr())
			c.sees("no workflow instances yet")
			id := fmt.Sprintf("order-%d", i)
			c.startInstance("Approval", id, text)
			c.sees("event     approve")
			c.press("e tab")
			c.paste(text)
			c.press("ctrl+s")
			c.sees("raised " + id)

			c.startInstance("Approval", "second", "")
			c.only("second")
			c.press("T")
			c.sees("Terminate second")
			c.press("tab tab") // from Cancel over Terminate to the output
			c.paste(text)
			c.press("ctrl+s")
			c.sees("terminated second")

			c.press("esc") // the filter would hide the third
			c.startInstance("Echo", "third", "1")
			c.only("third")
			c.row("third", "COMPLETED")
			c.historyOf("Echo")
			c.press("R")
			c.sees("Rerun third (orders): from which event?")
			c.press("enter")
			c.sees("From event")
			c.press("tab tab tab space tab") // over Rerun and the number: new input, its text
			c.paste(text)
			c.press("ctrl+s")
			c.sees("rerun third as ")

			for name, got := range map[string][]string{
				"start": r.inputs(func(req any) (string, bool) {
					x, ok := req.(*protos.CreateInstanceRequest)
					return x.GetInput().GetValue(), ok && x.GetInstanceId() == id
				}),
				"raise": r.inputs(func(req any) (string, bool) {
					x, ok := req.(*protos.RaiseEventRequest)
					return x.GetInput().GetValue(), ok
				}),
				"terminate": r.inputs(func(req any) (string, bool) {
					x, ok := req.(*protos.TerminateRequest)
					return x.GetOutput().GetValue(), ok
				}),
				"rerun": r.inputs(func(req any) (string, bool) {
					x, ok := req.(*protos.RerunWorkflowFromEventRequest)
					return x.GetInput().GetValue(), ok
				}),
			} {
				if len(got) != 1 || got[0] != text {
					t.Errorf("%s: the server received %q, want %q once", name, got, text)
				}
			}
		})
	}
}
