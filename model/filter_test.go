package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// several starts a bench with rows of several kinds, the list alone on the
// screen.
func several(t *testing.T, change ...func(*Config)) *bench {
	t.Helper()
	b := start(t, change...)
	b.send(tea.WindowSizeMsg{Width: 100, Height: 24})
	b.client.add("order-17", "OrderProcessing", workflow.Running)
	b.client.add("order-18", "OrderProcessing", workflow.Failed)
	b.client.add("pay-1", "Payment", workflow.Failed)
	b.client.add("pay-1:0001", "Refund", workflow.Completed)
	b.refresh()
	return b
}

func (b *bench) filter(text string) {
	b.press("/ ctrl+u")
	b.text(text)
}

func (b *bench) matches(want int) {
	b.t.Helper()
	if b.m.matching != want {
		b.t.Fatalf("%d rows match, want %d:\n%s", b.m.matching, want, b.screen())
	}
}

func TestFilterLanguageInTheList(t *testing.T) {
	b := several(t)
	for text, want := range map[string]int{
		"status:failed": 2, "-status:failed": 2, "name:Order* -status:failed": 1, "id:/^pay/": 2, "pay-1:0001": 1, "is:live": 1, "app:orders": 4,
		`"order-17"`: 1, "": 4,
	} {
		b.filter(text)
		b.press("enter")
		b.matches(want)
		total := 0
		for _, n := range b.m.counts {
			total += n
		}
		if total != want {
			t.Errorf("%s: the header counts %d, want %d", text, total, want)
		}
	}
}

// A mistake hides nothing, says what was expected, and keeps the bar open, so
// that what was typed behind it presses no keys.
func TestMistakeInTheFilter(t *testing.T) {
	b := several(t)
	b.filter("pay status:fialed")
	b.matches(2)
	b.sees(`no status "fialed"; failed?`, "^^^^^^")
	b.press("enter T X")
	b.sees("status:fialedTX", `no status "fialedTX"; expected running`)
	if b.m.modals.top() != nil {
		t.Fatal("a key behind the mistake opened a form")
	}
	b.called()
	b.press("esc")
	b.seesNot("fialed")
	b.matches(4)
	b.send(tea.WindowSizeMsg{Width: 40, Height: 12})
	b.filter("id:/[/")
	b.sees("missing closing ]", "id:/[/")
	b.matches(4)
}

func TestFilterCompletesWhatItHasSeen(t *testing.T) {
	b := several(t)
	b.filter("na")
	b.sees(" name: ")
	b.press("tab")
	b.sees("OrderProcessing  Payment  Refund")
	b.press("tab tab")
	b.sees("/name:Payment", "[Payment]")
	b.matches(1)
	b.press("shift+tab enter")
	b.sees("/ name:OrderProcessing")
	b.matches(2)
}

// Rows grow out of an age without anything being heard of them.
func TestAgesMoveOn(t *testing.T) {
	b := several(t)
	b.filter("age:<2m")
	b.press("enter")
	b.matches(4) // a minute old
	b.pass(50 * time.Second)
	b.matches(4)
	b.press("z")
	b.pass(time.Minute)
	b.matches(4) // frozen
	b.press("z")
	b.matches(0)
	b.filter("updated:>5m")
	b.matches(0)
	b.pass(4 * time.Minute)
	b.matches(4)
	began := b.m.rowsGen
	b.filter("order")
	b.pass(time.Minute)
	if n := b.m.rowsGen - began; n > 10 {
		t.Errorf("%d selections in a minute without an age", n)
	}
}

// Rows that keep coming do not keep a selection from its end; a keystroke ends
// it.
func TestSelectionUnderWay(t *testing.T) {
	b := several(t)
	b.press("/")
	slow := b.hold("o")
	b.client.add("order-19", "OrderProcessing", workflow.Running)
	gen := b.m.rowsGen
	b.refresh()
	b.refresh()
	if b.m.rowsGen != gen {
		t.Fatal("a snapshot has ended the selection under way")
	}
	for _, cmd := range slow {
		b.run(cmd)
	}
	b.matches(4) // with the row that came meanwhile; COMPLETED has an o too
	if b.m.selecting.stop != nil {
		t.Fatal("a selection is under way still")
	}
	slow = b.hold("r")
	b.press("d")
	b.matches(3)
	for _, cmd := range slow {
		for _, msg := range messages(cmd) {
			if _, ok := msg.(rowsMsg); ok {
				t.Error("a keystroke has not ended the selection under way")
			}
		}
	}
}

// messages runs a command and those in it.
func messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	batch, ok := msg.(tea.BatchMsg)
	if !ok {
		return []tea.Msg{msg}
	}
	var all []tea.Msg
	for _, c := range batch {
		all = append(all, messages(c)...)
	}
	return all
}

// family is a client that knows parents and counts who asks.
type family struct {
	*fakeClient
	mu      sync.Mutex
	parents map[string]string
	asked   map[string]int
	broken  map[string]bool
	// block, when set, holds every call until its context ends.
	block chan struct{}
}

