package workflow

import (
	"strings"
	"time"
)

// Compared is one of the two instances of a comparison.
type Compared struct {
	Detail  Detail
	History History
	// HistoryErr says why there is no history; empty when there is.
	HistoryErr string
	// Groups are those of the history. Fill leaves them to Compare.
	Groups []Group
	// Steps is how many of them are steps, Failures how many attempts have
	// failed in them.
	Steps, Failures int
	// Took is how long it ran, Ended false while it still does: Took is then
	// not known. Of a rerun and its origin it counts from the event that the
	// rerun began at, for a rerun has the dates of its origin.
	Took  time.Duration
	Ended bool
}

// Difference is how the sides of a line differ.
type Difference uint8

// The differences, the more telling ones last.
const (
	// DiffersNot: but perhaps in time.
	DiffersNot Difference = iota
	// DiffersInData: the same happened with other data.
	DiffersInData
	// DiffersInCourse: something else happened.
	DiffersInCourse
)

// CompareKind is what a line is about.
type CompareKind uint8

// The kinds of lines.
const (
	LineWorkflow CompareKind = iota
	LineInput
	LineStep
	LineEnd
	LineOutput
	LineCustomStatus
	LineFailure
)

// String is the kind in plain words.
func (k CompareKind) String() string {
	names := [...]string{"workflow", "input", "step", "end", "output", "custom status", "failure"}
	if int(k) < len(names) {
		return names[k]
	}
	return ""
}

// ComparePart is a value of a line: an input, a result, a failure.
type ComparePart struct {
	Name string
	A, B Payload
	Same bool
	// Masked says that a mask has taken something out, so that the same is only
	// what is left.
	Masked bool
	// At is where two JSON values differ; its path is empty where that is not
	// known.
	At Departure
}

// CompareLine is a line of a comparison.
type CompareLine struct {
	Kind CompareKind
	// A and B are the groups of a step, -1 where a side does not have it.
	A, B int
	Diff Difference
	// What says in a few words what differs, as "outcome, result"; of a step
	// that only one side has, empty.
	What string
	// Later is set on a step that the other side may still come to: it runs,
	// and has done everything else that comes before.
	Later bool
	// Copied is set on a step that a rerun took over from its origin.
	Copied bool
	// Parts are the values of the line, but for those that neither side has.
	Parts []ComparePart
}

// Comparison is two instances side by side.
type Comparison struct {
	A, B  Compared
	Lines []CompareLine
	// First is the line with the first difference in the course and FirstData
	// that with the first one in data, -1 for none.
	First, FirstData int
	// Data is how many lines differ in data, Course how many in the course.
	Data, Course int
	// RerunFrom is the line of the step that B, a rerun of A, began at; -1 when
	// it is none. OtherRun says that A is not the run that was rerun: its ID has
	// been used again since.
	RerunFrom int
	OtherRun  bool
	// Masked is how many values are the same as far as they are not masked.
	Masked int

	same *sameness
}

// Compare puts two instances side by side, step by step. Times, numbers of
// events, execution IDs and the IDs of the two themselves are no difference.
// When B is a rerun of A, that is told; the other way round it is not, so a
// caller puts the origin first. Its cost grows with the payloads; it takes up to
// 0.2 s for histories of 10,000 events: call it off the update loop.
func Compare(a, b Compared) *Comparison {
	c := &Comparison{A: a, B: b, First: -1, FirstData: -1, RerunFrom: -1, same: newSameness(a.Detail.InstanceID, b.Detail.InstanceID)}
	c.A.prepare()
	c.B.prepare()
	if c.twoWorkflows() || a.Detail.Version != b.Detail.Version {
		c.add(CompareLine{Kind: LineWorkflow, A: -1, B: -1})
	}
	c.add(CompareLine{Kind: LineInput, A: -1, B: -1})
	if c.known() {
		c.steps()
	}
	for _, k := range []CompareKind{LineEnd, LineOutput, LineCustomStatus, LineFailure} {
		c.add(CompareLine{Kind: k, A: -1, B: -1})
	}
	c.times()
	return c
}

