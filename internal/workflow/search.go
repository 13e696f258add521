package workflow

import "strings"

// GroupFilter says which groups are shown. The zero value shows all but the
// turns.
type GroupFilter struct {
	// Turns shows the marks of the worker's turns too.
	Turns bool
	// Failures leaves out what has gone well.
	Failures bool
	// Kinds leaves out other kinds, when it is not empty.
	Kinds []GroupKind
	// Text leaves out what does not hold it, in any case; see Find.
	Text string
}

// Hit is a place where a text was found: a group in Groups and an event of it
// in the history.
type Hit struct{ Group, Event int }

// Filter returns the indices of the groups that a filter lets through.
func (h History) Filter(groups []Group, f GroupFilter) []int {
	out := make([]int, 0, len(groups))
	text := strings.ToLower(f.Text)
	for i := range groups {
		g := &groups[i]
		switch {
		case g.Kind == GroupTurn && !f.Turns, f.Failures && !g.Bad(), !f.holds(g.Kind):
			continue
		case text != "" && h.find(g, text) < 0:
			continue
		}
		out = append(out, i)
	}
	return out
}

func (f *GroupFilter) holds(k GroupKind) bool {
	if len(f.Kinds) == 0 {
		return true
	}
	for _, other := range f.Kinds {
		if other == k {
			return true
		}
	}
	return false
}

// Bad reports whether something in the group has gone wrong: it failed, an
// attempt did, an event was lost, or the instance stalled.
func (g *Group) Bad() bool {
	return g.Outcome == OutcomeFailed || g.Outcome == OutcomeLost || g.Failure != nil || g.Failures() > 0
}

// Find returns where a text occurs, in any case: in the names, the payloads and
// the failures of the events, their types and children. Each event is found
// once. An empty text is nowhere.
func (h History) Find(groups []Group, text string) []Hit {
	if text == "" {
		return nil
	}
	text = strings.ToLower(text)
	var hits []Hit
	for i := range groups {
		for _, j := range groups[i].Events {
			if h.Events[j].holds(text) {
				hits = append(hits, Hit{Group: i, Event: j})
			}
		}
	}
	return hits
}

// find returns the first event of a group that holds a text in lower case, -1
// for none.
func (h History) find(g *Group, text string) int {
	if containsFold(g.Name, text) {
		return g.First()
	}
	for _, j := range g.Events {
		if h.Events[j].holds(text) {
			return j
		}
	}
	return -1
}

// holds reports whether an event holds a text in lower case.
func (e *Event) holds(text string) bool {
	for _, s := range [...]string{e.Name, string(e.Type), e.Payload.Raw, e.Payload.Text(), e.ChildID, e.OriginRef, e.Reason, e.Description, e.Raw} {
		if containsFold(s, text) {
			return true
		}
	}
	for f := e.Failure; f != nil; f = f.Cause {
		if containsFold(f.Type, text) || containsFold(f.Message, text) || containsFold(f.Stack, text) {
			return true
		}
	}
	return false
}

// containsFold reports whether s holds a text in lower case, in any case.
func containsFold(s, lower string) bool {
	if len(s) < len(lower) && isASCII(s) {
		return false
	}
	return strings.Contains(strings.ToLower(s), lower)
}
