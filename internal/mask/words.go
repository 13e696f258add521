package mask

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// holds reports whether a text that is no JSON names what is masked: as a word,
// in any case, however it is escaped. A text that is the name alone tells
// nothing, and is none.
func (m *Mask) holds(text string) bool {
	if m.whole && strings.TrimSpace(text) != "" {
		return true
	}
	if len(m.words) == 0 || len(text) <= m.shortest {
		return false
	}
	plain := text
	if !simple(text) {
		plain = unescape(text)
	}
	for _, w := range m.words {
		if len(w) == 1 && w[0] != "" {
			if i := wordAt(plain, w[0]); i >= 0 && len(strings.TrimSpace(plain)) > len(w[0]) {
				return true
			}
		} else if anyWord(plain, w) {
			return true
		}
	}
	return false
}

// addWord notes a name that texts are searched for.
func (m *Mask) addWord(g glob) {
	if !slices.ContainsFunc(m.words, func(w glob) bool { return slices.Equal(w, g) }) {
		m.words = append(m.words, g)
		if n := len(strings.Join(g, "")); len(m.words) == 1 || n < m.shortest {
			m.shortest = n
		}
	}
}

// addPathWord notes the last name of a path, or that it is about the whole.
func (m *Mask) addPathWord(p path) {
	if len(p) == 0 {
		m.whole = true
	}
	for _, st := range slices.Backward(p) {
		if !st.element {
			m.addWord(st.name)
			return
		}
	}
}

// simple reports whether a text has no escapes and is ASCII.
func simple(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c == '\\' || c == '%' {
			return false
		}
	}
	return true
}

// wordAt returns where a name, in small letters, stands in a text with no
// letter, digit or underscore on either side, or -1.
func wordAt(text, name string) int {
	for from := 0; ; {
		i := indexFold(text[from:], name)
		if i < 0 {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(name):])
		if !inWord(before) && !inWord(after) {
			return i
		}
		from = i + 1
	}
}

// indexFold is strings.Index for a name in small letters in a text in any case.
// Where the name is not ASCII the text must be in small letters.
func indexFold(text, name string) int {
	low, up := name[0], name[0]
	if low >= 'a' && low <= 'z' {
		up = low - 'a' + 'A'
	}
	for i := 0; i+len(name) <= len(text); i++ {
		if c := text[i]; (c == low || c == up) && strings.EqualFold(text[i:i+len(name)], name) {
			return i
		}
	}
	return -1
}

func inWord(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// anyWord reports whether a word of a text, with or without what stands between
// the parts of a name such as user-id or a.b, is like a name with stars.
func anyWord(text string, g glob) bool {
	for _, part := range [...]func(rune) bool{
		func(r rune) bool { return !inWord(r) && r != '-' && r != '.' && r != '$' },
		func(r rune) bool { return !inWord(r) },
	} {
		for word := range strings.FieldsFuncSeq(text, part) {
			if n := len(g[0]); len(word) < n || !strings.EqualFold(word[:n], g[0]) {
				continue
			}
			if g.match(strings.ToLower(word)) && word != strings.TrimSpace(text) {
				return true
			}
		}
	}
	return false
}

// unescape returns a text in small letters without invisible characters, with
// the escapes of JSON (\u0070, also behind several backslashes) and of URLs
// (%70) replaced.
func unescape(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		switch text[i] {
		case '\\':
			rest := strings.TrimLeft(text[i:], `\`)
			if r, n := hexRune(rest, 'u', 4); n > 0 {
				b.WriteRune(r)
				i = len(text) - len(rest) + n
				continue
			}
			b.WriteByte(' ') // it escapes something, which is no part of a word
			i = len(text) - len(rest)
			if rest != "" && strings.IndexByte(`nrtbf`, rest[0]) >= 0 {
				i++
			}
			continue
		case '%':
			if r, n := hexRune(text[i:], '%', 2); n > 0 && r < utf8.RuneSelf {
				b.WriteRune(r)
				i += n
				continue
			}
		}
		b.WriteByte(text[i])
		i++
	}
	return fold(b.String())
}

// hexRune reads a mark and n hexadecimal digits; it returns how many bytes these
// are, 0 when they are not there.
func hexRune(s string, sign byte, n int) (r rune, size int) {
	if len(s) < n+1 || s[0] != sign {
		return 0, 0
	}
	for _, c := range []byte(s[1 : n+1]) {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 || c < '0' {
			return 0, 0
		}
		r = r<<4 | rune(d)
	}
	return r, n + 1
}

// fold returns a text in the form in which names are compared: in small letters,
// with what shows nothing taken out.
func fold(s string) string {
	return strings.ToLower(strings.ToUpper(workflow.CleanText(s)))
}
