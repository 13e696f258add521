package jsontree

import (
	"slices"
	"sort"
)

// Folds is which values of a tree are folded, and with that which lines there
// are. A tree can have any number of them.
type Folds struct {
	t      *Tree
	folded []bool
	// hidden are the lines that are out of sight, in order; of values that are
	// folded inside another only the outermost has an entry.
	hidden []hidden
	lines  int
}

// hidden is a run of lines from..to-1 out of sight; before is how many lines
// are hidden before it.
type hidden struct{ from, to, before int32 }

// NewFolds returns a tree with everything unfolded.
func NewFolds(t *Tree) *Folds {
	return &Folds{t: t, folded: make([]bool, len(t.nodes)), lines: t.lines}
}

// Lines is how many lines there are.
func (f *Folds) Lines() int { return f.lines }

// recount finds the hidden lines anew: one step for each value in sight.
func (f *Folds) recount() {
	f.hidden = f.hidden[:0]
	gone := int32(0)
	for i := int32(0); i < int32(len(f.t.nodes)); {
		n := &f.t.nodes[i]
		if !f.folded[i] {
			i++
			continue
		}
		h := hidden{from: n.line + 1, to: f.t.closeLine(i) + 1, before: gone}
		f.hidden = append(f.hidden, h)
		gone += h.to - h.from
		i = n.next
	}
	f.lines = f.t.lines - int(gone)
}

// full returns which line of the unfolded tree a line is.
func (f *Folds) full(line int) int {
	k := sort.Search(len(f.hidden), func(k int) bool { return int(f.hidden[k].from-f.hidden[k].before) > line }) - 1
	if k < 0 {
		return line
	}
	h := f.hidden[k]
	return line + int(h.before+h.to-h.from)
}

// shown returns the line on which a line of the unfolded tree is seen: its own,
// or that of the value which it is folded into.
func (f *Folds) shown(full int) int {
	k := sort.Search(len(f.hidden), func(k int) bool { return int(f.hidden[k].from) > full }) - 1
	if k < 0 {
		return full
	}
	h := f.hidden[k]
	if full < int(h.to) {
		return int(h.from-h.before) - 1
	}
	return full - int(h.before+h.to-h.from)
}

// at returns what stands on a line.
func (f *Folds) at(line int) (i int32, part int, closing bool) { return f.t.at(f.full(line)) }

// Foldable reports whether the value on a line has more than one line, and
// whether it is folded.
func (f *Folds) Foldable(line int) (foldable, folded bool) {
	i, _, _ := f.at(line)
	return f.t.foldable(i), f.folded[i]
}

// Fold folds the value on a line, or unfolds it. It returns the value's line,
// which does not move, and whether anything has changed.
func (f *Folds) Fold(line int, fold bool) (at int, changed bool) {
	i, _, _ := f.at(line)
	if !f.t.foldable(i) || f.folded[i] == fold {
		return line, false
	}
	f.folded[i] = fold
	f.recount()
	return f.shown(int(f.t.nodes[i].line)), true
}

// FoldAll folds every value but the outermost, or unfolds every one. It returns
// where the value of a line is seen then.
func (f *Folds) FoldAll(line int, fold bool) int {
	full := f.full(line)
	for i := range f.folded {
		f.folded[i] = fold && i > 0 && f.t.foldable(int32(i))
	}
	f.recount()
	return f.shown(full)
}

// FoldBelow folds what is nested so deep, and unfolds all else. Level 1 is
// what the outermost value holds.
func (f *Folds) FoldBelow(level int) {
	for i := range f.folded {
		f.folded[i] = int(f.t.nodes[i].depth) >= level && f.t.foldable(int32(i))
	}
	f.recount()
}

// Parent returns the first line of what holds the value on a line, or of the
// value itself when the line is another of its own.
func (f *Folds) Parent(line int) int {
	i, part, closing := f.at(line)
	if part == 0 && !closing {
		i = f.t.nodes[i].parent
	}
	if i < 0 {
		return line
	}
	return f.shown(int(f.t.nodes[i].line))
}

// Reveal unfolds whatever hides the byte at of the source, and returns its
// line.
func (f *Folds) Reveal(at int) int {
	i := f.t.nodeAt(at)
	if i < 0 {
		return 0
	}
	part, changed := f.t.part(i, at), false
	for k := i; k >= 0; k = f.t.nodes[k].parent {
		if f.folded[k] && (k != i || part > 0) {
			f.folded[k], changed = false, true
		}
	}
	if changed {
		f.recount()
	}
	return f.shown(int(f.t.nodes[i].line) + part)
}

// Clone returns folds of the same tree that change apart from these.
func (f *Folds) Clone() *Folds {
	c := *f
	c.folded, c.hidden = slices.Clone(f.folded), slices.Clone(f.hidden)
	return &c
}

// Begin returns where the value of a line, or that line of it, begins in the
// source.
func (f *Folds) Begin(line int) int {
	i, part, closing := f.at(line)
	switch {
	case closing:
		return int(f.t.nodes[i].end) - 1
	case part > 0:
		return int(f.t.breaks[i][part-1])
	}
	return int(f.t.nodes[i].begin())
}

// LineOf returns the line on which the byte at of the source is seen.
func (f *Folds) LineOf(at int) int {
	k := max(0, sort.Search(len(f.t.nodes), func(i int) bool { return int(f.t.nodes[i].begin()) > at })-1)
	i := int32(k)
	for f.t.nodes[i].parent >= 0 && at >= int(f.t.nodes[i].end) { // behind it: what holds it
		i = f.t.nodes[i].parent
	}
	n := &f.t.nodes[i]
	if n.count > 0 && at >= int(n.end)-1 {
		return f.shown(int(f.t.closeLine(i)))
	}
	return f.shown(int(n.line) + f.t.part(i, at))
}

// Keep folds what was folded in an earlier tree of the same text.
func (f *Folds) Keep(old *Folds) bool {
	if old == nil || old.t.src != f.t.src {
		return false
	}
	copy(f.folded, old.folded)
	f.recount()
	return true
}
