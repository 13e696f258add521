package ui

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	_ "github.com/charmbracelet/x/exp/golden" // has the -update flag

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// paneNow is what time it is in these tests.
func paneNow() time.Time { return time.Date(2026, 11, 23, 9, 43, 17, 0, time.UTC) }

func ago(d time.Duration) time.Time { return paneNow().Add(-d) }

// sizes are the screens that the panes are drawn on.
func sizes() [][2]int { return [][2]int{{160, 50}, {120, 40}, {80, 24}, {40, 12}} }

// screen is the console's screen put together as the model does, without modals.
type screen struct {
	theme  Theme
	clock  Clock
	list   *List
	detail *Detail
	info   HeaderInfo
	notice Notice
	hints  []Hint
	open   bool // the detail is open, where it hides the list, and has the keys
}

func newScreen(ascii bool) *screen {
	s := &screen{
		theme: NewTheme(true, ascii), clock: Clock{Now: paneNow()},
		list: NewList(keymap.Default()), detail: NewDetail(keymap.Default()),
		info: HeaderInfo{
			AppID: "orders", Address: "127.0.0.1:50001", Version: "1.18.0", Workers: 2, WorkersKnown: true,
			Interval: 2 * time.Second, Age: 3 * time.Second, AgeKnown: true, TimeMode: "ages, UTC",
		},
		hints: []Hint{
			{Key: "p", Desc: "pause"},
			{Key: "r", Desc: "resume", Off: true},
			{Key: "e", Desc: "raise event"},
			{Key: "T", Desc: "terminate"},
			{Key: "X", Desc: "purge", Off: true},
			{Key: "a", Desc: "start new"},
			{Key: "/", Desc: "filter"},
			{Key: "s", Desc: "sort"},
			{Key: "?", Desc: "help", Stays: true},
			{Key: "q", Desc: "quit"},
		},
	}
	s.clock.Zone = time.UTC
	s.list.SetTheme(s.theme)
	s.detail.SetTheme(s.theme)
	s.list.SetClock(s.clock)
	s.detail.SetClock(s.clock)
	return s
}

func (s *screen) rows(rows []workflow.Instance) {
	s.list.SetRows(listed(rows))
	s.list.SetTitle(Plural(len(rows), "instance", "instances"))
	for i := range rows {
		s.info.Counts[rows[i].Status]++
	}
	if len(rows) > 0 {
		row := rows[0]
		s.detail.SetState(DetailState{Key: row.Key, Label: row.Label, Loading: true, Row: &row})
	}
}

// show puts an instance into the detail.
func (s *screen) show(d workflow.Detail, h workflow.History, histErr error) {
	p := Prepare(d, h, histErr)
	row := d.Instance
	s.detail.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: &p, ReadAt: ago(3 * time.Second), Row: &row})
}

// draw returns the lines of the screen, with their colours.
func (s *screen) draw(t testing.TB, w, h int) []string {
	t.Helper()
	l := Compute(w, h, s.open)
	s.list.SetSize(l.List.W, l.List.H)
	s.detail.SetSize(l.Detail.W, l.Detail.H)
	s.list.SetFocus(!s.open)
	s.detail.SetFocus(s.open)
	lines := Header(&s.theme, s.info, w)[:l.Header.H]
	switch {
	case l.Wide:
		left, right := strings.Split(s.list.View(), "\n"), strings.Split(s.detail.View(), "\n")
		if len(left) != l.Body.H || len(right) != l.Body.H {
			t.Fatalf("panes have %d and %d lines, want %d", len(left), len(right), l.Body.H)
		}
		for i := range left {
			lines = append(lines, left[i]+right[i])
		}
	case s.open:
		lines = append(lines, strings.Split(s.detail.View(), "\n")...)
	default:
		lines = append(lines, strings.Split(s.list.View(), "\n")...)
	}
	foot := Footer(&s.theme, s.notice, s.hints, w)
	if l.Footer.H == 1 && s.notice.Text == "" {
		foot = foot[1:]
	}
	return append(lines, foot[:l.Footer.H]...)
}

// style is what our own drawing puts between texts, and nothing else.
var style = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// exact fails unless there are h lines of w cells that hold nothing that could
// touch a terminal. It returns them without colours.
func exact(t testing.TB, lines []string, w, h int) []string {
	t.Helper()
	if len(lines) != h {
		t.Errorf("%d lines, want %d", len(lines), h)
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = style.ReplaceAllString(line, "")
		if n := ansi.StringWidth(line); n != w {
			t.Errorf("line %d has %d cells, want %d: %q", i, n, w, out[i])
		}
		for _, r := range out[i] {
			if unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("line %d holds %U: %q", i, r, out[i])
			}
		}
	}
	return out
}

