package discover

import (
	"context"
	"slices"
	"time"
)

// DefaultInterval is between two scans. A daprd takes one or two seconds from
// its start until it serves, so that a shorter one shows nothing sooner that
// could be used; at twice as much one begins to wonder where it is.
const DefaultInterval = 2 * time.Second

const (
	// restPerScan is how many times as long as a scan the rest after it is: half a
	// percent of a core. It counts only on a machine of thousands of processes, or
	// one that has no time.
	restPerScan = 200
	// longestRest is how many intervals that rest is at most.
	longestRest = 5
)

// Found is what a scan came to.
type Found struct {
	// Sidecars is the whole list; nobody may change it.
	Sidecars []Sidecar
	// Err says why there is none: the processes cannot be listed. The finder tries
	// again.
	Err error
}

// Finder scans again and again and tells what has changed.
type Finder struct {
	interval time.Duration
	scanner  *scanner
	news     chan Found
}

// NewFinder returns a finder for Run.
func NewFinder(interval time.Duration) *Finder { return newFinder(interval, system{}) }

func newFinder(interval time.Duration, procs processes) *Finder {
	return &Finder{interval: interval, scanner: newScanner(procs), news: make(chan Found, 1)}
}

// News brings the first list, also when it is empty, and then every list that is
// another one than before. A reader that is slow misses those in between and
// gets the latest. It is closed when Run returns.
func (f *Finder) News() <-chan Found { return f.news }

// Run scans until ctx ends. It may be called once.
func (f *Finder) Run(ctx context.Context) {
	defer close(f.news)
	var last Found
	for first := true; ; first = false {
		begin := time.Now()
		list, err := f.scanner.scan(ctx)
		if ctx.Err() != nil {
			return
		}
		now := Found{Sidecars: list, Err: err}
		if first || !now.same(last) {
			f.tell(now)
			last = now
		}
		rest := time.NewTimer(patience(f.interval, time.Since(begin)))
		select {
		case <-rest.C:
		case <-ctx.Done():
			rest.Stop()
			return
		}
	}
}

// tell puts the latest list in the place of one that nobody has taken. Only Run
// sends, so there is room.
func (f *Finder) tell(now Found) {
	select {
	case <-f.news:
	default:
	}
	f.news <- now
}

func (f Found) same(other Found) bool {
	return text(f.Err) == text(other.Err) && slices.EqualFunc(f.Sidecars, other.Sidecars, Sidecar.equal)
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// patience is the rest after a scan, which keeps scans to their share of a core.
func patience(interval, took time.Duration) time.Duration {
	return min(max(interval, restPerScan*took), longestRest*interval)
}
