package workflow

import (
	"strings"
	"time"
)

// steps aligns the steps and adds their lines.
func (c *Comparison) steps() {
	n := numbers{}
	atA, tokensA := c.A.tokens(n, c.same.a)
	atB, tokensB := c.B.tokens(n, c.same.b)
	pairs := align(tokensA, tokensB)
	index := func(at []int, i int) int {
		if i < 0 {
			return -1
		}
		return at[i]
	}
	lines := make([]CompareLine, len(pairs))
	for i, p := range pairs {
		lines[i] = CompareLine{Kind: LineStep, A: index(atA, p.A), B: index(atB, p.B)}
	}
	c.later(lines)
	from := c.rerun()
	for i := range lines {
		l := &lines[i]
		l.Copied = from >= 0 && c.copied(l)
		if from >= 0 && l.B == from {
			c.RerunFrom = len(c.Lines)
		}
		c.add(*l)
	}
}

// tokens are the steps of a side as align takes them, and which group each is.
func (s *Compared) tokens(n numbers, id string) (at []int, tokens []token) {
	for i := range s.Groups {
		if !s.isStep(i) {
			continue
		}
		what := s.what(i)
		t := token{coarse: n.of(what)}
		t.fine = n.of(what + "\x00" + neutral(s.asked(i).Raw, id))
		at, tokens = append(at, i), append(tokens, t)
	}
	return at, tokens
}

// what is what makes two steps the same one: names of events compare without
// case.
func (s *Compared) what(i int) string {
	g := &s.Groups[i]
	e := &s.History.Events[g.First()]
	switch g.Kind {
	case GroupActivity, GroupChild, GroupTimer:
		return g.Kind.String() + "\x00" + g.Name
	case GroupEvent:
		return g.Kind.String() + "\x00" + strings.ToLower(g.Name)
	case GroupMessage:
		return string(e.Type) + "\x00" + g.Name
	case GroupLifecycle, GroupTurn, GroupUnknown:
	}
	return string(e.Type)
}

// asked is the input of a step: what was scheduled, sent or given as a reason.
func (s *Compared) asked(i int) Payload {
	g := &s.Groups[i]
	switch g.Kind {
	case GroupActivity, GroupChild:
		if n := g.Attempts[len(g.Attempts)-1].Scheduled; n >= 0 {
			return s.History.Events[n].Payload
		}
	case GroupLifecycle, GroupMessage:
		return s.History.Events[g.First()].Payload
	case GroupTimer, GroupEvent, GroupTurn, GroupUnknown:
	}
	return Payload{}
}

// Came is what came of a step: its result, or the data of an event.
func (s *Compared) Came(i int) Payload {
	g := &s.Groups[i]
	for k := len(g.Events) - 1; k >= 0; k-- {
		switch e := &s.History.Events[g.Events[k]]; e.Type {
		case TaskCompleted, ChildWorkflowInstanceCompleted, EventRaised:
			return e.Payload
		default:
		}
	}
	return Payload{}
}

// live reports whether a side may still come to something.
func (s *Compared) live() bool { return !s.Detail.Status.Terminal() }

// later marks what the side that still runs has not come to. That side must not
// have gone another way itself, and what somebody did to the other side from
// outside is not to come.
func (c *Comparison) later(lines []CompareLine) {
	from, a, b := len(lines), 0, 0
	for ; from > 0 && (lines[from-1].A < 0 || lines[from-1].B < 0); from-- {
		if lines[from-1].A < 0 {
			b++
		} else {
			a++
		}
	}
	for i := from; i < len(lines); i++ {
		switch l := &lines[i]; {
		case b == 0 && c.B.live():
			l.Later = c.A.own(l.A)
		case a == 0 && c.A.live():
			l.Later = c.B.own(l.B)
		}
	}
}

// own reports whether a step is one that the workflow's code made.
func (s *Compared) own(i int) bool {
	g := &s.Groups[i]
	return g.Kind != GroupLifecycle && s.History.Events[g.First()].Type != EventRaised
}

// rerun returns the group of B that the rerun of A began at, -1 when B is no
// rerun of A.
func (c *Comparison) rerun() int {
	id, event, ok := c.B.History.RerunOf()
	if !ok || id != c.A.Detail.InstanceID || c.A.Detail.AppID != c.B.Detail.AppID {
		return -1
	}
	c.OtherRun = c.A.History.ExecutionID() != c.B.History.ExecutionID()
	for i := range c.B.Groups {
		for _, e := range c.B.Groups[i].Events {
			if e == event {
				return i
			}
		}
	}
	return -1
}

// copied reports whether a step of the rerun is the very one of its origin: all
// its events are, to the nanosecond.
func (c *Comparison) copied(l *CompareLine) bool {
	if l.A < 0 || l.B < 0 {
		return false
	}
	a, b := c.A.Groups[l.A].Events, c.B.Groups[l.B].Events
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := &c.A.History.Events[a[i]], &c.B.History.Events[b[i]]
		if x.Type != y.Type || x.Time.IsZero() || !x.Time.Equal(y.Time) {
			return false
		}
	}
	return true
}

// times says how long each side took.
func (c *Comparison) times() {
	var from [2]time.Time
	if c.RerunFrom >= 0 {
		l := &c.Lines[c.RerunFrom]
		_, event, _ := c.B.History.RerunOf()
		from[1] = c.B.History.Events[event].Time
		if l.A >= 0 {
			from[0] = c.A.Groups[l.A].Start
		}
	}
	c.A.measure(from[0])
	c.B.measure(from[1])
}

// measure counts from a time, or from the beginning when that is zero.
func (s *Compared) measure(from time.Time) {
	if from.IsZero() {
		e, _ := s.History.Started()
		if from = e.Time; from.IsZero() {
			from = s.Detail.Created
		}
	}
	end := time.Time{}
	if e, ok := s.History.Completed(); ok {
		end = e.Time
	} else if s.Detail.Status.Terminal() {
		end = s.Detail.Updated
	}
	if !from.IsZero() && !end.IsZero() {
		s.Took, s.Ended = max(0, end.Sub(from)), true
	}
}
