package embedded

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/backend"
	"github.com/dapr/durabletask-go/backend/runtimestate"
	"github.com/dapr/durabletask-go/task"
	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// step is what happens to a simulated workflow once it has nothing left to do
// but wait.
type step struct {
	after time.Duration
	event isEvent
	fire  bool // instead of an event: the next timer fires
}

// isEvent makes an event of the outside world.
type isEvent func() *protos.HistoryEvent

func raise(name, payload string) isEvent {
	return func() *protos.HistoryEvent {
		return &protos.HistoryEvent{EventId: -1, EventType: &protos.HistoryEvent_EventRaised{
			EventRaised: &protos.EventRaisedEvent{Name: name, Input: wrapperspb.String(payload)},
		}}
	}
}

func suspend(reason string) isEvent {
	return func() *protos.HistoryEvent {
		return &protos.HistoryEvent{EventId: -1, EventType: &protos.HistoryEvent_ExecutionSuspended{
			ExecutionSuspended: &protos.ExecutionSuspendedEvent{Input: wrapperspb.String(reason)},
		}}
	}
}

func resume(reason string) isEvent {
	return func() *protos.HistoryEvent {
		return &protos.HistoryEvent{EventId: -1, EventType: &protos.HistoryEvent_ExecutionResumed{
			ExecutionResumed: &protos.ExecutionResumedEvent{Input: wrapperspb.String(reason)},
		}}
	}
}

func terminate(output string) isEvent {
	return func() *protos.HistoryEvent {
		return &protos.HistoryEvent{EventId: -1, EventType: &protos.HistoryEvent_ExecutionTerminated{
			ExecutionTerminated: &protos.ExecutionTerminatedEvent{Input: wrapperspb.String(output), Recurse: true},
		}}
	}
}

// scene is a simulated instance: what the store would hold of it, with times
// that count from the zero time of its creation.
type scene struct {
	id       string
	history  []*backend.HistoryEvent
	status   *wrapperspb.StringValue
	stalled  bool
	children []*scene
	length   time.Duration // from the creation to the last event
	own      []bool        // by event: whether it holds the ID; see copier
}

// simulator runs the sample workflows on a clock of its own: the real worker
// code and the real rules for its results, without the waiting. What it makes
// replays in a live worker, because a live worker made it.
type simulator struct {
	appID    string
	executor backend.Executor
	applier  *runtimestate.Applier
	random   *rand.Rand
}

func newSimulator(appID string, random *rand.Rand) (*simulator, error) {
	s := newSamples(1)
	s.instant = true
	registry := task.NewTaskRegistry()
	if err := registerSamples(registry, s); err != nil {
		return nil, err
	}
	return &simulator{
		appID:    appID,
		executor: task.NewTaskExecutor(registry),
		applier:  runtimestate.NewApplier(appID, namespace),
		random:   random,
	}, nil
}

// performance is one simulation while it runs.
type performance struct {
	*simulator
	scene *scene
	now   time.Time
	steps []step

	timers     []*backend.HistoryEvent
	tasks      []*backend.HistoryEvent
	children   []*backend.HistoryEvent
	childSteps map[string][]step // steps of child workflows by name
}

// origin is the time at which every scene begins.
func origin() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// play simulates one workflow until it ends or, with all steps taken, waits.
func (m *simulator) play(id, name, input string, steps []step, children map[string][]step) (*scene, error) {
	start := startEvent(id, name, input)
	p := &performance{simulator: m, scene: &scene{id: id}, now: origin(), steps: steps, childSteps: children}
	return p.run(start)
}

func startEvent(id, name, input string) *protos.HistoryEvent {
	es := &protos.ExecutionStartedEvent{
		Name:             name,
		WorkflowInstance: &protos.WorkflowInstance{InstanceId: id, ExecutionId: wrapperspb.String(uuid.NewString())},
	}
	if input != "" {
		es.Input = wrapperspb.String(input)
	}
	return &protos.HistoryEvent{EventId: -1, EventType: &protos.HistoryEvent_ExecutionStarted{ExecutionStarted: es}}
}

