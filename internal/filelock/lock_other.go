//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package filelock

import "os"

// try takes every lock: there are none here.
func try(*os.File, bool) error { return nil }
