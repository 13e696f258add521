package ui

import (
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Compared is a comparison made ready to be drawn. PrepareCompare makes it, off
// the update loop; nobody changes it afterwards.
type Compared struct {
	*workflow.Comparison
	rows []compareRow
	// rerun and verdict are what the comparison says in sentences, names is the
	// widest step, and whats the widest word about a difference, in cells.
	rerun, verdict string
	names, whats   int
	// labels are what to call the two: their IDs, and their apps where those
	// differ.
	labels [2]string
}

// compareRow is what a line shows.
type compareRow struct {
	name, what string
	cells      [2]compareCell
}

// compareCell is one side of a line: how it went, how long that took and what
// came of it.
type compareCell struct {
	none             bool
	outcome          workflow.Outcome
	status           workflow.Status
	word, took, info string
	// where is the path in a payload that info is at, empty for all of it.
	where string
}

// PrepareCompare writes the lines of a comparison.
func PrepareCompare(c *workflow.Comparison) *Compared {
	p := &Compared{Comparison: c, rows: make([]compareRow, len(c.Lines)), rerun: c.Rerun(), verdict: c.Verdict()}
	for i, s := range []*workflow.Compared{&c.A, &c.B} {
		p.labels[i] = s.Detail.Label
		if c.A.Detail.AppID != c.B.Detail.AppID {
			p.labels[i] += " (" + workflow.Clean(s.Detail.AppID) + ")"
		}
	}
	for i := range c.Lines {
		r := p.row(i)
		p.rows[i] = r
		p.names = max(p.names, width(r.name))
		p.whats = max(p.whats, width(r.what))
	}
	return p
}

func (p *Compared) row(i int) compareRow {
	l := &p.Lines[i]
	r := compareRow{name: p.StepName(l)}
	for side, s := range []*workflow.Compared{&p.A, &p.B} {
		r.cells[side] = p.cell(l, s, []int{l.A, l.B}[side], side)
	}
	if l.Diff == workflow.DiffersInData {
		p.contrast(l, &r)
	}
	r.what = p.what(i)
	return r
}

func (p *Compared) cell(l *workflow.CompareLine, s *workflow.Compared, group, side int) compareCell {
	switch l.Kind {
	case workflow.LineStep:
		if group < 0 {
			return compareCell{none: true}
		}
		return stepCell(s, group)
	case workflow.LineEnd:
		c := compareCell{status: s.Detail.Status, word: s.Detail.Status.String()}
		if s.Ended {
			c.took = Precise(s.Took)
		}
		return c
	case workflow.LineWorkflow:
		return compareCell{info: strings.TrimSpace(s.Detail.Name + " " + s.Detail.Version)}
	case workflow.LineInput, workflow.LineOutput, workflow.LineCustomStatus, workflow.LineFailure:
	}
	for _, part := range l.Parts {
		if v := []workflow.Payload{part.A, part.B}[side]; v.Set {
			return compareCell{info: preview(v)}
		}
	}
	return compareCell{none: true}
}

// contrast shows on both sides what differs first, and where.
func (p *Compared) contrast(l *workflow.CompareLine, r *compareRow) {
	for i := range l.Parts {
		part := &l.Parts[i]
		if part.Same {
			continue
		}
		for side, v := range []workflow.Payload{part.A, part.B} {
			c := &r.cells[side]
			c.none = c.none && !v.Set
			if part.At.Path == "" || part.At.Path == "$" {
				c.info = none
				if v.Set {
					c.info = preview(v)
				}
				continue
			}
			c.where, c.info = workflow.Clean(workflow.Shorten(part.At.Path, infoBytes)), none
			if at := []string{part.At.A, part.At.B}[side]; at != "" {
				c.info = workflow.Clean(workflow.Shorten(at, infoBytes))
			}
		}
		return
	}
}

// none stands for a value that is not there.
const none = "none"

// preview is the beginning of a payload on one line.
func preview(v workflow.Payload) string {
	if v.Raw == "" {
		return "(empty)"
	}
	return workflow.Clean(readableHead(v.Raw, infoBytes))
}

func stepCell(s *workflow.Compared, group int) compareCell {
	g := &s.Groups[group]
	c := compareCell{outcome: g.Outcome, word: s.Told(group)}
	if d, ok := g.Duration(); ok {
		c.took = Precise(d)
	}
	switch v := s.Came(group); {
	case g.Failure != nil && g.Outcome != workflow.OutcomeDone:
		c.info = workflow.Clean(workflow.Shorten(g.Failure.Message, infoBytes))
	case v.Set:
		c.info = preview(v)
	}
	return c
}

// what says in a few words what is to be said of a line.
func (p *Compared) what(i int) string {
	l := &p.Lines[i]
	a, b := "A", "B"
	if l.A < 0 {
		a, b = b, a
	}
	var words []string
	switch {
	case i == p.RerunFrom:
		words = append(words, "rerun from here")
	case l.Copied:
		words = append(words, "taken over")
	}
	switch {
	case l.Kind == workflow.LineStep && l.Later:
		words = append(words, b+": not yet")
	case l.Kind == workflow.LineStep && (l.A < 0 || l.B < 0):
		words = append(words, "only "+a)
	case l.What != "":
		words = append(words, l.What)
	case len(words) == 0:
		words = append(words, p.slower(l))
	}
	return strings.Join(words, ", ")
}

// slower says how much longer or shorter B took, where that is worth a look.
func (p *Compared) slower(l *workflow.CompareLine) string {
	x, y, ok := p.tookOf(l)
	if !ok {
		return ""
	}
	more, sign := y-x, "+"
	if more < 0 {
		more, sign = -more, "-"
	}
	if more < 100*time.Millisecond || more < min(x, y)/2 {
		return ""
	}
	return sign + Precise(more)
}

func (p *Compared) tookOf(l *workflow.CompareLine) (a, b time.Duration, ok bool) {
	switch {
	case l.Kind == workflow.LineEnd:
		return p.A.Took, p.B.Took, p.A.Ended && p.B.Ended
	case l.Kind != workflow.LineStep || l.A < 0 || l.B < 0:
		return 0, 0, false
	}
	a, okA := p.A.Groups[l.A].Duration()
	b, okB := p.B.Groups[l.B].Duration()
	return a, b, okA && okB
}

// text writes a line with its values, for copying.
func (p *Compared) text(i int) string {
	r := &p.rows[i]
	lines := []string{r.name}
	if r.what != "" {
		lines[0] += ": " + r.what
	}
	labels := [2]string{"A " + p.labels[0], "B " + p.labels[1]}
	for side, c := range r.cells {
		if s := strings.TrimSpace(c.word + " " + c.took); s != "" {
			lines = append(lines, labels[side]+": "+s)
		} else if c.none {
			lines = append(lines, labels[side]+": "+none)
		}
	}
	for _, part := range p.Lines[i].Parts {
		for side, v := range []workflow.Payload{part.A, part.B} {
			if v.Set {
				lines = append(lines, labels[side]+", "+strings.ToLower(part.Name)+": "+v.Raw)
			}
		}
	}
	return strings.Join(lines, "\n")
}
