package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// FoundLine is an instance of which the rules have something to say, the worst
// first. A line that stands for many instances of an app has a Key
// without an instance ID.
type FoundLine struct {
	Key   workflow.Key
	Label string
	// Name is the workflow's; App is that of the instance where there are several.
	Name, App string
	Findings  []workflow.Finding
}

// FindingsView lists the instances that have findings.
type FindingsView struct {
	t     *Theme
	km    keymap.Map
	lines []FoundLine
	// done of total histories have been read; total is zero when none is asked.
	done, total int
	running     bool
	// looked says what was looked at.
	looked string

	w, h int
	pick
}

// findingsWide is the width from which on there is room for a column of apps.
const findingsWide = 70

// foundDetailRows is the most rows that the findings of an instance take.
const foundDetailRows = 12

// NewFindings makes an empty list.
func NewFindings(t Theme, km keymap.Map) *FindingsView {
	return &FindingsView{t: &t, km: km, w: 80, h: 24}
}

// SetLines replaces the lines. The selection stays on its instance.
func (v *FindingsView) SetLines(lines []FoundLine) {
	if v.sel > 0 && v.sel < len(v.lines) {
		was := v.lines[v.sel].Key
		for i := range lines {
			if lines[i].Key == was {
				v.moved(i)
				break
			}
		}
	}
	v.lines = lines
	v.hold(len(lines))
}

// SetProgress says how many of the histories to be read have been read, whether
// that goes on, and in words what was looked at so far.
func (v *FindingsView) SetProgress(done, total int, running bool, looked string) {
	v.done, v.total, v.running, v.looked = done, total, running, looked
}

