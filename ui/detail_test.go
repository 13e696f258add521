package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/jsontree"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

func newTestDetail(w, h int, d workflow.Detail, hist workflow.History, histErr error) *Detail {
	p := NewDetail(keymap.Default())
	p.SetTheme(NewTheme(true, false))
	p.SetClock(Clock{Now: paneNow(), Zone: time.UTC})
	p.SetSize(w, h)
	p.SetFocus(true)
	prepared := Prepare(d, hist, histErr)
	row := d.Instance
	p.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: &prepared, Row: &row, ReadAt: ago(time.Second)})
	return p
}

func (d *Detail) plainView() string { return style.ReplaceAllString(d.View(), "") }

func (d *Detail) keys(t *testing.T, names ...string) {
	t.Helper()
	for _, n := range names {
		if !d.HandleKey(press(n)) {
			t.Errorf("%q was not used", n)
		}
	}
}

// shows fails for every text that the pane does not show, and for every one
// behind "!" that it does.
func (d *Detail) shows(t *testing.T, texts ...string) {
	t.Helper()
	v := d.plainView()
	for _, s := range texts {
		if not, ok := strings.CutPrefix(s, "!"); ok && strings.Contains(v, not) {
			t.Errorf("shows %q:\n%s", not, v)
		} else if !ok && !strings.Contains(v, s) {
			t.Errorf("does not show %q:\n%s", s, v)
		}
	}
}

func TestDetailTabs(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(90, 40, d, h, nil)
	var seen []string
	for range 6 {
		seen = append(seen, p.tab.String())
		p.shows(t, "▌"+p.tab.String())
		p.keys(t, "]")
	}
	if got := strings.Join(seen, " "); got != "Overview History Timeline Tree Data Overview" {
		t.Errorf("tabs %s", got)
	}
	p.keys(t, "[")
	if p.tab.String() != "Overview" {
		t.Errorf("back at %s", p.tab.String())
	}
}

func TestDetailTakesNoActionKey(t *testing.T) {
	km := keymap.Default()
	d, h := waitingOrder()
	p := newTestDetail(90, 40, d, h, nil)
	for range numTabs {
		p.keys(t, "]")
		for _, b := range []keymap.Binding{km.Suspend, km.Resume, km.Raise, km.Terminate, km.Purge, km.Start, km.Rerun, km.Filter, km.CopyValue, km.CopyID, km.Quit, km.Help, km.Refresh, km.Sort, km.Freeze, km.NextPane, km.Back} {
			for _, k := range b.Keys() {
				if p.HandleKey(press(k)) {
					t.Errorf("%s takes %q", p.tab.String(), k)
				}
			}
		}
	}
}

// A rerun has the dates of its origin: the overview says which that is.
func TestOverviewNamesTheOriginOfARerun(t *testing.T) {
	d, h := waitingOrder()
	newTestDetail(90, 40, d, h, nil).shows(t, "!Rerun of")
	h.Events[slices.IndexFunc(h.Events, func(e workflow.Event) bool { return e.Type == workflow.TaskScheduled })].RerunOf = "order-1040"
	newTestDetail(90, 40, d, h, nil).shows(t, "Rerun of", "order-1040")
}

// What an instance that runs waits for is the first thing its overview says.
func TestOverviewWaits(t *testing.T) {
	d, h := waitingOrder()
	newTestDetail(90, 40, d, h, nil).shows(t, "RUNNING for 2m14s", "approve", "since 2m02s", "gives up in 57m58s", "stop", "no limit", "order-1042:0001", "!Charge")

	// The event came: its timer stays in the history, the wait is over.
	after := append(append([]workflow.Event(nil), h.Events...), workflow.Event{ID: -1, Time: ago(time.Second), Type: workflow.EventRaised, Name: "APPROVE"})
	newTestDetail(90, 40, d, workflow.NewHistory(after), nil).shows(t, "!approve", "stop")

	// Two waits of one name: the first event ends the older one.
	twice := append(append([]workflow.Event(nil), h.Events...),
		workflow.Event{ID: 9, Time: ago(5 * time.Second), Type: workflow.TimerCreated, Origin: workflow.OriginExternalEvent, OriginRef: "approve", FireAt: ago(-time.Minute)},
		workflow.Event{ID: -1, Time: ago(time.Second), Type: workflow.EventRaised, Name: "approve"})
	newTestDetail(90, 40, d, workflow.NewHistory(twice), nil).shows(t, "since 5s", "gives up in 1m00s", "!57m58s")

	d.Status = workflow.Completed
	newTestDetail(90, 40, d, h, nil).shows(t, "!Waiting on")
}

