package workflow

import (
	gort "runtime"
	"sync"
)

const (
	// mostShares is among how many cores rows are shared at most: the sidecars
	// and their workers have work to do too.
	mostShares = 4
	// leastShare is how many rows are worth a core: a millisecond of work.
	leastShare = 8192
)

// shares divides n rows.
func shares(n int) []share {
	parts := make([]share, max(1, min(n/leastShare, mostShares, gort.GOMAXPROCS(0))))
	for i := range parts {
		parts[i].from, parts[i].to = n*i/len(parts), n*(i+1)/len(parts)
	}
	return parts
}

// inParallel does n things at once and waits for them. A panic in one of them
// comes out of it.
func inParallel(n int, do func(i int)) {
	if n == 1 {
		do(0)
		return
	}
	var all sync.WaitGroup
	panics := make([]any, n)
	for i := range n {
		all.Go(func() {
			defer func() { panics[i] = recover() }()
			do(i)
		})
	}
	all.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
}
