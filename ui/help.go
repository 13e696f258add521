package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// HelpView shows every key, in as many columns as fit.
type HelpView struct {
	t      *Theme
	km     keymap.Map
	groups []keymap.Group
	extra  []string

	w, h, top int
}

// NewHelp makes the help of the groups. The lines of extra stand above them:
// what one should know before the keys, such as that this console only reads.
func NewHelp(t Theme, groups []keymap.Group, extra []string) *HelpView {
	v := &HelpView{t: &t, km: keymap.Default(), extra: extra, w: 80, h: 24}
	for _, g := range groups {
		if len(g.Bindings) > 0 {
			v.groups = append(v.groups, g)
		}
	}
	return v
}

// SetSize gives the size of the screen that the box must fit into.
func (v *HelpView) SetSize(w, h int) { v.w, v.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (v *HelpView) SetTheme(t Theme) { v.t = &t }

// HandleKey scrolls, or closes.
func (v *HelpView) HandleKey(msg tea.KeyPressMsg) (closed bool) {
	if key.Matches(msg, v.km.Help, v.km.Quit, v.km.Back, v.km.Open) {
		return true
	}
	lines, _ := v.lines()
	v.top = scrollBy(v.km, msg, v.top, len(lines), v.shown(len(lines)))
	return false
}

// View draws the box.
func (v *HelpView) View() string {
	if v.w <= 0 || v.h <= 0 {
		return ""
	}
	lines, w := v.lines()
	shown := v.shown(len(lines))
	v.top = max(min(v.top, len(lines)-shown), 0)
	at := scrollPart{shown: shown, total: len(lines), top: v.top}
	h := min(shown+2, v.h)
	return v.t.modal("Keys", lines[v.top:v.top+shown], w, h, at)
}

// shown is how many of the lines are seen.
func (v *HelpView) shown(lines int) int {
	return max(min(lines, boxHeight(v.h)-2), 0)
}

// lines lays the help out, and returns the width of the box.
func (v *HelpView) lines() (lines []string, w int) {
	limit := boxWidth(v.w)
	columns, w := v.columns(limit)
	for _, l := range v.extra {
		w = max(w, min(width(l)+4, limit))
	}
	for _, l := range v.extra {
		for _, s := range wrap(l, max(w-4, 1)) {
			lines = append(lines, " "+v.t.Warn.Draw(s))
		}
	}
	if len(v.extra) > 0 {
		lines = append(lines, "")
	}
	rows := 0
	for i := range columns {
		rows = max(rows, len(columns[i].lines))
	}
	for y := range rows {
		row := " "
		for i := range columns {
			c, s := &columns[i], ""
			if y < len(c.lines) {
				s = c.lines[y]
			}
			row += clip(s, c.w) + pad(helpGap)
		}
		lines = append(lines, row)
	}
	return lines, w
}

// helpGap is the cells between two columns.
const helpGap = 4

// helpColumn is some groups below each other, as wide as they need.
type helpColumn struct {
	lines []string
	w     int
}

// columns puts the groups into as many columns as fit into a box, and returns
// its width.
func (v *HelpView) columns(limit int) (columns []helpColumn, w int) {
	for n := min(3, len(v.groups)); n > 0; n-- {
		columns, w = columns[:0], 4-helpGap
		for _, part := range flow(v.groups, n) {
			c := v.column(part)
			columns = append(columns, c)
			w += c.w + helpGap
		}
		if w <= limit {
			break
		}
	}
	return columns, min(max(w, 24), limit)
}

func (v *HelpView) column(groups []keymap.Group) helpColumn {
	var c helpColumn
	shared := 0
	for _, g := range groups {
		if n := v.keys(g); n <= longKey {
			shared = max(shared, n)
		}
	}
	for i, g := range groups {
		keys := max(shared, v.keys(g))
		if i > 0 {
			c.lines = append(c.lines, "")
		}
		c.lines = append(c.lines, v.t.Title.Draw(g.Title))
		c.w = max(c.w, width(g.Title))
		for _, b := range g.Bindings {
			desc := b.Help().Desc
			c.w = max(c.w, keys+2+width(desc))
			c.lines = append(c.lines, v.t.Key.Draw(v.t.fit(v.key(b), keys))+"  "+v.t.Text.Draw(desc))
		}
	}
	return c
}

// longKey is the longest key in cells; what is longer is an example of what can
// be typed, for which the keys of other groups do not make room.
const longKey = 12

// keys is how wide the keys of a group are.
func (v *HelpView) keys(g keymap.Group) int {
	n := 0
	for _, b := range g.Bindings {
		n = max(n, width(v.key(b)))
	}
	return n
}

func (v *HelpView) key(b keymap.Binding) string { return v.t.keyName(b.Help().Key) }

// flow puts groups, which have a title and a blank line between, into at most n
// columns that are as low as they can be.
func flow(groups []keymap.Group, n int) [][]keymap.Group {
	total := 0
	for _, g := range groups {
		total += len(g.Bindings) + 2
	}
	for limit := total / n; ; limit++ {
		var columns [][]keymap.Group
		rows := limit + 1
		for _, g := range groups {
			if need := len(g.Bindings) + 2; rows+need > limit && rows > 0 {
				columns = append(columns, nil)
				rows = 0
			}
			rows += len(g.Bindings) + 2
			columns[len(columns)-1] = append(columns[len(columns)-1], g)
		}
		if len(columns) <= n {
			return columns
		}
	}
}
