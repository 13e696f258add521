package model

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// treeView is the tree as it is shown, and what it lacks.
type treeView struct {
	m    *Model
	t    *lineage
	rows []ui.TreeRow
	// missing have not been read, stale have moved on since.
	missing, stale []treeAsk
	// chain are the ancestors, each with the child that leads to the instance
	// that is shown; seen are those that have a row.
	chain map[workflow.Key]workflow.Key
	seen  map[workflow.Key]bool
	more  bool
}

// lookAtTree makes the rows of the tree. Rows that the snapshot holds elsewhere
// than before are found in a second pass.
func (m *Model) lookAtTree() *treeView {
	v := m.walkTree()
	if m.tree.find(m) {
		v = m.walkTree()
		m.tree.missed = m.tree.missed[:0]
	}
	return v
}

func (m *Model) walkTree() *treeView {
	v := &treeView{m: m, t: &m.tree, chain: map[workflow.Key]workflow.Key{}, seen: map[workflow.Key]bool{}}
	root := v.ancestors()
	v.walk(root, treeChild{key: root}, 0, root == v.t.of)
	if ask := v.t.asked; ask != (workflow.Key{}) {
		for i := range v.missing {
			if v.missing[i].key == ask {
				v.missing[0], v.missing[i] = v.missing[i], v.missing[0]
				break
			}
		}
	}
	return v
}

// ancestors follows the parents up as far as they are known, and asks for the
// next one.
func (v *treeView) ancestors() workflow.Key {
	at := v.t.of
	up := map[workflow.Key]bool{at: true}
	for {
		n := v.t.known[at]
		if n == nil {
			if at != v.t.of && !v.m.elsewhere(at) {
				v.ask(at)
			}
			return at
		}
		if n.parent == (workflow.Key{}) || up[n.parent] || v.m.elsewhere(at) {
			return at
		}
		v.chain[n.parent] = at
		at = n.parent
		up[at] = true
	}
}

// elsewhere reports whether an instance of the tree belongs to an app of which
// no sidecar is connected.
func (m *Model) elsewhere(key workflow.Key) bool {
	return key.AppID != m.tree.of.AppID && !m.connectedTo(key.AppID)
}

// ask notes an instance that has not been read.
func (v *treeView) ask(key workflow.Key) {
	ask := treeAsk{key: key, row: true}
	if row := v.t.row(v.m, key); row != nil {
		ask.row, ask.updated = false, row.Updated
	}
	v.missing = append(v.missing, ask)
}

// walk adds an instance and those below it. auto unfolds what nobody has folded.
func (v *treeView) walk(key workflow.Key, as treeChild, depth int, auto bool) {
	if v.seen[key] {
		return
	}
	if len(v.rows) == maxTreeRows {
		v.more = true
		return
	}
	v.seen[key] = true
	next, ancestor := v.chain[key]
	open, byHand := v.t.fold[key]
	if !byHand {
		open = auto
	}
	n := v.t.known[key]
	r := ui.TreeRow{Key: key, Label: workflow.SpellID(key.InstanceID), Name: as.name, Depth: depth, Here: key == v.t.of}
	v.state(&r, n, as)
	at := len(v.rows)
	v.rows = append(v.rows, r)
	switch {
	case v.m.elsewhere(key):
		if ancestor { // its child is the one that is shown
			v.walk(next, treeChild{key: next}, depth+1, next == v.t.of)
		}
		return
	case n == nil:
		v.rows[at].Fold = ui.TreeClosed
		if open {
			v.rows[at].Fold = ui.TreeOpen
		}
		if open && !r.Here && !ancestor {
			v.ask(key)
		}
	case len(n.children) > 0:
		v.below(n, at, depth, open, auto)
		return
	}
	if ancestor { // whose history does not name the child any more
		v.walk(next, treeChild{key: next}, depth+1, next == v.t.of)
	}
}

