package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// recorded reads an instance that was recorded on the real runtime.
func recorded(t testing.TB, name string) (saved.File, saved.Instance) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "internal", "workflow", "testdata", "histories", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	file, err := saved.Read(f)
	if err != nil || len(file.Instances) == 0 {
		t.Fatalf("%s: %v", name, err)
	}
	return file, file.Instances[0]
}

// judged is the detail of a recorded instance some time after its last event.
func judged(t testing.TB, name string, later time.Duration, ascii bool) *Detail {
	t.Helper()
	file, in := recorded(t, name)
	now := in.Detail.Updated
	if n := len(in.History.Events); n > 0 {
		now = in.History.Events[n-1].Time
	}
	now = now.Add(later)
	found := workflow.Diagnose(workflow.Case{
		Instance: in.Detail.Instance, Failure: in.Detail.Failure, History: in.History, HistoryKnown: true, Sidecar: file.Sidecar, Now: now,
	})
	d := NewDetail(keymap.Default())
	d.SetTheme(NewTheme(true, ascii))
	d.SetClock(Clock{Now: now, Zone: time.UTC})
	d.SetFocus(true)
	p := Prepare(in.Detail, in.History, nil)
	row := in.Detail.Instance
	d.SetState(DetailState{Key: row.Key, Label: row.Label, Prepared: &p, Row: &row, ReadAt: row.ReadAt})
	d.SetFindings(found)
	return d
}

func TestOverviewFindings(t *testing.T) {
	for name, later := range map[string]time.Duration{
		"go-nested-suspensions":      time.Minute,
		"go-terminate-suspended":     time.Minute,
		"go-stalled-version":         40 * time.Minute,
		"go-lost-between-suspends":   time.Minute,
		"go-retrying":                time.Second,
		"go-order-approval":          2 * time.Minute,
		"js-waiting-from-the-start":  time.Minute,
		"go-activity-not-registered": time.Minute,
		"go-nobody-waits":            time.Minute,
	} {
		for _, size := range [][2]int{{160, 50}, {80, 24}} {
			for _, ascii := range []bool{false, true} {
				golden := fmt.Sprintf("findings-%s-%dx%d", name, size[0], size[1])
				if ascii {
					golden = "ascii-" + golden
					if name != "go-nested-suspensions" {
						continue
					}
				}
				t.Run(golden, func(t *testing.T) {
					d := judged(t, name, later, ascii)
					l := Compute(size[0], size[1], true)
					d.SetSize(l.Detail.W, l.Detail.H)
					paneGolden(t, golden, exact(t, strings.Split(d.View(), "\n"), l.Detail.W, l.Detail.H))
				})
			}
		}
	}
}

// Of what goes its way the overview finds nothing.
func TestOverviewIsSilentWhereNothingIsWrong(t *testing.T) {
	for _, name := range []string{"go-order-approved", "go-order-approval", "go-fan-out-100", "go-rerun", "js-order-approved", "go-children-running"} {
		d := judged(t, name, time.Second, false)
		d.SetSize(90, 60)
		d.shows(t, "!Findings", "!of 4 MiB")
	}
}

// Findings never rest on colour: the word of the severity stands beside.
func TestFindingsSaySeverityInWords(t *testing.T) {
	in := instance("order-1", "Order", workflow.Running, time.Hour, time.Minute)
	for _, w := range []int{100, 40} {
		d := newTestDetail(w, 40, workflow.Detail{Instance: in}, workflow.History{}, nil)
		d.SetFindings([]workflow.Finding{
			{Severity: workflow.Critical, Title: "One"}, {Severity: workflow.Warning, Title: "Two", Evidence: "Because.", Remedy: "Mend it."}, {Severity: workflow.Info, Title: "Three"},
		})
		d.shows(t, "Findings", "✗ critical", "▲ warning", "· info", "One", "Two", "Because.", "Mend it.", "Three")
		exact(t, strings.Split(d.View(), "\n"), w, 40)
		d.SetFindings(nil)
		d.shows(t, "!Findings")
	}
}

// The size of a history is shown once it takes half of what it may weigh.
func TestOverviewGauge(t *testing.T) {
	d, h := waitingOrder()
	for bytes, want := range map[int]string{
		0: "!of 4 MiB", workflow.HistoryLimit / 2: "!of 4 MiB", workflow.HistoryLimit * 6 / 10: "████████████░░░░░░░░ 60 % of 4 MiB",
		workflow.HistoryLimit * 85 / 100: "85 % of 4 MiB, near the limit", workflow.HistoryLimit * 96 / 100: "96 % of 4 MiB, it stalls",
		workflow.HistoryLimit * 3: "████████████████████ 300 % of 4 MiB",
	} {
		h.Bytes = bytes
		newTestDetail(90, 40, d, h, nil).shows(t, want)
	}
}

// A fan-out is one line, since the oldest of it; a retry says what went wrong.
func TestOverviewFoldsWaits(t *testing.T) {
	d, h := waitingOrder()
	events := append([]workflow.Event(nil), h.Events[:2]...)
	for i := range 100 {
		events = append(events, workflow.Event{ID: int32(i), Time: ago(time.Duration(200-i) * time.Second), Type: workflow.TaskScheduled, Name: "Work"})
	}
	events = append(events, workflow.Event{ID: 200, Time: ago(time.Second), Type: workflow.TaskScheduled, Name: "Other"})
	p := newTestDetail(90, 40, d, workflow.NewHistory(events), nil)
	p.shows(t, "Work (100)", "since 3m20s", "activity  Other", "!more")
	if n := strings.Count(p.plainView(), "Work"); n != 1 {
		t.Errorf("%d lines of one fan-out", n)
	}
	newTestDetail(90, 40, d, workflow.NewHistory(h.Events[:8]), nil).shows(t, "retry     Charge #2", "last error: card declined: code 51")
}
