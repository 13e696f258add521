package model

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

const (
	// maxSaved is how many instances of a tree are saved, the first included.
	maxSaved = 200
	// saveWithin bounds the reading of a tree as a whole.
	saveWithin = time.Minute
)

// savedMsg says how saving an instance ended.
type savedMsg struct {
	t    target
	path string
	tree tree
	size int
	err  error
}

// tree is what was read of an instance and those below it.
type tree struct {
	instances []saved.Instance
	// unread is how many of it could not be read, more that there is more than
	// is saved.
	unread int
	more   bool
}

// save asks for the file to save the selected instance and its tree to.
func (m *Model) save() {
	row, ok := m.selected()
	switch {
	case !ok:
		m.notice(ui.NoticeWarn, "no instance is selected")
	case m.cfg.WriteValue == nil:
		m.notice(ui.NoticeInfo, "no files here")
	default:
		m.askSave(target{key: row.Key, label: row.Label, row: row}, saveName(row.InstanceID))
	}
}

// saveName proposes a name for the file of an instance.
func saveName(id string) string { return fileName(id, value{name: "saved", text: "{}"}) }

func (m *Model) askSave(t target, path string) *formModal {
	return m.openForm(ui.FormSpec{
		ID: "save", Title: title("Save", t),
		Lines: []ui.FormLine{
			info("Its metadata and history, and those of its child workflows to any depth, as one JSON file: daprdeck open FILE shows it."),
			warn("It holds every payload as it is."),
		},
		Fields: []ui.Field{
			{
				ID: fieldPath, Label: "File", Placeholder: "its path", Kind: ui.FieldText, Value: path,
				Help: "only you will be able to read it", History: m.recall[fieldPath], Check: checkPath,
			},
			{ID: fieldOverwrite, Label: "Replace", Help: "a file that is there already", Kind: ui.FieldToggle},
		},
		Buttons: []ui.Button{{ID: buttonSend, Label: "Save"}},
	}, func(m *Model, f *ui.Form, _ string) (tea.Cmd, error) {
		m.notice(ui.NoticeBusy, "saving "+m.named(t.label, t.key.AppID))
		return m.saveTo(t, f.Value(fieldPath), f.On(fieldOverwrite)), nil
	})
}

// saveTo reads the tree and writes the file, off the update loop.
func (m *Model) saveTo(t target, path string, replace bool) tea.Cmd {
	client, write, parent, timeout := m.cfg.Client, m.cfg.WriteValue, m.ctx, m.cfg.ReadTimeout
	file := saved.File{SavedAt: m.cfg.Now(), Sidecar: m.sidecarOf(t.key)}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, saveWithin)
		defer cancel()
		read, err := readTree(ctx, client, t.key, timeout)
		if err != nil {
			return savedMsg{t: t, path: path, err: err}
		}
		file.Instances, file.Note = read.instances, read.note()
		var text strings.Builder
		if err := saved.Write(&text, file); err != nil {
			return savedMsg{t: t, path: path, err: err}
		}
		return savedMsg{t: t, path: path, tree: read, size: text.Len(), err: write(path, text.String(), replace)}
	}
}

// readTree reads an instance, and then its children level by level. One below
// that cannot be read is left out and counted; each read has its own deadline.
func readTree(ctx context.Context, c Client, root workflow.Key, timeout time.Duration) (tree, error) {
	var out tree
	seen := map[workflow.Key]bool{root: true}
	for queue := []workflow.Key{root}; len(queue) > 0; queue = queue[1:] {
		if len(out.instances) == maxSaved {
			out.more = true
			break
		}
		in, err := readSaved(ctx, c, queue[0], timeout)
		switch {
		case err != nil && queue[0] == root:
			return tree{}, err
		case err != nil:
			out.unread++
			continue
		}
		out.instances = append(out.instances, in)
		for _, child := range childKeys(queue[0], in.History) {
			if !seen[child] {
				seen[child] = true
				queue = append(queue, child)
			}
		}
	}
	return out, nil
}

// readSaved reads one instance. A history that cannot be read is no error, but
// said in the file.
func readSaved(ctx context.Context, c Client, key workflow.Key, timeout time.Duration) (saved.Instance, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	d, err := c.Detail(ctx, key)
	if err != nil {
		return saved.Instance{}, err
	}
	in := saved.Instance{Detail: d}
	h, err := readHistory(ctx, c, key)
	if err != nil {
		in.HistoryErr, _ = plain(err)
		return in, nil
	}
	in.History, in.HistoryKnown = h, true
	return in, nil
}

// childKeys are the child workflows of an instance, each once.
func childKeys(parent workflow.Key, h workflow.History) []workflow.Key {
	var keys []workflow.Key
	for i := range h.Events {
		e := &h.Events[i]
		if e.Type != workflow.ChildWorkflowInstanceCreated || e.ChildID == "" {
			continue
		}
		key := workflow.Key{AppID: parent.AppID, InstanceID: e.ChildID}
		if e.TargetApp != "" {
			key.AppID = e.TargetApp
		}
		keys = append(keys, key)
	}
	return keys
}

// note says in the file what it lacks.
func (t *tree) note() string {
	var lacks []string
	if t.unread > 0 {
		lacks = append(lacks, ui.Plural(t.unread, "child workflow could not be read", "child workflows could not be read"))
	}
	if t.more {
		lacks = append(lacks, fmt.Sprintf("there are more than the %d instances that are saved", maxSaved))
	}
	return strings.Join(lacks, "; ")
}

// savedInstance says where the instance is, or asks again for another place.
func (m *Model) savedInstance(msg savedMsg) tea.Cmd {
	switch {
	case msg.err == nil:
		text := "saved " + m.named(msg.t.label, msg.t.key.AppID)
		if n := len(msg.tree.instances) - 1; n > 0 {
			text += " and " + ui.Plural(n, "child workflow", "child workflows")
		}
		text += ", " + ui.Size(msg.size) + ", to " + workflow.Clean(msg.path)
		kind := ui.NoticeGood
		if lacks := msg.tree.note(); lacks != "" {
			kind, text = ui.NoticeWarn, text+"; "+lacks
		}
		m.notice(kind, text)
	case m.modals.top() != nil || !errors.Is(msg.err, fs.ErrExist):
		why, _ := plain(msg.err)
		m.notice(ui.NoticeBad, m.named(msg.t.label, msg.t.key.AppID)+" was not saved: "+workflow.Clean(why))
	default:
		m.said = said{}
		m.askSave(msg.t, msg.path).form.SetError(fieldPath, "this file is there already: choose another name, or Replace")
	}
	return nil
}
