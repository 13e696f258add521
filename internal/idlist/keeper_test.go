package idlist

import (
	"slices"
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
	if err := NewKeeper(store, later).Recall("billing"); err != nil || len(later["billing"]) > 0 {
		t.Errorf("of an app without a list: %v, %q", err, later["billing"])
	}
}
