package ui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// CompareView shows two instances side by side, a line for each step, with the
// cursor where they part. Below is what differs in the line under the cursor.
type CompareView struct {
	t     *Theme
	km    keymap.Map
	title string
	p     *Compared
	// says stands in place of a comparison that there is not, or not yet; busy
	// while one is made.
	says []string
	busy bool

	w, h int
	pick
	// shown is how many lines were seen when it was drawn last.
	shown int
}

const (
	// compareWidth is how wide the box is at most.
	compareWidth = 172
	// tightRows is the height of the box below which it does without what can
	// be seen elsewhere in it.
	tightRows = 14
	// compareDetailRows is the most rows that the lower part takes.
	compareDetailRows = 12
)

// NewCompare makes an empty view. The title is clean.
func NewCompare(t Theme, km keymap.Map, title string) *CompareView {
	return &CompareView{t: &t, km: km, title: title, w: 80, h: 24}
}

// SetTitle changes the title, which is clean.
func (v *CompareView) SetTitle(s string) { v.title = s }

// SetBusy says in clean words what is being done; what was shown goes on being
// shown.
func (v *CompareView) SetBusy(text string) { v.busy, v.says = true, []string{text} }

// SetFailed says in clean words why there is no comparison.
func (v *CompareView) SetFailed(text ...string) { v.busy, v.says, v.p = false, text, nil }

// SetCompared shows a comparison. The cursor goes to where the two part, or
// where nothing differs to where a rerun began; one that is made again leaves it
// where it is.
func (v *CompareView) SetCompared(p *Compared) {
	again := v.p != nil
	v.busy, v.says, v.p = false, nil, p
	if !again {
		v.sel, v.top, v.detailTop = p.Begin(), 0, 0
		if v.sel < 0 {
			v.sel = p.RerunFrom
		}
		v.jumped = true
	}
	v.hold(len(p.rows))
}