func TestOverviewOfAnInstanceWhoseHistoryTellsNothing(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(90, 40, d, workflow.NewHistory(h.Events[:2]), nil)
	p.shows(t, "Waiting on", "most likely an external event", "!stuck")
	newTestDetail(90, 40, d, workflow.History{}, errors.New("too large")).shows(t, "the history could not be read: too large")
}

func TestOverviewOfRetryAndTimer(t *testing.T) {
	d, h := waitingOrder()
	events := append(append([]workflow.Event(nil), h.Events[:7]...),
		workflow.Event{ID: 3, Time: ago(time.Second), Type: workflow.TimerCreated, Name: "Charge-retry", Origin: workflow.OriginActivityRetry, OriginRef: "t-1", FireAt: ago(-9 * time.Second)},
		workflow.Event{ID: 4, Time: ago(time.Hour), Type: workflow.TimerCreated, Name: "nap", Origin: workflow.OriginTimer, FireAt: ago(time.Second)},
		workflow.Event{ID: 5, Time: ago(time.Second), Type: workflow.TaskScheduled, Name: "Ship"})
	newTestDetail(90, 40, d, workflow.NewHistory(events), nil).shows(t, "retry     Charge ", "next try in 9s", "timer     nap", "fires now", "activity  Ship")
}

func TestOverviewHeldAndStalled(t *testing.T) {
	d, h := waitingOrder()
	suspend := workflow.Event{ID: -1, Time: ago(time.Minute), Type: workflow.ExecutionSuspended, Payload: workflow.Payload{Set: true, Raw: `"stock count"`}}
	events := append(append([]workflow.Event(nil), h.Events...), suspend, suspend, workflow.Event{ID: -1, Time: ago(time.Second), Type: workflow.ExecutionResumed})
	newTestDetail(90, 50, d, workflow.NewHistory(events), nil).
		shows(t, "RUNNING", "!SUSPENDED")

	d.Status = workflow.Suspended
	newTestDetail(90, 50, d, workflow.NewHistory(append(append([]workflow.Event(nil), h.Events...), suspend, suspend)), nil).
		shows(t, "SUSPENDED for 1m00s", "stock count")

	d.Status = workflow.Stalled
	stalled := workflow.Event{ID: -1, Time: ago(time.Minute), Type: workflow.ExecutionStalled, Reason: "VERSION_NOT_AVAILABLE", Description: "no worker has v1"}
	newTestDetail(90, 50, d, workflow.NewHistory(append(append([]workflow.Event(nil), h.Events...), stalled)), nil).
		shows(t, "STALLED for 1m00s")
}

func TestOverviewFailure(t *testing.T) {
	d, h := failedPayment()
	newTestDetail(90, 60, d, h, nil).shows(t, "FAILED after 1m00s, 11m ago", "PaymentError", "could not be taken", "Payments.cs:line 29",
		"marked as not retriable", "Caused by", "CardError", "402 Payment Required", "Duration       1m00s")
	d.Failure.Stack = strings.Repeat("at frame\n", 100000)
	p := newTestDetail(90, 60, d, h, nil)
	if n := len(p.overviewLines()); n > 2*maxStack {
		t.Errorf("a stack makes %d lines", n)
	}
}

// The pane shows what the list knows until more has been read, and what was
// read last when reading fails.
func TestDetailIsNeverBlank(t *testing.T) {
	row := nine()[1]
	p := newTestDetail(90, 40, workflow.Detail{}, workflow.History{}, nil)
	p.SetState(DetailState{Key: row.Key, Label: row.Label, Loading: true, Row: &row})
	p.shows(t, "RUNNING for 2m14s", "waiting for approval", "Loading the rest")
	p.keys(t, "]")
	p.shows(t, "Loading")
	p.SetState(DetailState{Key: row.Key, Label: row.Label, Err: noSidecar(), Row: &row})
	p.shows(t, "no sidecar answers")
	d, h := waitingOrder()
	prepared := Prepare(d, h, nil)
	p.keys(t, "[")
	p.SetState(DetailState{Key: row.Key, Label: row.Label, Prepared: &prepared, Err: noSidecar(), ReadAt: ago(12 * time.Second), Row: &row})
	p.shows(t, "read 12s ago; now: no sidecar answers", "approve")
	p.SetState(DetailState{})
	p.shows(t, "No instance is selected")
}

