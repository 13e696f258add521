// Package synthetic stands in for a sidecar with many instances, as slow as a
// real one: what the watch and the screen cost can be measured at 100,000
// instances without a runtime to fill. It keeps none of them: each answer is
// made when it is asked for, as a client makes it out of bytes.
package synthetic

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// AppID is the app that the instances are of, unless Config names another.
const AppID = "orders"

// Config says what a Source holds. The zero value is empty.
type Config struct {
	Instances int
	// App is the app that answers; empty is AppID.
	App string
	// Mute never answers at all.
	Mute bool
	// Live is the share of the instances that have not ended, from 0 to 1.
	Live float64
	// Payload is how many bytes of input and output travel with an instance.
	Payload int
	// Churn is how many of the instances that live change in a second.
	Churn float64
	// Stride makes every so many-th instance, from half of that on, live, and
	// change between two listings; zero: none.
	Stride int
	// Wide puts Chinese and emoji into names and custom statuses.
	Wide bool
	// Slow is the share of calls that take half a second longer.
	Slow float64
}

// The times of a runtime with SQLite on the same machine, one client.
const (
	firstPage   = time.Millisecond // and up to 2 ms more
	perThousand = 5 * time.Millisecond
	read        = 600 * time.Microsecond // with service: 0.8 ms
	// service is how much of the sidecar a read takes: 5,500 in a second.
	service = time.Second / 5500
	slowBy  = 500 * time.Millisecond
	// pageSize is what daprclient asks for.
	pageSize = 5000
)

// Source is a sidecar. Make it with New.
type Source struct {
	cfg   Config
	began time.Time

	mu     sync.Mutex
	random *rand.Rand
	// busy is until when the sidecar has reads to do.
	busy time.Time
	// listings counts the listings begun, the last of them at listed.
	listings int
	listed   time.Time
}

var _ watch.Source = (*Source)(nil)

// New returns a source.
func New(cfg Config) *Source {
	if cfg.App == "" {
		cfg.App = AppID
	}
	return &Source{cfg: cfg, began: time.Now(), random: rand.New(rand.NewPCG(1, 2))} //nolint:gosec // repeatable, not secret
}

// Address is a name: there is no such address.
func (s *Source) Address() string { return "synthetic:" + s.cfg.App }

// Connect takes as long as its three calls.
func (s *Source) Connect(ctx context.Context) (watch.Connection, error) {
	sidecar, err := s.Sidecar(ctx)
	if err != nil {
		return watch.Connection{}, err
	}
	if err := s.answer(ctx, read, 0); err != nil { // Hello
		return watch.Connection{}, err
	}
	ids, next, err := s.List(ctx, "")
	return watch.Connection{Sidecar: sidecar, IDs: ids, Next: next, Lost: make(chan struct{})}, err
}

// Sidecar says who it is.
func (s *Source) Sidecar(ctx context.Context) (workflow.Sidecar, error) {
	return workflow.Sidecar{
		Address: s.Address(), AppID: s.cfg.App, Version: "1.18.0", Workers: 1, WorkersKnown: true, ActorsReady: true,
	}, s.answer(ctx, read, 0)
}

// List gives a page in the order of insertion: the newest come last. The first
// page of a listing takes 1 to 3 ms however many IDs are on it, the others 5 ms
// for each 1000.
func (s *Source) List(ctx context.Context, token string) (ids []string, next string, err error) {
	from, _ := strconv.Atoi(token)
	to := min(from+pageSize, s.cfg.Instances)
	takes := time.Duration(to-from) * perThousand / 1000
	if from == 0 {
		s.mu.Lock()
		s.listings++
		s.listed = time.Now()
		takes = firstPage + time.Duration(s.random.Int64N(int64(2*time.Millisecond)))
		s.mu.Unlock()
	}
	if err := s.answer(ctx, takes, 0); err != nil {
		return nil, "", err
	}
	ids = make([]string, 0, to-from)
	for place := from; place < to; place++ {
		ids = append(ids, s.ID(s.cfg.Instances-1-place))
	}
	if to < s.cfg.Instances {
		next = strconv.Itoa(to)
	}
	return ids, next, nil
}

// Get reads one instance.
func (s *Source) Get(ctx context.Context, id string, payloads bool) (inst workflow.Instance, size int, err error) {
	if err := s.answer(ctx, read, service); err != nil {
		return workflow.Instance{}, 0, err
	}
	n, ok := s.number(id)
	if !ok {
		return workflow.Instance{}, 0, &workflow.Error{Kind: workflow.KindNotFound, Message: "no such instance"}
	}
	inst = s.instance(n, time.Now())
	if !payloads {
		inst.CustomStatus, inst.Failure = "", ""
		return inst, 0, nil
	}
	return inst, len(s.payload()), nil
}

// payload is the bytes that came over the wire, and are let go of.
func (s *Source) payload() []byte {
	p := make([]byte, s.cfg.Payload)
	for i := range p {
		p[i] = byte('a' + i%26)
	}
	return p
}

// answer waits as long as a call takes: its turn at the sidecar, and its way.
func (s *Source) answer(ctx context.Context, takes, works time.Duration) error {
	if s.cfg.Mute {
		<-ctx.Done()
		return ctx.Err()
	}
	s.mu.Lock()
	now := time.Now()
	if s.busy.Before(now) {
		s.busy = now
	}
	s.busy = s.busy.Add(works)
	takes += s.busy.Sub(now)
	if s.random.Float64() < s.cfg.Slow {
		takes += slowBy
	}
	s.mu.Unlock()
	timer := time.NewTimer(takes)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
