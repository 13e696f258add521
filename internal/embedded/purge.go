package embedded

import (
	"context"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
)

// PurgeWorkflowState forgets one instance; durabletask-go walks the children
// of a recursive purge. With force it asks neither for a worker nor for a
// finished state. Where Dapr's sidecar crashes, at the force purge of an ID
// that is gone, this one answers that there is no such instance.
func (s *store) PurgeWorkflowState(ctx context.Context, id api.InstanceID, router *protos.TaskRouter, force bool) (int, error) {
	if target := router.GetTargetAppID(); target != "" && target != s.appID {
		return 0, noAddress("dapr.internal."+namespace+"."+target+".workflow", string(id))
	}
	if !force {
		if err := s.awaitWorker(ctx, string(id), s.noWorkerWait); err != nil {
			return 0, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.byID[string(id)]
	switch {
	case i == nil:
		return 0, api.ErrInstanceNotFound
	case force:
	case i.stalled:
		return 0, s.stalledError(string(id))
	case !i.completed():
		return 0, api.ErrNotCompleted
	}
	s.remove(i)
	return 1, nil
}
