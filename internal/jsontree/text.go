package jsontree

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// MaxLine is the most bytes of the source in one line. What is longer, such as
// a document of one line, goes on in the next: cutting a line to the screen
// then costs the same however large the payload is.
const MaxLine = 512

// maxIndent is the deepest level that is indented further than the one above:
// what is nested deeper would else be out of sight for good.
const maxIndent = 32

// indent is how many cells stand before a value of a level.
func indent(depth int) int { return 2 * min(depth, maxIndent) }

// breakAt returns where to break a text of more than n bytes: not inside a
// rune, nor before one that belongs to the one before it, nor inside an escape.
func breakAt(s string, n int) int {
	for i := n; i > n/2; i-- {
		if !utf8.RuneStart(s[i]) || inEscape(s, i) {
			continue
		}
		r, _ := utf8.DecodeRuneInString(s[i:])
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		if joins(r) || joins(before) {
			continue
		}
		return i
	}
	if head := len(workflow.Shorten(s, n)); head > 0 {
		return head
	}
	return n // bytes that are no text
}

// inEscape reports whether the byte at i may belong to a JSON escape that
// began before it.
func inEscape(s string, i int) bool {
	from := max(0, i-5)
	k := strings.LastIndexByte(s[from:i], '\\')
	if k < 0 {
		return false
	}
	k += from
	return i == k+1 || s[k+1] == 'u' && i < k+6
}

// joins reports whether a rune belongs to its neighbours.
func joins(r rune) bool {
	return r >= utf8.RuneSelf && unicode.In(r, unicode.M, unicode.Cf)
}

// Visible makes a piece of a JSON text safe to draw and hides nothing: what
// turns text around, and what shows nothing, is written as the escape that
// JSON has for it. Only what joins and colors emoji is dropped, as in
// workflow.Clean: terminals do not agree on its width. A text that is safe is
// returned as it is.
func Visible(s string) string {
	if workflow.Clean(s) == s {
		return s
	}
	var b strings.Builder
	for one, kept := range workflow.Runes(s) {
		switch r, _ := utf8.DecodeRuneInString(one); {
		case kept:
			b.WriteString(one)
		case r == utf8.RuneError:
			b.WriteRune(utf8.RuneError)
		case r == 0x200d, r == 0xfe0e, r == 0xfe0f, r >= 0x1f3fb && r <= 0x1f3ff:
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case r > 0xffff:
			r1, r2 := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			fmt.Fprintf(&b, `\u%04x\u%04x`, r1, r2)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
