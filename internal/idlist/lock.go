package idlist

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// lockPause is between two tries to take the lock that another console holds.
const lockPause = 5 * time.Millisecond

// errLocked is the answer of tryLock when another console is writing.
var errLocked = errors.New("locked by another console")

// lock waits for the lock until ctx ends. On a file system without locks it goes
// on without one: then two consoles that write in the same moment can lose what
// one of them added.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the remembered IDs: %w", err)
	}
	unlock = func() { _ = file.Close() } // which gives the lock back
	tick := time.NewTicker(lockPause)
	defer tick.Stop()
	for {
		if err := tryLock(file); !errors.Is(err, errLocked) {
			return unlock, nil
		}
		select {
		case <-ctx.Done():
			unlock()
			return nil, fmt.Errorf("wait for another console to write its IDs: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}
