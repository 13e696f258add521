package workflow

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxJSONDepth is the deepest nesting that encoding/json reads, and so what a
// Go worker can.
const maxJSONDepth = 10000

// Kinds of token besides the six punctuation marks, which are their own kind.
const (
	tokenEnd    = 0
	tokenString = '"'
	tokenScalar = '0'
)

// jsonToken is a piece of the text: text[start:end].
type jsonToken struct {
	kind       byte
	start, end int
}

// jsonProblem is why the text is not JSON, and the byte at which that shows.
type jsonProblem struct {
	at  int
	msg string
}

// expecting is what may come next.
type expecting uint8

const (
	expectValue       expecting = iota
	expectValueOrEnd            // after [
	expectValueAfter            // after a comma in an array
	expectName                  // after a comma in an object
	expectNameOrEnd             // after {
	expectColon                 // after a name
	expectCommaOrEnd            // after a value in an array or an object
	expectNothingMore           // after the outermost value
)

// jsonScanner cuts a JSON text into tokens and checks the grammar on the way.
// It works in one pass, without recursion. Beyond encoding/json it knows what
// to say about the usual mistakes.
type jsonScanner struct {
	text   string
	pos    int
	open   []byte
	expect expecting
}

// next returns the next token, of kind tokenEnd after the last.
func (s *jsonScanner) next() (jsonToken, *jsonProblem) {
	for s.pos < len(s.text) && isBlank(s.text[s.pos]) {
		s.pos++
	}
	if s.pos == len(s.text) {
		return jsonToken{kind: tokenEnd}, s.atEnd()
	}
	switch s.expect {
	case expectNothingMore:
		return jsonToken{}, s.problem("nothing may follow the value")
	case expectColon:
		return s.punctuation(':', expectValue, "a colon is missing after the name")
	case expectCommaOrEnd:
		return s.commaOrEnd()
	case expectName, expectNameOrEnd:
		return s.name()
	case expectValue, expectValueOrEnd, expectValueAfter:
	}
	return s.value()
}

func isBlank(b byte) bool { return b == ' ' || b == '\n' || b == '\r' || b == '\t' }

func (s *jsonScanner) problem(format string, args ...any) *jsonProblem {
	return s.problemAt(s.pos, format, args...)
}

func (s *jsonScanner) problemAt(at int, format string, args ...any) *jsonProblem {
	return &jsonProblem{at: at, msg: fmt.Sprintf(format, args...)}
}

// atEnd says what is missing when the text ends here.
func (s *jsonScanner) atEnd() *jsonProblem {
	switch s.expect {
	case expectNothingMore:
		return nil
	case expectColon:
		return s.problem("the text ends after a name: a colon and a value are missing")
	case expectValue, expectValueAfter:
		return s.problem("the text ends where a value was expected")
	case expectName, expectNameOrEnd, expectCommaOrEnd, expectValueOrEnd:
	}
	return s.problem("the text ends before its closing %c", closing(s.open[len(s.open)-1]))
}

func closing(open byte) byte {
	if open == '{' {
		return '}'
	}
	return ']'
}

func (s *jsonScanner) punctuation(want byte, then expecting, otherwise string) (jsonToken, *jsonProblem) {
	if s.text[s.pos] != want {
		return jsonToken{}, s.problem("%s", otherwise)
	}
	s.expect = then
	return s.mark(), nil
}

// mark takes one punctuation mark.
func (s *jsonScanner) mark() jsonToken {
	s.pos++
	return jsonToken{kind: s.text[s.pos-1], start: s.pos - 1, end: s.pos}
}

// afterValue sets what may come after a whole value.
func (s *jsonScanner) afterValue() {
	s.expect = expectCommaOrEnd
	if len(s.open) == 0 {
		s.expect = expectNothingMore
	}
}

func (s *jsonScanner) commaOrEnd() (jsonToken, *jsonProblem) {
	open := s.open[len(s.open)-1]
	switch c := s.text[s.pos]; {
	case c == ',' && open == '{':
		s.expect = expectName
		return s.mark(), nil
	case c == ',':
		s.expect = expectValueAfter
		return s.mark(), nil
	case c == closing(open):
		return s.end(), nil
	}
	return jsonToken{}, s.problem("a comma or %c was expected, not %s", closing(open), s.here())
}

// end closes the innermost level.
func (s *jsonScanner) end() jsonToken {
	s.open = s.open[:len(s.open)-1]
	s.afterValue()
	return s.mark()
}

func (s *jsonScanner) name() (jsonToken, *jsonProblem) {
	switch c := s.text[s.pos]; {
	case c == '"':
		tok, err := s.str()
		s.expect = expectColon
		return tok, err
	case c == '}' && s.expect == expectNameOrEnd:
		return s.end(), nil
	case c == '}':
		return jsonToken{}, s.problem("a name was expected: there is a comma too many before this }")
	}
	return jsonToken{}, s.problem("a name in double quotes was expected, not %s", s.here())
}

