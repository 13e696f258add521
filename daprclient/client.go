// Package daprclient is the client side of a Dapr sidecar's workflow API, over
// the Dapr Go SDK, durabletask-go and grpc. It connects, lists, reads and acts,
// turns what comes back into values of internal/workflow, cleaned, and what
// goes wrong into *workflow.Error in an operator's words.
//
// What answers at the address and is no sidecar is asked over a connection of
// its own what it is; no token goes there.
//
// Three rules keep it from harming a runtime. They come from what real ones do:
//
//   - A connection dials once and is never revived. The first workflow call on
//     it is a listing, and no other call is let through before that has
//     answered: without a state store for actors, any other call crashes some
//     runtimes.
//   - A forced purge follows a read that found the instance, is alone, and is
//     never repeated by itself: forcing away what is gone crashes them too.
//   - No instance is made whose ID would break every listing of its app.
package daprclient

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// What Options means when it says nothing. An action needs at least 8 s: the
// runtime looks for a worker for 5 s before it says that there is none.
const (
	DefaultReadTimeout   = 5 * time.Second
	DefaultActionTimeout = 10 * time.Second
	// DefaultPageSize is large because every page costs some stores a walk
	// over all their keys; 5,000 IDs are about 200 KB.
	DefaultPageSize = 5000
)

// Options configures a Client. The zero value is a client of the default
// address.
type Options struct {
	Target Target
	// APIToken is sent with every call when it is set. It is never logged.
	APIToken string
	// TokenFile holds the token instead; APIToken does not count beside it. It
	// is read at each connect, so that a token which was replaced is taken by
	// the next one.
	TokenFile string
	TLS       TLS
	// ReadTimeout bounds each step of a connect and each read, ActionTimeout
	// each change.
	ReadTimeout   time.Duration
	ActionTimeout time.Duration
	// ReadOnly refuses every change before it is sent.
	ReadOnly bool
	// PageSize is how many instance IDs a page of the listing asks for.
	PageSize int
	// LockDir is where consoles agree whose turn it is to purge; empty is a
	// folder in the user's cache. It is made when it is needed.
	LockDir string
	// Mask takes out of a payload what is not to be shown, and MaskFailure out of
	// the message or the stack of a failure. They are called with all that is
	// read, before it goes anywhere. Nil takes nothing out.
	Mask, MaskFailure func(text string) string
	// Whole has Get keep the custom status and the failure with their line breaks,
	// in workflow.Instance.Whole.
	Whole bool
	// Logger gets one line per call, and per connection made and lost. It
	// never gets a payload. Nil discards.
	Logger *slog.Logger
}

// Client talks to one sidecar over one connection at a time. Its methods may be
// called from any goroutine.
type Client struct {
	opts  Options
	log   *slog.Logger
	calls *callLog
	files watched

	// connecting holds one token; who has it may replace the connection.
	connecting chan struct{}

	mu     sync.Mutex
	cur    *session
	shut   error // why there is no session
	closed bool

	purges purgeGuard
	lock   purgeLock
}

// New makes a client. It connects to nothing: see Connect.
func New(o Options) (*Client, error) {
	o.Target = o.Target.orDefault()
	if o.ReadTimeout < 0 || o.ActionTimeout < 0 || o.PageSize < 0 {
		return nil, errors.New("a timeout and a page size cannot be negative")
	}
	if o.ReadTimeout == 0 {
		o.ReadTimeout = DefaultReadTimeout
	}
	if o.ActionTimeout == 0 {
		o.ActionTimeout = DefaultActionTimeout
	}
	if o.PageSize == 0 {
		o.PageSize = DefaultPageSize
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.LockDir == "" {
		o.LockDir = defaultLockDir()
	}
	if err := o.TLS.check(); err != nil {
		return nil, err
	}
	o.Target.tls = o.Target.tls || o.TLS.wanted()
	if o.TokenFile != "" && o.APIToken != "" {
		o.Logger.Info("the API token is read from the file; "+EnvAPIToken+" does not count", "file", workflow.Clean(o.TokenFile))
		o.APIToken = ""
	}
	if at, ok := unsendable(o.APIToken); ok {
		return nil, fmt.Errorf("the API token (%s) holds a character at position %d that no call can carry; is there a line break in it?", EnvAPIToken, at)
	}
	c := &Client{
		opts:       o,
		log:        o.Logger,
		calls:      newCallLog(o.Logger),
		connecting: make(chan struct{}, 1),
		shut:       notConnected(o.Target),
		lock:       purgeLock{dir: o.LockDir},
	}
	return c, nil
}

// Address is where the sidecar is looked for, as the user would type it.
func (c *Client) Address() string { return c.opts.Target.String() }

// Calls returns how many calls of each method of the sidecar have been sent
// since New, by the method's short name, such as GetInstance.
func (c *Client) Calls() map[string]int { return c.calls.snapshot() }

// Close drops the connection for good. Calls in flight end.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	s := c.cur
	c.cur, c.shut = nil, notConnected(c.opts.Target)
	c.mu.Unlock()
	s.close()
	return nil
}

// session returns the open connection. A call keeps what it got here: when the
// connection is replaced meanwhile, the call fails and does not move over.
func (c *Client) session() (*session, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cur == nil {
		return nil, c.shut
	}
	if c.cur.isLost() {
		return nil, lostError(c.opts.Target, nil)
	}
	return c.cur, nil
}

// unsent makes of the reason why there is no connection that of a call which
// never left: it cannot have had an effect, as a call on a connection that
// breaks can.
func unsent(why error) error {
	if workflow.KindOf(why) != workflow.KindUnavailable && workflow.KindOf(why) != workflow.KindDeadline {
		return why
	}
	var e *workflow.Error
	if !errors.As(why, &e) {
		return why
	}
	closed := *e
	closed.Kind, closed.Err = workflow.KindClosed, nil
	return &closed
}

// replaceWait is how long a call waits for a connection that is being replaced.
// A connect to a sidecar that is there takes a few milliseconds.
const replaceWait = time.Second

// settled returns when no connect is under way, or replaceWait has passed. While
// a listing is refused the watch connects anew every few seconds: what is sent
// in that moment, such as the purge that cures the listing, has a right to the
// new connection.
func (c *Client) settled(ctx context.Context) {
	c.mu.Lock()
	open := c.cur != nil
	c.mu.Unlock()
	if open {
		return
	}
	wait := time.NewTimer(replaceWait)
	defer wait.Stop()
	select {
	case c.connecting <- struct{}{}:
		<-c.connecting
	case <-wait.C:
	case <-ctx.Done():
	}
}

// sessionOf is session for a call about an instance of one app.
func (c *Client) sessionOf(ctx context.Context, appID string) (*session, error) {
	c.settled(ctx)
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	if s.sidecar.AppID != appID {
		return nil, otherAppError(c.opts.Target, appID, s.sidecar.AppID)
	}
	return s, nil
}

// shutGate drops a session because no call but a listing may be made.
func (c *Client) shutGate(s *session, why error) {
	c.mu.Lock()
	if c.cur == s {
		c.cur, c.shut = nil, why
	}
	c.mu.Unlock()
	s.close()
}

func (c *Client) readContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.opts.ReadTimeout)
}

func (c *Client) actionContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.opts.ActionTimeout)
}

func notConnected(t Target) error {
	return &workflow.Error{Kind: workflow.KindClosed, Message: "not connected to " + t.String()}
}
