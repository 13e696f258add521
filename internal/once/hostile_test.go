package once

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// hostile is a sidecar whose instances have the IDs of its keys.
type hostile []string

func (h hostile) Connect(context.Context) (watch.Connection, error) {
	return watch.Connection{Sidecar: workflow.Sidecar{AppID: "orders"}, IDs: h, Lost: make(chan struct{})}, nil
}
func (h hostile) List(context.Context, string) ([]string, string, error) { return h, "", nil }
func (h hostile) Get(_ context.Context, id string, _ bool) (workflow.Instance, int, error) {
	return workflow.Instance{
		Key: workflow.Key{AppID: "orders", InstanceID: id}, Label: workflow.CleanID(id), Name: "Order", Status: workflow.Failed,
		Failure: "one two", Whole: &workflow.Whole{Failure: "one\ntwo"},
	}, 0, nil
}

func (h hostile) Sidecar(context.Context) (workflow.Sidecar, error) {
	return workflow.Sidecar{AppID: "orders"}, nil
}
func (h hostile) Address() string { return "127.0.0.1:1" }

// hostileIDs are IDs with what a terminal obeys; the last two break lines.
func hostileIDs() hostile {
	return hostile{"a\x1b[2Jb", "a\u009b2Jb", "a\x7fb", "a\u202eb", "a\u0085b", "real\nforged"}
}

func printHostile(t *testing.T, ids hostile, o Options) (out string, notes []string, err error) {
	t.Helper()
	o.Zone, o.Note = time.UTC, func(s string) { notes = append(notes, s) }
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	err = Print(t.Context(), []watch.Source{ids}, watch.Config{}, o, &b)
	return b.String(), notes, err
}

// TestNothingForATerminalToObey: not on a terminal, and in JSON and the table
// nowhere.
func TestNothingForATerminalToObey(t *testing.T) {
	for _, format := range []string{"table", "json", "csv", "ids"} {
		for _, terminal := range []bool{true, false} {
			out, _, err := printHostile(t, hostileIDs(), Options{Format: format, Terminal: terminal})
			if terminal && err != nil {
				t.Errorf("%s: %v", format, err)
			}
			if !terminal && (format == "csv" || format == "ids") {
				continue // these are for programs, which want the IDs
			}
			if lines := strings.Count(out, "\n"); lines < len(hostileIDs()) || lines > len(hostileIDs())+2 {
				t.Errorf("%s: %d lines for %d IDs", format, lines, len(hostileIDs()))
			}
			if workflow.CleanText(out) != out {
				t.Errorf("%s, terminal %v: %q", format, terminal, out)
			}
		}
	}
}

// TestProgramsGetTheIDs: exactly, where they cannot be taken for others.
func TestProgramsGetTheIDs(t *testing.T) {
	all := hostileIDs()
	out, _, err := printHostile(t, all, Options{Format: "json"})
	var records []record
	if err != nil || json.Unmarshal([]byte(out), &records) != nil || len(records) != len(all) {
		t.Fatalf("%v, %q", err, out)
	}
	out, notes, err := printHostile(t, all, Options{Format: "csv"})
	lines, csvErr := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || csvErr != nil || len(lines) != len(all)+1 || len(notes) != 1 {
		t.Fatalf("%v, %v, %q, %q", err, csvErr, out, notes)
	}
	for i := range records {
		if !slices.Contains(all, records[i].InstanceID) || !slices.Contains(all, lines[i+1][1]) {
			t.Errorf("%q and %q", records[i].InstanceID, lines[i+1][1])
		}
		if records[i].Failure != "one\ntwo" || lines[i+1][8] != "one two" {
			t.Errorf("the failure is %q in JSON and %q in CSV", records[i].Failure, lines[i+1][8])
		}
	}
	out, notes, err = printHostile(t, all, Options{Format: "ids"})
	if got := strings.Split(strings.TrimSuffix(out, "\n"), "\n"); len(got) != len(all)-2 || slices.ContainsFunc(got, func(s string) bool { return !slices.Contains(all, s) }) {
		t.Errorf("%q", got)
	}
	if err == nil || !strings.Contains(err.Error(), "2 of the IDs are not printed") || workflow.Clean(err.Error()) != err.Error() || len(notes) != 1 {
		t.Errorf("%v, %q", err, notes)
	}
	out, _, err = printHostile(t, append(all, "a\x00b"), Options{Format: "ids", Null: true})
	if got := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00"); len(got) != len(all) || !slices.Contains(got, "real\nforged") {
		t.Errorf("%q", got)
	}
	if err == nil || !strings.Contains(err.Error(), "1 of the IDs") {
		t.Errorf("the ID with a zero byte: %v", err)
	}
}

// TestAWordThatIsNoKey: what looks like a slip is refused; what matches nothing
// is told.
func TestAWordThatIsNoKey(t *testing.T) {
	if err := (Options{Format: "ids", Filter: "stauts:x"}).Check(); err == nil || !strings.Contains(err.Error(), "status:?") {
		t.Errorf("%v", err)
	}
	if err := (Options{Format: "json", Null: true}).Check(); err == nil {
		t.Error("--null without IDs passes")
	}
	for filter, want := range map[string]int{"namespace:prod": 1, `"stauts:x"`: 0, "order:0001": 0, "/a:b/": 0, "nothing": 0, "status:failed": 0} {
		if _, notes, err := printHostile(t, hostile{"a"}, Options{Format: "ids", Filter: filter}); err != nil || len(notes) != want {
			t.Errorf("%s: %q, %v", filter, notes, err)
		}
	}
}

// circle is a sidecar whose listing never ends.
type circle struct{ hostile }

func (c circle) Connect(ctx context.Context) (watch.Connection, error) {
	conn, err := c.hostile.Connect(ctx)
	conn.Next = "again"
	return conn, err
}

func (c circle) List(context.Context, string) ([]string, string, error) {
	return c.hostile, "again", nil
}

// TestAListingThatNeverEnds: what it has is printed, and that it is not all.
func TestAListingThatNeverEnds(t *testing.T) {
	var out strings.Builder
	err := Print(t.Context(), []watch.Source{circle{hostile{"a", "b"}}}, watch.Config{}, Options{Format: "ids", Zone: time.UTC}, &out)
	if err == nil || !strings.Contains(err.Error(), "the list is not complete (2 read)") || !strings.Contains(err.Error(), "circle") {
		t.Errorf("%v", err)
	}
	if got := out.String(); got != "a\nb\n" && got != "b\na\n" {
		t.Errorf("%q", got)
	}
}
