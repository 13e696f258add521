package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func noLimit() time.Time { return time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC) }

// waitingRows are rows with a note of each kind, and what the notes are.
func waitingRows() ([]workflow.Instance, map[string]Note) {
	const m = time.Minute
	wait := func(w workflow.Wait) Note { return Note{Wait: w, Waits: 1} }
	notes := map[string]Note{
		"order-1042": wait(workflow.Wait{Kind: workflow.WaitEvent, Name: "approve", Since: ago(74 * time.Hour), Until: ago(-2 * time.Hour)}),
		"order-1041": wait(workflow.Wait{Kind: workflow.WaitEvent, Name: "approve", Since: ago(5 * m), Until: noLimit(), NoLimit: true}),
		"order-1040": wait(workflow.Wait{Kind: workflow.WaitActivity, Name: "Charge", Attempt: 2, Since: ago(40 * time.Second)}),
		"order-1039": wait(workflow.Wait{Kind: workflow.WaitRetry, Name: "Charge", Attempt: 4, Since: ago(m), Until: ago(-12 * time.Second)}),
		"order-1038": {Wait: workflow.Wait{Kind: workflow.WaitChild, Name: "Shipment", ChildID: "ship-2210", Since: ago(m)}, Waits: 3, Child: workflow.Running},
		"order-1037": wait(workflow.Wait{Kind: workflow.WaitTimer, Since: ago(m), Until: ago(-3*time.Hour - m)}),
		"order-1036": {Alarm: "Do not resume: its worker would loop endlessly", Short: "do not resume", Waits: 1, Wait: workflow.Wait{Kind: workflow.WaitEvent, Name: "approve"}},
		"order-1035": {Alarm: "Still suspended: resume it again", Short: "still suspended"},
		"order-1034": {Stall: "VERSION_NOT_AVAILABLE"},
		"order-1033": {Alarm: "An event was lost between two suspends", Short: "event lost"},
		"order-1032": {Nothing: ago(m)},
		"order-1031": {Nothing: ago(time.Second)},
		"order-1030": wait(workflow.Wait{Kind: workflow.WaitActivity, Name: "Render the whole of the monthly report", Attempt: 1, Since: ago(12 * m)}),
		"order-1029": wait(workflow.Wait{Kind: workflow.WaitEvent, Name: "审批通过", Since: ago(m), Until: ago(-m)}),
		"order-1028": wait(workflow.Wait{Kind: workflow.WaitEvent, Name: "approve", Since: ago(m), Until: ago(-m)}),
	}
	var rows []workflow.Instance
	for i := 1042; i >= 1028; i-- {
		st := workflow.Running
		switch i {
		case 1036:
			st = workflow.Suspended
		case 1034:
			st = workflow.Stalled
		case 1028:
			st = workflow.Completed
		}
		rows = append(rows, instance(fmt.Sprintf("order-%d", i), "OrderProcessing", st, time.Duration(1043-i)*7*m, m))
	}
	rows[0].CustomStatus, rows[14].CustomStatus = "waiting for approval", "shipped"
	failed := instance("pay-77f0a2", "Payment", workflow.Failed, 120*m, 11*m)
	failed.Failure = "card declined: code 51"
	doubt := instance("ship-1", "Shipment", workflow.Running, 130*m, 11*m)
	doubt.ReadErr = "the state store is locked"
	return append(rows, failed, doubt), notes
}

func noting(notes map[string]Note) func(workflow.Key) (Note, bool) {
	return func(k workflow.Key) (Note, bool) {
		n, ok := notes[k.InstanceID]
		return n, ok
	}
}

func TestListWaitingOn(t *testing.T) {
	rows, notes := waitingRows()
	for _, w := range []int{57, 76, 80, 96, 140} {
		for _, ascii := range []bool{false, true} {
			l := newTestList(24, rows)
			l.SetTheme(NewTheme(true, ascii))
			l.SetSize(w, 24)
			l.SetNotes(noting(notes))
			name := fmt.Sprintf("waiting-%d", w)
			if ascii {
				name = "ascii-" + name
			}
			paneGolden(t, name, exact(t, strings.Split(l.View(), "\n"), w, 24))
		}
	}
}

func (l *List) plainView() string { return style.ReplaceAllString(l.View(), "") }

// What has ended waits on nothing, whatever a note says; and where nothing is
// live there is no column.
func TestListWaitingOnIsSilent(t *testing.T) {
	rows, notes := waitingRows()
	l := newTestList(24, rows[14:16])
	l.SetNotes(noting(notes))
	if v := l.plainView(); strings.Contains(v, "WAITING ") || strings.Contains(v, "event approve") || !strings.Contains(v, "card declined") {
		t.Errorf("of rows that have ended:\n%s", v)
	}
	l = newTestList(24, rows)
	if v := l.plainView(); strings.Contains(v, "WAITING ") || l.ShowsWaits() {
		t.Errorf("without notes:\n%s", v)
	}
}

// The clock runs on without new notes.
func TestListWaitingOnFollowsTheClock(t *testing.T) {
	rows, notes := waitingRows()
	l := newTestList(24, rows)
	l.SetNotes(noting(notes))
	for later, want := range map[time.Duration]string{0: "in 12s", 5 * time.Second: "in 7s", 20 * time.Second: "retry of Charge #4 due"} {
		l.SetClock(Clock{Now: paneNow().Add(later)})
		if v := l.plainView(); !strings.Contains(v, want) {
			t.Errorf("%s later it lacks %q:\n%s", later, want, v)
		}
	}
	l.SetClock(Clock{Now: paneNow().Add(10 * time.Second)})
	if v := l.plainView(); strings.Count(v, "event? (not recorded)") != 2 {
		t.Errorf("what is quiet now is not told:\n%s", v)
	}
}

// Whatever the names and the room, a text is within its column.
func TestListWaitingOnFits(t *testing.T) {
	rows, notes := waitingRows()
	l := newTestList(24, rows)
	l.SetNotes(noting(notes))
	for w := range 60 {
		for i := range rows {
			if text, _ := l.waitsOn(&rows[i], w); width(text) > w {
				t.Fatalf("%q in %d cells", text, w)
			}
		}
	}
}

// Names come from outside: whatever they hold, every line is exact.
func TestListWaitingOnOfHostileNames(t *testing.T) {
	rows, notes := waitingRows()
	for id, n := range notes {
		n.Wait.Name, n.Wait.ChildID, n.Stall = workflow.Clean(hostileText()), hostileText(), workflow.Clean(hostileText())
		notes[id] = n
	}
	for _, w := range []int{76, 80, 140} {
		l := newTestList(24, rows)
		l.SetSize(w, 24)
		l.SetNotes(noting(notes))
		exact(t, strings.Split(l.View(), "\n"), w, 24)
	}
}

// What the column costs in a frame of 45 rows.
func BenchmarkListWaitingOn(b *testing.B) {
	rows, notes := waitingRows()
	for len(rows) < 45 {
		rows = append(rows, rows[:14]...)
	}
	l := newTestList(48, rows)
	l.SetSize(140, 48)
	b.Run("without", func(b *testing.B) {
		for b.Loop() {
			_ = l.View()
		}
	})
	l.SetNotes(noting(notes))
	b.Run("with", func(b *testing.B) {
		for b.Loop() {
			_ = l.View()
		}
	})
}