// A row that was read after the detail has the last word on the status.
func TestDetailTakesTheNewerStatus(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(90, 40, d, h, nil)
	row := d.Instance
	row.Status, row.ReadAt = workflow.Terminated, paneNow()
	s := p.s
	s.Row = &row
	p.SetState(s)
	p.shows(t, "TERMINATED", "!Waiting on", "!RUNNING")
}

func TestHistoryCursor(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(90, 40, d, h, nil)
	if _, ok := p.SelectedEvent(); ok {
		t.Error("an event is selected while no history is shown")
	}
	p.keys(t, "]", "v")
	if e, ok := p.SelectedEvent(); !ok || e.ID != 6 {
		t.Errorf("the newest event is not selected but %+v", e)
	}
	p.keys(t, "g", "j", "j")
	if e, _ := p.SelectedEvent(); e.ID != 0 || e.Name != "Reserve" {
		t.Errorf("selected %+v", e)
	}
	p.shows(t, "number 0, answered by TaskCompleted after 12ms")

	// A newer reading leaves the cursor alone; another instance does not.
	more := append(append([]workflow.Event(nil), h.Events...), workflow.Event{ID: 7, Time: paneNow(), Type: workflow.TaskScheduled, Name: "New"})
	prepared := Prepare(d, workflow.NewHistory(more), nil)
	p.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: &prepared})
	if e, _ := p.SelectedEvent(); e.ID != 0 {
		t.Errorf("the cursor moved to %+v", e)
	}
	other := d
	other.InstanceID = "other"
	theirs := Prepare(other, workflow.NewHistory(more), nil)
	p.SetState(DetailState{Key: other.Key, Label: "other", Prepared: &theirs})
	if e, _ := p.SelectedEvent(); e.Name != "New" {
		t.Errorf("the cursor of another instance is at %+v", e)
	}
}

func TestHistoryFollowsUntilTheCursorIsMoved(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(90, 40, d, workflow.NewHistory(h.Events[:5]), nil)
	p.keys(t, "]", "v")
	prepared := Prepare(d, h, nil)
	p.SetState(DetailState{Key: d.Key, Prepared: &prepared})
	if e, _ := p.SelectedEvent(); e.ID != 6 {
		t.Errorf("it stays at %+v", e)
	}
	// A new generation of the instance begins anew.
	p.keys(t, "g")
	next := []workflow.Event{{ID: -1, Type: workflow.ExecutionStarted, ExecutionID: "another"}, {ID: 0, Type: workflow.TaskScheduled, Name: "First"}}
	anew := Prepare(d, workflow.NewHistory(next), nil)
	p.SetState(DetailState{Key: d.Key, Prepared: &anew})
	if e, _ := p.SelectedEvent(); e.Name != "First" {
		t.Errorf("it is at %+v", e)
	}
}

func TestHistoryShowsTheWholeEvent(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(90, 30, d, h, nil)
	p.keys(t, "]", "v", "g", "j")
	p.shows(t, "ExecutionStarted", "more lines: enter opens it")
	p.keys(t, "enter")
	p.shows(t, `"price": 12.50`, "batch-7 · shop, number 4 there", "!TimerFired")
	p.keys(t, "esc")
	p.shows(t, "TimerFired")
	if p.HandleKey(press("esc")) {
		t.Error("esc was used though nothing is open: it must close the pane")
	}
	p.keys(t, "G", "k", "k")
	p.shows(t, "Unknown event 40", `{"eventId":-1,"novel":{"depth":3}}`)
	p.keys(t, "g", "j", "j", "j", "j", "j", "j")
	p.shows(t, "TaskFailed", "card declined: code 51", "at charge()")
}

