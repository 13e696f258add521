package ui

import (
	"sort"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/jsontree"
	"github.com/daprdeck/daprdeck/keymap"
)

const (
	// maxHits is the most matches that are counted.
	maxHits = 100_000
	// liveSearch is up to how many bytes are searched after each letter that is
	// typed; more are searched when enter is pressed.
	liveSearch = 1 << 20
	// searchPrompt stands before the text that is searched.
	searchPrompt = "/"
)

// search is what is searched in the detail pane. It belongs to one tab.
type search struct {
	typing bool
	tab    tab
	edit   *editor
	keys   editKeys
	finder jsontree.Finder
	text   string
	// hits are the matches in their order, and at the one in focus; -1 before
	// there is one.
	hits []hit
	at   int
	// in one document each, for drawing.
	docs map[int][]jsontree.Match
	// from is the row from which on the typed text is looked for.
	from int
	// x is the cell of the text cursor as last drawn.
	x int
}

// hit is a match: in the payload of a section, in an event, or with open set
// in the payload of the event that is open.
type hit struct {
	block int
	jsontree.Match
}

func (f *search) on() bool { return f.typing || f.text != "" }

// shown reports whether a tab shows a search.
func (f *search) shown(t tab) bool { return f.on() && f.tab == t }

// in returns what was found in a document.
func (f *search) in(block int) found {
	if f.text == "" {
		return found{}
	}
	out := found{hits: f.docs[block], at: -1}
	if f.at >= 0 && f.at < len(f.hits) && f.hits[f.at].block == block {
		now := f.hits[f.at]
		k := sort.Search(len(out.hits), func(k int) bool { return out.hits[k].At >= now.At })
		if k < len(out.hits) && out.hits[k] == now.Match {
			out.at = k
		}
	}
	return out
}

// StartSearch opens the line to type a search into. It reports false where
// there is nothing to search.
func (d *Detail) StartSearch() bool {
	p := d.s.Prepared
	if p == nil || d.tab != tabHistory && d.tab != tabData || d.tab == tabHistory && d.hist.total(d) == 0 {
		return false
	}
	d.find = search{typing: true, tab: d.tab, keys: newEditKeys(), edit: newEditor("", d.theme.unprintable(), false), at: -1}
	d.find.from = d.place()
	return true
}

// place is the row that the cursor is on.
func (d *Detail) place() int {
	switch {
	case d.tab == tabData:
		return d.data.rows.cursor
	case d.hist.expanded:
		return d.hist.rows.cursor
	}
	return d.hist.at
}

// Typing reports whether a search is being typed: every key is text then.
func (d *Detail) Typing() bool { return d.find.typing }

// Paste takes text into the search that is being typed.
func (d *Detail) Paste(text string) {
	if d.find.typing {
		d.find.edit.insert(typed(text, false))
		d.searchTyped(false)
	}
}

// searchKey takes a key while a search is typed.
func (d *Detail) searchKey(k tea.KeyPressMsg) {
	switch {
	case key.Matches(k, d.km.Cancel):
		d.endSearch()
	case key.Matches(k, d.km.Accept):
		d.searchTyped(true)
		d.find.typing = false
		if d.find.text == "" {
			d.endSearch()
		}
	default:
		version := d.find.edit.version
		d.find.keys.handle(d.find.edit, k)
		if d.find.edit.version != version {
			d.searchTyped(false)
		}
	}
}

func (d *Detail) endSearch() {
	d.find = search{}
}

// searchTyped looks for what has been typed so far, and goes to the first
// match behind the place where the search was begun.
func (d *Detail) searchTyped(whole bool) {
	if !whole && d.s.Prepared.rawSize() > liveSearch {
		return
	}
	f := &d.find
	if f.text = f.edit.text(); f.text == "" {
		f.hits, f.docs, f.at = nil, nil, -1
		return
	}
	d.searchAgain()
	if len(f.hits) == 0 {
		return
	}
	f.at = 0
	for i := range f.hits {
		if d.rowOf(f.hits[i]) >= f.from {
			f.at = i
			break
		}
	}
	d.goToHit()
}

// searchAgain looks for the same text in what is shown now.
func (d *Detail) searchAgain() {
	f := &d.find
	if f.text == "" {
		return
	}
	f.finder = jsontree.NewFinder(f.text)
	f.tab, f.hits, f.docs = d.tab, nil, map[int][]jsontree.Match{}
	p := d.s.Prepared
	switch {
	case p == nil || d.tab != tabHistory && d.tab != tabData:
	case d.tab == tabData:
		for i := range p.sections {
			f.put(i, p.sections[i].text.shown(d.raw).Find(f.finder, maxHits-len(f.hits)))
		}
	case d.hist.expanded:
		_, v := d.hist.event(d)
		f.put(0, v.shown().Find(f.finder, maxHits))
	default:
		for i := range d.hist.order(d) {
			if p.eventHas(i, f.finder) {
				f.hits = append(f.hits, hit{block: i})
			}
		}
	}
	f.at = min(f.at, len(f.hits)-1)
}

func (f *search) put(block int, all []jsontree.Match) {
	f.docs[block] = all
	for _, m := range all {
		f.hits = append(f.hits, hit{block, m})
	}
}

