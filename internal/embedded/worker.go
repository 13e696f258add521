package embedded

import (
	"context"
	"fmt"
	"time"

	"github.com/dapr/durabletask-go/client"
	"github.com/dapr/durabletask-go/task"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// workerWait bounds how long the connection of the engine's own worker may
// take to come and go.
const workerWait = 5 * time.Second

// worker is the app: durabletask-go's own client, connected over gRPC as the
// app of a real sidecar is, so that histories and the number of connected
// workers are what they are there.
type worker struct {
	cancel context.CancelFunc
	conn   *grpc.ClientConn
	hub    *hub
}

// StartWorker connects a worker for the sample workflows. It does nothing when
// one is connected.
func (e *Engine) StartWorker() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.worker != nil {
		return nil
	}
	if e.server == nil {
		return fmt.Errorf("start worker: %w", errClosed)
	}
	registry, err := e.registry()
	if err != nil {
		return err
	}
	conn, err := grpc.NewClient(e.addr.String(),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithChainUnaryInterceptor(e.sendToken, describeFailures),
		grpc.WithChainStreamInterceptor(e.sendTokenStream),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(2*maxBody)),
	)
	if err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	ctx, cancel := context.WithCancel(e.ctx)
	w := &worker{cancel: cancel, conn: conn, hub: e.hub}
	before := e.hub.connectedWorkers()
	if err := client.NewTaskHubGrpcClient(conn, e.log).StartWorkItemListener(ctx, registry); err != nil {
		w.stop()
		return fmt.Errorf("start worker: %w", err)
	}
	if err := e.hub.awaitWorkers(e.ctx, func(n int) bool { return n > before }); err != nil {
		w.stop()
		return fmt.Errorf("start worker: %w", err)
	}
	e.worker = w
	return nil
}

// StopWorker disconnects the engine's worker: what it was doing is done again
// by the next one. It returns when the engine has noticed.
func (e *Engine) StopWorker() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.worker == nil {
		return
	}
	before := e.worker.hub.connectedWorkers()
	e.worker.stop()
	if err := e.worker.hub.awaitWorkers(e.ctx, func(n int) bool { return n < before }); err != nil {
		e.log.Errorf("stop worker: %v", err)
	}
	e.worker = nil
}

func (w *worker) stop() {
	w.cancel()
	_ = w.conn.Close()
}

func (s *store) connectedWorkers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.workers
}

// awaitWorkers waits until the number of connected workers is as wanted.
func (s *store) awaitWorkers(ctx context.Context, wanted func(int) bool) error {
	ctx, cancel := context.WithTimeout(ctx, workerWait)
	defer cancel()
	for {
		s.mu.Lock()
		n, changed := s.workers, s.changed
		s.mu.Unlock()
		if wanted(n) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("worker connection: %w", ctx.Err())
		}
	}
}

func (e *Engine) withToken(ctx context.Context) context.Context {
	if e.opts.APIToken == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, tokenHeader, e.opts.APIToken)
}

func (e *Engine) sendToken(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	return invoke(e.withToken(ctx), method, req, reply, cc, opts...)
}

func (e *Engine) sendTokenStream(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, stream grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return stream(e.withToken(ctx), desc, cc, method, opts...)
}

// registry holds the samples and what Options.Register adds.
func (e *Engine) registry() (*task.TaskRegistry, error) {
	r := task.NewTaskRegistry()
	if err := registerSamples(r, newSamples(e.opts.Pace)); err != nil {
		return nil, fmt.Errorf("sample workflows: %w", err)
	}
	if e.opts.Register != nil {
		if err := e.opts.Register(r); err != nil {
			return nil, fmt.Errorf("more workflows: %w", err)
		}
	}
	return r, nil
}
