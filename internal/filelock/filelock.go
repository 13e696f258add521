// Package filelock keeps the consoles of one machine apart by locks on files.
package filelock

import (
	"context"
	"errors"
	"os"
	"time"
)

// pause is between two tries to take a lock that another console holds.
const pause = 5 * time.Millisecond

// errLocked is the answer of try when another console holds the lock.
var errLocked = errors.New("locked by another console")

// Wait locks a file, alone or together with others that do not want it alone,
// and waits for that until ctx ends: its cause is the only error. On a file
// system without locks it succeeds without one. Closing the file gives the lock
// back, as does the end of the process.
func Wait(ctx context.Context, file *os.File, alone bool) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if err := try(file, alone); !errors.Is(err, errLocked) {
			return nil // also where there are no locks
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx) //nolint:wrapcheck // the caller says what for
		case <-tick.C:
		}
	}
}
