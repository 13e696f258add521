//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package input

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// canWait says that readable waits.
const canWait = true

// readable waits until there is something to read from a terminal, for d at
// most. It selects, for on some systems nothing else knows terminals.
func readable(f *os.File, d time.Duration) bool {
	fd := int(f.Fd())
	if fd >= unix.FD_SETSIZE {
		return false
	}
	deadline := time.Now().Add(d)
	for {
		var set unix.FdSet
		set.Set(fd)
		limit := unix.NsecToTimeval(max(0, time.Until(deadline)).Nanoseconds())
		n, err := unix.Select(fd+1, &set, nil, nil, &limit)
		if !errors.Is(err, unix.EINTR) {
			return err == nil && n > 0
		}
	}
}
