// Package worker runs the workflows that the tests act on. It connects to a
// sidecar as any application does and can be stopped and started again, to
// see what the sidecar does when no worker is there.
package worker

import (
	"context"
	"fmt"
	"sync"

	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/grpc"
)

// Worker serves workflows and activities over one connection.
type Worker struct {
	conn   *grpc.ClientConn
	cancel context.CancelFunc
	once   sync.Once
}

// Start connects a worker over conn, which it then owns, and returns when the
// sidecar has taken the stream of work. It works until Stop or the end of
// ctx. The sidecar needs a moment more before it hosts the instances: wait
// for connectedWorkers and the actor types in its metadata.
func Start(ctx context.Context, conn *grpc.ClientConn) (*Worker, error) {
	registry, err := newRegistry()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	client := workflow.NewClientWithLogger(conn, silent{})
	if err := client.StartWorker(ctx, registry); err != nil {
		cancel()
		_ = conn.Close()
		return nil, fmt.Errorf("start the worker: %w", err)
	}
	return &Worker{conn: conn, cancel: cancel}, nil
}

// Stop disconnects the worker. Activities that run are cancelled and their
// results lost, as when an application dies. It may be called twice.
func (w *Worker) Stop() {
	w.once.Do(func() {
		w.cancel()
		_ = w.conn.Close() // what was in flight is lost on purpose
	})
}

// silent discards the log of the workflow client, which goes to standard
// error otherwise.
type silent struct{}

func (silent) Debug(...any)          {}
func (silent) Debugf(string, ...any) {}
func (silent) Info(...any)           {}
func (silent) Infof(string, ...any)  {}
func (silent) Warn(...any)           {}
func (silent) Warnf(string, ...any)  {}
func (silent) Error(...any)          {}
func (silent) Errorf(string, ...any) {}
