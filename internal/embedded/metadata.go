package embedded

import (
	"context"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
)

// Version is what the engine reports as its runtime version: the Dapr release
// whose behaviour it has, and that it is not that release.
const Version = "1.18 (embedded)"

// sidecar is the part of Dapr's runtime service that a console asks for.
type sidecar struct {
	runtimev1.UnimplementedDaprServer
	hub *hub
}

// GetMetadata describes the app, the runtime and its workers.
func (s sidecar) GetMetadata(context.Context, *runtimev1.GetMetadataRequest) (*runtimev1.GetMetadataResponse, error) {
	workers, active := s.hub.census()
	actors := &runtimev1.ActorRuntime{
		RuntimeStatus: runtimev1.ActorRuntime_RUNNING,
		HostReady:     true,
		Placement:     "placement: connected",
	}
	if workers > 0 {
		// The actor types of workflows exist only while a worker is connected.
		actors.ActiveActors = []*runtimev1.ActiveActorsCount{
			{Type: actorType(s.hub.appID, "retentioner")},
			{Type: s.hub.workflowActorType(), Count: int32(min(active, 1<<30))},
			{Type: s.hub.activityActorType()},
		}
	}
	return &runtimev1.GetMetadataResponse{
		Id:             s.hub.appID,
		RuntimeVersion: Version,
		RegisteredComponents: []*runtimev1.RegisteredComponents{{
			Name: "memory", Type: "state.in-memory", Version: "v1",
			Capabilities: []string{"ETAG", "TRANSACTIONAL", "ACTOR", "KEYS_LIKE"},
		}},
		ExtendedMetadata: map[string]string{"daprRuntimeVersion": Version},
		ActorRuntime:     actors,
		Workflows:        &runtimev1.MetadataWorkflows{ConnectedWorkers: int32(min(workers, 1<<30))},
	}, nil
}

// census counts the connected workers and the instances in a turn.
func (s *store) census() (workers, active int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.byID {
		if i.running || i.queued {
			active++
		}
	}
	return s.workers, active
}
