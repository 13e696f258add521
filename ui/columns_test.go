package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// columnRows are rows of every kind.
func columnRows() []workflow.Instance {
	rows := numbered(1, 2, 3, 4)
	rows[1].Status, rows[1].Failure = workflow.Failed, "card declined"
	rows[2].ReadErr = "no answer"
	rows[3].Status, rows[3].Name, rows[3].Created, rows[3].Started = workflow.Pending, "", time.Time{}, time.Time{}
	return rows
}

func columnList(w int, names ...string) *List {
	l := NewList(keymap.Default())
	l.SetTheme(NewTheme(true, false))
	l.SetColumns(names)
	l.SetClock(Clock{Now: paneNow()})
	l.SetNotes(func(workflow.Key) (Note, bool) { return Note{}, false })
	l.SetSize(w, 10)
	l.SetRows(listed(columnRows()))
	return l
}

// TestColumnsThatShip: nobody who says nothing sees a difference, and the names
// of what ships say the same.
func TestColumnsThatShip(t *testing.T) {
	for _, w := range []int{40, 60, 80, 120, 200} {
		plain := columnList(w)
		named := columnList(w, "status", "workflow", "instance", "age", "updated", "waiting", "custom")
		if plain.View() != named.View() {
			t.Errorf("at %d:\n%s\n%s", w, plain.View(), named.View())
		}
	}
}

func TestColumnsInAnyOrder(t *testing.T) {
	heads := map[string]string{
		"status": "STATUS", "workflow": "WORKFLOW", "instance": "INSTANCE", "age": "AGE", "updated": "UPDATED", "waiting": "WAITING", "custom": "CUSTOM",
	}
	for _, names := range [][]string{
		{"instance", "status"},
		{"instance"},
		{"age", "instance", "workflow", "custom"},
		{"waiting", "instance", "updated", "status"},
		{"custom", "updated", "age", "instance", "workflow", "status", "waiting"},
	} {
		l := columnList(160, names...)
		line := strings.Split(ansi.Strip(l.View()), "\n")[1]
		line = strings.NewReplacer("CUSTOM STATUS", "CUSTOM       ", "/ STATUS", "        ").Replace(line)
		at := -1
		for _, name := range names {
			i := strings.Index(line, heads[name])
			if i <= at {
				t.Errorf("%v: %s is not where it should be: %q", names, name, line)
			}
			at = i
		}
		for name, head := range heads {
			if !slices.Contains(names, name) && strings.Contains(line, head) {
				t.Errorf("%v: there is %s: %q", names, name, line)
			}
		}
	}
}

// TestColumnsFillTheirLine: whatever is left out and however wide it is, a line
// has its exact width and the row that could not be read says so.
func TestColumnsFillTheirLine(t *testing.T) {
	all := Columns()
	for set := range 1 << len(all) {
		var names []string
		for i, n := range all {
			if set&(1<<i) != 0 {
				names = append(names, n)
			}
		}
		if set%3 == 0 {
			slices.Reverse(names)
		}
		for _, w := range []int{20, 33, 47, 80, 131} {
			l := columnList(w, names...)
			got := exact(t, strings.Split(l.View(), "\n"), w, 10)
			if len(names) > 0 && !slices.Contains(l.shown, columnInstance) {
				t.Fatalf("%v at %d: no instance", names, w)
			}
			if w >= 47 && !strings.Contains(ansi.Strip(got[4]), markReadErr) {
				t.Errorf("%v at %d: no mark in %q", names, w, ansi.Strip(got[4]))
			}
		}
	}
}

// TestWaitsAloneTellFailures: without the column of custom statuses that of the
// waits tells why a row has failed.
func TestWaitsAloneTellFailures(t *testing.T) {
	l := columnList(120, "status", "workflow", "instance", "waiting")
	if got := ansi.Strip(l.View()); !strings.Contains(got, "card declined") || !strings.Contains(got, "WAITING / STATUS") {
		t.Error(got)
	}
}

// Beside the detail of a usual screen a list of several apps still tells what
// its instances wait on: the last update goes first.
func TestAListOfSeveralAppsTellsWhatIsWaitedFor(t *testing.T) {
	l := NewList(keymap.Default())
	l.SetTheme(NewTheme(true, false))
	l.SetClock(Clock{Now: paneNow()})
	l.SetNotes(func(workflow.Key) (Note, bool) { return Note{}, false })
	l.SetApps(true)
	l.SetSize(76, 10)
	rows := columnRows()
	for i := range rows {
		rows[i].Name, rows[i].AppID, rows[i].Label = "OrderProcessing", "billing", fmt.Sprintf("family-0029:%04d", i)
	}
	l.SetRows(listed(rows))
	head := strings.Split(ansi.Strip(l.View()), "\n")[1]
	if !strings.Contains(head, "APP") || !strings.Contains(head, "WAITING") || strings.Contains(head, "UPDATED") {
		t.Errorf("the columns are %q", head)
	}
}

// What an SDK writes before every failure tells nothing.
func TestAListTellsTheCauseOfAFailure(t *testing.T) {
	l := columnList(100)
	rows := columnRows()
	rows[1].Failure = "Task 'Charge' (#1) failed with an unhandled exception: card declined"
	l.SetRows(listed(rows))
	if v := ansi.Strip(l.View()); !strings.Contains(v, " card declined") || strings.Contains(v, "Task 'Charge'") {
		t.Errorf("the list shows\n%s", v)
	}
}
