package input

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// piece is what comes in one go, after a time.
type piece struct {
	after time.Duration
	text  string
}

// line is a slow line with a clock of its own: time passes when somebody waits.
type line struct {
	clock  time.Time
	pieces []piece
}

func (l *line) Read(p []byte) (int, error) {
	if len(l.pieces) == 0 {
		return 0, io.EOF
	}
	first := &l.pieces[0]
	l.clock = l.clock.Add(first.after)
	first.after = 0
	n := copy(p, first.text)
	if first.text = first.text[n:]; first.text == "" {
		l.pieces = l.pieces[1:]
	}
	return n, nil
}

func (l *line) wait(d time.Duration) bool {
	if len(l.pieces) == 0 || l.pieces[0].after > d {
		l.clock = l.clock.Add(d)
		if len(l.pieces) > 0 {
			l.pieces[0].after -= d
		}
		return false
	}
	return true
}

// reads returns what each read brings, without those that bring nothing.
func reads(t *testing.T, patience time.Duration, pieces ...piece) []string {
	t.Helper()
	l := &line{clock: time.Unix(0, 0), pieces: pieces}
	r := Reader{in: l, wait: l.wait, now: func() time.Time { return l.clock }, patience: patience}
	var got []string
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			got = append(got, string(buf[:n]))
		}
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestPiecesOfASequence: however slowly a key or an answer comes, its parts are
// not keys.
func TestPiecesOfASequence(t *testing.T) {
	const ms = time.Millisecond
	color := "\x1b]11;rgb:2e2e/3434/4040\x1b\\"
	for name, c := range map[string]struct {
		pieces []piece
		want   string // reads, with | between them
	}{
		"a key at once":               {[]piece{{0, "\x1b[B"}}, "\x1b[B"},
		"a key in two":                {[]piece{{0, "\x1b["}, {60 * ms, "B"}}, "\x1b[B"},
		"a key in three":              {[]piece{{0, "\x1b"}, {60 * ms, "["}, {60 * ms, "B"}}, "\x1b[B"},
		"a key with parameters":       {[]piece{{0, "\x1b[1;"}, {300 * ms, "5"}, {60 * ms, "A"}}, "\x1b[1;5A"},
		"a key that is late":          {[]piece{{0, "\x1b[1;"}, {2000 * ms, "5A"}}, "\x1b[1;5A"},
		"a key behind a letter":       {[]piece{{0, "j\x1b"}, {60 * ms, "OA"}}, "j\x1bOA"},
		"the console of Linux":        {[]piece{{0, "\x1b[["}, {60 * ms, "A"}}, "\x1b[[A"},
		"an escape alone":             {[]piece{{0, "\x1b"}, {400 * ms, "j"}}, escapeKey + "|j"},
		"an escape and a key":         {[]piece{{0, "\x1b"}, {60 * ms, "j"}}, "\x1bj"},
		"escapes":                     {[]piece{{0, "\x1b"}, {400 * ms, "\x1b"}, {400 * ms, "\x1b"}}, escapeKey + "|" + escapeKey + "|" + escapeKey},
		"an answer":                   {[]piece{{0, color[:12]}, {80 * ms, color[12:]}}, color},
		"an answer, byte by byte":     {slowly(color, 60*ms), color},
		"an answer that is late":      {[]piece{{0, color[:12]}, {1500 * ms, color[12:]}}, color},
		"an answer without its end":   {[]piece{{0, color[:12]}, {5000 * ms, "j"}}, "j"},
		"an answer, then a key":       {[]piece{{0, color[:12]}, {900 * ms, "j"}}, "j"},
		"an answer cut at its escape": {[]piece{{0, color[:len(color)-1]}, {80 * ms, "\\"}}, color},
		"a tail of a key":             {[]piece{{0, "\x1b"}, {500 * ms, "[B"}, {10 * ms, "j"}}, escapeKey + "|j"},
		"a tail of an answer":         {[]piece{{0, "\x1b"}, {500 * ms, color[1:]}, {10 * ms, "j"}}, escapeKey + "|j"},
		"half an answer":              {[]piece{{0, color[18:]}, {10 * ms, "j"}}, "j"},
		"half an answer, with a BEL":  {[]piece{{0, "34/4040\x07j"}}, "j"},
		"text and a key of a form":    {[]piece{{0, "abc\x07"}}, "abc\x07"},
		"text and an escape":          {[]piece{{0, "abc" + escapeKey}}, "abc" + escapeKey},
		"no tail: typed":              {[]piece{{0, "\x1b"}, {500 * ms, "["}, {10 * ms, "B"}}, escapeKey + "|[|B"},
		"no tail: much later":         {[]piece{{0, "\x1b"}, {9000 * ms, "[B"}}, escapeKey + "|[B"},
		"a paste":                     {[]piece{{0, pasteStart + "a\x1b["}, {400 * ms, "b" + pasteEnd}}, pasteStart + "a\x1b[b|" + pasteEnd},
		"a character behind a key":    {[]piece{{0, "\x1b["}, {60 * ms, "B\xe8\xae"}, {60 * ms, "\xa2"}}, "\x1b[B\xe8\xae\xa2"},
		"a version in pieces":         {[]piece{{0, "\x1bP>|xte"}, {90 * ms, "rm(370)\x1b"}, {90 * ms, "\\"}}, "\x1bP>|xterm(370)\x1b\\"},
	} {
		if got := strings.Join(reads(t, nearLone, c.pieces...), "|"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func slowly(text string, gap time.Duration) (all []piece) {
	for _, c := range []byte(text) {
		all = append(all, piece{gap, string(rune(c))})
	}
	return all
}

// TestOverSSHItWaitsLonger for what follows an escape.
func TestOverSSHItWaitsLonger(t *testing.T) {
	pieces := func() []piece { return []piece{{0, "\x1b"}, {200 * time.Millisecond, "[B"}} }
	far := lonePatience(func(name string) string { return map[string]string{"SSH_TTY": "/dev/pts/1"}[name] })
	near := lonePatience(func(string) string { return "" })
	if got := reads(t, far, pieces()...); len(got) != 1 || got[0] != "\x1b[B" {
		t.Errorf("over SSH: %q", got)
	}
	if got := reads(t, near, pieces()...); len(got) != 1 || got[0] != escapeKey {
		t.Errorf("here: %q", got)
	}
}

// FuzzReader: whatever comes and however slowly, no read ends within a sequence
// but for a lone escape, and what is whole is passed on.
func FuzzReader(f *testing.F) {
	f.Add("\x1b[1;5A\x1b]11;rgb:1/2/3\x07j", uint8(3), uint16(70))
	f.Fuzz(func(t *testing.T, s string, size uint8, gap uint16) {
		var all []piece
		for rest := s; rest != ""; {
			n := min(len(rest), int(size%7)+1)
			all = append(all, piece{time.Duration(gap%200) * time.Millisecond, rest[:n]})
			rest = rest[n:]
		}
		got := reads(t, farLone, all...)
		if joined := strings.Join(got, ""); len(joined) > len(s)+strings.Count(s, "\x1b")*len(escapeKey) {
			t.Fatalf("%q became %q", s, joined)
		}
		if !strings.ContainsAny(s, "\x1b\x07") && strings.Join(got, "") != s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
