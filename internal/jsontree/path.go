package jsontree

import (
	"strconv"
	"strings"
	"unicode"
)

// Path returns the path of the value on a line, as $.lines[3].price. A name
// that is no identifier stands in brackets as the source has it.
func (f *Folds) Path(line int) string {
	i, _, _ := f.at(line)
	var up []int32
	for ; i > 0; i = f.t.nodes[i].parent {
		up = append(up, i)
	}
	var b strings.Builder
	b.WriteByte('$')
	for k := len(up) - 1; k >= 0; k-- {
		f.t.step(&b, &f.t.nodes[up[k]])
	}
	return b.String()
}

func (t *Tree) step(b *strings.Builder, n *node) {
	if n.name < 0 {
		b.WriteString("[" + itoa(int(n.index)) + "]")
		return
	}
	quoted := t.src[n.name:n.nameEnd]
	if name := quoted[1 : len(quoted)-1]; identifier(name) {
		b.WriteString("." + name)
		return
	}
	b.WriteString("[" + quoted + "]")
}

func identifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// Value returns the text of the value on a line, exactly as the source has it.
func (f *Folds) Value(line int) string {
	i, _, _ := f.at(line)
	n := &f.t.nodes[i]
	return f.t.src[n.start:n.end]
}

// Name returns the name of the value on a line without its quotes, as the
// source has it; empty in an array and for the outermost value.
func (f *Folds) Name(line int) string {
	i, _, _ := f.at(line)
	if n := &f.t.nodes[i]; n.name >= 0 {
		return f.t.src[n.name+1 : n.nameEnd-1]
	}
	return ""
}

func itoa(n int) string { return strconv.Itoa(n) }

// sizeText writes a size in bytes.
func sizeText(n int) string { return itoa(n) + " B" }
