package workflow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// bars writes spans as people read them.
func bars(spans []workflow.Span) string {
	var out []string
	for _, s := range spans {
		var parts []string
		for _, g := range s.Segments {
			p := "run"
			if g.Pause {
				p = "pause"
			}
			if g.End.IsZero() {
				p += "…"
			}
			parts = append(parts, p)
		}
		end := "ended"
		if s.End.IsZero() {
			end = "open"
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s [%s] %s", s.Kind, s.Name, end, strings.Join(parts, " "), s.Outcome)))
	}
	return strings.Join(out, "\n")
}

func TestSpansOfTheRecordings(t *testing.T) {
	for name, want := range map[string]string{
		"go-order-approved":        "activity Reserve ended [run] done\nevent approve ended [run] received",
		"go-order-approval":        "activity Reserve ended [run] done\nevent approve open [run…] open",
		"go-order-expired":         "activity Reserve ended [run] done\nevent approve ended [run] timed out",
		"go-retries":               "activity ChargeThrice ended [run pause run pause run] done",
		"go-retrying":              "activity Charge open [run pause run pause run pause run pause…] open",
		"go-child-retries":         "child Toddler ended [run pause run pause run] done",
		"js-retries":               "activity Charge ended [run pause run pause run] done",
		"go-terminated-tree":       "child Package ended [run] left open\nchild Package ended [run] left open",
		"go-suspended":             "activity Reserve ended [run] done\nevent approve open [run…] open\nlifecycle suspended open [run…] open",
		"go-three-suspends":        "activity Reserve ended [run] done\nevent approve ended [run] received\nlifecycle suspended ended [run] done",
		"go-lost-between-suspends": "activity Reserve ended [run] done\nevent approve open [run…] open\nlifecycle suspended ended [run] done",
		"go-raised-before-start":   "event go ended [run] received\nevent go open [run…] open",
		"go-buffered-consumed":     "activity Gate ended [run] done\nevent close open [run…] open",
		"go-continue-as-new":       "timer pause open [run…] open",
		"go-pending":               "",
	} {
		t.Run(name, func(t *testing.T) {
			f := recorded(t, name)
			h := f.Instances[0].History
			groups := h.Groups()
			spans := h.Spans(groups)
			if got := bars(spans); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			from, to, ok := workflow.Window(spans, f.SavedAt)
			if ok != (len(spans) > 0) || to.Before(from) {
				t.Errorf("from %v to %v: %v", from, to, ok)
			}
			for _, s := range spans {
				if groups[s.Group].Name != s.Name && s.Kind != workflow.GroupLifecycle {
					t.Errorf("%+v is not of %+v", s, groups[s.Group])
				}
				if s.Start.Before(from) || !s.End.IsZero() && s.End.After(to) {
					t.Errorf("%+v is outside of %v to %v", s, from, to)
				}
			}
		})
	}
}

// The segments of a span follow each other without a gap in their numbers, and
// cover it from its beginning.
func TestSegmentsFollowEachOther(t *testing.T) {
	for _, name := range allRecorded(t) {
		h := recorded(t, name).Instances[0].History
		for _, s := range h.Spans(h.Groups()) {
			at := s.Start
			for i, g := range s.Segments {
				if g.Start.Before(at) || i == 0 && !g.Start.Equal(s.Start) {
					t.Errorf("%s: segment %d of %s begins at %v, before %v", name, i, s.Name, g.Start, at)
				}
				if at = g.End; at.IsZero() {
					at = g.Start
				}
			}
		}
	}
}

func TestClocksThatDisagreeMakeNoNegativeBar(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	h := workflow.NewHistory([]workflow.Event{
		{ID: 0, Type: workflow.TaskScheduled, Name: "Charge", Time: now},
		{ID: -1, Type: workflow.TaskCompleted, Ref: 0, HasRef: true, Time: now.Add(-time.Second)},
	})
	spans := h.Spans(h.Groups())
	if len(spans) != 1 || !spans[0].End.Equal(now) || !spans[0].Segments[0].End.Equal(now) {
		t.Errorf("%+v", spans)
	}
}
