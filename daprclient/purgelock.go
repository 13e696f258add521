package daprclient

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"os"
	"path/filepath"

	"github.com/daprdeck/daprdeck/internal/filelock"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// purgeLock keeps the purges of all consoles of one user on one machine apart:
// two operators who force the same instance away in the same moment both read
// that it is there, and the second purge crashes daprd (seen on 1.18.0). A
// forced purge is alone; others share.
type purgeLock struct{ dir string }

// defaultLockDir is where consoles of one user meet; empty when there is no
// such place.
func defaultLockDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "daprdeck")
}

// enter takes the lock of the sidecar at an address, by its app, and waits for
// it until ctx ends. Where there is no place for a lock it succeeds without one:
// the read before the purge remains.
func (l purgeLock) enter(ctx context.Context, address net.Addr, key workflow.Key, force bool) (leave func(), err error) {
	file := l.open(key.AppID + " " + address.String())
	if file == nil {
		return func() {}, nil
	}
	leave = func() { _ = file.Close() } // which gives the lock back
	if filelock.Wait(ctx, file, force) != nil {
		leave()
		return nil, refusal(workflow.KindBusy, key.InstanceID, "another console is purging, and a forced purge must be alone: wait for it")
	}
	return leave, nil
}

func (l purgeLock) open(name string) *os.File {
	if l.dir == "" {
		return nil
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return nil
	}
	sum := sha256.Sum256([]byte(name))
	file, err := os.OpenFile(filepath.Join(l.dir, "purge-"+hex.EncodeToString(sum[:8])+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil
	}
	return file
}
