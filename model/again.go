package model

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// run tells the runs of one instance ID apart: an ID can be used again, and a
// workflow can continue as new. What is not known is empty.
type run struct {
	name        string
	created     time.Time
	executionID string
}

func runOf(row workflow.Instance, f facts) run {
	return run{name: row.Name, created: row.Created, executionID: f.executionID}
}

// other reports whether two runs are known to be different ones.
func (r run) other(x run) bool {
	switch {
	case r.name != "" && x.name != "" && r.name != x.name:
		return true
	case !r.created.IsZero() && !x.created.IsZero() && !r.created.Equal(x.created):
		return true
	}
	return r.executionID != "" && x.executionID != "" && r.executionID != x.executionID
}

// askAgain is why an action was not sent: what was read just before it is not
// what its form showed.
type askAgain struct {
	// seen is what was read.
	seen sighting
	// lines say what is new.
	lines []string
	// warning is the warning that has to be agreed to, empty for none.
	warning string
	// noResume is set when the resume behind a terminate would stop the worker.
	noResume bool
}

// question returns what has to be asked before an action is sent upon a read,
// nil for nothing.
func question(f *flight, before sighting) *askAgain {
	if !before.found {
		return nil
	}
	q := askAgain{seen: before}
	if now := runOf(before.row, before.facts); f.askedRun().other(now) {
		q.lines = append(q.lines, "This ID belongs to another run now: "+describe(now, before.facts.status)+".")
		if was := f.askedRun(); was.name != "" || !was.created.IsZero() {
			q.lines = append(q.lines, "The form was about "+describe(was, workflow.Unknown)+".")
		}
	}
	if f.act.warn != nil {
		q.warning = f.act.warn(before.facts)
		if q.warning != "" && q.warning != f.t.warned {
			q.lines = append(q.lines, q.warning)
		}
	}
	if f.req.thenResume && before.facts.worker.Does(workflow.TraitSecondSuspend) != workflow.Nests {
		if warning := workflow.ResumeWarning(before.facts.worker, before.facts.pending); warning != "" {
			q.lines = append(q.lines, warning, "It can be terminated without the resume.")
			q.noResume = true
		}
	}
	if len(q.lines) == 0 {
		return nil
	}
	return &q
}

// askedRun is the run that the user has agreed to act on: for a start, the one
// that it replaces.
func (f *flight) askedRun() run {
	if f.act.needsTarget {
		return f.t.run
	}
	return f.req.replaces
}

// describe names a run for people: its workflow, its status and when it was
// created.
func describe(r run, s workflow.Status) string {
	text := r.name
	if text == "" {
		text = "a workflow without a name yet"
	}
	if s != workflow.Unknown {
		text += ", " + s.String()
	}
	if !r.created.IsZero() {
		text += ", created " + r.created.UTC().Format("2006-01-02 15:04:05 MST")
	}
	return text
}

// askOnceMore shows the new facts and asks again. Nothing was sent.
func (m *Model) askOnceMore(f *flight, q *askAgain) tea.Cmd {
	act, t, r := f.act, f.t, f.req
	t.row, t.facts, t.run, t.warned = q.seen.row, q.seen.facts, runOf(q.seen.row, q.seen.facts), q.warning
	r.replaces = t.run
	r.thenResume = r.thenResume && !q.noResume
	if m.modals.top() != nil {
		// Nobody is asked in the middle of typing something else.
		m.record(entry{
			id: f.id, at: m.cfg.Now(), kind: ui.NoticeWarn,
			text: fmt.Sprintf("not sent: %s %s: %s Begin again to be asked.", act.name, m.subject(f), q.lines[0]),
		})
		return nil
	}
	m.journal.drop(f.id)
	m.said = said{}
	lines := []ui.FormLine{info("%s was not sent. What was read just before differs from what the form showed:", capital(act.name))}
	for _, l := range q.lines {
		lines = append(lines, warn(l))
	}
	label := t.label
	if !act.needsTarget {
		label = workflow.SpellID(r.start.InstanceID)
	}
	form := m.openAction(m.inProduction(label, ui.FormSpec{
		ID: "again", Title: title(capital(act.name), target{key: t.key, label: label}) + "?", Destructive: true, Lines: lines,
		Fields: confirmForce(r, label), Buttons: []ui.Button{{ID: buttonSend, Label: capital(act.name), Danger: true}},
	}), func(m *Model, _ *ui.Form, _ string) (tea.Cmd, error) {
		if why := m.cannotSend(t); why != "" {
			return nil, fmt.Errorf("%s", why)
		}
		return m.launch(act, t, r), nil
	})
	form.of = t.key
	return nil
}

// confirmForce has the ID typed again before a forced purge.
func confirmForce(r request, label string) []ui.Field {
	if !r.purge.Force {
		return nil
	}
	return []ui.Field{{ID: fieldConfirm, Label: "Type the ID", Placeholder: label, Kind: ui.FieldConfirm, MustEqual: label}}
}

// capital begins a verb with a capital.
func capital(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
