package workflow

import "time"

const (
	// ClockSlack is how far the clocks of a sidecar and of the console may differ
	// before that is said and reckoned with: ages are shown in seconds, and clocks
	// that are kept by NTP differ by less than one.
	ClockSlack = 5 * time.Second
	// maxSkew is the most that is believed of a sidecar's clock. A date beyond it
	// is a lie, or none.
	maxSkew = 7 * 24 * time.Hour
)

// Ahead returns how far the clock that wrote a date is ahead of ours, at least:
// nothing happens in the future. It is zero for a date that is not ahead of now,
// and for one that no clock would give.
func Ahead(date, now time.Time) time.Duration {
	d := date.Sub(now)
	if date.IsZero() || d < ClockSlack || d > maxSkew {
		return 0
	}
	return d
}

// Skew returns how far the clock that wrote a date is ahead of ours, or behind
// it when negative, where what it dates happened between two moments of ours.
func Skew(date, from, to time.Time) time.Duration {
	d := time.Duration(0)
	switch {
	case date.After(to):
		d = date.Sub(to)
	case date.Before(from):
		d = date.Sub(from)
	}
	if date.IsZero() || d.Abs() < ClockSlack || d.Abs() > maxSkew {
		return 0
	}
	return d
}

// clock: the sidecar's clock is not ours.
func (p *preflight) clock() {
	if !p.told || p.Skew.Abs() < ClockSlack {
		return
	}
	p.find(Finding{
		Rule: RuleClock, Severity: Warning, Title: SkewWords(p.Skew),
		Evidence: "Ages are reckoned in the sidecar's time; dates are as the sidecar wrote them.",
		Remedy:   "Set the clocks of both machines by NTP. Timers and scheduled starts follow the clocks of the cluster.",
	})
}

// SkewWords says how far the sidecar's clock is off, such as "The sidecar's clock
// is 3h04m ahead".
func SkewWords(d time.Duration) string {
	if d < 0 {
		return "The sidecar's clock is " + span(-d) + " behind"
	}
	return "The sidecar's clock is " + span(d) + " ahead"
}
