package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// SidecarLine is a sidecar in the preflight. Its texts are clean.
type SidecarLine struct {
	// App is empty while it is not known. Address is where it is, Name what the
	// user calls it.
	App, Address, Name string
	// Kind is how it is, State what it does in a few words, and Version and
	// Workers what it says of itself.
	Kind             NoticeKind
	State            string
	Version, Workers string
	// Findings are what is wrong, Notes what is known of its runtime.
	Findings, Notes []workflow.Finding
	Facts           []Fact
	// Hint says what a key can do about it, empty for nothing.
	Hint string
}

// Fact is one thing that is known of a sidecar.
type Fact struct {
	Label, Value string
	Kind         NoticeKind
}

// SidecarsView is the preflight: every sidecar, what it says of itself, and
// what is wrong with it.
type SidecarsView struct {
	t     *Theme
	km    keymap.Map
	lines []SidecarLine
	// none is shown when there is no sidecar at all.
	none string
	w, h int
	pick
}

// NewSidecars makes the view.
func NewSidecars(t Theme, km keymap.Map) *SidecarsView {
	return &SidecarsView{t: &t, km: km, w: 80, h: 24}
}

// SetLines replaces the lines; none says why there are none. The selection
// stays on its address.
func (v *SidecarsView) SetLines(lines []SidecarLine, none string) {
	was := ""
	if v.sel < len(v.lines) {
		was = v.lines[v.sel].Address
	}
	v.lines, v.none = lines, none
	for i := range lines {
		if lines[i].Address == was {
			v.moved(i)
			break
		}
	}
	v.hold(len(lines))
}

// Select selects the first sidecar of an app.
func (v *SidecarsView) Select(app string) {
	for i := range v.lines {
		if v.lines[i].App == app {
			v.sel = i
			return
		}
	}
}

