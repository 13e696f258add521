// Package jsontree lays a payload out for reading: JSON as a tree that folds,
// is searched and knows the path of each value; other text as lines; bytes
// that are no text as hex. A document is read once, in time that grows with
// its size; after that a line costs the same wherever it stands, so that
// drawing a window costs nothing more for a payload of 5 MB.
//
// The source stays as it is: every digit, every escape and every name that
// stands there twice. Nothing goes through a float64 or a map.
package jsontree

import (
	"errors"
	"sort"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// maxNodes bounds the memory of a tree: a node takes 40 bytes, and a payload
// of 5 MB can hold two and a half million values, none of which is worth
// reading.
const maxNodes = 1 << 20

// ErrTooMany says that a text has more values than a tree holds.
var ErrTooMany = errors.New("it has more than a million values")

// Kinds of node.
const (
	kindObject = '{'
	kindArray  = '['
	kindString = '"'
	kindScalar = '0'
)

// node is a value. Nodes stand in the order of the text, so that those inside
// one follow it.
type node struct {
	// start and end are the value's bytes; name is where its name begins and
	// nameEnd where that ends, -1 in an array and for the root.
	start, end, name, nameEnd int32
	// parent is the node that holds it, -1 for the root; next is the first node
	// behind everything inside it.
	parent, next int32
	// index is its place among the values of its parent, from 0, and count how
	// many values it holds itself.
	index, count int32
	// line is its first line while nothing is folded.
	line  int32
	depth uint16
	kind  byte
}

func (n *node) container() bool { return n.kind == kindObject || n.kind == kindArray }

// begin is where the node's own text begins: its name, else its value.
func (n *node) begin() int32 {
	if n.name >= 0 {
		return n.name
	}
	return n.start
}

// Tree is a JSON text with its values. Nobody changes it once it is made.
type Tree struct {
	src   string
	nodes []node
	// breaks are where a node's own text goes on in a new line, for the few
	// that are longer than a line.
	breaks map[int32][]int32
	lines  int
	wide   int
}

// Parse reads a JSON text. The error is a *workflow.SyntaxError, or ErrTooMany.
func Parse(text string) (*Tree, error) {
	most := strings.Count(text, ",") + strings.Count(text, "[") + strings.Count(text, "{") + 1
	t := &Tree{src: text, nodes: make([]node, 0, min(most, maxNodes)), breaks: map[int32][]int32{}}
	b := builder{t: t, parent: -1, name: -1}
	tokens := workflow.NewJSONTokens(text)
	for {
		tok, err := tokens.Next()
		if err != nil {
			return nil, err
		}
		if tok.Kind == 0 {
			break
		}
		if len(t.nodes) >= maxNodes {
			return nil, ErrTooMany
		}
		b.take(tok)
	}
	t.place()
	return t, nil
}

// builder puts tokens into the tree. parent is the innermost open node, and
// name the last name, until a value takes it.
type builder struct {
	t             *Tree
	parent        int32
	name, nameEnd int32
	afterName     bool
}

func (b *builder) take(tok workflow.JSONToken) {
	switch tok.Kind {
	case ':', ',':
	case '}', ']':
		n := &b.t.nodes[b.parent]
		n.end, n.next = int32(tok.End), int32(len(b.t.nodes))
		b.parent = n.parent
	case '"':
		if b.parent >= 0 && b.t.nodes[b.parent].kind == kindObject && !b.afterName {
			b.name, b.nameEnd, b.afterName = int32(tok.Start), int32(tok.End), true
			return
		}
		b.add(tok, kindString)
	case '{', '[':
		b.add(tok, tok.Kind)
		b.parent = int32(len(b.t.nodes)) - 1
	default:
		b.add(tok, kindScalar)
	}
}

func (b *builder) add(tok workflow.JSONToken, kind byte) {
	n := node{
		start: int32(tok.Start), end: int32(tok.End), name: -1, nameEnd: -1, parent: b.parent, next: int32(len(b.t.nodes)) + 1, kind: kind,
	}
	if b.afterName {
		n.name, n.nameEnd, b.afterName = b.name, b.nameEnd, false
	}
	if b.parent >= 0 {
		p := &b.t.nodes[b.parent]
		n.index, n.depth = p.count, p.depth+1
		p.count++
	}
	b.t.nodes = append(b.t.nodes, n)
}

// place gives each node its line.
func (t *Tree) place() {
	line, open := 0, int32(-1) // open is the innermost node that has a closing line to come
	for i := range t.nodes {
		n := &t.nodes[i]
		for open >= 0 && int32(i) >= t.nodes[open].next {
			line++
			open = t.nodes[open].parent
		}
		n.line = int32(line)
		t.breakLong(int32(i), n)
		line += t.head(int32(i))
		if n.count > 0 {
			open = int32(i)
		}
	}
	for ; open >= 0; open = t.nodes[open].parent {
		line++
	}
	t.lines = line
}

// breakLong notes where the text of a long node goes on in a new line.
func (t *Tree) breakLong(i int32, n *node) {
	end := n.end
	if n.container() {
		end = n.start + 1
	}
	size := int(end - n.begin())
	t.wide = max(t.wide, indent(int(n.depth))+min(size, 2*MaxLine)+moreThanText)
	if size <= MaxLine {
		return
	}
	var at []int32
	if n.name >= 0 {
		at = appendBreaks(at, t.src, n.name, n.nameEnd)
	}
	if !n.container() {
		if n.name >= 0 && len(at) > 0 {
			at = append(at, n.start)
		}
		at = appendBreaks(at, t.src, n.start, n.end)
	}
	if len(at) > 0 {
		t.breaks[i] = at
	}
}

// moreThanText is what a line can hold besides its indentation and its text:
// punctuation, a count, a preview, a time.
const moreThanText = 120

// appendBreaks appends where to break src[from:to] into lines.
func appendBreaks(at []int32, src string, from, to int32) []int32 {
	for to-from > MaxLine {
		from += int32(breakAt(src[from:to], MaxLine))
		at = append(at, from)
	}
	return at
}

// head is how many lines a node has of its own, its closing line aside.
func (t *Tree) head(i int32) int {
	if len(t.breaks) == 0 {
		return 1
	}
	return 1 + len(t.breaks[i])
}

// closeLine is the last line of a node while nothing is folded.
func (t *Tree) closeLine(i int32) int32 {
	n := &t.nodes[i]
	if n.count == 0 {
		return n.line + int32(t.head(i)) - 1
	}
	leaf := n.next - 1
	l := &t.nodes[leaf]
	return l.line + int32(t.head(leaf)) - 1 + int32(l.depth-n.depth)
}

// at returns the node of a line and which of its lines it is, while nothing is
// folded; closing is set on the line that closes it.
func (t *Tree) at(line int) (i int32, part int, closing bool) {
	k := sort.Search(len(t.nodes), func(i int) bool { return int(t.nodes[i].line) > line }) - 1
	i = int32(k)
	over := line - int(t.nodes[k].line) - t.head(i) + 1
	if over <= 0 {
		return i, line - int(t.nodes[k].line), false
	}
	for range over { // the lines behind the last node of some close what holds it
		i = t.nodes[i].parent
	}
	return i, 0, true
}

// nodeAt returns the node whose name or value holds the byte at, or -1.
func (t *Tree) nodeAt(at int) int32 {
	k := sort.Search(len(t.nodes), func(i int) bool { return int(t.nodes[i].begin()) > at }) - 1
	if k < 0 {
		return -1
	}
	n := &t.nodes[k]
	end := n.end
	if n.container() {
		end = n.start + 1
	}
	if at < int(n.nameEnd) || at >= int(n.start) && at < int(end) {
		return int32(k)
	}
	return -1
}

// part returns which line of a node holds the byte at.
func (t *Tree) part(i int32, at int) int {
	breaks := t.breaks[i]
	return sort.Search(len(breaks), func(k int) bool { return int(breaks[k]) > at })
}

// Values is how many values the tree holds, itself included.
func (t *Tree) Values() int { return len(t.nodes) }

// foldable reports whether a node has more than one line.
func (t *Tree) foldable(i int32) bool { return t.nodes[i].count > 0 || t.head(i) > 1 }

// last reports whether nothing follows a node in what holds it.
func (t *Tree) last(i int32) bool {
	n := &t.nodes[i]
	return n.parent < 0 || n.index+1 == t.nodes[n.parent].count
}
