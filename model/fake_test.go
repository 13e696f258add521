package model

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// fakeClient is a small runtime in memory. Its instances behave as Dapr's do in
// what the model cares about: suspends nest, what has ended takes nothing.
type fakeClient struct {
	mu        sync.Mutex
	app       string
	instances map[string]*fakeInstance
	// calls are the mutating calls that arrived, in order.
	calls []string
	// fail, when set, is the answer to every mutating call.
	fail error
	// mute makes mutating calls answer OK and do nothing.
	mute bool
	// lag is how long after its answer a call has its effect.
	lag     time.Duration
	effects []effect
	now     func() time.Time
	made    int
}

// effect is what a call does, and when.
type effect struct {
	at    time.Time
	apply func()
}

// later applies an effect when its time has come: at the first read after it.
func (c *fakeClient) later(apply func()) {
	if c.lag == 0 {
		apply()
		return
	}
	c.effects = append(c.effects, effect{c.now().Add(c.lag), apply})
}

// settle applies the effects that are due.
func (c *fakeClient) settle() {
	due := c.effects
	c.effects = nil
	for _, e := range due {
		if c.now().Before(e.at) {
			c.effects = append(c.effects, e)
			continue
		}
		e.apply()
	}
}

type fakeInstance struct {
	status workflow.Status
	name   string
	events []workflow.Event
	input  string
	// created is when this run was, which no later read changes.
	created time.Time
}

func newFakeClient(app string, now func() time.Time) *fakeClient {
	return &fakeClient{app: app, instances: map[string]*fakeInstance{}, now: now}
}

func (c *fakeClient) add(id, name string, status workflow.Status, more ...workflow.Event) {
	events := append([]workflow.Event{
		{ID: -1, Type: workflow.WorkflowStarted, Time: c.now()},
		{ID: -1, Type: workflow.ExecutionStarted, Time: c.now(), Name: name, ExecutionID: "exec-" + id},
	}, more...)
	c.instances[id] = &fakeInstance{status: status, name: name, events: events, input: `{"sku":"A1"}`, created: c.now().Add(-time.Minute)}
}

func (c *fakeClient) row(id string) workflow.Instance {
	i := c.instances[id]
	return workflow.Instance{
		Key: workflow.Key{AppID: c.app, InstanceID: id}, Label: workflow.SpellID(id), Name: i.name, Status: i.status,
		Created: i.created, Started: i.created, Updated: i.events[len(i.events)-1].Time, ReadAt: c.now(),
	}
}

func notFound(id string) error {
	return &workflow.Error{Kind: workflow.KindNotFound, Message: "no such instance exists", ID: id}
}

func (c *fakeClient) Detail(_ context.Context, key workflow.Key) (workflow.Detail, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	i, ok := c.instances[key.InstanceID]
	if !ok {
		return workflow.Detail{}, notFound(key.InstanceID)
	}
	return workflow.Detail{Instance: c.row(key.InstanceID), Input: workflow.Payload{Set: true, Raw: i.input}}, nil
}

func (c *fakeClient) History(_ context.Context, key workflow.Key) (workflow.History, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settle()
	i, ok := c.instances[key.InstanceID]
	if !ok {
		return workflow.History{}, notFound(key.InstanceID)
	}
	return workflow.NewHistory(append([]workflow.Event(nil), i.events...)), nil
}

// change records a mutating call and applies it, unless the runtime refuses or
// plays dead.
func (c *fakeClient) change(id, call string, apply func(i *fakeInstance)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call)
	if c.fail != nil {
		return c.fail
	}
	i, ok := c.instances[id]
	if !ok {
		return notFound(id)
	}
	if !c.mute {
		c.later(func() {
			if c.instances[id] == i { // another run takes no effect of this one's
				apply(i)
			}
		})
	}
	return nil
}

// goTask is an activity as only a Go worker schedules it: its history tells the
// SDK for certain.
func goTask() []workflow.Event {
	const id = "70e20750-851b-4b59-b55d-22ac06a64741"
	return []workflow.Event{
		{ID: 0, Type: workflow.TaskScheduled, Name: "Reserve", TaskExecutionID: id},
		{ID: -1, Type: workflow.TaskCompleted, HasRef: true, TaskExecutionID: id},
	}
}

func (i *fakeInstance) happen(at time.Time, e workflow.Event) {
	e.ID, e.Time = -1, at
	i.events = append(i.events, e)
}

