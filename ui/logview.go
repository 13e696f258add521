package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// LogLine is one entry of the log of this session's actions. Texts are clean.
type LogLine struct {
	At   time.Time
	Kind NoticeKind
	Text string
	// Detail is shown below the list for the selected line; may have several lines.
	Detail string
}

// LogView is the log of this session's actions.
type LogView struct {
	t     *Theme
	km    keymap.Map
	lines []LogLine
	clock Clock
}

// NewLog makes an empty log view.
func NewLog(t Theme, km keymap.Map) *LogView { return &LogView{t: &t, km: km} }

// SetLines replaces the lines, the newest first.
func (v *LogView) SetLines(lines []LogLine, c Clock) { v.lines, v.clock = lines, c }

// SetSize gives the screen's size.
func (v *LogView) SetSize(w, h int) {}

// SetTheme changes the theme.
func (v *LogView) SetTheme(t Theme) { v.t = &t }

// HandleKey moves, scrolls or closes.
func (v *LogView) HandleKey(msg tea.KeyPressMsg) (closed bool) { return true }

// Value returns the selected line and its detail, for copying.
func (v *LogView) Value() string { return "" }

// View draws the box.
func (v *LogView) View() string { return "" }