func (f *family) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	f.mu.Lock()
	f.asked[key.InstanceID]++
	broken, parent := f.broken[key.InstanceID], f.parents[key.InstanceID]
	f.mu.Unlock()
	if f.block != nil {
		f.block <- struct{}{}
		<-ctx.Done()
		return workflow.History{}, ctx.Err()
	}
	if _, ok := ctx.Deadline(); !ok {
		return workflow.History{}, errors.New("a call without a deadline")
	}
	if broken {
		return workflow.History{}, &workflow.Error{Kind: workflow.KindUnavailable, Message: "gone"}
	}
	return workflow.NewHistory([]workflow.Event{{ID: -1, Type: workflow.ExecutionStarted, ParentID: parent}}), nil
}

func withFamily(t *testing.T, n int) (*bench, *family) {
	t.Helper()
	f := &family{parents: map[string]string{}, asked: map[string]int{}, broken: map[string]bool{}}
	b := start(t, func(c *Config) {
		f.fakeClient, _ = c.Client.(*fakeClient)
		c.Client = f
	})
	b.m.notes.none["orders"] = true // only the filter's own calls are counted here
	b.send(tea.WindowSizeMsg{Width: 100, Height: 24})
	for i := range n {
		id := fmt.Sprintf("order-%02d", i)
		b.client.add(id, []string{"Order", "Shipment"}[i%2], workflow.Running)
		if i%4 > 0 {
			f.parents[id] = fmt.Sprintf("batch-%d", i%4)
		}
	}
	b.refresh()
	return b, f
}

// asks says who was asked, and how often at most.
func (f *family) asks() (ids []string, most int) {
	for id, n := range f.asked {
		ids = append(ids, id)
		most = max(most, n)
	}
	slices.Sort(ids)
	return ids, most
}

func TestFilterByParent(t *testing.T) {
	b, f := withFamily(t, 40)
	b.filter("order name:Ship*")
	b.press("enter")
	if ids, _ := f.asks(); len(ids) != 0 {
		t.Fatalf("asked without need: %v", ids)
	}
	f.broken["order-03"] = true
	b.filter("name:Ship* parent:batch-3")
	b.press("enter")
	b.matches(9)
	b.sees("9 of 40, 1 of 20 parents not known yet")
	ids, most := f.asks()
	if len(ids) != 20 || most != 1 {
		t.Fatalf("%d were asked, up to %d times each", len(ids), most)
	}
	f.broken["order-03"] = false
	b.refresh()
	b.pass(50 * time.Second)
	if f.asked["order-03"] != 1 {
		t.Fatal("a failure was tried again within a minute")
	}
	b.pass(11 * time.Second)
	b.refresh()
	b.matches(10)
	b.seesNot("not known")
	b.filter("parent:batch-3 name:Ship* -parent:x")
	b.press("enter")
	b.refresh()
	if _, most := f.asks(); most != 2 || f.asked["order-03"] != 2 {
		t.Errorf("asked again for what is known: %v", f.asked)
	}
	b.filter("-parent:* order")
	b.press("enter")
	b.matches(10)
	if ids, _ := f.asks(); len(ids) != 40 {
		t.Errorf("%d were asked", len(ids))
	}
	b.filter("parent:")
	b.sees("batch-1  batch-2  batch-3")
}

// A changed filter ends the calls that it had asked for; they are no failures.
func TestParentsEndWithTheFilter(t *testing.T) {
	b, f := withFamily(t, 40)
	f.block = make(chan struct{})
	b.press("/")
	b.send(tea.PasteMsg{Content: "paren"})
	typed := b.hold("t", ":", "x")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, msg := range messages(typed[len(typed)-1]) {
			if rows, ok := msg.(rowsMsg); ok {
				b.m.readParents(rows.ask)()
			}
		}
	}()
	for range parentsAtOnce {
		<-f.block
	}
	f.block = nil
	b.press("backspace backspace") // a word now
	<-done
	if n := len(f.asked); n != parentsAtOnce {
		t.Errorf("%d calls in flight at once, want %d", n, parentsAtOnce)
	}
	b.press("enter")
	b.matches(0)
	b.seesNot("not known")
	b.filter("parent:batch-1")
	b.press("enter")
	b.matches(10)
	if ids, most := f.asks(); len(ids) != 40 || most != 2 {
		t.Errorf("calls that were ended count as failures: %d were asked, up to %d times", len(ids), most)
	}
}

func TestFilterTitleFits(t *testing.T) {
	b, f := withFamily(t, 40)
	for i := range 40 {
		f.broken[fmt.Sprintf("order-%02d", i)] = true
	}
	b.filter("parent:x")
	b.press("enter")
	b.sees("0 of 40, 40 of 40 parents not known yet", "Nothing matches the filter")
	for _, w := range []int{40, 80, 160} {
		b.send(tea.WindowSizeMsg{Width: w, Height: 24})
		for line := range strings.SplitSeq(b.screen(), "\n") {
			if n := len([]rune(line)); n != w {
				t.Fatalf("a line of %d cells at %d: %q", n, w, line)
			}
		}
	}
}
