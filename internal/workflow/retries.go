package workflow

import (
	"maps"
	"slices"
	"strings"
)

// retries keeps account of the calls that have failed and may be tried again.
// Only some SDKs write what ties attempts together: a task execution ID that
// they share, or a timer that names the first one. For the others it goes by
// turns: what the code schedules in a turn is its answer to what came in.
type retries struct {
	// failed are the groups whose last attempt failed in this turn, in order,
	// and due those whose pause ended in it.
	failed, due []int
	// fired are the timers that fired in this turn and may have been pauses.
	fired []int
	// maybe has for each timer without a mark the groups that it may pause.
	maybe map[int][]int
}

func newRetries() retries { return retries{maybe: map[int][]int{}} }

// turn begins a turn of the worker.
func (r *retries) turn() { r.failed, r.due, r.fired = nil, nil, nil }

// woken notes that something else than an answer came in.
func (r *retries) woken() { r.due, r.fired = nil, nil }

// tried takes a group off the account: its next attempt has begun.
func (r *retries) tried(g int) {
	is := func(x int) bool { return x == g }
	r.failed, r.due = slices.DeleteFunc(r.failed, is), slices.DeleteFunc(r.due, is)
}

// answered takes in the answer of a call.
func (f *folder) answered(i int) {
	g := f.owner[i]
	switch f.h.Events[i].Type {
	case TaskFailed, ChildWorkflowInstanceFailed:
		if g >= 0 && f.groups[g].lastAnswer() == i {
			f.retry.failed = append(f.retry.failed, g)
		}
	default:
	}
}

// lastAnswer is the answer of the last attempt, -1 for none.
func (g *Group) lastAnswer() int {
	if len(g.Attempts) == 0 {
		return -1
	}
	return g.Attempts[len(g.Attempts)-1].Answer
}

// fired takes in a timer that has fired.
func (f *folder) fired(i int) {
	timer := f.partner(i)
	if timer < 0 {
		return
	}
	if g := f.owner[timer]; g >= 0 && f.paused(g) == timer {
		f.retry.due = append(f.retry.due, g)
	}
	if len(f.retry.maybe[timer]) > 0 {
		f.retry.fired = append(f.retry.fired, timer)
	}
}

// paused returns the timer behind the last attempt of a group, -1 for none.
func (f *folder) paused(g int) int {
	attempts := f.groups[g].Attempts
	if len(attempts) == 0 {
		return -1
	}
	return attempts[len(attempts)-1].Timer
}

// again finds the call that an event schedules once more: one whose pause has
// ended in this turn, or one that failed in it, with the same name and input.
func (f *folder) again(kind GroupKind, e *Event) (int, bool) {
	same := func(g int) bool { return f.groups[g].Kind == kind && f.groups[g].Name == e.Name && f.repeats(g, e) }
	named := func(g int) bool { return f.groups[g].Kind == kind && f.groups[g].Name == e.Name }
	for _, fits := range []func(int) bool{same, named} {
		if at := slices.IndexFunc(f.retry.due, fits); at >= 0 {
			return f.retry.due[at], true
		}
	}
	for _, timer := range f.retry.fired {
		for _, g := range f.retry.maybe[timer] {
			if same(g) && f.failedLast(g) && f.paused(g) < 0 {
				f.merge(g, timer)
				return g, true
			}
		}
	}
	for _, g := range f.retry.failed {
		if same(g) && f.paused(g) < 0 {
			return g, true
		}
	}
	return 0, false
}

// repeats reports whether an event schedules what the last attempt of a group
// did.
func (f *folder) repeats(g int, e *Event) bool {
	attempts := f.groups[g].Attempts
	last := attempts[len(attempts)-1].Scheduled
	return last >= 0 && f.h.Events[last].Payload == e.Payload
}

// retried finds the group that a timer pauses, when it says so: by what made
// it, or by its name.
func (f *folder) retried(e *Event) (int, bool) {
	switch e.Origin {
	case OriginActivityRetry:
		if g, ok := f.task[e.OriginRef]; ok {
			return g, true
		}
		return f.firstFailed(func(g *Group) bool { return g.Kind == GroupActivity })
	case OriginChildRetry:
		if g, ok := f.child[e.OriginRef]; ok {
			return g, true
		}
		return f.firstFailed(func(g *Group) bool { return g.Kind == GroupChild }) // .NET names an ID that no child has
	case OriginTimer, OriginExternalEvent:
		return 0, false
	case OriginNone:
	}
	base, ok := strings.CutSuffix(e.Name, retrySuffix)
	if !ok {
		return 0, false
	}
	if g, ok := f.firstFailed(func(g *Group) bool { return g.Name == base }); ok {
		return g, true
	}
	if started, _ := f.h.Started(); started.Name == base || started.Name == "" {
		return f.firstFailed(func(*Group) bool { return true })
	}
	return 0, false
}

// firstFailed finds the first group that failed in this turn and is not paused.
func (f *folder) firstFailed(fits func(*Group) bool) (int, bool) {
	for _, g := range f.retry.failed {
		if f.paused(g) < 0 && fits(&f.groups[g]) {
			return g, true
		}
	}
	return 0, false
}

// pause adds a timer to the last attempt of a group.
func (f *folder) pause(g, timer int) {
	a := &f.groups[g].Attempts[len(f.groups[g].Attempts)-1]
	if a.Timer < 0 {
		a.Timer, a.Fired = timer, f.partner(timer)
	}
	f.own(g, timer, f.partner(timer))
}

// merge moves the group of a timer into that of the call that it pauses.
func (f *folder) merge(g, timer int) {
	own := f.owner[timer]
	for _, i := range f.groups[own].Events {
		f.owner[i] = -1
	}
	f.groups[own].Events = nil
	delete(f.retry.maybe, timer)
	f.pause(g, timer)
}

// pauses gives the timers that run now to the calls that they pause: those that
// have paused so before.
func (f *folder) pauses() {
	for _, timer := range slices.Sorted(maps.Keys(f.retry.maybe)) {
		if f.partner(timer) >= 0 {
			continue
		}
		for _, g := range f.retry.maybe[timer] {
			attempts := f.groups[g].Attempts
			n := len(attempts) - 1
			if f.failedLast(g) && attempts[n].Timer < 0 && n > 0 && attempts[n-1].Timer >= 0 {
				f.merge(g, timer)
				break
			}
		}
	}
}
