package dapr_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"

	"github.com/daprdeck/daprdeck/test/dapr/console"
)

// The tests of the e2e files press keys in the built console, wait for what
// its screen must show, and ask the runtime with the SDK what has come of it.

// patience bounds every wait for the screen. The longest thing that is waited
// for is a refusal of the runtime, which takes up to 8.4 s.
const patience = 25 * time.Second

// guard is how long a form that destroys ignores keys after it was opened. One
// that has been seen on the screen has been open for at least as long as one
// has looked at it, so that a key after this time counts for certain.
const guard = 300 * time.Millisecond

// quiet is how long no key must have come before the one that sends a form.
const quiet = 30 * time.Millisecond

// program builds the console once for all tests.
var program = sync.OnceValues(func() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	path, err := console.Build(ctx, rt.Dir(), false)
	if err != nil {
		return "", fmt.Errorf("the console: %w", err)
	}
	return path, nil
})

// deck is a console on an app, for one test.
type deck struct {
	*console.Tester
	t   *testing.T
	app *app
}

// openDeck starts a console of 160 by 45 cells on the app's sidecar, unless the
// arguments name an address. It is left
// with ctrl+c when the test ends, and must have restored the terminal then.
func openDeck(t *testing.T, a *app, args ...string) *deck {
	t.Helper()
	return openDeckOf(t, a, console.Options{Width: 160, Height: 45}, args...)
}

func openDeckOf(t *testing.T, a *app, o console.Options, args ...string) *deck {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	o.Program, o.Args = path, append([]string{"--interval", "250ms"}, args...)
	if !slices.Contains(args, "--address") {
		o.Args = append(o.Args, "--address", a.Address())
	}
	d := &deck{Tester: console.Open(t, patience, o), t: t, app: a}
	t.Cleanup(d.leave)
	return d
}

// leave quits. Asked about text or actions that are in flight, it says so again;
// not before, for a ctrl+c that comes when the program has given the terminal
// back is a signal.
func (d *deck) leave() {
	if d.t.Failed() {
		return // the console is shown as it was, and killed
	}
	d.Press("ctrl+c")
	asked := d.WaitFor("a question or the end", patience, func(s console.Screen) bool { return s.Contains("Quit daprdeck?") })
	if asked == nil {
		d.Press("ctrl+c")
	}
	d.Exits(0)
}

// ready waits until the list has been read.
func (d *deck) ready() {
	d.t.Helper()
	d.See(" "+d.app.AppID()+" ", "instance")
}

// row is the line of the list that holds every text, or false.
func row(s console.Screen, texts ...string) (string, bool) {
	for _, line := range s.Lines() {
		rest, bordered := strings.CutPrefix(line, "│")
		cell, _, _ := strings.Cut(rest, "│")
		framed := strings.ContainsAny(cell, "╭╰") // the edge of a form over the list
		if bordered && !framed && containsAll(cell, texts) {
			return cell, true
		}
	}
	return "", false
}

