package ui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

func numbered(ids ...int) []workflow.Instance {
	rows := make([]workflow.Instance, len(ids))
	for i, id := range ids {
		rows[i] = instance(fmt.Sprintf("order-%04d", id), "OrderProcessing", workflow.Running, time.Hour, time.Minute)
	}
	return rows
}

func upTo(n int) []workflow.Instance {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i
	}
	return numbered(ids...)
}

func newTestList(h int, rows []workflow.Instance) *List {
	l := NewList(keymap.Default())
	l.SetTheme(NewTheme(true, false))
	l.SetClock(Clock{Now: paneNow()})
	l.SetSize(80, h)
	l.SetRows(listed(rows))
	return l
}

func (l *List) at() string { return l.SelectedKey().InstanceID }

func (l *List) keys(t *testing.T, names ...string) {
	t.Helper()
	for _, n := range names {
		if !l.HandleKey(press(n)) {
			t.Errorf("%q was not used", n)
		}
	}
}

func TestListSelectionStaysOnItsInstance(t *testing.T) {
	l := newTestList(20, numbered(1, 2, 3, 4, 5))
	l.keys(t, "j", "j")
	for _, rows := range [][]workflow.Instance{
		numbered(9, 8, 1, 2, 3, 4, 5), // new ones above
		numbered(3, 5),                // others gone
		numbered(5, 4, 3, 2, 1),       // sorted anew
	} {
		l.SetRows(listed(rows))
		if l.at() != "order-0003" {
			t.Errorf("selected %s in %v", l.at(), l.Visible())
		}
		if row, ok := l.Selected(); !ok || row.Key != l.SelectedKey() {
			t.Errorf("row %v, key %v", row.Key, l.SelectedKey())
		}
	}
}

func TestListSelectionOfAnInstanceThatIsGone(t *testing.T) {
	l := newTestList(20, numbered(1, 2, 3))
	l.keys(t, "G")
	l.SetRows(listed(numbered(1, 2, 4, 5)))
	if l.at() != "order-0004" {
		t.Errorf("the one in its place is not selected, but %s", l.at())
	}
	l.SetRows(listed(numbered(1)))
	if l.at() != "order-0001" {
		t.Errorf("selected %s", l.at())
	}
	l.SetRows(Rows{})
	if _, ok := l.Selected(); ok || l.SelectedKey() != (workflow.Key{}) || len(l.Visible()) != 0 {
		t.Error("an empty list has a selection")
	}
	l.SetRows(listed(numbered(7, 1, 8)))
	if l.at() != "order-0001" {
		t.Errorf("it came back, but %s is selected", l.at())
	}
}

func TestListKeepsItsPlaceOnTheScreen(t *testing.T) {
	l := newTestList(listChrome+10, upTo(100))
	l.keys(t, "ctrl+d", "ctrl+d", "ctrl+d", "ctrl+d", "k", "k")
	line := slices.Index(l.Visible(), l.SelectedKey())
	if line <= 0 || line >= 9 {
		t.Fatalf("line %d tells nothing", line)
	}
	l.SetRows(listed(append(numbered(200, 201, 202), upTo(100)...)))
	if got := slices.Index(l.Visible(), l.SelectedKey()); got != line {
		t.Errorf("it went from line %d to %d", line, got)
	}
	l.keys(t, "g")
	newest := listed(numbered(300))
	newest.all = append(newest.all, l.rows.all...)
	l.SetRows(newest)
	if l.Visible()[0].InstanceID != "order-0300" {
		t.Error("at its top the list must show what is new")
	}
}

func TestListMotion(t *testing.T) {
	l := newTestList(listChrome+10, upTo(100))
	for _, step := range []struct {
		key  string
		want int
	}{
		{"j", 1},
		{"down", 2},
		{"k", 1},
		{"up", 0},
		{"k", 0},
		{"ctrl+d", 5},
		{"ctrl+u", 0},
		{"pgdown", 10},
		{"ctrl+f", 20},
		{"pgup", 10},
		{"G", 99},
		{"j", 99},
		{"g", 0},
		{"end", 99},
		{"home", 0},
	} {
		l.keys(t, step.key)
		if want := fmt.Sprintf("order-%04d", step.want); l.at() != want {
			t.Errorf("%s leads to %s, want %s", step.key, l.at(), want)
		}
		if !slices.Contains(l.Visible(), l.SelectedKey()) {
			t.Errorf("after %s the selection is out of sight", step.key)
		}
	}
	for _, k := range []string{"enter", "p", "X", "h", "space", "]"} {
		if l.HandleKey(press(k)) {
			t.Errorf("the list took %q", k)
		}
	}
	l.Wheel(3)
	if l.at() != "order-0003" {
		t.Errorf("the wheel leads to %s", l.at())
	}
}

