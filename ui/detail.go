package ui

import (
	"errors"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// DetailState is what the detail pane shows. Row is what the list knows of the
// instance: with it the pane is never blank while Prepared is being read.
type DetailState struct {
	Key      workflow.Key
	Label    string
	Prepared *Prepared
	Loading  bool
	// Err is why the last read failed; what Prepared holds is then from ReadAt.
	Err    error
	ReadAt time.Time
	Row    *workflow.Instance
}

// sideStep is how far left and right scroll, in cells.
const sideStep = 8

// Detail is the pane of one instance, in tabs.
type Detail struct {
	km    keymap.Map
	theme Theme
	// ours is the clock of the console, and clock that of the instance's sidecar.
	ours, clock Clock
	w, h        int
	focus       bool
	s           DetailState
	tab         tab

	over overview
	hist historyTab
	line timelineTab
	tree treeTab
	data dataTab
	find search
	// view is how the history is shown, of whatever instance.
	view historyView
	// raw shows payloads as they are.
	raw bool
}

// NewDetail returns an empty pane. It draws nothing before SetTheme and SetSize.
func NewDetail(km keymap.Map) *Detail { return &Detail{km: km} }

// SetTheme changes the theme.
func (d *Detail) SetTheme(t Theme) {
	d.theme = t
	d.tree.guides = treeGuides(d.tree.rows, &d.theme)
	d.soil(true)
}

// SetSize gives the pane w x h cells, its frame included.
func (d *Detail) SetSize(w, h int) {
	if d.w == w && d.h == h {
		return
	}
	d.w, d.h = w, h
	d.soil(true)
}

// SetClock changes what time it is and how times are drawn.
func (d *Detail) SetClock(c Clock) {
	d.ours, d.clock = c, c.For(d.s.Key.AppID)
	d.soil(false)
}

// SetFocus says whether the pane has the keys.
func (d *Detail) SetFocus(focus bool) {
	d.focus = focus
	if !focus && d.find.typing {
		d.endSearch()
	}
}

// SetState changes what the pane shows. Cursor and scroll are kept while Key is
// the same; the tab is kept always.
func (d *Detail) SetState(s DetailState) {
	old := d.s
	d.s = s
	d.clock = d.ours.For(s.Key.AppID)
	if s.Key != old.Key {
		d.over, d.hist, d.line, d.data = overview{}, historyTab{}, timelineTab{}, dataTab{}
		d.endSearch()
	}
	if s.Prepared != old.Prepared || s.Key != old.Key {
		d.hist.took(d, old.Prepared, s.Prepared)
		d.line.took(s.Prepared)
		d.data.took(s.Prepared, d.raw)
		d.searchAgain()
	}
	d.soil(s.Prepared != old.Prepared || s.Prepared == nil)
}

// soil has the drawn lines made anew; with all set also those that do not
// depend on the clock.
func (d *Detail) soil(all bool) {
	d.over.lines, d.hist.head = nil, nil
	if all {
		d.over.failure = nil
	}
}

// HandleKey scrolls, moves the cursor and changes the tab; it reports whether
// it used the key. In the history enter opens the event and esc closes it
// again; in a payload enter folds and unfolds. While a search is typed every
// key is its own; later esc ends it.
func (d *Detail) HandleKey(k tea.KeyPressMsg) bool {
	if d.find.typing {
		d.searchKey(k)
		return true
	}
	switch {
	case key.Matches(k, d.km.NextTab):
		d.turn(1)
	case key.Matches(k, d.km.PrevTab):
		d.turn(-1)
	case key.Matches(k, d.km.Left):
		d.sideways(-sideStep)
	case key.Matches(k, d.km.Right):
		d.sideways(sideStep)
	case key.Matches(k, d.km.Open):
		return d.open()
	case key.Matches(k, d.km.Back):
		return d.back()
	case d.tab == tabTimeline && d.line.key(d, k):
	case d.dataKey(k):
	default:
		n, ok := d.motion(k)
		if ok {
			d.move(n)
		}
		return ok
	}
	return true
}

// turn goes to another tab; what is searched is searched there too.
func (d *Detail) turn(step int) {
	d.tab = (d.tab + numTabs + tab(step)) % numTabs
	d.find.at = -1
	d.searchAgain()
}

// far is more lines than any payload has.
const far = 1 << 40

// motion returns how many lines a key of motion means.
func (d *Detail) motion(k tea.KeyPressMsg) (int, bool) {
	page := d.page()
	for _, m := range []struct {
		b keymap.Binding
		n int
	}{
		{d.km.Up, -1},
		{d.km.Down, 1},
		{d.km.HalfUp, -max(1, page/2)},
		{d.km.HalfDown, max(1, page/2)},
		{d.km.PageUp, -page},
		{d.km.PageDown, page},
		{d.km.Top, -far},
		{d.km.Bottom, far},
	} {
		if key.Matches(k, m.b) {
			return m.n, true
		}
	}
	return 0, false
}

// Wheel scrolls by some lines.
func (d *Detail) Wheel(lines int) { d.move(lines) }

// move scrolls, or moves the cursor, by n lines.
func (d *Detail) move(n int) {
	switch d.tab {
	case tabHistory:
		d.hist.move(d, n)
	case tabData:
		d.data.rows.move(n, d.data.height(d))
	case tabTimeline:
		d.line.move(d, n)
	case tabTree:
		d.tree.move(d, n)
	case tabOverview, numTabs:
		d.over.top = d.scrolled(d.over.top, n, len(d.overviewLines()))
	}
}

// scrolled returns where a window of the body's height is after n lines.
func (d *Detail) scrolled(top, n, total int) int {
	return min(max(0, top+n), max(0, total-d.bodyHeight()))
}

func (d *Detail) sideways(n int) {
	switch d.tab {
	case tabHistory:
		d.hist.sideways(d, n)
	case tabData:
		if n > 0 {
			d.data.rows.unfold(d.textWidth())
		} else {
			d.data.rows.fold(d.textWidth(), d.data.height(d))
		}
	case tabTimeline:
		d.line.pan(d, n)
	case tabOverview, tabTree, numTabs:
	}
}

func (d *Detail) open() bool {
	switch {
	case d.s.Prepared == nil:
		return false
	case d.tab == tabHistory && d.hist.total(d) > 0:
		if rows, h := d.rows(); rows == nil && d.hist.toggleLine(d) || rows != nil && rows.toggle(h) {
			return true
		}
		d.openEvent()
		return true
	case d.tab == tabTimeline:
		return d.line.open(d)
	case d.tab == tabData:
		d.data.rows.toggle(d.data.height(d))
		return true
	}
	return false
}

func (d *Detail) back() bool {
	switch {
	case d.find.shown(d.tab):
		d.endSearch()
	case d.tab == tabHistory && d.hist.expanded:
		d.openEvent()
	default:
		return false
	}
	return true
}

// page is how many lines a key for a page moves.
func (d *Detail) page() int {
	if d.tab == tabHistory && !d.hist.expanded {
		list, _ := d.hist.split(d)
		return max(1, list-1-d.hist.above(d))
	}
	if d.tab == tabOverview {
		return max(1, d.bodyHeight()-1)
	}
	return max(1, d.bodyHeight()-2)
}

// Value returns the value in focus, exactly as the runtime gave it, and what to
// call it: the one under the cursor of the data, the payload of the selected
// event or what of it is under the cursor, or else the custom status, or the ID.
func (d *Detail) Value() (label, text string, ok bool) {
	p := d.s.Prepared
	switch {
	case d.s.Key == (workflow.Key{}):
		return "", "", false
	case p == nil:
		return "instance ID", d.s.Key.InstanceID, d.tab == tabOverview || d.tab == tabTree
	case d.tab == tabTree:
		return d.tree.value()
	case d.tab == tabHistory:
		return d.hist.value(d)
	case d.tab == tabData:
		return d.data.value()
	case p.Detail.CustomStatus.Set && p.Detail.CustomStatus.Raw != "":
		return "custom status", p.Detail.CustomStatus.Raw, true
	}
	return "instance ID", d.s.Key.InstanceID, true
}

// SelectedEvent returns the event under the cursor, while the history is shown;
// of a group that is the one it began with.
func (d *Detail) SelectedEvent() (workflow.Event, bool) {
	p := d.s.Prepared
	if d.tab != tabHistory || p == nil || d.hist.total(d) == 0 {
		return workflow.Event{}, false
	}
	return p.History.Events[d.hist.first(d)], true
}

// View draws the pane: w x h cells with frame and title.
func (d *Detail) View() string {
	t := &d.theme
	if d.w < 4 || d.h < 4 {
		return strings.Join(box(nil, max(0, d.w), max(0, d.h)), "\n")
	}
	if d.s.Key == (workflow.Key{}) {
		nothing := Empty{Title: "No instance is selected"}
		return t.pane("", DrawEmpty(t, nothing, d.w-2, d.h-2), d.w, d.h, d.focus, scroll{})
	}
	lines := make([]string, 0, d.h-2)
	lines = append(lines, d.tabs())
	if d.roomy() {
		lines = append(lines, pad(d.w-2))
	}
	if text := d.trouble(); text != "" {
		lines = append(lines, newStrip(t, d.w-2).gap(1).put(t.Warn, t.Glyphs.Warn+" "+text).end())
	}
	body, bar := d.body()
	return t.pane(d.s.Label, append(lines, body...), d.w, d.h, d.focus, bar)
}

// body draws the tab.
func (d *Detail) body() ([]string, scroll) {
	h := d.bodyHeight()
	switch {
	case d.tab == tabOverview:
		lines := d.overviewLines()
		d.over.top = d.scrolled(d.over.top, 0, len(lines))
		return window(lines, d.over.top, h), scroll{d.over.top, h, len(lines)}
	case d.tab == tabTree:
		return d.tree.draw(d)
	case d.s.Prepared == nil:
		return DrawEmpty(&d.theme, d.nothing(), d.w-2, h), scroll{}
	case d.tab == tabHistory:
		return d.hist.draw(d)
	case d.tab == tabTimeline:
		return d.line.draw(d)
	}
	return d.data.draw(d)
}

// nothing says why there is no history and no data yet.
func (d *Detail) nothing() Empty {
	if d.s.Err != nil {
		return Empty{Title: "This could not be read", Lines: []string{errText(d.s.Err)}}
	}
	return Empty{Title: "Loading" + d.theme.Glyphs.Ellipsis}
}

// errText is an error in the operator's words, safe to draw.
func errText(err error) string {
	var e *workflow.Error
	if errors.As(err, &e) {
		return workflow.Clean(e.Message)
	}
	return workflow.Clean(err.Error())
}

// trouble is said above what was read.
func (d *Detail) trouble() string {
	if d.s.Err == nil || d.s.Prepared == nil && d.tab != tabOverview {
		return "" // nothing says it then
	}
	text := errText(d.s.Err)
	if d.s.Prepared != nil && !d.s.ReadAt.IsZero() {
		text = "read " + d.ours.Age(d.s.ReadAt) + " ago; now: " + text
	}
	return text
}

// roomy reports whether the pane can afford lines for air.
func (d *Detail) roomy() bool { return d.h >= 14 }

// bodyHeight is how many lines the tab has.
func (d *Detail) bodyHeight() int {
	h := d.h - 3
	if d.roomy() {
		h--
	}
	if d.trouble() != "" {
		h--
	}
	return max(1, h)
}

// textWidth is how many cells the text of a line has: a cell of air lies
// between it and the frame.
func (d *Detail) textWidth() int { return max(1, d.w-4) }

// window returns h lines of lines from top on.
func window(lines []string, top, h int) []string {
	top = min(max(0, top), len(lines))
	return lines[top:min(len(lines), top+h)]
}
