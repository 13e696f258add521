package model

import (
	"fmt"
	"slices"
	"strings"

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
	// script, when set, shows what the form would send as a script.
	script func(m *Model, f *ui.Form) error
	// cancel, when set, runs when the form is closed without sending.
	cancel func(m *Model)
	// of is the instance, or the app, that the form is about; zero for none.
	of workflow.Key
}

func (f *formModal) about() workflow.Key { return f.of }

// openAction is openForm for one that changes something when it is sent.
func (m *Model) openAction(spec ui.FormSpec, submit func(*Model, *ui.Form, string) (tea.Cmd, error)) *formModal {
	spec.SendGuard, spec.Quiet = m.cfg.Guard, m.cfg.Quiet
	return m.openForm(spec, submit)
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
		old := f.form.Spec()
		spec.OpenedAt, spec.Guard, spec.SendGuard, spec.Quiet = old.OpenedAt, old.Guard, old.SendGuard, old.Quiet
		anew := ui.NewForm(m.theme, m.keys, m.inWords(spec))
		anew.TakePlaceOf(f.form)
		f.form = anew
	}
}

func (f *formModal) update(m *Model, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && f.script != nil && matches(k, m.keys.FormScript) {
		if err := f.script(m, f.form); err != nil {
			f.form.SetError("", err.Error())
		}
		return nil
	}
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
		return tea.Batch(cmd, m.loadFile(f, result.Field, result.Path))
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
		if field.Kind == ui.FieldText || field.Kind == ui.FieldJSON {
			m.recallText(field.ID, f.Value(field.ID))
		}
	}
}

// recallHint says where a text is that has lost its form.
func (m *Model) recallHint() string {
	return m.keys.Recall.Keys()[0] + " in the next form of its kind brings it back"
}

// recallText keeps one text for the next form that has the field.
func (m *Model) recallText(field, text string) {
	if text == "" || len(text) > maxRecallSize {
		return
	}
	kept := []string{text}
	for _, old := range m.recall[field] {
		if old != text && len(kept) < maxRecall {
			kept = append(kept, old)
		}
	}
	m.recall[field] = kept
}

// voidModal tells whoever was in a form that it is void. The keys that were
// meant for the form must not reach the list of another app, where each of
// them means something: only esc is taken.
type voidModal struct{ *formModal }

func (v *voidModal) update(m *Model, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && matches(k, m.keys.Cancel) {
		m.modals.remove(v)
	}
	return nil
}

// voidForms closes what is open about apps that are gone, and says so if that
// was a form. With about nil everything goes; why says what has become of them.
func (m *Model) voidForms(about func(workflow.Key) bool, why, old string) {
	var title string
	typed := false
	for _, x := range slices.Clone(m.modals.open) {
		if about != nil && !concerns(x, about) {
			continue
		}
		m.modals.remove(x)
		f, ok := x.(*formModal)
		if !ok || f.form.Spec().ID == formQuit {
			continue
		}
		title = f.form.Spec().Title
		typed = typed || f.form.Dirty()
		m.remember(f.form)
	}
	if title == "" {
		return
	}
	lines := []ui.FormLine{
		warn(why),
		info("%s", "This form was about "+old+" and is void: "+strings.TrimSuffix(title, "?")),
	}
	if typed {
		lines = append(lines, info("What was typed is kept: %s.", m.recallHint()))
	}
	f := m.openForm(ui.FormSpec{ID: "void", Title: "Nothing was sent", Lines: lines, Dismiss: keyOf(m.keys.Cancel) + " closes"}, nil)
	m.modals.remove(f)
	m.modals.push(&voidModal{f})
}

// concerns reports whether a modal is about one of some instances.
func concerns(x modal, about func(workflow.Key) bool) bool {
	switch x := x.(type) {
	case *compareModal:
		return about(x.a) || about(x.b)
	case *contrastModal:
		return concerns(x.of, about)
	case interface{ about() workflow.Key }:
		return about(x.about())
	}
	return false
}

// loadFile reads a payload that was named with @path.
func (m *Model) loadFile(f *formModal, field, path string) tea.Cmd {
	read := m.cfg.ReadFile
	if read == nil {
		return nil
	}
	f.form.SetBusy(true)
	id, asked := f.id, f.form.Value(field)
	return func() tea.Msg {
		text, err := read(path)
		return fileMsg{form: id, field: field, asked: asked, path: path, text: text, err: err}
	}
}

func (m *Model) fileLoaded(msg fileMsg) tea.Cmd {
	f := m.modals.form(msg.form)
	if f == nil {
		return nil
	}
	f.form.SetBusy(false)
	switch {
	case f.form.Value(msg.field) != msg.asked:
		// A slow disk: what was typed meanwhile is not written over.
		m.notice(ui.NoticeWarn, fmt.Sprintf("%s was not loaded: the field has changed meanwhile", workflow.Clean(msg.path)))
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
	case f == nil && msg.err == nil:
		m.recallText(msg.field, msg.text)
		m.notice(ui.NoticeWarn, "the form that the text was for is gone; "+m.recallHint())
	case f == nil:
	case msg.err != nil:
		f.form.SetError(msg.field, "the editor failed: "+workflow.Clean(msg.err.Error()))
	default:
		f.form.SetValue(msg.field, msg.text)
	}
	return nil
}
