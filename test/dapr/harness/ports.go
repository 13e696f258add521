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
const (
	firstPort = 20000
	lastPort  = 31999
)

// portPool hands out loopback ports, each at most once in its life.
type portPool struct {
	mu   sync.Mutex
	used map[int]bool
}

var errNoPort = errors.New("no free loopback port")

// take returns a port that nothing listens on.
func (p *portPool) take(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used == nil {
		p.used = make(map[int]bool)
	}
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		if p.used[port] {
			continue
		}
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "tcp", loopback(port))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			return 0, fmt.Errorf("release port %d: %w", port, err)
		}
		p.used[port] = true
		return port, nil
	}
	return 0, errNoPort
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
