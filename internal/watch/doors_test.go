package watch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// keyed is a source whose key can be renewed.
type keyed struct {
	*fake
	mu      sync.Mutex
	renewed bool
	asked   int
}

func (k *keyed) Renewed() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked++
	return k.renewed
}

func (k *keyed) set(renewed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.renewed, k.asked = renewed, 0
}

// shutDoors are the kinds of error that only another key changes.
func shutDoors() []workflow.ErrorKind {
	return []workflow.ErrorKind{workflow.KindUnauthenticated, workflow.KindUntrusted, workflow.KindTLS}
}

// TestADoorThatIsShut: no storm of tries, and one at once when the key has
// changed or somebody asks for it.
func TestADoorThatIsShut(t *testing.T) {
	for _, kind := range shutDoors() {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := &keyed{fake: newFake("orders")}
				src.latency = 0
				src.add(workflow.Running, "a")
				src.connectErr = func() error { return failure(kind) }
				box := start(t, src, Config{})
				s := box.until(func(s Snapshot) bool { return s.Phase != Connecting })
				if s.Phase != Down || workflow.KindOf(s.Err) != kind {
					t.Errorf("%+v", s)
				}
				pass(2 * time.Minute)
				var gaps []time.Duration
				tries := src.seen().connects
				for i := range tries[1:] {
					gaps = append(gaps, tries[i+1].Sub(tries[i]))
				}
				sec := time.Second
				if want := []time.Duration{5 * sec, 10 * sec, 20 * sec, 30 * sec, 30 * sec}; !slices.Equal(gaps, want) {
					t.Errorf("tries after %v, want %v", gaps, want)
				}
				if src.seen().calls != (Calls{}) {
					t.Errorf("calls behind a shut door: %+v", src.seen().calls)
				}

				n := len(src.seen().connects)
				box.Refresh()
				box.until(func(s Snapshot) bool { return s.ErrAt.Equal(time.Now()) })
				if got := len(src.seen().connects); got != n+1 {
					t.Errorf("%d tries after it was asked for, want one", got-n)
				}
				if d := time.Until(box.last.RetryAt); d != 5*sec {
					t.Errorf("the next try comes in %v", d)
				}

				pass(time.Minute)
				src.fake.set(func() { src.connectErr = nil })
				src.set(true)
				from := time.Now()
				if s = box.refreshed(1); s.Phase != Ready || s.Err != nil || time.Since(from) > 1100*time.Millisecond {
					t.Errorf("%v after the key was changed: %+v", time.Since(from), s)
				}
				pass(time.Minute)
				src.mu.Lock()
				defer src.mu.Unlock()
				if src.asked > 2 {
					t.Errorf("asked %d times after the key was renewed", src.asked)
				}
			})
		})
	}
}

// TestTheKeyIsRotated in the middle of a good connection: the next connect, which
// reads the key anew, comes at once.
func TestTheKeyIsRotated(t *testing.T) {
	for _, kind := range shutDoors() {
		synctest.Test(t, func(t *testing.T) {
			src := newFake("orders")
			src.add(workflow.Running, "a")
			box := start(t, src, Config{})
			box.refreshed(1)
			src.set(func() { src.getErr = func(context.Context, string) error { return failure(kind) } })
			s := box.until(func(s Snapshot) bool { return s.Phase == Down })
			wantIDs(t, s, "a")
			src.set(func() { src.getErr = nil })
			at := s.ErrAt
			if s = box.refreshed(1); s.Phase != Ready || s.Err != nil {
				t.Errorf("%+v", s)
			}
			if d := src.seen().connects[1].Sub(at); d != 0 {
				t.Errorf("a fresh connect after %v", d)
			}
		})
	}
}
