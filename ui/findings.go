package ui

import (
	"fmt"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// severity is the symbol and the pen of a severity; its word always stands
// beside them.
func (t *Theme) severity(s workflow.Severity) (string, Pen) {
	switch s {
	case workflow.Critical:
		return t.Glyphs.Status[workflow.Failed], t.Bad
	case workflow.Warning:
		return t.Glyphs.Warn, t.Warn
	case workflow.Info:
	}
	return t.Glyphs.Bullet, t.Dim
}

// severityWidth is the column of symbol and word.
const severityWidth = len("x critical")

// SetFindings changes what the overview says is wrong. SetState for another
// instance forgets it.
func (d *Detail) SetFindings(found []workflow.Finding) {
	d.over.findings = found
	d.over.lines = nil
}

// findings are what the rules have to say, each with what it rests on and what
// can be done.
func (d *Detail) findings(pg *page) {
	if len(d.over.findings) == 0 {
		return
	}
	pg.title("Findings")
	for i := range d.over.findings {
		f := &d.over.findings[i]
		mark, pen := pg.t.severity(f.Severity)
		lead := pg.t.fit("  "+mark+" "+f.Severity.String(), severityWidth+3)
		indent := severityWidth + 4
		if pg.w < narrowText {
			// No column of its own: the word stands in a line with the mark.
			pg.line(span{pen, "  " + mark + " " + f.Severity.String()})
			lead, indent = "   ", 4
		}
		pg.hanging(spans{{pen, lead}}, indent, pg.t.Strong, f.Title)
		pg.hanging(nil, indent, pg.t.Text, f.Evidence)
		pg.hanging(spans{{pg.t.Dim, pad(indent-2) + pg.t.Glyphs.Bullet}}, indent, pg.t.Dim, f.Remedy+d.keyFor(f.Rule))
	}
}

// keyFor names the key of the operation that a remedy asks for.
func (d *Detail) keyFor(r workflow.Rule) string {
	switch r { //nolint:exhaustive // the others are not mended from here
	case workflow.RuleHeld:
		if d.km.Resume.Enabled() {
			return " (" + d.km.Resume.Help().Key + " resumes)"
		}
	case workflow.RuleLost, workflow.RuleNothing, workflow.RuleUnconsumed, workflow.RuleEventCase:
		if d.km.Raise.Enabled() {
			return " (" + d.km.Raise.Help().Key + " raises an event)"
		}
	}
	return ""
}

// hanging writes text wrapped behind an indent, with lead in the first line's.
func (p *page) hanging(lead spans, indent int, pen Pen, text string) {
	if text == "" {
		return
	}
	for i, s := range wrap(text, max(p.w-indent, 8)) {
		if i > 0 {
			lead = nil
		}
		p.line(append(append(spans{}, lead...), span{pen, pad(indent-lead.width()) + s})...)
	}
}

// gaugeFrom is from which share of the limit on the size of a history is shown:
// below, nobody need think of it.
const gaugeFrom = 0.5

// gauge shows how full the history is.
func (d *Detail) gauge(pg *page) {
	fill, ok := d.s.Prepared.History.Fill()
	if !ok || fill <= gaugeFrom {
		return
	}
	t := pg.t
	full, free, pen, word := "█", "░", t.Text, ""
	if t.ASCII {
		full, free = "#", "."
	}
	switch {
	case fill >= stallFill:
		pen, word = t.Bad, ", it stalls"
	case fill >= workflow.NearLimit:
		pen, word = t.Warn, ", near the limit"
	}
	const most = 20
	cells := max(4, min(most, pg.w-pg.label()-len("100 % of 4 MiB")-2))
	n := min(cells, int(fill*float64(cells)+0.5))
	bar := strings.Repeat(full, n) + strings.Repeat(free, cells-n)
	pg.field("History", pen, fmt.Sprintf("%s %d %% of %d MiB%s", bar, int(fill*100+0.5), workflow.HistoryLimit>>20, word))
}

// stallFill is the share at which the runtime stalls an instance.
const stallFill = 0.95
