package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// foundLines are the findings of recorded instances.
func foundLines(t testing.TB) []FoundLine {
	t.Helper()
	var out []FoundLine
	for _, name := range []string{"go-nested-suspensions", "go-stalled-version", "go-lost-between-suspends", "go-retrying", "go-nobody-waits", "js-waiting-from-the-start"} {
		file, in := recorded(t, name)
		now := in.History.Events[len(in.History.Events)-1].Time.Add(60e9)
		found := workflow.Diagnose(workflow.Case{Instance: in.Detail.Instance, History: in.History, HistoryKnown: true, Sidecar: file.Sidecar, Now: now})
		if len(found) == 0 {
			t.Fatalf("%s: nothing found", name)
		}
		out = append(out, FoundLine{Key: in.Detail.Key, Label: in.Detail.Label, Name: in.Detail.Name, Findings: found})
	}
	out[5].Label = "订单-20261122-000000000000000000000000000018"
	return out
}

func TestFindingsView(t *testing.T) {
	for _, size := range sizes() {
		for _, ascii := range []bool{false, true} {
			v := NewFindings(NewTheme(true, ascii), keymap.Default())
			v.SetSize(size[0], size[1])
			v.SetLines(foundLines(t))
			v.SetProgress(32, 120, true, "looked at 600 instances, 40 of 130 live ones with their history")
			for i := range 3 {
				v.HandleKey(press("j"))
				lines := strings.Split(v.View(), "\n")
				exact(t, lines, boxWidth(min(size[0], 124)), boxHeight(size[1]))
				if i == 1 && !ascii && size != [2]int{120, 40} {
					paneGolden(t, fmt.Sprintf("findings-list-%dx%d", size[0], size[1]), exact(t, lines, boxWidth(min(size[0], 124)), boxHeight(size[1])))
				}
			}
		}
	}
}

func TestFindingsViewKeepsItsInstance(t *testing.T) {
	v := NewFindings(NewTheme(true, false), keymap.Default())
	v.SetSize(80, 24)
	if _, ok := v.Selected(); ok || v.Value() != "" || !strings.Contains(v.View(), "Nothing was found.") {
		t.Error("an empty list has a selection")
	}
	lines := foundLines(t)
	v.SetLines(lines)
	v.HandleKey(press("G"))
	last, _ := v.Selected()
	v.SetLines(append([]FoundLine{{Label: "new", Findings: lines[0].Findings}}, lines...))
	if now, _ := v.Selected(); now.Key != last.Key {
		t.Errorf("selected %v, was %v", now.Key, last.Key)
	}
	v.SetLines(lines[:1])
	if now, ok := v.Selected(); !ok || now.Key != lines[0].Key || !strings.Contains(v.Value(), lines[0].Findings[0].Remedy) {
		t.Errorf("selected %v", now)
	}
}
