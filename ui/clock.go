package ui

import (
	"fmt"
	"time"
)

// Clock is how times are drawn. Now is what the model says it is: drawing
// never reads the clock.
type Clock struct {
	Now time.Time
	// Absolute shows times of day instead of ages.
	Absolute bool
	// Zone is the user's, or time.UTC.
	Zone *time.Location
	// Ahead is how far the clock of an app's sidecar is ahead of ours; nil for
	// not at all.
	Ahead func(appID string) time.Duration
}

// For returns the clock by which the dates of an app's instances are told.
func (c Clock) For(appID string) Clock {
	if c.Ahead != nil {
		c.Now = c.Now.Add(c.Ahead(appID))
	}
	return c
}

// Age returns how long ago t was, in at most five cells: 4s, 12m, 3h04, 5d, or
// empty for the zero time. A time that is ahead of ours reads 0s: the clocks
// of two machines differ.
func (c Clock) Age(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return Short(c.Now.Sub(t))
}

// Brief returns t as the list shows it: its age, or its time of day with the
// date when that is another day.
func (c Clock) Brief(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if !c.Absolute {
		return c.Age(t)
	}
	t, now := t.In(c.zone()), c.Now.In(c.zone())
	switch {
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return t.Format("15:04:05")
	case t.Year() == now.Year():
		return t.Format("Jan 02 15:04")
	}
	return t.Format("2006-01-02")
}

// Full returns the date, the time to the millisecond and the zone, and how
// long ago that was.
func (c Clock) Full(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	s := t.In(c.zone()).Format("2006-01-02 15:04:05.000 MST")
	// The clock is a second behind at times, and the server's is another.
	if d := c.Now.Sub(t); d > -time.Second {
		return s + "  " + Short(d) + " ago"
	}
	return s + "  in " + Short(t.Sub(c.Now))
}

// Time returns the time of day to the millisecond.
func (c Clock) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(c.zone()).Format("15:04:05.000")
}

// Mode names how times are drawn, for the header.
func (c Clock) Mode() string {
	zone := c.Now.In(c.zone()).Format("MST")
	if c.Absolute {
		return zone
	}
	return "ages, " + zone
}

func (c Clock) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Short returns a duration in at most five cells: 850ms is 0s, then 59s, 12m,
// 3h04, 5d, 999d, 4y.
func Short(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Second:
		return "0s"
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d/time.Second))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d/time.Minute))
	case d < day:
		return fmt.Sprintf("%dh%02d", int(d/time.Hour), int(d%time.Hour/time.Minute))
	case d < 1000*day:
		return fmt.Sprintf("%dd", int(d/day))
	}
	return fmt.Sprintf("%dy", int(d/(365*day)))
}

// Precise returns a duration with the digits that matter: 128ms, 4.21s, 2m14s,
// 3h04m, 5d02h.
func Precise(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 0:
		return "0ms"
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d/time.Minute), int(d%time.Minute/time.Second))
	case d < day:
		return fmt.Sprintf("%dh%02dm", int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
	return fmt.Sprintf("%dd%02dh", int(d/day), int(d%day/time.Hour))
}
