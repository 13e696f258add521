package ui

import (
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// TreeFold is whether a row of the tree has others below it, and whether they
// are shown.
type TreeFold uint8

// A leaf has none; of one that is closed it may not be known yet.
const (
	TreeLeaf TreeFold = iota
	TreeClosed
	TreeOpen
)

// TreeRow is an instance in the tree. Texts are clean.
type TreeRow struct {
	Key         workflow.Key
	Label, Name string
	Status      workflow.Status
	// Depth counts from zero, the root.
	Depth int
	Fold  TreeFold
	// Here marks the instance that the detail shows.
	Here bool
	// Note says what else is to be known of it; Bad, that it is no good news.
	Note string
	Bad  bool
}

// treeTab is the state of the Tree tab: rows that the model has made, and a
// cursor over them.
type treeTab struct {
	rows []TreeRow
	// guides are the lines before each row.
	guides []string
	note   string
	key    workflow.Key
	at     int
	top    int
}

// maxGuide is how deep the lines before a row go, in levels; deeper rows say
// their depth as a number.
const maxGuide = 12

// SetTree shows rows of the tree in their order; note is said below them. The
// cursor stays on its instance, or begins where the detail is.
func (d *Detail) SetTree(rows []TreeRow, note string) {
	s := &d.tree
	s.rows, s.note = rows, note
	s.guides = treeGuides(rows, &d.theme)
	here, at := 0, -1
	for i := range rows {
		if rows[i].Here {
			here = i
		}
		if rows[i].Key == s.key {
			at = i
		}
	}
	if at < 0 {
		at = here
	}
	s.put(at)
}

// TreeTo puts the cursor of the tree on an instance, as soon as it has a row.
func (d *Detail) TreeTo(k workflow.Key) {
	d.tree.key = k
	d.SetTree(d.tree.rows, d.tree.note)
}

// OnTree reports whether the tree is shown.
func (d *Detail) OnTree() bool { return d.tab == tabTree }

// TreeSelected returns the row under the cursor of the tree, while it is shown.
func (d *Detail) TreeSelected() (TreeRow, bool) {
	if !d.OnTree() || d.tree.at >= len(d.tree.rows) {
		return TreeRow{}, false
	}
	return d.tree.rows[d.tree.at], true
}

func (s *treeTab) put(at int) {
	s.at = min(max(0, at), max(0, len(s.rows)-1))
	if s.at < len(s.rows) {
		s.key = s.rows[s.at].Key
	}
}

func (s *treeTab) move(_ *Detail, n int) { s.put(s.at + n) }

// value is the ID of the instance under the cursor.
func (s *treeTab) value() (label, text string, ok bool) {
	if s.at >= len(s.rows) {
		return "", "", false
	}
	return "instance ID", s.rows[s.at].Key.InstanceID, true
}

// treeGuides draws what leads from a parent to its children: whether a row is
// the last of its parent is seen from the rows behind it.
func treeGuides(rows []TreeRow, t *Theme) []string {
	tee, corner, bar := "├ ", "└ ", "│ "
	if t.ASCII {
		tee, corner, bar = "|-", "`-", "| "
	}
	out := make([]string, len(rows))
	// more holds, from the rows below, at which depths there is another one.
	more := make([]bool, maxGuide+1)
	for i := len(rows) - 1; i >= 0; i-- {
		depth := min(rows[i].Depth, maxGuide)
		var b strings.Builder
		for n := 1; n < depth; n++ {
			if more[n] {
				b.WriteString(bar)
			} else {
				b.WriteString("  ")
			}
		}
		if depth > 0 {
			if more[depth] {
				b.WriteString(tee)
			} else {
				b.WriteString(corner)
			}
		}
		out[i] = b.String()
		for n := depth + 1; n < len(more); n++ {
			more[n] = false
		}
		more[depth] = true
	}
	return out
}

func (s *treeTab) draw(d *Detail) ([]string, scroll) {
	t, h := &d.theme, d.bodyHeight()
	if len(s.rows) == 0 {
		return DrawEmpty(t, d.nothing(), d.w-2, h), scroll{}
	}
	rows := max(1, h-1)
	s.top = min(s.top, s.at, max(0, len(s.rows)-rows))
	s.top = max(0, s.top, s.at-rows+1)
	lines := make([]string, 0, h)
	for i := s.top; i < min(len(s.rows), s.top+rows); i++ {
		lines = append(lines, s.row(d, i))
	}
	for len(lines) < h-1 {
		lines = append(lines, pad(d.w-2))
	}
	if h > 1 {
		lines = append(lines, s.below(d))
	}
	return lines, scroll{s.top, rows, len(s.rows)}
}

// below says what the tree lacks, or what the keys do.
func (s *treeTab) below(d *Detail) string {
	t := &d.theme
	st := newStrip(t, d.w-2)
	st.left--
	st.gap(1)
	switch {
	case s.note != "":
		st.put(t.Warn, s.note)
	case len(s.rows) == 1 && s.rows[0].Fold == TreeLeaf:
		st.put(t.Faint, "its history names no parent and no children")
	default:
		keys := []string{d.km.Open.Help().Key + " goes there", d.km.Trail.Help().Key + " comes back", t.keyName(keymap.First(d.km.Left)+" "+keymap.First(d.km.Right)) + " fold and unfold"}
		st.put(t.Faint, t.dotted(keys))
	}
	st.left++
	return st.end()
}

// row draws an instance.
func (s *treeTab) row(d *Detail, i int) string {
	t, r := &d.theme, &s.rows[i]
	st := newStrip(t, d.w-2)
	st.mark(i == s.at, d.focus)
	st.left-- // air on the right
	st.put(t.Faint, s.guides[i])
	if r.Depth > maxGuide {
		st.put(t.Faint, Count(r.Depth)+" ")
	}
	mark := " "
	if r.Fold != TreeLeaf {
		mark = t.foldMark(r.Fold == TreeOpen)
	}
	st.put(t.Dim, mark).gap(1)
	st.put(t.Status(r.Status), t.StatusGlyph(r.Status)).gap(1)
	status := r.Status.String()
	room := st.left - width(status) - 2
	pen := t.Text
	if r.Here {
		pen = t.Strong
	}
	label := t.fitMiddle(r.Label, min(width(r.Label), max(8, room)))
	st.put(pen, label)
	if r.Here && st.left > 10 {
		st.put(t.Accent, " "+hereMark(t))
	}
	st.gap(2).put(t.Status(r.Status), status)
	if r.Name != "" {
		st.gap(2).put(t.Dim, r.Name)
	}
	if r.Note != "" {
		note := t.Dim
		if r.Bad {
			note = t.Warn
		}
		st.gap(2).put(note, r.Note)
	}
	st.left++
	return st.end()
}

// hereMark stands behind the instance that the detail shows.
func hereMark(t *Theme) string {
	if t.ASCII {
		return "<"
	}
	return "◂"
}

// TreeUp moves the cursor of the tree to the parent.
func (d *Detail) TreeUp() {
	s := &d.tree
	for i := s.at - 1; i >= 0; i-- {
		if s.rows[i].Depth < s.rows[s.at].Depth {
			s.put(i)
			return
		}
	}
}