// SetSize gives the size of the screen that the box must fit into.
func (v *CompareView) SetSize(w, h int) { v.w, v.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (v *CompareView) SetTheme(t Theme) { v.t = &t }

// Selected returns the comparison and its line under the cursor.
func (v *CompareView) Selected() (*Compared, int, bool) {
	if v.p == nil || v.sel >= len(v.p.rows) {
		return nil, 0, false
	}
	return v.p, v.sel, true
}

// Value is the line under the cursor with the values of both sides, for
// copying.
func (v *CompareView) Value() string {
	if v.p == nil {
		return ""
	}
	return v.p.text(v.sel)
}

// HandleKey moves the cursor, or scrolls the lower part.
func (v *CompareView) HandleKey(msg tea.KeyPressMsg) {
	if v.p == nil {
		return
	}
	switch n := len(v.p.rows); {
	case key.Matches(msg, v.km.NextMatch):
		v.put(v.p.Next(v.sel, 1), n)
		v.jumped = true
	case key.Matches(msg, v.km.PrevMatch):
		v.put(v.p.Next(v.sel, -1), n)
		v.jumped = true
	default:
		v.move(msg, &v.km, n, max(v.shown, 1))
	}
}

// View draws the box.
func (v *CompareView) View() string {
	w, h := boxWidth(min(v.w, compareWidth)), boxHeight(v.h)
	if w <= 0 || h <= 0 {
		return ""
	}
	inner := max(w-2, 0)
	if v.p == nil {
		lines := v.waiting(inner)
		return v.t.modal(v.title, lines, w, min(len(lines)+2, h), scrollPart{})
	}
	lines := make([]string, 0, h)
	lines = append(lines, v.sentences(inner)...)
	c := v.columns(inner)
	lines = append(lines, v.heads(c, inner)...)
	from := len(lines)
	rows := v.rows(h - 2 - from)
	v.shown = rows
	first, last := v.window(len(v.p.rows), rows)
	for i := first; i < last; i++ {
		lines = append(lines, v.line(i, c, inner))
	}
	for len(lines) < from+rows {
		lines = append(lines, "")
	}
	h = min(h, from+rows+compareDetailRows+2)
	lines = append(lines, v.detail(inner, h-2-from-rows)...)
	at := scrollPart{from: from, shown: rows, total: len(v.p.rows), top: v.top}
	return v.t.modal(v.title, lines, w, h, at)
}

// waiting says why there is nothing to see.
func (v *CompareView) waiting(w int) []string {
	lines := []string{""}
	for i, s := range v.says {
		pen := v.t.Dim
		if i == 0 && !v.busy {
			pen = v.t.Strong
		}
		if i == 0 && v.busy {
			s = v.t.Glyphs.Refresh + " " + s + v.t.Glyphs.Ellipsis
		}
		for _, l := range wrap(s, max(w-4, 1)) {
			lines = append(lines, " "+pen.Draw(l))
		}
	}
	return append(lines, "")
}

// tight reports whether the box is too low for what can be done without.
func (v *CompareView) tight() bool { return boxHeight(v.h) < tightRows }

// rows is how many lines are seen of the rows that are left.
func (v *CompareView) rows(left int) int {
	lower := min(compareDetailRows, left/2)
	return max(min(left-lower, len(v.p.rows)), min(left, 1), 0)
}

// sentences says where the two part, in as many lines as can be spared.
func (v *CompareView) sentences(w int) []string {
	most := 4
	if v.tight() {
		most = 2
	}
	var lines []string
	add := func(pen Pen, mark, text string) {
		n := width(mark) + 1
		parts := wrap(text, max(w-n-3, 1))
		for i, s := range parts {
			if i > 0 {
				mark = ""
			}
			if len(lines) == most-1 && i < len(parts)-1 {
				s += v.t.Glyphs.Ellipsis
			}
			if len(lines) < most {
				lines = append(lines, newStrip(v.t, w).gap(1).put(pen, v.t.fit(mark, n)).put(pen, s).end())
			}
		}
	}
	mark, pen := v.t.differs(v.verdict())
	if v.p.SoFar() {
		mark, pen = v.t.Glyphs.Status[workflow.Pending], v.t.Accent
	}
	add(pen, mark, v.p.verdict)
	switch {
	case v.busy:
		add(v.t.Accent, v.t.Glyphs.Refresh, v.says[0]+v.t.Glyphs.Ellipsis)
	case v.p.rerun != "":
		add(v.t.Dim, v.t.Glyphs.Bullet, v.p.rerun)
	}
	for _, s := range []*workflow.Compared{&v.p.A, &v.p.B} {
		if s.HistoryErr != "" {
			add(v.t.Warn, v.t.Glyphs.Warn, s.Detail.Label+": "+s.HistoryErr)
		}
	}
	return lines
}

// verdict is the greatest difference there is.
func (v *CompareView) verdict() workflow.Difference {
	switch {
	case v.p.First >= 0:
		return workflow.DiffersInCourse
	case v.p.FirstData >= 0:
		return workflow.DiffersInData
	}
	return workflow.DiffersNot
}

// differs is the symbol of a difference, and its pen.
func (t *Theme) differs(d workflow.Difference) (string, Pen) {
	switch {
	case d == workflow.DiffersInCourse && t.ASCII:
		return "!", t.Bad
	case d == workflow.DiffersInCourse:
		return "≠", t.Bad
	case d == workflow.DiffersInData && t.ASCII:
		return "~", t.Warn
	case d == workflow.DiffersInData:
		return "≈", t.Warn
	}
	return t.Glyphs.Status[workflow.Completed], t.Good
}

// text of keys at the lower edge.
func (v *CompareView) keys() string {
	return v.t.keyName(strings.Join([]string{
		v.km.NextMatch.Help().Key + " " + v.km.PrevMatch.Help().Key + " differences", v.km.Open.Help().Key + " in full",
		v.km.CopyValue.Help().Key + " copy", v.km.Back.Help().Key + " back",
	}, "   "))
}
