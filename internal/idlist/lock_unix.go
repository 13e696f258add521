//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package idlist

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// tryLock locks a file without waiting. The lock goes with the file, also when
// the process is killed.
func tryLock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EWOULDBLOCK), errors.Is(err, syscall.EINTR):
		return errLocked
	}
	return fmt.Errorf("lock %s: %w", file.Name(), err)
}
