package model

import (
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestWhatIsTooLongToCopy is offered as a file: a terminal drops it and says
// nothing.
func TestWhatIsTooLongToCopy(t *testing.T) {
	for size, copied := range map[int]bool{maxCopy - 1: true, maxCopy: false, 1 << 20: false} {
		b, out := withData(t)
		text := `"` + strings.Repeat("x", size)
		b.client.instances["order-17"].input = text
		b.refresh()
		b.pass(restBeforeRead)
		b.press("ctrl+r")
		b.pass(restBeforeRead)
		b.run(b.m.copyText("the input", text))
		if got := len(b.copied) == 1; got != copied {
			t.Errorf("%d bytes: copied %v", len(text), got)
		}
		if copied {
			b.sees("sent to the terminal's clipboard")
			continue
		}
		b.sees("not copied: terminals drop more than", "Write to a file")
		b.press("ctrl+s")
		if len(out.files) != 1 {
			t.Errorf("files: %d", len(out.files))
		}
		for _, got := range out.files {
			if got != text {
				t.Errorf("%d bytes were written", len(got))
			}
		}
	}
}

// TestCopyOfAnIDThatIsNotWhatItShows: it is copied as it is, with a warning; one
// that is too long to be kept is not.
func TestCopyOfAnIDThatIsNotWhatItShows(t *testing.T) {
	for id, want := range map[string]string{
		"order-1":   "the instance ID sent to the terminal's clipboard",
		"a\nrm x\n": `a\u000arm x\u000a`,
		"a\u200bb":  `a\u200bb`,
		workflow.KeptID(strings.Repeat("x", 10<<20)): "not copied: the ID is too long",
	} {
		b := start(t)
		b.client.add(id, "Order", workflow.Running)
		b.refresh()
		b.press("Y")
		b.sees(want)
		if copied := len(b.copied) == 1; copied != workflow.Callable(id) {
			t.Errorf("%.20q: copied %v", id, copied)
		}
	}
}

// TestAPlainTerminalIsAskedNothing and gets nothing to copy.
func TestAPlainTerminalIsAskedNothing(t *testing.T) {
	b := start(t, func(c *Config) { c.Plain, c.TerminalName = true, "vt100" })
	b.client.add("order-1", "Order", workflow.Running)
	b.refresh()
	b.press("Y")
	b.sees("this terminal (vt100) has no clipboard")
	if len(b.copied) > 0 || b.m.askTerminal() != nil {
		t.Error("it was asked")
	}
}

// TestRemarksFromOutside are shown one after the other.
func TestRemarksFromOutside(t *testing.T) {
	remarks := make(chan string, 2)
	remarks <- "drawn in ASCII"
	close(remarks)
	b := start(t, func(c *Config) { c.Remarks = remarks })
	b.sees("drawn in ASCII")
}
