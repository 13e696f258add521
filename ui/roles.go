package ui

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// roles are what colours are for, each with its place in a palette.
func (p *palette) roles() []role {
	return []role{
		{"text", &p.text},
		{"dim", &p.dim},
		{"faint", &p.faint},
		{"accent", &p.accent},
		{"good", &p.good},
		{"warn", &p.warn},
		{"bad", &p.bad},
		{"odd", &p.violet},
		{"selected", &p.selected},
	}
}

type role struct {
	name  string
	color *color.Color
}

// Roles returns the names of what colours are for. A colour carries meaning
// only, and never alone: whatever it is, a symbol or a word says the same.
func Roles() []string {
	var p palette
	all := p.roles()
	names := make([]string, 0, len(all))
	for _, r := range all {
		names = append(names, r.name)
	}
	return names
}

// colorNames are the sixteen colours that a terminal's scheme has, in their
// order.
func colorNames() []string {
	return []string{
		"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
		"gray", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
	}
}

// CheckColor returns why a text is no colour: one of sixteen names, a number
// from 0 to 255, or #rrggbb.
func CheckColor(s string) error {
	if _, _, ok := parseColor(s); ok {
		return nil
	}
	err := fmt.Errorf("%s is no colour: want a name such as red or bright-blue, a number from 0 to 255, or #rrggbb", strconv.Quote(workflow.Clean(s)))
	if near := workflow.Nearest(strings.ToLower(s), colorNames()); near != "" {
		err = fmt.Errorf("%s is no colour: did you mean %q?", strconv.Quote(workflow.Clean(s)), near)
	}
	return err
}

// parseColor returns a colour and the terminals that have it: those of at least
// so many colours.
func parseColor(s string) (c color.Color, needs Colors, ok bool) {
	for i, name := range colorNames() {
		if s == name {
			return lipgloss.Color(strconv.Itoa(i)), Colors16, true
		}
	}
	if n, err := strconv.ParseUint(s, 10, 8); err == nil {
		needs = Colors256
		if n < 16 {
			needs = Colors16
		}
		return lipgloss.Color(strconv.FormatUint(n, 10)), needs, true
	}
	if hex, found := strings.CutPrefix(s, "#"); found && (len(hex) == 3 || len(hex) == 6) {
		if _, err := strconv.ParseUint(hex, 16, 32); err == nil {
			return lipgloss.Color(s), AllColors, true
		}
	}
	return nil, AllColors, false
}

// has reports whether a terminal has what needs at least so many colours.
func (c Colors) has(needs Colors) bool { return c <= needs }

// paint puts the user's colours in the place of the palette's own. One that the
// terminal has not stays away: see Colors.
func (p *palette) paint(colors Colors, by map[string]string) {
	for _, r := range p.roles() {
		c, needs, ok := parseColor(by[r.name])
		if !ok || !colors.has(needs) {
			continue
		}
		*r.color = c
		switch r.name {
		case "accent":
			p.accentBlock, p.onAccent = c, nil
		case "bad":
			p.badBlock, p.onBad = c, nil
		}
	}
}

// banner returns the colour of a header, the terminal's own red where it has
// not what was asked for.
func banner(colors Colors, name string) color.Color {
	c, needs, ok := parseColor(name)
	if !ok || !colors.has(needs) {
		c, _, _ = parseColor("red")
	}
	return c
}
