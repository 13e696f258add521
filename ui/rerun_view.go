package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// RerunView lists the events of a history as places to rerun from, with what a
// rerun from the one under the cursor executes again.
type RerunView struct {
	t      *Theme
	km     keymap.Map
	title  string
	p      *Prepared
	points []workflow.RerunPoint
	// numbers is how wide the column of event numbers is.
	numbers int

	w, h int
	pick
	// effect is that of the point effectOf.
	effect   workflow.RerunEffect
	effectOf int
}

const (
	// rerunDetailRows is the most rows that the effect takes.
	rerunDetailRows = 12
	// rerunNames is how many events the effect names of a kind.
	rerunNames = 12
)

// NewRerun makes the list of an instance, with the cursor on the event with a
// number, or on the first that can be rerun from. The title is clean.
func NewRerun(t Theme, km keymap.Map, title string, p *Prepared, number int32) *RerunView {
	v := &RerunView{t: &t, km: km, title: title, p: p, points: p.History.RerunPoints(), w: 80, h: 24, effectOf: -1}
	v.sel = -1
	for i, x := range v.points {
		e := &p.History.Events[x.Index]
		v.numbers = max(v.numbers, len(eventNumber(e)))
		if x.Why == "" && (v.sel < 0 || e.ID == number) {
			v.sel = i
		}
	}
	v.sel = max(v.sel, 0)
	return v
}

// eventNumber is the number of an event, empty where it has none.
func eventNumber(e *workflow.Event) string {
	if e.ID < 0 {
		return ""
	}
	return fmt.Sprint(e.ID)
}

