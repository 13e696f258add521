package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// readyWithin bounds how long one process may take to become ready. It is
// seconds on an idle machine.
const readyWithin = 60 * time.Second

// Runtime is a scheduler that sidecars can be started with, each with a
// placement of its own: a placement stops giving out tables, to all of its
// sidecars and for up to a minute, while it waits for one that was killed.
// It is safe for concurrent use.
type Runtime struct {
	bins  Binaries
	dir   string
	ports portPool
	spawn *spawner

	scheduler     *process
	schedulerPort int

	mu       sync.Mutex
	sidecars []*Sidecar
	stopped  bool
}

// StartRuntime builds the runtime if need be and starts the scheduler with its
// files in a temporary folder. The caller must Stop it.
func StartRuntime(ctx context.Context) (*Runtime, error) {
	bins, err := Build(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "daprdeck-runtime-")
	if err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	r := &Runtime{bins: bins, dir: dir, spawn: newSpawner()}
	if err := r.start(ctx); err != nil {
		r.Stop()
		return nil, err
	}
	return r, nil
}

func (r *Runtime) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	wait, err := r.startScheduler(ctx)
	if err != nil {
		return err
	}
	return wait()
}

func (r *Runtime) startScheduler(ctx context.Context) (wait func() error, err error) {
	var health, metrics, client, peer int
	if err := r.ports.fill(ctx, &r.schedulerPort, &health, &metrics, &client, &peer); err != nil {
		return nil, err
	}
	r.scheduler, err = r.spawn.launch(command{
		name: "scheduler", path: r.bins.Scheduler, dir: r.dir, env: r.env(),
		logPath: filepath.Join(r.dir, "scheduler.log"),
		args: []string{
			"--port", strconv.Itoa(r.schedulerPort), "--listen-address", "127.0.0.1",
			"--healthz-port", strconv.Itoa(health), "--healthz-listen-address", "127.0.0.1",
			"--metrics-port", strconv.Itoa(metrics), "--metrics-listen-address", "127.0.0.1",
			"--etcd-data-dir", filepath.Join(r.dir, "etcd"),
			"--etcd-client-port", strconv.Itoa(client), "--etcd-client-listen-address", "127.0.0.1",
			"--etcd-initial-cluster", "dapr-scheduler-server-0=http://" + loopback(peer),
			"--identity-directory-write", filepath.Join(r.dir, "identity"),
			"--override-broadcast-host-port", loopback(r.schedulerPort),
		},
	})
	if err != nil {
		return nil, err
	}
	return func() error { return r.scheduler.waitReady(ctx, healthy(health, "/healthz")) }, nil
}

// env is the whole environment of a child: nothing of the developer's own
// Dapr set-up (tokens, namespaces, ~/.dapr) may leak into a test.
func (r *Runtime) env(extra ...string) []string {
	return append([]string{
		"HOME=" + r.dir,
		"TMPDIR=" + r.dir,
		"PATH=" + os.Getenv("PATH"),
		"DAPR_HOST_IP=127.0.0.1",
	}, extra...)
}

// SchedulerAddress is host:port of the scheduler service.
func (r *Runtime) SchedulerAddress() string { return loopback(r.schedulerPort) }

// Dir is the temporary folder with the logs and the stores.
func (r *Runtime) Dir() string { return r.dir }

// PIDs are the processes that are alive, for a developer's eyes.
func (r *Runtime) PIDs() map[string]int {
	pids := make(map[string]int)
	if r.scheduler != nil && r.scheduler.alive() {
		pids["scheduler"] = r.scheduler.pid()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.sidecars {
		if s.Alive() {
			pids["daprd "+s.AppID()] = s.PID()
		}
		if s.placement.alive() {
			pids["placement of "+s.AppID()] = s.placement.pid()
		}
	}
	return pids
}

// Stop kills every process of the runtime, sidecars first, and removes the
// temporary folder. It may be called twice.
func (r *Runtime) Stop() {
	r.mu.Lock()
	sidecars, stopped := r.sidecars, r.stopped
	r.stopped = true
	r.mu.Unlock()
	if stopped {
		return
	}
	for _, s := range sidecars {
		s.end()
	}
	if r.scheduler != nil {
		r.scheduler.kill()
	}
	r.spawn.stop()
	r.ports.close()
	_ = os.RemoveAll(r.dir) // left to the system's own cleaning otherwise
}
