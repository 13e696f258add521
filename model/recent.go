package model

import (
	"slices"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// maxRecent is how many instances keep what was read of them after another
	// was selected: going back shows it at once, while it is read again.
	maxRecent = 8
	// maxRecentSize is how large their payloads may be in all, in bytes.
	maxRecentSize = 16 << 20
)

// recent is what was read of the instances shown before, the oldest first.
type recent struct{ all []shown }

// keep takes in what leaves the detail pane.
func (r *recent) keep(s shown) {
	if s.prepared == nil {
		return
	}
	r.all = slices.DeleteFunc(r.all, func(old shown) bool { return old.key == s.key })
	r.all = append(r.all, s)
	size := 0
	for i, old := range slices.Backward(r.all) {
		size += old.prepared.Size()
		if len(r.all)-i > maxRecent || size > maxRecentSize {
			r.all = slices.Delete(r.all, 0, i+1)
			return
		}
	}
}

// of returns what was read of an instance.
func (r *recent) of(key workflow.Key) (shown, bool) {
	for _, s := range r.all {
		if s.key == key {
			return s, true
		}
	}
	return shown{}, false
}
