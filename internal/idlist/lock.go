package idlist

import (
	"context"
	"fmt"
	"os"

	"github.com/daprdeck/daprdeck/internal/filelock"
)

// lock waits for the lock until ctx ends. On a file system without locks it goes
// on without one: then two consoles that write in the same moment can lose what
// one of them added.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the remembered IDs: %w", err)
	}
	unlock = func() { _ = file.Close() } // which gives the lock back
	if err := filelock.Wait(ctx, file, true); err != nil {
		unlock()
		return nil, fmt.Errorf("wait for another console to write its IDs: %w", err)
	}
	return unlock, nil
}
