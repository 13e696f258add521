package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

func TestEmptyIsNotOneThing(t *testing.T) {
	down := &workflow.Error{Kind: workflow.KindUnavailable, Message: "connection refused", Detail: "dial tcp"}
	store := &workflow.Error{Kind: workflow.KindNoStateStore, Message: "the sidecar has no actor state store"}
	for name, c := range map[string]struct {
		change func(*watch.Snapshot)
		want   string
	}{
		"connecting": {func(s *watch.Snapshot) { s.Phase = watch.Connecting }, "Connecting to 127.0.0.1:50001"},
		"down":       {func(s *watch.Snapshot) { s.Phase, s.Err = watch.Down, down }, "No Dapr sidecar at 127.0.0.1:50001"},
		"loading":    {func(s *watch.Snapshot) { s.Phase, s.Listed = watch.Loading, 12 }, "Loading the instances of orders"},
		"refused":    {func(s *watch.Snapshot) { s.Phase, s.Err = watch.Refused, store }, "the sidecar has no actor state store"},
		"none":       {func(*watch.Snapshot) {}, "orders has no workflow instances yet"},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			b.refresh(c.change)
			b.sees(c.want)
		})
	}
	t.Run("filtered", func(t *testing.T) {
		b := withOne(t, workflow.Running)
		b.press("/")
		b.text("nothing like it")
		b.press("enter")
		b.sees("Nothing matches the filter", "1 instance is hidden")
		b.press("esc")
		b.sees("order-17")
	})
}

func TestLostConnectionKeepsTheRows(t *testing.T) {
	b := withOne(t, workflow.Running)
	refreshed := b.now
	b.pass(12 * time.Second)
	b.refresh(func(s *watch.Snapshot) {
		s.Phase, s.RefreshedAt, s.RetryAt = watch.Down, refreshed, b.now.Add(2*time.Second)
		s.Err = &workflow.Error{Kind: workflow.KindUnavailable, Message: "connection refused"}
	})
	b.sees("order-17", "12s", "connection refused")
	b.press("p")
	b.sees("cannot pause: no connection to 127.0.0.1:50001")
	b.called()
}

func TestSelectionStaysOnItsInstance(t *testing.T) {
	b := start(t)
	for i := range 30 {
		b.client.add(fmt.Sprintf("order-%02d", i), "OrderProcessing", workflow.Running)
	}
	b.refresh()
	b.press("j j j j j")
	key := b.m.list.SelectedKey()
	for i := 30; i < 60; i++ {
		b.client.add(fmt.Sprintf("aaa-%02d", i), "OrderProcessing", workflow.Running)
	}
	b.refresh()
	if got := b.m.list.SelectedKey(); got != key {
		t.Fatalf("the selection moved from %v to %v", key, got)
	}
}

func TestFrozenListStaysStill(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("z")
	b.client.add("order-18", "OrderProcessing", workflow.Running)
	b.refresh()
	b.seesNot("order-18")
	b.sees("frozen")
	b.press("z")
	b.sees("order-18", "the list goes on")
	b.seesNot("the list is frozen")
}

func TestTheOrderIsTold(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("o")
	b.sees("sorted by created, oldest first")
	b.press("s")
	b.sees("sorted by updated, newest first")
}

// The keys of the list mean nothing while something is on top of it.
func TestTheFooterTellsTheKeysOfWhatIsOnTop(t *testing.T) {
	b := withOne(t, workflow.Running)
	if foot := lastLine(b); !strings.Contains(foot, "r resume") {
		t.Errorf("the list has the footer %q", foot)
	}
	for _, c := range []struct{ opens, tells string }{
		{"?", "scroll   esc close"},
		{"L", "y copy   esc close"},
		{",", "change   esc close"},
		{"!", "esc close"},
		{"i", "ctrl+r refresh now   esc close"},
		{"C", "tab next form"},
		{"p", "tab next field   ctrl+s pause   ctrl+g as a script   esc cancel"},
		{"T", "tab next field   ctrl+g as a script   esc cancel"},
	} {
		b.press(c.opens)
		if b.m.modals.top() == nil {
			t.Fatalf("%s opens nothing", c.opens)
		}
		foot := lastLine(b)
		if !strings.Contains(foot, c.tells) || strings.Contains(foot, "r resume") {
			t.Errorf("%s has the footer %q, want %q", c.opens, foot, c.tells)
		}
		b.press("esc")
	}
}

