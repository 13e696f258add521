package model

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

const (
	fieldIDs      = "ids"
	fieldRemember = "remember"

	buttonForget = "forget"
)

// watchedMsg says what came of adding IDs to the watch list of an app, or of
// taking them off.
type watchedMsg struct {
	app   string
	total int
	err   error
}

// askIDs asks for the IDs of instances to watch, where the sidecar cannot list.
func (m *Model) askIDs() {
	a := m.here()
	switch {
	case m.cfg.WatchIDs == nil || m.cfg.ForgetIDs == nil:
		m.notice(ui.NoticeInfo, "no IDs can be added here")
		return
	case a == nil || a.ID() == "":
		m.notice(ui.NoticeWarn, "cannot watch IDs: no app is chosen, or none has answered yet")
		return
	case !a.Listless:
		m.notice(ui.NoticeInfo, nameOf(a)+" lists its instances by itself: there is nothing to add")
		return
	}
	app := a.ID()
	lines := []ui.FormLine{info("This sidecar cannot list. Instances whose IDs are given are watched, and everything else works on them.")}
	if a.Watched > 0 {
		lines = append(lines, info("%s watched now.", ui.Plural(a.Watched, "ID is", "IDs are")))
	}
	f := m.openForm(ui.FormSpec{
		ID: "watch", Title: "Watch instances of " + nameOf(a), Lines: lines,
		Fields: []ui.Field{
			{ID: fieldIDs, Label: "IDs", Placeholder: "one a line, or @file", Kind: ui.FieldJSON, Check: checkIDs},
			{ID: fieldRemember, Label: "Remember", Help: "them for the next time", Kind: ui.FieldToggle, On: true},
		},
		Buttons: []ui.Button{{ID: buttonSend, Label: "Watch"}, {ID: buttonForget, Label: "Forget"}},
	}, func(m *Model, f *ui.Form, button string) (tea.Cmd, error) {
		text, remember, watch, forget := f.Value(fieldIDs), f.On(fieldRemember), m.cfg.WatchIDs, m.cfg.ForgetIDs
		return func() tea.Msg {
			if button == buttonForget {
				left, err := forget(app, text)
				return watchedMsg{app, left, err}
			}
			total, err := watch(app, text, remember)
			return watchedMsg{app, total, err}
		}, nil
	})
	f.of = workflow.Key{AppID: app}
}

func checkIDs(text string) (note string, err error) {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			n++
		}
	}
	if n == 0 {
		return "", errors.New("at least one ID")
	}
	return ui.Plural(n, "line", "lines"), nil
}

func (m *Model) watched(msg watchedMsg) tea.Cmd {
	if msg.err != nil {
		m.notice(ui.NoticeBad, fmt.Sprintf("the watch list of %s: %s", workflow.CleanID(msg.app), workflow.Clean(msg.err.Error())))
		return nil
	}
	m.notice(ui.NoticeGood, fmt.Sprintf("%s of %s on the watch list", ui.Plural(msg.total, "ID", "IDs"), workflow.CleanID(msg.app)))
	return nil
}
