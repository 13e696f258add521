package workflow

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pattern is what a text must look like. It minds no case and allocates
// nothing when it matches.
type pattern struct {
	kind patternKind
	// text is in lower case.
	text  string
	ascii bool
	re    *regexp.Regexp
	needs needs
	// seen remembers what a regular expression said of a text: names and
	// statuses come again and again, and each costs a hundred times as much to
	// match as to find here.
	seen map[string]bool
}

// maxSeen is how many texts a regular expression remembers.
const maxSeen = 1024

type patternKind uint8

const (
	partOf patternKind = iota
	wholeOf
	globOf
	regexpOf
)

// newPart matches what holds the text.
func newPart(text string) pattern { return newPattern(partOf, text) }

// newWhole matches the text and nothing else.
func newWhole(text string) pattern { return newPattern(wholeOf, text) }

// newGlob matches the whole text, where * stands for any text and ? for any
// character.
func newGlob(text string) pattern {
	for strings.Contains(text, "**") {
		text = strings.ReplaceAll(text, "**", "*")
	}
	return newPattern(globOf, text)
}

func newPattern(kind patternKind, text string) pattern {
	text = strings.Map(unicode.ToLower, text)
	return pattern{kind: kind, text: text, ascii: isASCII(text)}
}

// newRegexp matches what holds a match of the expression; why says in a few
// words what is wrong with it.
func newRegexp(expr string) (p pattern, why string) {
	re, err := regexp.Compile("(?i)" + expr)
	if err == nil {
		return pattern{kind: regexpOf, re: re, needs: needsOf("(?i)" + expr), seen: map[string]bool{}}, ""
	}
	var se *syntax.Error
	if !errors.As(err, &se) {
		return pattern{}, quoted(expr)
	}
	why = se.Code.String()
	if near := strings.TrimPrefix(se.Expr, "(?i)"); near != "" {
		why += " in " + quoted(near)
	}
	return pattern{}, why
}

// match reports whether the text fits. No pattern fits an absent text.
func (p *pattern) match(text string) bool {
	if text == "" {
		return false
	}
	switch p.kind {
	case wholeOf:
		rest, ok := cutFold(text, p.text)
		return ok && rest == ""
	case globOf:
		return globFold(text, p.text)
	case regexpOf:
		return p.needs.met(text) && p.re.MatchString(text)
	case partOf:
	}
	return p.within(text)
}

// matchCommon is match for a text that many rows share.
func (p *pattern) matchCommon(text string) bool {
	if p.kind != regexpOf {
		return p.match(text)
	}
	fits, ok := p.seen[text]
	if !ok {
		fits = p.match(text)
		if len(p.seen) < maxSeen {
			p.seen[text] = fits
		}
	}
	return fits
}

// within reports whether text holds the pattern's.
func (p *pattern) within(text string) bool {
	if p.ascii {
		return indexASCII(text, p.text) >= 0
	}
	for i := range text {
		if _, ok := cutFold(text[i:], p.text); ok {
			return true
		}
	}
	return false
}

// indexASCII returns where text holds word, which is ASCII in lower case, or
// below 0.
func indexASCII(text, word string) int {
	if word == "" {
		return 0
	}
	first := word[0]
	for i := 0; i+len(word) <= len(text); i++ {
		if lower(text[i]) != first {
			continue
		}
		j := 1
		for j < len(word) && lower(text[i+j]) == word[j] {
			j++
		}
		if j == len(word) {
			return i
		}
	}
	return -1
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// cutFold returns text without the word that it begins with, in any case; word
// is in lower case.
func cutFold(text, word string) (rest string, ok bool) {
	for _, want := range word {
		r, size := utf8.DecodeRuneInString(text)
		if size == 0 || unicode.ToLower(r) != want {
			return "", false
		}
		text = text[size:]
	}
	return text, true
}

// globFold matches the whole text with a glob in lower case. It goes back to
// the last star only, so that it takes at most len(text) * len(glob) steps.
func globFold(text, glob string) bool {
	t, g := 0, 0
	star, from := -1, 0
	for t < len(text) {
		r, size := utf8.DecodeRuneInString(text[t:])
		if g < len(glob) {
			want, n := utf8.DecodeRuneInString(glob[g:])
			if want == '*' {
				star, from = g, t
				g++
				continue
			}
			if want == '?' || want == unicode.ToLower(r) {
				t += size
				g += n
				continue
			}
		}
		if star < 0 {
			return false
		}
		_, n := utf8.DecodeRuneInString(text[from:])
		from += n
		t, g = from, star+1
	}
	return strings.Trim(glob[g:], "*") == ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