func TestListClick(t *testing.T) {
	l := newTestList(listChrome+10, upTo(100))
	l.keys(t, "G")
	view := strings.Split(style.ReplaceAllString(l.View(), ""), "\n")
	for y, line := range view {
		id, isRow := "", false
		if i := strings.Index(line, "order-"); i >= 0 {
			id, isRow = line[i:i+10], true
		}
		if got := l.Click(y); got != isRow {
			t.Errorf("click on line %d: %v: %s", y, got, line)
		}
		if isRow && l.at() != id {
			t.Errorf("click on %s selects %s", id, l.at())
		}
	}
	if newTestList(20, numbered(1)).Click(5) {
		t.Error("a click below the rows selects")
	}
}

func TestListSelect(t *testing.T) {
	l := newTestList(listChrome+5, upTo(100))
	if !l.Select(upTo(100)[50].Key) || l.at() != "order-0050" || !slices.Contains(l.Visible(), l.SelectedKey()) {
		t.Errorf("selected %s of %v", l.at(), l.Visible())
	}
	if l.Select(workflow.Key{AppID: "other", InstanceID: "order-0001"}) || l.at() != "order-0050" {
		t.Error("an instance of another app was selected")
	}
}

// Whatever happens to rows and size, one row is marked and it is the selection.
func TestListAlwaysShowsItsSelection(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	l := newTestList(20, upTo(30))
	for range 3000 {
		switch rng.IntN(4) {
		case 0:
			ids := rng.Perm(60)[:1+rng.IntN(59)]
			l.SetRows(listed(numbered(ids...)))
		case 1:
			l.SetSize(60+rng.IntN(80), listChrome+1+rng.IntN(20))
		default:
			keys := []string{"j", "k", "G", "g", "ctrl+d", "pgup", "ctrl+u", "pgdown"}
			l.HandleKey(press(keys[rng.IntN(len(keys))]))
		}
		var marked []string
		for line := range strings.SplitSeq(style.ReplaceAllString(l.View(), ""), "\n") {
			if strings.HasPrefix(line, "│·") {
				marked = append(marked, line)
			}
		}
		if len(marked) != 1 || !strings.Contains(marked[0], l.at()) {
			t.Fatalf("selected %q, marked %q", l.at(), marked)
		}
	}
}

func TestListColumnsStayWhileRowsComeAndGo(t *testing.T) {
	l := newTestList(20, nine())
	before := l.cols
	l.SetRows(listed(nine()[:2]))
	if l.cols != before {
		t.Errorf("columns went from %+v to %+v", before, l.cols)
	}
	l.SetRows(Rows{})
	l.SetRows(listed(nine()[:2]))
	if l.cols == before {
		t.Error("an emptied list starts its columns anew")
	}
}

func TestListSortArrow(t *testing.T) {
	l := newTestList(20, nine())
	for _, c := range []struct {
		by       workflow.SortBy
		rev, abs bool
		want     string
	}{
		{workflow.SortCreated, false, false, "↑AGE"},
		{workflow.SortCreated, true, false, "↓AGE"},
		{workflow.SortCreated, false, true, "↓CREATED"},
		{workflow.SortName, false, false, "WORKFLOW ↑"},
		{workflow.SortStatus, true, true, "STATUS ↓"},
		{workflow.SortUpdated, false, false, "↑UPD"},
		{workflow.SortUpdated, false, true, "by updated ↓"},
	} {
		l.SetSort(c.by, c.rev)
		l.SetClock(Clock{Now: paneNow(), Absolute: c.abs})
		if v := style.ReplaceAllString(l.View(), ""); !strings.Contains(v, c.want) {
			t.Errorf("no %q in\n%s", c.want, strings.Join(strings.Split(v, "\n")[:2], "\n"))
		}
	}
}
