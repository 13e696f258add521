package embedded

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/task"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func appOf(t *testing.T, conn *grpc.ClientConn) (*runtimev1.GetMetadataResponse, error) {
	t.Helper()
	return runtimev1.NewDaprClient(conn).GetMetadata(deadline(t), &runtimev1.GetMetadataRequest{}, grpc.WaitForReady(true))
}

func TestServeAgainOnTheSamePort(t *testing.T) {
	e := start(t, Options{Pace: quick, AppID: "orders"})
	conn, ctx := dial(t, e), deadline(t)
	hub := protos.NewTaskHubSidecarServiceClient(conn)
	if _, err := hub.StartInstance(ctx, &protos.CreateInstanceRequest{InstanceId: "kept", Name: "Onboarding"}); err != nil {
		t.Fatal(err)
	}
	address := e.Addr()
	for _, app := range []struct {
		id   string
		kept bool
	}{{"orders", true}, {"billing", false}, {"orders", true}} {
		e.StopServing()
		if _, err := hub.GetInstance(ctx, &protos.GetInstanceRequest{InstanceId: "kept"}); status.Code(err) != codes.Unavailable {
			t.Fatalf("a stopped engine answered %v", err)
		}
		if err := e.Serve(app.id); err != nil {
			t.Fatal(err)
		}
		md, err := appOf(t, conn)
		if err != nil {
			t.Fatal(err)
		}
		if md.GetId() != app.id || e.AppID() != app.id || e.Addr() != address || md.GetWorkflows().GetConnectedWorkers() != 0 {
			t.Errorf("served %s with %d workers at %s, want %s with none at %s", md.GetId(), md.GetWorkflows().GetConnectedWorkers(), e.Addr(), app.id, address)
		}
		if err := e.StartWorker(); err != nil {
			t.Fatal(err)
		}
		resp, err := hub.GetInstance(ctx, &protos.GetInstanceRequest{InstanceId: "kept"})
		if err != nil || resp.GetExists() != app.kept {
			t.Errorf("app %s: the instance exists: %v, %v", app.id, resp.GetExists(), err)
		}
	}
	if err := e.Serve("orders"); !errors.Is(err, errServing) {
		t.Errorf("a second Serve: %v", err)
	}
}

func TestTokenIsAskedOfEveryCall(t *testing.T) {
	e := start(t, Options{Pace: quick, APIToken: "s3cret"})
	conn := dial(t, e)
	hub, dapr := protos.NewTaskHubSidecarServiceClient(conn), runtimev1.NewDaprClient(conn)
	for name, c := range map[string]struct {
		token string
		want  codes.Code
	}{"none": {"", codes.Unauthenticated}, "wrong": {"s3cret2", codes.Unauthenticated}, "right": {"s3cret", codes.OK}} {
		ctx := deadline(t)
		if c.token != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, tokenHeader, c.token)
		}
		_, err := dapr.GetMetadata(ctx, &runtimev1.GetMetadataRequest{})
		if status.Code(err) != c.want || (err != nil && status.Convert(err).Message() != "Unauthorized") {
			t.Errorf("%s token: metadata answered %v", name, err)
		}
		if _, err := hub.ListInstanceIDs(ctx, &protos.ListInstanceIDsRequest{}); status.Code(err) != c.want {
			t.Errorf("%s token: the listing answered %v", name, err)
		}
		if stream, err := hub.GetWorkItems(ctx, &protos.GetWorkItemsRequest{}); c.want != codes.OK {
			if err == nil {
				_, err = stream.Recv()
			}
			if status.Code(err) != c.want {
				t.Errorf("%s token: the stream of work answered %v", name, err)
			}
		}
	}
	ctx := metadata.AppendToOutgoingContext(deadline(t), tokenHeader, "s3cret")
	if _, err := hub.StartInstance(ctx, &protos.CreateInstanceRequest{InstanceId: "x", Name: "Onboarding"}); err != nil {
		t.Errorf("the engine's own worker does not work: %v", err)
	}
}

func TestInterceptorSeesTheRequests(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]string{}
	e := start(t, Options{Pace: quick, Interceptor: func(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if r, ok := req.(*protos.CreateInstanceRequest); ok {
			mu.Lock()
			seen[info.FullMethod] = r.GetInput().GetValue()
			mu.Unlock()
		}
		return next(ctx, req)
	}})
	_, err := protos.NewTaskHubSidecarServiceClient(dial(t, e)).StartInstance(deadline(t), &protos.CreateInstanceRequest{
		InstanceId: "x", Name: "Onboarding", Input: wrapperspb.String(`9223372036854775808`),
	})
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if got := seen[protos.TaskHubSidecarService_StartInstance_FullMethodName]; got != `9223372036854775808` {
		t.Errorf("the server received %q", got)
	}
}

