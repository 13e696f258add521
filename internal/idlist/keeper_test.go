package idlist

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
)

// watching is what a keeper gives its lists to.
type watching map[string][]string

func (w watching) Watched(app string) []string        { return slices.Clone(w[app]) }
func (w watching) Watchlist(app string, ids []string) { w[app] = ids }

func TestKeeper(t *testing.T) {
	store, now := NewStore(t.TempDir()), watching{}
	k := NewKeeper(store, now)
	if n, err := k.Add(t.Context(), "orders", "a\nb\n", true); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if n, err := k.Add(t.Context(), "orders", "b\nc", false); n != 3 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if want := []string{"a", "b", "c"}; !slices.Equal(now["orders"], want) {
		t.Errorf("watched are %q, want %q", now["orders"], want)
	}
	later := watching{"orders": {"typed"}}
	if err := NewKeeper(store, later).Recall("orders"); err != nil {
		t.Fatal(err)
	}
	if want := []string{"typed", "a", "b"}; !slices.Equal(later["orders"], want) {
		t.Errorf("recalled are %q, want %q", later["orders"], want)
	}
	if n, err := NewKeeper(store, later).Forget(t.Context(), "orders", "a\nnever-there"); n != 2 || err != nil {
		t.Errorf("%d are left, %v", n, err)
	}
	if left, err := store.Load("orders"); err != nil || !slices.Equal(left, []string{"b"}) || !slices.Equal(later["orders"], []string{"typed", "b"}) {
		t.Errorf("remembered are %q, %v, watched %q", left, err, later["orders"])
	}
	if err := NewKeeper(store, later).Recall("billing"); err != nil || len(later["billing"]) > 0 {
		t.Errorf("of an app without a list: %v, %q", err, later["billing"])
	}
}

// TestAListHasAnEnd: one that grows bit by bit ends where one that comes at once
// does, for all of it is read again and again.
func TestAListHasAnEnd(t *testing.T) {
	now := watching{"orders": nil}
	for i := range MaxIDs - 1 {
		now["orders"] = append(now["orders"], fmt.Sprintf("id-%d", i))
	}
	store := NewStore(t.TempDir())
	k := NewKeeper(store, now)
	if n, err := k.Add(t.Context(), "orders", "x\ny", true); !errors.Is(err, errTooMany) || n != MaxIDs-1 {
		t.Errorf("%d, %v", n, err)
	}
	if kept, err := store.Load("orders"); err != nil || len(kept) > 0 {
		t.Errorf("what is not watched is remembered: %q, %v", kept, err)
	}
	if n, err := k.Add(t.Context(), "orders", "x\nid-5", true); err != nil || n != MaxIDs {
		t.Errorf("%d, %v", n, err)
	}
}

// shared is what a keeper gives its lists to, for several goroutines.
type shared struct {
	mu  sync.Mutex
	ids []string
}

func (s *shared) Watched(string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ids)
}

func (s *shared) Watchlist(_ string, ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = ids
}

// TestTwoWhoAddAtATime: what one adds is not lost to the other.
func TestTwoWhoAddAtATime(t *testing.T) {
	now := &shared{}
	k := NewKeeper(NewStore(t.TempDir()), now)
	var adding sync.WaitGroup
	for i := range 200 {
		adding.Go(func() {
			if _, err := k.Add(t.Context(), "orders", fmt.Sprintf("id-%d", i), false); err != nil {
				t.Error(err)
			}
		})
	}
	adding.Wait()
	if n := len(now.ids); n != 200 {
		t.Errorf("%d of 200 are on the list", n)
	}
}
