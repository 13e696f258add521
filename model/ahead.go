package model

import tea "charm.land/bubbletea/v2"

// ahead keeps what is typed while the rows of a new filter are being selected.
// Over a slow line a filter, enter and an action come in one piece: taken at
// once, the action would be about the instance that was selected before.
type ahead struct {
	// waiting is set from a change of the filter until its rows are in the list.
	waiting bool
	typed   []tea.Msg
}

func (a *ahead) keep(msg tea.Msg) tea.Cmd {
	a.typed = append(a.typed, msg)
	return nil
}

// mustWait reports whether what is typed now waits for its turn: behind rows
// that are on their way, or behind what waits for them already.
func (m *Model) mustWait() bool { return len(m.ahead.typed) > 0 || m.rowsAwaited() }

// rowsAwaited reports whether the next key would be about rows that are not
// there yet. What is typed into a form or the filter is not.
func (m *Model) rowsAwaited() bool {
	return m.ahead.waiting && m.modals.top() == nil && !m.filtering
}

// catchUp takes what was typed ahead, in its order, now that the rows are
// there. What follows another change of the filter waits for its rows.
func (m *Model) catchUp() tea.Cmd {
	m.ahead.waiting = false
	var cmds []tea.Cmd
	for len(m.ahead.typed) > 0 && !m.rowsAwaited() {
		msg := m.ahead.typed[0]
		m.ahead.typed = m.ahead.typed[1:]
		switch msg := msg.(type) {
		case tea.KeyPressMsg:
			cmds = append(cmds, m.routeKey(msg))
		case tea.PasteMsg:
			cmds = append(cmds, m.routePaste(msg))
		}
	}
	return tea.Batch(cmds...)
}
