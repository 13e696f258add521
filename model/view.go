package model

import (
	"log/slog"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// View draws the console. Everything costly was prepared when it arrived.
func (m *Model) View() tea.View {
	began := m.cfg.Now()
	v := tea.View{AltScreen: true, WindowTitle: m.windowTitle()}
	if m.cfg.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.Content, v.Cursor = m.screen()
	if took := m.cfg.Now().Sub(began); took > slowFrame {
		m.cfg.Logger.Warn("slow frame", slog.Duration("took", took))
	}
	return v
}

func (m *Model) windowTitle() string {
	if names := m.snap.Names(); names != "" {
		return "daprdeck " + workflow.Clean(names)
	}
	return "daprdeck"
}

func (m *Model) screen() (content string, cursor *tea.Cursor) {
	switch {
	case m.width <= 0 || m.height <= 0:
		return "", nil
	case m.layout.TooSmall:
		return ui.TooSmall(&m.theme, m.width, m.height, m.waits()), nil
	}
	lines := make([]string, 0, m.height)
	lines = append(lines, ui.Header(&m.theme, m.headerInfo(), m.width)[:m.layout.Header.H]...)
	lines = append(lines, m.body()...)
	footer, cursor := m.footer()
	if help := m.filterHelp(); help != "" {
		// It takes the place of the keys, which mean nothing while one types,
		// or on a low screen that of the list's lower edge.
		if m.layout.Footer.H > 1 {
			footer[len(footer)-1] = help
		} else {
			lines[len(lines)-1] = help
		}
	}
	lines = append(lines, footer...)
	content = strings.Join(lines, "\n")
	if x := m.modals.top(); x != nil {
		return m.overlay(content, x)
	}
	if c := m.detail.Cursor(); c != nil && cursor == nil && m.detailVisible() {
		c.X += m.layout.Detail.X
		c.Y += m.layout.Detail.Y
		cursor = c
	}
	return content, cursor
}

// waits is what a window that is too small does not show.
func (m *Model) waits() string {
	switch {
	case m.quitting:
		return keyOf(m.keys.ForceQuit) + " once more quits"
	case m.modals.typed():
		return "a form with text is open"
	case m.modals.top() != nil:
		return "a form is open"
	}
	return ""
}

// body is the list, the detail, or both side by side.
func (m *Model) body() []string {
	switch {
	case m.layout.Wide:
		left, right := strings.Split(m.list.View(), "\n"), strings.Split(m.detail.View(), "\n")
		for i := range left {
			if i < len(right) {
				left[i] += right[i]
			}
		}
		return left
	case m.detailOpen:
		return strings.Split(m.detail.View(), "\n")
	}
	return strings.Split(m.list.View(), "\n")
}

// footer is the notice, or the filter while it is typed, and the keys.
func (m *Model) footer() (lines []string, cursor *tea.Cursor) {
	lines = ui.Footer(&m.theme, m.said.shown(), m.hints(), m.width)
	if m.filtering {
		lines[0] = m.filterBar.View(m.width)
		if cursor = m.filterBar.Cursor(); cursor != nil {
			cursor.Y += m.layout.Footer.Y
		}
	}
	if m.layout.Footer.H == 1 && (m.filtering || m.said.notice.Text != "") {
		return lines[:1], cursor
	}
	return lines[len(lines)-m.layout.Footer.H:], cursor
}

// filterHelp is the line that goes with the filter while it is typed.
func (m *Model) filterHelp() string {
	if !m.filtering {
		return ""
	}
	return m.filterBar.Help(m.width)
}

func (m *Model) overlay(base string, x modal) (content string, cursor *tea.Cursor) {
	content, left, top := ui.Overlay(base, x.view(), m.width, m.height)
	if cursor = x.cursor(); cursor != nil {
		cursor.X += left
		cursor.Y += top
	}
	return content, cursor
}

func (m *Model) headerInfo() ui.HeaderInfo {
	s := &m.snap
	info := ui.HeaderInfo{
		AppID: workflow.Clean(s.Sidecar.AppID), Address: workflow.Clean(s.Address), Version: workflow.Clean(s.Sidecar.Version),
		Workers: s.Sidecar.Workers, WorkersKnown: s.Sidecar.WorkersKnown,
		Counts: m.counts, CountTexts: m.countTexts, Active: m.filter.Statuses, Filter: workflow.Clean(m.filter.Text), Interval: m.options.Interval,
		AgeKnown: !s.RefreshedAt.IsZero(), Refreshing: s.Refreshing, Frozen: m.frozen, Held: s.Held, ReadOnly: m.cfg.ReadOnly,
		Production: m.cfg.Production, Context: workflow.Clean(m.cfg.Context),
		Following: len(m.following), PlainToken: m.plainToken(),
		Behind: s.Behind, Partial: s.Partial, Rows: len(s.Instances),
		Loading: s.Phase == watch.Loading, Loaded: len(s.Instances), Total: s.Listed, TimeMode: m.clock.Mode(),
		Phase: phaseWord(s.Phase),
	}
	if len(s.Apps) == 1 && info.AppID == "" { // it may not say more before it has our token
		info.AppID = knownAs(&s.Apps[0])
	}
	if len(s.Apps) == 0 {
		info.Phase = "looking for sidecars"
	}
	if m.several() {
		m.headerOfApps(&info)
	} else if len(s.Apps) == 1 && len(s.Apps[0].Members) > 1 {
		info.Address += " +" + ui.Count(len(s.Apps[0].Members)-1) // replicas
	}
	if s := m.cfg.Saved; s != nil {
		info.AgeKnown, info.File = false, "file "+s.Name
		if !s.At.IsZero() {
			info.SavedAt = s.At.In(m.clock.Zone).Format("2006-01-02 15:04:05 MST")
		}
	}
	if info.AgeKnown {
		info.Age = max(0, m.clock.Now.Sub(s.RefreshedAt))
	}
	if s.Err != nil {
		info.Stale, info.Connected = true, s.Phase == watch.Ready || s.Phase == watch.Loading
		info.StaleErr, _ = plain(s.Err)
		if len(s.Apps) == 1 {
			info.StaleErr = staleBecause(&s.Apps[0], info.StaleErr)
		}
		if !s.RetryAt.IsZero() {
			info.RetryIn = max(0, s.RetryAt.Sub(m.clock.Now))
		}
	}
	return info
}

// plainToken reports whether the API token is sent unencrypted to another
// machine.
func (m *Model) plainToken() bool {
	for i := range m.snap.Apps {
		for j := range m.snap.Apps[i].Members {
			if m.snap.Apps[i].Members[j].Sidecar.Door.PlainToken {
				return true
			}
		}
	}
	return false
}

func phaseWord(p watch.Phase) string {
	switch p {
	case watch.Connecting:
		return "connecting"
	case watch.Loading:
		return "loading"
	case watch.Down:
		return "not connected"
	case watch.Refused:
		return "listing refused"
	case watch.Ready:
	}
	return ""
}

// listTitle is how many rows match, and of how many.
func (m *Model) listTitle() string {
	s := &m.snap.Snapshot
	if a := m.app(m.filter.App); a != nil {
		s = &a.Snapshot
	}
	total := len(s.Instances)
	title := ui.Plural(total, "instance", "instances")
	if s.Listless {
		title = ui.Plural(total, "watched instance", "watched instances") // there may be others
	}
	if m.matching != total {
		title = ui.Count(m.matching) + " of " + ui.Count(total)
	}
	if n := len(s.Absent); n > 0 {
		title += ", " + ui.Plural(n, "watched ID does not exist", "watched IDs do not exist")
	}
	if m.parentsUnknown > 0 {
		title += ", " + ui.Count(m.parentsUnknown) + " of " + ui.Count(m.parentsAsked) + " parents not known yet"
	}
	if m.frozen {
		title += " (frozen)"
	}
	return title
}