// SetSize gives the size of the screen that the box must fit into.
func (v *SidecarsView) SetSize(w, h int) { v.w, v.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (v *SidecarsView) SetTheme(t Theme) { v.t = &t }

// HandleKey moves the selection, or closes.
func (v *SidecarsView) HandleKey(msg tea.KeyPressMsg) (closed bool) {
	if key.Matches(msg, v.km.Preflight, v.km.Quit, v.km.Back) {
		return true
	}
	if len(v.lines) == 1 { // nothing to choose: the keys scroll the text
		switch {
		case key.Matches(msg, v.km.Up):
			v.detailTop = max(v.detailTop-1, 0)
			return false
		case key.Matches(msg, v.km.Down):
			v.detailTop++
			return false
		}
	}
	v.move(msg, &v.km, len(v.lines), max(v.rows(), 1))
	return false
}

// Selected returns the selected sidecar.
func (v *SidecarsView) Selected() (SidecarLine, bool) {
	if v.sel >= len(v.lines) {
		return SidecarLine{}, false
	}
	return v.lines[v.sel], true
}

// Value is all that is said of the selected sidecar, for copying.
func (v *SidecarsView) Value() string {
	l, ok := v.Selected()
	if !ok {
		return ""
	}
	parts := []string{strings.TrimSpace(l.App + " " + l.Address + " " + l.State)}
	for _, f := range slices.Concat(l.Findings, l.Notes) {
		parts = append(parts, f.Severity.String()+": "+f.Title, f.Evidence, f.Remedy)
	}
	for _, f := range l.Facts {
		parts = append(parts, f.Label+": "+f.Value)
	}
	return strings.Join(parts, "\n")
}

// rows is how many lines of the list are seen.
func (v *SidecarsView) rows() int {
	inner := max(boxHeight(v.h)-2, 0)
	return max(min(len(v.lines), inner/3), min(inner, 1))
}

// View draws the box.
func (v *SidecarsView) View() string {
	w, h := boxWidth(min(v.w, 124)), boxHeight(v.h)
	if w <= 0 || h <= 0 {
		return ""
	}
	inner := max(w-2, 0)
	if len(v.lines) == 0 {
		lines := []string{""}
		for _, s := range wrap(v.none, max(inner-2, 1)) {
			lines = append(lines, " "+v.t.Text.Draw(s))
		}
		return v.t.modal("Sidecars", append(lines, ""), w, min(len(lines)+3, h), scrollPart{})
	}
	rows := v.rows()
	lines := make([]string, 0, h)
	c := v.columns(inner)
	from, to := v.window(len(v.lines), rows)
	for i := from; i < to; i++ {
		lines = append(lines, v.line(i, inner, c))
	}
	text := v.detail(inner)
	below := min(h-2-rows, len(text)+1)
	part, top := v.t.lowerPart(text, v.detailTop, inner, below)
	v.detailTop = top
	lines = append(lines, part...)
	at := scrollPart{shown: rows, total: len(v.lines), top: v.top}
	return v.t.modal("Sidecars "+Count(len(v.lines)), lines, w, min(len(lines)+2, h), at)
}

// sidecarColumns are the widths of the columns; the state takes the rest.
type sidecarColumns struct{ app, address, version, workers int }

func (v *SidecarsView) columns(w int) sidecarColumns {
	var c sidecarColumns
	for i := range v.lines {
		l := &v.lines[i]
		c.app, c.address = max(c.app, width(l.title())), max(c.address, width(l.Address))
		c.version, c.workers = max(c.version, width(l.Version)), max(c.workers, width(l.Workers))
	}
	c.app, c.address = min(c.app, max(8, w/4)), min(c.address, max(12, w/3))
	if w < 80 { // the text below has them
		c.version = 0
	}
	if w < 60 {
		c.workers = 0
	}
	if w < 50 {
		c.address = 0
	}
	return c
}

// title is the app, or what stands for one that is not known.
func (l *SidecarLine) title() string {
	switch {
	case l.App != "":
		return l.App
	case l.Name != "":
		return l.Name
	}
	return "?"
}

func (v *SidecarsView) line(i, w int, c sidecarColumns) string {
	t, l, s := v.t, &v.lines[i], v.lead(v.t, i, w)
	mark, pen := t.noticeMark(l.Kind)
	s.gap(1).put(pen, mark).gap(1).put(t.Strong, t.fitMiddle(l.title(), c.app)).gap(colGap)
	for _, col := range []struct {
		text string
		w    int
	}{{l.Address, c.address}, {l.Version, c.version}, {l.Workers, c.workers}} {
		if col.w > 0 {
			s.put(t.Dim, t.fit(col.text, col.w)).gap(colGap)
		}
	}
	return s.put(pen, l.State).end()
}

// detail is all that is known of the selected sidecar: first what is wrong.
func (v *SidecarsView) detail(w int) []string {
	t, l := v.t, &v.lines[v.sel]
	pg := &page{t: t, w: max(w-2, 1)}
	pg.findings(l.Findings)
	if l.Hint != "" {
		pg.hanging(nil, 2, t.Accent, l.Hint)
	}
	if len(l.Findings) == 0 && l.Kind == NoticeGood {
		pg.line(span{t.Good, t.Glyphs.Status[workflow.Completed] + " "}, span{t.Text, "Nothing is wrong, as far as the sidecar tells."})
	}
	pg.blank()
	for _, f := range l.Facts {
		_, pen := t.noticeMark(f.Kind)
		if f.Kind == NoticeInfo || f.Kind == NoticeGood {
			pen = t.Text
		}
		pg.field(f.Label, pen, f.Value)
	}
	if len(l.Notes) > 0 {
		pg.title("Known of this runtime")
		pg.findings(l.Notes)
	}
	return pg.lines
}

// findings writes what rules have to say.
func (p *page) findings(all []workflow.Finding) {
	for i := range all {
		f := &all[i]
		mark, pen := p.t.severity(f.Severity)
		lead := mark + " " + f.Severity.String() + "  "
		p.hanging(spans{{pen, lead}}, width(lead), p.t.Strong, f.Title)
		p.hanging(nil, 2, p.t.Text, f.Evidence)
		p.hanging(spans{{p.t.Dim, p.t.Glyphs.Bullet + " "}}, 2, p.t.Dim, f.Remedy)
	}
}
