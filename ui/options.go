package ui

import (
	"slices"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// ThemeChoice is which background the colours are made for.
type ThemeChoice uint8

const (
	// ThemeAuto follows what the terminal says of its background.
	ThemeAuto ThemeChoice = iota
	// ThemeDark and ThemeLight do not ask it.
	ThemeDark
	// ThemeLight is for a light background.
	ThemeLight
)

// OptionsValues is what the options change.
type OptionsValues struct {
	// Interval is the time between two refreshes; zero refreshes by hand only.
	Interval time.Duration
	// Absolute shows times of day instead of ages, UTC in that zone instead of
	// the user's.
	Absolute, UTC bool
	Theme         ThemeChoice
	// ASCII draws without symbols of ambiguous width.
	ASCII bool
}

// Options lets the user change the options; each change holds at once.
type Options struct {
	t    *Theme
	km   keymap.Map
	v    OptionsValues
	rows []optionRow
	sel  int
	w, h int
}

// optionRow is one option with its choices; at is the one that holds.
type optionRow struct {
	label   string
	choices []string
	at      int
	set     func(v *OptionsValues, at int)
}

// NewOptions opens the options at the values that hold.
func NewOptions(t Theme, km keymap.Map, v OptionsValues) *Options {
	return &Options{t: &t, km: km, v: v, rows: optionRows(v), w: 80, h: 24}
}

func optionRows(v OptionsValues) []optionRow {
	intervals := []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute}
	v.Interval = max(v.Interval, 0)
	if v.Interval > 0 && !slices.Contains(intervals, v.Interval) {
		intervals = append(intervals, v.Interval)
		slices.Sort(intervals)
	}
	intervals = append(intervals, 0)
	names := make([]string, len(intervals))
	for i, d := range intervals {
		names[i] = intervalName(d)
	}
	flag := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return []optionRow{
		{"Refresh", names, slices.Index(intervals, v.Interval), func(v *OptionsValues, at int) { v.Interval = intervals[at] }},
		{"Times", []string{"ages", "times of day"}, flag(v.Absolute), func(v *OptionsValues, at int) { v.Absolute = at == 1 }},
		{"Zone", []string{"local", "UTC"}, flag(v.UTC), func(v *OptionsValues, at int) { v.UTC = at == 1 }},
		{"Colours", []string{"auto", "dark", "light"}, int(v.Theme), func(v *OptionsValues, at int) { v.Theme = ThemeChoice(at) }},
		{"Symbols", []string{"Unicode", "ASCII"}, flag(v.ASCII), func(v *OptionsValues, at int) { v.ASCII = at == 1 }},
	}
}

// intervalName returns 500ms, 2s, 1m, or off.
func intervalName(d time.Duration) string {
	switch {
	case d <= 0:
		return "off"
	case d%time.Minute == 0:
		return Short(d)
	}
	return d.String()
}

// SetSize gives the size of the screen that the box must fit into.
func (o *Options) SetSize(w, h int) { o.w, o.h = max(w, 0), max(h, 0) }

// SetTheme changes the colours and symbols.
func (o *Options) SetTheme(t Theme) { o.t = &t }

// HandleKey moves, changes or closes; did says that changed is to be applied.
func (o *Options) HandleKey(msg tea.KeyPressMsg) (changed OptionsValues, did, closed bool) {
	switch {
	case key.Matches(msg, o.km.Options, o.km.Quit, o.km.Back):
		return o.v, false, true
	case key.Matches(msg, o.km.Up, o.km.PrevField):
		o.sel = (o.sel + len(o.rows) - 1) % len(o.rows)
	case key.Matches(msg, o.km.Down, o.km.NextField):
		o.sel = (o.sel + 1) % len(o.rows)
	case key.Matches(msg, o.km.Top):
		o.sel = 0
	case key.Matches(msg, o.km.Bottom):
		o.sel = len(o.rows) - 1
	case key.Matches(msg, o.km.Left):
		return o.v, o.change(-1), false
	case key.Matches(msg, o.km.Right, o.km.Accept, o.km.Toggle):
		return o.v, o.change(1), false
	}
	return o.v, false, false
}

func (o *Options) change(by int) bool {
	r := &o.rows[o.sel]
	r.at = (r.at + by + len(r.choices)) % len(r.choices)
	r.set(&o.v, r.at)
	return true
}

// View draws the box.
func (o *Options) View() string {
	const label = 9
	w := min(64, boxWidth(o.w))
	if w <= 0 || o.h <= 0 {
		return ""
	}
	lines := make([]string, 0, len(o.rows)+3)
	for i := range o.rows {
		r := &o.rows[i]
		mark, pen := " ", o.t.Dim
		if i == o.sel {
			mark, pen = o.t.Accent.Draw(o.t.Glyphs.Cursor), o.t.Strong
		}
		lines = append(lines, mark+pen.Draw(o.t.fit(r.label, label))+o.choices(r, w-label-4))
	}
	shown := min(len(lines), max(boxHeight(o.h)-2, 0))
	top := max(min(o.sel, len(lines)-shown), 0)
	at := scrollPart{shown: shown, total: len(lines), top: top}
	lines = lines[top : top+shown]
	if shown+4 <= boxHeight(o.h) {
		hint := o.t.keyName(keymap.Last(o.km.Left)+"/"+keymap.Last(o.km.Right)) + " change   " + o.km.Back.Help().Key + " close"
		lines = append(lines, "", " "+o.t.Faint.Draw(hint))
	}
	return o.t.modal("Options", lines, w, min(len(lines)+2, boxHeight(o.h)), at)
}

// choices draws all choices with the one that holds in brackets, or that one
// alone where there is no room.
func (o *Options) choices(r *optionRow, w int) string {
	all, n := "", 0
	for i, c := range r.choices {
		text, pen := " "+c+" ", o.t.Dim
		if i == r.at {
			text, pen = "["+c+"]", o.t.Accent
		}
		all += pen.Draw(text)
		n += width(text)
	}
	if n <= w {
		return all
	}
	return o.t.Dim.Draw("< ") + o.t.Accent.Draw(r.choices[r.at]) + o.t.Dim.Draw(" >")
}
