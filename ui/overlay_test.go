package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// fits fails unless s is exactly h lines of w cells.
func fits(t *testing.T, what, s string, w, h int) {
	t.Helper()
	lines := strings.Split(s, "\n")
	if h == 0 || w == 0 {
		if s != "" {
			t.Errorf("%s: %q in %dx%d", what, s, w, h)
		}
		return
	}
	if len(lines) != h {
		t.Errorf("%s: %d lines, want %d", what, len(lines), h)
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			t.Errorf("%s: line %d takes %d cells, want %d: %q", what, i, n, w, ansi.Strip(l))
		}
	}
}

func TestOverlayCentresAndCutsWideLetters(t *testing.T) {
	red, end := "\x1b[31m", "\x1b[m"
	base := strings.Join([]string{red + "日日日日日" + end, "0123456789", red + "012" + end + "3456789"}, "\n")
	got, x, y := Overlay(base, "ab\ncd", 10, 3)
	if x != 4 || y != 0 {
		t.Errorf("the box is at %d,%d", x, y)
	}
	want := "日日ab日日\n0123cd6789\n0123456789"
	if s := ansi.Strip(got); s != want {
		t.Errorf("drawn as\n%s\nwant\n%s", s, want)
	}
	got = overlaid(base, "abc", 10, 3) // from 3 on: cuts a letter at its left
	if s := strings.Split(ansi.Strip(got), "\n")[1]; s != "012abc6789" {
		t.Errorf("second line %q", s)
	}
	odd := overlaid("日日日日日", "a", 10, 1) // at 4: the other half is a space
	if s := ansi.Strip(odd); s != "日日a 日日" {
		t.Errorf("half a letter: %q", s)
	}
	odd = overlaid("x日日日日y", "ab", 10, 1) // cuts two letters
	if s := ansi.Strip(odd); s != "x日 ab 日y" {
		t.Errorf("two halves: %q", s)
	}
}

// overlaid is the screen alone.
func overlaid(base, box string, w, h int) string {
	s, _, _ := Overlay(base, box, w, h)
	return s
}

func TestOverlayKeepsStyles(t *testing.T) {
	base := "\x1b[31m0123456789\x1b[m"
	got := overlaid(base, "ab", 10, 1)
	// What is left of the box and right of it is red, the box is not.
	left, rest, ok := strings.Cut(got, "ab")
	if !ok || !strings.HasPrefix(left, "\x1b[31m0123") || !strings.Contains(left[4:], "\x1b[m") {
		t.Fatalf("the box is in the style of the base: %q", got)
	}
	if red, digits := strings.Index(rest, "\x1b[31m"), strings.Index(rest, "6789"); red < 0 || red > digits {
		t.Errorf("the right part has lost its style: %q", got)
	}
	if !strings.HasSuffix(got, "\x1b[m") {
		t.Errorf("a style is left open: %q", got)
	}
}

func TestOverlayFitsAtAnySize(t *testing.T) {
	line := strings.Repeat("日\x1b[1mab\x1b[m", 10)
	for w := range 30 {
		for h := range 6 {
			base := strings.TrimSuffix(strings.Repeat(clip(line, w)+"\n", max(h, 1)), "\n")
			for _, box := range []string{"", "x", "abcdefgh\nabcdefgh", strings.TrimSuffix(strings.Repeat("訂訂訂訂訂訂訂訂訂訂訂訂訂訂訂訂\n", 9), "\n")} {
				fits(t, fmt.Sprintf("%q in %dx%d", box, w, h), overlaid(base, box, w, h), w, h)
				fits(t, "over too few lines", overlaid("", box, w, h), w, h)
			}
		}
	}
}

// BenchmarkOverlay is a form over a screen of 200x50 with many styles.
func BenchmarkOverlay(b *testing.B) {
	th := NewTheme(true, false)
	var line strings.Builder
	for i := range 20 {
		line.WriteString(th.Text.Draw("order") + th.Good.Draw(fmt.Sprintf("%05d", i)))
	}
	base := strings.TrimSuffix(strings.Repeat(line.String()+"\n", 50), "\n")
	f := benchForm()
	box := f.View()
	b.SetBytes(int64(len(base)))
	for b.Loop() {
		_ = overlaid(base, box, 200, 50)
	}
}
