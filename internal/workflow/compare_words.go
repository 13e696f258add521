package workflow

import (
	"fmt"
	"strings"
)

// maxPathText is the most bytes of a path that a sentence holds.
const maxPathText = 60

// Rerun says what B, a rerun of A, took over; empty when it is none.
func (c *Comparison) Rerun() string {
	if c.RerunFrom < 0 {
		return ""
	}
	if c.OtherRun {
		return "B is a rerun of an earlier run of A: the ID of A has been used again since."
	}
	n := 0
	for i := range c.Lines {
		if c.Lines[i].Copied {
			n++
		}
	}
	text := "B is a rerun of A from " + c.StepName(&c.Lines[c.RerunFrom])
	if n == 0 {
		return text + "."
	}
	return text + fmt.Sprintf("; %s from A.", plural(n, "step before it comes", "steps before it come"))
}

// Verdict says in a sentence or two where the two part and where their data
// differ: first, and last before they part. It is clean.
func (c *Comparison) Verdict() string {
	text := c.parting()
	switch {
	case c.FirstData < 0 && c.First < 0 && c.known() && c.Masked > 0:
		return text + " with the same data, as far as they are not masked."
	case c.FirstData < 0 && c.First < 0 && c.known():
		return text + " with the same data."
	case c.FirstData >= 0 && c.First < 0:
		return text + "; data differ first in " + c.where(c.FirstData) + "."
	case c.FirstData < 0 || c.FirstData > c.First:
		return text + "."
	}
	text += ". Before that, data differ first in " + c.where(c.FirstData)
	if last := c.lastData(c.First); last > c.FirstData {
		text += ", last in " + c.where(last)
	}
	return text + "."
}

// SoFar reports whether the two are alike as far as the one that still runs has
// come.
func (c *Comparison) SoFar() bool {
	return c.First >= 0 && (c.Lines[c.First].Later || c.stillAt(&c.Lines[c.First]) >= 0)
}

// stillAt returns the side that is still at a step that the other has done: 0
// for A, 1 for B, -1 for neither.
func (c *Comparison) stillAt(l *CompareLine) int {
	switch {
	case l.Kind != LineStep || l.A < 0 || l.B < 0 || (c.A.Groups[l.A].Outcome == OutcomeOpen) == (c.B.Groups[l.B].Outcome == OutcomeOpen):
	case c.A.Groups[l.A].Outcome == OutcomeOpen && c.A.live():
		return 0
	case c.B.Groups[l.B].Outcome == OutcomeOpen && c.B.live():
		return 1
	}
	return -1
}

// lastData is the last line before another one that differs in data.
func (c *Comparison) lastData(before int) int {
	for i := before - 1; i >= 0; i-- {
		if c.Lines[i].Diff == DiffersInData {
			return i
		}
	}
	return -1
}

// where says which value of a line differs, and at which path.
func (c *Comparison) where(line int) string {
	l := &c.Lines[line]
	text := "the " + c.StepName(l)
	for i := range l.Parts {
		p := &l.Parts[i]
		if p.Same {
			continue
		}
		if l.Kind == LineStep {
			text = "the " + strings.ToLower(p.Name) + " of " + c.StepName(l)
		}
		if p.At.Path != "" && p.At.Path != "$" {
			text += " at " + Clean(Shorten(p.At.Path, maxPathText))
		}
		return text
	}
	return text
}

// parting says where the two part, without a full stop.
func (c *Comparison) parting() string {
	if c.First < 0 {
		if !c.known() {
			return "Both end in the same way"
		}
		return "Both took the same course"
	}
	l := &c.Lines[c.First]
	name := c.StepName(l)
	switch {
	case l.Kind == LineEnd && c.known():
		return "They part at the end only: A " + c.A.Detail.Status.String() + ", B " + c.B.Detail.Status.String()
	case l.Kind == LineEnd:
		return "They end differently: A " + c.A.Detail.Status.String() + ", B " + c.B.Detail.Status.String()
	case l.Kind == LineWorkflow:
		return "They are of two workflows: A " + c.A.Detail.Name + ", B " + c.B.Detail.Name
	case l.Later:
		return "They are alike so far: " + side(l.A < 0) + " has yet to come to " + name
	case l.A < 0 || l.B < 0:
		return c.onlyOne(l, name)
	case c.stillAt(l) >= 0:
		return "They are alike so far: " + side(c.stillAt(l) == 0) + " is still at " + name
	}
	return "They part at " + name + ": A " + c.A.Told(l.A) + ", B " + c.B.Told(l.B)
}

// onlyOne says that only one side has a step, and what the other has in its
// place.
func (c *Comparison) onlyOne(l *CompareLine, name string) string {
	for i := c.First + 1; l.B < 0 && i < len(c.Lines); i++ {
		next := &c.Lines[i]
		if next.Kind != LineStep || next.A >= 0 && next.B >= 0 {
			break
		}
		if next.A < 0 && !next.Later {
			return "They part where A has " + name + " and B " + c.StepName(next)
		}
	}
	return "They part at " + name + ": only " + side(l.B < 0) + " has it"
}

func side(a bool) string {
	if a {
		return "A"
	}
	return "B"
}
