package workflow

import (
	"cmp"
	"slices"
	"strings"
)

// fate is what became of an event that came in.
type fate uint8

const (
	// fateNone: delivered, or not an event of this kind.
	fateNone fate = iota
	// fateBuffered: an external event that nobody waited for when it came. A
	// later wait takes it and leaves no trace.
	fateBuffered
	// fateHeld: the instance is suspended; it comes with the resume.
	fateHeld
	// fateLost: it came between two suspends and the worker dropped it.
	fateLost
)

// replayed is what a replay of the history finds out.
type replayed struct {
	// match ties the timer of a wait to the external event that ended it, and
	// back; -1 elsewhere.
	match []int
	fate  []fate
	// arrived is, for an event that a suspended instance kept, the resume that
	// brought it; the event itself for all others.
	arrived []int
	// advanced is the index of the last event that let the workflow's code go
	// on, -1 for none.
	advanced int
	// holds is how many resumes it takes until the worker goes on.
	holds int
	// freed are the resumes, or whatever proves it, that ended a suspension.
	freed map[int]bool
}

// replay follows the events through a worker as durabletask-go does
// (task/orchestrator.go, processEvent and WaitForSingleEvent), as far as
// external events go. What the worker's SDK does differently is asked of the
// table of Behaviors; while the SDK is not known, the history is read as Go's:
//
//   - An event goes to the first wait for its name, whatever its case; without
//     a wait it is buffered, and the next wait takes it and leaves no timer.
//   - Turns begin with WorkflowStarted. What comes in a turn stands before the
//     timers that the code makes in it, in any order of numbers. So the timer
//     behind an event may be that of the wait which the event ended: when the
//     code could go on earlier in the turn. Seen on the runtime with an event
//     that is raised before a scheduled instance starts.
//   - A suspended instance keeps what comes, and takes all of it with the
//     resume before the code goes on. When a second suspend is among it,
//     what came behind that is dropped. Seen on the runtime too: suspend,
//     suspend, raise, resume, resume loses the event. TraitSecondSuspend and
//     TraitWhileSuspended tell the others.
//   - A rerun sets the timers of the part that it takes over again, behind the
//     events of that part: there an event ends a wait that stands behind it.
//
// Where an instance is suspended at the end, what it keeps is matched as if it
// were resumed.
func (h History) replay() replayed {
	p := player{h: h, copied: -1, pending: map[string][]int{}, born: map[string][]int{}, begun: make([]bool, len(h.Events))}
	p.out = replayed{match: make([]int, len(h.Events)), fate: make([]fate, len(h.Events)), advanced: -1, freed: map[int]bool{}}
	p.out.arrived = make([]int, len(h.Events))
	for i := range p.out.match {
		p.out.match[i], p.out.arrived[i] = -1, i
	}
	if _, at, ok := h.RerunOf(); ok {
		p.copied = at
	}
	p.buffered = map[string][]int{}
	for _, t := range Traits() {
		p.conduct = append(p.conduct, h.worker.Does(t))
	}
	for from := 0; from < len(h.Events); {
		to := from + 1
		for to < len(h.Events) && h.Events[to].Type != WorkflowStarted {
			to++
		}
		p.turn(from, to)
		from = to
	}
	p.out.holds = p.holds()
	for _, i := range p.kept {
		p.take(i, true)
		if h.Events[i].Type == EventRaised {
			p.out.fate[i] = fateHeld
		}
	}
	return p.out
}

// player is the state of a replay.
type player struct {
	h   History
	out replayed
	// conduct is what the worker does, by trait.
	conduct []Conduct
	// copied is the last event that a rerun has taken over, -1 for none.
	copied int
	// pending are the waits by name, and born those that the code makes in
	// this turn.
	pending, born map[string][]int
	begun         []bool
	// buffered are the events that nobody waited for, by name in lower case.
	buffered map[string][]int
	// from is where this turn begins, and awake is set once the code could go
	// on in it.
	from      int
	awake     bool
	suspended bool
	kept      []int
	// lost is what the worker has dropped, if it is Go's.
	lost []int
}

func (p *player) turn(from, to int) {
	p.from, p.awake = from, false
	clear(p.born)
	for i := from; i < to; i++ {
		if name := p.awaits(i); name != "" {
			p.born[name] = append(p.born[name], i)
		}
	}
	// The timers of a turn stand in any order; their numbers tell.
	for _, waits := range p.born {
		slices.SortStableFunc(waits, func(a, b int) int { return cmp.Compare(p.h.Events[a].ID, p.h.Events[b].ID) })
	}
	for i := from; i < to; i++ {
		switch e := &p.h.Events[i]; {
		case p.h.Awaits(i) != "":
			p.begin(i)
			p.moved(i)
		case e.Type == ExecutionResumed:
			p.resume(i)
		case p.queues() && e.Type != ExecutionTerminated && comesIn(e.Type):
			p.kept = append(p.kept, i)
		case e.Type == ExecutionSuspended:
			p.suspended = true
		default:
			p.moved(i)
			p.take(i, false)
		}
	}
}

// moved notes that the worker has scheduled something. When nothing let its
// code go on but what a Go worker keeps or drops, it is another SDK's, which
// does neither.
func (p *player) moved(i int) {
	switch p.h.Events[i].Type {
	case TaskScheduled, TimerCreated, ChildWorkflowInstanceCreated, ExecutionCompleted:
	default:
		return
	}
	if p.h.Events[i].ID < 0 {
		return
	}
	var kept []int
	if len(p.lost) > 0 && p.out.advanced < p.lost[0] {
		kept, p.lost = p.lost, nil
	}
	if p.suspended {
		kept = append(kept, p.kept...)
		p.kept, p.suspended = nil, false
		p.out.freed[i] = true
	}
	for _, j := range kept {
		p.out.fate[j] = fateNone
		p.take(j, true)
	}
}

