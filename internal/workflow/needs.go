package workflow

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// needs are the words that a text must hold, in this order and in any case, for
// a regular expression to match it at all. To look for them takes a twentieth
// of the time of the expression, and most rows have them not.
type needs struct {
	// words are ASCII in lower case.
	words []string
	// last is a word that the text must end with, behind the others.
	last string
}

// needsOf reads them out of an expression. What it does not understand needs
// nothing.
func needsOf(expr string) needs {
	var n needs
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return n
	}
	subs := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpConcat {
		subs = tree.Sub
	}
	if k := len(subs) - 2; k >= 0 && subs[k+1].Op == syntax.OpEndText {
		if word, ok := literal(subs[k]); ok {
			n.last, subs = word, subs[:k]
		}
	}
	for _, sub := range subs {
		n.collect(sub)
	}
	return n
}

// collect adds what a part of an expression needs.
func (n *needs) collect(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		if word, ok := literal(re); ok {
			n.words = append(n.words, word)
		}
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		for _, sub := range re.Sub {
			n.collect(sub)
		}
	case syntax.OpRepeat:
		if re.Min > 0 {
			n.collect(re.Sub[0])
		}
	default:
	}
}

// literal returns the text of a literal in lower case when it is ASCII.
func literal(re *syntax.Regexp) (string, bool) {
	if re.Op != syntax.OpLiteral {
		return "", false
	}
	word := make([]byte, 0, len(re.Rune))
	for _, r := range re.Rune {
		r = unicode.ToLower(r)
		if r >= utf8.RuneSelf {
			return "", false
		}
		word = append(word, byte(r))
	}
	return string(word), true
}

// met reports whether the expression may match the text. Beyond ASCII it always
// may: there are letters whose other case is ASCII, such as that of kelvin.
func (n *needs) met(text string) bool {
	rest := text
	if cut := len(rest) - len(n.last); cut >= 0 && indexASCII(rest[cut:], n.last) == 0 {
		rest = rest[:cut]
	} else {
		return !isASCII(text)
	}
	for _, word := range n.words {
		i := indexASCII(rest, word)
		if i < 0 {
			return !isASCII(text)
		}
		rest = rest[i+len(word):]
	}
	return true
}
