package conformance

import (
	"context"
	"fmt"

	"github.com/dapr/durabletask-go/client"
	"github.com/dapr/durabletask-go/task"
	"google.golang.org/grpc"
)

// Work connects a worker with the workflows of the suite and nothing else. It
// works until ctx ends.
func Work(ctx context.Context, conn *grpc.ClientConn) error {
	r := task.NewTaskRegistry()
	if err := Register(r); err != nil {
		return err
	}
	if err := client.NewTaskHubGrpcClient(conn, silent{}).StartWorkItemListener(ctx, r); err != nil {
		return fmt.Errorf("conformance worker: %w", err)
	}
	return nil
}

// silent discards what the worker logs, to standard error by default.
type silent struct{}

func (silent) Debug(...any)          {}
func (silent) Debugf(string, ...any) {}
func (silent) Info(...any)           {}
func (silent) Infof(string, ...any)  {}
func (silent) Warn(...any)           {}
func (silent) Warnf(string, ...any)  {}
func (silent) Error(...any)          {}
func (silent) Errorf(string, ...any) {}