func (s *jsonScanner) value() (jsonToken, *jsonProblem) {
	switch c := s.text[s.pos]; {
	case c == '{' || c == '[':
		if len(s.open) == maxJSONDepth {
			return jsonToken{}, s.problem("this is nested more than %d levels deep", maxJSONDepth)
		}
		s.open = append(s.open, c)
		s.expect = expectNameOrEnd
		if c == '[' {
			s.expect = expectValueOrEnd
		}
		return s.mark(), nil
	case c == ']' && s.expect == expectValueOrEnd:
		return s.end(), nil
	case c == ']' && s.expect == expectValueAfter:
		return jsonToken{}, s.problem("a value was expected: there is a comma too many before this ]")
	case c == '"':
		tok, err := s.str()
		s.afterValue()
		return tok, err
	case c == '-' || '0' <= c && c <= '9':
		return s.number()
	}
	return s.word()
}

// word takes true, false or null.
func (s *jsonScanner) word() (jsonToken, *jsonProblem) {
	end := s.pos
	for end < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[end:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			break
		}
		end += size
	}
	switch word := s.text[s.pos:end]; {
	case word == "true" || word == "false" || word == "null":
		tok := jsonToken{kind: tokenScalar, start: s.pos, end: end}
		s.pos = end
		s.afterValue()
		return tok, nil
	case word == "":
		return jsonToken{}, s.problem("a value was expected, not %s", s.here())
	case strings.EqualFold(word, "true") || strings.EqualFold(word, "false") || strings.EqualFold(word, "null"):
		return jsonToken{}, s.problem("%s must be in lower case", word)
	default:
		return jsonToken{}, s.problem("%s is not a value: text needs double quotes", Shorten(word, 20))
	}
}

// here names the character at hand.
func (s *jsonScanner) here() string {
	r, size := utf8.DecodeRuneInString(s.text[s.pos:])
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf("the byte %#02x", s.text[s.pos])
	case r == '\'':
		return "': text needs double quotes"
	case !unicode.IsPrint(r) || Clean(string(r)) != string(r):
		return fmt.Sprintf("the character %U", r)
	}
	return string(r)
}

// number takes a number as RFC 8259 writes it.
func (s *jsonScanner) number() (jsonToken, *jsonProblem) {
	start, i := s.pos, s.pos
	if s.text[i] == '-' {
		i++
	}
	whole := i
	i = s.digits(i)
	switch {
	case i == whole:
		return jsonToken{}, s.problemAt(i, "a digit was expected after the minus")
	case s.text[whole] == '0' && i > whole+1:
		return jsonToken{}, s.problemAt(whole, "a number may not begin with 0")
	}
	if i < len(s.text) && s.text[i] == '.' {
		from := i + 1
		if i = s.digits(from); i == from {
			return jsonToken{}, s.problemAt(i, "a digit was expected after the decimal point")
		}
	}
	if i < len(s.text) && (s.text[i] == 'e' || s.text[i] == 'E') {
		i++
		if i < len(s.text) && (s.text[i] == '+' || s.text[i] == '-') {
			i++
		}
		from := i
		if i = s.digits(from); i == from {
			return jsonToken{}, s.problemAt(i, "a digit was expected in the exponent")
		}
	}
	s.pos = i
	s.afterValue()
	return jsonToken{kind: tokenScalar, start: start, end: i}, nil
}

func (s *jsonScanner) digits(i int) int {
	for i < len(s.text) && '0' <= s.text[i] && s.text[i] <= '9' {
		i++
	}
	return i
}

// str takes a string with its quotes.
func (s *jsonScanner) str() (jsonToken, *jsonProblem) {
	start := s.pos
	for i := start + 1; i < len(s.text); {
		switch c := s.text[i]; {
		case c == '"':
			s.pos = i + 1
			return jsonToken{kind: tokenString, start: start, end: s.pos}, nil
		case c == '\\':
			n, err := s.escape(i)
			if err != nil {
				return jsonToken{}, err
			}
			i += n
		case c == '\n' || c == '\r':
			return jsonToken{}, s.problemAt(i, `a line break inside text: write \n, or close the text with a double quote`)
		case c == '\t':
			return jsonToken{}, s.problemAt(i, `a tab inside text: write \t`)
		case c < ' ':
			return jsonToken{}, s.problemAt(i, `a control character inside text: write \u%04x`, c)
		default:
			i++
		}
	}
	return jsonToken{}, s.problemAt(start, "this text has no closing double quote")
}

// escape returns the length of the escape at i.
func (s *jsonScanner) escape(i int) (int, *jsonProblem) {
	if i+1 == len(s.text) {
		return 0, s.problemAt(i, "the text ends inside an escape")
	}
	c := s.text[i+1]
	if strings.IndexByte(`"\/bfnrt`, c) >= 0 {
		return 2, nil
	}
	if c != 'u' {
		return 0, s.problemAt(i, `a backslash must be followed by one of " \ / b f n r t u: for a backslash write two`)
	}
	for j := i + 2; j < i+6; j++ {
		if j == len(s.text) || !isHex(s.text[j]) {
			return 0, s.problemAt(i, `\u needs four hexadecimal digits`)
		}
	}
	return 6, nil
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= lower(b) && lower(b) <= 'f'
}
