// Package shellwords splits a command line into words as a shell does.
package shellwords

import (
	"errors"
	"strings"
)

// ErrOpen is the error of a line in which a quote does not end.
var ErrOpen = errors.New("a quote does not end")

// Split returns the words of a line: blanks separate them, unless they stand in
// single or double quotes or behind a backslash (POSIX, Shell Command Language,
// 2.2). Nothing is expanded: a $ or a * is itself. With windows a backslash is
// itself too, but before a double quote.
func Split(line string, windows bool) ([]string, error) {
	s := splitter{windows: windows}
	for i := 0; i < len(line); i++ {
		i += s.take(line[i], line[i+1:])
	}
	if s.quote != 0 {
		return nil, ErrOpen
	}
	s.end()
	return s.words, nil
}

// splitter collects words. quote is the quote that is open, 0 for none; begun
// says that there is a word, an empty one included.
type splitter struct {
	words   []string
	word    strings.Builder
	begun   bool
	quote   byte
	windows bool
}

// take takes a byte, before rest, and returns how many bytes of rest it has
// taken too.
func (s *splitter) take(c byte, rest string) int {
	switch {
	case c == '\\' && s.quote != '\'' && s.escapes(rest):
		if rest[0] != '\n' { // else the line goes on
			s.add(rest[0])
		}
		return 1
	case s.quote != 0 && c == s.quote:
		s.quote = 0
	case s.quote == 0 && (c == '"' || c == '\'' && !s.windows):
		s.quote, s.begun = c, true
	case s.quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
		s.end()
	default:
		s.add(c)
	}
	return 0
}

// escapes reports whether a backslash before rest escapes something.
func (s *splitter) escapes(rest string) bool {
	switch {
	case rest == "":
		return false
	case s.windows:
		return rest[0] == '"'
	case s.quote == '"':
		return strings.IndexByte("$`\"\\\n", rest[0]) >= 0
	}
	return true
}

func (s *splitter) add(c byte) {
	s.word.WriteByte(c)
	s.begun = true
}

func (s *splitter) end() {
	if s.begun {
		s.words = append(s.words, s.word.String())
		s.word.Reset()
		s.begun = false
	}
}
