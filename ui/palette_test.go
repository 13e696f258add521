package ui

import (
	"fmt"
	"image/color"
	"math"
	"regexp"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// contrast is that of two colours by WCAG 2, from 1 to 21.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

// TestEveryColourCanBeRead, on the terminal's background and on that of a
// selected row; with all colours and with 256.
func TestEveryColourCanBeRead(t *testing.T) {
	for _, colors := range []Colors{AllColors, Colors256} {
		for _, dark := range []bool{true, false} {
			p := newPalette(colors, dark)
			ground := color.Color(color.White)
			if dark {
				ground = color.RGBA{0x1c, 0x1c, 0x1c, 0xff}
			}
			readable := func(name string, fg, bg color.Color, least float64) {
				t.Helper()
				if got := contrast(fg, bg); got < least {
					t.Errorf("colours %d, dark %t: %s has a contrast of %.1f, less than %.1f", colors, dark, name, got, least)
				}
			}
			for name, fg := range map[string]color.Color{
				"text": p.text, "dim": p.dim, "accent": p.accent, "good": p.good, "warn": p.warn, "bad": p.bad, "violet": p.violet,
			} {
				readable(name, fg, ground, 4.5)
				readable(name+" on a selected row", fg, p.selected, 4)
			}
			readable("faint", p.faint, ground, 3)
			readable("a button", p.onAccent, p.accentBlock, 4.5)
			readable("a dangerous button", p.onBad, p.badBlock, 4.5)
		}
	}
}

// pensOf are all pens of a theme by name.
func pensOf(th *Theme) map[string]Pen {
	pens := map[string]Pen{
		"text": th.Text, "dim": th.Dim, "faint": th.Faint, "strong": th.Strong, "accent": th.Accent, "title": th.Title, "good": th.Good,
		"warn": th.Warn, "bad": th.Bad, "border": th.Border, "focus": th.BorderFocus, "key": th.Key, "keyoff": th.KeyOff, "match": th.Match,
		"button": th.Button, "json key": th.JSONKey, "json string": th.JSONString, "json number": th.JSONNumber, "json word": th.JSONWord,
		"brand": th.Brand,
	}
	for _, s := range workflow.Statuses() {
		pens[s.String()] = th.Status(s)
	}
	return pens
}

// TestSixteenColoursAreNotApproximated: what is sent needs no other colours, the
// selected row is in reverse, and what warns looks unlike what is wrong.
func TestSixteenColoursAreNotApproximated(t *testing.T) {
	more := regexp.MustCompile(`[34]8[;:][25]|[[;]90[;m]`) // 90 is the background in some schemes
	for _, dark := range []bool{true, false} {
		th := NewThemeOf(ThemeSpec{Colors: Colors16, Dark: dark, ASCII: false})
		for name, p := range pensOf(&th) {
			if more.MatchString(p.Draw("x") + p.On("x", true)) {
				t.Errorf("dark %t: %s draws %q and %q", dark, name, p.Draw("x"), p.On("x", true))
			}
			if got := p.On("x", true); got != "\x1b[1;7mx\x1b[m" {
				t.Errorf("dark %t: %s on a selected row draws %q", dark, name, got)
			}
		}
		seen := map[string]string{}
		for name, p := range map[string]Pen{"good": th.Good, "warn": th.Warn, "bad": th.Bad, "accent": th.Accent, "faint": th.Faint, "text": th.Text} {
			if other, ok := seen[p.Draw("x")]; ok {
				t.Errorf("dark %t: %s looks like %s", dark, name, other)
			}
			seen[p.Draw("x")] = name
		}
	}
}

// TestFewerColoursChangeNoText.
func TestFewerColoursChangeNoText(t *testing.T) {
	for _, colors := range []Colors{AllColors, Colors256, Colors16} {
		th := NewThemeOf(ThemeSpec{Colors: colors, Dark: true, ASCII: false})
		got := ansi.Strip(fmt.Sprint(th.Text.On("a", true), th.Danger.Draw("b"), th.Faint.Draw("c")))
		if got != "abc" {
			t.Errorf("colours %d: %q", colors, got)
		}
	}
}
