package harness

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"google.golang.org/grpc"
)

// WorkerProcess is a worker that is a process: one of the older release, or one
// in another language.
type WorkerProcess struct{ proc *process }

// WorkerCommand is the program of such a worker.
type WorkerCommand struct {
	Path string
	Args []string
	Env  []string // in addition to PATH, HOME, TMPDIR and the ports of the sidecar
}

// workerLog is how much of a worker's output is kept, in bytes. A Python worker
// whose workflow was suspended twice and resumed once writes 600 MB a minute.
const workerLog = 4 << 20

// StartOldWorker connects a worker that a sidecar of the older release can use,
// and waits until the sidecar hosts its instances.
func (s *Sidecar) StartOldWorker(ctx context.Context) (*WorkerProcess, error) {
	w, err := s.LaunchOldWorker(ctx)
	if err != nil {
		return nil, err
	}
	return w, s.await(ctx, w)
}

// LaunchOldWorker is StartOldWorker without the wait, for a sidecar that cannot
// host an instance.
func (s *Sidecar) LaunchOldWorker(ctx context.Context) (*WorkerProcess, error) {
	bins, err := BuildOld(ctx)
	if err != nil {
		return nil, err
	}
	return s.launchWorker(WorkerCommand{Path: bins.Worker, Args: []string{s.Address()}})
}

// StartWorkerProcess starts a worker and waits until the sidecar counts it and
// hosts its instances. The worker ends with the sidecar at the latest.
func (s *Sidecar) StartWorkerProcess(ctx context.Context, c WorkerCommand) (*WorkerProcess, error) {
	w, err := s.launchWorker(c)
	if err != nil {
		return nil, err
	}
	if err := s.await(ctx, w); err != nil {
		w.Stop()
		return nil, err
	}
	return w, nil
}

func (s *Sidecar) launchWorker(c WorkerCommand) (*WorkerProcess, error) {
	env := s.rt.env("DAPR_GRPC_PORT="+strconv.Itoa(s.Ports().GRPC), "DAPR_HTTP_PORT="+strconv.Itoa(s.Ports().HTTP))
	if token := s.token(); token != "" {
		env = append(env, "DAPR_API_TOKEN="+token)
	}
	proc, err := s.rt.spawn.launch(command{
		name: "worker", path: c.Path, args: c.Args, dir: s.dir, env: append(env, c.Env...),
		logPath: filepath.Join(s.dir, "worker.log"), logLimit: workerLog,
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.workers = append(s.workers, proc)
	s.mu.Unlock()
	return &WorkerProcess{proc}, nil
}

// await waits until the sidecar has one worker, and no longer than the worker
// lives.
func (s *Sidecar) await(ctx context.Context, w *WorkerProcess) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	conn, err := s.Dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return w.proc.waitReady(ctx, func(ctx context.Context) error { return hasWorkers(ctx, conn, 1) })
}

// Stop ends the worker with SIGKILL and waits until it is gone. It may be
// called twice.
func (w *WorkerProcess) Stop() { w.proc.kill() }

// PID is the worker's process ID.
func (w *WorkerProcess) PID() int { return w.proc.pid() }

// LogTail returns the last lines of what the worker said.
func (w *WorkerProcess) LogTail(lines int) string { return w.proc.tail(lines) }

var errWorkers = errors.New("not the expected number of workers")

// WaitWorkers waits until n workers are connected and the sidecar can host
// their instances (or, for n = 0, no longer does).
func (s *Sidecar) WaitWorkers(ctx context.Context, n int) error {
	conn, err := s.Dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return Eventually(ctx, func(ctx context.Context) error { return hasWorkers(ctx, conn, n) })
}

func hasWorkers(ctx context.Context, conn *grpc.ClientConn, n int) error {
	meta, err := metadata(ctx, conn)
	if err != nil {
		return err
	}
	got := int(meta.GetWorkflows().GetConnectedWorkers())
	hosting := len(meta.GetActorRuntime().GetActiveActors()) > 0
	if got != n || hosting != (n > 0) {
		return fmt.Errorf("%w: %d, want %d (hosting %t, placement %q)",
			errWorkers, got, n, hosting, meta.GetActorRuntime().GetPlacement())
	}
	return nil
}
