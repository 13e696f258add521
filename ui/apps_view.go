package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// AppLine is an app that the list can be narrowed to. Its texts are clean.
type AppLine struct {
	// ID is empty for all apps together, and for a sidecar that has not said
	// which app it is of, which cannot be chosen.
	ID, Name string
	All      bool
	Rows     int
	Counts   [workflow.NumStatuses]int
	// Trouble says what is wrong, Note what else there is to say.
	Trouble, Note string
}

// AppsView lists the apps, to choose one from.
type AppsView struct {
	t     *Theme
	km    keymap.Map
	lines []AppLine
	w, h  int
	pick
}

// NewApps makes the choice with one app selected; an empty ID is all of them.
func NewApps(t Theme, km keymap.Map, lines []AppLine, id string) *AppsView {
	v := &AppsView{t: &t, km: km, w: 80, h: 24, lines: lines}
	for i := range lines {
		if lines[i].ID == id && (id != "" || lines[i].All) {
			v.sel = i
		}
	}
	return v
}

// SetLines replaces the lines. The selection stays on its app.
func (v *AppsView) SetLines(lines []AppLine) {
	var was AppLine
	if v.sel < len(v.lines) {
		was = v.lines[v.sel]
	}
	v.lines = lines
	for i := range lines {
		if lines[i].Name == was.Name && lines[i].ID == was.ID {
			v.moved(i)
			break
		}
	}
	v.hold(len(lines))
}

// SetSize gives the size of the screen that the box must fit into.
func (v *AppsView) SetSize(w, h int) { v.w, v.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (v *AppsView) SetTheme(t Theme) { v.t = &t }

// HandleKey moves the selection, chooses or closes.
func (v *AppsView) HandleKey(msg tea.KeyPressMsg) (chosen *AppLine, closed bool) {
	switch {
	case key.Matches(msg, v.km.Apps, v.km.Quit, v.km.Back):
		return nil, true
	case key.Matches(msg, v.km.Open):
		if v.sel < len(v.lines) && (v.lines[v.sel].All || v.lines[v.sel].ID != "") {
			return &v.lines[v.sel], true
		}
		return nil, false
	}
	v.move(msg, &v.km, len(v.lines), max(v.rows(), 1))
	return nil, false
}

// rows is how many lines are seen.
func (v *AppsView) rows() int { return max(min(len(v.lines), boxHeight(v.h)-4), 1) }

// View draws the box.
func (v *AppsView) View() string {
	w, h := boxWidth(min(v.w, 104)), boxHeight(v.h)
	if w <= 0 || h <= 0 {
		return ""
	}
	inner, rows := max(w-2, 0), v.rows()
	name, count := v.columns(inner)
	lines := make([]string, 0, h)
	from, to := v.window(len(v.lines), rows)
	for i := from; i < to; i++ {
		lines = append(lines, v.line(i, inner, name, count))
	}
	lines = append(lines, "", v.foot(inner))
	at := scrollPart{shown: rows, total: len(v.lines), top: v.top}
	return v.t.modal("Apps "+Count(len(v.lines)-1), lines, w, min(len(lines)+2, h), at)
}

// columns are the widths of the names and of the counts.
func (v *AppsView) columns(w int) (name, count int) {
	for i := range v.lines {
		name, count = max(name, width(v.lines[i].Name)), max(count, len(Count(v.lines[i].Rows)))
	}
	return min(name, max(12, w/3)), count
}

func (v *AppsView) line(i, w, name, count int) string {
	t, l, s := v.t, &v.lines[i], v.lead(v.t, i, w)
	s.gap(1)
	switch {
	case l.Trouble != "":
		s.put(t.Warn, t.Glyphs.Warn)
	case l.All:
		s.gap(1)
	default:
		s.put(t.Good, t.Glyphs.On)
	}
	pen := t.Text
	if l.All {
		pen = t.Strong
	}
	s.gap(1).put(pen, t.fit(l.Name, name)).gap(colGap).put(t.Text, t.fitRight(Count(l.Rows), count)).gap(colGap)
	if l.Trouble != "" {
		s.put(t.Warn, l.Trouble).gap(colGap)
	}
	for _, st := range append(workflow.Statuses(), workflow.Unknown) {
		if n := l.Counts[st]; n > 0 {
			s.put(t.Status(st), t.StatusGlyph(st)).put(t.Dim, " "+Count(n)).gap(colGap)
		}
	}
	return s.put(t.Faint, l.Note).end()
}

func (v *AppsView) foot(w int) string {
	s := newStrip(v.t, w).gap(2)
	for i, h := range []Hint{{Key: v.km.Open.Help().Key, Desc: "shows this one alone"}, {Key: v.km.Back.Help().Key, Desc: "closes"}, {Key: v.km.Preflight.Help().Key, Desc: "in the list: the sidecars"}} {
		if i > 0 {
			s.gap(3)
		}
		s.put(v.t.Key, h.Key).put(v.t.Dim, " "+h.Desc)
	}
	return s.end()
}
