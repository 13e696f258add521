package model

import (
	"context"
	"errors"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// target is the instance that an action is about, captured when the key was
// pressed: the list moves on underneath, the target does not.
type target struct {
	key   workflow.Key
	label string
	row   workflow.Instance
	// facts are what was known of it then.
	facts facts
	// gen is the generation of its app at that moment. Under another one the
	// target is void: the app was gone meanwhile.
	gen uint64
	// run is the run that the form names.
	run run
	// warned is the warning that the form has shown.
	warned string
	// from is the event that was chosen to rerun from, nil when none was.
	from *workflow.Event
}

// facts are what decides whether an action makes sense.
type facts struct {
	status workflow.Status
	// created is when the runtime says that it was made.
	created time.Time
	// noHistory says that the runtime has no histories to give, so that the
	// status alone proves something.
	noHistory bool
	// historyKnown says whether what follows is known.
	historyKnown bool
	// worker is the SDK that wrote the history.
	worker   workflow.Worker
	holds    int
	suspends int
	// pending are the suspends behind the last resume.
	pending     int
	resumes     int
	raised      int
	executionID string
	parentID    string
	rerunOf     string
	children    int
	rerunnable  []uint32
}

// factsOf gathers facts from a row and, if it was read, a history. The events
// raised are counted for one name.
func factsOf(status workflow.Status, h workflow.History, historyKnown bool, event string) facts {
	f := facts{status: status, historyKnown: historyKnown}
	if !historyKnown {
		return f
	}
	started, _ := h.Started()
	f.worker = h.Worker()
	f.holds = h.Holds()
	f.pending = h.PendingSuspends()
	f.suspends = h.Count(workflow.ExecutionSuspended)
	f.resumes = h.Count(workflow.ExecutionResumed)
	f.raised = h.Raised(event)
	f.executionID = started.ExecutionID
	f.parentID = started.ParentID
	f.rerunOf, _, _ = h.RerunOf()
	f.children = len(h.Children())
	for i := range h.Events {
		if e := &h.Events[i]; e.ID >= 0 && workflow.Rerunnable(e.Type) {
			f.rerunnable = append(f.rerunnable, uint32(e.ID))
		}
	}
	return f
}

// sighting is one look at an instance: a read of its metadata and its history.
type sighting struct {
	found bool
	facts facts
	row   workflow.Instance
	// err is set when the instance could not be read; found is then false and
	// says nothing.
	err error
}

// look reads an instance. A history that cannot be read leaves its facts
// unknown and is no error: old runtimes have none to give.
func look(ctx context.Context, c Client, key workflow.Key, event string) sighting {
	d, err := steadily(ctx, func() (workflow.Detail, error) { return c.Detail(ctx, key) })
	if workflow.KindOf(err) == workflow.KindNotFound && err != nil {
		return sighting{}
	}
	if err != nil {
		return sighting{err: err}
	}
	h, herr := readHistory(ctx, c, key)
	f := factsOf(d.Status, h, herr == nil, event)
	f.created, f.noHistory = d.Created, noHistories(herr)
	return sighting{found: true, row: d.Instance, facts: f}
}

// noHistories reports whether a history was not read because the runtime is too
// old to have a call for it.
func noHistories(err error) bool {
	return err != nil && workflow.KindOf(err) == workflow.KindOldRuntime
}

// A read can meet an instance while it moves, and passes a moment later
// (docs/operations.md): it is tried a few times before anything is made of it.
const (
	readTries = 5
	readPause = 40 * time.Millisecond
)

func readHistory(ctx context.Context, c Client, key workflow.Key) (workflow.History, error) {
	return steadily(ctx, func() (workflow.History, error) { return c.History(ctx, key) })
}

// steadily reads again while the instance moves.
func steadily[T any](ctx context.Context, read func() (T, error)) (T, error) {
	for n := 1; ; n++ {
		got, err := read()
		if workflow.KindOf(err) != workflow.KindBusy || n == readTries {
			return got, err
		}
		select {
		case <-ctx.Done():
			return got, err
		case <-time.After(readPause):
		}
	}
}

// plain returns an error in the operator's words and the server's own text.
func plain(err error) (message, detail string) {
	var e *workflow.Error
	if errors.As(err, &e) {
		return e.Message, e.Detail
	}
	return workflow.Clean(err.Error()), ""
}
