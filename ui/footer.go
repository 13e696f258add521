package ui

import (
	"slices"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Hint is a key in the footer; Off greys one that is refused now, and Stays is
// for the one that is there whatever else has room.
type Hint struct {
	Key, Desc  string
	Off, Stays bool
}

// NoticeKind says how a notice is meant.
type NoticeKind uint8

// The kinds of notice. NoticeBusy is something that has not ended yet.
const (
	NoticeInfo NoticeKind = iota
	NoticeGood
	NoticeWarn
	NoticeBad
	NoticeBusy
)

// Notice is the last thing worth telling, in one line of cleaned text.
type Notice struct {
	Kind NoticeKind
	Text string
}

// look returns a notice's symbol and its pens: every kind has a symbol of its
// own, so that it does not depend on its colour.
func (n Notice) look(t *Theme) (glyph string, mark, text Pen) {
	g := &t.Glyphs
	switch n.Kind {
	case NoticeGood:
		return g.Status[workflow.Completed], t.Good, t.Text
	case NoticeWarn:
		return g.Warn, t.Warn, t.Warn
	case NoticeBad:
		return g.Status[workflow.Failed], t.Bad, t.Bad
	case NoticeBusy:
		return g.Refresh, t.Accent, t.Text
	case NoticeInfo:
	}
	return g.Bullet, t.Dim, t.Text
}

// hintGap is the space between two hints, in cells.
const hintGap = 3

// Footer returns two lines of w cells: the notice and the keys. Keys that do
// not fit are dropped from the end, but the one for help stays.
func Footer(t *Theme, notice Notice, hints []Hint, w int) []string {
	first := newStrip(t, w)
	if notice.Text != "" {
		glyph, mark, text := notice.look(t)
		first.gap(1).put(mark, glyph).gap(1)
		first.left-- // air at the right edge
		first.put(text, notice.Text)
		first.left++
	}
	second := newStrip(t, w).gap(1)
	for i, h := range fitting(hints, w-2) {
		if i > 0 {
			second.gap(hintGap)
		}
		k, desc := t.Key, t.Dim
		if h.Off {
			k, desc = t.KeyOff, t.Faint
		}
		second.put(k, h.Key).gap(1).put(desc, h.Desc)
	}
	return []string{first.end(), second.end()}
}

// fitting returns the hints that have room in w cells.
func fitting(hints []Hint, w int) []Hint {
	hints = slices.DeleteFunc(slices.Clone(hints), func(h Hint) bool { return h.Key == "" }) // not bound
	used, help := -hintGap, -1
	for i, h := range hints {
		used += hintGap + h.width()
		if h.Stays {
			help = i
		}
	}
	if used <= w {
		return hints
	}
	used = -hintGap
	if help >= 0 {
		used += hintGap + hints[help].width()
	}
	kept := make([]Hint, 0, len(hints))
	full := false
	for i, h := range hints {
		if i == help {
			kept = append(kept, h)
			continue
		}
		if full = full || used+hintGap+h.width() > w; !full {
			used += hintGap + h.width()
			kept = append(kept, h)
		}
	}
	return kept
}

func (h Hint) width() int { return width(h.Key) + 1 + width(h.Desc) }
