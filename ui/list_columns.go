package ui

import (
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The widths of the columns in cells. An instance ID of 36 cells is a UUID; a
// custom status narrower than minInfo tells nothing.
const (
	leadWidth    = 3 // cursor, status symbol, space
	wordWidth    = 10
	ageWidth     = 5
	updatedWidth = 8
	shortUpdated = 5
	clockWidth   = 12
	shortClock   = 8
	colGap       = 2
	minID        = 12
	maxID        = 44
	minName      = 11 // "(scheduled)"
	maxName      = 30
	minInfo      = 15
)

// widths are those of the widest texts among the rows, within the limits.
type widths struct {
	id, name int
	// info: some row has a custom status, a failure or a mark to explain.
	info bool
}

func (m *widths) merge(o widths) {
	m.id, m.name, m.info = max(m.id, o.id), max(m.name, o.name), m.info || o.info
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
		if !m.info {
			m.info = r.CustomStatus != "" || r.Failure != "" || r.Missing || r.ReadErr != ""
		}
		if r.Name == "" {
			m.name = max(m.name, len(scheduled))
		}
	}
}

// columns are the widths of the columns on the screen; zero: not shown.
type columns struct{ id, name, age, updated, info int }

// arrange gives the columns their widths. Status and instance are always
// there; then come, as the room allows, age, workflow, custom status and last
// update. The custom status goes before the last update when there is one to
// show: it is where a failure and a reason to wait are told.
func (l *List) arrange() {
	timeAge, timeUpdated := ageWidth, updatedWidth
	free := l.w - 2 - 1 - leadWidth - wordWidth - colGap
	if l.clock.Absolute {
		timeAge, timeUpdated = clockWidth, clockWidth
		if free < colGap+clockWidth+colGap+minName+minID+2 {
			timeAge = shortClock
		}
	}
	id, name := max(minID, l.widest.id), max(minName, l.widest.name)
	c := columns{}
	if free-colGap-timeAge >= minID {
		c.age = timeAge
		free -= colGap + timeAge
	}
	if free-colGap-minName >= min(id, minID+2) {
		c.name = minName
		free -= colGap + minName
	}
	need := min(id, 14) + min(name, 12) - c.name
	if c.name > 0 && l.widest.info && free-colGap-minInfo >= need {
		c.info = minInfo
		free -= colGap + minInfo
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
	l.cols = c
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
	case workflow.SortStatus, workflow.SortID:
	}
	return true
}
