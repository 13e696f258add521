//go:build race

package watch

import "runtime"

// The race detector's context of a synctest bubble's timers is shared by every
// processor that runs one of them, and two at a time crash the detector itself
// (SIGSEGV or "ThreadSanitizer: CHECK failed"; golang.org/issue/78156). One
// processor at a time costs it nothing: it follows what happens before what,
// not what happens at the same time.
func init() { runtime.GOMAXPROCS(1) }
