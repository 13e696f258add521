package model

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/teatest/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// steadyFeed hands out one snapshot and then waits, as a watch at rest does.
type steadyFeed struct {
	*fakeFeed
	snap chan fleet.Snapshot
}

func (f steadyFeed) Next(ctx context.Context) (fleet.Snapshot, bool) {
	select {
	case s := <-f.snap:
		return s, true
	case <-ctx.Done():
		return fleet.Snapshot{}, false
	}
}

// TestInAProgram runs the model in a real program, from its start to its end:
// the one thing that the other tests leave out.
func TestInAProgram(t *testing.T) {
	client := newFakeClient("orders", time.Now)
	client.add("order-17", "OrderProcessing", workflow.Running)
	row := client.row("order-17")
	feed := steadyFeed{newFakeFeed(), make(chan fleet.Snapshot, 1)}
	feed.snap <- fleet.Of(watch.Snapshot{
		Seq: 1, Address: "127.0.0.1:50001", Phase: watch.Ready, RefreshedAt: time.Now(), Listed: 1,
		Sidecar:   workflow.Sidecar{AppID: "orders", Version: "1.18.0", Workers: 1, WorkersKnown: true},
		Instances: []*workflow.Instance{&row},
	})
	m := New(t.Context(), Config{Client: client, Feed: feed, Keys: keymap.Default(), Now: time.Now, Interval: 2 * time.Second})
	tm := teatest.NewTestModel(t, m, teatest.WithInitialTermSize(120, 40))
	teatest.WaitFor(t, tm.Output(), func(out []byte) bool { return strings.Contains(ansi.Strip(string(out)), "order-17") },
		teatest.WithDuration(10*time.Second))
	tm.Send(tea.KeyPressMsg{Code: 'q', Text: "q"})
	final, ok := tm.FinalModel(t, teatest.WithFinalTimeout(10*time.Second)).(*Model)
	if !ok {
		t.Fatal("another model came out")
	}
	if screen := ansi.Strip(final.View().Content); !strings.Contains(screen, "order-17") || !strings.Contains(screen, "1 instance") {
		t.Errorf("the last screen:\n%s", screen)
	}
}
