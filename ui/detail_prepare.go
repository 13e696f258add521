package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// lazyPayload is the largest payload of an event, in bytes, that is laid
	// out when the event is selected, on the update loop: it takes well under
	// a millisecond.
	lazyPayload = 64 << 10
	// eagerBudget is how many bytes of larger ones Prepare lays out; of those
	// beyond it only the head is shown.
	eagerBudget = 8 << 20
	// infoBytes is how much of a payload the line of an event shows.
	infoBytes = 160
)

// Prepared is everything costly about one instance. Prepare makes it, off the
// update loop; nobody changes it afterwards.
type Prepared struct {
	Detail  workflow.Detail
	History workflow.History
	// HistErr is why there is no history, though there is a Detail.
	HistErr error

	sections [numSections]section
	events   []eventRow
	// names and kinds are the widest name and type among the events, in cells.
	names, kinds int
	payloads     map[int]payload
	waits        []wait
	children     []child
	ended        time.Time

	// groups are those of the history, with what their lines show; groupOf is
	// the group of each event, and bars are those of the timeline.
	groups    []workflow.Group
	groupRows []groupRow
	groupOf   []int
	bars      []workflow.Span
	// groupNames, groupKinds and barNames are the widest, in cells.
	groupNames, groupKinds, barNames int
}

// The sections of the Data tab.
const (
	inputSection = iota
	outputSection
	customSection
	numSections
)

type section struct {
	label string
	raw   workflow.Payload
	text  payload
}

// eventRow is what the line of an event shows that does not depend on the
// clock.
type eventRow struct {
	num, kind, name, took, info string
	look                        eventLook
}

// eventLook is how an event stands out.
type eventLook uint8

const (
	lookPlain eventLook = iota
	lookGood
	lookBad
	lookWarn
	lookQuiet
)

// child is a child workflow as the parent's history knows it.
type child struct {
	id, name, state string
	status          workflow.Status
}

// Prepare makes ready what the detail pane draws of an instance: it lays out
// payloads, pairs events and cleans what is not clean yet. Its cost grows with
// the size of the payloads and of the history.
func Prepare(d workflow.Detail, h workflow.History, histErr error) Prepared {
	p := Prepared{Detail: d, History: h, HistErr: histErr, payloads: map[int]payload{}}
	for i, s := range []section{{label: "Input", raw: d.Input}, {label: "Output", raw: d.Output}, {label: "Custom status", raw: d.CustomStatus}} {
		s.text = newPayload(s.raw)
		p.sections[i] = s
	}
	budget := eagerBudget
	p.events = make([]eventRow, len(h.Events))
	for i := range h.Events {
		p.events[i] = newEventRow(h, i)
		p.names = max(p.names, width(p.events[i].name))
		p.kinds = max(p.kinds, len(p.events[i].kind))
		if n := len(h.Events[i].Payload.Raw); n > lazyPayload && n <= budget {
			p.payloads[i] = newPayload(h.Events[i].Payload)
			budget -= n
		}
	}
	p.prepareGroups()
	if !d.Status.Terminal() {
		p.waits = waits(h)
	}
	p.children = children(h)
	if e, ok := h.Completed(); ok {
		p.ended = e.Time
	} else if d.Status.Terminal() {
		p.ended = d.Updated
	}
	return p
}

// Size is about how much memory the payloads take, in bytes: as they came and
// laid out.
func (p *Prepared) Size() int {
	laidOut := 0
	for i := range p.sections {
		laidOut += p.sections[i].text.size()
	}
	for _, text := range p.payloads {
		laidOut += text.size()
	}
	raw := p.rawSize()
	return raw + max(raw, laidOut) + eventSize*len(p.History.Events)
}

// eventSize is what an event takes with its lines beside its payload, in bytes:
// mostly the fields of workflow.Event.
const eventSize = 1 << 10

// rawSize is how many bytes the payloads have.
func (p *Prepared) rawSize() int {
	size := len(p.Detail.Input.Raw) + len(p.Detail.Output.Raw) + len(p.Detail.CustomStatus.Raw)
	for i := range p.History.Events {
		size += len(p.History.Events[i].Payload.Raw) + len(p.History.Events[i].Raw)
	}
	return size
}

