package ui

import "github.com/daprdeck/daprdeck/internal/workflow"

// Rows are what a list shows: filtered, sorted, and looked through once for
// what the list must know of all of them. Make them off the update loop: with a
// hundred thousand rows that takes milliseconds.
type Rows struct {
	all    []*workflow.Instance
	widest widths
	// key is the instance that was selected when they were made, and at its
	// index, below zero when it is not among them.
	key workflow.Key
	at  int
}

// NewRows takes rows in, which nobody may change afterwards. selected is the
// instance that is selected now.
func NewRows(rows []*workflow.Instance, selected workflow.Key) Rows {
	r := Rows{all: rows, key: selected, at: -1}
	r.widest.measure(rows)
	for i, row := range rows {
		if row.Key == selected {
			r.at = i
			break
		}
	}
	return r
}

// Len is how many there are.
func (r *Rows) Len() int { return len(r.all) }

// find returns the row of a key. Rows move little from one time to the next, so
// it looks around a place first.
func (r *Rows) find(k workflow.Key, near int) (int, bool) {
	if k == r.key {
		return r.at, r.at >= 0
	}
	near = min(max(0, near), max(0, len(r.all)-1))
	for up, down := near, near-1; up < len(r.all) || down >= 0; up, down = up+1, down-1 {
		if up < len(r.all) && r.all[up].Key == k {
			return up, true
		}
		if down >= 0 && r.all[down].Key == k {
			return down, true
		}
	}
	return 0, false
}
