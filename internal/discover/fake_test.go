package discover

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// fake is a table of processes that a test writes.
type fake struct {
	mu   sync.Mutex
	rows map[int32]fakeProcess
	// broken is the error of the next listings.
	broken error
	// looks counts the questions about a process, by what was asked.
	looks map[string]int
}

// fakeProcess is one row; what is empty cannot be read.
type fakeProcess struct {
	name, args string
	started    int64
	token      bool
	parent     int32
}

var errNoSuch = errors.New("no such process")

func newFake() *fake {
	return &fake{rows: map[int32]fakeProcess{}, looks: map[string]int{}}
}

func (f *fake) set(pid int32, p fakeProcess) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows[pid] = p
}

func (f *fake) remove(pid int32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.rows, pid)
}

func (f *fake) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = err
}

// asked returns how often what was asked since the last call.
func (f *fake) asked() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	looks := f.looks
	f.looks = map[string]int{}
	return looks
}

func (f *fake) row(what string, pid int32) (fakeProcess, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looks[what]++
	p, ok := f.rows[pid]
	if !ok {
		return p, errNoSuch
	}
	return p, nil
}

func (f *fake) list(context.Context) ([]int32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.rows)), f.broken
}

func (f *fake) name(_ context.Context, pid int32) (string, error) {
	p, err := f.row("name", pid)
	return p.name, err
}

func (f *fake) started(_ context.Context, pid int32) (time.Time, error) {
	p, err := f.row("started", pid)
	if err == nil && p.started == 0 {
		err = errNoSuch
	}
	return time.UnixMilli(p.started), err
}

func (f *fake) args(_ context.Context, pid int32) ([]string, error) {
	p, err := f.row("args", pid)
	return strings.Fields(p.args), err
}

func (f *fake) parent(_ context.Context, pid int32) (int32, error) {
	p, err := f.row("parent", pid)
	return p.parent, err
}

func (f *fake) needsToken(_ context.Context, pid int32) bool {
	p, _ := f.row("token", pid)
	return p.token
}

func (f *fake) folder(_ context.Context, pid int32) (string, error) {
	_, err := f.row("folder", pid)
	return "", err
}
