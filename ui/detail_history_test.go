package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestHistoryIsGrouped(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(120, 40, d, h, nil)
	p.keys(t, "]")
	p.shows(t, "▸ ✓ activity  Charge", "2 attempts", "1.11s", "● event     approve", "gives up in 57m", "no limit", "!TaskScheduled", "!WorkflowStarted", "!turn")
	p.keys(t, "V")
	p.shows(t, "V with replays", "turn", "WorkflowStarted")
	p.keys(t, "V", "F")
	p.shows(t, "F failures only", "Charge", "!Reserve", "!approve")
	p.keys(t, "F", "K")
	p.shows(t, "K activities only", "Charge", "Reserve", "!approve")
	p.keys(t, "K") // it has no timers of their own, so they are no choice
	p.shows(t, "K events only", "!Charge", "!Reserve", "approve", "stop")
	p.keys(t, "F")
	p.shows(t, "Nothing of this history is shown")
	if _, ok := p.SelectedEvent(); ok || p.StartSearch() {
		t.Error("something of nothing is selected or searched")
	}
	p.keys(t, "F", "K", "K", "K", "o")
	p.shows(t, "o newest first", "!only")
	if v := p.plainView(); strings.Index(v, "approve") > strings.Index(v, "Reserve") {
		t.Errorf("the newest is not first:\n%s", v)
	}
	p.keys(t, "v")
	p.shows(t, "v raw: every event in the runtime's order", "TaskScheduled", "TimerFired", "WorkflowStarted")
	p.keys(t, "v", "o")
	p.shows(t, "!raw", "!newest first")
}

// A key that comes before the history has been read is not lost.
func TestTheViewIsChosenBeforeTheHistoryIsThere(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(120, 40, d, h, nil)
	full := p.s
	early := full
	early.Prepared, early.Loading = nil, true
	p.SetState(early)
	p.keys(t, "]", "v")
	p.SetState(full)
	p.shows(t, "v raw", "TaskScheduled")
}

func TestAGroupUnfolds(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(120, 40, d, h, nil)
	p.keys(t, "]", "g", "j", "j", "j")
	p.shows(t, "TaskCompleted · Charge") // what tells most stands below
	if e, _ := p.SelectedEvent(); e.ID != 2 || e.Type != workflow.TaskScheduled {
		t.Errorf("a rerun would begin at %+v", e)
	}
	if what, text, _ := p.Value(); what != "result of Charge" || text != `"ok"` {
		t.Errorf("%s is %s", what, text)
	}
	p.keys(t, "enter")
	p.shows(t, "▾ ✓ activity  Charge", "TaskScheduled 2", "TaskFailed #2", "TimerCreated 3", "TimerFired #3", "TaskScheduled 4", "TaskCompleted #4")
	p.keys(t, "j", "j", "enter") // an event opens
	p.shows(t, "▌TaskFailed · Charge", "card declined: code 51", "at charge()", "!Reserve")
	p.keys(t, "esc", "h") // back, and up to the group
	p.shows(t, "▸ ✓ activity  Charge", "!TaskFailed #2")
	p.keys(t, "l")
	p.shows(t, "TaskFailed #2")
	p.keys(t, "-")
	p.shows(t, "!TaskFailed #2")
	p.keys(t, "+")
	p.shows(t, "TaskFailed #2", "TaskScheduled 0")
}

// Unfolded and with the replays, the groups show every event exactly once.
func TestEveryEventIsShownOnce(t *testing.T) {
	for _, name := range recordedNames() {
		_, in := recording(t, name)
		p := newTestDetail(120, 40, in.Detail, in.History, nil)
		p.keys(t, "]", "V", "+")
		var seen []int
		for _, l := range p.hist.lines {
			switch g := &p.s.Prepared.groups[l.group]; {
			case l.event >= 0:
				seen = append(seen, l.event)
			case len(g.Events) == 1:
				seen = append(seen, g.First())
			}
		}
		slices.Sort(seen)
		if len(seen) != len(in.History.Events) {
			t.Fatalf("%s: %d of %d events are shown", name, len(seen), len(in.History.Events))
		}
		for i, e := range seen {
			if e != i {
				t.Fatalf("%s: event %d is not shown, or twice", name, i)
			}
		}
	}
}

