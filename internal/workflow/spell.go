package workflow

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SpellID returns an instance ID in characters that people can tell apart and
// type: an ID that looks like another one is spelled with escapes. Blanks at the
// ends, a combining mark, what shows nothing, and a letter of another script
// among Latin ones become \u0020, \u0301, \u200b and \u0430; a byte that is not
// UTF-8 becomes \xff, and a backslash is then doubled. An ID of plain characters
// is returned unchanged. Of what is longer than MaxLabel bytes the middle is
// replaced by an ellipsis.
func SpellID(id string) string {
	if plainID(id) {
		return CleanLabel(id)
	}
	latin := strings.ContainsFunc(id, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
	ends := len(id) - len(strings.TrimRight(id, " "))
	var b strings.Builder
	at := 0
	for one, kept := range Runes(id) {
		r, _ := utf8.DecodeRuneInString(one)
		edge := r == ' ' && (strings.TrimLeft(id[:at], " ") == "" || at >= len(id)-ends)
		at += len(one)
		switch {
		case !kept && r == utf8.RuneError:
			fmt.Fprintf(&b, `\x%02x`, one[0])
		case r == '\\':
			b.WriteString(`\\`)
		case !kept, edge, lookalike(r, latin):
			writeEscape(&b, r)
		default:
			b.WriteString(one)
		}
	}
	return CleanLabel(b.String())
}

// plainID reports whether an ID needs no spelling: printable ASCII without a
// blank at its ends.
func plainID(id string) bool {
	for i := range len(id) {
		if id[i] < ' ' || id[i] > '~' || id[i] == '\\' {
			return false
		}
	}
	return id == "" || id[0] != ' ' && id[len(id)-1] != ' '
}

// lookalike reports whether a character is drawn like another one, or alters the
// one before it.
func lookalike(r rune, latin bool) bool {
	switch {
	case r < utf8.RuneSelf:
		return false
	case unicode.In(r, unicode.Z, unicode.C), unicode.Is(unicode.M, r) && unicode.Is(unicode.Inherited, r):
		return true // a mark of a script of its own, such as Thai, belongs to its letters
	case latin && unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee):
		return true
	}
	// The full-width and the mathematical forms of ASCII.
	return r >= 0xff01 && r <= 0xff5e || r >= 0x1d400 && r <= 0x1d7ff || unicode.Is(unicode.Dash, r)
}
