package harness

import (
	"context"
	"path/filepath"
)

// OldWorker is a worker of the older release: a process.
type OldWorker struct{ proc *process }

// StartOldWorker connects a worker that a sidecar of the older release can use,
// and waits until the sidecar hosts its instances.
func (s *Sidecar) StartOldWorker(ctx context.Context) (*OldWorker, error) {
	w, err := s.LaunchOldWorker(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if err := s.WaitWorkers(ctx, 1); err != nil {
		return nil, err
	}
	return w, nil
}

// LaunchOldWorker is StartOldWorker without the wait, for a sidecar that cannot
// host an instance.
func (s *Sidecar) LaunchOldWorker(ctx context.Context) (*OldWorker, error) {
	bins, err := BuildOld(ctx)
	if err != nil {
		return nil, err
	}
	proc, err := s.rt.spawn.launch(command{
		name: "worker", path: bins.Worker, args: []string{s.Address()}, dir: s.dir, env: s.rt.env(),
		logPath: filepath.Join(s.dir, "worker.log"),
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.workers = append(s.workers, proc)
	s.mu.Unlock()
	return &OldWorker{proc}, nil
}

// Stop ends the worker with SIGKILL and waits until it is gone. It may be
// called twice.
func (w *OldWorker) Stop() { w.proc.kill() }
