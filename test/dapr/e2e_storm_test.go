package dapr_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestConsoleStorm: the window is dragged about while keys are pressed, and a
// megabyte is pasted into a form.
func TestConsoleStorm(t *testing.T) {
	t.Parallel()
	const id = "stormy"
	a := startApp(t, harness.SidecarOptions{AppID: "storm"})
	for _, other := range []string{"storm-1", "storm-2", "storm-3"} {
		a.start(t, worker.Approval, other, running)
	}
	a.start(t, worker.Approval, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.See("event     approve")
	// Each storm ends with a size of its own, which no earlier frame has: a late
	// one would look like the last, and keys would come before the size that
	// they are meant for.
	sizes := [][2]int{{80, 24}, {40, 12}, {200, 50}, {20, 5}, {150, 44}, {1, 1}, {119, 40}, {120, 40}, {300, 80}, {79, 23}}
	keys := []string{"j", "k", "tab", "]", "[", "shift+tab", "?", "esc", "u", "t"}
	for i := range 50 {
		size := sizes[i%len(sizes)]
		if err := d.Resize(size[0], size[1]); err != nil {
			t.Fatal(err)
		}
		d.Press(keys[i%len(keys)])
	}
	d.resize(162, 47) // before that keys are dropped, while the window is too small
	d.calm()
	d.toList()
	d.whole()
	d.only(id)

	d.form("e", "Raise an event on "+id)
	d.See("the instance waits for it")
	d.Press("tab")
	payload := `{"big":"` + strings.Repeat("0123456789 订单🎁 \\\"", 45_000) + `"}`
	d.paste(payload)
	d.See("1.1 MB")
	for _, size := range sizes {
		if err := d.Resize(size[0], size[1]); err != nil {
			t.Fatal(err)
		}
	}
	d.resize(158, 46)
	d.See("╭ Raise an event on "+id, "1.1 MB")
	d.send("raised " + id + ": approve is delivered after")
	a.wait(t, id, completed)
	e := one(t, a.history(t, id), "EventRaised", (*protos.HistoryEvent).GetEventRaised)
	if got := e.GetInput().GetValue(); got != payload {
		t.Errorf("%d bytes arrived, want the %d that were pasted", len(got), len(payload))
	}
	d.seeRow("COMPLETED", id)
	d.whole()
}

// calm waits until every key of a storm has been taken: the last one opens the
// log. A program that has no time reads an escape together with the key behind
// it, as alt and that key, whatever lies between the two at the keyboard; so what
// is open is closed again until the log answers.
func (d *deck) calm() {
	d.t.Helper()
	const tries, each = 10, patience / 10
	var err error
	for range tries {
		d.Press("esc", "esc", "L")
		err = d.WaitFor("the log", each, func(s console.Screen) bool { return s.Contains("╭ Log of this session") })
		if err == nil {
			return
		}
	}
	d.t.Fatal(err)
}

// resize changes the size and waits until the screen is drawn for it.
func (d *deck) resize(width, height int) {
	d.t.Helper()
	if err := d.Resize(width, height); err != nil {
		d.t.Fatal(err)
	}
	d.Until("the panes at the new size", func(s console.Screen) bool {
		return s.Width == width && s.Height == height && strings.HasPrefix(s.Line(height-3), "╰") && strings.HasSuffix(s.Line(height-3), "╯")
	})
}

// whole waits until the screen is as it is drawn from nothing: the frame of
// the panes stands where it belongs, and nothing is left of other sizes.
func (d *deck) whole() {
	d.t.Helper()
	d.Until("a whole screen", func(s console.Screen) bool {
		if !strings.HasPrefix(s.Line(0), " daprdeck · "+d.app.AppID()+" · "+d.app.Address()) ||
			!strings.HasPrefix(s.Line(2), "╭─") || !strings.HasPrefix(s.Line(s.Height-3), "╰─") ||
			!strings.Contains(s.Line(s.Height-1), "? help") {
			return false
		}
		for y := 3; y < s.Height-3; y++ {
			// One of them may be the thumb of a scroll bar.
			if strings.Count(s.Line(y), "│")+strings.Count(s.Line(y), "┃") != 4 {
				return false
			}
		}
		return true
	})
}

// TestConsoleSlowPaste: over a slow line a paste comes in pieces that end in the
// middle of a character and of the sequence that ends it.
func TestConsoleSlowPaste(t *testing.T) {
	t.Parallel()
	const id, payload = "slowly", `{"note":"订单 🎁 für zwölf"}`
	a := startApp(t, harness.SidecarOptions{AppID: "slow"})
	a.start(t, worker.Approval, id, running)
	d := openDeck(t, a)
	d.ready()
	d.only(id)
	d.form("e", "Raise an event on "+id)
	d.See("the instance waits for it")
	d.Press("tab")
	// Bubble Tea waits for 50 ms before it takes a part for the whole.
	if err := d.PasteInPieces(payload, 120*time.Millisecond, 16, 17, 23, -2); err != nil {
		t.Fatal(err)
	}
	d.See("订单 🎁 für zwölf", "valid JSON")
	d.send("raised " + id + ": approve is delivered after")
	e := one(t, a.history(t, id), "EventRaised", (*protos.HistoryEvent).GetEventRaised)
	if got := e.GetInput().GetValue(); got != payload {
		t.Errorf("%q arrived, want %q", got, payload)
	}
}
