package model

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// waiting is an instance that waits for an event.
func waiting(b *bench, id, event string) {
	b.client.add(id, "OrderProcessing", workflow.Running, workflow.Event{
		ID: 0, Type: workflow.TimerCreated, Name: event, Origin: workflow.OriginExternalEvent, OriginRef: event,
		Time: b.now, FireAt: b.now.Add(time.Hour),
	})
}

func TestCShowsTheOperationThatIsMostLikelyMeant(t *testing.T) {
	for name, c := range map[string]struct {
		status workflow.Status
		event  string
		want   string
	}{
		"running":   {status: workflow.Running, want: "dapr workflow suspend --app-id orders order-1"},
		"suspended": {status: workflow.Suspended, want: "dapr workflow resume --app-id orders order-1"},
		"waiting":   {status: workflow.Running, event: "approve", want: "dapr workflow raise-event --app-id orders order-1/approve"},
		"failed":    {status: workflow.Failed, want: "dapr workflow rerun --app-id orders --event-id 0 order-1"},
		"completed": {status: workflow.Completed, want: "The CLI has no command for one instance"},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			if c.event != "" {
				waiting(b, "order-1", c.event)
			} else {
				b.client.add("order-1", "OrderProcessing", c.status)
			}
			b.refresh()
			b.pass(time.Second)
			b.press("C")
			b.sees("As a script: order-1 (orders)", c.want)
			b.press("esc")
			b.seesNot("As a script")
			b.called()
		})
	}
}

func TestAScriptIsCopiedWithY(t *testing.T) {
	b := start(t)
	b.client.add("order-1", "OrderProcessing", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("C tab y")
	if len(b.copied) != 1 || !strings.Contains(b.copied[0], "curl -sS -X POST") || !strings.HasSuffix(b.copied[0], "/v1.0/workflows/dapr/order-1/pause") {
		t.Fatalf("copied %q", b.copied)
	}
	b.press("esc C")
	b.sees("DAPR_HTTP_PORT") // the form is that of the last time
}

func TestAFormIsShownAsAScriptWithWhatItHolds(t *testing.T) {
	b := start(t)
	waiting(b, "order-1", "approve")
	b.refresh()
	b.pass(time.Second)
	b.press("e tab")
	b.text(`{"by":"ops"}`)
	b.press("ctrl+g")
	b.sees(`raise-event --app-id orders --input '{"by":"ops"}' order-1/approve`)
	b.press("esc")
	b.sees("Raise an event on order-1", `{"by":"ops"}`)
	b.press("C")
	b.seesNot("As a script") // in a text it is a letter
	b.called()
}

// TestOnANarrowScreenAScriptHasTheEventAllTheSame: nothing has been read there
// before the key.
func TestOnANarrowScreenAScriptHasTheEventAllTheSame(t *testing.T) {
	b := start(t)
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	waiting(b, "order-1", "approve")
	b.refresh()
	b.press("C")
	b.sees("raise-event --app-id orders order-1/approve")
}

func TestAnEmptyFormHasPlaceholders(t *testing.T) {
	b := start(t)
	b.client.add("order-1", "", workflow.Pending)
	b.refresh()
	b.pass(time.Second)
	b.press("a ctrl+g")
	b.sees("As a script: a new instance (orders)", "dapr workflow run --app-id orders WORKFLOW")
	b.press("esc esc e ctrl+g")
	b.sees("raise-event --app-id orders order-1/EVENT")
}

func TestAReadOnlyConsoleShowsScripts(t *testing.T) {
	b := start(t, func(c *Config) { c.ReadOnly = true })
	b.client.add("order-1", "OrderProcessing", workflow.Running)
	b.refresh()
	b.pass(time.Second)
	b.press("C")
	b.sees("dapr workflow suspend --app-id orders order-1")
}

func TestThereIsNoScriptOfNothing(t *testing.T) {
	b := start(t)
	b.refresh()
	b.press("C")
	b.sees("no instance is selected")
	if got := keymap.Default().Script.Help().Key; got != "C" {
		t.Errorf("the key is %q", got)
	}
}