// A newer reading leaves the cursor on its group, and folds nothing.
func TestGroupsStayUnderTheCursor(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(120, 40, d, h, nil)
	p.keys(t, "]", "g", "j", "j", "j", "enter", "o")
	more := append(append([]workflow.Event(nil), h.Events...), workflow.Event{ID: 7, Time: paneNow(), Type: workflow.TaskScheduled, Name: "New"})
	prepared := Prepare(d, workflow.NewHistory(more), nil)
	p.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: &prepared})
	p.shows(t, "New", "TaskFailed #2", "o newest first")
	if e, _ := p.SelectedEvent(); e.ID != 2 {
		t.Errorf("the cursor went to %+v", e)
	}
}

func TestTimelineNamesTheBarUnderTheCursor(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(100, 30, d, h, nil)
	p.keys(t, "]", "]", "g")
	p.shows(t, "▌✓ Reserve", "Reserve  activity · done", "12ms  2026-11-23 09:41:03.003 → 09:41:03.015", "+1m30s")
	p.keys(t, "j", "j")
	p.shows(t, "Charge  activity · done · 2 attempts", "1.11s")
	p.keys(t, "j")
	p.shows(t, "approve  event · under way · gives up in 57m", "→ now")

	// What is under way grows with the clock.
	p.SetClock(Clock{Now: paneNow().Add(30 * time.Minute), Zone: time.UTC})
	p.shows(t, "32m02s", "gives up in 27m", "+30m")
	p.keys(t, "enter") // goes to it in the history
	p.shows(t, "▌History", "TimerCreated · approve")
}

func TestTimelineZoomsAndPans(t *testing.T) {
	d, h := waitingOrder()
	p := newTestDetail(100, 30, d, h, nil)
	p.keys(t, "]", "]", "g", "j", "j") // Charge, a second of two minutes
	whole := p.plainView()
	for range 6 {
		p.keys(t, "+")
	}
	p.shows(t, "▚", "░", "+1s", "!+1m30s") // the failed attempt, the pause
	from := p.line.from
	p.keys(t, "l")
	if !p.line.from.After(from) {
		t.Error("l does not pan to what is later")
	}
	p.keys(t, "h", "h", "h", "h", "h", "h", "h", "h", "h")
	if first, _ := p.line.whole(p); !p.line.from.Equal(first) {
		t.Errorf("panned past the beginning, to %v", p.line.from)
	}
	p.keys(t, "l", "l", "l", "l", "l", "l", "l", "l", "l")
	p.shows(t, "◂") // what lies before
	p.keys(t, "0")
	if v := p.plainView(); v != whole {
		t.Errorf("0 does not show everything:\n%s", v)
	}
	p.keys(t, "+")
	p.keys(t, "-")
	if v := p.plainView(); v != whole {
		t.Errorf("- does not undo +:\n%s", v)
	}
}

// Without colour the fillings differ, in ASCII too.
func TestFillingsDiffer(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		theme := NewTheme(true, ascii)
		seen := map[string]fill{}
		for f := fillDone; f <= fillLeft; f++ {
			glyph, _ := f.of(&theme)
			if other, ok := seen[glyph]; ok || width(glyph) != 1 {
				t.Errorf("ascii=%t: %d and %d are both %q", ascii, f, other, glyph)
			}
			seen[glyph] = f
		}
	}
}

func TestNarrowPanesShortenTheTabs(t *testing.T) {
	d, h := waitingOrder()
	newTestDetail(60, 20, d, h, nil).shows(t, "Overview   History 14   Timeline   Tree 1   Data")
	newTestDetail(40, 20, d, h, nil).shows(t, "Over  Hist 14  Time  Tree 1  Data")
	newTestDetail(30, 20, d, h, nil).shows(t, "Over Hist Time Tree Data")
}
