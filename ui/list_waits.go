package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Note is what an instance's history tells for its row: what it waits on, and
// what keeps it back. Texts with a clock are made of it when it is drawn.
type Note struct {
	// Wait is the foremost of Waits waits; it counts when there are any.
	Wait  workflow.Wait
	Waits int
	// Child is the status of the child that Wait is about, Unknown when the
	// list does not hold it.
	Child workflow.Status
	// Alarm is what keeps it back although its status does not say so, and Short
	// the same in three words at most; empty for nothing.
	Alarm, Short string
	// Stall is why it is stalled, in the runtime's word.
	Stall string
	// Nothing is since when nothing is under way that the history tells, zero
	// when something is. Records is set when the worker's SDK records its waits
	// for events, so that the instance waits for none.
	Nothing time.Time
	Records bool
}

// waitWidth is what the column of waits has at least where there is room for
// it, and maxWaitWidth from where on a column of its own for the custom status
// is worth more: "event approve 12m · 2h left".
const (
	waitWidth    = 26
	maxWaitWidth = 34
)

// waitText is a text in parts: the name is what is cut when room is short. A
// longer one stands before a shorter one.
type waitText struct{ before, name, after string }

// text returns the first of the texts that fits into w cells, or the last one
// with its name cut in the middle.
func (t *Theme) firstFitting(texts []waitText, w int) string {
	for _, x := range texts {
		if s := x.before + x.name + x.after; width(s) <= w {
			return s
		}
	}
	x := texts[len(texts)-1]
	if room := w - width(x.before) - width(x.after); room >= 4 {
		return x.before + strings.TrimRight(t.fitMiddle(x.name, room), " ") + x.after
	}
	return t.fit(x.before+x.name+x.after, w)
}

// waitsOn is what the column says of an instance, in at most w cells; alarm is
// set for what needs a hand. It is empty where there is nothing to tell.
func (l *List) waitsOn(r *workflow.Instance, w int) (text string, alarm bool) {
	if l.notes == nil || r.Status.Terminal() {
		return "", false
	}
	n, ok := l.notes(r.Key)
	if !ok {
		return "", false
	}
	t, now := &l.theme, l.clock.For(r.AppID).Now
	switch {
	case r.Status == workflow.Stalled:
		return t.fit("stalled"+stallWord(n.Stall), w), true
	case n.Alarm != "":
		return t.firstFitting([]waitText{{name: n.Alarm}, {name: n.Short}}, w), true
	case n.Waits == 0 && r.Status == workflow.Running && !n.Nothing.IsZero() && now.Sub(n.Nothing) >= workflow.Quiet:
		return t.firstFitting(nothingTexts(n.Records), w), false
	case n.Waits == 0:
		return "", false
	}
	text = t.firstFitting(l.waitTexts(&n, now), w)
	return text, n.Wait.Kind == workflow.WaitActivity && n.Wait.Age(now) >= workflow.SlowActivity
}

// nothingTexts say what an instance waits for of which the history tells
// nothing.
func nothingTexts(records bool) []waitText {
	if records {
		return []waitText{{name: "nothing pending"}}
	}
	return []waitText{{name: "event? (this SDK does not record it)"}, {name: "event? (not recorded)"}, {name: "event?"}}
}

// stallWord is the reason of a stall in a word.
func stallWord(reason string) string {
	switch reason {
	case "":
		return ""
	case "VERSION_NOT_AVAILABLE":
		return ": version"
	case "PATCH_MISMATCH":
		return ": patch"
	case "PAYLOAD_SIZE_EXCEEDED":
		return ": payload size"
	}
	return ": " + strings.ToLower(reason)
}

// waitTexts are the texts for the foremost wait, the longest first.
func (l *List) waitTexts(n *Note, now time.Time) []waitText {
	w := &n.Wait
	age, more := "", ""
	if !w.Since.IsZero() {
		age = " " + Short(w.Age(now))
	}
	if n.Waits > 1 {
		more = " +" + strconv.Itoa(n.Waits-1)
	}
	left, limited := w.Left(now)
	before, after, short := w.Kind.String()+" ", age, ""
	switch w.Kind {
	case workflow.WaitEvent:
		if limited {
			short = " " + Short(left) + orMore(w) + " left"
			after = age + " " + l.theme.Glyphs.Bullet + short
		}
	case workflow.WaitRetry:
		before, after = "retry of ", ""
		if limited {
			after = dueIn(left)
		}
		short = after
		if w.Attempt > 2 {
			after = " #" + strconv.Itoa(w.Attempt) + after
		}
	case workflow.WaitActivity:
		short = age
		if w.Attempt > 1 {
			after = " #" + strconv.Itoa(w.Attempt) + age
		}
	case workflow.WaitChild:
		if n.Child != workflow.Unknown {
			after = " " + statusLower(n.Child)
		}
		return []waitText{{before, workflow.SpellID(w.ChildID), after + more}, {before, workflow.SpellID(w.ChildID), after}}
	case workflow.WaitTimer:
		switch {
		case w.NoLimit:
			after = " never fires"
		case !limited:
			after = age
		case left > 0:
			after = " " + Short(left) + orMore(w) + " left"
		default:
			after = dueIn(left)
		}
		short = after
		if w.Name == "" {
			before = "timer"
		}
	}
	return []waitText{{before, w.Name, after + more}, {before, w.Name, after}, {before, w.Name, short + more}, {before, w.Name, short}}
}

// orMore marks the time of a timer that may be one part of a longer one.
func orMore(w *workflow.Wait) string {
	if w.Longer {
		return "+"
	}
	return ""
}

func dueIn(left time.Duration) string {
	if left <= 0 {
		return " due"
	}
	return " in " + Short(left)
}