// eventHas reports whether an event shows or holds what is searched.
func (p *Prepared) eventHas(i int, q jsontree.Finder) bool {
	e, r := &p.History.Events[i], &p.events[i]
	if q.Has(string(e.Type)) || q.Has(r.kind) || q.Has(r.name) || q.Has(r.info) || q.Has(e.Payload.Raw) || q.Has(e.Payload.Text()) || q.Has(e.ChildID) || q.Has(e.Raw) {
		return true
	}
	for f := e.Failure; f != nil; f = f.Cause {
		if q.Has(f.Type) || q.Has(f.Message) || q.Has(f.Stack) {
			return true
		}
	}
	return false
}

// rowOf is about where a match is, in rows, folded as it is now.
func (d *Detail) rowOf(h hit) int {
	switch {
	case d.tab == tabData:
		return d.data.rows.row(h.block, d.data.rows.blocks[h.block].view.lineOf(h.At))
	case d.hist.expanded:
		return d.hist.rows.row(0, d.hist.rows.blocks[0].view.lineOf(h.At))
	}
	return d.hist.lineOf(d, h.block)
}

// nextHit goes on to the next match or back to the one before.
func (d *Detail) nextHit(step int) bool {
	f := &d.find
	if f.text == "" || f.tab != d.tab {
		return false
	}
	if n := len(f.hits); n > 0 {
		f.at = ((f.at+step)%n + n) % n
		d.goToHit()
	}
	return true
}

// goToHit shows the match in focus, whatever it is folded into.
func (d *Detail) goToHit() {
	h := d.find.hits[d.find.at]
	switch {
	case d.tab == tabData:
		d.data.rows.reveal(h.block, h.At, d.textWidth(), d.data.height(d))
	case d.hist.expanded:
		d.hist.rows.reveal(0, h.At, d.textWidth(), d.hist.height(d))
	default:
		d.hist.goTo(d, h.block)
	}
}

// line draws the search: what is searched, and which match is shown.
func (f *search) line(d *Detail) string {
	t := &d.theme
	right := f.count(d.km.Accept.Help().Key)
	if w := d.textWidth(); width(right) > w/2 {
		right = ""
	}
	room := max(1, d.textWidth()-width(right)-2)
	st := newStrip(t, d.w-2).gap(1).put(t.Accent, searchPrompt)
	if f.typing {
		f.edit.setSize(room, 1)
		x, _ := f.edit.cursorCell()
		f.x = min(1+len(searchPrompt)+x, d.w-3)
		st.put(t.Text, t.fit(f.edit.view(t.Glyphs.Ellipsis)[0], room))
	} else {
		st.put(t.Text, t.fit(strings.TrimSpace(f.text), room))
	}
	return st.gap(1).put(t.Dim, right).end()
}

// count says how much was found; accept is the key that looks.
func (f *search) count(accept string) string {
	n := Count(len(f.hits))
	if len(f.hits) >= maxHits {
		n += "+"
	}
	switch {
	case f.text == "":
		return accept + " finds"
	case len(f.hits) == 0:
		return "nothing found"
	case f.at < 0:
		return n + " found"
	}
	return Count(f.at+1) + " of " + n
}

// Cursor returns where the text cursor is in the pane as it was last drawn,
// nil when nothing is typed.
func (d *Detail) Cursor() *tea.Cursor {
	if !d.find.typing || d.find.tab != d.tab {
		return nil
	}
	c := tea.NewCursor(1+d.find.x, d.h-2)
	c.Shape = tea.CursorBar
	return c
}

// dataKey takes the keys of payloads: raw and laid out, folds, matches.
func (d *Detail) dataKey(k tea.KeyPressMsg) bool {
	in := func(b keymap.Binding) bool { return key.Matches(k, b) }
	switch {
	case in(d.km.NextMatch):
		return d.nextHit(1)
	case in(d.km.PrevMatch):
		return d.nextHit(-1)
	case d.tab == tabHistory && d.historyKey(k):
	case d.tab != tabHistory && d.tab != tabData || d.s.Prepared == nil:
		return false
	case in(d.km.Raw):
		d.raw = !d.raw
		d.data.rows.setRaw(d.raw, d.data.height(d))
		d.hist.setRaw(d)
		d.hist.foundIn = nil
		d.searchAgain() // escapes are in the one and not in the other
	case in(d.km.FoldAll), in(d.km.UnfoldAll):
		rows, h := d.rows()
		if rows == nil {
			return false
		}
		rows.foldAll(in(d.km.FoldAll), h)
	default:
		return false
	}
	return true
}

// rows returns the payloads that have the cursor, nil while none has, and the
// height of their window.
func (d *Detail) rows() (*docRows, int) {
	switch {
	case d.s.Prepared == nil:
	case d.tab == tabData:
		return &d.data.rows, d.data.height(d)
	case d.tab == tabHistory && d.hist.expanded && d.hist.total(d) > 0:
		d.hist.event(d)
		return &d.hist.rows, d.hist.height(d)
	}
	return nil, 0
}

// Path returns the path of the value under the cursor.
func (d *Detail) Path() (string, bool) {
	rows, _ := d.rows()
	if rows == nil {
		return "", false
	}
	v, line, ok := rows.here()
	if !ok || !v.tree() {
		return "", false
	}
	return v.path(line), true
}
