package model

import (
	"maps"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// lastLook is what the proof of an action saw last of an instance. It counts
// until the row and the detail have been read again, so that the next key is
// not judged by what was true before the action.
type lastLook struct {
	at   time.Time
	seen sighting
}

// forgetLook is how long a look is kept: its row has been read long before.
const forgetLook = 10 * time.Minute

// learn takes in what a look found.
func (m *Model) learn(key workflow.Key, s sighting) {
	if s.err != nil || !s.found {
		delete(m.looks, key)
		return
	}
	now := m.cfg.Now()
	maps.DeleteFunc(m.looks, func(_ workflow.Key, l lastLook) bool { return now.Sub(l.at) > forgetLook })
	m.looks[key] = lastLook{at: now, seen: s}
}

// lately returns the newest that is known of an instance: its row, or what a
// look has found since.
func (m *Model) lately(row workflow.Instance) workflow.Instance {
	l, ok := m.looks[row.Key]
	if !ok || !l.at.After(row.ReadAt) {
		return row
	}
	seen := l.seen.row
	seen.Key, seen.Label, seen.ReadAt = row.Key, row.Label, l.at
	if seen.Partial {
		seen.CustomStatus, seen.Failure = row.CustomStatus, row.Failure
	}
	return seen
}

// knownFacts are the facts about a row that need no call: those of a look or of
// the detail, whichever is newer.
func (m *Model) knownFacts(row workflow.Instance) facts {
	f := facts{status: row.Status}
	shown := m.shown.key == row.Key
	if shown {
		f = m.shown.facts
		f.status = row.Status
	}
	if l, ok := m.looks[row.Key]; ok && (!shown || l.at.After(m.shown.readAt)) {
		f = l.seen.facts
	}
	return f
}