// twoWorkflows reports whether the two are of different workflows. One that is
// PENDING does not tell.
func (c *Comparison) twoWorkflows() bool {
	a, b := c.A.Detail.Name, c.B.Detail.Name
	return a != "" && b != "" && a != b
}

// known reports whether both histories are.
func (c *Comparison) known() bool { return c.A.HistoryErr == "" && c.B.HistoryErr == "" }

func (s *Compared) prepare() {
	s.Groups = s.History.Groups()
	for i := range s.Groups {
		if s.isStep(i) {
			s.Steps++
		}
		s.Failures += s.Groups[i].Failures()
	}
}

// isStep reports whether a group is a line: not the marks of turns, nor
// beginning and end, which have lines of their own.
func (s *Compared) isStep(i int) bool {
	g := &s.Groups[i]
	t := s.History.Events[g.First()].Type
	return g.Kind != GroupTurn && t != ExecutionStarted && t != ExecutionCompleted
}

// add appends a line unless it is about something that neither side has.
func (c *Comparison) add(l CompareLine) {
	l.Parts = c.parts(&l)
	if l.Kind > LineEnd && len(l.Parts) == 0 {
		return
	}
	c.judge(&l)
	at := len(c.Lines)
	switch l.Diff {
	case DiffersNot:
	case DiffersInCourse:
		c.Course++
		if c.First < 0 {
			c.First = at
		}
	case DiffersInData:
		c.Data++
		if c.FirstData < 0 {
			c.FirstData = at
		}
	}
	c.Lines = append(c.Lines, l)
}

// stillOpen is what differs of a step that one side has done and the other has
// not yet.
const stillOpen = "still open"

// judge says how the sides of a line differ.
func (c *Comparison) judge(l *CompareLine) {
	var what []string
	course := func(word string, differs bool) {
		if differs {
			l.Diff = DiffersInCourse
			what = append(what, word)
		}
	}
	switch {
	case l.Kind == LineStep && (l.A < 0 || l.B < 0):
		l.Diff = DiffersInCourse
		return
	case l.Kind == LineStep:
		a, b := &c.A.Groups[l.A], &c.B.Groups[l.B]
		open := (a.Outcome == OutcomeOpen) != (b.Outcome == OutcomeOpen)
		course(stillOpen, open)
		course("outcome", !open && a.Outcome != b.Outcome)
		course("attempts", len(a.Attempts) != len(b.Attempts))
	case l.Kind == LineEnd:
		course("status", c.A.Detail.Status != c.B.Detail.Status)
	case l.Kind == LineWorkflow && c.twoWorkflows():
		l.Diff = DiffersInCourse
	}
	for i := range l.Parts {
		p := &l.Parts[i]
		if p.Same && p.Masked {
			c.Masked++
		}
		if p.Same || l.Kind == LineStep && l.Diff == DiffersInCourse && p.A.Set != p.B.Set {
			continue // another outcome has other values
		}
		l.Diff = max(l.Diff, DiffersInData)
		what = append(what, strings.ToLower(p.Name))
	}
	l.What = strings.Join(what, ", ")
}

// Begin returns the line where to look first: where the two part, or where data
// differ first when they never do. -1 for neither.
func (c *Comparison) Begin() int {
	if c.First >= 0 {
		return c.First
	}
	return c.FirstData
}

// Next returns the next line behind a line that differs, or before it; the line
// itself when there is none.
func (c *Comparison) Next(from, step int) int {
	for i := from + step; i >= 0 && i < len(c.Lines); i += step {
		if c.Lines[i].Diff != DiffersNot {
			return i
		}
	}
	return from
}

// Same reports whether two texts, of A and of B, are the same but for the IDs
// of the instances themselves.
func (c *Comparison) Same(a, b string) bool { return c.same.text(a, b) }

// Neutral returns a text of A or of B with a mark in the place of the
// instance's own ID: texts that are Same become equal, nearly always.
func (c *Comparison) Neutral(text string, b bool) string {
	if b {
		return neutral(text, c.same.b)
	}
	return neutral(text, c.same.a)
}
