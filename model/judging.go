package model

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// judgeEvery is how often the shown instance is judged again although nothing
// of it has changed: some rules are about how long something lasts.
const judgeEvery = 5 * time.Second

// judgeDetail judges an instance by all that was read for the detail pane.
func judgeDetail(c workflow.Case, p *ui.Prepared, in workflow.Instance, rows []*workflow.Instance) *noted {
	c.Instance, c.Failure = in, p.Detail.Failure
	c.History, c.HistoryKnown = p.History, p.HistErr == nil
	x := judge(c, rows)
	x.asked = c.Now
	if p.HistErr != nil {
		x.err, x.upTo = p.HistErr, time.Time{}
	}
	return x
}

// judgeAgain judges the shown instance once more, off the update loop.
func (m *Model) judgeAgain(now time.Time) tea.Cmd {
	s := &m.shown
	if s.prepared == nil || s.judging || s.row.Status.Terminal() || !m.detailVisible() || now.Sub(s.judgedAt) < judgeEvery {
		return nil
	}
	s.judging = true
	in := s.prepared.Detail.Instance
	if s.row.ReadAt.After(in.ReadAt) {
		in = s.row
	}
	gen, p, known, rows := m.detailGen, s.prepared, m.caseOf(in), m.snap.Instances
	return func() tea.Msg { return findingsMsg{gen: gen, prepared: p, judged: judgeDetail(known, p, in, rows)} }
}

// tookFindings shows what the rules say now, unless something else is shown.
func (m *Model) tookFindings(msg findingsMsg) tea.Cmd {
	m.shown.judging = false
	if msg.gen != m.detailGen || msg.prepared != m.shown.prepared {
		return nil
	}
	m.shown.findings, m.shown.judgedAt = msg.judged.findings, m.cfg.Now()
	m.showDetail()
	return nil
}

// judged takes in what the rules say of the shown instance, and its history to
// the row.
func (m *Model) judged(x *noted, at time.Time) {
	m.shown.findings, m.shown.judgedAt = x.findings, at
	m.takeNote(x)
}

// awaited returns the waits for external events of the shown instance, and
// whether its history has been read.
func (m *Model) awaited(key workflow.Key) (waits []workflow.Wait, known bool) {
	if m.shown.key != key || !m.shown.facts.historyKnown {
		return nil, false
	}
	for i := range m.shown.waits {
		if w := &m.shown.waits[i]; w.Kind == workflow.WaitEvent {
			waits = append(waits, *w)
		}
	}
	return waits, true
}

// awaitedNames are the names of waits, each once.
func awaitedNames(waits []workflow.Wait) []string {
	var names []string
	for i := range waits {
		if !hasName(names, waits[i].Name) {
			names = append(names, waits[i].Name)
		}
	}
	return names
}

// hasName compares as the runtime does, without case.
func hasName(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}