// SetSize gives the size of the screen that the box must fit into.
func (v *RerunView) SetSize(w, h int) { v.w, v.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (v *RerunView) SetTheme(t Theme) { v.t = &t }

// Chosen returns the event under the cursor, when a rerun can begin there.
func (v *RerunView) Chosen() (workflow.Event, bool) {
	if v.sel >= len(v.points) || v.points[v.sel].Why != "" {
		return workflow.Event{}, false
	}
	return v.p.History.Events[v.points[v.sel].Index], true
}

// HandleKey moves the cursor, or scrolls the text below the list.
func (v *RerunView) HandleKey(msg tea.KeyPressMsg) {
	v.move(msg, &v.km, len(v.points), max(v.rows(), 1))
}

// View draws the box.
func (v *RerunView) View() string {
	w, h := boxWidth(min(v.w, 124)), boxHeight(v.h)
	if w <= 0 || h <= 0 {
		return ""
	}
	inner, rows := max(w-2, 0), v.rows()
	head := v.t.keyName(v.km.Open.Help().Key + " takes the event, " + v.km.Back.Help().Key + " goes back. The others say why not.")
	lines := make([]string, 0, h)
	lines = append(lines, newStrip(v.t, inner).gap(1).put(v.t.Dim, head).end())
	from, to := v.window(len(v.points), rows)
	for i := from; i < to; i++ {
		lines = append(lines, v.line(i, inner))
	}
	for len(lines) < rows+1 {
		lines = append(lines, "")
	}
	lines = append(lines, v.detail(inner, h-3-rows)...)
	return v.t.modal(v.title, lines, w, h, scrollPart{from: 1, shown: rows, total: len(v.points), top: v.top})
}

// rows is how many events are seen; the rest of the box is the effect.
func (v *RerunView) rows() int {
	inner := max(boxHeight(v.h)-3, 0)
	return max(inner-min(rerunDetailRows, inner/2), min(inner, 1))
}

// line draws an event: its number, type and name, and then how it ended, or why
// it cannot be taken, so that grey does not stand alone.
func (v *RerunView) line(i, w int) string {
	x := &v.points[i]
	r := &v.p.events[x.Index]
	s := v.lead(v.t, i, w)
	kind, name := v.t.Dim, v.t.Text
	if x.Why != "" {
		kind, name = v.t.Faint, v.t.Faint
	}
	s.put(kind, v.t.fitRight(eventNumber(&v.p.History.Events[x.Index]), v.numbers)).gap(colGap)
	s.put(kind, v.t.fit(r.kind, min(v.p.kinds, max(w*2/5, 1)))).gap(colGap)
	if v.p.names > 0 {
		s.put(name, v.t.fit(r.name, min(v.p.names, max(w/4, 1)))).gap(colGap)
	}
	if x.Why != "" {
		return s.put(v.t.Faint, x.Why).end()
	}
	return s.put(v.t.Dim, v.ended(x.Index)).end()
}

// ended says in a word how an event that can be taken has ended.
func (v *RerunView) ended(i int) string {
	j, ok := v.p.History.Partner(i)
	if !ok {
		return "no answer"
	}
	switch v.p.History.Events[j].Type { //nolint:exhaustive // only answers can be partners
	case workflow.TaskFailed, workflow.ChildWorkflowInstanceFailed:
		return "failed"
	case workflow.TimerFired:
		return "fired"
	}
	return "completed"
}

// detail draws h rows: a rule, and what a rerun from here executes again.
func (v *RerunView) detail(w, h int) []string {
	if h <= 1 || len(v.points) == 0 {
		return nil
	}
	x := &v.points[v.sel]
	pg := &page{t: v.t, w: max(w-2, 1)}
	if x.Why != "" {
		pg.hanging(nil, 0, v.t.Text, "No rerun from here: "+x.Why+".")
	} else {
		if v.effectOf != v.sel {
			v.effect, v.effectOf = v.p.History.RerunFrom(x.Index), v.sel
		}
		v.effects(pg, x.Index)
	}
	rows, top := v.t.lowerPart(pg.lines, v.detailTop, w, h)
	v.detailTop = top
	return rows
}

// effects writes what a rerun from event i does.
func (v *RerunView) effects(pg *page, i int) {
	e, f := &v.p.History.Events[i], &v.effect
	input := "its input can be replaced"
	if !workflow.RerunInput(e.Type) {
		input = "a timer takes no input"
	}
	pg.hanging(nil, 2, v.t.Strong, "Executed again: "+v.named(i)+"; "+input+".")
	v.effectLine(pg, f.Unfinished, "Also, unfinished at that time: ")
	v.effectLine(pg, f.Timers, "Set again, fired or not: ")
	v.effectLine(pg, f.After, "Then, as the workflow asks for them: ")
	v.effectLine(pg, f.Raised, "Not in the new instance, to be raised again: ")
	if len(f.Unfinished)+len(f.Timers)+len(f.After)+len(f.Raised) == 0 {
		pg.hanging(nil, 2, v.t.Dim, "Nothing else that the history tells of.")
	}
}

// effectLine names some events.
func (v *RerunView) effectLine(pg *page, events []int, lead string) {
	if len(events) == 0 {
		return
	}
	names := make([]string, 0, rerunNames)
	for _, i := range events[:min(len(events), rerunNames)] {
		names = append(names, v.named(i))
	}
	text := strings.Join(names, ", ")
	if n := len(events) - len(names); n > 0 {
		text += " and " + Count(n) + " more"
	}
	pg.hanging(nil, 2, v.t.Text, lead+text)
}

// named is an event as the text calls it: "activity Charge (3)".
func (v *RerunView) named(i int) string {
	e := &v.p.History.Events[i]
	word := "event"
	switch e.Type { //nolint:exhaustive // the effect is of no others
	case workflow.TaskScheduled:
		word = "activity"
	case workflow.TimerCreated:
		word = "timer"
	case workflow.ChildWorkflowInstanceCreated:
		word = "child"
	}
	if e.Name != "" {
		word += " " + e.Name
	}
	if e.ID >= 0 {
		word += fmt.Sprintf(" (%d)", e.ID)
	}
	return word
}
