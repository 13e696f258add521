package watch

import (
	"slices"
	"time"
)

// governor decides how many reads may be under way at a time and how many may
// start in a second: up to the configured limits, and fewer while the sidecar
// answers slowly or not at all. Each window of answers moves the limits, up in
// steps and down by factors.
type governor struct {
	// most and rate are the configured limits; a rate of zero is none.
	most int
	rate float64

	// limit is how many reads may be under way now.
	limit float64
	// pace is how many may start in a second now, zero for any number.
	pace float64
	// tokens may be spent at once; they grow with pace, and were last counted
	// at filled.
	tokens float64
	filled time.Time

	// took and failed are what this window has brought, since began.
	took   []time.Duration
	failed int
	began  time.Time
	// base is how long an answer takes when nothing is wrong.
	base time.Duration
}

const (
	// firstLimit is what a connection begins with: the first window then shows
	// what an answer takes without a queue.
	firstLimit = 8
	// window is the fewest answers that are judged together.
	window = 16
	// Answers are slow when their median is slowTimes what it has been at its
	// best, and more than slowFrom: below that nobody is hurt.
	slowTimes = 4
	slowFrom  = 20 * time.Millisecond
	// A window is bad when one answer in badShare failed.
	badShare = 10
	// backOff is what is left of a limit after a window that was slow or bad.
	backOff = 0.6
	// slowestPace is the least that the pace is reduced to, in reads a second.
	slowestPace = 5
)

func newGovernor(most int, rate float64) *governor {
	return &governor{most: most, rate: rate, limit: float64(min(most, firstLimit)), pace: rate}
}

// allowed is how many reads may be under way.
func (g *governor) allowed() int { return max(1, int(g.limit)) }

// take spends a token for a read that starts now. Without one it returns how
// long it takes until there is one.
func (g *governor) take(now time.Time) time.Duration {
	if g.pace <= 0 {
		return 0
	}
	if g.filled.IsZero() {
		g.tokens = 1
	} else if d := now.Sub(g.filled); d > 0 {
		// A tenth of a second may come at once: a timer is not that exact.
		g.tokens = min(g.tokens+d.Seconds()*g.pace, max(1, g.pace/10))
	}
	g.filled = now
	if g.tokens < 1 {
		return max(time.Millisecond, time.Duration((1-g.tokens)/g.pace*float64(time.Second)))
	}
	g.tokens--
	return 0
}

// answered takes in how one read went. failed is set for what says something of
// the sidecar's health, not for an instance that is gone.
func (g *governor) answered(took time.Duration, failed bool, now time.Time) {
	if len(g.took) == 0 {
		g.began = now.Add(-took)
	}
	g.took = append(g.took, took)
	if failed {
		g.failed++
	}
	if len(g.took) >= max(window, g.allowed()) {
		g.judge(now)
	}
}

// judge moves the limits by what a whole window has shown.
func (g *governor) judge(now time.Time) {
	slices.Sort(g.took)
	median := g.took[len(g.took)/2]
	bad := g.failed*badShare >= len(g.took)
	slow := g.base > 0 && median > slowTimes*g.base && median > slowFrom
	if !bad {
		g.learn(median)
	}
	switch started := float64(len(g.took)) / max(now.Sub(g.began).Seconds(), 0.001); {
	case bad:
		g.limit = max(1, g.limit*backOff)
		if g.pace <= 0 {
			g.pace = started
		}
		g.pace = max(slowestPace, g.pace*backOff)
	case slow:
		g.limit = max(1, g.limit*backOff)
	default:
		g.limit = min(float64(g.most), g.limit*1.25+1)
		g.recover(started)
	}
	g.took, g.failed = g.took[:0], 0
}

// learn moves the base: down at once, up slowly, for a sidecar can move away.
func (g *governor) learn(median time.Duration) {
	if g.base == 0 || median < g.base {
		g.base = median
		return
	}
	g.base += g.base / 50
}

// recover lets the pace grow back to the configured rate.
func (g *governor) recover(started float64) {
	if g.pace == g.rate {
		return
	}
	g.pace = max(slowestPace, g.pace*1.5)
	if g.rate > 0 && g.pace >= g.rate || g.rate <= 0 && g.pace > 4*started {
		g.pace = g.rate
	}
}
