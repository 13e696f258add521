package model

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// rerunModal is the step before the form of a rerun: it chooses the event. It
// stays below the form, so that leaving the form comes back to it.
type rerunModal struct {
	plainModal
	*ui.RerunView

	act *action
	t   target
}

// pickRerun opens the choice of the event to rerun from. It does not where the
// history is not known: then the form asks for the number.
func (m *Model) pickRerun(a *action, t target) bool {
	if !t.facts.historyKnown || m.shown.key != t.key || m.shown.prepared == nil {
		return false
	}
	number := int32(-1)
	text, _ := m.rerunFrom(t)
	if n, err := strconv.ParseInt(text, 10, 32); err == nil {
		number = int32(n)
	}
	view := ui.NewRerun(m.theme, m.keys, m.words(title("Rerun", t)+": from which event?"), m.shown.prepared, number)
	m.modals.push(&rerunModal{RerunView: view, act: a, t: t})
	return true
}

func (r *rerunModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch {
	case matches(k, m.keys.Back), matches(k, m.keys.Quit):
		m.modals.remove(r)
	case matches(k, m.keys.Open):
		e, ok := r.Chosen()
		if !ok {
			return nil // the list says why
		}
		t := r.t
		t.from = &e
		return m.fillIn(r.act, t, r)
	default:
		r.HandleKey(k)
	}
	return nil
}

func (r *rerunModal) about() workflow.Key { return r.t.key }

func (r *rerunModal) resize(w, h int)     { r.SetSize(w, h) }
func (r *rerunModal) setTheme(t ui.Theme) { r.SetTheme(t) }
func (r *rerunModal) view() string        { return r.View() }
