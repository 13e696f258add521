package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// ThemeChoice is which background the colours are made for.
type ThemeChoice uint8

const (
	// ThemeAuto follows what the terminal says of its background.
	ThemeAuto ThemeChoice = iota
	// ThemeDark and ThemeLight do not ask.
	ThemeDark
	ThemeLight
)

// OptionsValues is what the options view changes.
type OptionsValues struct {
	// Interval is between two refreshes; zero is no refresh but by hand.
	Interval time.Duration
	Absolute bool
	UTC      bool
	Theme    ThemeChoice
	ASCII    bool
}

// Options is the options view.
type Options struct {
	t  *Theme
	km keymap.Map
	v  OptionsValues
}

// NewOptions opens the options at their present values.
func NewOptions(t Theme, km keymap.Map, v OptionsValues) *Options {
	return &Options{t: &t, km: km, v: v}
}

// SetSize gives the screen's size.
func (o *Options) SetSize(w, h int) {}

// SetTheme changes the theme.
func (o *Options) SetTheme(t Theme) { o.t = &t }

// HandleKey moves, changes or closes; did says that changed is to be applied.
func (o *Options) HandleKey(msg tea.KeyPressMsg) (changed OptionsValues, did, closed bool) {
	return o.v, false, true
}

// View draws the box.
func (o *Options) View() string { return "" }
