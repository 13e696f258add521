package workflow

import (
	"slices"
	"strings"
	"time"
)

// longestPart is the longest timer that a Java worker sets at once: a longer
// one comes in parts (durabletask-client, maximumTimerInterval).
const longestPart = 72 * time.Hour

// timerSlack is how much less than longestPart the first part can be: it counts
// from the beginning of the turn.
const timerSlack = time.Minute

// findWaits returns for each event the name of the external event whose wait the
// timer stands for, empty for all others.
//
// Where the worker's SDK and the sidecar record what made a timer, that decides.
// Without (Go SDK before 1.15, Java 1.17, and every SDK on a sidecar before
// 1.18), a timer with a name is most likely a wait: Java's waits are told from
// its timers by the number that each wait takes before its timer.
func (h History) findWaits() []string {
	waits := make([]string, len(h.Events))
	origins := false
	used := make(map[int32]bool, len(h.Events)/2)
	for i := range h.Events {
		e := &h.Events[i]
		if e.ID >= 0 {
			used[e.ID] = true
		}
		waits[i] = e.awaits()
		origins = origins || e.Origin != OriginNone
	}
	if origins {
		return waits
	}
	begun := map[string]bool{}
	for i := range h.Events {
		e := &h.Events[i]
		if e.Type != TimerCreated || e.Name == "" {
			continue
		}
		if base, next := strings.CutSuffix(e.Name, nextSuffix); next {
			if begun[base] {
				waits[i] = base
			}
			continue
		}
		if h.likelyWait(e, used) {
			waits[i], begun[e.Name] = e.Name, true
		}
	}
	return waits
}

// awaits returns the event whose wait made a timer, as the timer itself records
// it.
func (e *Event) awaits() string {
	switch {
	case e.Type != TimerCreated || e.Origin != OriginExternalEvent:
		return ""
	case e.OriginRef != "":
		return e.OriginRef
	}
	return strings.TrimSuffix(e.Name, nextSuffix)
}

// likelyWait reports whether a timer with a name and without an origin is most
// likely that of a wait.
func (h History) likelyWait(e *Event, used map[int32]bool) bool {
	if strings.HasSuffix(e.Name, retrySuffix) || !h.worker.May(SDKGo, SDKJava) {
		return false
	}
	if h.worker.SDK == SDKJava {
		return e.ID > 0 && !used[e.ID-1]
	}
	return true
}

// Awaits returns the name of the external event that timer i belongs to, in the
// exact case of the workflow's code; nothing for what is no wait.
func (h History) Awaits(i int) string {
	if i < 0 || i >= len(h.awaited) {
		return ""
	}
	return h.awaited[i]
}

// continues reports whether timer i is a further part of a long one.
func (h History) continues(i int) bool {
	e := &h.Events[i]
	return e.Type == TimerCreated && strings.HasSuffix(e.Name, nextSuffix) && h.worker.May(SDKJava)
}

// broken returns a further part of a long timer whose first part is not in the
// history, -1 for none: the code that set it is not the one that the history
// was written by.
func (h History) broken() int {
	begun := map[string]bool{}
	for i := range h.Events {
		e := &h.Events[i]
		if e.Type != TimerCreated {
			continue
		}
		base := strings.TrimSuffix(e.Name, nextSuffix)
		if h.worker.SDK == SDKJava && h.continues(i) && !begun[base] {
			return i
		}
		begun[base] = true
	}
	return -1
}

// splits reports whether timer i can be one part of a longer one, so that the
// time at which it fires is not the limit.
func (h History) splits(i int) bool {
	e := &h.Events[i]
	if e.Type != TimerCreated || !h.worker.May(SDKJava) || h.worker.SDK == SDKUnknown || e.FireAt.IsZero() || e.NoLimit() {
		return false
	}
	left := e.FireAt.Sub(e.Time)
	return left <= longestPart+timerSlack && left >= longestPart-timerSlack
}

// timer puts a timer where it belongs: to a wait, to a call that it pauses, to
// the part of a long timer before it, or into a group of its own.
func (f *folder) timer(i int) {
	e := &f.h.Events[i]
	kind, name := GroupTimer, strings.TrimSuffix(e.Name, nextSuffix)
	if awaited := f.h.Awaits(i); awaited != "" {
		kind, name = GroupEvent, awaited
	} else if g, ok := f.retried(e); ok {
		f.pause(g, i)
		return
	}
	if g, ok := f.parts[partKey(kind, name)]; ok && f.h.continues(i) {
		f.part(g, i)
		return
	}
	if kind == GroupTimer && !f.h.continues(i) {
		name = e.Name
	}
	g := f.add(Group{Kind: kind, Name: name, Start: e.Time})
	f.part(g, i)
	if kind == GroupTimer && (e.Origin == OriginNone || e.Origin == OriginTimer) && len(f.retry.failed) > 0 {
		f.retry.maybe[i] = slices.Clone(f.retry.failed)
	}
}

// partKey is the name of a timer's group, for the parts that follow.
func partKey(kind GroupKind, name string) string { return kind.String() + "\x00" + name }

// part adds a timer to its group.
func (f *folder) part(g, i int) {
	e := &f.h.Events[i]
	group := &f.groups[g]
	group.Until, group.NoLimit, group.Longer = e.FireAt, e.NoLimit(), f.h.splits(i)
	f.parts[partKey(group.Kind, group.Name)] = g
	match := -1
	if group.Kind == GroupEvent {
		match = f.replay.match[i]
	}
	f.own(g, i, match, f.partner(i))
}
