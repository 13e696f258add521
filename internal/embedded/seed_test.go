package embedded

import (
	"context"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
)

func TestSeedMakesThatManyInstances(t *testing.T) {
	for _, n := range []int{0, 1, 7, 100, 2000} {
		e := start(t, Options{Pace: quick})
		if err := e.Seed(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		list, err := e.hub.ListInstanceIDs(t.Context(), &protos.ListInstanceIDsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if len(list.GetInstanceIds()) != n {
			t.Errorf("asked for %d instances, there are %d", n, len(list.GetInstanceIds()))
		}
		t.Log(n, e.hub.counts())
	}
}

func TestShopLives(t *testing.T) {
	e := start(t, Options{Pace: quick, Seed: 7})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if err := e.RunSamples(ctx); err != nil {
		t.Fatal(err)
	}
	counts := e.hub.counts()
	t.Log(counts)
	for _, s := range []api.OrchestrationStatus{
		api.RUNTIME_STATUS_COMPLETED, api.RUNTIME_STATUS_FAILED, api.RUNTIME_STATUS_RUNNING, api.RUNTIME_STATUS_TERMINATED,
	} {
		if counts[s] == 0 {
			t.Errorf("no instance is %s", s)
		}
	}
}

func (s *store) counts() map[api.OrchestrationStatus]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[api.OrchestrationStatus]int{}
	for _, i := range s.byID {
		counts[i.meta.GetRuntimeStatus()]++
	}
	return counts
}
