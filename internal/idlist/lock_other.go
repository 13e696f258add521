//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package idlist

import "os"

// tryLock takes every lock: there are none here.
func tryLock(*os.File) error { return nil }
