// Package latest hands the newest of a value to any number of readers. A reader
// that is slow misses what came in between, and never slows the writer down.
package latest

import (
	"context"
	"sync"
)

// Value is a value that changes.
type Value[T any] struct {
	mu    sync.Mutex
	value T
	// seq numbers the values that were set.
	seq   uint64
	boxes map[*Box[T]]struct{}
	done  chan struct{}
	ended bool
}

// New returns a value that is first until it is set.
func New[T any](first T) *Value[T] {
	return &Value[T]{value: first, seq: 1, boxes: map[*Box[T]]struct{}{}, done: make(chan struct{})}
}

// Set replaces the value. It never blocks on a reader.
func (v *Value[T]) Set(x T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value = x
	v.seq++
	for b := range v.boxes {
		b.ring()
	}
}

// Get is the newest value.
func (v *Value[T]) Get() T {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.value
}

// End wakes every reader for good.
func (v *Value[T]) End() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.ended {
		v.ended = true
		close(v.done)
	}
}

// Subscribe returns a reader's end, which holds the newest value already.
func (v *Value[T]) Subscribe() *Box[T] {
	b := &Box[T]{of: v, bell: make(chan struct{}, 1), closed: make(chan struct{})}
	b.ring()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.boxes[b] = struct{}{}
	return b
}

// Box is one reader's end. Next may be called from one goroutine at a time.
type Box[T any] struct {
	of *Value[T]
	// bell holds one token while there may be a value to take.
	bell   chan struct{}
	closed chan struct{}
	once   sync.Once
	// taken is the number of the last value taken.
	taken uint64
}

// ring says that there is news. The bell keeps one ring; more say nothing new.
func (b *Box[T]) ring() {
	select {
	case b.bell <- struct{}{}:
	default:
	}
}

// Next blocks until there is a value newer than the last one taken. It returns
// false when ctx ends, the box is closed or the value has ended.
func (b *Box[T]) Next(ctx context.Context) (x T, ok bool) {
	for {
		select {
		case <-ctx.Done():
			return x, false
		case <-b.closed:
			return x, false
		case <-b.of.done:
			return x, false
		case <-b.bell:
		}
		if ctx.Err() != nil {
			b.ring() // for the next call
			return x, false
		}
		if x, ok = b.take(); ok {
			return x, true
		}
	}
}

// take returns the newest value unless it was taken before. Of several channels
// that are ready a select takes any, so the end is looked at again.
func (b *Box[T]) take() (x T, ok bool) {
	v := b.of
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, open := v.boxes[b]; !open || v.ended || v.seq <= b.taken {
		return x, false
	}
	b.taken = v.seq
	return v.value, true
}

// Close ends the box; a Next that waits returns false.
func (b *Box[T]) Close() {
	b.once.Do(func() {
		b.of.mu.Lock()
		defer b.of.mu.Unlock()
		delete(b.of.boxes, b)
		close(b.closed)
	})
}
