package embedded

import (
	"context"
	"fmt"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/backend"
)

// watcher is one call that waits for a status.
type watcher struct {
	condition func(*backend.WorkflowMetadata) bool
	done      chan struct{} // closed once the condition held, or at a terminal status
}

// WatchWorkflowRuntimeStatus calls condition for the present state and for
// each change until it holds or the instance has ended. Of an ID that does
// not exist it waits for the creation (orchestrator/stream.go). It returns
// when ctx ends, and fails when no worker is connected for too long.
func (s *store) WatchWorkflowRuntimeStatus(ctx context.Context, id api.InstanceID, condition func(*backend.WorkflowMetadata) bool) error {
	for {
		if err := s.awaitWorker(ctx, string(id), s.noWorkerWait); err != nil {
			return err
		}
		w, changed := s.watch(string(id), condition)
		select {
		case <-w.done:
			return nil
		case <-ctx.Done():
			s.unwatch(string(id), w)
			return fmt.Errorf("waiting for workflow: %w", ctx.Err())
		case <-changed:
			s.unwatch(string(id), w)
		}
	}
}

// watch registers a watcher. The second result is closed when the number of
// workers changes, which ends Dapr's streams too.
func (s *store) watch(id string, condition func(*backend.WorkflowMetadata) bool) (*watcher, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &watcher{condition: condition, done: make(chan struct{})}
	if i := s.byID[id]; i != nil && w.offer(i.meta) {
		return w, s.changed
	}
	if s.watchers[id] == nil {
		s.watchers[id] = map[*watcher]struct{}{}
	}
	s.watchers[id][w] = struct{}{}
	return w, s.changed
}

// offer shows the watcher a state and reports whether it is served.
func (w *watcher) offer(m *backend.WorkflowMetadata) bool {
	if w.condition(m) || terminal(m.GetRuntimeStatus()) {
		close(w.done)
		return true
	}
	return false
}

func (s *store) unwatch(id string, w *watcher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watchers[id], w)
	if len(s.watchers[id]) == 0 {
		delete(s.watchers, id)
	}
}

// notify shows the new state to everyone who waits for it. The lock is held.
func (s *store) notify(i *instance) {
	for w := range s.watchers[i.id] {
		if w.offer(i.meta) {
			delete(s.watchers[i.id], w)
		}
	}
	if len(s.watchers[i.id]) == 0 {
		delete(s.watchers, i.id)
	}
}

// awaitWorker waits until a worker is connected: limit at most, or until ctx
// ends when limit is zero.
func (s *store) awaitWorker(ctx context.Context, id string, limit time.Duration) error {
	var expired <-chan time.Time
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		expired = t.C
	}
	for {
		s.mu.Lock()
		workers, changed := s.workers, s.changed
		s.mu.Unlock()
		if workers > 0 {
			return nil
		}
		select {
		case <-changed:
		case <-expired:
			return noAddress(s.workflowActorType(), id)
		case <-ctx.Done():
			return fmt.Errorf("waiting for a worker: %w", ctx.Err())
		}
	}
}

func noAddress(actorType, id string) error {
	return fmt.Errorf("failed to lookup actor: %w", noAddressError{actor: actorType + "/" + id})
}

// connected and disconnected are called when a worker's stream of work items
// opens and closes.
func (s *store) connected(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workers++
	if s.workers == 1 {
		s.release()
	}
	s.broadcast()
	signal(s.wakeWorkflows)
	signal(s.wakeActivities)
	return nil
}

func (s *store) disconnected(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workers--
	s.broadcast()
	return nil
}

func (s *store) broadcast() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// release gives stalled workflows another turn: in Dapr their hold ends when
// the actors are taken down with the last worker.
func (s *store) release() {
	for _, i := range s.byID {
		if i.stalled {
			i.stalled = false
			s.schedule(i)
		}
	}
}
