package model

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// maxCopy is the longest text that is sent to the terminal's clipboard, in
// bytes. xterm, tmux and others drop an OSC 52 of more than 100,000 characters,
// which are 74,994 bytes in base64, and tell nobody.
const maxCopy = 74_994 - len("\x1b]52;c;\x07")

// copyText sends text to the terminal's clipboard, which never says whether it
// took it. A text that it would drop is offered as a file.
func (m *Model) copyText(what, text string) tea.Cmd {
	switch {
	case text == "":
		m.notice(ui.NoticeInfo, "nothing to copy")
	case m.cfg.Plain:
		m.notice(ui.NoticeWarn, "not copied: this terminal ("+workflow.CleanLabel(m.cfg.TerminalName)+") has no clipboard that a program can reach")
	case len(text) > maxCopy:
		m.tooLongToCopy(what, text)
	default:
		m.notice(ui.NoticeInfo, what+" sent to the terminal's clipboard, "+ui.Size(len(text)))
		return tea.SetClipboard(text)
	}
	return nil
}

// tooLongToCopy says that a text is not copied and asks for a file to write it
// to.
func (m *Model) tooLongToCopy(what, text string) {
	said := "not copied: terminals drop more than " + ui.Size(maxCopy) + " without a word, and this is " + ui.Size(len(text))
	if m.cfg.WriteValue == nil || m.cfg.Served {
		m.notice(ui.NoticeWarn, said)
		return
	}
	v := value{strings.TrimPrefix(what, "the "), text}
	m.askPath(v, fileName(m.shown.key.InstanceID, v))
	m.notice(ui.NoticeWarn, said+": write it to a file")
}

// copyID copies the ID of the selected instance.
func (m *Model) copyID() tea.Cmd {
	row, ok := m.selected()
	if !ok {
		return m.copyText("", "")
	}
	return m.copyIDOf(row.InstanceID)
}

// copyIDOf copies an instance ID as it is, and warns where that is not what the
// screen shows: pasted, it may be obeyed.
func (m *Model) copyIDOf(id string) tea.Cmd {
	if !workflow.Callable(id) {
		m.notice(ui.NoticeWarn, "not copied: the ID is too long to be kept whole")
		return nil
	}
	cmd := m.copyText("the instance ID", id)
	if shown := workflow.Escaped(id); cmd != nil && shown != id {
		m.notice(ui.NoticeWarn, "the instance ID sent to the clipboard holds characters that do not show or that a terminal obeys when you paste it: "+
			workflow.Shorten(shown, workflow.ShortText))
	}
	return cmd
}

// copyValue copies the value in focus, in the list the ID.
func (m *Model) copyValue() tea.Cmd {
	if m.focus == focusDetail {
		if what, text, ok := m.detail.Value(); ok {
			return m.copyText(what, text)
		}
		return m.copyText("", "")
	}
	return m.copyID()
}