// SetSize gives the size of the screen that the box must fit into.
func (v *FindingsView) SetSize(w, h int) { v.w, v.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (v *FindingsView) SetTheme(t Theme) { v.t = &t }

// HandleKey moves the selection.
func (v *FindingsView) HandleKey(msg tea.KeyPressMsg) {
	v.move(msg, &v.km, len(v.lines), max(v.rows(), 1))
}

// Selected returns the selected line.
func (v *FindingsView) Selected() (FoundLine, bool) {
	if v.sel >= len(v.lines) {
		return FoundLine{}, false
	}
	return v.lines[v.sel], true
}

// Value is the selected line with all its findings, for copying.
func (v *FindingsView) Value() string {
	l, ok := v.Selected()
	if !ok {
		return ""
	}
	parts := []string{l.Label}
	for _, f := range l.Findings {
		parts = append(parts, f.Severity.String()+": "+f.Title, f.Evidence, f.Remedy)
	}
	return strings.Join(parts, "\n")
}

// View draws the box.
func (v *FindingsView) View() string {
	w, h := boxWidth(min(v.w, 124)), boxHeight(v.h)
	if w <= 0 || h <= 0 {
		return ""
	}
	inner := max(w-2, 0)
	lines := make([]string, 0, h)
	lines = append(lines, v.head(inner))
	if len(v.lines) == 0 {
		lines = append(lines, v.empty(inner)...)
		return v.t.modal("Findings", lines, w, min(len(lines)+2, h), scrollPart{})
	}
	rows := v.rows()
	wide := v.labels(inner)
	from, to := v.window(len(v.lines), rows)
	for i := from; i < to; i++ {
		lines = append(lines, v.line(i, inner, wide))
	}
	for len(lines) < rows+1 {
		lines = append(lines, "")
	}
	lines = append(lines, v.detail(inner, h-3-rows)...)
	at := scrollPart{from: 1, shown: rows, total: len(v.lines), top: v.top}
	return v.t.modal("Findings "+Count(len(v.lines)), lines, w, h, at)
}

// rows is how many lines are seen; the rest of the box is the detail of the
// selected one.
func (v *FindingsView) rows() int {
	inner := max(boxHeight(v.h)-3, 0)
	return max(inner-min(foundDetailRows, inner/2), min(inner, 1))
}

// head says how far it is, and what was looked at.
func (v *FindingsView) head(w int) string {
	s := newStrip(v.t, w).gap(1)
	if v.running {
		s.put(v.t.Accent, v.t.Glyphs.Refresh+" reading "+Count(v.done)+" of "+Count(v.total)+v.t.Glyphs.Ellipsis+" ")
		s.put(v.t.Dim, v.km.Back.Help().Key+" stops; ")
	}
	return s.put(v.t.Dim, v.looked).end()
}

// labels is how wide the column of instances is.
func (v *FindingsView) labels(w int) int {
	wide := 8
	for i := range v.lines {
		wide = max(wide, width(v.lines[i].Label))
	}
	return min(wide, max(8, w*2/5-severityWidth))
}

// apps is how wide the column of apps is: an ID means something only within its
// own. On a narrow screen the text below has it.
func (v *FindingsView) apps(w int) int {
	wide := 0
	for i := range v.lines {
		wide = max(wide, width(v.lines[i].App))
	}
	if w < findingsWide {
		return 0
	}
	return min(wide, maxApp)
}

func (v *FindingsView) line(i, w, wide int) string {
	l, s := &v.lines[i], v.lead(v.t, i, w)
	f := &l.Findings[0]
	mark, pen := v.t.severity(f.Severity)
	s.put(pen, v.t.fit(mark+" "+f.Severity.String(), severityWidth)).gap(colGap)
	if app := v.apps(w); app > 0 {
		s.put(v.t.Dim, v.t.fit(l.App, app)).gap(colGap)
	}
	s.put(v.t.Text, v.t.fitMiddle(l.Label, wide)).gap(colGap)
	title := f.Title
	if n := len(l.Findings) - 1; n > 0 {
		title += " (+" + Count(n) + ")"
	}
	return s.put(v.t.Text, title).end()
}

// detail draws h rows: a rule, and what is said of the selected instance.
func (v *FindingsView) detail(w, h int) []string {
	if h <= 1 {
		return nil
	}
	l := &v.lines[v.sel]
	pg := &page{t: v.t, w: max(w-2, 1)}
	if l.Name != "" {
		of := "  " + l.Name
		if l.App != "" {
			of += " " + v.t.Glyphs.Bullet + " " + l.App
		}
		pg.line(span{v.t.Strong, l.Label}, span{v.t.Dim, of})
	}
	pg.findings(l.Findings)
	rows, top := v.t.lowerPart(pg.lines, v.detailTop, w, h)
	v.detailTop = top
	return rows
}

// lowerPart draws h rows below a list: a rule, and a text from line top on,
// which is returned as it came to be.
func (t *Theme) lowerPart(text []string, top, w, h int) (rows []string, from int) {
	top = max(min(top, len(text)-(h-1)), 0)
	rule, more := strings.Repeat(t.Glyphs.Horizontal, w), ""
	if len(text) > h-1 {
		more = " " + t.keyName("←/→") + " more "
		rule = strings.Repeat(t.Glyphs.Horizontal, max(w-width(more)-1, 0))
	}
	rows = append(rows, t.Faint.Draw(rule+more))
	rows = append(rows, text[top:min(top+h-1, len(text))]...)
	for len(rows) < h {
		rows = append(rows, "")
	}
	return rows, top
}

// empty says that all is well, as far as that can be known.
func (v *FindingsView) empty(w int) []string {
	lines := []string{""}
	text := "Nothing was found."
	if v.running {
		text = "Nothing so far."
	}
	lines = append(lines, " "+v.t.Strong.Draw(v.t.fit(text, max(w-2, 0))))
	for _, s := range wrap("A finding is a reason why an instance may not move: held by a suspend, stalled, no worker, retries, an event that nobody waits for.", max(w-4, 1)) {
		lines = append(lines, " "+v.t.Dim.Draw(s))
	}
	return append(lines, "")
}
