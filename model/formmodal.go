package model

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// formModal is an open form and what happens when it is sent. It holds the
// target that was captured when its key was pressed.
type formModal struct {
	id   uint64
	form *ui.Form
	// submit runs with the button that was pressed. An error stays in the form.
	submit func(m *Model, f *ui.Form, button string) (tea.Cmd, error)
	// renew, when set, makes the form's questions anew as long as nobody has
	// typed: for what is known only once the instance has been read.
	renew func(m *Model) (ui.FormSpec, bool)
	// cancel, when set, runs when the form is closed without sending.
	cancel func(m *Model)
}

// openForm puts a form on top.
func (m *Model) openForm(spec ui.FormSpec, submit func(*Model, *ui.Form, string) (tea.Cmd, error)) *formModal {
	m.lastForm++
	spec.OpenedAt, spec.Guard = m.cfg.Now(), 0
	if spec.Destructive {
		spec.Guard = m.cfg.Guard
	}
	f := &formModal{id: m.lastForm, form: ui.NewForm(m.theme, m.keys, m.inWords(spec)), submit: submit}
	m.modals.push(f)
	return f
}

// renewed puts what has become known into the form.
func (f *formModal) renewed(m *Model) {
	if f.renew == nil || f.form.Dirty() {
		return
	}
	if spec, ok := f.renew(m); ok {
		spec.OpenedAt, spec.Guard = f.form.Spec().OpenedAt, f.form.Spec().Guard
		f.form = ui.NewForm(m.theme, m.keys, m.inWords(spec))
		f.form.SetSize(m.width, m.height)
	}
}

func (f *formModal) update(m *Model, msg tea.Msg) tea.Cmd {
	result, cmd := f.form.Update(msg, m.cfg.Now())
	switch result.Kind {
	case ui.FormNone:
	case ui.FormCancel:
		m.modals.remove(f)
		if f.cancel != nil {
			f.cancel(m)
		}
	case ui.FormSubmit:
		return tea.Batch(cmd, f.sent(m, result.Button))
	case ui.FormLoadFile:
		return tea.Batch(cmd, m.loadFile(f.id, result.Field, result.Path))
	case ui.FormEditor:
		return tea.Batch(cmd, m.openEditor(f, result.Field))
	}
	return cmd
}

// inWords puts a form's own texts into the symbols that the console draws with.
func (m *Model) inWords(spec ui.FormSpec) ui.FormSpec {
	spec.Title = m.words(spec.Title)
	for i := range spec.Lines {
		spec.Lines[i].Text = m.words(spec.Lines[i].Text)
	}
	return spec
}

func (f *formModal) sent(m *Model, button string) tea.Cmd {
	cmd, err := f.submit(m, f.form, button)
	if err != nil {
		f.form.SetError("", err.Error())
		return nil
	}
	m.modals.remove(f)
	m.remember(f.form)
	return cmd
}

func (f *formModal) resize(w, h int)     { f.form.SetSize(w, h) }
func (f *formModal) setTheme(t ui.Theme) { f.form.SetTheme(t) }
func (f *formModal) tick(*Model)         {}
func (f *formModal) view() string        { return f.form.View() }
func (f *formModal) cursor() *tea.Cursor { return f.form.Cursor() }
func (f *formModal) typed() bool         { return f.form.Dirty() }

// maxRecall is how many earlier values of a field are kept, and maxRecallSize
// the longest of them, in bytes.
const (
	maxRecall     = 20
	maxRecallSize = 256 << 10
)

// remember keeps what was typed, for the next form of its kind.
func (m *Model) remember(f *ui.Form) {
	for _, field := range f.Spec().Fields {
		v := f.Value(field.ID)
		if v == "" || len(v) > maxRecallSize || field.Kind != ui.FieldText && field.Kind != ui.FieldJSON {
			continue
		}
		kept := []string{v}
		for _, old := range m.recall[field.ID] {
			if old != v && len(kept) < maxRecall {
				kept = append(kept, old)
			}
		}
		m.recall[field.ID] = kept
	}
}

// loadFile reads a payload that was named with @path.
func (m *Model) loadFile(form uint64, field, path string) tea.Cmd {
	read := m.cfg.ReadFile
	if read == nil {
		return nil
	}
	return func() tea.Msg {
		text, err := read(path)
		return fileMsg{form: form, field: field, path: path, text: text, err: err}
	}
}

func (m *Model) fileLoaded(msg fileMsg) tea.Cmd {
	f := m.modals.form(msg.form)
	switch {
	case f == nil:
	case msg.err != nil:
		f.form.SetError(msg.field, workflow.Clean(msg.err.Error()))
	default:
		f.form.SetValue(msg.field, msg.text)
		m.notice(ui.NoticeInfo, fmt.Sprintf("loaded %s from %s", ui.Size(len(msg.text)), workflow.Clean(msg.path)))
	}
	return nil
}

// openEditor hands a field to the user's editor and the terminal with it.
func (m *Model) openEditor(f *formModal, field string) tea.Cmd {
	if m.cfg.Editor == nil {
		f.form.SetError(field, "no editor here")
		return nil
	}
	edit := m.cfg.Editor(f.form.Value(field))
	id := f.id
	return tea.Exec(edit, func(err error) tea.Msg {
		return editedMsg{form: id, field: field, text: edit.Text(), err: err}
	})
}

func (m *Model) edited(msg editedMsg) tea.Cmd {
	f := m.modals.form(msg.form)
	switch {
	case f == nil:
	case msg.err != nil:
		f.form.SetError(msg.field, "the editor failed: "+workflow.Clean(msg.err.Error()))
	default:
		f.form.SetValue(msg.field, msg.text)
	}
	return nil
}
