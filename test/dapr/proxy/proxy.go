// Package proxy is a line to a sidecar that a test can make bad: slow, deaf, or
// broken. It can also end TLS in front of the sidecar, which does not do that
// itself.
package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Mode is how the line is.
type Mode int

const (
	// Pass hands on what comes, after the delay.
	Pass Mode = iota
	// Drop takes everything and hands on nothing. No side is told. A
	// connection that has met it stays deaf, as behind a router that has
	// forgotten it; only new ones get through again.
	Drop
	// Reset breaks each new connection at once, as a firewall does.
	Reset
)

// Proxy hands bytes on between whoever connects and one address. It is safe for
// concurrent use.
type Proxy struct {
	listener net.Listener
	upstream string
	tls      *tls.Config
	ctx      context.Context
	stop     context.CancelFunc
	running  sync.WaitGroup

	mu    sync.Mutex
	mode  Mode
	delay time.Duration
	conns map[net.Conn]bool
	taken int
}

// Start listens on a free loopback port. With a configuration it ends TLS there.
// The caller must Close it.
func Start(ctx context.Context, upstream string, config *tls.Config) (*Proxy, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	p := &Proxy{listener: l, upstream: upstream, tls: config, conns: map[net.Conn]bool{}}
	p.ctx, p.stop = context.WithCancel(context.WithoutCancel(ctx))
	p.running.Go(p.accept)
	return p, nil
}

// Address is where the proxy listens, host:port.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Taken is how many connections have been taken so far.
func (p *Proxy) Taken() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken
}

// Set makes the line what it says, with a delay each way, for the connections
// that there are too.
func (p *Proxy) Set(mode Mode, delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode, p.delay = mode, delay
}

// Break resets every connection that there is.
func (p *Proxy) Break() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		reset(c)
	}
}

// Close ends the proxy and everything that goes through it.
func (p *Proxy) Close() {
	p.stop()
	_ = p.listener.Close()
	p.Break()
	p.running.Wait()
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the other side gets a reset, not an end
	}
	_ = c.Close()
}

func (p *Proxy) state() (Mode, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mode, p.delay
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			p.running.Go(func() { p.serve(c) })
		}
	}
}

// keep makes a connection one that Break knows. done must be called in the end.
func (p *Proxy) keep(c net.Conn) (done func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = true
	if p.ctx.Err() != nil {
		reset(c)
	}
	return func() {
		_ = c.Close()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, c)
	}
}

func (p *Proxy) serve(raw net.Conn) {
	p.mu.Lock()
	p.taken++
	p.mu.Unlock()
	defer p.keep(raw)()
	mode, _ := p.state()
	if mode == Reset {
		reset(raw)
		return
	}
	client := raw
	deaf := new(atomic.Bool)
	if mode == Drop {
		p.copy(raw, nil, deaf)
		return
	}
	if p.tls != nil {
		shaken := tls.Server(raw, p.tls)
		if shaken.HandshakeContext(p.ctx) != nil {
			return
		}
		client = shaken
	}
	up, err := new(net.Dialer).DialContext(p.ctx, "tcp", p.upstream)
	if err != nil {
		return
	}
	defer p.keep(up)()
	var both sync.WaitGroup
	both.Go(func() { p.copy(client, up, deaf) })
	both.Go(func() { p.copy(up, client, deaf) })
	both.Wait()
}

// chunk is what was read, and when it is to be handed on.
type chunk struct {
	data []byte
	due  time.Time
}

// copy hands on what comes from one side, as long as it takes: a delay does not
// make the line narrower.
func (p *Proxy) copy(from, to net.Conn, deaf *atomic.Bool) {
	line := make(chan chunk, 4096)
	var writing sync.WaitGroup
	writing.Go(func() { p.write(line, to) })
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		mode, delay := p.state()
		if mode == Drop {
			deaf.Store(true)
		}
		if n > 0 && to != nil && !deaf.Load() {
			line <- chunk{append([]byte(nil), buf[:n]...), time.Now().Add(delay)}
		}
		if err != nil {
			break
		}
	}
	close(line)
	writing.Wait()
	if to != nil {
		_ = to.Close()
	}
}

func (p *Proxy) write(line <-chan chunk, to net.Conn) {
	for c := range line {
		wait := time.NewTimer(time.Until(c.due))
		select {
		case <-wait.C:
		case <-p.ctx.Done():
		}
		wait.Stop()
		if _, err := to.Write(c.data); err != nil {
			_ = to.Close() // ends the other direction; the rest is drained
		}
	}
}
