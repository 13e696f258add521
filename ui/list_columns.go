package ui

import (
	"slices"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The widths of the columns in cells. An instance ID of 36 cells is a UUID; a
// custom status narrower than minInfo tells nothing.
const (
	leadWidth    = 3 // cursor, status symbol, space
	markWidth    = 2 // between cursor and status symbol, while something is marked
	wordWidth    = 10
	ageWidth     = 5
	updatedWidth = 8
	shortUpdated = 5
	clockWidth   = 12
	shortClock   = 8
	colGap       = 2
	minID        = 12
	maxID        = 44
	enoughID     = 18 // a longer one is cut where something else needs the room
	minName      = 11 // "(scheduled)"
	maxName      = 30
	minInfo      = 15
	minApp       = 6
	maxApp       = 16
)

// widths are those of the widest texts among the rows, within the limits.
type widths struct {
	id, name, app int
	// info: some row has a custom status, a failure or a mark to explain.
	info bool
	// live: some row has not ended, so that it waits on something.
	live bool
}

func (m *widths) merge(o widths) {
	m.id, m.name, m.app = max(m.id, o.id), max(m.name, o.name), max(m.app, o.app)
	m.info, m.live = m.info || o.info, m.live || o.live
}

// measure takes rows in. A text has at most as many cells as bytes, so most
// need not be measured.
func (m *widths) measure(rows []*workflow.Instance) {
	for _, r := range rows {
		if m.id < maxID && len(r.Label) > m.id {
			m.id = max(m.id, min(maxID, width(r.Label)))
		}
		if m.name < maxName && len(r.Name) > m.name {
			m.name = max(m.name, min(maxName, width(r.Name)))
		}
		if m.app < maxApp && len(r.AppID) > m.app {
			m.app = min(maxApp, width(workflow.CleanID(r.AppID)))
		}
		if !m.info {
			m.info = r.CustomStatus != "" || r.Failure != "" || r.Missing || r.ReadErr != ""
		}
		m.live = m.live || !r.Status.Terminal()
		if r.Name == "" {
			m.name = max(m.name, len(scheduled))
		}
	}
}

// column is one column of the list.
type column uint8

const (
	columnStatus column = iota
	columnWorkflow
	columnInstance
	columnAge
	columnUpdated
	columnWaiting
	columnCustom
	columnApp
	numColumns
)

// ColumnInstance is the column that is always there.
const ColumnInstance = "instance"

// String is the column's name in the configuration.
func (c column) String() string {
	return [...]string{"status", "workflow", ColumnInstance, "age", "updated", "waiting", "custom", "app", ""}[min(c, numColumns)]
}

// Columns returns the names of all columns, those that ship in their order.
func Columns() []string {
	names := make([]string, numColumns)
	for i := range names {
		names[i] = column(i).String()
	}
	return names
}

// defaultColumns are the columns that ship.
func defaultColumns() []column {
	return []column{columnStatus, columnWorkflow, columnApp, columnInstance, columnAge, columnUpdated, columnWaiting, columnCustom}
}

// SetColumns changes which columns there are, and their order; without names
// they are those that ship. The instance is there whatever is said, and where
// there are several apps the app.
func (l *List) SetColumns(names []string) {
	var order []column
	for _, name := range names {
		if i := slices.Index(Columns(), name); i >= 0 && !slices.Contains(order, column(i)) {
			order = append(order, column(i))
		}
	}
	switch {
	case len(order) == 0:
		order = defaultColumns()
	case !slices.Contains(order, columnInstance):
		order = append(order, columnInstance)
	}
	if !slices.Contains(order, columnApp) {
		order = slices.Insert(order, slices.Index(order, columnInstance), columnApp)
	}
	l.order = order
	l.arrange()
}

// has reports whether the user wants a column.
func (l *List) has(c column) bool { return slices.Contains(l.order, c) }

// columns are the widths of the columns on the screen; zero: not shown. With
// wait and without info, the two share the column of wait.
type columns struct{ status, id, name, app, age, updated, wait, info int }

// width returns the width of a column.
func (c *columns) width(of column) int {
	switch of {
	case columnStatus:
		return c.status
	case columnWorkflow:
		return c.name
	case columnInstance:
		return c.id
	case columnAge:
		return c.age
	case columnUpdated:
		return c.updated
	case columnWaiting:
		return c.wait
	case columnCustom:
		return c.info
	case columnApp:
		return c.app
	case numColumns:
	}
	return 0
}

// arrange gives the columns their widths, and notes which of them are shown.
func (l *List) arrange() {
	l.cols = l.divided()
	l.shown = l.shown[:0]
	for _, c := range l.order {
		if l.cols.width(c) > 0 || c == columnInstance {
			l.shown = append(l.shown, c)
		}
	}
}

// divided gives each column its width. Status and instance are always there;
// then come, as the room allows, the app where there are several, age, workflow,
// what the instance waits on or its custom status, and last update. Those two go before the last update when
// there is one to show: it is where a failure and a reason to wait are told. A
// column that the user does not want leaves its room to the others.
//
// What a live instance waits on has a column of its own beside the custom
// status only where both have room. Else they share one, in which a live row
// shows what it waits on: that is taken from its history, so it is true and
// tells how long yet, where a custom status is what the code said at some time;
// the overview has both. A row that has ended shows why it failed, or its
// custom status; it waits on nothing, so nothing of it is hidden. A list that is
// narrow because it stands beside the detail has neither: the detail tells both.
func (l *List) divided() columns {
	c, free := columns{}, l.w-2-1-l.lead()
	if l.has(columnStatus) {
		c.status = wordWidth
		free -= wordWidth + colGap
	}
	timeAge, timeUpdated := l.timeWidths(free)
	id, name := max(minID, l.widest.id), l.nameWidth()
	if c.app = l.appWidth(free); c.app > 0 {
		free -= colGap + c.app
	}
	if l.has(columnAge) && free-colGap-timeAge >= minID {
		c.age = timeAge
		free -= colGap + timeAge
	}
	if name > 0 && free-colGap-minName >= min(id, minID+2) {
		c.name = minName
		free -= colGap + minName
	}
	roomy := c.name > 0 || name == 0
	need := c.before(id, name)
	waits, custom := l.tells()
	if roomy && (waits || custom) && free-colGap-minInfo >= need {
		c.info = minInfo
		if waits { // its end tells how long is left, which is worth more than the last update
			c.info = max(minInfo, min(waitWidth, free-colGap-need+min(id, minID)-min(id, enoughID)))
		}
		free -= colGap + c.info
	}
	rest := min(id, 18) + min(name, 14) - c.name
	if !l.clock.Absolute && free-colGap-timeUpdated < rest {
		timeUpdated, rest = shortUpdated, min(id, 14)
	}
	if roomy && l.has(columnUpdated) && free-colGap-timeUpdated >= rest {
		c.updated = timeUpdated
		free -= colGap + timeUpdated
	}
	if c.name > 0 {
		more := min(name-c.name, max(0, free-min(id, minID+4)))
		c.name += more
		free -= more
	}
	c.share(free, id)
	if waits {
		c.divide(custom)
	}
	return c
}

// before is how many cells the instance and the workflow keep when there is to
// be a column of what is told of a row. Beside an app the workflow's name does
// not grow for it: on a usual screen no list of several apps had such a column.
func (c *columns) before(id, name int) int {
	if c.app > 0 {
		return min(id, minID)
	}
	return min(id, minID) + min(name, minName+1) - c.name
}

// appWidth is the width of the column of apps where so many cells are free. It
// is there where there are several: an ID means something only within its app.
func (l *List) appWidth(free int) int {
	if w := max(minApp, l.widest.app); l.apps && free-colGap-w >= minID {
		return w
	}
	return 0
}

// nameWidth is the width that the workflows' names need; zero for no column.
func (l *List) nameWidth() int {
	if !l.has(columnWorkflow) {
		return 0
	}
	return max(minName, l.widest.name)
}

// timeWidths are the widths of the two times where so many cells are free.
func (l *List) timeWidths(free int) (age, updated int) {
	switch {
	case !l.clock.Absolute:
		return ageWidth, updatedWidth
	case free < colGap+clockWidth+colGap+minName+minID+2:
		return shortClock, clockWidth
	}
	return clockWidth, clockWidth
}

// share gives what is left to the instance, of which the longest ID takes so
// many cells, and to what is told of it.
func (c *columns) share(free, id int) {
	c.id = max(0, min(id, free))
	switch {
	case c.info > 0:
		c.info += max(0, free-c.id)
	case c.name == 0:
		c.id = max(0, free) // the times stay at the right edge
	}
}

// tells reports whether there is anything to show in the columns of waits and
// of custom statuses. Where the user wants the first alone, it tells what the
// second would.
func (l *List) tells() (waits, custom bool) {
	custom = l.has(columnCustom) && l.widest.info
	alone := !l.has(columnCustom) && l.widest.info
	return l.has(columnWaiting) && l.notes != nil && (l.widest.live || alone), custom
}

// lead is the width of what stands before the status word.
func (l *List) lead() int {
	if len(l.marked) > 0 {
		return leadWidth + markWidth
	}
	return leadWidth
}

// divide makes the last column that of waits, and a part of it that of the
// custom status where there is one to show and both have room.
func (c *columns) divide(custom bool) {
	c.wait, c.info = c.info, 0
	if more := c.wait - waitWidth - colGap; custom && more >= minInfo {
		c.wait = min(maxWaitWidth, max(waitWidth, c.wait/2))
		c.info = more + waitWidth - c.wait
	}
}

// waitHead is the head of the column of waits. Where there is no other, the
// custom status of what waits on nothing stands in it too.
func (c columns) waitHead() string {
	if c.info == 0 {
		return "WAITING / STATUS"
	}
	return "WAITING ON"
}

// shows reports whether the column that the list is sorted by is there.
func (c columns) shows(by workflow.SortBy) bool {
	switch by {
	case workflow.SortCreated:
		return c.age > 0
	case workflow.SortUpdated:
		return c.updated > 0
	case workflow.SortName:
		return c.name > 0
	case workflow.SortCustom:
		return c.info > 0
	case workflow.SortApp:
		return c.app > 0
	case workflow.SortStatus:
		return c.status > 0
	case workflow.SortID:
	}
	return true
}

// DefaultColumns returns the names of the columns that ship, in their order.
func DefaultColumns() []string {
	names := make([]string, 0, numColumns)
	for _, c := range defaultColumns() {
		names = append(names, c.String())
	}
	return names
}
