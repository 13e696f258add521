package ui

import (
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

// columns are the widths of the columns on the screen; zero: not shown. With
// wait and without info, the two share the column of wait.
type columns struct{ id, name, app, age, updated, wait, info int }

// arrange gives the columns their widths. Status and instance are always
// there; then come, as the room allows, the app where there are several, age, workflow, what the instance waits
// on or its custom status, and last update. Those two go before the last update
// when there is one to show: it is where a failure and a reason to wait are
// told.
//
// What a live instance waits on has a column of its own beside the custom
// status only where both have room. Else they share one, in which a live row
// shows what it waits on: that is taken from its history, so it is true and
// tells how long yet, where a custom status is what the code said at some time;
// the overview has both. A row that has ended shows why it failed, or its
// custom status; it waits on nothing, so nothing of it is hidden. A list that is
// narrow because it stands beside the detail has neither: the detail tells both.
func (l *List) arrange() {
	timeAge, timeUpdated := ageWidth, updatedWidth
	free := l.w - 2 - 1 - l.lead() - wordWidth - colGap
	if l.clock.Absolute {
		timeAge, timeUpdated = clockWidth, clockWidth
		if free < colGap+clockWidth+colGap+minName+minID+2 {
			timeAge = shortClock
		}
	}
	id, name := max(minID, l.widest.id), max(minName, l.widest.name)
	c := columns{}
	if app := max(minApp, l.widest.app); l.apps && free-colGap-app >= minID {
		c.app = app // an ID means something only within its app
		free -= colGap + app
	}
	if free-colGap-timeAge >= minID {
		c.age = timeAge
		free -= colGap + timeAge
	}
	if free-colGap-minName >= min(id, minID+2) {
		c.name = minName
		free -= colGap + minName
	}
	need := min(id, minID) + min(name, minName+1) - c.name
	waits := l.notes != nil && l.widest.live
	if c.name > 0 && (waits || l.widest.info) && free-colGap-minInfo >= need {
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
	if c.name > 0 && free-colGap-timeUpdated >= rest {
		c.updated = timeUpdated
		free -= colGap + timeUpdated
	}
	if c.name > 0 {
		more := min(name-c.name, max(0, free-min(id, minID+4)))
		c.name += more
		free -= more
	}
	c.id = max(0, min(id, free))
	if c.name == 0 {
		c.id = max(0, free) // the times stay at the right edge
	}
	if c.info > 0 {
		c.info += max(0, free-c.id)
	}
	if waits {
		c.divide(l.widest.info)
	}
	l.cols = c
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
	case workflow.SortStatus, workflow.SortID:
	}
	return true
}
