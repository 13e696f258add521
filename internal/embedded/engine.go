package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/dapr/durabletask-go/task"
	"google.golang.org/grpc"
)

// Options say how the engine runs. The zero value serves the app "orders" on
// a free loopback port, with a worker for the sample workflows.
type Options struct {
	// AppID is the Dapr app ID; "orders" when empty.
	AppID string
	// Seed makes the instances of Engine.Seed and the sequence of
	// Engine.RunSamples repeatable.
	Seed uint64
	// Logger receives what the engine and durabletask-go have to say, at debug
	// level and without payloads. Nothing is logged when it is nil.
	Logger *slog.Logger
	// Address is where to listen; "127.0.0.1:0" when empty.
	Address string
	// NoWorker starts the engine without its worker; see StartWorker.
	NoWorker bool
	// NoWorkerWait is how long a call that needs a worker waits for one before
	// it fails; 5 s when zero, which is Dapr's time.
	NoWorkerWait time.Duration
	// APIToken, when set, is asked of every call, as DAPR_API_TOKEN is.
	APIToken string
	// Interceptor sees every unary call, that of the engine's own worker too,
	// before the token is checked.
	Interceptor grpc.UnaryServerInterceptor
	// Register adds workflows and activities to those of the samples.
	Register func(*task.TaskRegistry) error
	// Pace scales the durations in the sample workflows; 1 when zero. Tests
	// use a small one.
	Pace float64
	// Now is the clock to which the ages of seeded instances relate; time.Now
	// when nil. Timers always use the real one.
	Now func() time.Time
}

func (o *Options) defaults() {
	if o.AppID == "" {
		o.AppID = "orders"
	}
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.NoWorkerWait == 0 {
		o.NoWorkerWait = 5 * time.Second
	}
	if o.Pace == 0 {
		o.Pace = 1
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// Engine is a workflow engine that is served like a Dapr sidecar. Its methods
// may be called from any goroutine.
type Engine struct {
	opts Options
	log  hubLogger

	ctx    context.Context // ends with Close
	cancel context.CancelFunc

	mu     sync.Mutex
	hubs   map[string]*hub
	hub    *hub // the app being served, or served last
	addr   net.Addr
	server *grpc.Server
	served chan struct{} // closed when server has returned
	worker *worker
	closed bool
}

// Start runs an engine and serves it until Close, or until ctx ends.
func Start(ctx context.Context, opts Options) (*Engine, error) {
	opts.defaults()
	e := &Engine{opts: opts, log: newHubLogger(opts.Logger), hubs: map[string]*hub{}}
	e.ctx, e.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := e.Serve(opts.AppID); err != nil {
		e.Close()
		return nil, err
	}
	if !opts.NoWorker {
		if err := e.StartWorker(); err != nil {
			e.Close()
			return nil, err
		}
	}
	unbind := context.AfterFunc(ctx, e.Close)
	context.AfterFunc(e.ctx, func() { unbind() })
	return e, nil
}

// Addr is the host and port the engine is served on.
func (e *Engine) Addr() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.addr == nil {
		return ""
	}
	return e.addr.String()
}

// AppID is the app that is served, or was served last.
func (e *Engine) AppID() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.hub == nil {
		return e.opts.AppID
	}
	return e.hub.appID
}

// Close stops the worker, the server and the engine, and waits for them. It
// may be called more than once.
func (e *Engine) Close() {
	e.StopWorker()
	e.StopServing()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return
	}
	e.closed = true
	e.cancel()
	for _, h := range e.hubs {
		if err := h.stop(context.Background()); err != nil {
			e.log.Errorf("close: %v", err)
		}
	}
}

var errClosed = errors.New("embedded engine is closed")

// hubFor finds the app's hub or starts an empty one. The lock is held.
func (e *Engine) hubFor(appID string) (*hub, error) {
	if e.closed {
		return nil, errClosed
	}
	if h := e.hubs[appID]; h != nil {
		return h, nil
	}
	h, err := startHub(e.ctx, appID, e.log, e.opts.NoWorkerWait)
	if err != nil {
		return nil, fmt.Errorf("app %q: %w", appID, err)
	}
	e.hubs[appID] = h
	return h, nil
}
