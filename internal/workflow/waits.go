package workflow

import (
	"slices"
	"time"
)

// WaitKind is what an instance waits on.
type WaitKind uint8

// The kinds of waits, the most telling first: an external event is what people
// can do something about, and a retry is what goes wrong.
const (
	WaitEvent WaitKind = iota
	WaitRetry
	WaitActivity
	WaitChild
	WaitTimer
)

// String is the kind in one plain word.
func (k WaitKind) String() string {
	names := [...]string{"event", "retry", "activity", "child", "timer"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// Wait is something that a history shows to be under way.
type Wait struct {
	Kind WaitKind
	// Name is that of the awaited event, the activity, the child workflow or
	// the timer; of a retry, what is retried.
	Name  string
	Since time.Time
	// Until is when a timer fires, a wait gives up or a retry begins; zero
	// when nothing limits it. NoLimit marks a wait that says so itself, and
	// Longer one whose end may be later than Until; see Group.
	Until   time.Time
	NoLimit bool
	Longer  bool
	// Attempt is the number of the running attempt of an activity or a child,
	// from one; of a retry, of the attempt that comes next. Zero for others.
	Attempt int
	// Failure is that of the attempt before, when there is one.
	Failure *Failure
	// ChildID is the child, raw as in Key. App is the app that an activity or
	// a child runs in when it is another one.
	ChildID string
	App     string
	// Index is the event of the history that began it, and Group its group in
	// Groups.
	Index, Group int
}

// Left is how long it can last at most, false without a limit. What is due
// already has 0 left.
func (w *Wait) Left(now time.Time) (time.Duration, bool) {
	if w.NoLimit || w.Until.IsZero() {
		return 0, false
	}
	return max(0, w.Until.Sub(now)), true
}

// Age is how long it has lasted, never below zero: the clocks of two machines
// differ.
func (w *Wait) Age(now time.Time) time.Duration {
	if w.Since.IsZero() {
		return 0
	}
	return max(0, now.Sub(w.Since))
}

// Ends says what happens at Until, to stand before "in 5m": "gives up", "next
// try" or "fires". It is empty for what has no end of its own.
func (w *Wait) Ends() string {
	switch w.Kind {
	case WaitEvent:
		return "gives up"
	case WaitRetry:
		return "next try"
	case WaitTimer:
		return "fires"
	case WaitActivity, WaitChild:
	}
	return ""
}

// Waits returns what the history shows to be under way, in its order; nothing
// once the instance has ended. An SDK that leaves no timer for the wait for an
// external event leaves nothing to be found here.
func (h History) Waits() []Wait { return h.waits(h.Groups()) }

func (h History) waits(groups []Group) []Wait {
	var out []Wait
	for i := range groups {
		if g := &groups[i]; g.Outcome == OutcomeOpen {
			w := h.wait(g)
			w.Group = i
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b Wait) int { return a.Index - b.Index })
	return out
}

// wait is the wait of a group that is open.
func (h History) wait(g *Group) Wait {
	w := Wait{Name: g.Name, Since: g.Start, Until: g.Until, NoLimit: g.NoLimit, Longer: g.Longer, Index: g.First()}
	switch g.Kind {
	case GroupActivity, GroupChild:
		return h.waitOfAttempt(g, w)
	case GroupEvent:
		w.Kind = WaitEvent
		for _, i := range g.Events { // the wait itself, should a broken history hold more
			if h.Events[i].Type == TimerCreated {
				w.Index = i
			}
		}
	default:
		w.Kind = WaitTimer
		if o := h.Events[w.Index].Origin; o == OriginActivityRetry || o == OriginChildRetry {
			w.Kind = WaitRetry // of a call that this history does not hold
		}
	}
	return w
}

func (h History) waitOfAttempt(g *Group, w Wait) Wait {
	n := len(g.Attempts)
	last := &g.Attempts[n-1]
	w.Kind, w.ChildID, w.App = WaitActivity, g.ChildID, g.App
	if g.Kind == GroupChild {
		w.Kind = WaitChild
	}
	w.Attempt, w.Index, w.Since, w.Until = n, last.Scheduled, last.Start, time.Time{}
	if n > 1 {
		w.Failure = g.Attempts[n-2].Failure
	}
	if last.Timer >= 0 {
		timer := &h.Events[last.Timer]
		w.Kind, w.Attempt, w.Failure = WaitRetry, n+1, last.Failure
		w.Index, w.Since, w.Until, w.NoLimit = last.Timer, timer.Time, timer.FireAt, timer.NoLimit()
	}
	return w
}

// Foremost returns the wait to tell when there is room for one: the most
// telling kind, and of that the one that ends first. It is false for none.
func Foremost(waits []Wait) (Wait, bool) {
	if len(waits) == 0 {
		return Wait{}, false
	}
	best := 0
	for i := 1; i < len(waits); i++ {
		if w, b := &waits[i], &waits[best]; w.Kind < b.Kind || w.Kind == b.Kind && w.sooner(b) {
			best = i
		}
	}
	return waits[best], true
}

func (w *Wait) sooner(other *Wait) bool {
	limited, also := !w.NoLimit && !w.Until.IsZero(), !other.NoLimit && !other.Until.IsZero()
	if limited && also {
		return w.Until.Before(other.Until)
	}
	return limited && !also
}
