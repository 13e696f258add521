package ui

import (
	"strings"
	"testing"
)

// A strip cuts at both edges by cells: half a wide character is a space on the
// left, and makes room for the ellipsis on the right.
func TestStripCuts(t *testing.T) {
	theme := NewTheme(true, false)
	for _, c := range []struct {
		text    string
		skip, w int
		hard    bool
		want    string
	}{
		{"abcdef", 0, 6, false, "abcdef"},
		{"abcdef", 0, 8, false, "abcdef  "},
		{"abcdef", 0, 4, false, "abc…"},
		{"abcdef", 0, 4, true, "abcd"},
		{"abcdef", 2, 3, true, "cde"},
		{"abcdef", 9, 3, true, "   "},
		{"椅子椅子", 0, 8, false, "椅子椅子"},
		{"椅子椅子", 0, 7, false, "椅子椅…"},
		{"椅子椅子", 0, 6, false, "椅子… "},
		{"椅子椅子", 0, 5, true, "椅子 "},
		{"椅子椅子", 1, 5, true, " 子椅"},
		{"椅子椅子", 2, 5, true, "子椅 "},
		{"椅子", 3, 4, true, "    "},
		{"a👩‍🚀b", 1, 4, true, "👩‍🚀b "},
		{"a👩‍🚀b", 2, 4, true, " b  "},
		{"éé", 1, 1, true, "é"},
		{"日", 0, 1, false, "…"},
		{"日", 0, 1, true, " "},
	} {
		s := newStrip(&theme, c.w)
		s.skip, s.hard = c.skip, c.hard
		line := s.put(theme.Text, c.text).end()
		if got := style.ReplaceAllString(line, ""); got != c.want {
			t.Errorf("%q from %d in %d cells: %q, want %q", c.text, c.skip, c.w, got, c.want)
		}
	}
}

// Pieces are skipped and cut as one text.
func TestStripSkipsOverPieces(t *testing.T) {
	theme := NewTheme(true, false)
	pieces := []string{"ab", "椅子", "c", "日", "def"}
	for skip := range 12 {
		for w := 1; w < 14; w++ {
			parts, whole := newStrip(&theme, w), newStrip(&theme, w)
			parts.skip, parts.hard, whole.skip, whole.hard = skip, true, skip, true
			for _, p := range pieces {
				parts.put(theme.Text, p)
			}
			whole.put(theme.Text, strings.Join(pieces, ""))
			a, b := style.ReplaceAllString(parts.end(), ""), style.ReplaceAllString(whole.end(), "")
			if a != b || width(a) != w {
				t.Errorf("from %d in %d cells: %q in pieces, %q at once", skip, w, a, b)
			}
		}
	}
}
