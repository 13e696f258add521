package model

import (
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// appsModal chooses the app that the list is narrowed to.
type appsModal struct {
	plainModal
	*ui.AppsView
}

// chooseApp opens the choice of an app.
func (m *Model) chooseApp() {
	if !m.several() {
		m.notice(ui.NoticeInfo, "there is no other app; "+keyOf(m.keys.Preflight)+" shows the sidecars")
		return
	}
	m.modals.push(&appsModal{AppsView: ui.NewApps(m.theme, m.keys, m.appLines(), m.filter.App)})
}

// appLines are all apps together, and each.
func (m *Model) appLines() []ui.AppLine {
	all := ui.AppLine{All: true, Name: "all apps", Rows: len(m.snap.Instances), Counts: m.snap.Counts}
	lines := make([]ui.AppLine, 0, len(m.snap.Apps)+1)
	lines = append(lines, all)
	for i := range m.snap.Apps {
		a := &m.snap.Apps[i]
		l := ui.AppLine{ID: a.ID(), Name: nameOf(a), Rows: len(a.Instances), Counts: a.Counts, Trouble: m.trouble(a)}
		if n := len(a.Members); n > 1 {
			l.Note = ui.Plural(n, "sidecar", "sidecars")
		}
		lines = append(lines, l)
	}
	return lines
}

func (x *appsModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	chosen, closed := x.HandleKey(k)
	if closed {
		m.modals.remove(x)
	}
	if chosen == nil {
		return nil
	}
	return m.narrow(chosen.ID)
}

// narrow shows the rows of one app alone, or with an empty ID of all.
func (m *Model) narrow(app string) tea.Cmd {
	switch {
	case m.filter.App == app:
		return nil
	case app != "" && m.app(app) == nil: // it has gone since its line was drawn
		m.notice(ui.NoticeWarn, "no sidecar of "+workflow.CleanID(app)+" is left")
		return nil
	}
	m.filter.App = app
	return m.refilter()
}

func (x *appsModal) tick(m *Model)       { x.SetLines(m.appLines()) }
func (x *appsModal) resize(w, h int)     { x.SetSize(w, h) }
func (x *appsModal) setTheme(t ui.Theme) { x.SetTheme(t) }
func (x *appsModal) view() string        { return x.View() }
