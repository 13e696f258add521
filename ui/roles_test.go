package ui

import (
	"strings"
	"testing"
)

func TestColorsByRole(t *testing.T) {
	own := NewThemeOf(ThemeSpec{Dark: true})
	for _, role := range Roles() {
		for _, c := range []struct {
			color   string
			colors  Colors
			changes bool
		}{
			{"#123456", AllColors, true},
			{"#123456", Colors256, false},
			{"200", Colors256, true},
			{"200", Colors16, false},
			{"magenta", Colors16, true},
			{"magenta", AllColors, true},
			{"nonsense", AllColors, false},
		} {
			was := newPalette(c.colors, true)
			now := was
			now.paint(c.colors, map[string]string{role: c.color})
			changed := 0
			for i, r := range now.roles() {
				if *r.color != *was.roles()[i].color {
					changed++
				}
			}
			if (changed == 1) != c.changes || changed > 1 {
				t.Errorf("%s %s in %d: %d roles changed", role, c.color, c.colors, changed)
			}
		}
	}
	painted := NewThemeOf(ThemeSpec{Dark: true, Roles: map[string]string{"bad": "#123456"}})
	if painted.Bad == own.Bad || painted.Danger == own.Danger || painted.Good != own.Good {
		t.Error("the colour of what is bad is not in the pens that mean it")
	}
}

func TestCheckColor(t *testing.T) {
	for _, good := range []string{"red", "gray", "bright-white", "0", "255", "#fff", "#A1b2C3"} {
		if err := CheckColor(good); err != nil {
			t.Error(err)
		}
	}
	for bad, want := range map[string]string{
		"": "is no colour", "rde": `did you mean "red"?`, "256": "is no colour", "-1": "is no colour", "#12": "is no colour", "#gggggg": "is no colour",
		"bright-bleu": `did you mean "bright-blue"?`, "#+12345": "is no colour", "\x1b[31m": "is no colour",
	} {
		if err := CheckColor(bad); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
