package script

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// plain reports whether a character may stand as it is in a script that is
// shown and pasted: a control character could end a paste, and one that turns
// the direction of writing could make the script look like another.
func plain(r rune) bool { return r == ' ' || unicode.IsPrint(r) }

// shellSafe are the characters that mean nothing to a shell.
const shellSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,"

// shell quotes a word for a POSIX shell. One with control characters has the
// form $'…' (POSIX.1-2024; bash, zsh, ksh and BusyBox know it, dash does not
// yet). A line break alone stays as it is, between single quotes.
func shell(s string) string {
	switch {
	case s != "" && strings.Trim(s, shellSafe) == "" && s[0] != '=':
		return s
	case strings.IndexFunc(s, func(r rune) bool { return r != '\n' && !plain(r) }) < 0:
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for _, r := range s {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case plain(r):
			b.WriteRune(r)
		default:
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
	}
	return b.String() + "'"
}

// goString writes a Go string literal: a raw one where that is the easier to
// read.
func goString(s string) string {
	if strings.Contains(s, `"`) && !strings.ContainsFunc(s, func(r rune) bool { return r == '`' || r == '\uFEFF' || !plain(r) }) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// literal writes a string literal between quotes; escape writes a character
// that is not plain.
func literal(s string, quote rune, escape func(r rune) string) string {
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case plain(r):
			b.WriteRune(r)
		default:
			b.WriteString(escape(r))
		}
	}
	b.WriteRune(quote)
	return b.String()
}

func pyString(s string) string {
	return literal(s, '\'', func(r rune) string {
		switch {
		case r < 0x100:
			return fmt.Sprintf(`\x%02x`, r)
		case r < 0x10000:
			return fmt.Sprintf(`\u%04x`, r)
		}
		return fmt.Sprintf(`\U%08x`, r)
	})
}

// utf16String is a literal of JavaScript and of C#.
func utf16String(s string) string { return literal(s, '"', utf16Escape) }

func utf16Escape(r rune) string {
	if r < 0x10000 {
		return fmt.Sprintf(`\u%04x`, r)
	}
	hi, lo := utf16.EncodeRune(r)
	return fmt.Sprintf(`\u%04x\u%04x`, hi, lo)
}

// javaString escapes control characters in octal: Java reads \u000b before it
// reads the literal, and a line break among them would end it.
func javaString(s string) string {
	return literal(s, '"', func(r rune) string {
		if r < 0x80 {
			return fmt.Sprintf(`\%03o`, r)
		}
		return utf16Escape(r)
	})
}
