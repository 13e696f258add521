package model

import (
	"cmp"
	"log/slog"
	"slices"
	"time"
)

// The words of the log for an action that has no outcome yet, and for one that
// never gets any.
const (
	outcomeSent  = "sent"
	outcomeEnded = "unknown: the console ended"
)

// logAction writes one line about an action. A log has one line before the call
// (outcomeSent, after is 0) and one with the outcome, after that time since the
// call. An action that is not sent has the second line only.
func logAction(log *slog.Logger, f *flight, outcome string, after time.Duration) {
	what := []any{slog.String("action", f.act.name), slog.String("app", f.t.key.AppID), slog.String("instance", f.proofKey().InstanceID)}
	if !f.act.needsTarget {
		what = append(what, slog.String("workflow", f.req.start.Workflow))
	}
	if f.act.name == actionRerun {
		what = append(what, slog.String("of", f.t.key.InstanceID))
	}
	log.Info("action", append(what, slog.String("outcome", outcome), slog.Duration("after", after))...)
}

// EndFlights writes to the log that the outcome of every action in flight is
// unknown, and returns what they are, such as "pause order-1042", oldest first.
// It may only be called when the program no longer runs.
func (m *Model) EndFlights() []string {
	left := make([]*flight, 0, len(m.flights))
	for _, f := range m.flights {
		left = append(left, f)
	}
	slices.SortFunc(left, func(a, b *flight) int { return cmp.Compare(a.id, b.id) })
	names := make([]string, 0, len(left))
	for _, f := range left {
		m.logOutcome(f, outcomeEnded)
		name := f.act.name
		if !f.act.needsTarget {
			name = "start" // the key's label has a word more
		}
		names = append(names, name+" "+m.subject(f))
		m.drop(f)
	}
	return names
}
