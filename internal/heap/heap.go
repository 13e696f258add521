// Package heap decides how much more memory the console takes than its rows
// need. It shares a machine with what it watches.
package heap

import (
	"context"
	"os"
	"runtime/debug"
)

// The heap may grow by so many percent over what is in use before it is
// collected. At Go's own 100 a hundred thousand rows take 144 MB, at 40 they take
// 104, for 2 % of a core while refreshes run; from manyRows on it is fewer.
const (
	usual    = 40
	least    = 15
	manyRows = 100_000
)

// percent is by how much the heap may grow with so many rows: what it takes
// beyond what is in use stays about the same from manyRows on. A quarter less of
// it, for rows that many are of several sidecars, and put together ever anew.
func percent(rows int) int {
	if rows <= manyRows {
		return usual
	}
	// In steps of a tenth, for a change costs a collection.
	return max(least, usual*manyRows*3/4/(rows/(manyRows/10)*(manyRows/10)))
}

// Tuner keeps the growth of the heap fit for the number of rows. The variable
// GOGC has the last word: with it a tuner does nothing.
type Tuner struct {
	off bool
	now int
}

// New returns a tuner that has set the growth for few rows. getenv is os.Getenv
// in a program.
func New(getenv func(string) string) *Tuner {
	t := &Tuner{off: getenv("GOGC") != ""}
	t.Rows(0)
	return t
}

// FromEnvironment is New with the environment of the process.
func FromEnvironment() *Tuner { return New(os.Getenv) }

// Follow is Rows for as long as next brings numbers.
func (t *Tuner) Follow(ctx context.Context, next func(context.Context) (rows int, ok bool)) {
	for {
		n, ok := next(ctx)
		if !ok {
			return
		}
		t.Rows(n)
	}
}

// Rows says how many rows there are. It is called from one goroutine at a time.
func (t *Tuner) Rows(n int) {
	if p := percent(n); !t.off && p != t.now {
		t.now = p
		debug.SetGCPercent(p)
	}
}
