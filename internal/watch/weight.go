package watch

import "github.com/daprdeck/daprdeck/internal/workflow"

const (
	// From heavyFrom bytes an instance on, on average, payloads are left out of
	// the reads of rows that nobody looks at; below heavyUntil they come back.
	heavyFrom  = 16 << 10
	heavyUntil = 8 << 10
	// sampleShare: one read in so many is with payloads all the same, to see
	// whether they have become smaller.
	sampleShare = 32
	// weighed is how many instances at least the average is of.
	weighed = 64
)

// weight is how large the payloads of an app's instances are. An instance
// counts once, with its last full read, however often it is read: one large
// payload does not make an app heavy.
type weight struct {
	total, instances int
	heavy            bool
}

// change puts the size of an instance, zero for none known, in the place of
// the one before.
func (w *weight) change(before, now int) {
	w.total += now - before
	w.instances += sized(now) - sized(before)
	switch {
	case w.instances >= weighed && w.total >= heavyFrom*w.instances:
		w.heavy = true
	case w.total < heavyUntil*w.instances:
		w.heavy = false
	}
}

func sized(size int) int {
	if size > 0 {
		return 1
	}
	return 0
}

// weigh learns from a reply what the next ones will cost.
func (s *session) weigh(res result) {
	if res.err == nil && res.full {
		s.w.rows.weigh(res.id, res.size)
	}
	if res.urgent {
		return
	}
	kind := kindOf(res.err)
	failed := res.err != nil && (is(kind, doubts) || kind == workflow.KindBusy)
	s.gov.answered(res.took, failed, s.w.cfg.Now())
}
