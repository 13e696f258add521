// Package crash turns a panic in a goroutine of the program's own into an
// orderly end: the terminal is given back first, then the report is printed.
package crash

import (
	"fmt"
	"io"
	"runtime/debug"
	"sync"
)

// Guard catches panics. The zero value is ready.
type Guard struct {
	mu     sync.Mutex
	report string
	stop   func()
}

// Go runs f in a goroutine. If f panics, the guard keeps the report and stops
// the program.
func (g *Guard) Go(f func()) {
	go func() {
		defer g.catch()
		f()
	}()
}

func (g *Guard) catch() {
	r := recover()
	if r == nil {
		return
	}
	g.mu.Lock()
	if g.report == "" {
		g.report = fmt.Sprintf("%v\n\n%s", r, debug.Stack())
	}
	stop := g.stop
	g.mu.Unlock()
	if stop != nil {
		stop()
	}
}

// SetStop sets what ends the program.
func (g *Guard) SetStop(stop func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stop = stop
}

// Print writes the report of the first panic, if there was one, and says
// whether there was.
func (g *Guard) Print(w io.Writer) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.report == "" {
		return false
	}
	_, _ = fmt.Fprintf(w, "daprdeck has crashed; this is a fault of its own. What it knows:\n\n%s\n", g.report)
	return true
}
