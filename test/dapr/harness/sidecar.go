package harness

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/dapr/durabletask-go/workflow"
)

// Store says which state store a sidecar is given.
type Store int

const (
	// StoreSQLite is a SQLite file marked as the actor state store.
	StoreSQLite Store = iota
	// StoreNone is no component at all: no workflow engine.
	StoreNone
	// StoreNotActor is a SQLite file without the actorStateStore mark: the
	// mistake that people make.
	StoreNotActor
	// StoreMemory is an actor state store in the memory of daprd: a restart
	// empties it.
	StoreMemory
	// StoreRedis is an actor state store in a Redis server of the sidecar's own:
	// see RedisServer.
	StoreRedis
	// StoreUnlistable is an actor state store that cannot list its keys.
	StoreUnlistable
)

// Ports of a sidecar on 127.0.0.1. A zero is replaced by a free port.
type Ports struct {
	GRPC     int // the Dapr API, which the console and the worker speak
	HTTP     int // the same API over HTTP, and the health endpoint
	Internal int // between sidecars
	Metrics  int
	Public   int // health and metadata for outsiders
}

// SidecarOptions describe a sidecar. The zero value is an app "orders" with
// its own SQLite store on free ports.
type SidecarOptions struct {
	AppID string
	Ports Ports
	Store Store
	// Old asks for daprd of the older release. Its workers are those of
	// StartOldWorker.
	Old bool
	// Component, when not empty, is written as the one component file
	// instead of what Store says.
	Component string
	// APIToken, when not empty, must be sent with every call.
	APIToken string
	// Socket puts both APIs on unix sockets instead of their ports.
	Socket bool
	// Scheduler is where the scheduler service is looked for; empty is the
	// runtime's.
	Scheduler string
	// Args are added to daprd's command line.
	Args []string
	// Replica, when set, makes it another sidecar of that one's app, with the
	// same SQLite store and the same placement.
	Replica *Sidecar
	// Unready takes the sidecar when its gRPC API answers, whatever it says of
	// its health.
	Unready bool
}

// Sidecar is one daprd. It is safe for concurrent use. It keeps its ports and
// its store when it is killed and started again.
type Sidecar struct {
	rt   *Runtime
	dir  string
	opts SidecarOptions // AppID and APIToken change under mu

	daprd         string // the program
	placement     *process
	placementPort int
	redis         *process // nil: none
	redisPort     int
	table         *table // nil: none

	mu      sync.Mutex
	proc    *process
	workers []*process // those that are processes
}

// StartSidecar starts a daprd and waits until it answers on both of its APIs.
// A sidecar without a worker is ready, but most workflow operations need one.
func (r *Runtime) StartSidecar(ctx context.Context, opts SidecarOptions) (*Sidecar, error) {
	if opts.AppID == "" {
		opts.AppID = "orders"
	}
	p := &opts.Ports
	if err := r.ports.fill(ctx, &p.GRPC, &p.HTTP, &p.Internal, &p.Metrics, &p.Public); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(r.dir, "daprd-")
	if err != nil {
		return nil, fmt.Errorf("folder of the sidecar: %w", err)
	}
	s := &Sidecar{rt: r, dir: dir, opts: opts, daprd: r.bins.Daprd}
	if opts.Old {
		bins, err := BuildOld(ctx)
		if err != nil {
			return nil, err
		}
		s.daprd = bins.Daprd
	}
	if err := s.startServices(ctx); err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.sidecars = append(r.sidecars, s)
	r.mu.Unlock()
	if err := s.start(ctx); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// startServices starts what the sidecar needs, and writes its files.
func (s *Sidecar) startServices(ctx context.Context) error {
	err := s.startStore(ctx)
	if err == nil {
		err = s.writeFiles()
	}
	if err == nil {
		err = s.startPlacement(ctx)
	}
	if err != nil {
		s.redis.kill()
		s.table.stop()
	}
	return err
}

// writeFiles writes the component and the configuration of the sidecar.
func (s *Sidecar) writeFiles() error {
	resources := filepath.Join(s.dir, "resources")
	if err := os.MkdirAll(resources, 0o750); err != nil {
		return fmt.Errorf("folder of the components: %w", err)
	}
	component := s.opts.Component
	if component == "" {
		component = s.component()
	}
	files := map[string]string{filepath.Join(s.dir, "config.yaml"): configuration}
	store := filepath.Join(resources, "statestore.yaml")
	if component != "" {
		files[store] = component
	} else if err := os.Remove(store); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("take the store away: %w", err)
	}
	for path, text := range files {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return fmt.Errorf("write a file of the sidecar: %w", err)
		}
	}
	return nil
}

// configuration keeps daprd off the network: the default name resolution
// announces the app by multicast, and an unknown one is only logged.
const configuration = `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: test
spec:
  nameResolution:
    component: none
  tracing:
    samplingRate: "0"
`

