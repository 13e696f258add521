package model

import (
	"cmp"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/script"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// What stands for a name that nothing tells.
const (
	eventPlaceholder    = "EVENT"
	workflowPlaceholder = "WORKFLOW"
)

// scriptModal shows how an operation is done without this console.
type scriptModal struct {
	plainModal
	*ui.ScriptView
	// renew, when set, makes the scripts anew once the instance has been read.
	renew func(m *Model)
}

func (s *scriptModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	if matches(k, m.keys.CopyValue) {
		return m.copyText(s.Value())
	}
	closed := s.HandleKey(k) || matches(k, m.keys.FormScript)
	_, m.scriptForm = s.Chosen()
	if closed {
		m.modals.remove(s)
	}
	return nil
}

func (s *scriptModal) resize(w, h int)     { s.SetSize(w, h) }
func (s *scriptModal) setTheme(t ui.Theme) { s.SetTheme(t) }
func (s *scriptModal) view() string        { return s.View() }

// showScript opens the scripts of the selected instance on the operation that
// is most likely meant. What only its history tells comes a moment later where
// the instance has not been read.
func (m *Model) showScript() tea.Cmd {
	row, ok := m.selected()
	if !ok {
		m.notice(ui.NoticeWarn, "no instance is selected")
		return nil
	}
	s := &scriptModal{ScriptView: ui.NewScript(m.theme, m.keys, m.usualScripts(row))}
	m.modals.push(s)
	if _, known := m.awaited(row.Key); known || m.shown.key != row.Key {
		return nil
	}
	s.renew = func(m *Model) { // once: what is about to be copied does not change any more then
		s.renew = nil
		s.Renew(m.usualScripts(row))
	}
	if m.shown.loading {
		return nil
	}
	return m.readDetail() // a narrow screen has not read it
}

// usualScripts are the scripts of every operation on an instance.
func (m *Model) usualScripts(row workflow.Instance) ui.ScriptSpec {
	t := target{key: row.Key, label: row.Label, row: row, facts: m.knownFacts(row)}
	ops := script.Ops()
	calls := make([]script.Call, len(ops))
	for i, op := range ops {
		calls[i] = m.usualCall(op, t)
	}
	spec := m.scripts(t, calls)
	spec.Op, spec.Hint = m.likely(t), "what a form holds: "+m.keys.FormScript.Help().Key+" in it"
	return spec
}

// showFormScript opens the script of what an open form would send.
func (m *Model) showFormScript(a *action, t target, f *ui.Form) error {
	r, err := a.read(f, f.Spec().Buttons[0].ID)
	if err != nil {
		return err
	}
	if !a.needsTarget {
		t.label = "a new instance"
	}
	m.modals.push(&scriptModal{ScriptView: ui.NewScript(m.theme, m.keys, m.scripts(t, []script.Call{m.callOf(a, t, r)}))})
	return nil
}

// scripts are calls in every form, for the view.
func (m *Model) scripts(t target, calls []script.Call) ui.ScriptSpec {
	ops := make([]string, len(calls))
	for i := range calls {
		ops[i] = calls[i].Op.String()
	}
	forms := make([]string, 0, len(script.Forms()))
	for _, f := range script.Forms() {
		forms = append(forms, f.String())
	}
	return ui.ScriptSpec{
		Title: m.words(strings.TrimSpace(title("", t))), Ops: ops, Forms: forms, Form: m.scriptForm,
		Write: func(op, form int) ui.ScriptText {
			s := script.Render(calls[op], script.Form(form))
			return ui.ScriptText{Text: s.Text, Notes: s.Notes}
		},
	}
}

// likely returns the operation that somebody who looks at the instance most
// likely means.
func (m *Model) likely(t target) int {
	awaited, _ := m.awaited(t.key)
	op := script.Pause
	switch {
	case t.row.Status.Terminal() && t.row.Status != workflow.Completed && t.facts.parentID == "":
		op = script.Rerun
	case t.row.Status.Terminal(), t.row.Status == workflow.Stalled, t.row.Status == workflow.Pending:
		op = script.Get
	case t.row.Status == workflow.Suspended, t.facts.holds > 0:
		op = script.Resume
	case len(awaited) > 0:
		op = script.Raise
	}
	return int(op)
}

// usualCall is an operation on the instance with what is known of it: the event
// that it waits for, the payload that was typed last, the input it had.
func (m *Model) usualCall(op script.Op, t target) script.Call {
	c := m.callTo(op, t)
	switch op {
	case script.Raise:
		c.Event, c.Payload = cmp.Or(first(m.recall[fieldEvent]), eventPlaceholder), first(m.recall[fieldPayload])
		if waits, _ := m.awaited(t.key); len(waits) > 0 {
			c.Event = waits[0].Name
		}
	case script.Terminate, script.Purge:
		c.Recursive = true
	case script.Start:
		c.Workflow, c.ID = cmp.Or(t.row.Name, workflowPlaceholder), ""
		c.Payload, c.Masked = m.knownInput(t.key)
	case script.Rerun:
		number, _ := m.rerunFrom(t)
		if n, err := strconv.ParseUint(number, 10, 32); err == nil {
			c.FromEvent = uint32(n)
		}
	case script.Pause, script.Resume, script.Get, script.List, script.History:
	}
	return c
}

// callTo is an operation on a target without its own part.
func (m *Model) callTo(op script.Op, t target) script.Call {
	return script.Call{Op: op, AppID: t.key.AppID, Address: m.addressOf(t.key), ID: t.key.InstanceID, Workflow: t.row.Name}
}

// callOf is what an action would send.
func (m *Model) callOf(a *action, t target, r request) script.Call {
	c := m.callTo(script.Get, t)
	for _, op := range script.Ops() {
		if op.String() == a.name {
			c.Op = op
		}
	}
	switch c.Op {
	case script.Pause, script.Resume:
		c.Reason = r.reason
	case script.Raise:
		c.Event, c.Payload = cmp.Or(r.raise.Event, eventPlaceholder), r.raise.Payload
	case script.Terminate:
		c.Payload, c.Recursive = r.terminate.Output, r.terminate.Recursive
	case script.Purge:
		c.Recursive, c.Force = r.purge.Recursive, r.purge.Force
	case script.Start:
		c.Workflow, c.ID, c.Payload, c.StartAt = cmp.Or(r.start.Workflow, workflowPlaceholder), r.start.InstanceID, r.start.Input, r.start.StartAt
	case script.Rerun:
		c.FromEvent, c.NewID, c.Payload, c.ReplaceInput = r.rerun.EventID, r.rerun.NewInstanceID, r.rerun.Input, r.rerun.ReplaceInput
	case script.Get, script.List, script.History:
	}
	return c
}

// knownInput is the input of the shown instance, where it is JSON. One that is
// masked is nobody's input.
func (m *Model) knownInput(key workflow.Key) (text string, masked bool) {
	if m.shown.key != key || m.shown.prepared == nil {
		return "", false
	}
	in := m.shown.prepared.Detail.Input
	if !in.Set || in.Masked() || workflow.CheckJSON(in.Raw) != nil {
		return "", in.Masked()
	}
	return in.Raw, false
}

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}