func (c *fakeClient) Start(_ context.Context, _ string, req workflow.StartRequest) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, "start "+req.Workflow+" "+req.InstanceID+" "+req.Input)
	if c.fail != nil {
		return "", c.fail
	}
	id := req.InstanceID
	if id == "" {
		c.made++
		id = fmt.Sprintf("made-%d", c.made)
	}
	run := fmt.Sprintf("exec-%s-%d", id, len(c.calls))
	c.later(func() {
		c.add(id, req.Workflow, workflow.Running)
		c.instances[id].events[1].ExecutionID = run
	})
	return id, nil
}

func (c *fakeClient) Suspend(_ context.Context, key workflow.Key, reason string) error {
	return c.change(key.InstanceID, "suspend "+key.InstanceID+" "+reason, func(i *fakeInstance) {
		if i.status.Terminal() {
			return
		}
		i.happen(c.now(), workflow.Event{Type: workflow.ExecutionSuspended})
		i.status = workflow.Suspended
	})
}

func (c *fakeClient) Resume(_ context.Context, key workflow.Key, reason string) error {
	return c.change(key.InstanceID, "resume "+key.InstanceID+" "+reason, func(i *fakeInstance) {
		if i.status.Terminal() {
			return
		}
		i.happen(c.now(), workflow.Event{Type: workflow.ExecutionResumed})
		i.status = workflow.Running
	})
}

func (c *fakeClient) Raise(_ context.Context, key workflow.Key, req workflow.RaiseRequest) error {
	return c.change(key.InstanceID, "raise "+key.InstanceID+" "+req.Event+" "+req.Payload, func(i *fakeInstance) {
		if i.status.Terminal() {
			return
		}
		i.happen(c.now(), workflow.Event{Type: workflow.EventRaised, Name: req.Event})
	})
}

func (c *fakeClient) Terminate(_ context.Context, key workflow.Key, req workflow.TerminateRequest) error {
	return c.change(key.InstanceID, fmt.Sprintf("terminate %s recursive=%t %s", key.InstanceID, req.Recursive, req.Output), func(i *fakeInstance) {
		if i.status == workflow.Suspended || i.status.Terminal() {
			return
		}
		i.happen(c.now(), workflow.Event{Type: workflow.ExecutionTerminated})
		i.status = workflow.Terminated
	})
}

func (c *fakeClient) Purge(_ context.Context, key workflow.Key, req workflow.PurgeRequest) error {
	c.mu.Lock()
	live := c.instances[key.InstanceID] != nil && !c.instances[key.InstanceID].status.Terminal()
	c.mu.Unlock()
	err := c.change(key.InstanceID, fmt.Sprintf("purge %s recursive=%t force=%t", key.InstanceID, req.Recursive, req.Force), func(*fakeInstance) {})
	if err != nil || c.mute {
		return err
	}
	if live && !req.Force {
		return &workflow.Error{Kind: workflow.KindNotCompleted, Message: "it has not ended: only what has ended can be purged"}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.later(func() { delete(c.instances, key.InstanceID) })
	return nil
}

func (c *fakeClient) Rerun(_ context.Context, key workflow.Key, req workflow.RerunRequest) (string, error) {
	id := req.NewInstanceID
	if id == "" {
		id = "rerun-of-" + key.InstanceID
	}
	err := c.change(key.InstanceID, fmt.Sprintf("rerun %s from %d as %s", key.InstanceID, req.EventID, id), func(i *fakeInstance) {
		c.add(id, i.name, workflow.Running)
	})
	return id, err
}

// fakeFeed hands out the snapshots that the test pushes.
type fakeFeed struct {
	snaps    chan fleet.Snapshot
	rereads  []string
	refresh  int
	interval time.Duration
	held     bool
	focus    []string
}

func newFakeFeed() *fakeFeed { return &fakeFeed{snaps: make(chan fleet.Snapshot, 16)} }

// Next never blocks in a test: without a snapshot the feed has ended.
func (f *fakeFeed) Next(context.Context) (fleet.Snapshot, bool) {
	select {
	case s := <-f.snaps:
		return s, true
	default:
		return fleet.Snapshot{}, false
	}
}

func (f *fakeFeed) Refresh()                    { f.refresh++ }
func (f *fakeFeed) SetInterval(d time.Duration) { f.interval = d }
func (f *fakeFeed) Hold(hold bool)              { f.held = hold }
func (f *fakeFeed) Reread(key workflow.Key)     { f.rereads = append(f.rereads, key.InstanceID) }
func (f *fakeFeed) Focus(keys []workflow.Key) {
	f.focus = nil
	for _, k := range keys {
		f.focus = append(f.focus, k.InstanceID)
	}
}