func TestValueInFocus(t *testing.T) {
	d, h := waitingOrder()
	d.Output = workflow.Payload{Set: true, Raw: "\x1b[31mraw\x00"}
	p := newTestDetail(90, 40, d, h, nil)
	value := func(label, text string, ok bool) {
		t.Helper()
		if l, s, got := p.Value(); l != label || s != text || got != ok {
			t.Errorf("%s: %q %q %v, want %q %q", p.tab.String(), l, s, got, label, text)
		}
	}
	value("custom status", `"waiting for approval"`, true)
	p.keys(t, "]", "v", "g")
	value("", "", false)
	p.keys(t, "j", "j", "j", "j")
	value("result of Reserve", `{"reserved":true}`, true)
	p.keys(t, "j", "j")
	value("failure of Charge", "card declined: code 51", true)
	p.keys(t, "[", "[")
	value("input", d.Input.Raw, true)
	p.keys(t, "j")
	value("input", d.Input.Raw, true)
	p.keys(t, "j", "j")
	value("$.qty of the input", "3", true)
	p.keys(t, "k", "k", "k", "enter", "j")
	value("output", "\x1b[31mraw\x00", true)
	p.shows(t, "▌Output", "!▌Input", "… 12 lines", "1b 5b 33 31 6d 72 61 77")
	p.keys(t, "j", "j")
	value("custom status", d.CustomStatus.Raw, true)
	p.keys(t, "k", "k", "k", "enter")
	value("input", d.Input.Raw, true)
	p.shows(t, `"price": 12.50`)

	d.CustomStatus = workflow.Payload{}
	p = newTestDetail(90, 40, d, h, nil)
	value("instance ID", d.InstanceID, true)
}

func TestDataScrollsBothWays(t *testing.T) {
	var lines []string
	for i := range 500 {
		lines = append(lines, fmt.Sprintf("line %03d %s end", i, strings.Repeat("x", 100)))
	}
	d, h := waitingOrder()
	d.Input = workflow.Payload{Set: true, Raw: strings.Join(lines, "\n")}
	p := newTestDetail(80, 24, d, h, nil)
	p.keys(t, "[")
	p.shows(t, "line 000", "!end")
	p.keys(t, "l", "l", "l", "l", "l", "l", "l", "l")
	p.shows(t, "end", "!line 001", "from column")
	p.keys(t, "h", "h", "h", "h", "h", "h", "h", "h", "h", "ctrl+d", "ctrl+d")
	p.shows(t, "!line 000", "line 020", "Input", "of 500")
	p.keys(t, "G")
	p.shows(t, "Custom status", `▌  "waiting for approval"`)
	p.keys(t, "g")
	p.shows(t, "line 000", "▌Input")
}

// A document of one line of 5 MB is broken into lines that are cheap to draw,
// and loses nothing.
func TestLongLinesAreBroken(t *testing.T) {
	for _, unit := range []string{"x", "椅子", "👩🚀", "e\u0301", `\"`, `\\`} {
		raw := `"` + strings.Repeat(unit, 100000) + `"`
		text := newPayload(workflow.Payload{Set: true, Raw: raw})
		if text.doc.Kind != jsontree.JSON {
			t.Fatalf("%q is JSON", unit)
		}
		var b strings.Builder
		for i := range text.folds.Lines() {
			pieces, _ := text.folds.Line(i, nil)
			if len(pieces) != 1 || len(pieces[0].Text) > maxLine || pieces[0].Part != jsontree.PartString {
				t.Fatalf("%q: line %d of %d is %+v", unit, i, text.folds.Lines(), pieces)
			}
			b.WriteString(pieces[0].Text)
		}
		if b.String() != raw {
			t.Errorf("%q: %d bytes of %d are left", unit, b.Len(), len(raw))
		}
	}
}

func TestEventPayloadsBeyondTheBudgetShowTheirHead(t *testing.T) {
	big := workflow.Payload{Set: true, Raw: `"` + strings.Repeat("a", eagerBudget-100) + `"`}
	h := workflow.NewHistory([]workflow.Event{
		{ID: 0, Type: workflow.TaskScheduled, Payload: big},
		{ID: 1, Type: workflow.TaskScheduled, Payload: big},
	})
	d, _ := waitingOrder()
	p := newTestDetail(90, 30, d, h, nil)
	p.keys(t, "]", "v")
	p.shows(t, "the first 65.5 KB of 8.4 MB")
	p.keys(t, "g")
	p.shows(t, "!the first", "8.4 MB")
}
