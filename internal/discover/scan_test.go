package discover

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// daprd is a row for a sidecar.
func daprd(app string, started int64) fakeProcess {
	return fakeProcess{name: "daprd", args: "/usr/bin/daprd --app-id " + app, started: started}
}

// scanned returns app IDs and PIDs in the order of the list.
func scanned(t *testing.T, s *scanner) string {
	t.Helper()
	list, err := s.scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return names(list)
}

func names(list []Sidecar) string {
	var words []string
	for _, c := range list {
		words = append(words, fmt.Sprintf("%s/%d", c.AppID, c.PID))
	}
	return strings.Join(words, " ")
}

// TestOnlySidecars: what is no daprd, has ended, cannot be looked into or makes
// no sense is left out, and troubles nobody else.
func TestOnlySidecars(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.set(1, fakeProcess{name: "init", args: "/sbin/init", started: 1})
	f.set(20, daprd("orders", 20))
	f.set(9, daprd("orders", 9))
	f.set(30, daprd("billing", 30))
	f.set(31, fakeProcess{name: "daprd.exe", args: `C:\dapr\daprd.exe --app-id windows`, started: 31})
	f.set(32, fakeProcess{name: "daprd", started: 32})                                         // ended, not waited for
	f.set(33, fakeProcess{name: "daprd", args: "daprd --app-id vanished"})                     // gone before its start was read
	f.set(34, fakeProcess{name: "daprd", args: "daprd --listen everywhere", started: 34})      // another program
	f.set(35, fakeProcess{name: "daprd", args: "\xff\xfe --\xff=\x01 -\x00 --=", started: 35}) // garbage
	f.set(36, fakeProcess{name: "placement", args: "placement --app-id no", started: 36})      // another service
	f.set(37, fakeProcess{name: "daprd-debug", args: "daprd-debug --app-id no", started: 37})  // another name
	f.set(38, fakeProcess{name: "sh", args: "sh -c daprd --app-id no", started: 38})           // only speaks of it
	f.set(39, fakeProcess{name: "daprd", args: "daprd", started: 39, token: true})             // no argument
	f.set(40, fakeProcess{name: "daprd", args: "daprd --app-id t", started: 40, token: true})  // wants a token
	f.set(41, fakeProcess{name: "daprd", args: "daprd --app-id --app-id", started: 41})        // called --app-id
	f.set(42, fakeProcess{args: "nameless", started: 42})                                      // no name
	f.set(43, fakeProcess{name: "daprd", args: "daprd --app-id z --dapr-grpc-port 70000", started: 43})
	list, err := newScanner(f).scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := names(list), "--app-id/41 billing/30 orders/9 orders/20 t/40 windows/31"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, c := range list {
		if c.NeedsToken != (c.AppID == "t") || c.Started.UnixMilli() != int64(c.PID) {
			t.Errorf("%+v", c)
		}
	}
}

// TestComeAndGo: a scanner follows what comes and goes, tells a PID that is used
// again by its start, and drops what has ended without being waited for.
func TestComeAndGo(t *testing.T) {
	t.Parallel()
	f := newFake()
	s := newScanner(f)
	step := func(what, want string, change func()) {
		t.Helper()
		change()
		if got := scanned(t, s); got != want {
			t.Fatalf("%s: %q, want %q", what, got, want)
		}
	}
	step("nothing", "", func() {})
	step("the first", "a/10", func() { f.set(10, daprd("a", 100)) })
	step("another", "a/10 b/11", func() { f.set(11, daprd("b", 110)) })
	step("its PID for another app", "b/11 c/10", func() { f.set(10, daprd("c", 120)) })
	step("its PID for no daprd", "b/11", func() { f.set(10, fakeProcess{name: "cat", args: "cat", started: 130}) })
	step("ended, not waited for", "", func() { f.set(11, fakeProcess{name: "daprd", started: 110}) })
	step("waited for", "", func() { f.remove(11) })
	step("the same PID at once", "d/11", func() { f.set(11, daprd("d", 140)) })
	step("gone", "", func() { f.remove(11) })
}

// TestExec: a script that becomes a daprd is found, when it is twice as old at
// the latest, and never later than after some scans.
func TestExec(t *testing.T) {
	t.Parallel()
	for age := 1; age < 60; age++ {
		f := newFake()
		s := newScanner(f)
		f.set(10, fakeProcess{name: "sh", args: "sh start.sh", started: 100})
		for range age {
			scanned(t, s)
		}
		f.set(10, daprd("late", 100)) // exec changes neither the PID nor the start
		scans := 1
		for ; scanned(t, s) == ""; scans++ {
			if scans > 100 {
				t.Fatalf("at the age of %d: not found", age)
			}
		}
		if scans > min(age, rarest) {
			t.Errorf("at the age of %d scans: found after %d", age, scans)
		}
	}
}

// TestCheap: what is known is hardly asked about any more.
func TestCheap(t *testing.T) {
	t.Parallel()
	f := newFake()
	const others, scans = 300, 2 * rarest
	for pid := range int32(others) {
		f.set(1000+pid, fakeProcess{name: "sleep", args: "sleep 1", started: 1})
	}
	f.set(10, daprd("a", 100))
	s := newScanner(f)
	scanned(t, s)
	if got := f.asked(); got["name"] != others+1 || got["args"] != 1 || got["token"] != 1 || got["started"] != 1 {
		t.Errorf("the first scan asked %v", got)
	}
	for range scans {
		scanned(t, s)
	}
	f.asked()
	for range scans {
		scanned(t, s)
	}
	got := f.asked()
	if got["name"] != others*scans/rarest || got["started"] != scans || got["args"] != scans || got["token"] != 0 || got["folder"] != 0 {
		t.Errorf("%d scans of what is known asked %v", scans, got)
	}
}

func TestScanErrors(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.set(10, daprd("a", 100))
	s := newScanner(f)
	f.fail(errNoSuch)
	if list, err := s.scan(t.Context()); !errors.Is(err, errNoSuch) || list != nil {
		t.Errorf("%v, %v", list, err)
	}
	f.fail(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if list, err := s.scan(ctx); !errors.Is(err, context.Canceled) || list != nil {
		t.Errorf("%v, %v", list, err)
	}
	if got := scanned(t, s); got != "a/10" {
		t.Errorf("after the errors: %q", got)
	}
}

// TestAParentThatEnds: a sidecar is an orphan from then on, in a new value.
func TestAParentThatEnds(t *testing.T) {
	f := newFake()
	row := fakeProcess{name: "daprd", args: "daprd --app-id orders", started: 1, parent: 77}
	f.set(5, row)
	s := newScanner(f)
	before, err := s.scan(t.Context())
	if err != nil || len(before) != 1 || before[0].Orphan {
		t.Fatalf("%+v, %v", before, err)
	}
	row.parent = 1
	f.set(5, row)
	after, err := s.scan(t.Context())
	if err != nil || len(after) != 1 || !after[0].Orphan || before[0].Orphan || after[0].equal(before[0]) {
		t.Errorf("%+v after %+v, %v", after, before, err)
	}
}
