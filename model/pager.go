package model

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/jsontree"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// The fields of the form that writes a value to a file.
const (
	fieldPath      = "path"
	fieldOverwrite = "overwrite"
)

// pagedMsg says that the pager has ended, writtenMsg how writing a value to a
// file did.
type pagedMsg struct{ err error }

type writtenMsg struct {
	value value
	path  string
	err   error
}

// value is a value of an instance as it came, and what to call it.
type value struct{ name, text string }

// dataKey takes the keys that reach for the value in focus; used is false for
// any other.
func (m *Model) dataKey(k tea.KeyPressMsg) (cmd tea.Cmd, used bool) {
	switch {
	case matches(k, m.keys.CopyPath):
		return m.copyPath(), true
	case matches(k, m.keys.Pipe):
		return m.pipe(), true
	case matches(k, m.keys.Write):
		m.writeValue()
		return nil, true
	}
	return nil, false
}

func (m *Model) copyPath() tea.Cmd {
	if m.focus == focusDetail {
		if path, ok := m.detail.Path(); ok {
			return m.copyText("the path "+jsontree.Visible(workflow.Shorten(path, 200)), path)
		}
	}
	m.notice(ui.NoticeInfo, "no JSON value is under the cursor")
	return nil
}

// valueInFocus returns the value that keys are about, or says that there is
// none.
func (m *Model) valueInFocus() (value, bool) {
	if m.focus == focusDetail {
		if name, text, ok := m.detail.Value(); ok && text != "" {
			return value{name, text}, true
		}
	}
	m.notice(ui.NoticeInfo, "no value is in focus: open an instance and choose one")
	return value{}, false
}

// pipe hands the value in focus, laid out as it is on the screen, to the pager
// and the terminal with it.
func (m *Model) pipe() tea.Cmd {
	v, ok := m.valueInFocus()
	switch {
	case !ok:
		return nil
	case m.cfg.Pager == nil:
		m.notice(ui.NoticeInfo, "no pager here")
		return nil
	}
	raw := m.detail.Raw()
	run := m.cfg.Pager(func() string { return jsontree.Print(v.text, raw) })
	return tea.Exec(run, func(err error) tea.Msg { return pagedMsg{err} })
}

func (m *Model) paged(msg pagedMsg) tea.Cmd {
	if msg.err != nil {
		m.notice(ui.NoticeBad, "the pager failed: "+workflow.Clean(msg.err.Error()))
	}
	return nil
}

// writeValue asks for the file to write the value in focus to.
func (m *Model) writeValue() {
	v, ok := m.valueInFocus()
	switch {
	case !ok:
	case m.cfg.WriteValue == nil:
		m.notice(ui.NoticeInfo, "no files here")
	default:
		m.askPath(v, fileName(m.shown.key.InstanceID, v))
	}
}

func (m *Model) askPath(v value, name string) *formModal {
	return m.openForm(ui.FormSpec{
		ID: "write", Title: "Write to a file",
		Lines: []ui.FormLine{info("%s, %s, as it came", v.name, ui.Size(len(v.text)))},
		Fields: []ui.Field{
			{
				ID: fieldPath, Label: "File", Placeholder: "its path", Kind: ui.FieldText, Value: name,
				Help: "only you will be able to read it", History: m.recall[fieldPath], Check: checkPath,
			},
			{ID: fieldOverwrite, Label: "Replace", Help: "a file that is there already", Kind: ui.FieldToggle},
		},
		Buttons: []ui.Button{{ID: buttonSend, Label: "Write"}},
	}, func(m *Model, f *ui.Form, _ string) (tea.Cmd, error) {
		write, file, replace := m.cfg.WriteValue, f.Value(fieldPath), f.On(fieldOverwrite)
		return func() tea.Msg { return writtenMsg{v, file, write(file, v.text, replace)} }, nil
	})
}

func checkPath(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", errors.New("a file needs a name")
	}
	return "", nil
}

// written says where the value is, or asks again for another place.
func (m *Model) written(msg writtenMsg) tea.Cmd {
	switch {
	case msg.err == nil:
		m.notice(ui.NoticeGood, fmt.Sprintf("wrote %s, %s, to %s", msg.value.name, ui.Size(len(msg.value.text)), workflow.Clean(msg.path)))
	case m.modals.top() != nil:
		m.notice(ui.NoticeBad, "not written: "+workflow.Clean(msg.err.Error()))
	default:
		why := workflow.Clean(msg.err.Error())
		if errors.Is(msg.err, fs.ErrExist) {
			why = "this file is there already: choose another name, or Replace"
		}
		m.askPath(msg.value, msg.path).form.SetError(fieldPath, why)
	}
	return nil
}

// fileName suggests a name that no shell and no file system trips over.
func fileName(id string, v value) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '-'
	}, workflow.Shorten(id, 60)+"-"+workflow.Shorten(v.name, 60))
	words := strings.FieldsFunc(safe, func(r rune) bool { return r == '-' })
	ext := ".txt"
	if len(v.text) > maxRecallSize || workflow.CheckJSON(v.text) == nil {
		ext = ".json"
	}
	return cmp.Or(strings.Join(words, "-"), "value") + ext
}
