package workflow

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// indentBudget bounds, as a multiple of the text, what indentation may add to
// it: deep nesting must not turn a payload of 5 MB into gigabytes.
const indentBudget = 8

// indentUnit is one level of indentation.
const indentUnit = "  "

// Pretty lays out a payload for reading. JSON gets one line for each value,
// two spaces for each level, and is otherwise left as it is: the order of the
// names, every digit and every escape. What is not JSON comes as the lines it
// has. All lines are safe to draw; none is cut, however long. An empty text has
// no lines.
func Pretty(raw string) (lines []string, isJSON bool) {
	if raw == "" {
		return nil, false
	}
	text, ok := indentJSON(raw)
	if !ok {
		return strings.Split(strings.TrimSuffix(CleanText(raw), "\n"), "\n"), false
	}
	lines = make([]string, 0, strings.Count(text, "\n")+1)
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, Clean(line))
	}
	return lines, true
}

// indentJSON returns raw with line breaks between its values, and whether it
// is JSON at all.
func indentJSON(raw string) (string, bool) {
	var out strings.Builder
	out.Grow(len(raw) + len(raw)/4)
	budget := max(1<<20, indentBudget*len(raw))
	breakLine := func(depth int) {
		out.WriteByte('\n')
		if n := depth * len(indentUnit); n <= budget {
			budget -= n
			for range depth {
				out.WriteString(indentUnit)
			}
		}
	}
	sc := jsonScanner{text: raw}
	opened := false
	for {
		tok, err := sc.next()
		if err != nil {
			return "", false
		}
		switch tok.kind {
		case tokenEnd:
			return out.String(), true
		case '}', ']':
			if !opened {
				breakLine(len(sc.open))
			}
		case ',', ':':
		default:
			if opened {
				breakLine(len(sc.open) - depthOf(tok.kind))
			}
		}
		out.WriteString(raw[tok.start:tok.end])
		opened = tok.kind == '{' || tok.kind == '['
		switch tok.kind {
		case ':':
			out.WriteByte(' ')
		case ',':
			breakLine(len(sc.open))
		}
	}
}

// depthOf is one for a token that has opened a level itself.
func depthOf(kind byte) int {
	if kind == '{' || kind == '[' {
		return 1
	}
	return 0
}

// SyntaxError says in plain words where a text stops being JSON. Line and
// Column count from one; columns are characters.
type SyntaxError struct {
	Line, Column int
	Msg          string
}

// Error returns the place and the reason.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// CheckJSON returns a *SyntaxError unless text is one JSON value (RFC 8259).
// An empty text, or one of blanks, is fine: it means that there is no value.
func CheckJSON(text string) error {
	if blank(text) {
		return nil
	}
	sc := jsonScanner{text: text}
	for {
		tok, err := sc.next()
		if err != nil {
			return syntaxError(text, err)
		}
		if tok.kind == tokenEnd {
			break
		}
	}
	if utf8.ValidString(text) {
		return nil
	}
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			return syntaxError(text, &jsonProblem{at: i, msg: "this byte is not UTF-8 text"})
		}
	}
	return nil
}

func blank(text string) bool {
	for i := range len(text) {
		if !isBlank(text[i]) {
			return false
		}
	}
	return true
}

func syntaxError(text string, p *jsonProblem) *SyntaxError {
	before := text[:min(p.at, len(text))]
	line := strings.LastIndexByte(before, '\n') + 1
	return &SyntaxError{
		Line:   strings.Count(before, "\n") + 1,
		Column: utf8.RuneCountInString(before[line:]) + 1,
		Msg:    p.msg,
	}
}
