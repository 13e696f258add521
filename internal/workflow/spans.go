package workflow

import "time"

// Span is a bar of the timeline: a group with a beginning.
type Span struct {
	// Group is its index in the groups that the spans were made of.
	Group int
	Kind  GroupKind
	Name  string
	// End is zero while it runs.
	Start, End time.Time
	Outcome    Outcome
	// Segments are its parts in order: attempts and the pauses between them.
	// There is at least one.
	Segments []Segment
}

// Segment is a part of a span.
type Segment struct {
	// Pause marks the wait for the next attempt; Attempt is then the one that
	// failed. Attempts count from one.
	Pause   bool
	Attempt int
	// End is zero while it runs.
	Start, End time.Time
	Outcome    Outcome
	// Event is the event of the history that began it.
	Event int
}

// Spans returns the bars of all groups that take time: activities, timers,
// children and waits, in their order, and the times of suspension. What was
// left open ends with the instance.
func (h History) Spans(groups []Group) []Span {
	var ended time.Time
	if e, ok := h.Completed(); ok {
		ended = e.Time
	}
	r := h.replay()
	out := make([]Span, 0, len(groups))
	held := -1 // the span of the suspension that lasts
	for i := range groups {
		g := &groups[i]
		if held >= 0 && r.freed[g.First()] {
			out[held].finish(g.Start, OutcomeDone)
			held = -1
		}
		switch {
		case h.Events[g.First()].Type == ExecutionSuspended && held < 0:
			held = len(out)
			out = append(out, h.suspension(g, i, ended))
		case takesTime(g):
			out = append(out, h.span(g, i, ended))
		}
	}
	return out
}

// takesTime reports whether a group is a bar: a single event that nobody was
// seen to wait for is not, nor what has no beginning.
func takesTime(g *Group) bool {
	switch g.Kind {
	case GroupActivity, GroupChild:
		return g.Attempts[0].Scheduled >= 0
	case GroupTimer:
		return !g.Start.IsZero() && g.Outcome != OutcomeNone
	case GroupEvent:
		return g.Outcome == OutcomeOpen || g.Outcome == OutcomeReceived || g.Outcome == OutcomeTimedOut || g.Outcome == OutcomeLeft
	case GroupLifecycle, GroupTurn, GroupMessage, GroupUnknown:
	}
	return false
}

func (s *Span) finish(at time.Time, o Outcome) {
	s.End, s.Outcome = later(at, s.Start), o
	last := &s.Segments[len(s.Segments)-1]
	last.End, last.Outcome = later(at, last.Start), o
}

func (h History) suspension(g *Group, i int, ended time.Time) Span {
	s := Span{Group: i, Kind: g.Kind, Name: "suspended", Start: g.Start, Outcome: OutcomeOpen}
	s.Segments = []Segment{{Start: g.Start, Outcome: OutcomeOpen, Event: g.First()}}
	if !ended.IsZero() {
		s.finish(ended, OutcomeLeft)
	}
	return s
}

func (h History) span(g *Group, i int, ended time.Time) Span {
	s := Span{Group: i, Kind: g.Kind, Name: g.Name, Start: g.Start, End: later(g.End, g.Start), Outcome: g.Outcome}
	if len(g.Attempts) == 0 {
		s.Segments = []Segment{{Start: s.Start, End: s.End, Outcome: g.Outcome, Event: g.First()}}
	}
	for n := range g.Attempts {
		s.Segments = append(s.Segments, h.segments(g, n)...)
	}
	if s.Outcome == OutcomeLeft && s.End.IsZero() {
		s.finish(ended, OutcomeLeft)
	}
	return s
}

// segments are an attempt and the pause after it.
func (h History) segments(g *Group, n int) []Segment {
	a := &g.Attempts[n]
	if a.Scheduled < 0 {
		return nil
	}
	out := []Segment{{Attempt: n + 1, Start: a.Start, End: later(a.End, a.Start), Outcome: a.Outcome, Event: a.Scheduled}}
	if n == len(g.Attempts)-1 && a.Timer < 0 {
		return out
	}
	pause := Segment{Pause: true, Attempt: n + 1, Start: out[0].End, Outcome: OutcomeOpen, Event: a.Scheduled}
	if a.Timer >= 0 {
		pause.Event = a.Timer
		pause.Start = later(h.Events[a.Timer].Time, pause.Start)
	}
	switch {
	case n+1 < len(g.Attempts):
		pause.End, pause.Outcome = later(g.Attempts[n+1].Start, pause.Start), OutcomeFired
	case a.Fired >= 0:
		pause.End, pause.Outcome = later(h.Events[a.Fired].Time, pause.Start), OutcomeFired
	case g.Outcome == OutcomeLeft:
		pause.Outcome = OutcomeLeft
	}
	return append(out, pause)
}

// later returns t, but not before the other one: clocks of several machines
// make a history. The zero time stays.
func later(t, other time.Time) time.Time {
	if !t.IsZero() && t.Before(other) {
		return other
	}
	return t
}

// Window is the time that spans cover, from the first beginning to the last
// end, and to now while one runs. It is false for no spans.
func Window(spans []Span, now time.Time) (from, to time.Time, ok bool) {
	for i := range spans {
		s := &spans[i]
		if from.IsZero() || s.Start.Before(from) {
			from = s.Start
		}
		end := s.End
		if end.IsZero() {
			end = now
		}
		if end.After(to) {
			to = end
		}
	}
	return from, later(to, from), len(spans) > 0
}
