package model

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// selecting is the selection of rows that is under way, off the update loop.
type selecting struct {
	// stop ends it; nil when none is under way.
	stop context.CancelFunc
	// again asks for one more when it has ended: rows or the time have moved
	// on, but what was asked for is the same.
	again bool
	// at is when the last one began.
	at time.Time
	// free is when the next may begin that only follows the rows; due is set
	// while a message for that moment is under way.
	free time.Time
	due  bool
	// timed says that what matches changes with the time, parental that the
	// filter asks for parents.
	timed, parental bool
}

// selectRows filters and sorts the newest snapshot off the update loop. What
// was asked for has changed: a selection under way is ended.
func (m *Model) selectRows() tea.Cmd {
	if m.selecting.stop != nil {
		m.selecting.stop()
	}
	m.rowsGen++
	ctx, stop := context.WithCancel(m.ctx)
	q := workflow.ParseQuery(m.filter.Text)
	m.selecting = selecting{stop: stop, at: m.cfg.Now(), due: m.selecting.due, timed: q.Timed(), parental: q.AsksParents()}
	gen, rows, filter, selected := m.rowsGen, m.snap.Instances, m.filter, m.list.SelectedKey()
	loading := m.snap.RefreshedAt.IsZero()
	options := workflow.SelectOptions{By: m.sortBy, Reverse: m.reverse, Now: m.selecting.at, Ahead: m.skewsNow(), Parent: m.parents.parent}
	now, marked := m.cfg.Now, m.marks.keys()
	return func() tea.Msg {
		began := now()
		s, ok := filter.Apply(ctx, rows, options)
		if !ok {
			return nil // a newer one is under way, or the program ends
		}
		msg := rowsMsg{gen: gen, loading: loading, rows: ui.NewRows(s.Rows, selected), counts: s.Counts, asked: s.Asked, unknown: len(s.Unknown), pending: pendingOf(rows)}
		for _, i := range slices.Backward(s.Unknown) { // the newest mostly come last
			if len(msg.ask) == parentBatch {
				break
			}
			if m.parents.mayAsk(rows[i].Key, options.Now) {
				msg.ask = append(msg.ask, rows[i].Key)
			}
		}
		if !loading {
			msg.lost = lost(marked, rows)
		}
		msg.took = now().Sub(began)
		return msg
	}
}

// Selections that only follow the rows take one part of the time in
// selectShare, from a selection of costly on: with a hundred thousand rows they
// would else keep a core busy while a refresh brings rows ten times a second.
const (
	selectShare = 5
	costly      = 10 * time.Millisecond
)

// selectAgain selects rows of a newer snapshot or at a later time. A selection
// under way is let to its end first: rows that keep coming would else keep
// those on the screen from ever changing.
func (m *Model) selectAgain() tea.Cmd {
	if m.selecting.stop != nil {
		m.selecting.again = true
		return nil
	}
	wait := m.selecting.free.Sub(m.cfg.Now())
	switch {
	case wait <= 0:
		return m.selectRows()
	case m.selecting.due:
		return nil
	}
	m.selecting.due = true
	return m.cfg.After(wait, func(time.Time) tea.Msg { return selectDueMsg{} })
}

// selectionDue is the moment that selectAgain has waited for.
func (m *Model) selectionDue() tea.Cmd {
	m.selecting.due = false
	if m.frozen {
		return nil
	}
	return m.selectAgain()
}

// tookRows shows the rows, unless a newer selection is under way.
func (m *Model) tookRows(msg rowsMsg) tea.Cmd {
	if msg.gen != m.rowsGen {
		return nil
	}
	again := m.selectionEnded()
	if msg.took > costly {
		m.selecting.free = m.cfg.Now().Add((selectShare - 1) * msg.took)
	}
	m.counts, m.countTexts, m.matching = msg.counts, ui.Counted(msg.counts), msg.rows.Len()
	m.parentsAsked, m.parentsUnknown = msg.asked, msg.unknown
	before := m.list.SelectedKey()
	m.list.SetRows(msg.rows)
	if msg.loading || !m.settled {
		m.list.SelectFirst()
	}
	m.settled = m.settled || !msg.loading
	m.sawPending(msg.pending)
	m.dropMarks(msg.lost)
	wanted := m.showWanted()
	m.list.SetTitle(m.listTitle())
	m.list.SetEmpty(m.emptyList())
	if m.aside != nil && m.list.Select(m.aside.Key) {
		m.aside = nil
	}
	follow := m.followSelection
	if now := m.list.SelectedKey(); now != before && now != m.shown.key && m.aside == nil {
		follow = m.selectionMoved
	}
	cmds := []tea.Cmd{wanted, follow(), m.readParents(msg.ask), m.readNotes(), m.catchUp()}
	if again && msg.gen == m.rowsGen { // unless what was typed ahead has asked for another
		cmds = append(cmds, m.selectAgain())
	}
	return tea.Batch(cmds...)
}

// showWanted selects a new instance once the list has it, and shows one that the
// filter hides all the same.
func (m *Model) showWanted() tea.Cmd {
	key := m.wanted
	switch {
	case key == (workflow.Key{}) || !m.cfg.Now().Before(m.wantedUntil):
		return nil
	case m.list.Select(key):
		m.leaveTrail()
		m.want(workflow.Key{})
		return nil
	}
	if _, there := m.newest(key); !there {
		return nil
	}
	m.want(workflow.Key{})
	return m.goSaying(key, m.noticeBehind)
}

// selectionEnded reports whether another selection was asked for meanwhile.
func (m *Model) selectionEnded() bool {
	if m.selecting.stop != nil {
		m.selecting.stop()
	}
	again := m.selecting.again && !m.frozen
	m.selecting.stop, m.selecting.again = nil, false
	return again
}

// selectEvery is how often rows that match by their age are selected again,
// also when no snapshot comes.
const selectEvery = 2 * time.Second

// followTime selects rows again whose ages have moved on.
func (m *Model) followTime(now time.Time) tea.Cmd {
	if m.frozen || !m.selecting.timed || now.Sub(m.selecting.at) < selectEvery {
		return nil
	}
	return m.selectAgain()
}