// payload returns the payload of an event, laid out.
func (p *Prepared) payload(i int) payload {
	if text, ok := p.payloads[i]; ok {
		return text
	}
	raw := p.History.Events[i].Payload
	if len(raw.Raw) > lazyPayload {
		return headPayload(raw, lazyPayload)
	}
	return newPayload(raw)
}

func newEventRow(h workflow.History, i int) eventRow {
	e := &h.Events[i]
	r := eventRow{kind: shortType(e.Type), name: e.Name, look: lookOf(e)}
	switch {
	case e.ID >= 0:
		r.num = strconv.Itoa(int(e.ID))
	case e.HasRef:
		r.num = "#" + strconv.Itoa(int(e.Ref))
	}
	if j, ok := h.Partner(i); ok && r.name == "" {
		r.name = h.Events[j].Name
	}
	if e.Origin == workflow.OriginExternalEvent && e.OriginRef != "" {
		r.name = e.OriginRef
	}
	if d, ok := h.Duration(i); ok {
		r.took = Precise(d)
	}
	r.info = eventInfo(e)
	return r
}

// eventInfo is what the line of an event says at its end, as far as it does not
// depend on the clock.
func eventInfo(e *workflow.Event) string {
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if e.Type == workflow.ExecutionCompleted {
		add(e.Status.String())
	}
	if e.Failure != nil {
		add(workflow.Clean(e.Failure.Type + ": " + e.Failure.Message))
	}
	add(e.Reason)
	add(workflow.Clean(e.Description))
	if e.Type != workflow.ExecutionStarted && e.ChildID != "" {
		add(workflow.SpellID(e.ChildID))
	}
	if e.Payload.Set && e.Payload.Raw != "" {
		add(workflow.Clean(readableHead(e.Payload.Raw, infoBytes)))
	}
	if len(parts) == 0 {
		add(workflow.Shorten(e.Raw, infoBytes))
	}
	return strings.Join(parts, "  ")
}

// shortType is an event type in at most 19 cells; the event itself shows the
// whole word.
func shortType(t workflow.EventType) string {
	s := strings.Replace(string(t), "ChildWorkflowInstance", "Child", 1)
	return strings.Replace(s, "WorkflowInstance", "", 1)
}

func lookOf(e *workflow.Event) eventLook {
	switch e.Type {
	case workflow.TaskFailed, workflow.ChildWorkflowInstanceFailed, workflow.ExecutionTerminated:
		return lookBad
	case workflow.ExecutionStalled, workflow.ExecutionSuspended:
		return lookWarn
	case workflow.ExecutionCompleted:
		if e.Status == workflow.Failed || e.Status == workflow.Terminated || e.Failure != nil {
			return lookBad
		}
		return lookGood
	case workflow.TaskCompleted, workflow.ChildWorkflowInstanceCompleted:
		return lookGood
	case workflow.WorkflowStarted, workflow.WorkflowCompleted:
		return lookQuiet
	case workflow.ExecutionStarted, workflow.ExecutionResumed, workflow.TaskScheduled,
		workflow.ChildWorkflowInstanceCreated, workflow.DetachedWorkflowCreated, workflow.TimerCreated,
		workflow.TimerFired, workflow.EventSent, workflow.EventRaised, workflow.ContinueAsNew:
	}
	return lookPlain
}

// children returns the child workflows with their state as far as this history
// tells it: an answer, or none yet.
func children(h workflow.History) []child {
	var out []child
	at := map[string]int{}
	for i := range h.Events {
		e := &h.Events[i]
		if e.Type != workflow.ChildWorkflowInstanceCreated {
			continue
		}
		c := child{id: workflow.SpellID(e.ChildID), name: e.Name, state: "running", status: workflow.Running}
		if j, ok := h.Partner(i); ok {
			c.state, c.status = "completed", workflow.Completed
			if h.Events[j].Type == workflow.ChildWorkflowInstanceFailed {
				c.state, c.status = "failed", workflow.Failed
			}
		}
		if k, ok := at[e.ChildID]; ok { // a retry of the same child
			out[k] = c
			continue
		}
		at[e.ChildID] = len(out)
		out = append(out, c)
	}
	return out
}
