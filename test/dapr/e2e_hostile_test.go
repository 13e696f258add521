package dapr_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// attacks are sequences that the console never writes by itself, so that
// finding one in what it wrote means that it came from an instance.
func attacks() []string {
	return []string{
		"\x1b]0;OWNED", "\x1b]52;c;", "\x1b]8;;", "\x1b[31;47;105m", "\x1b[3J", "\x1bP", "\x1b_", "\x1bc", "\x00", "\x0e",
		"\u009b", "\u009d", "\u0085", "\u202e", "\u2066", "\u2067", "\u200f", "\u200b", "\ufeff", "\u2028", "\U000e0041",
	}
}

// hostile is text with every attack, between words that must be seen.
func hostile(word string) string {
	return word + "-a" + strings.Join(attacks(), "") + "T1dORUQ=\x1b\\\x07" + word + "-z"
}

// jsonString escapes what JSON must not hold raw, so that the workflow gets
// the raw text.
func jsonString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < 0x20:
			b.WriteString(`\u00` + string("0123456789abcdef"[r>>4]) + string("0123456789abcdef"[r&15]))
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// TestConsoleHostile: an instance whose ID, name, payloads, custom status,
// failure, event and reasons hold what moves, colours, renames and turns a
// terminal around. Every view is opened; none of it reaches the terminal.
func TestConsoleHostile(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "hostile"})
	// The runtime takes no control characters in an ID.
	const id, spelled = "evil\u202e-id", `evil\u202e-id`
	a.start(t, worker.CustomStatus, id, running, rawInput(jsonString(hostile("custom"))))
	a.must(t, "raise", func(ctx context.Context) error {
		return a.client.RaiseEvent(ctx, id, hostile("event"), rawEvent(hostile("payload")))
	})
	a.must(t, "suspend", func(ctx context.Context) error { return a.client.SuspendWorkflow(ctx, id, hostile("reason")) })
	a.start(t, hostile("workflow"), "evil-name", failed, workflow.WithRawInput(nil))
	a.start(t, worker.Approval, "evil-end", running, rawInput(hostile("input")))
	a.must(t, "terminate", func(ctx context.Context) error {
		return a.client.TerminateWorkflow(ctx, "evil-end", workflow.WithRawOutput(wrapperspb.String(hostile("output"))))
	})
	a.wait(t, "evil-end", terminated)
	for _, e := range a.history(t, id) { // the fixture is as hostile as it is meant to be
		if raised := e.GetEventRaised(); raised != nil && raised.GetName() != hostile("event") {
			t.Fatalf("the event arrived as %q", raised.GetName())
		}
	}

	d := openDeck(t, a)
	d.seeRow("SUSPENDED", worker.CustomStatus, spelled, "custom-a")
	d.seeRow("FAILED", "workflow-a", "evil-name")
	d.seeRow("TERMINATED", "evil-end")
	// What holds a NUL is shown as bytes, with the text beside them.
	d.look("evil-end", []string{"input-a", " put-z", "output-a", "utput-z"}, []string{"input-a", "output-a"})
	d.look("evil-name", []string{"workflow-a", "not registered"}, []string{"workflow-a", "not registered"})
	d.look(spelled, []string{"custom-z", "reason-z"}, []string{"event-a", "payload-z", "reason-a"})
	d.toList()
	d.form("e", "Raise an event on "+spelled+" (hostile)")
	d.Press("esc")
	d.form("T", "Terminate "+spelled+" (hostile)")
	d.pastGuard()
	d.Press("esc")
	d.Miss("╭ Terminate")
	d.form("r", "Resume "+spelled+" (hostile)")
	d.send("resumed " + spelled + ": RUNNING after") // an ID that is drawn otherwise is the one that is sent
	if got := count(a.history(t, id), "ExecutionResumed"); got != 1 {
		t.Errorf("%d resumes arrived, want 1", got)
	}
	d.Press("L")
	d.See("╭ Log of this session")
	d.Press("esc")

	if title := d.Screen().Title; strings.Contains(title, "OWNED") {
		t.Errorf("the title is %q", title)
	}
	if text, ok := d.Clipboard(); ok {
		t.Errorf("the clipboard holds %q", text)
	}
	d.clean(attacks())
}

// look shows an instance in every tab and goes through all of it. The texts
// are what the overview shows, events what the history shows of one that is
// selected.
func (d *deck) look(id string, texts, events []string) {
	d.t.Helper()
	d.toList()
	d.Press("/", "ctrl+u")
	d.Write(id)
	d.Press("enter")
	d.Until("only "+id, func(s console.Screen) bool {
		_, ok := row(s, "▌", id)
		return ok && s.Contains("─ 1 of ") && s.Contains("╭─ "+id+" ─")
	})
	d.Press("tab") // into the detail
	for _, tab := range []string{"▌Overview", "▌History", "▌Timeline", "▌Tree", "▌Data"} {
		d.See(tab)
		switch tab {
		case "▌Overview":
			d.See(texts...)
		case "▌History":
			d.Press("v")
			d.See("every event")
			for _, text := range events {
				d.seek(text)
			}
			d.Press("v")
		}
		d.Press("g")
		for range 30 {
			d.Press("j")
		}
		d.Press("]")
	}
	d.See("▌Overview")
}

// seek goes up through the history until the event is selected that shows a
// text. Each step waits for the text: the screen follows the key.
func (d *deck) seek(text string) {
	d.t.Helper()
	d.Press("G")
	for range 20 {
		if d.WaitText(400*time.Millisecond, text) == nil {
			return
		}
		d.Press("k")
	}
	d.t.Errorf("no event shows %q\n%s", text, d.Screen().Framed())
}

// clean checks that the whole of what was written holds none of the sequences.
func (d *deck) clean(sequences []string) {
	d.t.Helper()
	out := d.Output()
	if int64(len(out)) != d.Written() {
		d.t.Fatalf("only %d of %d bytes were kept", len(out), d.Written())
	}
	for _, s := range sequences {
		if i := bytes.Index(out, []byte(s)); i >= 0 {
			d.t.Errorf("the terminal got %q: …%q…", s, out[max(0, i-40):min(len(out), i+40)])
		}
	}
}
