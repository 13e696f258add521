package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxLine is the most bytes of one line of a payload. Longer ones, such as a
// document of one line, go on in the next line: cutting a line to the screen
// then costs the same however large the payload is.
const maxLine = 512

// payloadText is a payload made ready to be drawn line by line.
type payloadText struct {
	lines []textLine
	json  bool
	// wide is an upper bound of the widest line, in cells.
	wide int
	// size is that of the raw payload, and shown what of it the lines hold,
	// both in bytes.
	size, shown int
}

// textLine is one cleaned line. quoted is set on the rest of a line that was
// broken inside a JSON string.
type textLine struct {
	s      string
	quoted bool
}

// newPayloadText lays a payload out. It takes time in proportion to the
// payload: call it off the update loop unless the payload is small.
func newPayloadText(p workflow.Payload) payloadText {
	if !p.Set {
		return payloadText{}
	}
	lines, isJSON := workflow.Pretty(p.Raw)
	out := payloadText{json: isJSON, size: len(p.Raw), shown: len(p.Raw), lines: make([]textLine, 0, len(lines))}
	for _, s := range lines {
		quoted := false
		for len(s) > maxLine {
			n := breakAt(s, maxLine)
			out.add(textLine{s[:n], quoted})
			if isJSON {
				quoted = endsQuoted(s[:n], quoted)
			}
			s = s[n:]
		}
		out.add(textLine{s, quoted})
	}
	return out
}

// headText is newPayloadText for the first n bytes of a payload only, as they
// are.
func headText(p workflow.Payload, n int) payloadText {
	head := workflow.Payload{Set: true, Raw: workflow.Shorten(p.Raw, n)}
	out := payloadText{size: len(p.Raw), shown: len(head.Raw)}
	for s := range strings.SplitSeq(workflow.CleanText(head.Raw), "\n") {
		for len(s) > maxLine {
			n := breakAt(s, maxLine)
			out.add(textLine{s: s[:n]})
			s = s[n:]
		}
		out.add(textLine{s: s})
	}
	return out
}

func (p *payloadText) add(l textLine) {
	p.lines = append(p.lines, l)
	p.wide = max(p.wide, len(l.s))
}

// breakAt returns where to break a line of more than n bytes: not inside a
// rune, nor before one that belongs to the one before it, nor behind a
// backslash.
func breakAt(s string, n int) int {
	for i := n; i > n/2; i-- {
		if !utf8.RuneStart(s[i]) || s[i-1] == '\\' {
			continue
		}
		r, _ := utf8.DecodeRuneInString(s[i:])
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		if joins(r) || joins(before) {
			continue
		}
		return i
	}
	return len(workflow.Shorten(s, n))
}

// joins reports whether a rune belongs to its neighbours.
func joins(r rune) bool {
	return r >= utf8.RuneSelf && unicode.In(r, unicode.M, unicode.Cf)
}

// endsQuoted reports whether a JSON string is open at the end of s, which
// began inside one when quoted is set.
func endsQuoted(s string, quoted bool) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			quoted = !quoted
		case '\\':
			i++
		}
	}
	return quoted
}

// drawText appends one line of a payload, coloured when it is JSON. The line is
// cut by the strip; nothing outside the window is measured twice.
func (s *strip) drawText(l textLine, isJSON bool) {
	if !isJSON {
		s.put(s.t.Text, l.s)
		return
	}
	text := l.s
	if l.quoted {
		n := stringEnd(text, 0)
		s.put(s.t.JSONString, text[:n])
		text = text[n:]
	}
	for text != "" && s.left > 0 {
		n, pen := s.t.jsonToken(text)
		s.put(pen, text[:n])
		text = text[n:]
	}
}

// jsonToken returns the length of the first token of a line of JSON and its
// pen. Blanks go with what stands before them.
func (t *Theme) jsonToken(s string) (int, Pen) {
	switch c := s[0]; {
	case c == '"':
		n := stringEnd(s, 1)
		if strings.HasPrefix(s[n:], ":") {
			return n, t.JSONKey
		}
		return n, t.JSONString
	case c == '-' || c >= '0' && c <= '9':
		return run(s, func(c byte) bool { return c >= '0' && c <= '9' || strings.IndexByte("+-.eE", c) >= 0 }), t.JSONNumber
	case c >= 'a' && c <= 'z':
		return run(s, func(c byte) bool { return c >= 'a' && c <= 'z' }), t.JSONWord
	}
	return run(s, func(c byte) bool { return c <= ' ' || strings.IndexByte("{}[],:", c) >= 0 }), t.Dim
}

// run returns how many bytes at the beginning of s are in the class, at least
// the first rune.
func run(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	if n == 0 {
		_, n = utf8.DecodeRuneInString(s)
	}
	return n
}

// stringEnd returns the index behind the quote that closes the JSON string
// whose text begins at from, or the length of s.
func stringEnd(s string, from int) int {
	for i := from; i < len(s); i++ {
		switch s[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return len(s)
}
