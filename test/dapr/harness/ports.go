package harness

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// Ports are handed out from a range below the ones that the kernel gives to
// outgoing connections, so that a port stays free while its sidecar is down.
// Each process takes blocks of them for itself: two that draw the same port at
// the same time would both find it free.
const (
	firstPort = 20000
	lastPort  = 31999
	blockSize = 250
	blocks    = (lastPort - firstPort + 1) / blockSize
)

// portPool hands out loopback ports, each at most once in its life.
type portPool struct {
	mu sync.Mutex
	// claims are listeners on the first ports of the blocks that are ours: they
	// tell other processes so.
	claims []net.Listener
	// next and end bound what is left of the last block.
	next, end int
}

var errNoPort = errors.New("no free loopback port")

// take returns a port that nothing listens on.
func (p *portPool) take(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if p.next == p.end {
			if err := p.claim(ctx); err != nil {
				return 0, err
			}
		}
		port := p.next
		p.next++
		l, err := listen(ctx, port)
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			return 0, fmt.Errorf("release port %d: %w", port, err)
		}
		return port, nil
	}
}

// claim makes a block that nobody has claimed ours.
func (p *portPool) claim(ctx context.Context) error {
	for _, block := range rand.Perm(blocks) {
		first := firstPort + block*blockSize
		l, err := listen(ctx, first)
		if err != nil {
			continue
		}
		p.claims = append(p.claims, l)
		p.next, p.end = first+1, first+blockSize
		return nil
	}
	return errNoPort
}

// close gives the blocks back.
func (p *portPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.claims {
		_ = l.Close()
	}
	p.claims, p.next, p.end = nil, 0, 0
}

func listen(ctx context.Context, port int) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", loopback(port))
	if err != nil {
		return nil, fmt.Errorf("port %d: %w", port, err)
	}
	return l, nil
}

// fill replaces every port that is zero by a free one.
func (p *portPool) fill(ctx context.Context, ports ...*int) error {
	for _, port := range ports {
		if *port != 0 {
			continue
		}
		free, err := p.take(ctx)
		if err != nil {
			return err
		}
		*port = free
	}
	return nil
}

func loopback(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}