func (p *player) does(t Trait) Conduct { return p.conduct[t] }

// queues reports whether the worker keeps what comes in now.
func (p *player) queues() bool { return p.suspended && p.does(TraitWhileSuspended) != RunsOn }

// nests reports whether a second suspend takes effect when the first ends.
func (p *player) nests() bool { return p.does(TraitSecondSuspend) != Frees }

// awaits is the name that the wait of event i goes by, as the worker compares
// it.
func (p *player) awaits(i int) string { return p.folded(p.h.Awaits(i)) }

// folded is a name of an event as the worker compares it.
func (p *player) folded(name string) string {
	if p.does(TraitEventCase) == ExactCase {
		return name
	}
	return strings.ToLower(name)
}

// holds is how many resumes it takes from here.
func (p *player) holds() int {
	switch {
	case !p.suspended:
		return 0
	case p.nests() && slices.ContainsFunc(p.kept, func(i int) bool { return p.h.Events[i].Type == ExecutionSuspended }):
		return 2
	}
	return 1
}

// comesIn reports whether events of a type come to the worker from outside.
func comesIn(t EventType) bool {
	switch t {
	case TaskCompleted, TaskFailed, TimerFired, ChildWorkflowInstanceCompleted, ChildWorkflowInstanceFailed,
		EventRaised, ExecutionSuspended, ExecutionStarted:
		return true
	default:
		return false
	}
}

// begin makes a wait pending, unless an event ended it in this turn or was there
// before.
func (p *player) begin(i int) {
	if p.out.match[i] >= 0 {
		return
	}
	p.begun[i] = true
	name := p.awaits(i)
	if j, ok := p.early(name, i); ok {
		p.out.match[i], p.out.match[j], p.out.fate[j] = j, i, fateNone
		return
	}
	waits := p.pending[name]
	at := len(waits)
	for at > 0 && waits[at-1] >= p.from && p.h.Events[waits[at-1]].ID > p.h.Events[i].ID {
		at--
	}
	p.pending[name] = slices.Insert(waits, at, i)
}

// early returns the first event of a name that was there before the wait, where
// the worker sets a timer for such a wait too, or a rerun has set it again.
func (p *player) early(name string, wait int) (int, bool) {
	if wait > p.copied && p.does(TraitEarlyEvent) != LateTimer {
		return 0, false
	}
	name = strings.ToLower(name)
	queue := p.buffered[name]
	if len(queue) == 0 || queue[0] > wait {
		return 0, false
	}
	p.buffered[name] = queue[1:]
	return queue[0], true
}

func (p *player) resume(at int) {
	kept := p.kept
	p.kept, p.suspended = nil, false
	awake := false
	for _, i := range kept {
		switch {
		case p.suspended && p.does(TraitSecondSuspend) == Loops:
			p.kept = append(p.kept, i)
		case p.suspended:
			p.out.fate[i] = fateLost
			p.lost = append(p.lost, i)
		case p.h.Events[i].Type == ExecutionSuspended:
			p.suspended = p.nests()
		default:
			p.out.arrived[i] = at
			awake = p.take(i, true) || awake
		}
	}
	p.out.freed[at] = !p.suspended
	if awake {
		p.awake = true
		p.out.advanced = max(p.out.advanced, at)
	}
}

// take delivers an event and reports whether the code can go on with it. In a
// resume the code does so only after all that was kept.
func (p *player) take(i int, resuming bool) bool {
	e := &p.h.Events[i]
	on := false
	switch e.Type {
	case EventRaised:
		on = p.raise(i, resuming)
	case TimerFired:
		on = true
		if j, ok := p.h.Partner(i); ok {
			p.drop(j)
		}
	case TaskCompleted, TaskFailed, ChildWorkflowInstanceCompleted, ChildWorkflowInstanceFailed, ExecutionStarted:
		on = true
	default:
	}
	if on {
		p.awake = p.awake || !resuming
		p.out.advanced = max(p.out.advanced, i)
	}
	return on
}

// raise gives an external event to the first wait for it, and reports whether
// there is one.
func (p *player) raise(i int, resuming bool) bool {
	name := p.folded(p.h.Events[i].Name)
	j, ok := p.first(p.pending, name, true)
	if !ok && p.awake && !resuming {
		j, ok = p.first(p.born, name, false)
	}
	if !ok {
		p.out.fate[i] = fateBuffered
		lower := strings.ToLower(p.h.Events[i].Name)
		p.buffered[lower] = append(p.buffered[lower], i)
		return false
	}
	p.out.match[i], p.out.match[j] = j, i
	return true
}

// first takes the first wait for a name out of the pending ones or out of
// those that this turn has yet to begin.
func (p *player) first(waits map[string][]int, name string, begun bool) (int, bool) {
	for queue := waits[name]; len(queue) > 0; queue = waits[name] {
		j := queue[0]
		waits[name] = queue[1:]
		if p.out.match[j] < 0 && p.begun[j] == begun {
			return j, true
		}
	}
	return 0, false
}

// drop ends the wait of a timer that fired.
func (p *player) drop(i int) {
	name := p.awaits(i)
	if at := slices.Index(p.pending[name], i); name != "" && at >= 0 {
		p.pending[name] = slices.Delete(p.pending[name], at, at+1)
	}
}
