// Package model is the Bubble Tea model of the console: its state, messages,
// commands, key routing and the table of actions.
package model

import (
	"context"
	"time"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Client is what the model needs of the sidecars. Each call is bounded by its
// context. Errors are *workflow.Error in plain words. A key of an app that none
// of them is of is refused with workflow.KindOtherApp.
type Client interface{ fleet.Client }

// Feed is what the model needs of the watches.
type Feed interface {
	// Next blocks until there is a snapshot newer than the last one taken. It
	// returns false when ctx or the watch ends.
	Next(ctx context.Context) (fleet.Snapshot, bool)
	// Refresh asks for a refresh now; while Down, for a new try.
	Refresh()
	// SetInterval changes the time between refreshes.
	SetInterval(d time.Duration)
	// Reread asks for one instance to be read at once.
	Reread(key workflow.Key)
	// Hold stops all reading but Reread's, the first load too, and lets it go on.
	Hold(hold bool)
	// Focus says which instances are on the screen: they are read first. The
	// slice is not changed afterwards.
	Focus(keys []workflow.Key)
}