func TestStatusKeysFilter(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.add("pay-1", "Payment", workflow.Failed)
	b.refresh()
	n := slices.Index(workflow.Statuses(), workflow.Failed) + 1
	b.press(fmt.Sprint(n))
	b.sees("pay-1")
	if got := b.m.matching; got != 1 {
		t.Fatalf("%d rows match, want 1", got)
	}
	b.press("0")
	if got := b.m.matching; got != 2 {
		t.Fatalf("%d rows match, want 2", got)
	}
}

func TestLateRowsAreDropped(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.send(rowsMsg{gen: b.m.rowsGen - 1})
	b.sees("order-17")
}

func TestLateDetailIsDropped(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.send(detailMsg{gen: b.m.detailGen - 1, key: b.m.shown.key, err: errors.New("late")})
	b.seesNot("late")
}

func TestPasteIsTextNeverKeys(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.send(tea.PasteMsg{Content: "TXqp\n"})
	b.called()
	if b.quit || b.m.modals.top() != nil {
		t.Fatal("a paste pressed keys")
	}
	b.press("p")
	b.send(tea.PasteMsg{Content: "q T X"})
	b.press("ctrl+s")
	b.called("suspend order-17 q T X")
}

func TestOtherPaneSizesAreSafe(t *testing.T) {
	b := withOne(t, workflow.Running)
	for _, keys := range []string{"", "enter", "p", "?"} {
		b.press(keys)
		for w := 0; w <= 210; w += 7 {
			for h := 0; h <= 60; h += 3 {
				b.send(tea.WindowSizeMsg{Width: w, Height: h})
				_ = b.m.View()
			}
		}
	}
}

func TestCopySendsTheID(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("Y")
	if !slices.Equal(b.copied, []string{"order-17"}) {
		t.Fatalf("copied %q", b.copied)
	}
}

// TestNoPaneTakesAnActionsKey is the rule that makes the action table safe: a
// pane gets its keys first.
func TestNoPaneTakesAnActionsKey(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.client.add("order-18", "OrderProcessing", workflow.Running)
	b.refresh()
	for _, a := range b.m.actions {
		for _, k := range a.binding.Keys() {
			if b.m.list.HandleKey(keyPress(k)) {
				t.Errorf("the list takes %q of %s", k, a.name)
			}
			if b.m.detail.HandleKey(keyPress(k)) {
				t.Errorf("the detail takes %q of %s", k, a.name)
			}
		}
	}
}

func TestOptionsChangeTheInterval(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.m.setOptions(ui.OptionsValues{Interval: 5 * time.Second, UTC: true, Absolute: true})
	if b.feed.interval != 5*time.Second {
		t.Fatalf("the interval is %v", b.feed.interval)
	}
	b.sees("UTC")
}

func TestTableHasEveryActionOfTheKeymap(t *testing.T) {
	if n := len(actionTable(keymap.Default())); n != 7 {
		t.Fatalf("%d actions, want 7", n)
	}
	if n := len(actionTable(keymap.Default().ReadOnly())); n != 0 {
		t.Fatalf("%d actions in a read-only console", n)
	}
}

// TestCostlySelectionsRest: selections that only follow the rows leave time for
// the keys; what somebody asks for does not wait.
func TestCostlySelectionsRest(t *testing.T) {
	b := withOne(t, workflow.Running)
	slow := func() { // as if the selection under way had taken 50 ms
		b.m.tookRows(rowsMsg{gen: b.m.rowsGen, rows: ui.Rows{}, took: 50 * time.Millisecond})
	}
	slow()
	gen := b.m.rowsGen
	b.refresh()
	b.refresh()
	if b.m.rowsGen != gen {
		t.Errorf("%d selections within the rest", b.m.rowsGen-gen)
	}
	b.pass(199 * time.Millisecond)
	if b.m.rowsGen != gen {
		t.Error("a selection began before the rest was over")
	}
	b.pass(time.Millisecond)
	if b.m.rowsGen != gen+1 {
		t.Errorf("%d selections after the rest, want one", b.m.rowsGen-gen)
	}
	b.sees("order-17")
	slow()
	gen = b.m.rowsGen
	b.press("s")
	if b.m.rowsGen != gen+1 {
		t.Error("a sort waits for the rest")
	}
}

// lastLine is the lower line of the footer.
func lastLine(b *bench) string {
	lines := strings.Split(strings.TrimRight(b.screen(), "\n"), "\n")
	return lines[len(lines)-1]
}
