//go:build unix

package input

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// WaitHangup waits until the terminal has hung up, and reports whether it has:
// false means that ctx has ended, or that the system cannot tell. A process that
// has no controlling terminal gets no SIGHUP, and learns it this way without a
// read or a write.
func WaitHangup(ctx context.Context, terminal *os.File) bool {
	ended, end, err := os.Pipe()
	if err != nil {
		return false
	}
	defer func() { _ = ended.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = end.Close() })
	defer func() {
		if stop() {
			_ = end.Close()
		}
	}()
	for {
		// POLLHUP and POLLERR come unasked.
		fds := []unix.PollFd{{Fd: int32(terminal.Fd())}, {Fd: int32(ended.Fd())}}
		_, err := unix.Poll(fds, -1)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return false
		case fds[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0:
			return true
		}
		return false // ctx has ended, or it is no terminal that can be polled
	}
}

// Background reports whether the process is in the background of the terminal:
// a read or a change of modes would stop it. It is false for a terminal that is
// not the controlling one of the process.
func Background(terminal *os.File) bool {
	foreground, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err == nil && foreground != unix.Getpgrp()
}
