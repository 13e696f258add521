package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
)

// FilterBar is the one-line input of the filter. What is wrong in its text is
// underlined, and a second line says what was expected, or else how the text
// can go on.
type FilterBar struct {
	t    *Theme
	km   keymap.Map
	keys editKeys
	edit *editor
	// before is the text that cancelling returns to.
	before string
	// x is the cell of the cursor as last drawn, below 0 for none; room is how
	// many cells the text then had.
	x, room int

	values workflow.Values
	query  workflow.Query
	// next is how the text can go on at the cursor; at is the candidate that a
	// completion stands on, below 0 for none, and to where it ends.
	next   workflow.Completion
	at, to int
	// insist shows a mistake where candidates would be shown else: enter was
	// pressed on it.
	insist bool
}

// filterPrompt stands before the text.
const filterPrompt = " /"

// NewFilterBar makes an empty bar.
func NewFilterBar(t Theme) *FilterBar {
	b := &FilterBar{t: &t, km: keymap.Default(), keys: newEditKeys(), edit: newEditor("", t.unprintable(), false), x: -1}
	b.follow()
	return b
}

// SetTheme changes the colours and symbols.
func (b *FilterBar) SetTheme(t Theme) {
	b.t = &t
	b.edit.bad = t.unprintable()
}

// SetValues changes what values are completed with.
func (b *FilterBar) SetValues(v workflow.Values) {
	b.values = v
	if b.at < 0 {
		b.follow()
	}
}

// Open starts with a text, the cursor at its end. It returns no command; the
// cursor is the terminal's own.
func (b *FilterBar) Open(text string) tea.Cmd {
	b.before = text
	b.edit.setText(text)
	b.follow()
	return nil
}

// follow reads the text anew, after it or the cursor has moved.
func (b *FilterBar) follow() {
	b.query = workflow.ParseQuery(b.edit.text())
	b.next = workflow.Complete(b.edit.text(), b.edit.col, b.values)
	b.at, b.insist = -1, false
}

// Update takes a key or a paste, whose line breaks become spaces. The text is
// the filter now; done and cancelled close the bar, and cancelling returns the
// text that it was opened with. A text with a mistake is never done. changed
// says that the text is not what it was before this message.
func (b *FilterBar) Update(msg tea.Msg) (text string, done, cancelled, changed bool, cmd tea.Cmd) {
	was, version := b.edit.text(), b.edit.version
	switch msg := msg.(type) {
	case tea.PasteMsg:
		b.edit.insert(typed(msg.Content, false))
	case tea.KeyPressMsg:
		switch {
		case key.Matches(msg, b.km.Cancel):
			b.edit.setText(b.before)
			b.follow()
			return b.before, false, true, b.before != was, nil
		case key.Matches(msg, b.km.Accept):
			return was, !b.refuses(), false, false, nil
		case key.Matches(msg, b.km.NextField):
			b.complete(1)
			return b.edit.text(), false, false, b.edit.version != version, nil
		case key.Matches(msg, b.km.PrevField):
			b.complete(-1)
			return b.edit.text(), false, false, b.edit.version != version, nil
		}
		b.keys.handle(b.edit, msg)
	}
	b.follow()
	return b.edit.text(), false, false, b.edit.version != version, nil
}

// refuses goes to a mistake that keeps the text from being accepted.
func (b *FilterBar) refuses() bool {
	m, bad := b.query.Mistake()
	if bad {
		b.edit.goTo(0, m.To)
		b.follow()
		b.insist = true
	}
	return bad
}

// complete puts the next or the previous candidate into the text.
func (b *FilterBar) complete(step int) {
	n := len(b.next.Candidates)
	if n == 0 {
		return
	}
	switch {
	case b.at >= 0:
		b.at = (b.at + step + n) % n
	case step > 0:
		b.at, b.to = 0, b.next.To
	default:
		b.at, b.to = n-1, b.next.To
	}
	b.edit.goTo(0, b.to)
	b.edit.cut(b.next.From, b.to)
	b.edit.insert(b.next.Candidates[b.at].Insert)
	b.to = b.edit.col
	if n == 1 {
		b.follow() // on to what comes behind it
		return
	}
	b.query, b.insist = workflow.ParseQuery(b.edit.text()), false
}

// shown returns the mistake to be shown. What is still being typed is none: the
// candidates say what was expected. A hint waits until there are no candidates.
func (b *FilterBar) shown() (workflow.Mistake, bool) {
	all := b.query.Mistakes()
	for _, m := range all {
		typing := len(b.next.Candidates) > 0 && m.From <= b.edit.col && b.edit.col <= m.To
		if !m.Hint && (b.insist || !typing) {
			return m, true
		}
	}
	i := slices.IndexFunc(all, func(m workflow.Mistake) bool { return m.Hint })
	if i < 0 || len(b.next.Candidates) > 0 {
		return workflow.Mistake{}, false
	}
	return all[i], true
}

