package model

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestTheFeedKnowsWhatIsOnTheScreen(t *testing.T) {
	b := start(t)
	b.refresh(func(s *watch.Snapshot) {
		for i := range 500 {
			id := fmt.Sprintf("order-%04d", i)
			s.Instances = append(s.Instances, &workflow.Instance{
				Key: workflow.Key{AppID: "orders", InstanceID: id}, Label: id, Status: workflow.Running,
			})
		}
	})
	shown := func() []string {
		var ids []string
		for _, k := range b.m.list.Visible() {
			ids = append(ids, k.InstanceID)
		}
		return ids
	}
	first := b.feed.focus
	if len(first) < 20 || !slices.Equal(first, shown()) {
		t.Fatalf("the feed was told %q, the screen shows %q", first, shown())
	}
	b.press("G")
	if slices.Equal(b.feed.focus, first) || !slices.Equal(b.feed.focus, shown()) {
		t.Errorf("at the end the feed was told %q", b.feed.focus)
	}
	b.send(tea.WindowSizeMsg{Width: 160, Height: 20})
	if !slices.Equal(b.feed.focus, shown()) || len(b.feed.focus) >= len(first) {
		t.Errorf("in a lower window the feed was told %q", b.feed.focus)
	}
	b.press("/")
	b.text("order-0042")
	b.press("enter")
	if want := []string{"order-0042"}; !slices.Equal(b.feed.focus, want) {
		t.Errorf("filtered the feed was told %q", b.feed.focus)
	}
}

func TestReadingCanBeStopped(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("Z")
	if !b.feed.held {
		t.Error("Z does not stop the reading")
	}
	b.refresh(func(s *watch.Snapshot) { s.Held = true })
	b.sees("READING STOPPED", "Z lets it go on")
	b.press("Z")
	if b.feed.held {
		t.Error("Z does not let the reading go on")
	}
	b.refresh()
	b.seesNot("STOPPED")
}

func TestTheHeaderSaysWhatTheRowsDoNotShow(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.refresh(func(s *watch.Snapshot) { s.Behind, s.Partial = 1234, 1 })
	b.sees("1,234 live rows are older", "custom status of 0 of 1")
	b.refresh(func(s *watch.Snapshot) { s.Phase, s.Listed = watch.Loading, 100_000 })
	b.sees("loading 1 of 100,000")
}

// TestTheFirstRowIsSelectedWhileLoading: the newest comes in any order; whoever
// has chosen another keeps it.
func TestTheFirstRowIsSelectedWhileLoading(t *testing.T) {
	b := start(t)
	var rows []*workflow.Instance
	phase, loaded := watch.Loading, time.Time{}
	load := func(age int) {
		id := fmt.Sprintf("order-%04d", age)
		rows = append(rows, &workflow.Instance{
			Key: workflow.Key{AppID: "orders", InstanceID: id}, Label: id, Status: workflow.Running,
			Created: b.now.Add(-time.Duration(age) * time.Minute),
		})
		b.refresh(func(s *watch.Snapshot) { s.Phase, s.Instances, s.RefreshedAt = phase, slices.Clone(rows), loaded })
	}
	selected := func() string { return b.m.list.SelectedKey().InstanceID }
	load(30)
	load(20)
	load(25)
	if selected() != "order-0020" {
		t.Errorf("the newest so far is not selected, but %s", selected())
	}
	b.press("j")
	load(10)
	if selected() != "order-0025" {
		t.Errorf("what was chosen is not kept: %s", selected())
	}

	b, rows = start(t), nil
	load(30)
	phase, loaded = watch.Ready, b.now
	load(20)
	if selected() != "order-0020" {
		t.Errorf("the newest of the complete load is not selected, but %s", selected())
	}
	load(10)
	if selected() != "order-0020" {
		t.Errorf("the selection follows what comes later: %s", selected())
	}
}
