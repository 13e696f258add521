package model

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/ui"
)

// The names of the actions that other code has to know.
const (
	actionPause     = "pause"
	actionResume    = "resume"
	actionTerminate = "terminate"
	actionPurge     = "purge"
	actionRerun     = "rerun"
)

// actionKey opens the form of the action that the key is bound to.
func (m *Model) actionKey(k tea.KeyPressMsg) (tea.Cmd, bool) {
	for i := range m.actions {
		if matches(k, m.actions[i].binding) {
			return m.begin(&m.actions[i]), true
		}
	}
	return nil, false
}

// begin captures the target and opens the form, or says why not.
func (m *Model) begin(a *action) tea.Cmd {
	t, why := m.capture(a)
	if why != "" {
		m.notice(ui.NoticeWarn, why)
		return nil
	}
	if a.name == actionRerun && m.pickRerun(a, t) {
		return nil
	}
	return m.fillIn(a, t, nil)
}

// fillIn opens the form of an action. before, when set, is the modal that the
// form came from; it closes when the form is sent.
func (m *Model) fillIn(a *action, t target, before modal) tea.Cmd {
	if a.warn != nil {
		t.warned = a.warn(t.facts)
	}
	f := m.openAction(m.inProduction(t.label, a.form(m, t)), func(m *Model, form *ui.Form, button string) (tea.Cmd, error) {
		r, err := a.read(form, button)
		if err != nil {
			return nil, err
		}
		if why := m.cannotSend(t); why != "" {
			return nil, errors.New(why)
		}
		if before != nil {
			m.modals.remove(before)
		}
		return m.launch(a, t, r), nil
	})
	f.of = t.key
	f.script = func(m *Model, form *ui.Form) error { return m.showFormScript(a, t, form) }
	if !a.needsTarget || before != nil {
		return nil
	}
	until := f.form.Spec().OpenedAt.Add(m.cfg.Guard)
	f.renew = func(m *Model) (ui.FormSpec, bool) {
		_, known := m.awaited(t.key)
		if !a.suggests && !m.cfg.Now().Before(until) {
			return ui.FormSpec{}, false // what the user looks at does not change under the hands
		}
		t.facts = m.knownFacts(t.row)
		t.run = runOf(t.row, t.facts)
		if a.warn != nil {
			t.warned = a.warn(t.facts)
		}
		return m.inProduction(t.label, a.form(m, t)), known
	}
	if _, known := m.awaited(t.key); !known {
		return m.readDetail() // a narrow screen has not read it
	}
	return nil
}

// capture takes the target of an action, or says why the action is refused.
func (m *Model) capture(a *action) (t target, why string) {
	if p, ok := m.poison(); ok && a.name == actionPurge {
		return p, ""
	}
	row, ok := m.selected()
	row = m.lately(row)
	app := m.here()
	if a.needsTarget && ok {
		app = m.app(row.AppID)
	}
	switch {
	case (app == nil || app.ID() == "") && !m.several():
		return target{}, fmt.Sprintf("cannot %s: no sidecar has answered yet", a.name)
	case app != nil && app.ID() != "" && !app.Connected():
		return target{}, fmt.Sprintf("cannot %s: %s", a.name, noConnection(app))
	case a.needsTarget && !ok:
		return target{}, fmt.Sprintf("cannot %s: no instance is selected", a.name)
	case app == nil || app.ID() == "":
		return target{}, fmt.Sprintf("cannot %s: choose the app first (%s)", a.name, m.keys.Apps.Help().Key)
	}
	t = target{key: row.Key, label: row.Label, row: row, gen: app.Gen}
	if !a.needsTarget {
		t.key = workflow.Key{AppID: app.ID()}
		return t, ""
	}
	t.facts = m.knownFacts(row)
	t.run = runOf(row, t.facts)
	if a.name == actionPause && m.pausing(row.Key) {
		return target{}, fmt.Sprintf("cannot pause %s: a pause of it is under way", row.Label)
	}
	if reason := a.refuse(t.facts); reason != "" {
		return target{}, fmt.Sprintf("cannot %s %s: %s", a.name, row.Label, reason)
	}
	return t, ""
}

// cannotSend says why a form that was filled in cannot be sent now, empty when
// it can. The form stays, and nothing typed is lost.
func (m *Model) cannotSend(t target) string {
	app := m.app(t.key.AppID)
	switch {
	case app == nil || app.Gen != t.gen:
		return "another app answers now"
	case !app.Connected() && !m.curing(t):
		return "not sent: " + noConnection(app)
	}
	return ""
}