// View draws the bar in w cells.
func (b *FilterBar) View(w int) string {
	room := w - width(filterPrompt)
	if room < 1 {
		b.x = -1
		return pad(w)
	}
	hint := b.km.NextField.Help().Key + " completes   " + b.km.Accept.Help().Key + " keeps   " + b.km.Cancel.Help().Key + " goes back "
	if room < 2*width(hint) {
		hint = b.km.Accept.Help().Key + " keeps   " + b.km.Cancel.Help().Key + " goes back "
	}
	if room < 2*width(hint) {
		hint = ""
	}
	room -= width(hint)
	b.room = room
	b.edit.setSize(room, 1)
	x, _ := b.edit.cursorCell()
	b.x = min(width(filterPrompt)+x, w-1)
	text := b.drawText()
	if b.edit.empty() {
		text = b.t.Faint.Draw(b.t.fit("words, or status:failed name:Order* age:<1h", room))
	}
	return clip(b.t.Accent.Draw(filterPrompt)+clip(text, room)+b.t.Faint.Draw(hint), w)
}

// drawText draws what is seen of the text, with the mistake underlined.
func (b *FilterBar) drawText() string {
	line := b.edit.view(b.t.Glyphs.Ellipsis)[0]
	m, bad := b.shown()
	from, to := b.cells(m)
	if !bad || from >= to {
		return b.t.Text.Draw(line)
	}
	return b.t.Text.Draw(ansi.Cut(line, 0, from)) + b.t.Match.Draw(ansi.Cut(line, from, to)) +
		b.t.Text.Draw(ansi.Cut(line, to, ansi.StringWidth(line)))
}

// cells returns the cells of the text under which a mistake stands, as far as
// they are seen.
func (b *FilterBar) cells(m workflow.Mistake) (from, to int) {
	left, text := b.edit.left, b.edit.text()
	if m.To <= left {
		return 0, 0
	}
	from = cellsOf(text[left:max(left, m.From)], b.edit.bad)
	to = cellsOf(text[left:m.To], b.edit.bad)
	return min(from, b.room), min(to, b.room)
}

// Help draws the second line in w cells: a mistake and what was expected, or
// how the text can go on. It is empty when there is nothing to say. View comes
// first.
func (b *FilterBar) Help(w int) string {
	if w < 1 {
		return ""
	}
	if m, bad := b.shown(); bad {
		return b.drawMistake(m, w)
	}
	if len(b.next.Candidates) > 0 {
		return b.drawCandidates(w)
	}
	return ""
}

// drawMistake says what is wrong: under the mistake where there is room, with
// marks that need no colour.
func (b *FilterBar) drawMistake(m workflow.Mistake, w int) string {
	glyph, pen := b.t.Glyphs.Status[workflow.Failed], b.t.Bad
	if m.Hint {
		glyph, pen = b.t.Glyphs.Bullet, b.t.Warn
	}
	s := newStrip(b.t, w)
	from, to := b.cells(m)
	carets := strings.Repeat("^", max(0, to-from))
	at := width(filterPrompt) + from
	need := width(m.Text) + 2
	switch {
	case carets != "" && at+len(carets)+need <= w:
		return s.gap(at).put(pen, carets).gap(1).put(pen, m.Text).end()
	case carets != "" && need+1 < at:
		return s.gap(1).put(pen, m.Text).gap(at-1-width(m.Text)).put(pen, carets).end()
	}
	return s.gap(1).put(pen, glyph).gap(1).put(pen, m.Text).end()
}

// drawCandidates lists the candidates around the one that the text has now,
// which stands in brackets.
func (b *FilterBar) drawCandidates(w int) string {
	all := b.next.Candidates
	first := b.firstCandidate(w)
	s := newStrip(b.t, w)
	if first > 0 {
		s.put(b.t.Faint, b.t.Glyphs.Ellipsis)
	} else {
		s.gap(1)
	}
	for i := first; i < len(all) && s.left > 2; i++ {
		if i == b.at {
			s.put(b.t.Accent, "[").put(b.t.Strong, all[i].Label).put(b.t.Accent, "]")
			continue
		}
		s.gap(1).put(b.t.Dim, all[i].Label).gap(1)
	}
	return s.end()
}

// firstCandidate returns the first candidate to draw, so that the one that the
// text has now is in sight.
func (b *FilterBar) firstCandidate(w int) int {
	used, first := 1, 0
	for i := 0; i <= b.at; i++ {
		used += width(b.next.Candidates[i].Label) + 2
		if used >= w {
			first, used = i, 1+width(b.next.Candidates[i].Label)+2
		}
	}
	return first
}

// Cursor returns where the cursor stands in the bar as it was last drawn.
func (b *FilterBar) Cursor() *tea.Cursor {
	if b.x < 0 {
		return nil
	}
	c := tea.NewCursor(b.x, 0)
	c.Shape = tea.CursorBar
	return c
}
