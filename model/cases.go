package model

import (
	"slices"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// sentCall is a call that this console sent, and to which run.
type sentCall struct {
	at          time.Time
	executionID string
}

// sentCalls are the calls of one kind that the runtime has accepted, or may
// have, by instance: the rules ask what came of them.
type sentCalls map[workflow.Key]sentCall

// caseOf is what is known of an instance beside its history, for the rules.
func (m *Model) caseOf(row workflow.Instance) workflow.Case {
	c := workflow.Case{
		Instance: row, Sidecar: m.sidecarOf(row.Key), Now: m.clock.Now, FirstSeen: m.firstSeen[row.Key], EventNames: m.notes.eventNames(row.AppID, row.Name),
		TerminateSent: m.sentAt(m.terminated, row.Key), ResumeSent: m.sentAt(m.resumed, row.Key), Others: m.notes.workerOf(row.AppID, row.Name),
	}
	if d := m.skew(row.AppID); d != 0 { // all of it by the clock that wrote the history
		for _, at := range []*time.Time{&c.Now, &c.FirstSeen, &c.TerminateSent, &c.ResumeSent} {
			if !at.IsZero() {
				*at = at.Add(d)
			}
		}
	}
	return c
}

// sentAt is when a call was sent to this run of an instance, zero for never.
func (m *Model) sentAt(calls sentCalls, key workflow.Key) time.Time {
	if c, ok := calls[key]; ok && m.sameRun(key, c.executionID) {
		return c.at
	}
	return time.Time{}
}

// sameRun reports whether an instance is not known to be another run than the
// one with an execution ID: an ID can be started anew.
func (m *Model) sameRun(key workflow.Key, executionID string) bool {
	now := ""
	if x, ok := m.notes.of(key); ok {
		now = x.executionID
	}
	if m.shown.key == key && m.shown.facts.executionID != "" {
		now = m.shown.facts.executionID
	}
	return now == "" || executionID == "" || now == executionID
}

// rememberSent remembers a call that the runtime has accepted, or may have.
func (m *Model) rememberSent(f *flight) {
	call := sentCall{at: f.sentAt, executionID: f.base.executionID}
	switch f.act.name {
	case actionTerminate:
		m.terminated[f.t.key] = call
	case actionResume:
		m.resumed[f.t.key] = call
	}
}

// maxPending is how many PENDING instances are remembered with when they were
// seen first.
const maxPending = 2000

// pendingOf returns the instances that are PENDING.
func pendingOf(rows []*workflow.Instance) []workflow.Key {
	var keys []workflow.Key
	for _, r := range rows {
		if r.Status == workflow.Pending && len(keys) < maxPending {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

// sawPending remembers when the instances that are PENDING now were seen first,
// and forgets the others.
func (m *Model) sawPending(keys []workflow.Key) {
	seen := make(map[workflow.Key]time.Time, len(keys))
	for _, k := range keys {
		at, ok := m.firstSeen[k]
		if !ok {
			at = m.cfg.Now()
		}
		seen[k] = at
	}
	m.firstSeen = seen
}

// tally counts names of external events, which compare without case.
type tally struct {
	names []string
	times map[string]int
}

func (c *tally) add(names []string) {
	if c.times == nil {
		c.times = map[string]int{}
	}
	for _, n := range names {
		low := strings.ToLower(n)
		if c.times[low] == 0 {
			if len(c.names) == maxRaised {
				continue
			}
			c.names = append(c.names, strings.Clone(n))
		}
		c.times[low]++
	}
}

// usual returns the names, the most usual first.
func (c *tally) usual() []string {
	slices.SortStableFunc(c.names, func(a, b string) int { return c.times[strings.ToLower(b)] - c.times[strings.ToLower(a)] })
	return c.names
}
