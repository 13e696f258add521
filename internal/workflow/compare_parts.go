package workflow

import (
	"strconv"
	"strings"
)

// parts returns the values of a line, but for those that neither side has.
func (c *Comparison) parts(l *CompareLine) []ComparePart {
	out := partList{same: c.same}
	a, b := &c.A, &c.B
	switch l.Kind {
	case LineWorkflow:
		out.words("Name", a.Detail.Name, b.Detail.Name)
		out.words("Version", a.Detail.Version, b.Detail.Version)
	case LineInput:
		out.add("Input", a.input(), b.input())
		if a.Detail.Status == Pending || b.Detail.Status == Pending { // it does not tell
			return out.course()
		}
	case LineEnd:
		out.words("Status", a.Detail.Status.String(), b.Detail.Status.String())
		return out.course()
	case LineOutput:
		out.add("Output", a.Detail.Output, b.Detail.Output)
	case LineCustomStatus:
		out.add("Custom status", a.Detail.CustomStatus, b.Detail.CustomStatus)
	case LineFailure:
		out.words("Failure", failureText(a.Detail.Failure), failureText(b.Detail.Failure))
	case LineStep:
		c.stepParts(&out, l)
	}
	return out.parts
}

// stepParts are the values of a step. Of a side that does not have it they are
// not set.
func (c *Comparison) stepParts(out *partList, l *CompareLine) {
	x, y := c.A.stepValues(l.A), c.B.stepValues(l.B)
	out.add(x.askedName(&y), x.asked, y.asked)
	out.words("App", x.app, y.app)
	out.words("Version", x.version, y.version)
	out.add(x.answeredName(&y), x.answered, y.answered)
	out.words("Reason", x.reason, y.reason)
	out.words("Failure", x.failure, y.failure)
}

// stepValues are the values of a step on one side.
type stepValues struct {
	name, came                    string
	asked, answered               Payload
	app, version, reason, failure string
}

func (s *Compared) stepValues(i int) stepValues {
	if i < 0 {
		return stepValues{}
	}
	g := &s.Groups[i]
	first := &s.History.Events[g.First()]
	v := stepValues{
		name: "Input", came: "Result", asked: s.asked(i), answered: s.Came(i), app: g.App, version: first.Version, failure: failureText(g.Failure),
		reason: strings.TrimSpace(first.Reason + " " + first.Description),
	}
	if g.Kind == GroupEvent {
		v.came = "Data"
	}
	switch first.Type {
	case ExecutionTerminated:
		v.name = "Output"
	case ExecutionSuspended, ExecutionResumed:
		v.name = "Reason"
	default:
	}
	return v
}

// askedName is what to call what was asked of the step, which may be on one
// side only.
func (v *stepValues) askedName(other *stepValues) string {
	if v.name == "" {
		return other.name
	}
	return v.name
}

// answeredName is askedName for what came of it.
func (v *stepValues) answeredName(other *stepValues) string {
	if v.came == "" {
		return other.came
	}
	return v.came
}

// input is the workflow's input. The history has it too where the metadata was
// read without payloads.
func (s *Compared) input() Payload {
	if s.Detail.Input.Set {
		return s.Detail.Input
	}
	e, _ := s.History.Started()
	return e.Payload
}

// failureText writes a failure with its causes, without the stack: that holds
// line numbers and addresses.
func failureText(f *Failure) string {
	var lines []string
	for ; f != nil; f = f.Cause {
		line := f.Message
		if f.Type != "" {
			line = f.Type + ": " + line
		}
		if len(lines) > 0 {
			line = "caused by " + line
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// partList gathers parts.
type partList struct {
	same  *sameness
	parts []ComparePart
}

func (p *partList) add(name string, a, b Payload) {
	if !a.Set && !b.Set {
		return
	}
	part := ComparePart{Name: name, A: a, B: b, Masked: a.Masked() || b.Masked()}
	part.Same, part.At = p.same.payload(a, b)
	p.parts = append(p.parts, part)
}

// words is add for a text that is no payload.
func (p *partList) words(name, a, b string) {
	if a == "" && b == "" {
		return
	}
	x, y := Payload{Set: a != "", Raw: a}, Payload{Set: b != "", Raw: b}
	p.parts = append(p.parts, ComparePart{Name: name, A: x, B: y, Same: p.same.text(a, b), Masked: x.Masked() || y.Masked()})
}

// course returns the parts as no differences of their own: what the line is
// about has told them already, or they are not known.
func (p *partList) course() []ComparePart {
	for i := range p.parts {
		p.parts[i].Same = true
	}
	return p.parts
}

// StepName is what to call a step: "activity Charge", "event approve".
func (c *Comparison) StepName(l *CompareLine) string {
	s, i := &c.A, l.A
	if i < 0 {
		s, i = &c.B, l.B
	}
	if l.Kind != LineStep || i < 0 {
		return l.Kind.String()
	}
	g := &s.Groups[i]
	e := &s.History.Events[g.First()]
	switch g.Kind {
	case GroupActivity, GroupChild, GroupTimer, GroupEvent:
		if g.Name == "" {
			return g.Kind.String()
		}
		return g.Kind.String() + " " + g.Name
	case GroupLifecycle:
		return lifecycleWord(e.Type)
	case GroupMessage:
		if e.Type == DetachedWorkflowCreated {
			return "started beside"
		}
		return strings.TrimSpace("event sent " + e.Name)
	case GroupTurn, GroupUnknown:
	}
	return string(e.Type)
}

func lifecycleWord(t EventType) string {
	switch t {
	case ExecutionSuspended:
		return "suspended"
	case ExecutionResumed:
		return "resumed"
	case ExecutionTerminated:
		return "terminate asked"
	case ExecutionStalled:
		return "stalled"
	case ContinueAsNew:
		return "continued as new"
	default:
		return string(t)
	}
}

// Told is how a side of a step went, in words: "done", "failed after 3
// attempts", "open".
func (s *Compared) Told(i int) string {
	g := &s.Groups[i]
	word := g.Outcome.String()
	if n := len(g.Attempts); n > 1 {
		if word == "open" {
			return "open in attempt " + strconv.Itoa(n)
		}
		word += " after " + plural(n, "attempt", "attempts")
	}
	return word
}
