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
	return &HelpView{t: &t, km: keymap.Default(), groups: groups, extra: extra, w: 80, h: 24}
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
	cell, blocks := v.blocks()
	limit := boxWidth(v.w)
	const gap = 3
	columns := max(min((limit-4+gap)/(cell+gap), len(blocks), 3), 1)
	w = min(columns*(cell+gap)-gap+4, limit)
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
	parts := flow(blocks, columns)
	for y := range longest(parts) {
		row := " "
		for _, p := range parts {
			s := ""
			if y < len(p) {
				s = p[y]
			}
			row += clip(s, cell) + pad(gap)
		}
		lines = append(lines, row)
	}
	return lines, w
}

// blocks draws the groups, one below the other's title, and returns their
// width.
func (v *HelpView) blocks() (cell int, blocks [][]string) {
	keys := 0
	for _, g := range v.groups {
		for _, b := range g.Bindings {
			keys = max(keys, width(v.key(b)))
			cell = max(cell, width(b.Help().Desc))
		}
	}
	cell += keys + 2
	for _, g := range v.groups {
		if len(g.Bindings) == 0 {
			continue
		}
		block := []string{v.t.Title.Draw(g.Title)}
		for _, b := range g.Bindings {
			block = append(block, v.t.Key.Draw(v.t.fit(v.key(b), keys))+"  "+v.t.Text.Draw(b.Help().Desc))
		}
		blocks = append(blocks, block)
	}
	return cell, blocks
}

func (v *HelpView) key(b keymap.Binding) string { return v.t.keyName(b.Help().Key) }

// flow puts blocks one below the other, with a blank line between, into columns
// that are as low as they can be.
func flow(blocks [][]string, columns int) [][]string {
	total := 0
	for _, b := range blocks {
		total += len(b) + 1
	}
	for limit := total / columns; ; limit++ {
		parts := make([][]string, 0, columns)
		var part []string
		for _, b := range blocks {
			if len(part) > 0 && len(part)+1+len(b) > limit {
				parts = append(parts, part)
				part = nil
			}
			if len(part) > 0 {
				part = append(part, "")
			}
			part = append(part, b...)
		}
		if parts = append(parts, part); len(parts) <= columns {
			return parts
		}
	}
}

func longest(parts [][]string) int {
	n := 0
	for _, p := range parts {
		n = max(n, len(p))
	}
	return n
}
