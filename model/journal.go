package model

import (
	"slices"
	"time"

	"github.com/daprdeck/daprdeck/ui"
)

// entry is one line of the session's log of actions.
type entry struct {
	id     uint64
	at     time.Time
	kind   ui.NoticeKind
	text   string
	detail string
}

// journal is the log of this session's actions, the oldest first. A later
// outcome of an action replaces its line.
type journal struct {
	entries []entry
}

// put writes the line of an action, over its earlier one if there is one.
func (j *journal) put(e entry) {
	for i := len(j.entries) - 1; i >= 0; i-- {
		if j.entries[i].id == e.id {
			j.entries[i] = e
			return
		}
	}
	j.entries = append(j.entries, e)
}

// drop takes the line of an action back: nothing was sent.
func (j *journal) drop(id uint64) {
	j.entries = slices.DeleteFunc(j.entries, func(e entry) bool { return e.id == id })
}

// lines returns the log for drawing, the newest first.
func (j *journal) lines() []ui.LogLine {
	out := make([]ui.LogLine, 0, len(j.entries))
	for i := len(j.entries) - 1; i >= 0; i-- {
		e := j.entries[i]
		out = append(out, ui.LogLine{At: e.at, Kind: e.kind, Text: e.text, Detail: e.detail})
	}
	return out
}
