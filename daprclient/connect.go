package daprclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	dtworkflow "github.com/dapr/durabletask-go/workflow"
	dapr "github.com/dapr/go-sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxReply is the largest reply taken from a sidecar, in bytes. grpc's own
// limit of 4 MiB is the runtime's default too, but that can be raised
// (--max-body-size), and a history comes in one reply.
const maxReply = 64 << 20

// errRedial is what grpc is told when it wants to dial a second time.
var errRedial = errors.New("the connection is gone; it is not dialled twice")

// session is one connection and the app that answers on it.
type session struct {
	conn *grpc.ClientConn
	line *lineOnce
	// expired is when our own certificate did, zero while it holds.
	expired time.Time
	dapr    dapr.Client
	wf      *dtworkflow.Client
	sidecar workflow.Sidecar
	door    workflow.Door
	// old is set for a runtime that has no listing and no histories.
	old bool

	lost     chan struct{}
	loseOnce sync.Once
	stop     context.CancelFunc
	watching sync.WaitGroup
}

// Connect drops the connection there is, once no purge is under way on it (but
// it does not wait for long), and makes a new one: it dials once,
// asks the sidecar who it is and reads the first page of the listing, in that
// order. Only then are other calls let through.
//
// Three errors can leave the connection open, because there is a state store, so
// that calls by ID are safe; Connection.ByID says so. KindPoisoned, whose
// Error.ID must be forced away before a listing works again, and KindCannotList
// prove it themselves; beside KindOldRuntime it was proved (proveStore). After
// any other error there is no connection. The Sidecar that came back is valid
// whenever its AppID is set, even beside an error.
func (c *Client) Connect(ctx context.Context) (watch.Connection, error) {
	select {
	case c.connecting <- struct{}{}:
		defer func() { <-c.connecting }()
	case <-ctx.Done():
		return watch.Connection{}, c.fail(ctx, callConnect, "", ctx.Err())
	}
	c.purges.rest(ctx)
	c.mu.Lock()
	old := c.cur
	c.cur, c.shut = nil, notConnected(c.opts.Target)
	c.mu.Unlock()
	old.close()

	s, err := c.dial(ctx)
	if err != nil {
		return watch.Connection{}, c.refuse(err)
	}
	conn, err := c.introduce(ctx, s)
	if err != nil && !conn.ByID {
		err = c.identify(ctx, s, err)
		s.close()
		return conn, c.refuse(err)
	}
	if !c.open(s) {
		s.close()
		return watch.Connection{}, notConnected(c.opts.Target)
	}
	c.log.Info("connected", "address", c.Address(), "app_id", s.sidecar.AppID, "runtime", s.sidecar.Version)
	return conn, err
}

// open publishes a session, unless the client was closed meanwhile.
func (c *Client) open(s *session) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.cur, c.shut = s, nil
	return true
}

// refuse remembers why there is no connection: later calls say the same.
func (c *Client) refuse(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !errors.Is(err, context.Canceled) {
		c.shut = err
	}
	c.log.Info("not connected", "address", c.Address(), "reason", err.Error())
	return err
}

// storeExists reports whether a listing failed in a way that only a sidecar
// with a state store for actors can.
func storeExists(err error) bool {
	switch workflow.KindOf(err) {
	case workflow.KindPoisoned, workflow.KindCannotList:
		return true
	default:
		return false
	}
}

// introduce makes the calls that come before all others.
func (c *Client) introduce(ctx context.Context, s *session) (watch.Connection, error) {
	side, err := c.ask(ctx, s)
	if err != nil {
		return watch.Connection{}, err
	}
	if side.AppID == "" { // nobody could say whose its instances are
		return watch.Connection{}, &workflow.Error{
			Kind: workflow.KindWrongPort, Message: c.opts.Target.String() + " answers like a sidecar, but names no app ID",
		}
	}
	s.sidecar = side
	s.watch(c.log.With("address", c.Address(), "app_id", side.AppID).Info)
	conn := watch.Connection{Sidecar: side, Lost: s.lost}
	conn.IDs, conn.Next, err = c.list(ctx, s, "")
	conn.ByID = err != nil && storeExists(err)
	if workflow.KindOf(err) == workflow.KindOldRuntime {
		if why := c.proveStore(ctx, s, err); why != nil {
			return conn, why
		}
		s.old, conn.ByID = true, true
	}
	return conn, err
}

