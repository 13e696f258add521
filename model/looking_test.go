package model

import (
	"fmt"
	"slices"
	"testing"

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
