package model

import (
	"maps"
	"slices"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// marks are the instances that were marked, in the order of marking. A mark is
// held by key: it stays on its instance whatever the list does.
type marks struct{ all []workflow.Key }

func (x *marks) any() bool { return len(x.all) > 0 }

// keys returns the marked instances. Nobody may change them: what changes the
// marks makes them anew.
func (x *marks) keys() []workflow.Key { return x.all }

// without returns the marks but for some.
func (x *marks) without(some func(workflow.Key) bool) marks {
	return marks{slices.DeleteFunc(slices.Clone(x.all), some)}
}

// setMarks changes what is marked, here and in the list.
func (m *Model) setMarks(x marks) {
	m.marks = x
	marked := make(map[workflow.Key]bool, len(x.all))
	for _, k := range x.all {
		marked[k] = true
	}
	m.list.SetMarks(marked)
}

// mark marks the selected row of the list, or takes its mark away.
func (m *Model) mark() {
	row, ok := m.list.Selected()
	switch {
	case m.focus == focusDetail:
		m.notice(ui.NoticeInfo, "rows are marked in the list: "+m.keys.Back.Help().Key+" goes there")
	case !ok:
		m.notice(ui.NoticeInfo, "nothing to mark")
	case slices.Contains(m.marks.all, row.Key):
		m.setMarks(m.marks.without(func(k workflow.Key) bool { return k == row.Key }))
	default:
		m.setMarks(marks{append(slices.Clip(m.marks.all), row.Key)})
	}
}

// nothingMatches reports whether the filter hides every row, and the marks with
// them: the list says then that esc clears the filter.
func (m *Model) nothingMatches() bool { return m.matching == 0 && !m.filter.Empty() }

// unmarkAll takes all marks away.
func (m *Model) unmarkAll() {
	m.notice(ui.NoticeInfo, ui.Plural(len(m.marks.all), "mark", "marks")+" cleared")
	m.setMarks(marks{})
}

// lost returns the keys that no row has. It looks at every row: off the update
// loop.
func lost(marked []workflow.Key, rows []*workflow.Instance) []workflow.Key {
	if len(marked) == 0 {
		return nil
	}
	left := make(map[workflow.Key]bool, len(marked))
	for _, k := range marked {
		left[k] = true
	}
	for _, r := range rows {
		delete(left, r.Key)
	}
	return slices.Collect(maps.Keys(left))
}

// dropMarks takes the marks of instances that are gone away.
func (m *Model) dropMarks(gone []workflow.Key) {
	if len(gone) == 0 {
		return
	}
	kept := m.marks.without(func(k workflow.Key) bool { return slices.Contains(gone, k) })
	if len(kept.all) < len(m.marks.all) {
		m.setMarks(kept)
	}
}