// paneGolden compares lines with a file of testdata/panes; -update writes it.
func paneGolden(t *testing.T, name string, lines []string) {
	t.Helper()
	path := filepath.Join("testdata", "panes", name+".txt")
	got := strings.Join(lines, "\n") + "\n"
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update accepts it):\n%s", path, difference(string(want), got))
	}
}

func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out strings.Builder
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			fmt.Fprintf(&out, "-%s|\n+%s|\n", x, y)
		}
	}
	return out.String()
}

func instance(id, name string, st workflow.Status, created, updated time.Duration) workflow.Instance {
	in := workflow.Instance{
		Key: workflow.Key{AppID: "orders", InstanceID: id}, Label: workflow.CleanID(id), Name: name, Status: st,
		Created: ago(created), Started: ago(created), Updated: ago(updated), ReadAt: ago(3 * time.Second),
	}
	return in
}

// nine are rows of all statuses, a row of each kind of doubt, and a UUID.
// listed makes rows of instances.
func listed(rows []workflow.Instance) Rows {
	all := make([]*workflow.Instance, len(rows))
	for i := range rows {
		all[i] = &rows[i]
	}
	return NewRows(all, workflow.Key{})
}

func nine() []workflow.Instance {
	const m, h = time.Minute, time.Hour
	rows := []workflow.Instance{
		instance("order-1043", "", workflow.Pending, 0, 0),
		instance("order-1042", "OrderProcessing", workflow.Running, 2*m+14*time.Second, 4*time.Second),
		instance("order-1040", "OrderProcessing", workflow.Suspended, 9*m, 2*m),
		instance("order-0991", "OrderProcessing", workflow.Stalled, 3*h+4*m, 41*m),
		instance("pay-77f0a2", "Payment", workflow.Failed, 12*m, 11*m),
		instance("ship-2210", "Shipment", workflow.Completed, h, 59*m),
		instance("ship-2209", "Shipment", workflow.Terminated, 26*h, 25*h),
		instance("rep-1", "Report", workflow.Canceled, 70*h, 69*h),
		instance("mon-eu-1", "Monitor", workflow.ContinuedAsNew, 4*24*h, 22*time.Second),
		instance("5668b86a-9fff-42e0-8afc-3d733368534a", "Onboarding", workflow.Running, 5*24*h, 5*24*h),
		instance("gone-1", "Shipment", workflow.Completed, 700*24*h, 690*24*h),
		instance("locked-1", "Shipment", workflow.Unknown, 3*m, 3*m),
	}
	rows[0].Created, rows[0].Started, rows[0].Updated = time.Time{}, time.Time{}, time.Time{}
	rows[1].CustomStatus = "waiting for approval"
	rows[4].Failure = "card declined: code 51"
	rows[10].Missing = true
	rows[11].ReadErr = "the state store is locked"
	return rows
}

// waitingOrder is an order that waits for its approval.
func waitingOrder() (workflow.Detail, workflow.History) {
	d := workflow.Detail{Instance: nine()[1]}
	d.Input = workflow.Payload{Set: true, Raw: `{"sku":"A1","qty":3,"gift":false,"note":null,"lines":[{"price":12.50,"name":"椅子"}]}`}
	d.CustomStatus = workflow.Payload{Set: true, Raw: `"waiting for approval"`}
	at := func(ms int) time.Time { return d.Created.Add(time.Duration(ms) * time.Millisecond) }
	return d, workflow.NewHistory([]workflow.Event{
		{ID: -1, Time: at(0), Type: workflow.WorkflowStarted},
		{
			ID: -1, Time: at(0), Type: workflow.ExecutionStarted, Name: "OrderProcessing", Payload: d.Input,
			ExecutionID: "9b1b-44", ParentID: "batch-7", ParentApp: "shop", ParentEvent: 4,
		},
		{ID: 0, Time: at(3), Type: workflow.TaskScheduled, Name: "Reserve", Payload: workflow.Payload{Set: true, Raw: `{"sku":"A1"}`}},
		{ID: 1, Time: at(3), Type: workflow.ChildWorkflowInstanceCreated, Name: "Shipment", ChildID: "order-1042:0001"},
		{ID: -1, Time: at(15), Type: workflow.TaskCompleted, Ref: 0, HasRef: true, Payload: workflow.Payload{Set: true, Raw: `{"reserved":true}`}},
		{ID: 2, Time: at(20), Type: workflow.TaskScheduled, Name: "Charge", TaskExecutionID: "t-1"},
		{
			ID: -1, Time: at(60), Type: workflow.TaskFailed, Ref: 2, HasRef: true, TaskExecutionID: "t-1",
			Failure: &workflow.Failure{Type: "CardError", Message: "card declined: code 51", Stack: "at charge()\nat main()"},
		},
		{ID: 3, Time: at(62), Type: workflow.TimerCreated, Name: "Charge-retry", Origin: workflow.OriginActivityRetry, OriginRef: "t-1", FireAt: at(1062)},
		{ID: -1, Time: at(1063), Type: workflow.TimerFired, Ref: 3, HasRef: true},
		{ID: 4, Time: at(1070), Type: workflow.TaskScheduled, Name: "Charge", TaskExecutionID: "t-1"},
		{ID: -1, Time: at(1131), Type: workflow.TaskCompleted, Ref: 4, HasRef: true, Payload: workflow.Payload{Set: true, Raw: `"ok"`}},
		{ID: -1, Time: at(2000), Type: "Unknown event 40", Raw: `{"eventId":-1,"novel":{"depth":3}}`},
		{ID: 5, Time: at(12000), Type: workflow.TimerCreated, Name: "approve", Origin: workflow.OriginExternalEvent, OriginRef: "approve", FireAt: at(3612000)},
		{ID: 6, Time: at(12000), Type: workflow.TimerCreated, Name: "stop", Origin: workflow.OriginExternalEvent, OriginRef: "stop", FireAt: time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)},
	})
}

