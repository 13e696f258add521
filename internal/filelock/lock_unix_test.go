//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package filelock

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// TestALockKeepsOthersOut: one that is alone lets nobody in, others share; and
// closing the file lets in who waits.
func TestALockKeepsOthersOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, second, third := open(t, path), open(t, path), open(t, path)
	if err := Wait(t.Context(), first, false); err != nil {
		t.Fatal(err)
	}
	if err := Wait(t.Context(), second, false); err != nil {
		t.Fatalf("two that share: %v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 3*pause)
	defer cancel()
	if err := Wait(short, third, true); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("one that wants to be alone beside two others: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	let := make(chan error, 1)
	go func() { let <- Wait(t.Context(), third, true) }()
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-let:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the lock was not given back with the file")
	}
}