// A worker that goes takes its running activity with it; the next one does it
// again.
func TestNextWorkerRepeatsALostActivity(t *testing.T) {
	runs := make(chan string, 4)
	release := make(chan struct{})
	e := start(t, Options{Pace: quick, Register: func(r *task.TaskRegistry) error {
		if err := r.AddActivityN("block", func(ctx task.ActivityContext) (any, error) {
			runs <- "run"
			select {
			case <-release:
				return "done", nil
			case <-ctx.Context().Done():
				return nil, ctx.Context().Err()
			}
		}); err != nil {
			return err
		}
		return r.AddWorkflowN("Blocked", func(ctx *task.WorkflowContext) (any, error) {
			var out string
			err := ctx.CallActivity("block").Await(&out)
			return out, err
		})
	}})
	c, ctx := hubClient(t, e), deadline(t)
	id, err := c.ScheduleNewWorkflow(ctx, "Blocked")
	if err != nil {
		t.Fatal(err)
	}
	<-runs
	e.StopWorker()
	if err := e.StartWorker(); err != nil {
		t.Fatal(err)
	}
	<-runs
	close(release)
	m, err := c.WaitForWorkflowCompletion(ctx, id)
	if err != nil || m.GetRuntimeStatus() != api.RUNTIME_STATUS_COMPLETED {
		t.Fatalf("%v, %v", m.GetRuntimeStatus(), err)
	}
}

// In Dapr a wait ends with the worker, and says so after a while.
func TestWaitEndsWithTheWorker(t *testing.T) {
	e := start(t, Options{Pace: quick, NoWorkerWait: 50 * time.Millisecond})
	c, ctx := hubClient(t, e), deadline(t)
	id, err := c.ScheduleNewWorkflow(ctx, "Onboarding")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SuspendWorkflow(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.TerminateWorkflow(ctx, id) }()
	for waiting := 0; waiting == 0; {
		e.hub.mu.Lock()
		waiting = len(e.hub.watchers[string(id)])
		e.hub.mu.Unlock()
		select {
		case err := <-ended:
			t.Fatalf("the terminate did not wait: %v", err)
		case <-time.After(time.Millisecond): // the wait shows nowhere else
		}
	}
	e.StopWorker()
	if err := <-ended; status.Code(errors.Unwrap(err)) != codes.FailedPrecondition || !strings.Contains(err.Error(), "did not find address for actor 'dapr.internal.default.orders.workflow/"+string(id)) {
		t.Fatalf("the terminate ended with %v", err)
	}
}

func TestStartWithoutWorker(t *testing.T) {
	e := start(t, Options{Pace: quick, NoWorker: true})
	conn := dial(t, e)
	if md, err := appOf(t, conn); err != nil || md.GetWorkflows().GetConnectedWorkers() != 0 || md.GetRuntimeVersion() != Version {
		t.Fatalf("%v, %v", md, err)
	}
	started := make(chan error, 1)
	go func() {
		_, err := protos.NewTaskHubSidecarServiceClient(conn).StartInstance(deadline(t), &protos.CreateInstanceRequest{InstanceId: "x", Name: "Onboarding"})
		started <- err
	}()
	if err := e.StartWorker(); err != nil {
		t.Fatal(err)
	}
	if err := <-started; err != nil { // it waited for the worker
		t.Fatal(err)
	}
}

func TestLogHoldsNoPayload(t *testing.T) {
	var log lockedBuffer
	e := start(t, Options{Pace: quick, Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	c, ctx := hubClient(t, e), deadline(t)
	const secret = `"hunter2"`
	id, err := c.ScheduleNewWorkflow(ctx, "Onboarding", api.WithRawInput(wrapperspb.String(secret)))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second one is dropped, which durabletask-go logs with the event
		if err := c.RaiseEvent(ctx, id, "documents-received", api.WithRawEventData(wrapperspb.String(secret))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.WaitForWorkflowCompletion(ctx, id); err != nil {
		t.Fatal(err)
	}
	e.Close()
	if text := log.String(); strings.Contains(text, "hunter2") || !strings.Contains(text, string(id)) {
		t.Fatalf("the log has %d bytes and holds a payload, or nothing at all", len(text))
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A library's line on a standard stream would tear the screen.
func TestNothingIsPrinted(t *testing.T) {
	cmd := exec.CommandContext(deadline(t), os.Args[0], "-test.run=^(TestOrderIsApprovedAndShipped|TestShopLives)$", "-test.count=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s%s", err, stdout.String(), stderr.String())
	}
	if got := strings.TrimSpace(stdout.String()); got != "PASS" || stderr.Len() > 0 {
		t.Fatalf("printed %q and %q", got, stderr.String())
	}
}
