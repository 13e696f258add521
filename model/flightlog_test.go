package model

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// logged are the actions in a log, each as action, instance and outcome.
func logged(t *testing.T, log *bytes.Buffer) []string {
	t.Helper()
	var lines []string
	for line := range bytes.Lines(log.Bytes()) {
		var l struct{ Msg, Action, Instance, Outcome string }
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		if l.Msg == "action" {
			lines = append(lines, l.Action+" "+l.Instance+" "+l.Outcome)
		}
	}
	return lines
}

func withLog(log *bytes.Buffer) func(*Config) {
	return func(c *Config) { c.Logger = slog.New(slog.NewJSONHandler(log, nil)) }
}

// suspendWatch is a runtime that tells of each suspend before it does it.
type suspendWatch struct {
	*fakeClient
	before func()
}

func (w suspendWatch) Suspend(ctx context.Context, key workflow.Key, reason string) error {
	w.before()
	return w.fakeClient.Suspend(ctx, key, reason)
}

// TestTheLogSaysSentBeforeTheCall: whatever happens to the console after the
// call, the log names it.
func TestTheLogSaysSentBeforeTheCall(t *testing.T) {
	var log bytes.Buffer
	var during []string
	b := withOneOf(t, workflow.Running, func(c *Config) {
		withLog(&log)(c)
		c.Client = suspendWatch{c.Client.(*fakeClient), func() { during = logged(t, &log) }}
	})
	b.press("p ctrl+s")
	b.pass(time.Second)
	if want := []string{"pause order-17 sent"}; !slices.Equal(during, want) {
		t.Errorf("at the call the log has %q, want %q", during, want)
	}
	if got, want := logged(t, &log), []string{"pause order-17 sent", "pause order-17 observed"}; !slices.Equal(got, want) {
		t.Errorf("after it the log has %q, want %q", got, want)
	}
}

// TestTheLogDoesNotSaySentOfWhatIsRefused.
func TestTheLogDoesNotSaySentOfWhatIsRefused(t *testing.T) {
	var log bytes.Buffer
	b := withOneOf(t, workflow.Running, withLog(&log))
	b.press("p")
	b.client.instances["order-17"].status = workflow.Completed
	b.press("ctrl+s")
	b.pass(time.Second)
	if got, want := logged(t, &log), []string{"pause order-17 not sent"}; !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
}

// TestTheEndLogsWhatIsInFlight: each action without an outcome gets a line, and
// is named.
func TestTheEndLogsWhatIsInFlight(t *testing.T) {
	var log bytes.Buffer
	b := start(t, withLog(&log))
	for i := range uint64(2) {
		b.m.flights[9-i] = &flight{id: 9 - i, act: &b.m.actions[0], t: target{
			key: workflow.Key{AppID: "orders", InstanceID: []string{"b", "a"}[i]}, label: []string{"b", "a"}[i],
		}}
	}
	name := b.m.actions[0].name
	if got, want := b.m.EndFlights(), []string{name + " a", name + " b"}; !slices.Equal(got, want) {
		t.Errorf("in flight are %q, want %q", got, want)
	}
	if got, want := logged(t, &log), []string{name + " a " + outcomeEnded, name + " b " + outcomeEnded}; !slices.Equal(got, want) {
		t.Errorf("the log has %q, want %q", got, want)
	}
	if again := b.m.EndFlights(); len(again) > 0 {
		t.Errorf("a second time: %q", again)
	}
}

// TestNoPayloadReachesTheLog: what forms hold is nobody's business but the
// runtime's.
func TestNoPayloadReachesTheLog(t *testing.T) {
	for _, c := range []struct {
		key, fill string
		status    workflow.Status
	}{
		{"p", "s3cret", workflow.Running},
		{"r", "s3cret", workflow.Suspended},
		{"e", "", workflow.Running},
		{"T", "", workflow.Running},
		{"a", "", workflow.Completed},
	} {
		var log bytes.Buffer
		b := start(t, func(cfg *Config) {
			cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		b.client.add("order-17", "OrderProcessing", c.status, goTask()...)
		b.refresh()
		b.pass(time.Second)
		b.press(c.key)
		b.pass(400 * time.Millisecond)
		switch c.key {
		case "e":
			b.text("approve")
			b.press("tab")
			b.text(`"s3cret"`)
		case "T":
			b.press("tab tab")
			b.text(`"s3cret"`)
		case "a":
			b.press("tab tab")
			b.text(`"s3cret"`)
		default:
			b.text(c.fill)
		}
		b.press("ctrl+s")
		b.pass(time.Second)
		if calls := strings.Join(b.client.calls, ";"); !strings.Contains(calls, "s3cret") {
			t.Fatalf("%s: the payload was not sent: %q", c.key, calls)
		}
		if !strings.Contains(log.String(), "action=") || strings.Contains(log.String(), "s3cret") {
			t.Errorf("%s: %s", c.key, log.String())
		}
	}
}
