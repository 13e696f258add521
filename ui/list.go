package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// listChrome is how many lines of the pane are not rows: the frame's two
// edges and the heads of the columns.
const listChrome = 3

// List is the pane of instances. Its selection is a key, not an index: it
// stays on its instance while rows come, go and move.
type List struct {
	km    keymap.Map
	theme Theme
	clock Clock
	w, h  int
	focus bool

	rows  Rows
	title string
	by    workflow.SortBy
	rev   bool
	empty Empty
	notes func(workflow.Key) (Note, bool)
	// apps says that there are several, so that each row names its own.
	apps bool

	// marked are the instances that are marked; nobody changes it.
	marked map[workflow.Key]bool

	// cursor is the index of the selected row, whose key is key; top is the
	// index of the first row in the window.
	cursor, top int
	key         workflow.Key
	// touched is set once somebody has chosen the selection.
	touched bool

	// version grows whenever the window may show other rows than before.
	version uint64

	// widest holds the widest texts seen so far, so that the columns do not
	// jump about while rows come and go; cols is made from it.
	widest widths
	cols   columns
	// order is which columns the user wants, shown those that have room.
	order, shown []column
}

// NewList returns an empty list. It draws nothing before SetTheme and SetSize.
func NewList(km keymap.Map) *List { return &List{km: km, order: defaultColumns()} }

// SetTheme changes the theme.
func (l *List) SetTheme(t Theme) { l.theme = t }

// SetSize gives the pane w x h cells, its frame included.
func (l *List) SetSize(w, h int) {
	l.w, l.h = w, h
	l.arrange()
	l.reveal()
}

// SetClock changes what time it is and how times are drawn.
func (l *List) SetClock(c Clock) {
	again := c.Absolute != l.clock.Absolute
	l.clock = c
	if again {
		l.arrange()
	}
}

// SetFocus says whether the pane has the keys.
func (l *List) SetFocus(focus bool) { l.focus = focus }

// SetTitle changes the text in the frame, such as "59 of 12,000".
func (l *List) SetTitle(s string) { l.title = s }

// SetSort says what the rows are sorted by, for the heads of the columns.
func (l *List) SetSort(by workflow.SortBy, reverse bool) { l.by, l.rev = by, reverse }

// SetEmpty changes what the pane shows while it has no rows.
func (l *List) SetEmpty(e Empty) { l.empty = e }

// SetNotes says where the rows' notes are. Without it, nil, there is no column
// of what the instances wait on.
func (l *List) SetNotes(notes func(workflow.Key) (Note, bool)) {
	l.notes = notes
	l.arrange()
}

// SetApps says whether the rows are of several apps, so that each has to name
// its own.
func (l *List) SetApps(several bool) {
	if l.apps != several {
		l.apps = several
		l.arrange()
	}
}

// SetMarks says which instances are marked. Nobody may change the map
// afterwards. The column of marks is there only while there are any.
func (l *List) SetMarks(marked map[workflow.Key]bool) {
	l.marked = marked
	l.arrange()
}

// ShowsWaits reports whether the rows have room for their notes.
func (l *List) ShowsWaits() bool { return l.cols.wait > 0 }

// SetRows replaces the rows. The selection stays on its instance and, unless
// the list stands at its top, on its line of the screen; when the instance is
// gone, the one that took its place is selected.
func (l *List) SetRows(rows Rows) {
	l.rows = rows
	l.version++
	if rows.Len() == 0 {
		// The key stays: the instance may come back, as when a filter is cleared.
		l.top, l.widest = 0, widths{}
		return
	}
	l.widest.merge(rows.widest)
	l.arrange()
	was := l.cursor
	if i, ok := rows.find(l.key, was); ok {
		l.cursor = i
	} else {
		l.cursor = min(max(0, l.cursor), rows.Len()-1)
		l.key = rows.all[l.cursor].Key
	}
	if l.top > 0 {
		l.top += l.cursor - was
	}
	l.reveal()
}

