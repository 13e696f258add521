//go:build unix

package main

import "syscall"

// noFollow opens no symbolic link, and waits for no reader of a pipe.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
