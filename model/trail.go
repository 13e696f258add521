package model

import (
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// maxTrail is how many steps back are kept.
const maxTrail = 50

// selected is the instance that keys are about: the one in the detail when it
// was gone to past the list, else the one that the list has selected.
func (m *Model) selected() (workflow.Instance, bool) {
	switch {
	case m.aside == nil:
		return m.list.Selected()
	case m.shown.key == m.aside.Key:
		return m.shown.row, true
	}
	return *m.aside, true
}

// goTo shows an instance: it is selected in the list, or where the filter hides
// it, shown in the detail all the same.
func (m *Model) goTo(key workflow.Key) tea.Cmd {
	return m.goSaying(key, func(text string) { m.notice(ui.NoticeInfo, text) })
}

// goSaying goes to an instance and remarks when the list does not have it.
func (m *Model) goSaying(key workflow.Key, remark func(string)) tea.Cmd {
	if key == m.shown.key {
		return nil
	}
	m.aside, m.focusStale = nil, true
	m.detail.TreeTo(key)
	if m.list.Select(key) {
		return m.selectionMoved()
	}
	row := workflow.Instance{Key: key, Label: workflow.SpellID(key.InstanceID)}
	if in := m.tree.row(m, key); in != nil {
		row = *in
	}
	m.aside = &row
	remark(row.Label + " is not in the list as it is filtered now; it is shown all the same")
	return m.selectionMoved()
}

// step goes to an instance and leaves a mark to come back to.
func (m *Model) step(key workflow.Key) tea.Cmd {
	if key == m.shown.key {
		return nil
	}
	m.trail = append(m.trail, m.shown.key)
	if len(m.trail) > maxTrail {
		m.trail = m.trail[1:]
	}
	return m.goTo(key)
}

// stepBack goes back to where the last step began; without one it is as esc.
func (m *Model) stepBack() tea.Cmd {
	n := len(m.trail)
	if n == 0 {
		return m.back(false)
	}
	key := m.trail[n-1]
	m.trail = m.trail[:n-1]
	return m.goTo(key)
}

// chosen shows what was selected in the list by hand: the trail ends there.
func (m *Model) chosen() tea.Cmd {
	m.leaveTrail()
	return m.selectionMoved()
}

func (m *Model) leaveTrail() { m.aside, m.trail, m.focusStale = nil, nil, true }

// rejoin shows what the list has selected after another was shown past it.
func (m *Model) rejoin() tea.Cmd {
	if m.aside == nil {
		return nil
	}
	return m.chosen()
}
