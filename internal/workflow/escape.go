package workflow

import (
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// Runes returns the characters of s, each with whether Clean keeps it where it
// stands. A byte that is not UTF-8 comes alone.
func Runes(s string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		var f flow
		for s != "" {
			r, size := utf8.DecodeRuneInString(s)
			broken := r == utf8.RuneError && size == 1
			one := s[:size]
			s = s[size:]
			kept := !broken && !obeyed(r) && f.takes(r, s)
			if !kept {
				f.base('.') // what is written in its place
			}
			if !yield(one, kept) {
				return
			}
		}
	}
}

// Escaped returns s with every character that Clean changes written as an
// escape of JSON or Go: a line break as \u000a, an escape as \u001b, a byte that
// is not UTF-8 as \xff. A backslash is then doubled. Text that is clean already
// is returned unchanged.
func Escaped(s string) string {
	if dirtyFrom(s, false) < 0 {
		return s
	}
	var b strings.Builder
	for one, kept := range Runes(s) {
		switch r, _ := utf8.DecodeRuneInString(one); {
		case !kept && r == utf8.RuneError:
			fmt.Fprintf(&b, `\x%02x`, one[0])
		case r == '\\':
			b.WriteString(`\\`)
		case !kept:
			writeEscape(&b, r)
		default:
			b.WriteString(one)
		}
	}
	return b.String()
}

// obeyed reports whether Clean changes a rune wherever it stands.
func obeyed(r rune) bool { return r < 0x20 || r == 0x7f || unsafeRune(r) }

// writeEscape writes a rune as JSON escapes it, above U+FFFF as two surrogates.
func writeEscape(b *strings.Builder, r rune) {
	if r > 0xffff {
		r -= 0x10000
		fmt.Fprintf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		return
	}
	fmt.Fprintf(b, `\u%04x`, r)
}

// EscapeJSON returns JSON text in which every character that a terminal obeys or
// does not show is escaped: DEL, the C1 controls, bidirectional controls,
// invisible characters. Line breaks and tabs between the values stay. The text
// must be valid JSON, where these characters occur in strings only.
func EscapeJSON(text string) string {
	var b strings.Builder
	copied := 0
	for i, r := range text {
		if r < 0x7f || r != 0x7f && !unsafeRune(r) {
			continue
		}
		b.WriteString(text[copied:i])
		writeEscape(&b, r)
		copied = i + utf8.RuneLen(r)
	}
	if copied == 0 {
		return text
	}
	b.WriteString(text[copied:])
	return b.String()
}

// JSONWriter applies EscapeJSON to what is written to it. Each write must hold
// whole characters.
type JSONWriter struct{ W io.Writer }

// Write writes p, escaped. It returns how much of p was written: all or none.
func (w JSONWriter) Write(p []byte) (int, error) { return writeAs(w.W, p, EscapeJSON) }

// TextWriter applies CleanText to what is written to it. Each write must hold
// whole characters.
type TextWriter struct{ W io.Writer }

// Write writes p, cleaned. It returns how much of p was written: all or none.
func (w TextWriter) Write(p []byte) (int, error) { return writeAs(w.W, p, CleanText) }

func writeAs(w io.Writer, p []byte, as func(string) string) (int, error) {
	if _, err := io.WriteString(w, as(string(p))); err != nil {
		return 0, err //nolint:wrapcheck // it stands for the writer itself
	}
	return len(p), nil
}

// BreaksLines reports whether some program takes a part of s for a line of its
// own: it holds one of the characters at which Unicode (UAX 14), Python or a
// terminal begins a new line.
func BreaksLines(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r >= '\n' && r <= '\r' || r >= 0x1c && r <= 0x1e || lineBreak(r)
	})
}
