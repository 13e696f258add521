package model

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// restBeforeRead is how long the selection must rest before it is read: moving
// through the list costs the sidecar nothing.
const restBeforeRead = 70 * time.Millisecond

// shown is the instance in the detail pane and what was read of it.
type shown struct {
	key      workflow.Key
	row      workflow.Instance
	prepared *ui.Prepared
	// facts and waits are what its history tells, gathered once a read; records
	// says that the worker's SDK records its waits for events.
	facts   facts
	waits   []workflow.Wait
	records bool
	// findings are what the rules said of it at judgedAt.
	findings []workflow.Finding
	judgedAt time.Time
	judging  bool
	// err is why the last read failed; incomplete, that its history could not
	// be read. Either asks for another try.
	err        error
	incomplete bool
	readAt     time.Time
	loading    bool
	// whole says that the user has asked for all of it, however large.
	whole bool
	// trimmed says that what its reading took beyond what is kept was given back.
	trimmed bool
	// stale asks for one more read when the one under way has ended.
	stale bool
}

// selectionMoved shows what the list knows of the new selection and has it read
// once it rests.
func (m *Model) selectionMoved() tea.Cmd {
	m.detailGen++
	m.want(workflow.Key{})
	m.recent.keep(m.shown)
	free := m.leaves(&m.shown)
	row, ok := m.selected()
	if !ok {
		m.shown = shown{}
		m.detail.SetState(ui.DetailState{})
		return free
	}
	m.shown = shown{key: row.Key, row: row, loading: true}
	if old, ok := m.recent.of(row.Key); ok {
		m.shown.prepared, m.shown.facts, m.shown.waits, m.shown.records, m.shown.readAt = old.prepared, old.facts, old.waits, old.records, old.readAt
		m.shown.findings = old.findings
	}
	m.showDetail()
	if !m.detailVisible() {
		m.shown.loading = false
		return free
	}
	gen := m.detailGen
	return tea.Batch(free, m.cfg.After(restBeforeRead, func(time.Time) tea.Msg { return detailDueMsg{gen} }))
}

// followSelection re-reads the shown instance when its row says that something
// has happened since: the runtime moves the last update with every event.
func (m *Model) followSelection() tea.Cmd {
	row, ok := m.newest(m.shown.key)
	if !ok {
		return nil
	}
	old := m.shown.row
	m.shown.row = row
	changed := !old.Updated.Equal(row.Updated) || old.Status != row.Status || old.CustomStatus != row.CustomStatus
	failed := m.shown.err != nil || m.shown.incomplete
	if changed || failed && !m.shown.isTooLarge() || m.shown.prepared == nil && !m.shown.loading && !failed {
		return m.reloadDetail()
	}
	m.showDetail()
	return nil
}

// newest returns an instance as the newest snapshot has it, which while the
// list is frozen is newer than the list.
func (m *Model) newest(key workflow.Key) (workflow.Instance, bool) {
	if row, ok := m.list.Selected(); !m.frozen && ok && row.Key == key {
		return row, true
	}
	for i := range m.snap.Instances {
		if m.snap.Instances[i].Key == key {
			return *m.snap.Instances[i], true
		}
	}
	return workflow.Instance{}, false
}

// reloadDetail reads the shown instance, now or after the read under way.
func (m *Model) reloadDetail() tea.Cmd {
	if m.shown.key == (workflow.Key{}) || !m.detailVisible() {
		return nil
	}
	if m.shown.loading {
		m.shown.stale = true
		return nil
	}
	m.shown.loading = true
	m.showDetail()
	return m.readDetail()
}

// readDetail reads metadata and history, and prepares them for drawing, all off
// the update loop.
func (m *Model) readDetail() tea.Cmd {
	gen, key, client, parent, timeout, now := m.detailGen, m.shown.key, m.cfg.Client, m.ctx, m.cfg.ReadTimeout, m.cfg.Now
	known, rows := m.caseOf(m.shown.row), m.snap.Instances
	if !m.shown.whole {
		parent = limited(parent)
	}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, timeout)
		defer cancel()
		d, err := client.Detail(ctx, key)
		if err != nil {
			return detailMsg{gen: gen, key: key, err: m.tooLarge(err), at: now()}
		}
		h, herr := client.History(ctx, key)
		herr = m.tooLarge(herr)
		h = h.Believing(known.Others)
		p := ui.Prepare(d, h, herr)
		msg := detailMsg{
			gen: gen, key: key, prepared: &p, facts: factsOf(d.Status, h, herr == nil, ""), waits: h.Waits(), records: h.RecordsWaits(),
			incomplete: herr != nil && !noHistories(herr), at: now(),
		}
		msg.judged = judgeDetail(known, &p, d.Instance, rows)
		return msg
	}
}

// detailDue reads the selection if it is still the one that came to rest.
func (m *Model) detailDue(msg detailDueMsg) tea.Cmd {
	if msg.gen != m.detailGen {
		return nil
	}
	if !m.detailVisible() {
		m.shown.loading = false
		return nil
	}
	return m.readDetail()
}

// tookDetail shows what was read, unless the selection has moved on. A failed
// read keeps what was known.
func (m *Model) tookDetail(msg detailMsg) tea.Cmd {
	if msg.gen != m.detailGen || msg.key != m.shown.key {
		return nil
	}
	m.shown.loading, m.shown.err = false, msg.err
	if msg.err == nil {
		m.shown.prepared, m.shown.facts, m.shown.readAt = msg.prepared, msg.facts, msg.at
		m.shown.waits, m.shown.records = msg.waits, msg.records
		m.judged(msg.judged, msg.at)
		m.shown.incomplete = msg.incomplete
	}
	m.showDetail()
	if f, ok := m.modals.top().(*formModal); ok && msg.err == nil {
		f.renewed(m)
	}
	if s, ok := m.modals.top().(*scriptModal); ok && msg.err == nil && s.renew != nil {
		s.renew(m)
	}
	if m.shown.stale {
		m.shown.stale = false
		return m.reloadDetail()
	}
	return m.trim()
}

func (m *Model) showDetail() {
	s := &m.shown
	row := m.lately(s.row)
	m.detail.SetState(ui.DetailState{
		Key: s.key, Label: m.detailLabel(row), Prepared: s.prepared, Loading: s.loading, Err: s.err, ReadAt: s.readAt, Row: &row,
	})
	m.detail.SetFindings(s.findings)
}

// detailVisible reports whether the detail pane is on the screen.
func (m *Model) detailVisible() bool { return m.layout.Wide || m.detailOpen }

// rerunFrom suggests the event to rerun from: the one that was chosen, else the
// one under the cursor of the history, else the first that can be.
func (m *Model) rerunFrom(t target) (number, note string) {
	if t.from != nil {
		return strconv.Itoa(int(t.from.ID)), strings.TrimSpace(fmt.Sprintf("%s %s", t.from.Type, t.from.Name)) + ", chosen"
	}
	if e, ok := m.detail.SelectedEvent(); ok && m.shown.key == t.key && e.ID >= 0 && workflow.Rerunnable(e.Type) {
		return strconv.Itoa(int(e.ID)), fmt.Sprintf("%s %s, chosen in the history", e.Type, e.Name)
	}
	if len(t.facts.rerunnable) > 0 {
		return strconv.FormatUint(uint64(t.facts.rerunnable[0]), 10), "the first event that can be rerun; others: see the history"
	}
	return "0", "the number of an activity, timer or child workflow in the history"
}
