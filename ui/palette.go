package ui

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Colors is how many colours a terminal has. Colours that it has not are never
// left to be approximated: the nearest of 16 to two that differ can be the
// same, and text then disappears.
type Colors uint8

// What terminals have. One without colours draws none of any of them.
const (
	AllColors Colors = iota
	Colors256
	Colors16
)

// palette is the few colours that everything is made of. A nil colour is the
// terminal's own; without one for the selected row, that is drawn in reverse,
// and without one for what is faint, that is drawn with less intensity: the
// grey of 16 colours is next to the background in many schemes, and is the
// background in some.
type palette struct {
	text, dim, faint, accent, good, warn, bad, violet, selected color.Color
	// The colours of blocks, and of the text on them; nil is the terminal's
	// background, which no scheme shows in another colour for being bold.
	accentBlock, badBlock, onAccent, onBad color.Color
}

func newPalette(colors Colors, dark bool) palette {
	pick := lipgloss.LightDark(dark)
	c := func(light, dark string) color.Color { return pick(lipgloss.Color(light), lipgloss.Color(dark)) }
	switch colors {
	case Colors16:
		return palette{
			accent: c("4", "14"), good: c("2", "10"), warn: c("5", "11"), bad: c("1", "9"), violet: c("5", "13"),
			accentBlock: c("4", "14"), badBlock: c("1", "9"),
		}
	case Colors256:
		return palette{
			text: c("235", "253"), dim: c("240", "248"), faint: c("244", "242"),
			accent: c("25", "111"), good: c("22", "114"), warn: c("94", "179"), bad: c("124", "210"), violet: c("91", "141"),
			selected: c("254", "237"), accentBlock: c("25", "111"), badBlock: c("124", "210"), onAccent: c("231", "233"), onBad: c("231", "233"),
		}
	case AllColors:
	}
	p := palette{
		text:     c("#24292f", "#d7dce2"),
		dim:      c("#59636e", "#9aa4b0"),
		faint:    c("#818b98", "#6b7682"),
		accent:   c("#0550ae", "#7cb7ff"),
		good:     c("#116329", "#7bcf8e"),
		warn:     c("#8a5300", "#e5b567"),
		bad:      c("#b3202c", "#ff7b72"),
		violet:   c("#6f3fb5", "#c297ff"),
		selected: c("#dbe7f5", "#263445"),
		onAccent: c("#ffffff", "#10161d"),
	}
	p.accentBlock, p.badBlock, p.onBad = p.accent, p.bad, p.onAccent
	return p
}