// maxTurns bounds a simulation that would never end.
const maxTurns = 200

func (p *performance) run(start *protos.HistoryEvent) (*scene, error) {
	start.Timestamp = timestamppb.New(p.now)
	start.Router = &protos.TaskRouter{SourceAppID: p.appID}
	next := start
	for range maxTurns {
		done, err := p.turn(next)
		if err != nil {
			return nil, err
		}
		if done {
			break
		}
		if next, err = p.next(); err != nil {
			return nil, err
		}
		if next == nil {
			break
		}
	}
	p.scene.length = p.now.Sub(origin())
	return p.scene, nil
}

// tick lets between a and b pass.
func (p *performance) tick(a, b time.Duration) {
	p.now = p.now.Add(a + time.Duration(p.random.Int64N(int64(b-a)+1)))
}

// turn runs the workflow with one new event.
func (p *performance) turn(e *protos.HistoryEvent) (done bool, err error) {
	sc := p.scene
	rs := runtimestate.NewWorkflowRuntimeState(sc.id, sc.status, sc.history)
	p.tick(2*time.Millisecond, 9*time.Millisecond)
	_ = runtimestate.AddEvent(rs, &protos.HistoryEvent{
		EventId: -1, Timestamp: timestamppb.New(p.now),
		EventType: &protos.HistoryEvent_WorkflowStarted{WorkflowStarted: &protos.WorkflowStartedEvent{}},
	})
	if err := runtimestate.AddEvent(rs, e); err != nil {
		return false, fmt.Errorf("simulate %s: %w", sc.id, err)
	}
	decided := len(rs.GetNewEvents())
	res, err := p.executor.ExecuteWorkflow(context.Background(), api.InstanceID(sc.id), rs.GetOldEvents(), rs.GetNewEvents(), backend.ExecuteOptions{})
	if err != nil {
		return false, fmt.Errorf("simulate %s: %w", sc.id, err)
	}
	describe(res)
	if v := res.GetVersion(); v.GetName() != "" {
		rs.GetNewEvents()[0].GetWorkflowStarted().Version = v
	}
	// The worker's actions come out of a map; Dapr applies them as they come,
	// here they are put in order so that a seed gives the same scene again.
	slices.SortFunc(res.GetActions(), func(a, b *protos.WorkflowAction) int { return int(a.GetId() - b.GetId()) })
	if _, err := p.applier.Actions(rs, res.GetCustomStatus(), res.GetActions(), nil, nil); err != nil {
		return false, fmt.Errorf("simulate %s: %w", sc.id, err)
	}
	if rs.GetContinuedAsNew() {
		return false, errors.New("simulate: continue-as-new is not simulated")
	}
	p.collect(rs, decided)
	return runtimestate.IsCompleted(rs), nil
}

// collect keeps what a turn decided, at the simulated time.
func (p *performance) collect(rs *protos.WorkflowRuntimeState, decided int) {
	for _, e := range rs.GetNewEvents()[decided:] {
		p.tick(time.Millisecond, 3*time.Millisecond)
		e.Timestamp = timestamppb.New(p.now)
	}
	p.scene.history = append(p.scene.history, rs.GetNewEvents()...)
	p.scene.status = rs.GetCustomStatus()
	p.tasks = append(p.tasks, rs.GetPendingTasks()...)
	p.timers = append(p.timers, rs.GetPendingTimers()...)
	for _, msg := range rs.GetPendingMessages() {
		if msg.GetHistoryEvent().GetExecutionStarted() != nil {
			p.children = append(p.children, msg.GetHistoryEvent())
		}
	}
}

