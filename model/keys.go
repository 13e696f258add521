package model

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

func matches(k tea.KeyPressMsg, b keymap.Binding) bool { return key.Matches(k, b) }

// keysPressed routes what a key press stands for.
func (m *Model) keysPressed(k tea.KeyPressMsg) tea.Cmd {
	var cmds []tea.Cmd
	for _, one := range m.keysOf(k) {
		cmds = append(cmds, m.keyPressed(one))
	}
	return tea.Batch(cmds...)
}

// keyPressed routes a key. The order is fixed: ctrl+c, the modals, the pane
// that captures text, the focused pane, the action table, what is left. What
// is typed ahead of a filter's rows waits for them.
func (m *Model) keyPressed(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case matches(k, m.keys.ForceQuit):
		return m.forceQuit()
	case m.mustWait():
		return m.ahead.keep(k)
	}
	return m.routeKey(k)
}

// routeKey is keyPressed for a key whose turn it is.
func (m *Model) routeKey(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case m.layout.TooSmall:
		return m.quitKey(k) // nobody sees what another key would do
	case m.modals.top() != nil:
		return m.modals.top().update(m, k)
	case m.filtering:
		return m.filterKey(k)
	}
	if cmd, used := m.paneKey(k); used {
		return cmd
	}
	if cmd, used := m.actionKey(k); used {
		return cmd
	}
	return m.globalKey(k)
}

// pasted is text, never keys: it goes to whatever captures text, or nowhere.
func (m *Model) pasted(msg tea.PasteMsg) tea.Cmd {
	if m.mustWait() {
		return m.ahead.keep(msg)
	}
	return m.routePaste(msg)
}

// routePaste is pasted for a paste whose turn it is.
func (m *Model) routePaste(msg tea.PasteMsg) tea.Cmd {
	switch {
	case m.layout.TooSmall:
		return nil
	case m.modals.top() != nil:
		return m.modals.top().update(m, msg)
	case m.filtering:
		return m.filterMsg(msg)
	case m.detail.Typing():
		m.detail.Paste(msg.Content)
		return nil
	}
	m.notice(ui.NoticeInfo, "a paste goes into a form or the filter; nothing is open")
	return nil
}

// paneKey hands a key to the focused pane.
func (m *Model) paneKey(k tea.KeyPressMsg) (tea.Cmd, bool) {
	if m.focus == focusDetail {
		if cmd, used := m.treeKey(k); used {
			return cmd, true
		}
		return nil, m.detail.HandleKey(k)
	}
	before := m.list.SelectedKey()
	if !m.list.HandleKey(k) {
		return nil, false
	}
	if m.list.SelectedKey() != before {
		return m.chosen(), true
	}
	return nil, true
}

// globalKey is the console's own keys.
func (m *Model) globalKey(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case matches(k, m.keys.Quit):
		return m.back(true)
	case matches(k, m.keys.Back):
		return m.back(false)
	case matches(k, m.keys.Trail):
		return m.stepBack()
	case matches(k, m.keys.Open):
		return m.open()
	case matches(k, m.keys.NextPane), matches(k, m.keys.PrevPane):
		return m.otherPane()
	case matches(k, m.keys.NextTab), matches(k, m.keys.PrevTab):
		if m.detailVisible() {
			m.detail.HandleKey(k)
		}
	case matches(k, m.keys.Filter):
		if m.focus == focusDetail && m.detail.StartSearch() {
			return nil
		}
		return m.startFilter()
	case matches(k, m.keys.AllStatuses):
		return m.setStatuses(0)
	case matches(k, m.keys.ToggleStatus):
		return m.toggleStatus(k)
	case matches(k, m.keys.Sort):
		return m.sortNext()
	case matches(k, m.keys.Reverse):
		m.reverse = !m.reverse
		m.saySort()
		return m.resort()
	case matches(k, m.keys.Freeze):
		return m.freeze()
	case matches(k, m.keys.Hold):
		m.hold()
	default:
		return m.consoleKey(k)
	}
	return nil
}

// consoleKey is the keys that change nothing in the list.
func (m *Model) consoleKey(k tea.KeyPressMsg) tea.Cmd {
	if cmd, used := m.dataKey(k); used {
		return cmd
	}
	if cmd, used := m.boxKey(k); used {
		return cmd
	}
	switch {
	case matches(k, m.keys.CopyValue):
		return m.copyValue()
	case matches(k, m.keys.CopyID):
		return m.copyID()
	case matches(k, m.keys.Save):
		m.save()
	case matches(k, m.keys.Follow):
		return m.follow()
	case matches(k, m.keys.Script):
		return m.showScript()
	case matches(k, m.keys.Refresh):
		m.cfg.Feed.Refresh()
		m.shown.row.Updated = m.shown.row.Updated.Add(-1)
		m.shown.askedFor()
		return m.reloadDetail()
	case matches(k, m.keys.Mark):
		m.mark()
	case matches(k, m.keys.Times):
		m.options.Absolute = !m.options.Absolute
		m.setOptions(m.options)
		m.notice(ui.NoticeInfo, "times: "+m.clock.Mode())
	case matches(k, m.keys.Zone):
		m.options.UTC = !m.options.UTC
		m.setOptions(m.options)
		m.notice(ui.NoticeInfo, "times: "+m.clock.Mode())
	case matches(k, m.keys.Shell):
		return tea.Suspend
	}
	return nil
}

