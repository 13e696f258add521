package latest

import (
	"context"
	"testing"
)

func TestOnlyTheNewestIsTaken(t *testing.T) {
	v := New(1)
	b := v.Subscribe()
	v.Set(2)
	v.Set(3)
	if x, ok := b.Next(t.Context()); !ok || x != 3 {
		t.Fatalf("took %d, %v, want 3", x, ok)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if x, ok := b.Next(ctx); ok {
		t.Fatalf("took %d a second time", x)
	}
	go v.Set(4)
	if x, ok := b.Next(t.Context()); !ok || x != 4 {
		t.Fatalf("took %d, %v, want 4", x, ok)
	}
	if v.Get() != 4 {
		t.Errorf("the value is %d", v.Get())
	}
}

func TestTheEnd(t *testing.T) {
	v := New(1)
	waits, closed, late := v.Subscribe(), v.Subscribe(), v.Subscribe()
	for _, b := range []*Box[int]{waits, closed} {
		if _, ok := b.Next(t.Context()); !ok {
			t.Fatal("the first value was not there")
		}
	}
	go closed.Close()
	if _, ok := closed.Next(t.Context()); ok {
		t.Error("a closed box has a value")
	}
	closed.Close() // again does no harm
	go v.End()
	if _, ok := waits.Next(t.Context()); ok {
		t.Error("a value that has ended has a newer one")
	}
	v.End()
	v.Set(2)
	if _, ok := late.Next(t.Context()); ok {
		t.Error("a value that has ended can be taken")
	}
}

// TestAnEndedWaitLosesNothing: what came while the context ended is there for
// the next call.
func TestAnEndedWaitLosesNothing(t *testing.T) {
	v := New(1)
	b := v.Subscribe()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if _, ok := b.Next(ctx); ok {
			t.Fatal("a value was taken after the end of the context")
		}
	}
	if x, ok := b.Next(t.Context()); !ok || x != 1 {
		t.Fatalf("took %d, %v, want 1", x, ok)
	}
}
