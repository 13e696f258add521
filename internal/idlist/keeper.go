package idlist

import (
	"context"
	"slices"
	"strings"
)

// Lists takes the lists of IDs that are watched: a fleet.
type Lists interface {
	// Watched are the IDs of an app that it was given last.
	Watched(app string) []string
	// Watchlist replaces them.
	Watchlist(app string, ids []string)
}

// Keeper gives a console's lists to what watches them, and remembers them. Its
// methods may be called from any goroutine, one at a time for an app.
type Keeper struct {
	store Store
	lists Lists
}

// NewKeeper returns a keeper of lists that remembers in a store.
func NewKeeper(store Store, lists Lists) *Keeper { return &Keeper{store: store, lists: lists} }

// Add adds the IDs in a text to the list of an app, keeps them for the next time
// when told to, and returns how many are on the list then. What cannot be
// remembered is watched all the same.
func (k *Keeper) Add(ctx context.Context, app, text string, remember bool) (total int, err error) {
	ids, err := Parse(strings.NewReader(text))
	if err != nil {
		return 0, err
	}
	total = k.give(app, ids)
	if remember {
		_, err = k.store.Add(ctx, app, ids...)
	}
	return total, err
}

// Recall adds what is remembered of an app to its list.
func (k *Keeper) Recall(app string) error {
	ids, err := k.store.Load(app)
	if len(ids) > 0 {
		k.give(app, ids)
	}
	return err
}

func (k *Keeper) give(app string, ids []string) int {
	all := k.lists.Watched(app)
	all = append(all, without(unique(ids), all)...)
	k.lists.Watchlist(app, slices.Clip(all))
	return len(all)
}
