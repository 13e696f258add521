package embedded

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/client"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick scales the samples' durations so that a workflow takes milliseconds.
const quick = 0.001

func start(t testing.TB, opts Options) *Engine {
	t.Helper()
	e, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

func dial(t testing.TB, e *Engine) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(e.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 5 * time.Millisecond, Multiplier: 1, MaxDelay: 20 * time.Millisecond},
			MinConnectTimeout: 10 * time.Second,
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func deadline(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func hubClient(t testing.TB, e *Engine) *client.TaskHubGrpcClient {
	t.Helper()
	return client.NewTaskHubGrpcClient(dial(t, e), e.log)
}

func TestOrderIsApprovedAndShipped(t *testing.T) {
	e := start(t, Options{Pace: quick})
	c, ctx := hubClient(t, e), deadline(t)
	id, err := c.ScheduleNewWorkflow(ctx, "OrderProcessing", api.WithInstanceID("order-1"), api.WithInput(order{ID: "order-1", Total: money{Amount: 12}}))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.RaiseEvent(ctx, id, "APPROVE", api.WithEventPayload(approval{By: "ops"})); err != nil {
		t.Fatal(err)
	}
	m, err := c.WaitForWorkflowCompletion(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if m.GetRuntimeStatus() != api.RUNTIME_STATUS_COMPLETED || m.GetCustomStatus().GetValue() != "shipped" {
		t.Fatalf("ended as %s %q: %v", m.GetRuntimeStatus(), m.GetCustomStatus().GetValue(), m.GetFailureDetails())
	}
}

func TestCloseEndsWaitingCalls(t *testing.T) {
	e := start(t, Options{Pace: quick})
	c, ctx := hubClient(t, e), deadline(t)
	id, err := c.ScheduleNewWorkflow(ctx, "Onboarding")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	waiting, cancel := context.WithCancel(ctx)
	go func() {
		_, err := c.WaitForWorkflowCompletion(waiting, id)
		ended <- err
	}()
	e.Close()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatalf("the wait ended with %v", err)
	}
	if _, err := c.FetchWorkflowMetadata(ctx, id); err == nil {
		t.Fatal("a closed engine answered")
	}
}
