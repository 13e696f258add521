//go:build unix

package main

import (
	"os"
	"syscall"

	"github.com/shirou/gopsutil/v4/process"
	"golang.org/x/sys/unix"
)

var (
	stopSignals     = []os.Signal{syscall.SIGTSTP}
	continueSignals = []os.Signal{syscall.SIGCONT}
)

// signalName returns the name of a signal, such as SIGTERM.
func signalName(s os.Signal) string {
	if n, ok := s.(syscall.Signal); ok {
		return unix.SignalName(n)
	}
	return s.String()
}

// continueSelf sends the process the signal that continues it.
func continueSelf() { _ = syscall.Kill(syscall.Getpid(), syscall.SIGCONT) }

// stopSelf stops the process as the default action of SIGTSTP would, and reports
// whether it did: a job without a shell above it cannot be stopped. Go leaves its
// own handler in the place of the default action once a signal was asked for
// (runtime, sigdisable), so the stop is one of SIGSTOP.
func stopSelf() bool {
	if orphaned() {
		return false
	}
	return syscall.Kill(syscall.Getpid(), syscall.SIGSTOP) == nil
}

// orphaned reports whether nobody is there to continue the job: the first
// process above it, in another process group, is not of its session (POSIX,
// 3.264 Orphaned Process Group).
func orphaned() bool {
	session, err := unix.Getsid(0)
	if err != nil {
		return true
	}
	group := unix.Getpgrp()
	for pid := unix.Getppid(); pid > 0; {
		g, err := unix.Getpgid(pid)
		if err != nil {
			return true
		}
		if g != group {
			of, err := unix.Getsid(pid)
			return err != nil || of != session
		}
		above, err := (&process.Process{Pid: int32(pid)}).Ppid()
		if err != nil || int(above) == pid {
			return true
		}
		pid = int(above)
	}
	return true
}