func containsAll(text string, parts []string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

// seeRow waits until one row of the list shows every text.
func (d *deck) seeRow(texts ...string) {
	d.t.Helper()
	d.Until(fmt.Sprintf("a row with %q", texts), func(s console.Screen) bool {
		_, ok := row(s, texts...)
		return ok
	})
}

// only narrows the list to one instance and waits until it is the selected one
// and its detail is shown.
func (d *deck) only(id string) {
	d.t.Helper()
	d.Press("/", "ctrl+u")
	d.Write(id)
	d.Press("enter")
	d.Until("only "+id, func(s console.Screen) bool {
		selected, ok := row(s, id)
		return ok && strings.HasPrefix(selected, "▌") && (s.Contains("─ 1 of ") || s.Contains("─ 1 instance ") || s.Contains("─ 1 watched instance ")) &&
			(s.Width < 120 || s.Contains("╭─ "+id+" ─"))
	})
}

// form presses the key of an action and waits for its form.
func (d *deck) form(key, title string) {
	d.t.Helper()
	d.Press(key)
	d.See("╭ " + title)
}

// guarded is form for one that destroys: it waits until keys count.
func (d *deck) guarded(key, title string) {
	d.t.Helper()
	d.form(key, title)
	d.pastGuard()
}

// Press presses keys. The one that sends a form comes at a person's pace: the
// console takes it for a part of a paste otherwise.
func (d *deck) Press(keys ...string) {
	d.t.Helper()
	for _, k := range keys {
		switch k {
		case "ctrl+s":
			d.pause(guard)
		case "enter":
			d.pause(quiet)
		}
		d.Tester.Press(k)
	}
}

// pause lets the time of a person pass.
func (d *deck) pause(long time.Duration) {
	select {
	case <-time.After(long):
	case <-d.t.Context().Done():
	}
}

// pastGuard waits until a form that is on the screen takes keys.
func (d *deck) pastGuard() {
	d.t.Helper()
	d.See("[ Cancel ]")
	d.pause(guard)
}

// fill replaces the text of the field that has the focus.
func (d *deck) fill(text string) {
	d.t.Helper()
	d.Press("ctrl+u")
	d.paste(text)
}

func (d *deck) paste(text string) {
	d.t.Helper()
	if err := d.Paste(text); err != nil {
		d.t.Fatal(err)
	}
}

// send sends the form and waits for what the console says of it.
// Where the machine had no time for the console, what was typed before comes to
// it together with the key that sends: it says so, and the key is pressed again.
func (d *deck) send(says ...string) {
	d.t.Helper()
	const burst = "the keys came faster than a person types"
	for {
		d.Press("ctrl+s")
		said := false
		d.Until(fmt.Sprintf("%q", says), func(s console.Screen) bool {
			said = !slices.ContainsFunc(says, func(text string) bool { return !s.Contains(text) })
			return said || s.Contains(burst)
		})
		if said {
			return
		}
	}
}

// startForm fills the form of a start and leaves the focus in the input.
func (d *deck) startForm(name, id, input string) {
	d.t.Helper()
	d.form("a", "Start a new instance ("+d.app.AppID()+")")
	d.fill(name)
	d.Press("tab")
	d.paste(id)
	d.Press("tab")
	if input != "" {
		d.paste(input)
	}
}

// history is the history of an instance now.
func (a *app) history(t *testing.T, id string) []*protos.HistoryEvent {
	t.Helper()
	var events []*protos.HistoryEvent
	a.must(t, "history of "+id, func(ctx context.Context) (err error) {
		events, err = historyOf(ctx, a.client, id)
		return err
	})
	return events
}

// count is how many events of a kind there are.
func count(events []*protos.HistoryEvent, want string) int {
	n := 0
	for _, e := range events {
		if kind(e) == want {
			n++
		}
	}
	return n
}

// one is the only event of its kind.
func one[T any](t *testing.T, events []*protos.HistoryEvent, want string, get func(*protos.HistoryEvent) T) T {
	t.Helper()
	var found T
	if n := count(events, want); n != 1 {
		t.Fatalf("the history has %d of %s, want 1: %s", n, want, kinds(events))
	}
	for _, e := range events {
		if kind(e) == want {
			found = get(e)
		}
	}
	return found
}

// result is the output of an instance as the runtime keeps it.
func (a *app) result(t *testing.T, id string) string {
	t.Helper()
	var out string
	a.must(t, "output of "+id, func(ctx context.Context) error {
		meta, err := a.client.FetchWorkflowMetadata(ctx, id)
		if err == nil {
			out = meta.Output.GetValue()
		}
		return err
	})
	return out
}

// is checks the status of an instance now.
func (a *app) is(t *testing.T, id, want string) {
	t.Helper()
	a.must(t, "status of "+id, func(ctx context.Context) error {
		got, err := statusOf(ctx, a.client, id)
		if err == nil && got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
		return err
	})
}

// bring makes an instance with the given ID in the given status.
func (a *app) bring(t *testing.T, id, status string) {
	t.Helper()
	a.must(t, "bring "+id+" to "+status, func(ctx context.Context) error { return bring(ctx, a.client, id, status) })
}