func (s *Sidecar) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	var env []string
	if token := s.token(); token != "" {
		env = append(env, "DAPR_API_TOKEN="+token)
	}
	if s.opts.Socket {
		// What was killed has left its sockets behind.
		if err := errors.Join(removed(s.socket("grpc")), removed(s.socket("http"))); err != nil {
			return err
		}
	}
	proc, err := s.rt.spawn.launch(command{
		name: "daprd", path: s.daprd, dir: s.dir, env: s.rt.env(env...),
		args: s.args(), logPath: filepath.Join(s.dir, "daprd.log"),
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.proc = proc
	s.mu.Unlock()
	return proc.waitReady(ctx, s.ready)
}

func (s *Sidecar) args() []string {
	p, scheduler := s.opts.Ports, s.opts.Scheduler
	if scheduler == "" {
		scheduler = s.rt.SchedulerAddress()
	}
	args := []string{
		"--app-id", s.AppID(),
		"--dapr-grpc-port", strconv.Itoa(p.GRPC),
		"--dapr-http-port", strconv.Itoa(p.HTTP),
		"--dapr-internal-grpc-port", strconv.Itoa(p.Internal),
		"--dapr-public-port", strconv.Itoa(p.Public),
		"--metrics-port", strconv.Itoa(p.Metrics),
		"--metrics-listen-address", "127.0.0.1",
		"--dapr-listen-addresses", "127.0.0.1",
		"--dapr-internal-grpc-listen-address", "127.0.0.1",
		"--dapr-public-listen-address", "127.0.0.1",
		"--resources-path", filepath.Join(s.dir, "resources"),
		"--config", filepath.Join(s.dir, "config.yaml"),
		"--placement-host-address", loopback(s.placementPort),
		"--scheduler-host-address", scheduler,
	}
	if s.opts.Socket {
		args = append(args, "--unix-domain-socket", s.dir)
	}
	return append(args, s.opts.Args...)
}

// socket is the path that daprd gives the socket of one of its APIs.
func (s *Sidecar) socket(api string) string {
	return filepath.Join(s.dir, "dapr-"+s.AppID()+"-"+api+".socket")
}

// removed removes a file that need not be there.
func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a socket: %w", err)
	}
	return nil
}

// ready asks for the health of the process and then for an answer of the
// service that the console uses.
func (s *Sidecar) ready(ctx context.Context) error {
	port := s.opts.Ports.HTTP
	if s.opts.Socket {
		port = s.opts.Ports.Public
	}
	if err := healthy(port, "/v1.0/healthz")(ctx); err != nil && !s.opts.Unready {
		return err
	}
	conn, err := s.Dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return hello(ctx, conn)
}

// AppID is the app ID that the sidecar runs under now.
func (s *Sidecar) AppID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts.AppID
}

func (s *Sidecar) token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opts.APIToken
}

// Ports are the ports of the sidecar, none of them zero.
func (s *Sidecar) Ports() Ports { return s.opts.Ports }

// Address is where the gRPC API is: host:port, or unix:///path.
func (s *Sidecar) Address() string {
	if s.opts.Socket {
		return "unix://" + s.socket("grpc")
	}
	return loopback(s.opts.Ports.GRPC)
}

// PlacementAddress is host:port of the sidecar's placement service.
func (s *Sidecar) PlacementAddress() string { return loopback(s.placementPort) }

// KillPlacement ends the sidecar's placement service for good.
func (s *Sidecar) KillPlacement() { s.placement.kill() }

func (s *Sidecar) process() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.proc
}

// PID is the process ID of daprd; it changes with a Restart. Zero when daprd
// could not be started.
func (s *Sidecar) PID() int {
	p := s.process()
	if p == nil {
		return 0
	}
	return p.pid()
}

// Alive reports whether the process runs.
func (s *Sidecar) Alive() bool {
	p := s.process()
	return p != nil && p.alive()
}

// Gone is closed when the process that runs now has ended.
func (s *Sidecar) Gone() <-chan struct{} { return s.process().done }

// Kill ends the sidecar with SIGKILL and waits until it is gone.
func (s *Sidecar) Kill() {
	if p := s.process(); p != nil {
		p.kill()
	}
}

// end kills the sidecar and everything that was started for it.
func (s *Sidecar) end() {
	s.mu.Lock()
	workers := s.workers
	s.mu.Unlock()
	for _, w := range workers {
		w.kill()
	}
	s.Kill()
	s.placement.kill()
	s.redis.kill()
	s.table.stop()
}

// RestartOptions change what a restarted sidecar is.
type RestartOptions struct {
	AppID    string // empty: as before
	APIToken string // empty: as before
	// Store, when set, is another store than before.
	Store *Store
	// Moved gives it another gRPC port.
	Moved bool
}

// Restart kills the sidecar when it is alive and starts it on the same ports
// with the same store, unless the options say otherwise, then waits until it
// answers.
func (s *Sidecar) Restart(ctx context.Context, opts RestartOptions) error {
	s.Kill()
	s.mu.Lock()
	if opts.AppID != "" {
		s.opts.AppID = opts.AppID
	}
	if opts.APIToken != "" {
		s.opts.APIToken = opts.APIToken
	}
	s.mu.Unlock()
	if opts.Store != nil {
		s.opts.Store = *opts.Store
		if err := s.writeFiles(); err != nil {
			return err
		}
	}
	if opts.Moved {
		s.opts.Ports.GRPC = 0
		if err := s.rt.ports.fill(ctx, &s.opts.Ports.GRPC); err != nil {
			return err
		}
	}
	return s.start(ctx)
}

// LogTail returns the last lines of daprd's output.
func (s *Sidecar) LogTail(lines int) string {
	p := s.process()
	if p == nil {
		return ""
	}
	return p.tail(lines)
}

// Client is a workflow client of the sidecar with its own connection, which
// the returned function closes.
func (s *Sidecar) Client() (*workflow.Client, func(), error) {
	conn, err := s.Dial()
	if err != nil {
		return nil, nil, err
	}
	return NewClient(conn), func() { _ = conn.Close() }, nil
}
