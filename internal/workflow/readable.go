package workflow

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Text returns the payload as people read it: JSON with the escapes of visible
// characters decoded. Python and .NET write every character beyond ASCII as an
// escape. What is sent or copied is Raw.
func (p Payload) Text() string { return Readable(p.Raw) }

// Readable returns a JSON text with the escapes of visible characters beyond
// ASCII decoded, as \u738b to 王; pairs of surrogates are one character. All
// other escapes stay, so that the result is the same JSON value. A text that
// does not begin like JSON, or has no such escape, is returned unchanged.
func Readable(text string) string {
	if !strings.Contains(text, `\u`) {
		return text
	}
	begin := strings.TrimLeft(text, " \t\r\n")
	if begin == "" || strings.IndexByte(`{["`, begin[0]) < 0 {
		return text
	}
	var b strings.Builder
	done := 0 // what has been written
	for i := 0; i < len(text); {
		at := strings.IndexByte(text[i:], '\\')
		if at < 0 {
			break
		}
		i += at
		r, n := escapedRune(text[i:])
		if n == 0 {
			i += 2 // also the second of two backslashes
			continue
		}
		if readable(r) {
			b.WriteString(text[done:i])
			b.WriteRune(r)
			done = i + n
		}
		i += n
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// readable reports whether a character is drawn as itself.
func readable(r rune) bool {
	return r >= utf8.RuneSelf && r != utf8.RuneError && unicode.IsPrint(r) && !unsafeRune(r) && !unicode.Is(unicode.M, r)
}

// escapedRune reads the \uXXXX, or the pair of surrogates, that a text begins
// with, and returns how many bytes it takes; zero for anything else.
func escapedRune(s string) (r rune, n int) {
	one, ok := hexUnit(s)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(one) {
		return one, 6
	}
	two, ok := hexUnit(s[6:])
	if both := utf16.DecodeRune(one, two); ok && both != utf8.RuneError {
		return both, 12
	}
	return utf8.RuneError, 6
}

func hexUnit(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}