// below adds the children of an instance: all, or of an ancestor that is folded
// the one that leads to the instance that is shown.
func (v *treeView) below(n *treeNode, at, depth int, open, auto bool) {
	next, ancestor := v.chain[v.rows[at].Key]
	v.rows[at].Fold = ui.TreeClosed
	if open {
		v.rows[at].Fold = ui.TreeOpen
	}
	found := false
	for _, c := range n.children {
		onPath := ancestor && c.key == next
		found = found || onPath
		if open || onPath {
			v.walk(c.key, c, depth+1, auto || c.key == v.t.of)
		}
	}
	if ancestor && !found {
		v.walk(next, treeChild{key: next}, depth+1, next == v.t.of)
	}
	if hidden := len(n.children) - 1; ancestor && !open && found && hidden > 0 {
		v.rows[at].Note = join(v.rows[at].Note, fmt.Sprintf("and %d more", hidden))
	} else if !open && !ancestor {
		v.rows[at].Note = join(v.rows[at].Note, ui.Plural(len(n.children), "child", "children"))
	}
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// state fills in what is known of an instance: from its row, or from a read, or
// from its parent's history.
func (v *treeView) state(r *ui.TreeRow, n *treeNode, as treeChild) {
	r.Status = as.answered
	if v.m.elsewhere(r.Key) {
		r.Note = "elsewhere: app " + workflow.Clean(r.Key.AppID)
		if r.Status == workflow.Unknown && as.name != "" {
			r.Note += ", not answered yet"
		}
		return
	}
	listed := v.t.row(v.m, r.Key)
	row := listed
	switch {
	case r.Here && v.m.shown.row.Key == r.Key && v.m.shown.row.Status != workflow.Unknown:
		row = &v.m.shown.row
	case row == nil && n != nil:
		row = n.row
	}
	if row != nil {
		r.Status = row.Status
		if row.Name != "" {
			r.Name = row.Name
		}
	}
	if r.Key.AppID != v.t.of.AppID {
		r.Note = "app " + workflow.CleanID(r.Key.AppID)
	}
	if n == nil {
		return
	}
	if why, bad := n.trouble(row != nil, as); why != "" {
		r.Note, r.Bad = join(r.Note, why), bad
	}
	if listed != nil && !r.Here && !listed.Updated.Equal(n.updated) {
		v.stale = append(v.stale, treeAsk{key: r.Key, updated: listed.Updated})
	}
}

// trouble says why a family is not known, empty when it is.
func (n *treeNode) trouble(exists bool, as treeChild) (note string, bad bool) {
	switch {
	case n.err != "":
		return "not read: " + n.err, true
	case !n.gone || exists:
		return "", false
	case as.answered != workflow.Unknown:
		return "gone: purged", true
	}
	return "gone: purged, or not started yet", true
}

// note says what the tree does not show.
func (v *treeView) note(t *lineage) string {
	switch {
	case v.m.held && len(v.missing) > 0:
		return "reading is stopped: " + v.m.keys.Hold.Help().Key + " lets it go on"
	case v.more:
		return fmt.Sprintf("only the first %d are shown", maxTreeRows)
	case len(v.missing) > 0 && t.left == 0 && !t.reading:
		return fmt.Sprintf("%d were read, some have not been: l on one reads on", treeReads)
	case len(v.missing) > 0:
		return "reading"
	}
	return ""
}

// treeKey takes the keys of the tree: to go to an instance, to fold and unfold.
func (m *Model) treeKey(k tea.KeyPressMsg) (tea.Cmd, bool) {
	r, ok := m.detail.TreeSelected()
	if !ok {
		return nil, false
	}
	t := &m.tree
	switch {
	case matches(k, m.keys.Open):
		return m.visit(r), true
	case matches(k, m.keys.Right):
		if r.Fold != ui.TreeLeaf || m.tree.failed(r.Key) {
			t.unfold(r.Key)
		}
	case matches(k, m.keys.Left):
		if r.Fold == ui.TreeOpen {
			t.fold[r.Key], t.dirty = false, true
		} else {
			m.detail.TreeUp()
		}
	case matches(k, m.keys.UnfoldAll):
		t.fold, t.left, t.dirty = map[workflow.Key]bool{}, treeReads, true
	case matches(k, m.keys.FoldAll):
		t.fold, t.dirty = map[workflow.Key]bool{t.of: false}, true
	default:
		return nil, false
	}
	return nil, true
}

func (t *lineage) failed(key workflow.Key) bool {
	n := t.known[key]
	return n != nil && (n.err != "" || n.gone)
}

// unfold opens an instance, and reads it again when that failed before.
func (t *lineage) unfold(key workflow.Key) {
	if t.failed(key) {
		delete(t.known, key)
	}
	t.fold[key], t.asked, t.left, t.dirty = true, key, treeReads, true
}

// visit goes to an instance of the tree.
func (m *Model) visit(r ui.TreeRow) tea.Cmd {
	n := m.tree.known[r.Key]
	switch {
	case r.Here:
		m.notice(ui.NoticeInfo, r.Label+" is the one that is shown")
	case m.elsewhere(r.Key):
		m.notice(ui.NoticeInfo, r.Label+" runs in app "+workflow.CleanID(r.Key.AppID)+": no sidecar of it is connected here")
	case n != nil && n.gone && m.tree.row(m, r.Key) == nil:
		m.notice(ui.NoticeWarn, r.Label+" is gone: purged, or not started yet")
	default:
		return m.step(r.Key)
	}
	return nil
}
