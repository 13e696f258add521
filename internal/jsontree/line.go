package jsontree

import (
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Part says what a piece of a line is.
type Part uint8

// The parts of a line. A PartCount is how many values are folded, a
// PartPreview the first of them.
const (
	PartPunctuation Part = iota
	PartName
	PartString
	PartNumber
	PartWord
	PartCount
	PartPreview
)

// Piece is a piece of a line as the source has it, so not safe to draw before
// Visible has seen it.
type Piece struct {
	Part Part
	Text string
	// At is where it stands in the source, -1 for what does not.
	At int
}

// maxPreview is how much of a folded value its line shows, in bytes.
const maxPreview = 96

// Line appends the pieces of a line to buf and says how many cells it is
// indented.
func (f *Folds) Line(line int, buf []Piece) (pieces []Piece, indented int) {
	i, part, closing := f.at(line)
	t := f.t
	n := &t.nodes[i]
	switch {
	case closing:
		buf = append(buf, t.punctuation(n.end-1))
	case f.folded[i]:
		return f.foldedLine(i, buf), indent(int(n.depth))
	default:
		buf = t.own(buf, i, part)
		if n.container() && n.count == 0 && part == t.head(i)-1 {
			buf = append(buf, t.punctuation(n.end-1))
		}
	}
	if ends := closing || n.count == 0 && part == t.head(i)-1; ends && !t.last(i) {
		buf = append(buf, Piece{PartPunctuation, ",", -1})
	}
	return buf, indent(int(n.depth))
}

// own appends the pieces of one line of a node itself.
func (t *Tree) own(buf []Piece, i int32, part int) []Piece {
	n := &t.nodes[i]
	end := n.end
	if n.container() {
		end = n.start + 1
	}
	from, to := n.begin(), end
	if breaks := t.breaks[i]; len(breaks) > 0 {
		if part > 0 {
			from = breaks[part-1]
		}
		if part < len(breaks) {
			to = breaks[part]
		}
	}
	if n.name >= 0 && from < n.nameEnd {
		buf = append(buf, Piece{PartName, t.src[from:min(to, n.nameEnd)], int(from)})
		if to >= n.nameEnd {
			buf = append(buf, Piece{PartPunctuation, ": ", -1})
		}
		from = max(n.start, n.nameEnd)
	}
	if from < to {
		buf = append(buf, Piece{t.partOf(n), t.src[from:to], int(from)})
	}
	return buf
}

func (t *Tree) partOf(n *node) Part {
	switch {
	case n.container():
		return PartPunctuation
	case n.kind == kindString:
		return PartString
	case t.src[n.start] == '-' || t.src[n.start] >= '0' && t.src[n.start] <= '9':
		return PartNumber
	}
	return PartWord
}

func (t *Tree) punctuation(at int32) Piece {
	return Piece{PartPunctuation, t.src[at : at+1], int(at)}
}

// foldedLine is a folded value: how much it holds, and how that begins.
func (f *Folds) foldedLine(i int32, buf []Piece) []Piece {
	t := f.t
	n := &t.nodes[i]
	buf = t.own(buf, i, 0)
	if !n.container() || t.head(i) > 1 {
		return append(buf, Piece{PartCount, sizeText(int(n.end - n.start)), -1})
	}
	buf = append(buf, Piece{PartCount, itoa(int(n.count)), -1}, t.punctuation(n.end-1))
	if !t.last(i) {
		buf = append(buf, Piece{PartPunctuation, ",", -1})
	}
	return append(buf, Piece{PartPreview, t.preview(n), -1})
}

// preview is how the text inside a container begins, in one line.
func (t *Tree) preview(n *node) string {
	text := workflow.Shorten(t.src[n.start+1:n.end-1], maxPreview)
	return strings.Join(strings.Fields(text), " ")
}
