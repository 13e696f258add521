package embedded

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func (s *store) counts() map[api.OrchestrationStatus]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[api.OrchestrationStatus]int{}
	for _, i := range s.byID {
		counts[i.meta.GetRuntimeStatus()]++
	}
	return counts
}

func seeded(t *testing.T, n int, opts Options) *Engine {
	t.Helper()
	e := start(t, opts)
	if err := e.Seed(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestSeedMakesThatManyInstances(t *testing.T) {
	for _, n := range []int{0, 1, 7, 41, 1000} {
		e := seeded(t, n, Options{Pace: quick})
		total := 0
		counts := e.hub.counts()
		for _, k := range counts {
			total += k
		}
		if total != n {
			t.Errorf("asked for %d instances, there are %d", n, total)
		}
		if n < 41 {
			continue
		}
		for _, s := range []api.OrchestrationStatus{
			api.RUNTIME_STATUS_COMPLETED, api.RUNTIME_STATUS_FAILED, api.RUNTIME_STATUS_RUNNING, api.RUNTIME_STATUS_TERMINATED,
			api.RUNTIME_STATUS_SUSPENDED, api.RUNTIME_STATUS_PENDING, api.RUNTIME_STATUS_STALLED,
		} {
			if counts[s] == 0 {
				t.Errorf("of %d instances none is %s", n, s)
			}
		}
		if healthy := counts[api.RUNTIME_STATUS_COMPLETED]; n == 1000 && (healthy < n*85/100 || counts[api.RUNTIME_STATUS_FAILED] < n/100) {
			t.Errorf("of %d instances %d completed and %d failed", n, healthy, counts[api.RUNTIME_STATUS_FAILED])
		}
	}
}

// fingerprint is what must be the same for the same seed: IDs in their order,
// statuses, ages, payloads and the events with their times.
func fingerprint(s *store, now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, i := range s.order {
		fmt.Fprintf(&b, "%s %s %q %q\n", i.id, i.meta.GetRuntimeStatus(), i.meta.GetInput().GetValue(), i.meta.GetOutput().GetValue())
		for _, e := range i.history {
			fmt.Fprintf(&b, "  %T %d %s\n", e.GetEventType(), e.GetEventId(), now.Sub(e.GetTimestamp().AsTime()))
		}
	}
	return b.String()
}

func TestSeedIsRepeatable(t *testing.T) {
	now := time.Now()
	of := func(seed uint64) string {
		e := seeded(t, 300, Options{Pace: quick, Seed: seed, NoWorker: true, Now: func() time.Time { return now }})
		return fingerprint(e.hub.store, now)
	}
	one := of(1)
	if again := of(1); again != one {
		t.Error("the same seed made other instances")
	}
	if other := of(2); other == one {
		t.Error("another seed made the same instances")
	}
}

// No timer of a seeded instance may fire within the next quarter of an hour:
// tests and measurements start from an engine at rest.
func TestSeededInstancesRest(t *testing.T) {
	e := seeded(t, 1200, Options{Pace: quick, NoWorker: true})
	soon := time.Now().Add(14 * time.Minute)
	e.hub.mu.Lock()
	defer e.hub.mu.Unlock()
	for _, i := range e.hub.order {
		for _, x := range i.history {
			if mentions(x.ProtoReflect(), placeholder) {
				t.Errorf("%s has an event of its scene: %v", i.id, x)
			}
		}
		if p := i.startEvent().GetParentInstance(); p != nil && e.hub.byID[p.GetWorkflowInstance().GetInstanceId()] == nil {
			t.Errorf("%s has the parent %q, which does not exist", i.id, p.GetWorkflowInstance().GetInstanceId())
		}
		if i.completed() {
			continue
		}
		fired := map[int32]bool{}
		for _, x := range i.history {
			if tf := x.GetTimerFired(); tf != nil {
				fired[tf.GetTimerId()] = true
			}
		}
		for _, x := range i.history {
			if tc := x.GetTimerCreated(); tc != nil && !fired[x.GetEventId()] && tc.GetFireAt().AsTime().Before(soon) {
				t.Errorf("%s has a timer in %s", i.id, time.Until(tc.GetFireAt().AsTime()))
			}
		}
		if last := i.meta.GetLastUpdatedAt().AsTime(); last.After(time.Now()) {
			t.Errorf("%s was updated in the future", i.id)
		}
	}
}

// What is seeded came from the worker's own code, so a worker can go on with
// it.
func TestSeededInstancesGoOn(t *testing.T) {
	e := seeded(t, 60, Options{Pace: quick})
	c, ctx := backend.NewTaskHubClient(e.hub.store), deadline(t)
	raise := func(id api.InstanceID, event string) {
		if err := c.RaiseEvent(ctx, id, event, api.WithRawEventData(wrapperspb.String(`{"by":"test"}`))); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	resume := func(id api.InstanceID) {
		if err := c.ResumeWorkflow(ctx, id, ""); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	raise("order-1042", "approve")
	raise("order-1041", "Approve")
	raise("order-1031", "approve")
	resume("order-1031")
	raise("order-1033", "approve")
	resume("order-1033")
	raise("订单-20261122-8", "审批")
	raise("onb-3301", "documents-received")
	resume("ful-2210:0002")
	raise("order-1050", "approve") // starts it
	for _, id := range []api.InstanceID{
		"order-1042", "order-1041", "order-1031", "order-1033", "订单-20261122-8", "onb-3301", "ful-2210:0002", "ful-2210", "order-1050",
	} {
		m, err := c.WaitForWorkflowCompletion(ctx, id)
		if err != nil || m.GetRuntimeStatus() != api.RUNTIME_STATUS_COMPLETED {
			t.Errorf("%s ended as %s, %v, %v", id, m.GetRuntimeStatus(), m.GetFailureDetails(), err)
		}
	}
}

// The stalled instance is stalled for a reason: a worker that comes cannot
// continue it either.
func TestSeededStallIsReal(t *testing.T) {
	e := seeded(t, 60, Options{Pace: quick, NoWorker: true})
	before := e.hub.lengthOf("contract-7")
	if err := e.StartWorker(); err != nil {
		t.Fatal(err)
	}
	c, ctx := backend.NewTaskHubClient(e.hub.store), deadline(t)
	for {
		err := c.RaiseEvent(ctx, "contract-7", "signed")
		if err != nil && strings.Contains(err.Error(), errStalled.Error()) {
			break // the turn that the worker's coming gave it has stalled too
		}
		if err != nil || ctx.Err() != nil {
			t.Fatalf("it goes on: %v, %v", err, ctx.Err())
		}
	}
	if m, err := c.FetchWorkflowMetadata(ctx, "contract-7"); err != nil || m.GetRuntimeStatus() != api.RUNTIME_STATUS_STALLED {
		t.Fatalf("%s, %v", m.GetRuntimeStatus(), err)
	}
	if after := e.hub.lengthOf("contract-7"); after != before {
		t.Errorf("the same stall added %d events", after-before)
	}
}

func (s *store) lengthOf(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.byID[id].history)
}

func TestLargePayload(t *testing.T) {
	e := seeded(t, 60, Options{Pace: quick, NoWorker: true})
	m, err := e.hub.GetWorkflowMetadata(t.Context(), "report-2026-10")
	if err != nil || len(m.GetOutput().GetValue()) < 200_000 {
		t.Fatalf("the report has %d bytes, %v", len(m.GetOutput().GetValue()), err)
	}
}

func TestNestedFailure(t *testing.T) {
	e := seeded(t, 60, Options{Pace: quick, NoWorker: true})
	m, err := e.hub.GetWorkflowMetadata(t.Context(), "pay-77f0")
	if err != nil {
		t.Fatal(err)
	}
	depth := 0
	for fd := m.GetFailureDetails(); fd != nil; fd = fd.GetInnerFailure() {
		depth++
	}
	if depth != 4 || m.GetFailureDetails().GetStackTrace().GetValue() == "" {
		t.Errorf("the failure has %d levels: %v", depth, m.GetFailureDetails())
	}
}

func TestShopLives(t *testing.T) {
	e := start(t, Options{Pace: quick, Seed: 7})
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() { left <- e.RunSamples(ctx) }()
	wanted := []api.OrchestrationStatus{
		api.RUNTIME_STATUS_COMPLETED, api.RUNTIME_STATUS_FAILED, api.RUNTIME_STATUS_RUNNING, api.RUNTIME_STATUS_TERMINATED,
	}
	for until := time.Now().Add(8 * time.Second); ; {
		counts := e.hub.counts()
		if !slices.ContainsFunc(wanted, func(s api.OrchestrationStatus) bool { return counts[s] == 0 }) {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("after 8 s there are %v", counts)
		}
		time.Sleep(5 * time.Millisecond) //nolint:forbidigo // the shop tells nobody
	}
	cancel()
	if err := <-left; err != nil {
		t.Fatal(err)
	}
}

// TestShopIsRepeatable compares what two shops with one seed do, and another.
func TestShopIsRepeatable(t *testing.T) {
	of := func(seed uint64) []string {
		r := &recorder{enough: 400}
		s := newShop(r, newHubLogger(discard()), 0, seed)
		ctx, cancel := context.WithCancel(t.Context())
		r.cancel = cancel
		if err := s.run(ctx); err != nil {
			t.Fatal(err)
		}
		return r.deeds
	}
	one := of(3)
	if again := of(3); !slices.Equal(one, again) {
		t.Error("the same seed led to another sequence")
	}
	if other := of(4); slices.Equal(one, other) {
		t.Error("another seed led to the same sequence")
	}
}

// recorder is a client that only notes what it is asked for.
type recorder struct {
	backend.TaskHubClient
	deeds  []string
	enough int
	cancel context.CancelFunc
}

func (r *recorder) note(what string, id api.InstanceID) {
	if len(r.deeds) == r.enough { // the shop may take a moment to notice
		r.cancel()
		return
	}
	r.deeds = append(r.deeds, what+" "+string(id))
}

func (r *recorder) ScheduleNewWorkflow(_ context.Context, name any, opts ...api.NewWorkflowOptions) (api.InstanceID, error) {
	var req protos.CreateInstanceRequest
	for _, o := range opts {
		if err := o(&req); err != nil {
			return "", err
		}
	}
	r.note(fmt.Sprintf("start %v with %s as", name, req.GetInput().GetValue()), api.InstanceID(req.GetInstanceId()))
	return api.InstanceID(req.GetInstanceId()), nil
}

func (r *recorder) RaiseEvent(_ context.Context, id api.InstanceID, event string, _ ...api.RaiseEventOptions) error {
	r.note("raise "+event, id)
	return nil
}

func (r *recorder) SuspendWorkflow(_ context.Context, id api.InstanceID, _ string) error {
	r.note("suspend", id)
	return nil
}

func (r *recorder) ResumeWorkflow(_ context.Context, id api.InstanceID, _ string) error {
	r.note("resume", id)
	return nil
}

func (r *recorder) TerminateWorkflow(_ context.Context, id api.InstanceID, _ ...api.TerminateOptions) error {
	r.note("terminate", id)
	return nil
}

func (r *recorder) PurgeWorkflowState(_ context.Context, id api.InstanceID, _ ...api.PurgeOptions) error {
	r.note("purge", id)
	return nil
}
