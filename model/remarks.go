package model

import (
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// remarkMsg is something that happened outside the screen.
type remarkMsg struct{ text string }

// awaitRemark waits for the next of Config.Remarks.
func (m *Model) awaitRemark() tea.Cmd {
	remarks, ctx := m.cfg.Remarks, m.ctx
	if remarks == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case text, ok := <-remarks:
			if !ok {
				return nil
			}
			return remarkMsg{text}
		case <-ctx.Done():
			return nil
		}
	}
}

// remarked shows a remark and waits for the next one.
func (m *Model) remarked(msg remarkMsg) tea.Cmd {
	m.notice(ui.NoticeWarn, workflow.Clean(msg.text))
	return m.awaitRemark()
}

// askTerminal asks for the background color, which decides between light and
// dark. A plain terminal is not asked.
func (m *Model) askTerminal() tea.Cmd {
	if m.cfg.Plain {
		return nil
	}
	return tea.RequestBackgroundColor
}
