package watch

import "github.com/daprdeck/daprdeck/internal/workflow"

const (
	// From heavyFrom bytes on, on average, payloads are left out of the reads of
	// rows that nobody looks at; below heavyUntil they come back.
	heavyFrom  = 16 << 10
	heavyUntil = 8 << 10
	// weighed is how many replies the average is of.
	weighed = 64
)

// weight is how large the payloads of an app are, on average.
type weight struct {
	mean    float64
	replies int
	heavy   bool
}

func (w *weight) add(size int) {
	w.replies = min(weighed, w.replies+1)
	w.mean += (float64(size) - w.mean) / float64(w.replies)
	switch {
	case w.replies == weighed && w.mean >= heavyFrom:
		w.heavy = true
	case w.mean < heavyUntil:
		w.heavy = false
	}
}

// heavy reports whether reads go without payloads.
func (w *Watch) heavy() bool { return w.weight.heavy }

// weigh learns from a reply what the next ones will cost.
func (s *session) weigh(res result) {
	if res.err == nil && res.full {
		s.w.weight.add(res.size)
	}
	if res.urgent {
		return
	}
	kind := kindOf(res.err)
	failed := res.err != nil && (is(kind, doubts) || kind == workflow.KindBusy)
	s.gov.answered(res.took, failed, s.w.cfg.Now())
}
