package workflow

import (
	"strings"
	"unicode/utf8"
)

// tabWidth is how many spaces a tab becomes in a text of several lines.
const tabWidth = 4

// Clean makes hostile text safe to draw on one line. Terminal escape sequences
// are stripped; control characters, bidirectional controls and what shows
// nothing are dropped; line breaks, tabs and the empty Braille cell become one
// space each; what is not UTF-8 becomes U+FFFD. Of the marks that combine with a
// character maxMarks stay, of those that have none to combine with no one. Text
// that is clean already is returned as it is, without an allocation. Cleaning
// twice changes nothing.
func Clean(s string) string {
	i := dirtyFrom(s, false)
	if i < 0 {
		return s
	}
	return scrub(s, i, false)
}

// CleanText is Clean for a text of several lines: line breaks stay, as "\n",
// and a tab becomes four spaces.
func CleanText(s string) string {
	i := dirtyFrom(s, true)
	if i < 0 {
		return s
	}
	return scrub(s, i, true)
}

// Shorten cuts s to at most n bytes at the border of a rune.
func Shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// dirtyFrom returns the index of the first byte that cleaning changes, or -1.
func dirtyFrom(s string, lines bool) int {
	f := flow{lines: lines}
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			if (b < 0x20 && (b != '\n' || !lines)) || b == 0x7f {
				return i
			}
			f.base(rune(b))
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if (r == utf8.RuneError && size == 1) || unsafeRune(r) || !f.takes(r, s[i+size:]) {
			return i
		}
		i += size
	}
	return -1
}

// scrub cleans s, whose first from bytes are clean.
func scrub(s string, from int, lines bool) string {
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:from])
	f := flowAfter(s[:from], lines)
	broken := false // the last thing written stands for bytes that are not UTF-8
	for i := from; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			if !broken {
				b.WriteRune(utf8.RuneError)
				f.base(r)
			}
			broken = true
			i++
			continue
		}
		broken = false
		if n := escapeLen(s[i:], r); n > 0 {
			i += n
			continue
		}
		i += size
		if r = safeRune(r, lines); r >= 0 && f.takes(r, s[i:]) {
			writeSafe(&b, r)
		}
	}
	return b.String()
}

// safeRune returns what stands for one rune in cleaned text: the rune itself, a
// line break, a tab, a space, or -1 for nothing.
func safeRune(r rune, lines bool) rune {
	switch {
	case r == '\n' || lineBreak(r):
		if lines {
			return '\n'
		}
		return ' '
	case r == '\t':
		if lines {
			return r
		}
		return ' '
	case r == emptyBraille:
		return ' '
	case r < 0x20 || r == 0x7f || unsafeRune(r):
		return -1
	}
	return r
}

// writeSafe writes a rune of cleaned text, where a tab is tabWidth spaces.
func writeSafe(b *strings.Builder, r rune) {
	if r == '\t' {
		b.WriteString(strings.Repeat(" ", tabWidth))
		return
	}
	b.WriteRune(r)
}

// lineBreak reports whether r breaks a line in Unicode text without being one
// of the control characters that a terminal is used to: next line, line
// separator, paragraph separator.
func lineBreak(r rune) bool { return r == 0x85 || r == 0x2028 || r == 0x2029 }

// escapeLen returns how many bytes of s belong to the terminal escape sequence
// that begins at its first rune r, and 0 when none does. A sequence that has no
// end counts as its introducer only, so that it hides nothing that follows.
func escapeLen(s string, r rune) int {
	switch r {
	case 0x1b:
		return sevenBitLen(s)
	case 0x9b: // the eight-bit forms, two bytes each in UTF-8
		return 2 + csiLen(s[2:])
	case 0x9d, 0x90, 0x98, 0x9e, 0x9f:
		return 2 + stringLen(s[2:], r == 0x9d)
	}
	return 0
}

// sevenBitLen is escapeLen for a sequence that begins with ESC (ECMA-48).
func sevenBitLen(s string) int {
	if len(s) < 2 {
		return 1
	}
	switch c := s[1]; {
	case c == '[':
		return 2 + csiLen(s[2:])
	case c == ']':
		return 2 + stringLen(s[2:], true)
	case c == 'P' || c == 'X' || c == '^' || c == '_':
		return 2 + stringLen(s[2:], false)
	case c >= 0x20 && c <= 0x2f:
		i := 2
		for i < len(s) && s[i] >= 0x20 && s[i] <= 0x2f {
			i++
		}
		if i < len(s) && s[i] >= 0x30 && s[i] <= 0x7e {
			return i + 1
		}
		return 2
	case c >= 0x30 && c <= 0x7e:
		return 2
	}
	return 1
}

// csiLen returns the length of the rest of a control sequence: parameters,
// intermediates and the final byte.
func csiLen(s string) int {
	i := 0
	for i < len(s) && s[i] >= 0x30 && s[i] <= 0x3f {
		i++
	}
	for i < len(s) && s[i] >= 0x20 && s[i] <= 0x2f {
		i++
	}
	if i < len(s) && s[i] >= 0x40 && s[i] <= 0x7e {
		return i + 1
	}
	return 0
}

// stringLen returns the length of the rest of a control string, its terminator
// included: ESC \, U+009C and, after OSC, BEL. A control string does not go
// over the end of a line here.
func stringLen(s string, osc bool) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\n', 0x18, 0x1a:
			return 0
		case 0x07:
			if osc {
				return i + 1
			}
		case 0x1b:
			if i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
			return 0
		case 0xc2:
			switch {
			case i+1 >= len(s) || s[i+1] > 0x9f:
			case s[i+1] == 0x9c:
				return i + 2
			default: // another C1 control; going on would take quadratic time
				return 0
			}
		}
	}
	return 0
}
