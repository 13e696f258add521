package model

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// otherApp is another app at the same address.
func otherApp(s *watch.Snapshot) { s.AppChange++ }

// called is an activity with its answer; a failure begins with "!".
func called(n int, name, answer string) []workflow.Event {
	e := workflow.Event{ID: -1, Type: workflow.TaskCompleted, Ref: int32(n), HasRef: true, Payload: workflow.Payload{Set: true, Raw: answer}}
	if why, failed := strings.CutPrefix(answer, "!"); failed {
		e = workflow.Event{ID: -1, Type: workflow.TaskFailed, Ref: int32(n), HasRef: true, Failure: &workflow.Failure{Message: why}}
	}
	at := time.Date(2026, 11, 23, 9, 40, n, 0, time.UTC)
	e.Time = at.Add(time.Millisecond)
	return []workflow.Event{{ID: int32(n), Time: at, Type: workflow.TaskScheduled, Name: name, Payload: workflow.Payload{Set: true, Raw: `{"n":1}`}}, e}
}

func joined(parts ...[]workflow.Event) []workflow.Event {
	var all []workflow.Event
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// rerunFrom marks the event with a number as the one that a rerun began at; what
// comes from then on comes later.
func rerunFrom(events []workflow.Event, number int32, origin string) []workflow.Event {
	var later time.Duration
	for i := range events {
		if events[i].ID == number {
			events[i].RerunOf, later = origin, time.Minute
		}
		events[i].Time = events[i].Time.Add(later)
	}
	return events
}

// withTwo starts a bench with two orders of which one has failed, and the rerun
// of that one.
func withTwo(t *testing.T) *bench {
	t.Helper()
	b := withOrders(t, "order-1")
	add := func(id string, status workflow.Status, events []workflow.Event) {
		b.client.add(id, "Order", status, events...)
	}
	add("order-1", workflow.Completed, joined(called(0, "Reserve", `{"at":"AMS"}`), called(1, "Charge", "1"), called(2, "Ship", "1")))
	add("order-2", workflow.Failed, joined(called(0, "Reserve", `{"at":"BER"}`), called(1, "Charge", "!card declined")))
	add("order-2-again", workflow.Completed, rerunFrom(joined(called(0, "Reserve", `{"at":"BER"}`), called(1, "Charge", "1"), called(2, "Ship", "1")), 1, "order-2"))
	b.client.instances["order-2-again"].events[1].ExecutionID = b.client.instances["order-2"].events[1].ExecutionID
	b.refresh()
	b.press("g")
	b.pass(time.Second)
	return b
}

func TestCompareTwoMarked(t *testing.T) {
	b := withTwo(t)
	b.press("space j space c")
	b.sees("Compare order-1 with order-2 (orders)", "They part at activity Charge: A done, B failed.",
		"Before that, data differ first in the result of activity Reserve at $.at.", "card declined", "only A")
	b.sees("▌ ≠ activity Charge")
	b.press("N")
	b.sees("▌ ≈ activity Reserve", `$.at "AMS"`, `$.at "BER"`)
	b.press("y")
	if got := strings.Join(b.copied, ""); !strings.Contains(got, `A order-1, result: {"at":"AMS"}`) || !strings.Contains(got, `B order-2, result: {"at":"BER"}`) {
		t.Errorf("copied %q", b.copied)
	}
	b.press("enter")
	b.sees("activity Reserve: result", "differs first at $.at", `A   "at": "AMS"`, `B   "at": "BER"`)
	b.press("tab y")
	if got := b.copied[len(b.copied)-1]; got != `{"at":"AMS"}` {
		t.Errorf("copied %q", got)
	}
	b.press("esc")
	b.sees("They part at activity Charge")
	b.press("esc")
	b.seesNot("They part")
	b.sees("2 marked")
	b.called()
}

func TestCompareTheMarkedWithTheSelected(t *testing.T) {
	b := withTwo(t)
	b.press("j space k c")
	b.sees("Compare order-2 with order-1 (orders)", "A failed, B done.")
	b.press("c")
	b.seesNot("They part")
}

func TestCompareARerunWithItsOrigin(t *testing.T) {
	b := withTwo(t)
	b.press("G")
	b.pass(time.Second)
	b.sees("c compare with origin")
	for _, where := range []string{"the list", "the detail"} {
		b.press("c")
		b.sees("Compare order-2 with order-2-again (orders)", "They part at activity Charge: A failed, B done.",
			"B is a rerun of A from activity Charge; 1 step before it comes from A.", "rerun from here")
		b.press("esc")
		b.seesNot("They part")
		if where == "the list" {
			b.press("enter")
		}
	}
	// Marked the other way round, the origin is A all the same.
	b.press("esc g j j space k space c")
	b.sees("Compare order-2 with order-2-again (orders)", "B is a rerun of A")
}

// On a narrow screen the history has not been read yet when the key is pressed.
func TestCompareFindsTheOriginItself(t *testing.T) {
	b := start(t)
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	b.client.add("sum-1", "Sum", workflow.Completed, called(0, "Part", "1")...)
	b.client.add("sum-2", "Sum", workflow.Completed, rerunFrom(called(0, "Part", "1"), 0, "sum-1")...)
	b.refresh()
	b.m.list.Select(workflow.Key{AppID: "orders", InstanceID: "sum-2"})
	b.run(b.m.chosen())
	_, cmd := b.m.Update(keyPress("c"))
	b.sees("Compare sum-2 with its origin (orders)", "reading both")
	b.run(cmd)
	b.sees("Compare sum-1 with sum-2 (orders)", "Both took the same course", "B is a rerun of")
	b.press("esc k")
	b.run(b.m.chosen())
	b.press("c")
	b.sees("sum-1 is no rerun: mark two instances with space, then c compares them")
	b.seesNot("Compare sum-1")
}

func TestCompareWithAnOriginThatIsGone(t *testing.T) {
	b := withTwo(t)
	delete(b.client.instances, "order-2")
	b.refresh()
	b.press("G")
	b.pass(time.Second)
	b.press("c")
	b.sees("order-2, the origin of order-2-again, is gone: it was purged.")
	b.press("enter y n esc")
	b.seesNot("is gone")
}

func TestCompareSaysWhatToDo(t *testing.T) {
	b := withTwo(t)
	b.press("c")
	b.sees("order-1 is no rerun: mark two instances with space, then c compares them")
	b.press("space c") // the one that is marked is the selected one
	b.sees("order-1 is marked: go to another, then c compares them")
	b.press("j space j space c")
	b.sees("3 instances are marked: a comparison takes two; esc in the list clears the marks")
	b.seesNot("Compare order")
	empty := start(t)
	empty.refresh()
	empty.press("c")
	empty.sees("nothing to compare: mark two instances with space")
}

// What comes late is dropped: of a comparison that was closed, that was read
// anew, or whose app is another one.
func TestCompareDropsLateAnswers(t *testing.T) {
	b := withTwo(t)
	b.press("space j space")
	_, first := b.m.Update(keyPress("c"))
	_, second := b.m.Update(keyPress("ctrl+r"))
	late := first()
	b.client.instances["order-2"].status = workflow.Terminated
	b.run(second)
	b.sees("TERMINATED", "They part at activity Charge")
	b.send(late)
	b.sees("TERMINATED")
	b.press("esc")
	b.send(late)
	b.seesNot("They part")

	_, cmd := b.m.Update(keyPress("c"))
	msg := cmd()
	b.client.app = "billing"
	b.refresh(otherApp)
	b.seesNot("Compare order-1")
	b.send(msg)
	b.seesNot("They part")

	// Nor is a value opened over what has come meanwhile.
	b = withTwo(t)
	b.press("space j space c")
	_, cmd = b.m.Update(keyPress("enter"))
	b.press("esc")
	b.run(cmd)
	if x := b.m.modals.top(); x != nil {
		t.Errorf("%T is open", x)
	}
}

// deafToHistories is a runtime that gives none.
type deafToHistories struct{ *fakeClient }

func (deafToHistories) History(context.Context, workflow.Key) (workflow.History, error) {
	return workflow.History{}, &workflow.Error{Kind: workflow.KindOther, Message: "this runtime gives no histories"}
}

func TestCompareWithoutHistories(t *testing.T) {
	b := start(t, func(c *Config) { c.Client = deafToHistories{c.Client.(*fakeClient)} })
	b.client.add("order-1", "Order", workflow.Completed)
	b.client.add("order-2", "Order", workflow.Failed)
	b.client.instances["order-2"].input = `{"sku":"B2"}`
	b.refresh()
	b.press("space j space c")
	b.sees("They end differently: A COMPLETED, B FAILED. Before that, data differ first in the input at $.sku.", "order-1: this runtime gives no histories")
	b.press("esc esc c")
	b.sees("could not be read, and nothing else names its origin.")
}

// A read that fails says so, and ctrl+r tries again.
func TestCompareThatCannotBeRead(t *testing.T) {
	b := withTwo(t)
	b.press("space j space")
	kept := b.client.instances["order-2"]
	delete(b.client.instances, "order-2")
	b.press("c")
	b.sees("order-2 is gone: it was purged.")
	b.client.instances["order-2"] = kept
	b.press("ctrl+r")
	b.sees("They part at activity Charge")
}

// Comparing costs two reads of each instance, whatever is pressed.
func TestCompareWorksInAnyOrderOfKeys(t *testing.T) {
	b := withTwo(t)
	b.press("space j space c")
	for i, k := range strings.Fields("j k G g n N l h enter n tab j G y esc pgdown pgup ctrl+d ctrl+u space e T c c q") {
		b.press(k)
		if s := b.screen(); s == "" {
			t.Fatalf("nothing after key %d, %s", i, k)
		}
	}
	b.called()
}

func BenchmarkCompareCommand(b *testing.B) {
	bench := start(b)
	for _, id := range []string{"order-1", "order-2"} {
		var events []workflow.Event
		for n := range 5000 {
			events = append(events, called(n, fmt.Sprintf("Step%d", n%7), fmt.Sprintf(`{"item":%d,"of":%q}`, n, id))...)
		}
		bench.client.add(id, "Batch", workflow.Completed, events...)
	}
	key := func(id string) workflow.Key { return workflow.Key{AppID: "orders", InstanceID: id} }
	for b.Loop() {
		r := compareReader{client: bench.client, timeout: time.Minute, a: key("order-1"), b: key("order-2")}
		if msg := r.run(b.Context()); msg.prepared == nil {
			b.Fatal(msg.why)
		}
	}
}

// Two apps may have an instance of one ID: they are told apart, and when one of
// the apps is gone, its marks and what is compared with it are void.
func TestCompareAcrossApps(t *testing.T) {
	p := startPair(t)
	p.on("orders")
	p.press("space")
	p.on("billing")
	p.press("space c")
	p.sees("Compare same (orders) with same (billing)", "They are of two workflows: A OrderProcessing, B Payment.", "A same (orders)", "B same (billing)")
	p.press("enter")
	p.sees("A OrderProcessing", "B Payment")
	p.apps(func(apps map[string]*fleet.App) { delete(apps, "billing") })
	p.seesNot("B Payment")
	p.seesNot("Compare same")
	if got := p.m.marks.keys(); len(got) != 1 || got[0].AppID != "orders" {
		t.Errorf("marked are %v", got)
	}
}
