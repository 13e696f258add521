package workflow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// numbered are events by their numbers, or by their names where they have none.
func numbered(h workflow.History, events []int) string {
	words := make([]string, len(events))
	for k, i := range events {
		if words[k] = fmt.Sprint(h.Events[i].ID); h.Events[i].ID < 0 {
			words[k] = h.Events[i].Name
		}
	}
	return strings.Join(words, " ")
}

// at is the index of the event with a number, of a type that can be rerun.
func at(t *testing.T, h workflow.History, number int32) int {
	t.Helper()
	i := slices.IndexFunc(h.Events, func(e workflow.Event) bool { return e.ID == number && workflow.Rerunnable(e.Type) })
	if i < 0 {
		t.Fatalf("no event %d", number)
	}
	return i
}

func TestRerunFrom(t *testing.T) {
	for _, c := range []struct {
		name                              string
		from                              int32
		unfinished, timers, after, raised string
	}{
		{name: "go-rerun", from: 0, after: "1 2"},
		{name: "go-rerun", from: 1, after: "2"},
		{name: "go-rerun", from: 2},
		{name: "go-order-approved", from: 0, after: "1", raised: "APPROVE"},
		{name: "go-order-approved", from: 1, raised: "APPROVE"},
		{name: "go-order-expired", from: 1},
		{name: "go-retries-failed", from: 2, timers: "1", after: "3 4"},
		{name: "go-retries-failed", from: 4, timers: "1 3"}, // both have fired
		{name: "go-failed-child", from: 0},
		{name: "go-terminated-tree", from: 0, after: "1"},
		{name: "go-terminated-tree", from: 1, unfinished: "0"},
	} {
		t.Run(fmt.Sprintf("%s from %d", c.name, c.from), func(t *testing.T) {
			h := recorded(t, c.name).Instances[0].History
			x := h.RerunFrom(at(t, h, c.from))
			for _, part := range []struct {
				what, want string
				got        []int
			}{{"unfinished", c.unfinished, x.Unfinished}, {"timers", c.timers, x.Timers}, {"after", c.after, x.After}, {"raised", c.raised, x.Raised}} {
				if got := numbered(h, part.got); got != part.want {
					t.Errorf("%s: %q, want %q", part.what, got, part.want)
				}
			}
		})
	}
}

// TestRerunFromCountsEachOnce: whatever the history, what was scheduled is
// either finished before the event, or in the effect once.
func TestRerunFromCountsEachOnce(t *testing.T) {
	for _, name := range allRecorded(t) {
		for _, in := range recorded(t, name).Instances {
			h := in.History
			for i := range h.Events {
				if !workflow.Rerunnable(h.Events[i].Type) {
					continue
				}
				x := h.RerunFrom(i)
				all := slices.Concat(x.Unfinished, x.Timers, []int{i}, x.After)
				for j := range h.Events {
					if !workflow.Rerunnable(h.Events[j].Type) {
						continue
					}
					answer, ok := h.Partner(j)
					want := 1
					if h.Events[j].Type != workflow.TimerCreated && ok && answer < i && j < i {
						want = 0
					}
					if n := len(all) - len(slices.DeleteFunc(slices.Clone(all), func(k int) bool { return k == j })); n != want {
						t.Fatalf("%s: from %d, event %d is in it %d times, want %d", name, i, j, n, want)
					}
				}
			}
		}
	}
}

func TestRerunFromNowhere(t *testing.T) {
	h := recorded(t, "go-rerun").Instances[0].History
	for _, i := range []int{-1, len(h.Events)} {
		if x := h.RerunFrom(i); len(x.Unfinished)+len(x.Timers)+len(x.After)+len(x.Raised) > 0 {
			t.Errorf("event %d: %+v", i, x)
		}
	}
}

func TestRerunPoints(t *testing.T) {
	for name, want := range map[string][]string{
		"go-rerun": {
			"-1 ExecutionStarted: no activity, timer or child workflow", "0 TaskScheduled: ", "-1 TaskCompleted: it answers event 0: rerun from that",
			"1 TaskScheduled: ", "-1 TaskCompleted: it answers event 1: rerun from that", "2 TaskScheduled: ",
			"-1 TaskCompleted: it answers event 2: rerun from that", "3 ExecutionCompleted: no activity, timer or child workflow",
		},
		"go-order-approved": {
			"-1 ExecutionStarted: no activity, timer or child workflow", "0 TaskScheduled: ", "-1 TaskCompleted: it answers event 0: rerun from that",
			"1 TimerCreated: ", "-1 EventRaised: it came from outside: raise it again instead", "2 ExecutionCompleted: no activity, timer or child workflow",
		},
	} {
		if got := points(recorded(t, name).Instances[0].History); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestRerunPointsOfABrokenHistory: what the runtime would not find, or take for
// another event, is no place to rerun from.
func TestRerunPointsOfABrokenHistory(t *testing.T) {
	got := points(workflow.NewHistory([]workflow.Event{
		{ID: -1, Type: workflow.TaskCompleted, Ref: 7, HasRef: true},
		{ID: -1, Type: workflow.ChildWorkflowInstanceFailed, Ref: 8, HasRef: true},
		{ID: -1, Type: workflow.TimerCreated},
		{ID: 1, Type: workflow.EventSent},
		{ID: 1, Type: workflow.TaskScheduled},
		{ID: 2, Type: workflow.TaskScheduled},
		{ID: 3, Type: "Unknown event 40"},
	}))
	want := []string{
		"-1 TaskCompleted: it answers an activity that the history does not hold",
		"-1 ChildWorkflowInstanceFailed: it answers a child workflow that the history does not hold",
		"-1 TimerCreated: it has no number", "1 EventSent: no activity, timer or child workflow",
		"1 TaskScheduled: an earlier event has the number 1 too, and the runtime takes that one",
		"2 TaskScheduled: ", "3 Unknown event 40: no activity, timer or child workflow",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func points(h workflow.History) []string {
	var out []string
	for _, p := range h.RerunPoints() {
		e := h.Events[p.Index]
		out = append(out, fmt.Sprintf("%d %s: %s", e.ID, e.Type, p.Why))
	}
	return out
}

// A rerun of a rerun has the marks of both; the last one is its own.
func TestRerunOf(t *testing.T) {
	h := workflow.NewHistory([]workflow.Event{
		{ID: -1, Type: workflow.ExecutionStarted},
		{ID: 0, Type: workflow.TaskScheduled, RerunOf: "first"},
		{ID: -1, Type: workflow.TaskCompleted, Ref: 0, HasRef: true},
		{ID: 1, Type: workflow.TaskScheduled, RerunOf: "second"},
		{ID: 2, Type: workflow.ExecutionCompleted},
	})
	if id, event, ok := h.RerunOf(); id != "second" || event != 3 || !ok {
		t.Errorf("it is a rerun of %q from event %d, %t", id, event, ok)
	}
	if id, event, ok := workflow.NewHistory(nil).RerunOf(); id != "" || event != -1 || ok {
		t.Errorf("nothing is a rerun of %q from event %d, %t", id, event, ok)
	}
	if id, _, ok := recorded(t, "go-rerun").Instances[0].History.RerunOf(); id != "sum-1" || !ok {
		t.Errorf("the recorded one is a rerun of %q, %t", id, ok)
	}
}
