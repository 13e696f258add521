package model

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// noteReader reads histories within one command.
type noteReader struct {
	client  Client
	timeout time.Duration
	now     func() time.Time
	until   time.Time
	rows    []*workflow.Instance

	mu    sync.Mutex
	cases []workflow.Case
	read  []*noted
}

// run reads with a few calls at once until all is read, or it has gone on for
// long enough, or ctx ends. It waits for its last calls.
func (r *noteReader) run(ctx context.Context) []*noted {
	var all sync.WaitGroup
	for range min(notesAtOnce, len(r.cases)) {
		all.Go(func() {
			for ctx.Err() == nil && r.now().Before(r.until) {
				c, ok := r.next()
				if !ok {
					return
				}
				x := r.one(ctx, c)
				if ctx.Err() != nil {
					return // the end of a call that was ended says nothing
				}
				r.mu.Lock()
				r.read = append(r.read, x)
				r.mu.Unlock()
			}
		})
	}
	all.Wait()
	return r.read
}

func (r *noteReader) next() (workflow.Case, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.cases) == 0 {
		return workflow.Case{}, false
	}
	c := r.cases[0]
	r.cases = r.cases[1:]
	return c, true
}

func (r *noteReader) one(ctx context.Context, c workflow.Case) *noted {
	call, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	asked := r.now()
	h, err := r.client.History(limited(call), c.Instance.Key)
	if err != nil {
		return &noted{key: c.Instance.Key, asked: asked, err: err}
	}
	c.History, c.HistoryKnown = h, true
	x := judge(c, r.rows)
	x.asked = asked
	return x
}

// judge gathers what a history tells of an instance. The rows are those of all
// instances. It takes milliseconds where the history is long.
func judge(c workflow.Case, rows []*workflow.Instance) *noted {
	own := c.History.Worker()
	c.History = c.History.Believing(c.Others)
	h := &c.History
	x := &noted{key: c.Instance.Key, workflow: c.Instance.Name, upTo: c.Instance.Updated}
	if e, ok := h.Started(); ok {
		x.started, x.executionID, x.parent = true, strings.Clone(e.ExecutionID), strings.Clone(e.ParentID)
	}
	waits := h.Waits()
	c.Row = rowsOf(waits, c.Instance.AppID, rows)
	x.findings = workflow.Diagnose(c)
	x.note, x.worker = ui.Note{Waits: len(waits), Records: h.RecordsWaits()}, own
	var raised tally
	for i := range h.Events {
		e := &h.Events[i]
		if e.Time.After(x.upTo) {
			x.upTo = e.Time
		}
		switch e.Type { //nolint:exhaustive // the others are none of it
		case workflow.EventRaised:
			raised.add([]string{e.Name})
		case workflow.ExecutionStalled:
			x.note.Stall = workflow.Clean(strings.Clone(e.Reason))
		}
	}
	x.raised = raised.usual()
	x.foremost(waits, c)
	for i := range x.findings {
		if f := &x.findings[i]; f.Short != "" && x.note.Alarm == "" {
			x.note.Alarm, x.note.Short = f.Title, f.Short
		}
	}
	return x
}

// foremost notes what to say in one line. Of a history that shows nothing under
// way it notes since when: whether that means anything is a matter of time.
func (x *noted) foremost(waits []workflow.Wait, c workflow.Case) {
	if w, ok := workflow.Foremost(waits); ok {
		// Nothing of the history is kept alive by it.
		w.Failure, w.Name, w.ChildID, w.App = nil, workflow.Clean(strings.Clone(w.Name)), strings.Clone(w.ChildID), strings.Clone(w.App)
		x.note.Wait = w
		if child, ok := c.Row(childKey(&w, c.Instance.AppID)); ok {
			x.note.Child = child.Status
		}
		return
	}
	c.Now = x.upTo.Add(workflow.Quiet + time.Second)
	for _, f := range workflow.Diagnose(c) {
		if f.Rule == workflow.RuleNothing {
			x.note.Nothing = f.Since
		}
	}
}

func childKey(w *workflow.Wait, app string) workflow.Key {
	if w.App != "" {
		app = w.App
	}
	return workflow.Key{AppID: app, InstanceID: w.ChildID}
}

// rowsOf returns a function that finds the rows of the children that are waited
// for.
func rowsOf(waits []workflow.Wait, app string, rows []*workflow.Instance) func(workflow.Key) (workflow.Instance, bool) {
	found := map[workflow.Key]*workflow.Instance{}
	for i := range waits {
		if waits[i].Kind == workflow.WaitChild {
			found[childKey(&waits[i], app)] = nil
		}
	}
	left := len(found)
	for i := 0; i < len(rows) && left > 0; i++ {
		if old, asked := found[rows[i].Key]; asked && old == nil {
			found[rows[i].Key] = rows[i]
			left--
		}
	}
	return func(k workflow.Key) (workflow.Instance, bool) {
		if row := found[k]; row != nil {
			return *row, true
		}
		return workflow.Instance{}, false
	}
}
