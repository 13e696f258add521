package ui

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestEditorRowsAndCursor(t *testing.T) {
	e := newEditor("0123456789abcdef\n\n日本語日本語\n\tx", "?", true)
	e.setSize(9, 10)
	want := []string{"01234567", "89abcdef", "", "日本語日", "本語", "    x"}
	if got := e.view("…"); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("rows %q", got)
	}
	places := []struct {
		line, col, x, y int
	}{
		{0, 0, 0, 0},
		{0, 8, 0, 1},
		{0, 16, 8, 1},
		{1, 0, 0, 2},
		{2, 9, 6, 3},
		{2, 12, 0, 4},
		{2, 18, 4, 4},
		{3, 1, 4, 5},
	}
	for _, p := range places {
		e.goTo(p.line, p.col)
		if x, y := e.cursorCell(); x != p.x || y != p.y {
			t.Errorf("line %d, byte %d is drawn at %d,%d", p.line, p.col, x, y)
		}
	}
}

func TestEditorKeepsItsCellGoingUpAndDown(t *testing.T) {
	e := newEditor("abcdef\nab\n日本語", "?", true)
	e.setSize(20, 5)
	e.goTo(0, 5)
	for _, want := range []struct{ line, col int }{{1, 2}, {2, 6}, {2, 6}} {
		e.vertical(1)
		if e.line != want.line || e.col != want.col {
			t.Fatalf("down: line %d, byte %d, want %v", e.line, e.col, want)
		}
	}
	e.vertical(-2)
	if e.line != 0 || e.col != 5 {
		t.Errorf("back up: line %d, byte %d", e.line, e.col)
	}
	e.goTo(0, 2)
	e.setSize(5, 5) // abcd/ef: the end of a row is not the start of the next
	e.goTo(0, 6)
	e.vertical(-1)
	if e.col != 2 {
		t.Errorf("up within a line: byte %d", e.col)
	}
}

func TestEditorDeletes(t *testing.T) {
	e := newEditor("one {two}\nthree", "?", true)
	steps := []struct {
		do   func()
		want string
	}{
		{func() { e.goTo(0, 9); e.cut(e.wordLeft(), e.col) }, "one {\nthree"},
		{func() { e.deleteForward() }, "one {three"},
		{func() { e.deleteBack() }, "one three"},
		{func() { e.insert("日🇩🇪e\u0301") }, "one 日🇩🇪e\u0301three"},
		{func() { e.deleteBack() }, "one 日🇩🇪three"},
		{func() { e.deleteBack() }, "one 日three"},
		{func() { e.left1(); e.deleteForward() }, "one three"},
		{func() { e.insert("\n"); e.deleteBack() }, "one three"},
		{func() { e.goTo(0, 0); e.deleteBack() }, "one three"},
		{func() { e.goTo(0, 99); e.deleteForward() }, "one three"},
		{func() { e.goTo(0, 0); e.cut(e.col, e.wordRight()) }, " three"},
	}
	for i, s := range steps {
		s.do()
		if got := e.text(); got != s.want {
			t.Fatalf("step %d: %q, want %q", i, got, s.want)
		}
	}
}

func TestEditorOfOneLineScrolls(t *testing.T) {
	e := newEditor("", "?", false)
	e.setSize(10, 1)
	e.insert("0123456789abcdef")
	if got := e.view("…")[0]; got != "…89abcdef" {
		t.Errorf("at the end: %q", got)
	}
	if x, _ := e.cursorCell(); x != 9 {
		t.Errorf("the cursor is at %d", x)
	}
	e.goTo(0, 0)
	if got := e.view("…")[0]; got != "012345678…" {
		t.Errorf("at the start: %q", got)
	}
	e.goTo(0, 16)
	for range 12 {
		e.left1()
	}
	if got := e.view("…")[0]; got != "…456789ab…" {
		t.Errorf("in the middle: %q", got)
	}
	e.goTo(0, 16)
	for range 10 {
		e.deleteBack()
	}
	if got := e.view("…")[0]; got != "012345" {
		t.Errorf("short again: %q", got)
	}
}

func TestEditorScrollsUpWhenTextGoes(t *testing.T) {
	e := newEditor(strings.Repeat("line\n", 50), "?", true)
	e.setSize(10, 5)
	e.goTo(50, 0)
	for range 48 {
		e.deleteBack()
		for range 4 {
			e.deleteBack()
		}
	}
	if got := e.view("…"); len(got) != 3 || e.topLine != 0 {
		t.Errorf("rows %q from line %d of %q", got, e.topLine, e.text())
	}
}

