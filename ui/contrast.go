package ui

import (
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxContrast is how many lines of a value are laid out on each side.
const maxContrast = 5000

// Contrast is the values of one line of a comparison in full, line by line.
// PrepareContrast makes it, off the update loop; nobody changes it afterwards.
type Contrast struct {
	title  string
	labels [2]string
	parts  []contrastPart
	// side and stacked are the rows side by side and one above the other.
	side, stacked []contrastRow
}

// contrastPart is a value: as it came, and where it differs.
type contrastPart struct {
	name, where string
	same        bool
	masked      bool
	raw         [2]workflow.Payload
	lines       [2][]string
	pairs       []workflow.Pair
	// cut says how many lines are not shown, on either side.
	cut int
}

// contrastRow is a row of the screen: lines of both sides or of one, -1 for
// none. The head of a part has neither.
type contrastRow struct {
	part    int
	a, b    int
	differs bool
	head    bool
	// more is the last row of a part that was cut.
	more bool
}

// PrepareContrast lays the values of a line out.
func PrepareContrast(p *Compared, line int) *Contrast {
	l := &p.Lines[line]
	c := &Contrast{title: p.rows[line].name, labels: p.labels}
	if w := p.rows[line].what; w != "" && w != c.title {
		c.title += ": " + w
	}
	for i := range l.Parts {
		c.add(p, &l.Parts[i])
	}
	for i := range c.parts {
		c.side = append(c.side, c.parts[i].rows(i, true)...)
		c.stacked = append(c.stacked, c.parts[i].rows(i, false)...)
	}
	return c
}

// add lays one value out. One that is the same on both sides stands there once.
func (c *Contrast) add(p *Compared, part *workflow.ComparePart) {
	x := contrastPart{name: part.Name, same: part.Same, masked: part.Masked, raw: [2]workflow.Payload{part.A, part.B}}
	var keys [2][]string
	for side, v := range x.raw {
		lines, _ := workflow.Pretty(v.Text())
		if n := len(lines) - maxContrast; n > 0 {
			lines = lines[:maxContrast]
			x.cut = max(x.cut, n)
		}
		x.lines[side] = lines
		for _, s := range lines {
			keys[side] = append(keys[side], p.Neutral(s, side == 1))
		}
	}
	if part.Same {
		for i := range x.lines[0] {
			x.pairs = append(x.pairs, workflow.Pair{A: i, B: i})
		}
	} else {
		x.pairs = workflow.AlignLines(keys[0], keys[1])
		if at := part.At.Path; at != "" && at != "$" {
			x.where = "differs first at " + workflow.Clean(workflow.Shorten(at, infoBytes))
		}
	}
	c.parts = append(c.parts, x)
}

// rows makes the rows of a part. Side by side, what differs stands beside each
// other as far as it goes; else first what A has.
func (x *contrastPart) rows(part int, side bool) []contrastRow {
	rows := []contrastRow{{part: part, a: -1, b: -1, head: true}}
	var a, b []int
	flush := func() {
		for i := range max(len(a), len(b)) {
			r := contrastRow{part: part, a: -1, b: -1, differs: true}
			if i < len(a) {
				r.a = a[i]
			}
			if i < len(b) {
				r.b = b[i]
			}
			rows = append(rows, r)
		}
		a, b = nil, nil
	}
	for _, p := range x.pairs {
		switch {
		case p.B < 0:
			a = append(a, p.A)
		case p.A < 0:
			b = append(b, p.B)
		default:
			flush()
			rows = append(rows, contrastRow{part: part, a: p.A, b: p.B})
		}
	}
	flush()
	if !side {
		rows = stacked(rows)
	}
	if x.cut > 0 {
		rows = append(rows, contrastRow{part: part, a: -1, b: -1, more: true})
	}
	return rows
}

// stacked puts what differs one above the other.
func stacked(rows []contrastRow) []contrastRow {
	out := make([]contrastRow, 0, len(rows))
	for i := 0; i < len(rows); {
		if !rows[i].differs {
			out = append(out, rows[i])
			i++
			continue
		}
		end := i
		for end < len(rows) && rows[end].differs {
			end++
		}
		for _, r := range rows[i:end] {
			if r.a >= 0 {
				out = append(out, contrastRow{part: r.part, a: r.a, b: -1, differs: true})
			}
		}
		for _, r := range rows[i:end] {
			if r.b >= 0 {
				out = append(out, contrastRow{part: r.part, a: -1, b: r.b, differs: true})
			}
		}
		i = end
	}
	return out
}

// Empty reports whether there is no value to show.
func (c *Contrast) Empty() bool { return len(c.parts) == 0 }