// boxKey is the keys that open a box over the screen.
func (m *Model) boxKey(k tea.KeyPressMsg) (cmd tea.Cmd, used bool) {
	switch {
	case matches(k, m.keys.Findings):
		return m.showFindings(), true
	case matches(k, m.keys.IDs):
		m.askIDs()
	case matches(k, m.keys.Preflight):
		m.showSidecars()
	case matches(k, m.keys.Apps):
		m.chooseApp()
	case matches(k, m.keys.Compare):
		return m.compare(), true
	case matches(k, m.keys.Log):
		l := &logModal{LogView: ui.NewLog(m.theme, m.keys)}
		l.tick(m)
		m.modals.push(l)
		m.said.missed = 0
	case matches(k, m.keys.Options):
		m.modals.push(&optionsModal{Options: ui.NewOptions(m.theme, m.keys, m.options)})
	case matches(k, m.keys.Help):
		m.modals.push(&helpModal{HelpView: ui.NewHelp(m.theme, append(m.keys.Groups(), statusGroup(), filterGroup()), m.helpNotes())})
	default:
		return nil, false
	}
	return nil, true
}

func (m *Model) helpNotes() []string {
	if m.cfg.ReadOnly {
		return []string{"read-only: the keys that change anything are not bound"}
	}
	return nil
}

// open shows the selected instance, or goes into it where it is in sight.
func (m *Model) open() tea.Cmd {
	if _, ok := m.list.Selected(); !ok || m.focus == focusDetail {
		return nil
	}
	was := m.detailVisible()
	m.detailOpen = true
	m.setFocus(focusDetail)
	m.arrange()
	if !was {
		return m.reloadDetail()
	}
	return nil
}

// back closes what is on top; quit also leaves at the root.
func (m *Model) back(quit bool) tea.Cmd {
	switch {
	case m.focus == focusDetail || m.detailOpen && !m.layout.Wide:
		m.detailOpen = false
		m.setFocus(focusList)
		m.arrange()
		return tea.Batch(m.closed(), m.rejoin())
	case quit:
		return m.quit()
	case m.marks.any() && !m.nothingMatches():
		m.unmarkAll()
		return nil
	case !m.filter.Empty():
		m.filter = workflow.Filter{}
		return m.refilter()
	}
	m.said = said{}
	return nil
}

func (m *Model) otherPane() tea.Cmd {
	if m.focus == focusList {
		return m.open()
	}
	return m.back(false)
}

// quitKey leaves from a window that is too small for anything else. A letter
// that was meant for a form or for the filter is none of this.
func (m *Model) quitKey(k tea.KeyPressMsg) tea.Cmd {
	if matches(k, m.keys.Quit) && m.modals.top() == nil && !m.filtering && !m.detail.Typing() {
		return m.quit()
	}
	return nil
}

// quit leaves, or asks when an action is in flight.
func (m *Model) quit() tea.Cmd {
	if n := m.inFlight(); n > 0 && !m.quitting {
		m.askQuit(ui.Plural(n, "action is in flight: its outcome", "actions are in flight: their outcomes") + " would not be seen.")
		return nil
	}
	return tea.Quit
}

// forceQuit leaves from anywhere. It asks once when text or an action in
// flight would be lost; pressed again, it leaves.
func (m *Model) forceQuit() tea.Cmd {
	switch {
	case m.quitting:
		return tea.Quit
	case m.inFlight() > 0:
		return m.quit()
	case m.modals.typed():
		m.askQuit("A form has text that has not been sent.")
		return nil
	}
	return tea.Quit
}

func (m *Model) askQuit(why string) {
	m.quitting = true
	f := m.openForm(ui.FormSpec{
		ID: formQuit, Title: "Quit daprdeck?", Destructive: true,
		Lines:   []ui.FormLine{{Kind: ui.NoticeWarn, Text: why}, {Kind: ui.NoticeInfo, Text: keyOf(m.keys.ForceQuit) + " once more quits at once."}},
		Buttons: []ui.Button{{ID: buttonSend, Label: "Quit", Danger: true}},
	}, func(*Model, *ui.Form, string) (tea.Cmd, error) { return tea.Quit, nil })
	f.cancel = func(m *Model) { m.quitting = false }
}

func (m *Model) clicked(mouse tea.Mouse) tea.Cmd {
	if m.modals.top() != nil || mouse.Button != tea.MouseLeft {
		return nil
	}
	r := m.layout.List
	if r.Contains(mouse.X, mouse.Y) && (m.layout.Wide || !m.detailOpen) {
		m.setFocus(focusList)
		before := m.list.SelectedKey()
		if m.list.Click(mouse.Y-r.Y) && m.list.SelectedKey() != before {
			return m.chosen()
		}
		return m.rejoin()
	}
	if m.layout.Detail.Contains(mouse.X, mouse.Y) && m.detailVisible() {
		return m.open()
	}
	return nil
}

func (m *Model) wheeled(mouse tea.Mouse) tea.Cmd {
	lines := 3
	if mouse.Button == tea.MouseWheelUp {
		lines = -3
	}
	switch {
	case m.modals.top() != nil:
	case m.layout.Detail.Contains(mouse.X, mouse.Y) && m.detailVisible():
		m.detail.Wheel(lines)
	case m.layout.List.Contains(mouse.X, mouse.Y):
		m.list.Wheel(lines)
	}
	return nil
}
