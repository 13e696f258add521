package embedded

import (
	"context"
	"errors"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
)

// PurgeWorkflowState forgets one instance; durabletask-go walks the children
// of a recursive purge. With force it asks neither for a worker nor for a
// finished state. Where Dapr's sidecar crashes, at the force purge of an ID
// that is gone, this one answers that there is no such instance.
func (s *store) PurgeWorkflowState(ctx context.Context, id api.InstanceID, router *protos.TaskRouter, force bool) (int, error) {
	if target := router.GetTargetAppID(); target != "" && target != s.appID {
		return 0, noAddress(actorType(target, "workflow"), string(id))
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
	if force {
		return 1, s.forgetJobs(i.id)
	}
	return 1, nil
}

// forgetJobs answers a force purge as Dapr does, which forgets the state and
// the jobs at the same time: of an ID that no job can be named after the state
// is gone and yet the answer is an error.
func (s *store) forgetJobs(id string) error {
	return errors.Join(
		checkJobName(s.workflowActorType(), id, "a"),
		checkJobName(s.activityActorType(), id+"::a", ""),
		checkJobName(actorType(s.appID, "retentioner"), id, "a"),
	)
}
