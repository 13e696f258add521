package model

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

func readReason(field string) func(*ui.Form, string) (request, error) {
	return func(f *ui.Form, _ string) (request, error) {
		return request{reason: f.Value(field)}, nil
	}
}

func readRaise(f *ui.Form, _ string) (request, error) {
	return request{raise: workflow.RaiseRequest{Event: f.Value(fieldEvent), Payload: f.Value(fieldPayload)}}, nil
}

func readTerminate(f *ui.Form, button string) (request, error) {
	return request{
		terminate:  workflow.TerminateRequest{Output: f.Value(fieldOutput), Recursive: f.On(fieldRecursive)},
		thenResume: button == buttonAndResume,
	}, nil
}

func readPurge(f *ui.Form, _ string) (request, error) {
	return request{purge: workflow.PurgeRequest{Recursive: f.On(fieldRecursive), Force: f.On(fieldForce)}}, nil
}

func readStart(f *ui.Form, _ string) (request, error) {
	at, err := parseStartAt(f.Value(fieldStartAt), f.Spec().OpenedAt)
	if err != nil {
		return request{}, err
	}
	return request{start: workflow.StartRequest{
		Workflow: f.Value(fieldWorkflow), InstanceID: f.Value(fieldNewID), Input: f.Value(fieldInput), StartAt: at,
	}}, nil
}

func readRerun(f *ui.Form, _ string) (request, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(f.Value(fieldFrom)), 10, 32)
	if err != nil {
		return request{}, errors.New("the event's number is a whole number from 0")
	}
	return request{rerun: workflow.RerunRequest{
		EventID: uint32(n), NewInstanceID: f.Value(fieldNewID), Input: f.Value(fieldInput), ReplaceInput: f.On(fieldReplace),
	}}, nil
}

// checkJSON is the check of a payload. An empty one sends nothing.
func checkJSON(text string) (note string, err error) {
	if text == "" {
		return "empty: no payload is sent", nil
	}
	if err := workflow.CheckJSON(text); err != nil {
		return "", err
	}
	if workflow.HasMaskSign(text) {
		return "", errors.New(workflow.MaskSign + " stands for a value that is masked: type the value itself")
	}
	return "valid JSON, " + ui.Size(len(text)), nil
}

// checkEventName says what waits for the event, and warns when nothing does: it
// would be kept until something waits for it. Names compare without case. Where
// the worker's SDK records no waits, nobody can know.
func (m *Model) checkEventName(waits []workflow.Wait, known bool) func(string) (string, error) {
	records := known && m.shown.records
	return func(text string) (string, error) {
		if strings.TrimSpace(text) == "" {
			return "", errors.New("an event needs a name")
		}
		if !known {
			return "", nil // its history has not been read
		}
		for i := range waits {
			if strings.EqualFold(waits[i].Name, text) {
				return waitNote(&waits[i], m.clock.For(m.shown.key.AppID).Now), nil
			}
		}
		switch {
		case !records:
			return "whether it is awaited cannot be known: its history records no waits for events", nil
		case len(waits) == 0:
			return "warning: nothing waits for an event now; it is kept until something does", nil
		}
		return "warning: nothing waits for this name; the event is kept until something does", nil
	}
}

// waitNote says since when an event is awaited, and how long yet.
func waitNote(w *workflow.Wait, now time.Time) string {
	s := "the instance waits for it"
	if !w.Since.IsZero() {
		s += " since " + ui.Short(w.Age(now))
	}
	if left, ok := w.Left(now); ok {
		return s + ", gives up in " + ui.Short(left)
	}
	return s + ", no limit"
}

func checkWorkflowName(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", errors.New("a workflow needs a name")
	}
	return "", nil
}

func checkNewID(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	return workflow.CheckNewID(text)
}

func checkEventNumber(f facts) func(string) (string, error) {
	return func(text string) (string, error) {
		n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
		if err != nil {
			return "", errors.New("a whole number from 0")
		}
		if f.historyKnown && !slices.Contains(f.rerunnable, uint32(n)) {
			return "", fmt.Errorf("event %d is no activity, timer or child workflow", n)
		}
		return "", nil
	}
}

func (m *Model) checkStartAt(text string) (string, error) {
	now := m.cfg.Now().In(m.clock.Zone)
	at, err := parseStartAt(text, now)
	switch {
	case err != nil:
		return "", err
	case at.IsZero():
		return "", nil
	case at.Before(now):
		return "in the past: it starts at once", nil
	}
	return "in " + ui.Precise(at.Sub(now)) + ", " + at.In(m.clock.Zone).Format("2006-01-02 15:04:05 MST"), nil
}

// parseStartAt reads a start time: empty for now, +10m for a delay, a time of
// day (the next one), a date with a time, or RFC 3339. Times without a zone are
// in that of now.
func parseStartAt(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" || strings.EqualFold(text, "now") {
		return time.Time{}, nil
	}
	if delay, ok := strings.CutPrefix(text, "+"); ok {
		d, err := time.ParseDuration(delay)
		if err != nil || d < 0 {
			return time.Time{}, errors.New("a delay reads like +90s, +10m or +2h30m")
		}
		return now.Add(d), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return at, nil
		}
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		if at, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			day := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), at.Second(), 0, now.Location())
			if day.Before(now) {
				day = day.AddDate(0, 0, 1)
			}
			return day, nil
		}
	}
	return time.Time{}, errors.New("a time reads like +10m, 18:30 or 2026-12-24 18:00")
}
