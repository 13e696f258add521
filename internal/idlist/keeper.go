package idlist

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Lists takes the lists of IDs that are watched: a fleet.
type Lists interface {
	// Watched are the IDs of an app that it was given last.
	Watched(app string) []string
	// Watchlist replaces them.
	Watchlist(app string, ids []string)
}

// Keeper gives a console's lists to what watches them, and remembers them. Its
// methods may be called from any goroutine.
type Keeper struct {
	store Store
	lists Lists
	// mu keeps two that add to a list apart: each takes what is there, and gives
	// back more.
	mu sync.Mutex
}

// NewKeeper returns a keeper of lists that remembers in a store.
func NewKeeper(store Store, lists Lists) *Keeper { return &Keeper{store: store, lists: lists} }

// Add adds the IDs in a text to the list of an app, keeps them for the next time
// when told to, and returns how many are on the list then. What cannot be
// remembered is watched all the same; what there is no room for on the list is
// neither.
func (k *Keeper) Add(ctx context.Context, app, text string, remember bool) (total int, err error) {
	ids, err := Parse(strings.NewReader(text))
	if err != nil {
		return 0, err
	}
	total, err = k.give(app, ids)
	if err == nil && remember {
		_, err = k.store.Add(ctx, app, ids...)
	}
	return total, err
}

// Forget takes the IDs in a text off the list of an app, also for the next time,
// and returns how many are left on it.
func (k *Keeper) Forget(ctx context.Context, app, text string) (left int, err error) {
	ids, err := Parse(strings.NewReader(text))
	if err != nil {
		return 0, err
	}
	left = k.take(app, ids)
	_, err = k.store.Remove(ctx, app, ids...)
	return left, err
}

// take takes IDs off the list of an app.
func (k *Keeper) take(app string, ids []string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	rest := without(k.lists.Watched(app), ids)
	k.lists.Watchlist(app, rest)
	return len(rest)
}

// Recall adds what is remembered of an app to its list.
func (k *Keeper) Recall(app string) error {
	ids, err := k.store.Load(app)
	if err == nil && len(ids) > 0 {
		_, err = k.give(app, ids)
	}
	return err
}

// give adds IDs to the list of an app, all of them or none, and returns how many
// it has then.
func (k *Keeper) give(app string, ids []string) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old := k.lists.Watched(app)
	all := slices.Concat(old, without(unique(ids), old))
	if len(all) > MaxIDs {
		return len(old), fmt.Errorf("%w: %d are on the list, and there is room for %d more", errTooMany, len(old), max(0, MaxIDs-len(old)))
	}
	k.lists.Watchlist(app, slices.Clip(all))
	return len(all), nil
}
