// Command worker serves a few workflows to a sidecar of the older release, with
// the library of its time: today's speaks to another method.
//
//	worker 127.0.0.1:50001
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/client"
	"github.com/dapr/durabletask-go/task"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: worker ADDRESS")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}

func run(address string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	registry, err := workflows()
	if err != nil {
		return err
	}
	conn, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	defer func() { _ = conn.Close() }() // it ends anyway
	if err := client.NewTaskHubGrpcClient(conn, backend.DefaultLogger()).StartWorkItemListener(ctx, registry); err != nil {
		return fmt.Errorf("listen for work: %w", err)
	}
	<-ctx.Done()
	return nil
}

// workflows are those of the same names of the tests' own worker.
func workflows() (*task.TaskRegistry, error) {
	r := task.NewTaskRegistry()
	for name, w := range map[string]task.Orchestrator{"Approval": approval, "Echo": echo, "Failing": failing} {
		if err := r.AddOrchestratorN(name, w); err != nil {
			return nil, fmt.Errorf("register %s: %w", name, err)
		}
	}
	if err := r.AddActivityN("fail", func(task.ActivityContext) (any, error) {
		return nil, fmt.Errorf("this activity always fails")
	}); err != nil {
		return nil, fmt.Errorf("register fail: %w", err)
	}
	return r, nil
}

// approval waits for the event "approve" without limit.
func approval(ctx *task.OrchestrationContext) (any, error) {
	ctx.SetCustomStatus("waiting for approval")
	if err := ctx.WaitForSingleEvent("approve", -time.Second).Await(nil); err != nil {
		return nil, fmt.Errorf("approve: %w", err)
	}
	ctx.SetCustomStatus("answered")
	return map[string]any{"approved": true}, nil
}

func echo(ctx *task.OrchestrationContext) (any, error) {
	var in any
	if err := ctx.GetInput(&in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	return in, nil
}

func failing(ctx *task.OrchestrationContext) (any, error) {
	if err := ctx.CallActivity("fail").Await(nil); err != nil {
		return nil, fmt.Errorf("fail: %w", err)
	}
	return nil, nil
}