// next is the event of the following turn, nil when the workflow waits.
func (p *performance) next() (*protos.HistoryEvent, error) {
	switch {
	case len(p.tasks) > 0:
		return p.nextTask()
	case len(p.children) > 0:
		return p.nextChild()
	case len(p.timers) > 0 && p.isRetry(p.timers[0]):
		return p.nextTimer(), nil
	case len(p.steps) == 0:
		return nil, nil
	}
	st := p.steps[0]
	p.steps = p.steps[1:]
	if st.fire {
		return p.nextTimer(), nil
	}
	p.now = p.now.Add(st.after)
	p.tick(0, st.after/2)
	e := st.event()
	e.Timestamp = timestamppb.New(p.now)
	return e, nil
}

func (p *performance) nextTask() (*protos.HistoryEvent, error) {
	scheduled := p.tasks[0]
	p.tasks = p.tasks[1:]
	p.tick(120*time.Millisecond, 1700*time.Millisecond)
	e, err := p.executor.ExecuteActivity(context.Background(), api.InstanceID(p.scene.id), scheduled, backend.ExecuteOptions{})
	if err != nil {
		return nil, fmt.Errorf("simulate %s: %w", p.scene.id, err)
	}
	if tf := e.GetTaskFailed(); tf != nil {
		tf.FailureDetails = described(tf.GetFailureDetails())
	}
	e.Timestamp = timestamppb.New(p.now)
	e.Router = scheduled.GetRouter()
	return e, nil
}

// nextTimer fires the oldest timer at its time.
func (p *performance) nextTimer() *protos.HistoryEvent {
	if len(p.timers) == 0 {
		return nil
	}
	e := p.timers[0]
	p.timers = p.timers[1:]
	p.now = e.GetTimerFired().GetFireAt().AsTime()
	p.tick(2*time.Millisecond, 20*time.Millisecond)
	e.Timestamp = timestamppb.New(p.now)
	return e
}

// isRetry reports whether the timer is the pause before a retry.
func (p *performance) isRetry(fired *protos.HistoryEvent) bool {
	return slices.ContainsFunc(p.scene.history, func(e *backend.HistoryEvent) bool {
		tc := e.GetTimerCreated()
		return tc != nil && e.GetEventId() == fired.GetTimerFired().GetTimerId() &&
			(tc.GetActivityRetry() != nil || tc.GetChildWorkflowRetry() != nil)
	})
}

// nextChild plays a child; the parent hears of it when it has ended.
func (p *performance) nextChild() (*protos.HistoryEvent, error) {
	start := p.children[0]
	p.children = p.children[1:]
	es := start.GetExecutionStarted()
	began := p.now
	c := &performance{
		simulator: p.simulator, now: began,
		scene: &scene{id: es.GetWorkflowInstance().GetInstanceId()},
		steps: p.childSteps[es.GetName()],
	}
	child, err := c.run(start)
	if err != nil {
		return nil, err
	}
	p.scene.children = append(p.scene.children, child)
	end := child.history[len(child.history)-1].GetExecutionCompleted()
	if end == nil {
		return nil, nil // the child waits, and so does its parent
	}
	p.now = c.now
	p.tick(2*time.Millisecond, 8*time.Millisecond)
	id := es.GetParentInstance().GetTaskScheduledId()
	e := &protos.HistoryEvent{EventId: -1, Timestamp: timestamppb.New(p.now), Router: start.GetRouter()}
	if end.GetWorkflowStatus() == protos.OrchestrationStatus_ORCHESTRATION_STATUS_COMPLETED {
		e.EventType = &protos.HistoryEvent_ChildWorkflowInstanceCompleted{ChildWorkflowInstanceCompleted: &protos.ChildWorkflowInstanceCompletedEvent{
			TaskScheduledId: id, Result: end.GetResult(),
		}}
	} else {
		e.EventType = &protos.HistoryEvent_ChildWorkflowInstanceFailed{ChildWorkflowInstanceFailed: &protos.ChildWorkflowInstanceFailedEvent{
			TaskScheduledId: id, FailureDetails: end.GetFailureDetails(),
		}}
	}
	return e, nil
}