// page is how many rows the window holds.
func (l *List) page() int { return max(1, l.h-listChrome) }

// reveal moves the window so that the cursor is in it.
func (l *List) reveal() {
	l.top = min(l.top, l.cursor, max(0, l.rows.Len()-l.page()))
	l.top = max(0, l.top, l.cursor-l.page()+1)
}

// SelectFirst selects the first row unless somebody has chosen another: while
// the first rows come in, the newest is not there yet.
func (l *List) SelectFirst() {
	if !l.touched && l.rows.Len() > 0 {
		l.cursor, l.top, l.key = 0, 0, l.rows.all[0].Key
	}
}

// moveTo selects the row i, or the nearest there is.
func (l *List) moveTo(i int) {
	l.touched = true
	if l.rows.Len() == 0 {
		return
	}
	l.cursor = min(max(0, i), l.rows.Len()-1)
	l.key = l.rows.all[l.cursor].Key
	l.reveal()
}

// HandleKey moves the selection; it reports whether the key was one of motion.
func (l *List) HandleKey(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, l.km.Up):
		l.moveTo(l.cursor - 1)
	case key.Matches(k, l.km.Down):
		l.moveTo(l.cursor + 1)
	case key.Matches(k, l.km.HalfUp):
		l.moveTo(l.cursor - max(1, l.page()/2))
	case key.Matches(k, l.km.HalfDown):
		l.moveTo(l.cursor + max(1, l.page()/2))
	case key.Matches(k, l.km.PageUp):
		l.moveTo(l.cursor - l.page())
	case key.Matches(k, l.km.PageDown):
		l.moveTo(l.cursor + l.page())
	case key.Matches(k, l.km.Top):
		l.moveTo(0)
	case key.Matches(k, l.km.Bottom):
		l.moveTo(l.rows.Len() - 1)
	default:
		return false
	}
	return true
}

// Wheel moves the selection by some rows: were it to move the window alone, an
// action could hit a row that is out of sight.
func (l *List) Wheel(lines int) { l.moveTo(l.cursor + lines) }

// Click selects the row at line y of the pane, counted from the frame's upper
// edge; false when there is none.
func (l *List) Click(y int) bool {
	i := l.top + y - (listChrome - 1)
	if y < listChrome-1 || y >= l.h-1 || i >= l.rows.Len() {
		return false
	}
	l.moveTo(i)
	return true
}

// Selected returns the selected row.
func (l *List) Selected() (workflow.Instance, bool) {
	if l.rows.Len() == 0 {
		return workflow.Instance{}, false
	}
	return *l.rows.all[l.cursor], true
}

// SelectedKey returns the key of the selected row, or the zero Key.
func (l *List) SelectedKey() workflow.Key {
	if l.rows.Len() == 0 {
		return workflow.Key{}
	}
	return l.key
}

// Select selects an instance; false when no row is that instance.
func (l *List) Select(k workflow.Key) bool {
	i, ok := l.rows.find(k, l.cursor)
	if ok {
		l.moveTo(i)
	}
	return ok
}

// Version changes whenever the window may show other rows than before.
func (l *List) Version() uint64 { return l.version<<32 | uint64(l.top)<<12 | uint64(l.page()) }

// Window returns the rows in the window. Nobody may change them.
func (l *List) Window() []*workflow.Instance {
	return l.rows.all[min(l.top, l.rows.Len()):min(l.rows.Len(), l.top+l.page())]
}

// All returns all rows in their order. Nobody may change them.
func (l *List) All() []*workflow.Instance { return l.rows.all }

// Visible returns the keys of the rows in the window.
func (l *List) Visible() []workflow.Key {
	end := min(l.rows.Len(), l.top+l.page())
	keys := make([]workflow.Key, 0, max(0, end-l.top))
	for i := l.top; i < end; i++ {
		keys = append(keys, l.rows.all[i].Key)
	}
	return keys
}
