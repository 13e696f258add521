package ui

import (
	"iter"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// historyView is how the history is shown.
type historyView struct {
	// raw shows every event in the server's order; nothing else counts then.
	raw bool
	// newest puts the newest group first.
	newest, failures, turns bool
	// kind is one of shownKinds.
	kind int
}

// shownKinds are the kinds of groups that can be shown alone; the first shows
// all of them.
func shownKinds() []struct {
	word  string
	kinds []workflow.GroupKind
} {
	return []struct {
		word  string
		kinds []workflow.GroupKind
	}{
		{"", nil},
		{"activities only", []workflow.GroupKind{workflow.GroupActivity}},
		{"timers only", []workflow.GroupKind{workflow.GroupTimer}},
		{"events only", []workflow.GroupKind{workflow.GroupEvent}},
		{"children only", []workflow.GroupKind{workflow.GroupChild}},
		{"life cycle only", []workflow.GroupKind{workflow.GroupLifecycle, workflow.GroupTurn, workflow.GroupMessage, workflow.GroupUnknown}},
	}
}

func (v *historyView) filter() workflow.GroupFilter {
	return workflow.GroupFilter{Turns: v.turns, Failures: v.failures, Kinds: shownKinds()[v.kind].kinds}
}

// words say what is not as it begins, each with the key that changes it; empty
// for nothing.
func (v *historyView) words(km *keymap.Map) []string {
	var out []string
	add := func(b keymap.Binding, on bool, text string) {
		if on && text != "" {
			out = append(out, b.Help().Key+" "+text)
		}
	}
	if v.raw {
		add(km.Raw, true, "raw: every event in the runtime's order")
		return out
	}
	add(km.Failures, v.failures, "failures only")
	add(km.Kinds, true, shownKinds()[v.kind].word)
	add(km.Turns, v.turns, "with replays")
	add(km.Reverse, v.newest, "newest first")
	return out
}

// dotted joins words with the theme's bullet.
func (t *Theme) dotted(words []string) string { return strings.Join(words, " "+t.Glyphs.Bullet+" ") }

// groupLine is a line of the grouped view: a group, or with event not below
// zero one of its events.
type groupLine struct{ group, event int }

// relist makes the lines anew and keeps the cursor on what it was on, or on the
// newest while nobody has moved it.
func (s *historyTab) relist(d *Detail) {
	p := d.s.Prepared
	if p == nil {
		s.lines = nil
		return
	}
	was, event := groupLine{-1, -1}, s.cursor
	if s.at < len(s.lines) {
		was = s.lines[s.at]
	}
	s.fill(p, &d.view)
	switch {
	case d.view.raw && s.moved:
		s.put(d, event)
	case d.view.raw:
		s.put(d, len(p.events)-1)
	case !s.moved && d.view.newest:
		s.put(d, 0)
	case !s.moved:
		s.put(d, len(s.lines)-1)
	default:
		at := s.lineOf(d, event)
		if was.group >= 0 && was.event < 0 && was.group < len(p.groups) {
			at = s.lineOfGroup(was.group)
		}
		s.put(d, at)
	}
}

// fill lists the groups that are shown, and the events of unfolded ones.
func (s *historyTab) fill(p *Prepared, v *historyView) {
	shown := p.History.Filter(p.groups, v.filter())
	if v.newest {
		slices.Reverse(shown)
	}
	s.lines = make([]groupLine, 0, len(shown))
	s.lineAt = make([]int, len(p.groups))
	for _, i := range shown {
		s.lineAt[i] = len(s.lines)
		s.lines = append(s.lines, groupLine{i, -1})
		if s.unfolded[p.groups[i].First()] {
			for _, e := range p.groups[i].Events {
				s.lines = append(s.lines, groupLine{i, e})
			}
		}
	}
}

// total is how many lines there are.
func (s *historyTab) total(d *Detail) int {
	switch {
	case d.s.Prepared == nil:
		return 0
	case d.view.raw:
		return len(d.s.Prepared.events)
	}
	return len(s.lines)
}

// put moves the cursor to a line, or to the next there is.
func (s *historyTab) put(d *Detail, at int) {
	s.at = min(max(0, at), max(0, s.total(d)-1))
	switch {
	case d.view.raw:
		s.cursor = s.at
	case s.at >= len(s.lines):
		s.cursor = 0
	case s.lines[s.at].event >= 0:
		s.cursor = s.lines[s.at].event
	default:
		s.cursor = d.s.Prepared.groupRows[s.lines[s.at].group].event
	}
}

// first is the event under the cursor, or the one that its group began with.
func (s *historyTab) first(d *Detail) int {
	if d.view.raw || s.expanded || s.at >= len(s.lines) || s.lines[s.at].event >= 0 {
		return s.cursor
	}
	return d.s.Prepared.groups[s.lines[s.at].group].First()
}

// order is every event that is shown or folded, in the order of the lines.
func (s *historyTab) order(d *Detail) iter.Seq[int] {
	return func(yield func(int) bool) {
		if d.view.raw {
			for i := range d.s.Prepared.events {
				if !yield(i) {
					return
				}
			}
			return
		}
		for _, l := range s.lines {
			if l.event >= 0 {
				continue
			}
			for _, e := range d.s.Prepared.groups[l.group].Events {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// lineOf is the line of an event, or of its group while that is folded.
func (s *historyTab) lineOf(d *Detail, event int) int {
	p := d.s.Prepared
	if d.view.raw || event < 0 || event >= len(p.groupOf) {
		return event
	}
	line := s.lineOfGroup(p.groupOf[event])
	for i := line + 1; i < len(s.lines) && s.lines[i].event >= 0; i++ {
		if s.lines[i].event == event {
			return i
		}
	}
	return line
}

func (s *historyTab) lineOfGroup(group int) int {
	if group < 0 || group >= len(s.lineAt) {
		return 0
	}
	return s.lineAt[group]
}

// goTo selects an event, whatever it is folded into.
func (s *historyTab) goTo(d *Detail, event int) {
	p := d.s.Prepared
	s.moved = true
	if !d.view.raw && event < len(p.groupOf) && len(p.groups[p.groupOf[event]].Events) > 1 {
		s.unfold(d, p.groupOf[event], true)
	}
	s.put(d, s.lineOf(d, event))
}

func (s *historyTab) unfold(d *Detail, group int, open bool) {
	p := d.s.Prepared
	if s.unfolded == nil {
		s.unfolded = map[int]bool{}
	}
	s.unfolded[p.groups[group].First()] = open
	s.fill(p, &d.view)
}

// group is the group under the cursor if it has more than one event.
func (s *historyTab) group(d *Detail) (group int, onEvent, ok bool) {
	if d.view.raw || s.at >= len(s.lines) {
		return 0, false, false
	}
	l := s.lines[s.at]
	return l.group, l.event >= 0, len(d.s.Prepared.groups[l.group].Events) > 1
}

// foldLine folds or unfolds the group under the cursor; false when there is
// nothing to do.
func (s *historyTab) foldLine(d *Detail, fold bool) bool {
	g, onEvent, ok := s.group(d)
	open := ok && s.unfolded[d.s.Prepared.groups[g].First()]
	if !ok || open != fold || s.rows.side > 0 || onEvent && !fold {
		return false
	}
	s.moved = true
	s.unfold(d, g, !fold)
	s.put(d, s.lineOfGroup(g))
	return true
}

// toggleLine folds or unfolds the group under the cursor; false on an event.
func (s *historyTab) toggleLine(d *Detail) bool {
	_, onEvent, ok := s.group(d)
	if !ok || onEvent {
		return false
	}
	s.rows.side = 0
	return s.foldLine(d, false) || s.foldLine(d, true)
}

func (s *historyTab) foldAll(d *Detail, fold bool) {
	p := d.s.Prepared
	s.unfolded = map[int]bool{}
	for i := range p.groups {
		if !fold && len(p.groups[i].Events) > 1 {
			s.unfolded[p.groups[i].First()] = true
		}
	}
	s.moved = true
	s.relist(d)
}

// historyKey takes the keys of what the history shows, also before it has been
// read. While an event is open they mean what they mean for a payload, or
// nothing.
func (d *Detail) historyKey(k tea.KeyPressMsg) bool {
	if d.hist.expanded {
		return false
	}
	v, in := d.view, func(b keymap.Binding) bool { return key.Matches(k, b) }
	switch {
	case in(d.km.Raw):
		v.raw = !v.raw
	case in(d.km.Reverse):
		v.newest, v.raw = !v.newest, false
	case in(d.km.Failures):
		v.failures, v.raw = !v.failures, false
	case in(d.km.Turns):
		v.turns, v.raw = !v.turns, false
	case in(d.km.Kinds):
		v.kind, v.raw = d.nextKind(v), false
	case !v.raw && d.s.Prepared != nil && (in(d.km.FoldAll) || in(d.km.UnfoldAll)):
		d.hist.foldAll(d, in(d.km.FoldAll))
		return true
	default:
		return false
	}
	d.view = v
	d.hist.relist(d)
	d.searchAgain()
	return true
}

// nextKind is the kind after that of v of which the history has something to
// show; all kinds are one of them.
func (d *Detail) nextKind(v historyView) int {
	for range shownKinds() {
		v.kind = (v.kind + 1) % len(shownKinds())
		p := d.s.Prepared
		if v.kind == 0 || p == nil || len(p.History.Filter(p.groups, v.filter())) > 0 {
			break
		}
	}
	return v.kind
}

// above is how many lines stand above the heads: that which says what is shown.
func (s *historyTab) above(d *Detail) int {
	if len(d.view.words(&d.km)) > 0 && d.h >= 10 {
		return 1
	}
	return 0
}

// allHidden says why no group is shown.
func (d *Detail) allHidden() Empty {
	return Empty{Title: "Nothing of this history is shown", Lines: []string{d.theme.dotted(d.view.words(&d.km)), "The same key once more shows more."}}
}
