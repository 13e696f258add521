package model

import (
	"context"
	"maps"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The metadata of an instance does not name its parent: only its history does,
// and that is a call for each. Parents are read a few at a time, for as long as
// the filter asks for them, and kept for good.
const (
	// parentBatch is how many parents one command reads at most.
	parentBatch = 1024
	// parentsFor is for how long one command goes on before it shows what it
	// has got.
	parentsFor = 400 * time.Millisecond
	// parentsAtOnce is how many calls are in flight at most.
	parentsAtOnce = 4
	// parentRetry is how long an instance whose parent could not be read is
	// left alone.
	parentRetry = time.Minute
)

// parents are the parents that are known. Selections ask them off the update
// loop, while commands add to them.
type parents struct {
	mu    sync.RWMutex
	known map[workflow.Key]string
	// notBefore is when to try again to read those that failed.
	notBefore map[workflow.Key]time.Time

	// reading, stop and gen belong to the update loop.
	reading bool
	stop    context.CancelFunc
	gen     uint64
}

func newParents() *parents {
	return &parents{known: map[workflow.Key]string{}, notBefore: map[workflow.Key]time.Time{}}
}

// parent returns an instance's parent, empty for a root, and whether it is known.
func (p *parents) parent(key workflow.Key) (string, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	id, ok := p.known[key]
	return id, ok
}

// mayAsk reports whether a parent that is not known may be asked for now.
func (p *parents) mayAsk(key workflow.Key, now time.Time) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	_, known := p.known[key]
	return !known && !now.Before(p.notBefore[key])
}

func (p *parents) learn(key workflow.Key, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[key] = id
	delete(p.notBefore, key)
}

func (p *parents) failed(key workflow.Key, again time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notBefore[key] = again
}

// forget drops the parents of some instances.
func (p *parents) forget(about func(workflow.Key) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.known, func(key workflow.Key, _ string) bool { return about(key) })
	maps.DeleteFunc(p.notBefore, func(key workflow.Key, _ time.Time) bool { return about(key) })
}

// names returns parents that are known, each once.
func (p *parents) names(most int) []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return distinct(most, func(yield func(string) bool) {
		for _, id := range p.known {
			if !yield(id) {
				return
			}
		}
	})
}

// parentsMsg says that a command has read parents for a while.
type parentsMsg struct{ gen uint64 }

// readParents reads the parents of some instances, unless it does already.
func (m *Model) readParents(keys []workflow.Key) tea.Cmd {
	p := m.parents
	if len(keys) == 0 || p.reading || !m.selecting.parental {
		return nil
	}
	var ctx context.Context
	ctx, p.stop = context.WithCancel(m.ctx)
	p.reading = true
	p.gen++
	r := parentReader{p: p, client: m.cfg.Client, timeout: m.cfg.ReadTimeout, now: m.cfg.Now, keys: keys}
	gen := p.gen
	return func() tea.Msg {
		r.run(ctx)
		return parentsMsg{gen}
	}
}

// tookParents selects anew with the parents that have been read.
func (m *Model) tookParents(msg parentsMsg) tea.Cmd {
	if msg.gen != m.parents.gen {
		return nil
	}
	m.stopParents()
	if m.frozen || !m.selecting.parental {
		return nil
	}
	return m.selectAgain()
}

// stopParents ends the reading of parents: nobody asks for them any more.
func (m *Model) stopParents() {
	if m.parents.stop != nil {
		m.parents.stop()
	}
	m.parents.reading, m.parents.stop = false, nil
	m.parents.gen++
}

// parentReader reads parents within one command.
type parentReader struct {
	p       *parents
	client  Client
	timeout time.Duration
	now     func() time.Time

	mu   sync.Mutex
	keys []workflow.Key
}

// run reads with a few calls at once until all is read, or it has gone on for
// long enough, or ctx ends. It waits for its last calls.
func (r *parentReader) run(ctx context.Context) {
	until := r.now().Add(parentsFor)
	var all sync.WaitGroup
	for range min(parentsAtOnce, len(r.keys)) {
		all.Go(func() {
			for ctx.Err() == nil && r.now().Before(until) {
				key, ok := r.next()
				if !ok {
					return
				}
				r.read(ctx, key)
			}
		})
	}
	all.Wait()
}

func (r *parentReader) next() (workflow.Key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.keys) == 0 {
		return workflow.Key{}, false
	}
	key := r.keys[0]
	r.keys = r.keys[1:]
	return key, true
}

// read reads one history. One without a beginning tells nothing yet: the
// instance is scheduled for later, or its history cannot be read.
func (r *parentReader) read(ctx context.Context, key workflow.Key) {
	call, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	h, err := r.client.History(limited(call), key)
	started, ok := h.Started()
	switch {
	case err == nil && ok:
		r.p.learn(key, started.ParentID)
	case ctx.Err() == nil: // no fault of the instance otherwise
		r.p.failed(key, r.now().Add(parentRetry))
	}
}
