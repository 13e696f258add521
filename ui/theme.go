// Package ui draws: theme, layout, panes, modals. Its values hold pane-local
// state only (cursor, scroll, input); there is no I/O here, no clock, no
// client and no goroutine.
package ui

import (
	"image/color"

	"charm.land/lipgloss/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Theme is every style and symbol of the console. Make it with NewTheme, again
// whenever the terminal's background turns out to be different.
type Theme struct {
	// Text is plain; Dim is for what is less important, Faint for what is
	// hardly: rules, labels of empty things. Strong stands out without colour.
	Text, Dim, Faint, Strong Pen
	// Accent marks what is active or typed; Title is a pane's heading.
	Accent, Title Pen
	// Good, Warn and Bad carry meaning only, and never alone.
	Good, Warn, Bad Pen
	// Border and BorderFocus draw frames.
	Border, BorderFocus Pen
	// Key and KeyOff are a key in the footer, bound and refused; Match marks
	// found text, MatchNow the one match in focus; Danger is the button that
	// destroys; Button a quiet one and ButtonFocus the one that enter presses.
	Key, KeyOff, Match, MatchNow, Button, ButtonFocus, Danger Pen
	// JSON pens.
	JSONKey, JSONString, JSONNumber, JSONWord Pen
	// Brand is the name in the header.
	Brand Pen

	Glyphs Glyphs

	status [workflow.NumStatuses]Pen
	// Dark and ASCII are what the theme was made for.
	Dark, ASCII bool

	// banner is the theme of the header's first line where that has a colour of
	// its own; block says that this is such a theme.
	banner *Theme
	block  bool
}

// ThemeSpec is what a theme is made of.
type ThemeSpec struct {
	Colors      Colors
	Dark, ASCII bool
	// Roles are colours that take the place of those of a role: see Roles.
	Roles map[string]string
	// Header is the colour of the header's first line; empty is none.
	Header string
}

// Glyphs are the symbols that the console draws with. In ASCII mode every one
// of them is one cell wide in any terminal.
type Glyphs struct {
	Status   [workflow.NumStatuses]string
	Ellipsis string
	// Cursor stands before the selected row, Mark before a marked one.
	Cursor, Mark string
	// Up and Down show the order of a sorted column; Refresh, Stale, Frozen
	// and Bullet stand in headers and lines of text.
	Up, Down, Refresh, Warn, Bullet, Arrow, On, Off, Dash string
	// The frame: corners clockwise from the upper left, then the sides.
	TopLeft, TopRight, BottomRight, BottomLeft, Horizontal, Vertical string
	// Scrollbar's thumb.
	Thumb string
}

func unicodeGlyphs() Glyphs {
	g := Glyphs{
		Ellipsis: "…", Cursor: "▌", Mark: "◆", Up: "↑", Down: "↓", Refresh: "↻", Warn: "▲", Bullet: "·", Arrow: "→", On: "●", Off: "○", Dash: "–",
		TopLeft: "╭", TopRight: "╮", BottomRight: "╯", BottomLeft: "╰", Horizontal: "─", Vertical: "│", Thumb: "┃",
	}
	g.Status = [workflow.NumStatuses]string{
		workflow.Unknown: "?", workflow.Running: "●", workflow.Suspended: "◐", workflow.Pending: "◌", workflow.Stalled: "▲",
		workflow.Failed: "✗", workflow.Completed: "✓", workflow.Terminated: "⊘", workflow.Canceled: "○", workflow.ContinuedAsNew: "↻",
	}
	return g
}

func asciiGlyphs() Glyphs {
	g := Glyphs{
		Ellipsis: "~", Cursor: ">", Mark: "#", Up: "^", Down: "v", Refresh: "@", Warn: "!", Bullet: "-", Arrow: "->", On: "x", Off: " ", Dash: "-",
		TopLeft: "+", TopRight: "+", BottomRight: "+", BottomLeft: "+", Horizontal: "-", Vertical: "|", Thumb: "#",
	}
	g.Status = [workflow.NumStatuses]string{
		workflow.Unknown: "?", workflow.Running: "*", workflow.Suspended: "=", workflow.Pending: ".", workflow.Stalled: "!",
		workflow.Failed: "x", workflow.Completed: "+", workflow.Terminated: "-", workflow.Canceled: "o", workflow.ContinuedAsNew: "~",
	}
	return g
}

// NewTheme makes the theme for a dark or a light background, in all colours.
// With ascii set it draws without any symbol of ambiguous width.
func NewTheme(dark, ascii bool) Theme {
	return NewThemeOf(ThemeSpec{Colors: AllColors, Dark: dark, ASCII: ascii})
}

// NewThemeOf makes the theme that a specification asks for.
func NewThemeOf(spec ThemeSpec) Theme {
	p := newPalette(spec.Colors, spec.Dark)
	p.paint(spec.Colors, spec.Roles)
	t := p.theme(spec.Dark, spec.ASCII)
	if spec.Header != "" {
		t.banner = t.inBanner(banner(spec.Colors, spec.Header))
	}
	return t
}

// inBanner returns the theme of a line in one colour. Nothing in it has a
// colour of its own: on a coloured ground few could be read.
func (t *Theme) inBanner(ground color.Color) *Theme {
	style := lipgloss.NewStyle().Foreground(ground).Reverse(true).Bold(true)
	pen := Pen{}
	pen.open, pen.close = sequences(style)
	pen.selOpen, pen.selEnd = pen.open, pen.close
	b := *t
	b.block = true
	for _, p := range []*Pen{&b.Text, &b.Dim, &b.Faint, &b.Strong, &b.Accent, &b.Good, &b.Warn, &b.Bad, &b.Brand} {
		*p = pen
	}
	return &b
}

// theme makes every style of the palette.
func (p palette) theme(dark, ascii bool) Theme {
	sel := lipgloss.NewStyle().Background(p.selected).Bold(true)
	if p.selected == nil {
		sel = lipgloss.NewStyle().Reverse(true).Bold(true)
	}
	pen := func(fg color.Color) Pen { return newPen(lipgloss.NewStyle().Foreground(fg), sel) }
	bold := func(fg color.Color) Pen { return newPen(lipgloss.NewStyle().Foreground(fg).Bold(true), sel) }
	blockOf := func(base lipgloss.Style, fg, bg color.Color) Pen {
		if fg == nil {
			return newPen(base.Foreground(bg).Reverse(true).Bold(true), sel)
		}
		return newPen(base.Foreground(fg).Background(bg).Bold(true), lipgloss.NewStyle().Background(bg))
	}
	block := func(fg, bg color.Color) Pen { return blockOf(lipgloss.NewStyle(), fg, bg) }
	// What is faint could not be read on a selected row.
	faint := pen(p.dim)
	faint.open, faint.close = sequences(lipgloss.NewStyle().Foreground(p.faint).Faint(p.faint == nil))
	t := Theme{
		Text: pen(p.text), Dim: pen(p.dim), Faint: faint, Strong: bold(p.text),
		Accent: pen(p.accent), Title: bold(p.text), Good: pen(p.good), Warn: pen(p.warn), Bad: pen(p.bad),
		Border: faint, BorderFocus: pen(p.accent), Key: bold(p.accent), KeyOff: faint,
		Match:    newPen(lipgloss.NewStyle().Foreground(p.warn).Bold(true).Underline(true), sel),
		MatchNow: blockOf(lipgloss.NewStyle().Underline(true), p.onAccent, p.accentBlock),
		Button:   pen(p.text), ButtonFocus: block(p.onAccent, p.accentBlock), Danger: block(p.onBad, p.badBlock), Brand: bold(p.accent),
		JSONKey: pen(p.accent), JSONString: pen(p.good), JSONNumber: pen(p.warn), JSONWord: pen(p.violet),
		Glyphs: unicodeGlyphs(), Dark: dark, ASCII: ascii,
	}
	if ascii {
		t.Glyphs = asciiGlyphs()
	}
	t.status = [workflow.NumStatuses]Pen{
		workflow.Unknown: pen(p.violet), workflow.Running: pen(p.accent), workflow.Suspended: pen(p.warn), workflow.Pending: pen(p.dim),
		workflow.Stalled: bold(p.violet), workflow.Failed: bold(p.bad), workflow.Completed: pen(p.good), workflow.Terminated: pen(p.dim),
		workflow.Canceled: pen(p.dim), workflow.ContinuedAsNew: pen(p.accent),
	}
	return t
}

// Status returns the pen of a status.
func (t *Theme) Status(s workflow.Status) Pen {
	if int(s) < len(t.status) {
		return t.status[s]
	}
	return t.status[workflow.Unknown]
}

// StatusGlyph returns the symbol of a status, one cell wide.
func (t *Theme) StatusGlyph(s workflow.Status) string {
	if int(s) < len(t.Glyphs.Status) {
		return t.Glyphs.Status[s]
	}
	return t.Glyphs.Status[workflow.Unknown]
}
