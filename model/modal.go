package model

import (
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/ui"
)

// modal is something on top that takes every key until it closes itself.
type modal interface {
	// update takes a key, a paste or a message of the modal's own.
	update(m *Model, msg tea.Msg) tea.Cmd
	resize(w, h int)
	setTheme(t ui.Theme)
	// tick runs once a second.
	tick(m *Model)
	view() string
	// hints are the keys of the footer while it is on top.
	hints(m *Model) []ui.Hint
	// cursor is where the text cursor is, relative to the box; nil for none.
	cursor() *tea.Cursor
	// typed reports whether closing would lose text.
	typed() bool
}

// modalStack is the modals that are open, the topmost last.
type modalStack struct {
	open []modal
	w, h int
}

func (s *modalStack) push(x modal) {
	x.resize(s.w, s.h)
	s.open = append(s.open, x)
}

// remove closes one modal, wherever it is in the stack.
func (s *modalStack) remove(x modal) {
	for i := range s.open {
		if s.open[i] == x {
			s.open = append(s.open[:i:i], s.open[i+1:]...)
			return
		}
	}
}

func (s *modalStack) top() modal {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1]
}

func (s *modalStack) resize(w, h int) {
	s.w, s.h = w, h
	for _, x := range s.open {
		x.resize(w, h)
	}
}

func (s *modalStack) setTheme(t ui.Theme) {
	for _, x := range s.open {
		x.setTheme(t)
	}
}

func (s *modalStack) tick(m *Model) {
	for _, x := range s.open {
		x.tick(m)
	}
}

// forward hands a message that nobody knows to the topmost modal: a blinking
// cursor's, for instance.
func (s *modalStack) forward(m *Model, msg tea.Msg) tea.Cmd {
	if x := s.top(); x != nil {
		return x.update(m, msg)
	}
	return nil
}

// typed reports whether any modal holds text that would be lost.
func (s *modalStack) typed() bool {
	for _, x := range s.open {
		if x.typed() {
			return true
		}
	}
	return false
}

// form finds an open form by its number.
func (s *modalStack) form(id uint64) *formModal {
	for _, x := range s.open {
		if f, ok := x.(*formModal); ok && f.id == id {
			return f
		}
	}
	return nil
}

// plainModal is the part that modals without text share.
type plainModal struct{}

func (plainModal) tick(*Model)         {}
func (plainModal) cursor() *tea.Cursor { return nil }
func (plainModal) typed() bool         { return false }

// helpModal shows every key.
type helpModal struct {
	plainModal
	*ui.HelpView
}

func (h *helpModal) update(m *Model, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && h.HandleKey(k) {
		m.modals.remove(h)
	}
	return nil
}

func (h *helpModal) resize(w, ht int)    { h.SetSize(w, ht) }
func (h *helpModal) setTheme(t ui.Theme) { h.SetTheme(t) }
func (h *helpModal) view() string        { return h.View() }

// logModal shows the log of this session's actions; it goes on while open.
type logModal struct {
	plainModal
	*ui.LogView
}

func (l *logModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	if matches(k, m.keys.CopyValue) {
		return m.copyText("log line", l.Value())
	}
	if l.HandleKey(k) {
		m.modals.remove(l)
	}
	return nil
}

func (l *logModal) tick(m *Model)       { l.SetLines(m.journal.lines(), m.clock) }
func (l *logModal) resize(w, h int)     { l.SetSize(w, h) }
func (l *logModal) setTheme(t ui.Theme) { l.SetTheme(t) }
func (l *logModal) view() string        { return l.View() }

// optionsModal changes options at once.
type optionsModal struct {
	plainModal
	*ui.Options
}

func (o *optionsModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	values, changed, closed := o.HandleKey(k)
	if closed {
		m.modals.remove(o)
	}
	if changed {
		m.setOptions(values)
	}
	return nil
}

func (o *optionsModal) resize(w, h int)     { o.SetSize(w, h) }
func (o *optionsModal) setTheme(t ui.Theme) { o.SetTheme(t) }
func (o *optionsModal) view() string        { return o.View() }
