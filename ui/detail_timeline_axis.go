package ui

import (
	"fmt"
	"time"
)

// tickRoom is about how many cells lie between two marks of the axis, and
// wideTick between two that have milliseconds.
const tickRoom, wideTick = 10, 15

// axis draws the times above the bars, each beginning at its cell.
func (c *chart) axis() string {
	t := c.t
	st := newStrip(t, c.d.w-2).gap(1 + 2)
	st.put(t.Faint, t.fit(c.where(), c.name)).gap(1)
	at := 0
	for i, k := range c.ticks {
		end := c.w
		if i+1 < len(c.ticks) {
			end = c.ticks[i+1].x - 1
		}
		if k.x < at || width(k.text) > end-k.x {
			continue
		}
		st.gap(k.x-at).put(t.Dim, k.text)
		at = k.x + width(k.text)
	}
	return st.end()
}

// where is the day of the window, or with relative times what they count from.
func (c *chart) where() string {
	if !c.d.clock.Absolute {
		return "AFTER"
	}
	if day := c.d.clock.date(c.from); c.name >= len(day) {
		return day
	}
	return c.from.In(c.d.clock.zone()).Format("Jan 02")
}

// origin is what relative times count from.
func (c *chart) origin() time.Time {
	if e := c.d.s.Prepared.History.Events; len(e) > 0 {
		return e[0].Time
	}
	return c.from
}

// makeTicks chooses round times that are far enough from one another.
func (c *chart) makeTicks() []tick {
	span := c.to.Sub(c.from)
	step := roundStep(span / time.Duration(max(1, c.w/tickRoom)))
	if c.d.clock.Absolute && step < time.Second {
		step = roundStep(span / time.Duration(max(1, c.w/wideTick)))
	}
	origin := c.origin()
	if c.d.clock.Absolute {
		year, month, day := c.from.In(c.d.clock.zone()).Date()
		origin = time.Date(year, month, day, 0, 0, 0, 0, c.d.clock.zone())
	}
	offset := c.from.Sub(origin)
	first := offset.Truncate(step)
	if first < offset {
		first += step
	}
	var out []tick
	for n := 0; n <= c.w; n++ {
		after := first + time.Duration(n)*step
		at := origin.Add(after)
		if at.After(c.to) || after < first {
			break
		}
		x := c.x(at)
		if x < 0 || x >= c.w {
			break
		}
		out = append(out, tick{x, c.label(at, after, step)})
	}
	return out
}

// label is the text of a mark.
func (c *chart) label(at time.Time, after, step time.Duration) string {
	const day = 24 * time.Hour
	if !c.d.clock.Absolute {
		return offsetText(after, step)
	}
	at = at.In(c.d.clock.zone())
	switch {
	case step < time.Second:
		return at.Format("15:04:05.000")
	case step < time.Minute:
		return at.Format("15:04:05")
	case step < day && (c.to.Sub(c.from) < day || at.Hour() != 0 || at.Minute() != 0):
		return at.Format("15:04")
	case c.to.Sub(c.from) < 300*day:
		return at.Format("Jan 02")
	}
	return at.Format("2006-01-02")
}

// offsetText is a time since the start with the digits that the step needs.
func offsetText(d, step time.Duration) string {
	const day = 24 * time.Hour
	sign := "+"
	if d < 0 {
		sign, d = "-", -d
	}
	switch {
	case d == 0:
		return "0"
	case d < time.Second:
		return sign + d.String()
	case step < time.Second && d < time.Minute:
		return sign + fmt.Sprintf("%.3gs", d.Seconds())
	case step < time.Second:
		return sign + fmt.Sprintf("%dm%06.3fs", int(d/time.Minute), (d%time.Minute).Seconds())
	case d < time.Minute:
		return sign + fmt.Sprintf("%ds", int(d/time.Second))
	case step < time.Minute && d < time.Hour:
		return sign + fmt.Sprintf("%dm%02ds", int(d/time.Minute), int(d%time.Minute/time.Second))
	case d < time.Hour:
		return sign + fmt.Sprintf("%dm", int(d/time.Minute))
	case step < time.Hour && d < day:
		return sign + fmt.Sprintf("%dh%02d", int(d/time.Hour), int(d%time.Hour/time.Minute))
	case d < day:
		return sign + fmt.Sprintf("%dh", int(d/time.Hour))
	case step < day:
		return sign + fmt.Sprintf("%dd%02dh", int(d/day), int(d%day/time.Hour))
	}
	return sign + fmt.Sprintf("%dd", int(d/day))
}

// roundStep is the next round duration that is not shorter.
func roundStep(d time.Duration) time.Duration {
	const day = 24 * time.Hour
	for unit := 100 * time.Microsecond; unit < time.Second; unit *= 10 {
		for _, n := range []time.Duration{1, 2, 5} {
			if n*unit >= d {
				return n * unit
			}
		}
	}
	for _, s := range []time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day, 14 * day,
	} {
		if s >= d {
			return s
		}
	}
	step := 30 * day
	for step < d && step < 36500*day {
		step *= 2
	}
	return max(step, d)
}