// dial opens the one network connection that a session has.
func (c *Client) dial(ctx context.Context) (*session, error) {
	dctx, cancel := c.readContext(ctx)
	defer cancel()
	start := time.Now()
	keys, err := c.secrets()
	if err != nil {
		return nil, err
	}
	raw, err := dialTarget(dctx, c.opts.Target)
	if err != nil {
		if ctx.Err() != nil {
			return nil, c.fail(ctx, callConnect, "", ctx.Err())
		}
		return nil, dialError(c.opts.Target, time.Since(start), err)
	}
	if keys.tls != nil {
		made, err := c.encrypt(dctx, raw, keys)
		if err != nil && ctx.Err() != nil {
			err = c.fail(ctx, callConnect, "", ctx.Err())
		}
		if err != nil {
			return nil, err
		}
		raw = made
	}
	if exposed(keys, raw.RemoteAddr()) {
		keys.door.PlainToken = true
		c.log.Warn("the API token is sent unencrypted to another machine", "address", c.Address())
	}
	line := &lineOnce{raw: raw}
	conn, err := newConn(c.opts, keys, c.calls, line)
	if err != nil {
		line.drop()
		return nil, c.fail(ctx, callConnect, "", err)
	}
	return &session{
		conn:    conn,
		line:    line,
		expired: keys.expired,
		door:    keys.door,
		dapr:    dapr.NewClientWithConnection(conn),
		wf:      dtworkflow.NewClientWithLogger(conn, quiet{}),
		lost:    make(chan struct{}),
		stop:    func() {},
	}, nil
}

// dialTarget dials without grpc, so that the reason of a failure is the
// system's own and not buried in grpc's.
func dialTarget(ctx context.Context, t Target) (net.Conn, error) {
	var d net.Dialer
	if t.dnsServer != "" {
		d.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, t.dnsServer)
		}}
	}
	return d.DialContext(ctx, t.network, t.addr) //nolint:wrapcheck // dialError words it
}

// lineOnce is a network connection that is handed out once.
type lineOnce struct {
	raw   net.Conn
	given atomic.Bool
}

// dial is what grpc calls when it wants to dial.
func (l *lineOnce) dial(context.Context, string) (net.Conn, error) {
	if l.given.Swap(true) {
		return nil, errRedial
	}
	return l.raw, nil
}

// drop closes the connection unless grpc has it.
func (l *lineOnce) drop() {
	if !l.given.Swap(true) {
		_ = l.raw.Close() // nothing was said on it
	}
}

// newConn makes a grpc connection of a line. The target's address is told to
// the dialer only, which has no use for it.
func newConn(o Options, keys secrets, calls *callLog, line *lineOnce) (*grpc.ClientConn, error) {
	creds, authority := insecure.NewCredentials(), o.Target.authority()
	if keys.tls != nil {
		creds = shaken{credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS12})}
		if o.TLS.ServerName != "" {
			authority = o.TLS.ServerName
		}
	}
	opts := []grpc.DialOption{
		grpc.WithContextDialer(line.dial),
		grpc.WithTransportCredentials(creds),
		grpc.WithAuthority(authority),
		grpc.WithUserAgent("daprdeck"),
		grpc.WithUnaryInterceptor(calls.unary),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReply)),
		grpc.WithIdleTimeout(0), // an idle connection that closes could not come back
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
	}
	if keys.token != "" {
		opts = append(opts, grpc.WithPerRPCCredentials(apiToken(keys.token)))
	}
	return grpc.NewClient("passthrough:///sidecar", opts...) //nolint:wrapcheck // fail words it
}

// apiToken adds Dapr's token to every call, streams included. As in the SDKs it
// is sent over plain text too: the sidecar is a neighbour as a rule. Where it is
// not, workflow.Door says so.
type apiToken string

// GetRequestMetadata returns the header that daprd looks for.
func (t apiToken) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"dapr-api-token": string(t)}, nil
}

// RequireTransportSecurity says that plain text will do.
func (apiToken) RequireTransportSecurity() bool { return false }

// String hides the token from anything that prints options.
func (apiToken) String() string { return "(token)" }

// GoString does the same for %#v.
func (apiToken) GoString() string { return "(token)" }

// watch closes lost when the connection is no longer ready. A call has been
// answered on it, but grpc lets calls through a moment before it says so.
func (s *session) watch(log func(string, ...any)) {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.watching.Go(func() {
		defer s.lose()
		defer func() {
			// It would end the program and leave the terminal as it is; a lost
			// connection is made again.
			if p := recover(); p != nil {
				log("the watch of a connection panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			}
		}()
		for _, state := range []connectivity.State{connectivity.Connecting, connectivity.Ready} {
			if s.conn.GetState() == state && !s.conn.WaitForStateChange(ctx, state) {
				return
			}
		}
		log("connection lost")
	})
}

func (s *session) lose() { s.loseOnce.Do(func() { close(s.lost) }) }

func (s *session) isLost() bool {
	select {
	case <-s.lost:
		return true
	default:
		return false
	}
}

// close ends the session and every call on it.
func (s *session) close() {
	if s == nil {
		return
	}
	s.stop()
	s.watching.Wait()
	s.lose()
	_ = s.conn.Close() // it can only be closed already
	s.line.drop()
}