// failedPayment has failed for three reasons, one inside the other.
func failedPayment() (workflow.Detail, workflow.History) {
	d := workflow.Detail{Instance: nine()[4]}
	d.Input = workflow.Payload{Set: true, Raw: `"pay me"`}
	d.Failure = &workflow.Failure{
		Type: "PaymentError", Message: "the payment of order 77f0a2 could not be taken", NonRetriable: true,
		Stack: "   at Payments.Run(Context ctx) in Payments.cs:line 29\n   at Dapr.Invoke(Object input)",
		Cause: &workflow.Failure{Type: "CardError", Message: "card declined: code 51", Cause: &workflow.Failure{Type: "HTTPError", Message: "402 Payment Required"}},
	}
	return d, workflow.NewHistory([]workflow.Event{
		{ID: -1, Time: d.Created, Type: workflow.ExecutionStarted, Name: "Payment", ExecutionID: "9b1b-45"},
		{ID: 0, Time: d.Updated, Type: workflow.ExecutionCompleted, Status: workflow.Failed, Failure: d.Failure},
	})
}

// hostileText is what no terminal must ever see, and what makes cells hard to
// count.
func hostileText() string {
	return "\x1b[2J\x1b]0;pwned\x07a\rb\tc\u202egnp\u202c\x00\u009b31m\xff\u200b" + "e\u0301\ufe0f❤️👩‍🚀🇩🇪" + "\u0301ก็"
}

func hostile() (workflow.Detail, workflow.History) {
	evil := hostileText()
	clean := workflow.Clean(evil)
	d := workflow.Detail{Instance: instance("id"+evil, "\u0301"+clean, workflow.Running, time.Hour, time.Minute)}
	d.Instance.CustomStatus, d.Version = clean, clean
	d.Input = workflow.Payload{Set: true, Raw: evil + "\n" + evil}
	d.Output = workflow.Payload{Set: true, Raw: `{"k\u001b[31m":"` + "\u202e\u009b31m 日本" + `"}`}
	d.CustomStatus = workflow.Payload{Set: true, Raw: evil}
	d.Failure = &workflow.Failure{Type: clean, Message: clean, Stack: clean + "\n" + clean}
	return d, workflow.NewHistory([]workflow.Event{
		{ID: -1, Time: d.Created, Type: workflow.ExecutionStarted, Name: clean, ParentID: evil, ParentApp: clean, ExecutionID: clean},
		{ID: 0, Time: d.Created, Type: workflow.ChildWorkflowInstanceCreated, Name: clean, ChildID: evil},
		{ID: 1, Time: d.Created, Type: workflow.TimerCreated, Name: clean, Origin: workflow.OriginExternalEvent, OriginRef: clean, FireAt: ago(-time.Hour)},
		{ID: -1, Time: d.Created, Type: workflow.EventRaised, Name: clean, Payload: workflow.Payload{Set: true, Raw: evil}},
	})
}

// wideRunes are rows of wide and joined characters.
func wideRunes() []workflow.Instance {
	rows := []workflow.Instance{
		instance("订单-20261122-000000000000000000000000000018", "订单处理", workflow.Running, time.Minute, time.Second),
		instance("🚀-launch-👩‍🚀-🇩🇪", "Raumfahrt 🚀", workflow.Failed, time.Hour, time.Minute),
		instance("ﾊﾝｶｸ-한글-ไทย", "注文処理ワークフローのとても長い名前である", workflow.Completed, 3*time.Hour, time.Hour),
	}
	rows[0].CustomStatus = "等待审批：经理尚未批准"
	rows[1].Failure = "💥 Triebwerk explodiert"
	return rows
}

// noSidecar is what an error of the domain looks like.
func noSidecar() error {
	return &workflow.Error{Kind: workflow.KindUnavailable, Message: "no sidecar answers at 127.0.0.1:50001", Err: errors.New("connection refused")}
}