// plainEditor is an editor without any care for speed: a text and a place.
type plainEditor struct {
	text string
	at   int
}

// editorSteps drives an editor and the plain one with the same edits and
// compares text and cursor after each.
func editorSteps(t *testing.T, data []byte, multi bool) {
	t.Helper()
	pieces := []string{"a", "xyz", " ", "\t", "\n", "日本", "👩‍👩‍👧", "e\u0301", "\u202e", "\xff", "\x00", "0123456789012345678901234567890", "{\"a\":\n[1,\t2]}\n", "\u0301", "🇩🇪🇫🇷"}
	e, p := newEditor("", "?", multi), plainEditor{}
	e.setSize(12, 4)
	offset := func() int {
		n := e.col
		for _, l := range e.lines[:e.line] {
			n += len(l) + 1
		}
		return n
	}
	for i, b := range data {
		switch b % 8 {
		case 0, 1, 2:
			s := typed(pieces[int(b/8)%len(pieces)], multi)
			e.insert(s)
			p.text = p.text[:p.at] + s + p.text[p.at:]
			p.at += len(s)
		case 3:
			e.deleteBack()
			p.text = p.text[:offset()] + p.text[p.at:]
		case 4:
			n := e.size()
			e.deleteForward()
			p.text = p.text[:p.at] + p.text[p.at+n-e.size():]
		case 5:
			e.left1()
		case 6:
			e.right1()
		case 7:
			if multi {
				e.vertical(int(b/8)%9 - 4)
			}
			e.setSize(int(b)%30, int(b)%7)
		}
		p.at = offset()
		if e.text() != p.text || e.size() != len(p.text) {
			t.Fatalf("step %d: %q, want %q", i, e.text(), p.text)
		}
		checkEditorView(t, e)
	}
}

func checkEditorView(t *testing.T, e *editor) {
	t.Helper()
	rows := e.view("…")
	if len(rows) > e.h {
		t.Fatalf("%d rows in %d", len(rows), e.h)
	}
	for _, r := range rows {
		if n := ansi.StringWidth(r); n > e.w {
			t.Fatalf("row %q takes %d of %d cells", r, n, e.w)
		}
		if !utf8.ValidString(r) || strings.ContainsAny(r, "\x00\t\r\n\u202e") {
			t.Fatalf("row %q may not be drawn", r)
		}
	}
	x, y := e.cursorCell()
	if x < 0 || x >= e.w || y < 0 || y >= max(len(rows), 1) {
		t.Fatalf("cursor at %d,%d in %d rows of %d cells", x, y, len(rows), e.w)
	}
}

func TestEditorAgainstAPlainOne(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, 300)
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		editorSteps(t, data, seed%3 > 0)
	}
}

func FuzzEditor(f *testing.F) {
	f.Add([]byte{0, 32, 64, 3, 4, 5, 6, 7}, true)
	f.Add([]byte("some edits"), false)
	f.Add([]byte("\x97\x18\x1a%0"), false) // a tab wider than the field
	f.Fuzz(func(t *testing.T, data []byte, multi bool) {
		editorSteps(t, data[:min(len(data), 500)], multi)
	})
}

func TestTyped(t *testing.T) {
	tests := []struct {
		name, in, lines, line string
	}{
		{"plain", "abc ~", "abc ~", "abc ~"},
		{"controls", "a\x00\x1b[1m\x7f\u009b\u0085b", "a[1mb", "a[1mb"},
		{"line breaks", "a\r\nb\rc\n\n", "a\nb\nc\n\n", "a b c"},
		{"blanks stay", "  a\t\u00a0 ", "  a\t\u00a0 ", "  a\t\u00a0 "},
		{"letters stay", "日é\u202e👩‍👧\xff", "日é\u202e👩‍👧\xff", "日é\u202e👩‍👧\xff"},
		{"a lone first byte of a control", "\xc2", "\xc2", "\xc2"},
	}
	for _, tt := range tests {
		if got := typed(tt.in, true); got != tt.lines {
			t.Errorf("%s: %q", tt.name, got)
		}
		if got := typed(tt.in, false); got != tt.line {
			t.Errorf("%s, in a line: %q", tt.name, got)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int]string{
		0: "0 bytes", 1: "1 byte", 13: "13 bytes", 999: "999 bytes", 1000: "1.0 KB", 307_200: "307.2 KB", 999_949: "999.9 KB", 999_950: "1.0 MB", 5_242_880: "5.2 MB",
	} {
		if got := Size(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
