package model

import (
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// skew returns how far the clock of an app's sidecar is ahead of ours, negative
// when it is behind. What an action of ours has shown counts more than that
// nothing happens in the future, which is all that rows can tell.
func (m *Model) skew(appID string) time.Duration {
	if d, ok := m.skews[appID]; ok {
		return d
	}
	if a := m.app(appID); a != nil {
		return a.Ahead
	}
	return 0
}

// measureSkew takes the time of what an action of ours has caused: it happened
// between the call and now. It returns what to say of it, empty for nothing new.
func (m *Model) measureSkew(f *flight, s sighting) string {
	if s.err != nil || !s.found || s.row.Updated.IsZero() || f.sentAt.IsZero() {
		return ""
	}
	app := f.t.key.AppID
	was := m.skew(app)
	m.skews[app] = workflow.Skew(s.row.Updated, f.sentAt, m.cfg.Now())
	if now := m.skews[app]; now != 0 && (now-was).Abs() >= workflow.ClockSlack {
		return workflow.SkewWords(now) + ": ages are reckoned in its time"
	}
	return ""
}

// skewsNow is skew as it is now, for a command; nil while every clock is ours.
func (m *Model) skewsNow() func(string) time.Duration {
	known := map[string]time.Duration{}
	for i := range m.snap.Apps {
		if id := m.snap.Apps[i].ID(); m.skew(id) != 0 {
			known[id] = m.skew(id)
		}
	}
	if len(known) == 0 {
		return nil
	}
	return func(app string) time.Duration { return known[app] }
}
