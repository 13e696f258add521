package model

import (
	"slices"

	"github.com/daprdeck/daprdeck/ui"
)

// tellFocus tells the feed what is on the screen when that has changed.
func (m *Model) tellFocus() {
	version := m.list.Version()
	if version == m.focusVersion && !m.focusStale {
		return
	}
	m.focusVersion, m.focusStale = version, false
	keys := m.list.Visible()
	if m.aside != nil {
		keys = append(keys, m.aside.Key)
	}
	for _, f := range m.following {
		if !slices.Contains(keys, f.key) {
			keys = append(keys, f.key)
		}
	}
	if !slices.Equal(keys, m.focused) {
		m.focused = keys
		m.cfg.Feed.Focus(keys)
	}
}

// hold stops all reading of the list, the first load too, or lets it go on. An
// instance that was acted on is read all the same.
func (m *Model) hold() {
	m.held = !m.held
	m.tree.dirty = true
	m.cfg.Feed.Hold(m.held)
	if m.held {
		m.notice(ui.NoticeInfo, "reading is stopped; Z lets it go on")
		return
	}
	m.notice(ui.NoticeInfo, "reading goes on")
}
