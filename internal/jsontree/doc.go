package jsontree

import (
	"encoding/hex"
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Kind is what a payload is.
type Kind uint8

// The kinds of payload. Binary is what holds bytes that no text has.
const (
	Empty Kind = iota
	JSON
	Text
	Binary
)

// Doc is a payload made ready to be drawn line by line. Nobody changes it once
// it is made.
type Doc struct {
	Source string
	Kind   Kind
	// Tree is that of JSON, nil else.
	Tree *Tree
	// Problem is why a text that looks like JSON is not shown as a tree: a
	// *workflow.SyntaxError with the place, or ErrTooMany.
	Problem error

	// starts are where the lines of the source begin.
	starts []int32
	wide   int
}

// Read lays a payload out. It takes time in proportion to the payload: about
// 10 ms for each MB.
func Read(source string) *Doc {
	d := &Doc{Source: source}
	if source == "" {
		return d
	}
	tree, err := Parse(source)
	switch {
	case err == nil:
		d.Kind, d.Tree = JSON, tree
	case binary(source):
		d.Kind = Binary
	default:
		d.Kind = Text
		if errors.Is(err, ErrTooMany) || looksLikeJSON(source) {
			d.Problem = err
		}
	}
	d.split()
	return d
}

// ReadText is Read for what is to be shown as text, whatever it is.
func ReadText(source string) *Doc {
	d := &Doc{Source: source}
	if source != "" {
		d.Kind = Text
		d.split()
	}
	return d
}

// looksLikeJSON reports whether a text that is not JSON was meant to be.
func looksLikeJSON(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	return s != "" && strings.IndexByte(`{["`, s[0]) >= 0
}

// binary reports whether a text holds what no text does: a zero byte, or more
// than one byte in ten that is neither UTF-8 nor a control character of texts.
func binary(s string) bool {
	odd := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 0:
			return true
		case r == utf8.RuneError && size == 1, r < ' ' && strings.IndexByte("\t\n\r\f\x1b", byte(r)) < 0:
			odd++
		}
		i += size
	}
	return odd*10 > len(s)
}

// split finds the lines of the source.
func (d *Doc) split() {
	text := strings.TrimSuffix(d.Source, "\n")
	for from := 0; from <= len(text); {
		end := strings.IndexByte(text[from:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += from
		}
		d.starts = append(d.starts, int32(from))
		d.wide = max(d.wide, min(MaxLine, end-from))
		for end-from > MaxLine {
			from += breakAt(text[from:end], MaxLine)
			d.starts = append(d.starts, int32(from))
		}
		from = end + 1
	}
}

// TextLines is how many lines the source has as it is.
func (d *Doc) TextLines() int { return len(d.starts) }

// TextLine returns a line of the source as it is, not safe to draw, and where
// it stands.
func (d *Doc) TextLine(i int) (text string, at int) {
	from, to := int(d.starts[i]), len(d.Source)
	if i+1 < len(d.starts) {
		to = int(d.starts[i+1])
	}
	return strings.TrimSuffix(d.Source[from:to], "\n"), from
}

// TextLineOf returns the line of the source that holds the byte at.
func (d *Doc) TextLineOf(at int) int {
	return max(0, sort.Search(len(d.starts), func(i int) bool { return int(d.starts[i]) > at })-1)
}

// Wide is an upper bound of the widest line, in cells, as text or as a tree.
func (d *Doc) Wide() int {
	switch {
	case d.Kind == Binary:
		return max(hexWidth, d.wide)
	case d.Tree != nil:
		return max(d.wide, d.Tree.wide)
	}
	return d.wide
}

// hexRow is how many bytes a line of hex shows, and hexWidth its cells.
const (
	hexRow   = 16
	hexWidth = 8 + 2 + 3*hexRow + 1 + 1 + hexRow
)

// HexLines is how many lines the source has in hex.
func (d *Doc) HexLines() int { return (len(d.Source) + hexRow - 1) / hexRow }

// HexLine returns a line in hex: the offset, the bytes, and those of them that
// are ASCII.
func (d *Doc) HexLine(i int) (offset, bytes, ascii string) {
	row := d.Source[i*hexRow : min(len(d.Source), (i+1)*hexRow)]
	var b strings.Builder
	for k := range hexRow {
		if k == hexRow/2 {
			b.WriteByte(' ')
		}
		if k < len(row) {
			b.WriteString(hex.EncodeToString([]byte{row[k]}) + " ")
		} else {
			b.WriteString("   ")
		}
	}
	letters := []byte(row)
	for k, c := range letters {
		if c < ' ' || c > '~' {
			letters[k] = '.'
		}
	}
	return fmt.Sprintf("%08x", i*hexRow), b.String(), string(letters)
}

// HexLineOf returns the line of hex that holds the byte at.
func (d *Doc) HexLineOf(at int) int { return at / hexRow }

// Place says where and why a text that looks like JSON is not; empty for one
// that is, or does not look like it.
func (d *Doc) Place() string {
	var syntax *workflow.SyntaxError
	switch {
	case errors.As(d.Problem, &syntax):
		return syntax.Error()
	case d.Problem != nil:
		return d.Problem.Error()
	}
	return ""
}

// Size is about how much memory the document takes besides its source, in
// bytes.
func (d *Doc) Size() int {
	n := 4 * len(d.starts)
	if d.Tree != nil {
		n += 40 * cap(d.Tree.nodes)
	}
	return n
}
