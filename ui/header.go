package ui

import (
	"strconv"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// HeaderInfo is what the header shows. All texts are cleaned.
type HeaderInfo struct {
	AppID, Address, Version string
	Workers                 int
	WorkersKnown            bool
	Counts                  [workflow.NumStatuses]int
	// CountTexts are the counts as they are drawn: see Counted.
	CountTexts [workflow.NumStatuses]string
	// Active is the filter by status; the empty set is none.
	Active workflow.StatusSet
	// Filter is the filter text as it was typed.
	Filter   string
	Interval time.Duration
	// Age is that of the data, in whole seconds.
	Age      time.Duration
	AgeKnown bool

	Refreshing, Frozen, Held, ReadOnly, Stale bool

	// Production says that what is done here is done to what people rely on;
	// Context is the name of the configuration's part that is used.
	Production bool
	Context    string

	// PlainToken says that the API token is sent unencrypted to another machine.
	PlainToken bool

	// File is the name of the file that the instances are from, SavedAt when it
	// was saved; empty while they are those of a sidecar.
	File, SavedAt string

	// Apps are the apps where there are several; Narrowed is the one that alone
	// is shown, empty for all of them.
	Apps     []HeaderApp
	Narrowed string

	// Following is how many instances are followed to their end.
	Following int

	// Behind is how many live rows the last refresh had no time for, Partial of
	// how many of Rows the custom status is not known.
	Behind, Partial, Rows int

	// Connected says that the sidecar answers, although the data is stale: the
	// list could not be read to its end.
	Connected bool
	// StaleErr says why the data is stale, RetryIn when the next try is.
	StaleErr string
	RetryIn  time.Duration
	// Loaded of Total instances have been read, while Loading.
	Loaded, Total int
	Loading       bool
	// TimeMode is Clock.Mode.
	TimeMode string
	// Phase is what the connection is doing, while it is not simply up.
	Phase string
}

// HeaderApp is one of several apps. Its texts are cleaned.
type HeaderApp struct {
	Name string
	Rows int
	// Loading: more rows come. Trouble says what is wrong, in two words.
	Loading bool
	Trouble string
}

// Header returns two lines of w cells: where we are and how fresh it is, and
// the counts by status with the filter. What does not fit is shortened and
// dropped in the order of its weight, never the name of the app and never that
// the data is stale.
func Header(t *Theme, info HeaderInfo, w int) []string {
	top := t
	if t.banner != nil {
		top = t.banner
	}
	place := info.place(top)
	first := arrange(top, place, info.state(top), w)
	aside := span{t.Accent, info.filterText()}
	if aside.text == "" && len(info.Apps) == 0 && place[addressPart].text == "" {
		aside = span{t.Dim, info.Address} // no room above
	}
	return []string{first, info.counts(t, aside, w)}
}

// addressPart is the place of the address among the parts of HeaderInfo.place.
const addressPart = 2

// part is a piece of a line that can be shortened, then dropped: the one of
// the least weight first.
type part struct {
	pen         Pen
	text, short string
	weight      int
}

const partSep = 3 // " · " and its equals

// arrange draws parts at both edges of a line of w cells.
func arrange(t *Theme, left, right []part, w int) string {
	for partsWidth(left)+partsWidth(right)+2 > w-2 {
		if !shrink(left, right) {
			break
		}
	}
	s := newStrip(t, w)
	s.sel = t.block
	s.gap(1)
	s.left = max(0, s.left-1) // air at the right edge
	drawParts(s, left)
	s.gap(s.left - partsWidth(right))
	drawParts(s, right)
	s.left++
	return s.end()
}

// shrink shortens or drops the lightest part; false when only one is left.
func shrink(groups ...[]part) bool {
	var least *part
	n := 0
	for _, g := range groups {
		for i := range g {
			if p := &g[i]; p.text != "" {
				n++
				if least == nil || p.weight < least.weight {
					least = p
				}
			}
		}
	}
	if n == 0 || n == 1 && least.short == "" {
		return false
	}
	least.text, least.short = least.short, ""
	if least.text != "" {
		least.weight += 10 // what it still says weighs more
	}
	return true
}

func partsWidth(parts []part) int {
	n := 0
	for _, p := range parts {
		if p.text != "" {
			n += width(p.text) + partSep
		}
	}
	return max(0, n-partSep)
}

func drawParts(s *strip, parts []part) {
	first := true
	for _, p := range parts {
		if p.text == "" {
			continue
		}
		if !first {
			s.put(s.t.Faint, " "+s.t.Glyphs.Bullet+" ")
		}
		first = false
		s.put(p.pen, p.text)
	}
}

// place is where we are.
func (i HeaderInfo) place(t *Theme) []part {
	parts := []part{
		{pen: t.Brand, text: "daprdeck", weight: 2},
		{pen: t.Strong, text: i.AppID, weight: 30},
		{pen: t.Dim, text: i.Address, weight: 1},
	}
	if i.AppID == "" {
		parts[addressPart].weight = 30
	}
	if len(i.Apps) > 0 {
		parts = append(parts[:1], i.apps(t)...)
	}
	if i.Production {
		parts = append(parts, part{pen: t.Bad, text: "PRODUCTION", short: "PROD", weight: 19})
	}
	if i.Context != "" {
		parts = append(parts, part{pen: t.Dim, text: "context " + i.Context, short: i.Context, weight: 13})
	}
	if i.ReadOnly {
		parts = append(parts, part{pen: t.Warn, text: "READ-ONLY", weight: 28})
	}
	if i.PlainToken {
		parts = append(parts, part{pen: t.Bad, text: t.Glyphs.Warn + " token unencrypted", short: t.Glyphs.Warn + " token", weight: 22})
	}
	if i.Frozen {
		parts = append(parts, part{pen: t.Warn, text: "FROZEN", weight: 27})
	}
	if i.Held {
		parts = append(parts, part{pen: t.Warn, text: "READING STOPPED", short: "STOPPED", weight: 26})
	}
	if i.File != "" {
		p := part{pen: t.Warn, text: i.File, weight: 29}
		if i.SavedAt != "" {
			p.text, p.short = i.File+", saved "+i.SavedAt, i.File
		}
		parts = append(parts, p)
	}
	if i.Following > 0 {
		parts = append(parts, part{pen: t.Accent, text: "FOLLOWING " + Count(i.Following), weight: 10})
	}
	return parts
}

// apps are how many there are, or which one is shown, and each with its rows:
// first those in trouble, which stay the longest.
func (i HeaderInfo) apps(t *Theme) []part {
	all := part{pen: t.Strong, text: Count(len(i.Apps)) + " apps", weight: 30}
	if i.Narrowed != "" {
		all = part{pen: t.Accent, text: "@" + i.Narrowed + " of " + Count(len(i.Apps)), short: "@" + i.Narrowed, weight: 30}
	}
	parts := []part{all}
	for _, a := range i.Apps {
		if a.Trouble != "" {
			name := t.Glyphs.Warn + " " + a.Name
			parts = append(parts, part{pen: t.Warn, text: name + " " + a.Trouble, short: name, weight: 21})
		}
	}
	for _, a := range i.Apps {
		if a.Trouble == "" && a.Name != i.Narrowed {
			text := a.Name + " " + Count(a.Rows)
			if a.Loading {
				text += t.Glyphs.Ellipsis
			}
			parts = append(parts, part{pen: t.Dim, text: text, weight: 1})
		}
	}
	return parts
}

// state is what answers there, and how fresh the data is.
func (i HeaderInfo) state(t *Theme) []part {
	var parts []part
	if i.Phase != "" {
		parts = append(parts, part{pen: t.Dim, text: i.Phase, weight: 9})
	}
	if i.Version != "" {
		parts = append(parts, part{pen: t.Dim, text: "dapr " + i.Version, short: i.Version, weight: 5})
	}
	switch {
	case i.WorkersKnown && i.Workers == 0:
		parts = append(parts, part{pen: t.Bad, text: t.Glyphs.Warn + " no worker", weight: 25})
	case i.WorkersKnown:
		parts = append(parts, part{pen: t.Dim, text: Plural(i.Workers, "worker", "workers"), weight: 7})
	}
	if i.Loading {
		parts = append(parts, i.loading(t))
	}
	parts = append(parts, i.gaps(t)...)
	if i.Interval > 0 && !i.Stale && !i.Held {
		parts = append(parts, part{pen: t.Dim, text: "every " + interval(i.Interval), weight: 4})
	}
	parts = append(parts, i.freshness(t))
	return append(parts, part{pen: t.Dim, text: i.TimeMode, weight: 3})
}

// gaps is what the rows do not show for lack of time or room.
func (i HeaderInfo) gaps(t *Theme) []part {
	var parts []part
	if i.Behind > 0 {
		n := Count(i.Behind)
		parts = append(parts, part{pen: t.Warn, text: n + " live rows are older", short: n + " older", weight: 11})
	}
	if i.Partial > 0 {
		of := Count(i.Rows-i.Partial) + " of " + Count(i.Rows)
		parts = append(parts, part{pen: t.Dim, text: "custom status of " + of, short: "status " + of, weight: 6})
	}
	return parts
}

func (i HeaderInfo) loading(t *Theme) part {
	if i.Total <= 0 {
		return part{pen: t.Accent, text: "loading" + t.Glyphs.Ellipsis, weight: 12}
	}
	of := Count(i.Loaded) + " of " + Count(i.Total)
	return part{pen: t.Accent, text: "loading " + of, short: of, weight: 12}
}

// maxStale is the most cells that the reason of old data takes.
const maxStale = 88

// freshness says how old the data is, and when it is stale why.
func (i HeaderInfo) freshness(t *Theme) part {
	age := Short(i.Age)
	if !i.Stale {
		if !i.AgeKnown {
			return part{}
		}
		g := t.Glyphs.Refresh
		return part{pen: t.Dim, text: g + " " + age + " ago", short: g + " " + age, weight: 8}
	}
	short := t.Glyphs.Warn + " not connected"
	switch {
	case i.AgeKnown:
		short = t.Glyphs.Warn + " stale " + age
	case i.Connected:
		short = t.Glyphs.Warn + " list not complete"
	}
	retry := ""
	if i.RetryIn > 0 {
		retry = ", retry in " + Short(i.RetryIn+time.Second-1)
	}
	long := short
	if i.StaleErr != "" {
		long += ": " + i.StaleErr
	}
	if room := maxStale - width(retry); width(long) > room {
		long = t.fit(long, room)
	}
	long += retry
	return part{pen: t.Warn, text: long, short: short, weight: 20}
}

// interval writes a refresh interval: 500ms, 2s, 1m30s.
func interval(d time.Duration) string {
	if d < time.Minute && d%time.Second == 0 {
		return strconv.Itoa(int(d/time.Second)) + "s"
	}
	return d.String()
}

// counts draws the second line in the loosest of three ways that fits, with a
// text at its right edge.
func (i HeaderInfo) counts(t *Theme, aside span, w int) string {
	room := w - 2
	if aside.text != "" {
		room -= min(width(aside.text), max(12, w/3)) + 2
	}
	line := i.countSpans(t, true, 3)
	if line.width() > room {
		line = i.countSpans(t, false, 2)
	}
	if line.width() > room {
		line = i.countSpans(t, false, 1)
	}
	s := newStrip(t, w).gap(1)
	s.left = max(0, s.left-1)
	for _, p := range line {
		s.put(p.pen, p.text)
	}
	if rest := s.left - 2; aside.text != "" && rest > 3 {
		f := t.fit(aside.text, min(rest, width(aside.text)))
		s.gap(s.left - width(f))
		s.put(aside.pen, f)
	}
	s.gap(s.left)
	s.left++
	return s.end()
}

func (i HeaderInfo) filterText() string {
	if i.Filter == "" {
		return ""
	}
	return "/ " + i.Filter
}

// Counted writes counts down once for all the times that they are drawn.
func Counted(counts [workflow.NumStatuses]int) (texts [workflow.NumStatuses]string) {
	for i, n := range counts {
		texts[i] = Count(n)
	}
	return texts
}

// countSpans lists every status that has instances or is in the filter. While
// there is a filter by status, those in it stand in brackets and the others
// step back.
func (i HeaderInfo) countSpans(t *Theme, words bool, gap int) spans {
	var out spans
	for _, st := range append(workflow.Statuses(), workflow.Unknown) {
		n, in := i.Counts[st], i.Active.Has(st)
		if n == 0 && !in {
			continue
		}
		if len(out) > 0 {
			out = append(out, span{t.Text, pad(gap)})
		}
		glyph := t.StatusGlyph(st)
		if gap > 1 {
			glyph += " "
		}
		text := i.CountTexts[st]
		if text == "" {
			text = Count(n)
		}
		if words {
			text += " " + statusLower(st)
		}
		mark, pen := t.Status(st), t.Dim
		switch {
		case in:
			out = append(out, span{t.Accent, "["}, span{mark, glyph}, span{t.Text, text}, span{t.Accent, "]"})
			continue
		case !i.Active.Empty():
			mark, pen = t.Faint, t.Faint
		}
		out = append(out, span{mark, glyph}, span{pen, text})
	}
	return out
}