// noConnection says why nothing can be sent.
func noConnection(a *fleet.App) string {
	if a.Phase == watch.Refused && a.Err != nil {
		why, _ := plain(a.Err)
		return why
	}
	return "no connection to " + workflow.Clean(a.Address)
}

// poison returns the instance whose ID breaks every listing of the app, where
// only one app is shown: its forced purge is the cure, and the one thing to do.
func (m *Model) poison() (target, bool) {
	if m.several() && m.filter.App == "" {
		return target{}, false // a purge is about the selected row
	}
	return poisonOf(m.here())
}

// poisonOf returns the instance whose ID breaks every listing of an app.
func poisonOf(a *fleet.App) (target, bool) {
	var e *workflow.Error
	if a == nil || a.Phase != watch.Refused || !errors.As(a.Err, &e) || e.Kind != workflow.KindPoisoned || e.ID == "" {
		return target{}, false
	}
	key := workflow.Key{AppID: a.ID(), InstanceID: e.ID}
	label := workflow.SpellID(e.ID)
	return target{key: key, label: label, row: workflow.Instance{Key: key, Label: label}, gen: a.Gen}, true
}

// curing reports whether the target is the instance that breaks the listing.
func (m *Model) curing(t target) bool {
	p, ok := poisonOf(m.app(t.key.AppID))
	return ok && p.key == t.key
}

// askReplace asks before a start that would replace an instance that has ended:
// the runtime does so without a word (seen on Dapr 1.18.0).
func (m *Model) askReplace(f *flight, status workflow.Status, replaced run) tea.Cmd {
	act, t, r := f.act, f.t, f.req
	label := workflow.SpellID(r.start.InstanceID)
	if m.modals.top() != nil {
		// Nobody is asked in the middle of typing something else.
		m.record(entry{
			id: f.id, at: m.cfg.Now(), kind: ui.NoticeWarn,
			text: fmt.Sprintf("start not sent: %s exists and is %s; start it again to be asked whether to replace it", label, status),
		})
		return nil
	}
	m.journal.drop(f.id)
	m.said = said{}
	form := m.openAction(m.inProduction(label, ui.FormSpec{
		ID: "replace", Title: fmt.Sprintf("Replace %s (%s)?", label, workflow.Clean(t.key.AppID)), Destructive: true,
		Lines: []ui.FormLine{
			warn(fmt.Sprintf("An instance with this ID exists: %s.", describe(replaced, status))),
			info("Starting it again replaces its history for good."),
		},
		Buttons: []ui.Button{{ID: buttonReplace, Label: "Replace", Danger: true}},
	}), func(m *Model, _ *ui.Form, _ string) (tea.Cmd, error) {
		r.replace, r.replaces = true, replaced
		return m.launch(act, t, r), nil
	})
	form.of = t.key
	return nil
}

// hints are the keys of the footer: those of what is on top, else the actions,
// greyed where they are refused for the selected instance, and the ways on.
// Where there is no room for all, what applies comes first.
func (m *Model) hints() []ui.Hint {
	if x := m.modals.top(); x != nil {
		return x.hints(m)
	}
	hints := make([]ui.Hint, 0, len(m.actions)+8)
	var refused []ui.Hint
	hints = append(hints, m.markHints()...)
	for i := range m.actions {
		a := &m.actions[i]
		_, why := m.capture(a)
		h := ui.Hint{Key: a.binding.Help().Key, Desc: a.name, Off: why != ""}
		if h.Off && !m.layout.Wide {
			refused = append(refused, h)
			continue
		}
		hints = append(hints, h)
	}
	hints = append(hints, m.originHint()...)
	if m.focus == focusDetail {
		hints = append(hints, hint(m.keys.NextTab, "tab"), hint(m.keys.Back, "back"), hint(m.keys.CopyValue, "copy"), hint(m.keys.Filter, "search"))
	} else {
		hints = append(hints, hint(m.keys.Open, "open"), hint(m.keys.Filter, "filter"), hint(m.keys.Sort, "sort"), hint(m.keys.Findings, "findings"))
	}
	hints = append(hints, refused...)
	help := hint(m.keys.Help, "help")
	help.Stays = true
	return append(hints, hint(m.keys.Log, "log"), help, hint(m.keys.Quit, "quit"))
}

// hint is a key with a word for the footer, which has no room for more.
func hint(b keymap.Binding, word string) ui.Hint {
	return ui.Hint{Key: b.Help().Key, Desc: word}
}

// pausing reports whether a suspend of the instance has been sent and not been
// answered: suspends nest, and a second one would need a second resume.
func (m *Model) pausing(key workflow.Key) bool {
	for _, f := range m.flights {
		if f.act.name == actionPause && f.t.key == key && !f.answered {
			return true
		}
	}
	return false
}
