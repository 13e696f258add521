package ui

import (
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// scheduled stands where a PENDING instance has neither name nor date: the
// runtime tells neither before it starts.
const scheduled = "(scheduled)"

// The marks behind the status word of a row that may no longer be true.
const (
	markMissing = "?"
	markReadErr = "!"
)

// statusWord is a status in at most wordWidth cells.
func statusWord(s workflow.Status) string {
	if s == workflow.ContinuedAsNew {
		return "CONTINUED"
	}
	return s.String()
}

func statusLower(s workflow.Status) string {
	if s == workflow.ContinuedAsNew {
		return "continued as new"
	}
	return strings.ToLower(s.String())
}

// View draws the pane: w x h cells with frame and title.
func (l *List) View() string {
	t := &l.theme
	if l.w < 4 || l.h < listChrome {
		return strings.Join(box(nil, max(0, l.w), max(0, l.h)), "\n")
	}
	title := l.title
	if n := len(l.marked); n > 0 {
		title += " " + t.Glyphs.Bullet + " " + Count(n) + " marked"
	}
	if !l.cols.shows(l.by) && l.rows.Len() > 0 {
		title += " " + t.Glyphs.Bullet + " by " + l.by.String() + " " + l.arrow()
	}
	if l.rows.Len() == 0 {
		lines := DrawEmpty(t, l.empty, l.w-2, l.h-2)
		return t.pane(title, lines, l.w, l.h, l.focus, scroll{})
	}
	lines := make([]string, 0, l.h-2)
	lines = append(lines, l.heads())
	for i := l.top; i < min(l.rows.Len(), l.top+l.page()); i++ {
		lines = append(lines, l.row(l.rows.all[i], i == l.cursor))
	}
	return t.pane(title, lines, l.w, l.h, l.focus, scroll{l.top, l.page(), l.rows.Len()})
}

// arrow points up where the smallest value stands on top. Dates are shown as
// ages, and the newest has the smallest; as times of day it is the greatest.
func (l *List) arrow() string {
	down := l.rev
	if l.clock.Absolute && (l.by == workflow.SortCreated || l.by == workflow.SortUpdated) {
		down = !down
	}
	if down {
		return l.theme.Glyphs.Down
	}
	return l.theme.Glyphs.Up
}

// heads draws the heads of the columns; the one sorted by has an arrow.
func (l *List) heads() string {
	s := newStrip(&l.theme, l.w-2).gap(l.lead())
	for i, c := range l.shown {
		if i > 0 {
			s.gap(colGap)
		}
		l.headOf(s, c)
	}
	return s.end()
}

func (l *List) headOf(s *strip, c column) {
	t, w := &l.theme, l.cols.width(c)
	switch c {
	case columnStatus:
		l.head(s, "STATUS", w, workflow.SortStatus, false)
	case columnWorkflow:
		l.head(s, "WORKFLOW", w, workflow.SortName, false)
	case columnApp:
		l.head(s, "APP", w, workflow.SortApp, false)
	case columnInstance:
		l.head(s, "INSTANCE", w, workflow.SortID, false)
	case columnAge:
		age := "AGE"
		if l.clock.Absolute {
			age = "CREATED"
		}
		l.head(s, age, w, workflow.SortCreated, true)
	case columnUpdated:
		updated := "UPDATED"
		if w < updatedWidth {
			updated = "UPD"
		}
		l.head(s, updated, w, workflow.SortUpdated, true)
	case columnWaiting:
		s.put(t.Faint, t.fit(l.cols.waitHead(), w))
	case columnCustom:
		l.head(s, "CUSTOM STATUS", w, workflow.SortCustom, false)
	case numColumns:
	}
}

func (l *List) head(s *strip, text string, w int, by workflow.SortBy, right bool) {
	t := &l.theme
	pen := t.Faint
	switch {
	case by != l.by:
	case right:
		pen, text = t.Dim, l.arrow()+text
	default:
		pen, text = t.Dim, text+" "+l.arrow()
	}
	if right {
		s.put(pen, t.fitRight(text, w))
	} else {
		s.put(pen, t.fit(text, w))
	}
}

// row draws one instance.
func (l *List) row(r *workflow.Instance, selected bool) string {
	t := &l.theme
	s := newStrip(t, l.w-2)
	s.sel = selected
	switch {
	case selected && l.focus:
		s.put(t.Accent, t.Glyphs.Cursor)
	case selected:
		s.put(t.Dim, t.Glyphs.Bullet)
	default:
		s.gap(1)
	}
	switch {
	case l.marked[r.Key]:
		s.put(t.Accent, t.Glyphs.Mark).gap(markWidth - 1)
	case len(l.marked) > 0:
		s.gap(markWidth)
	}
	look := l.pens(r)
	s.put(look.status, t.StatusGlyph(r.Status))
	if l.cols.status > 0 {
		s.gap(1)
	} else {
		l.mark(s, r, 1) // where the word would have it
	}
	after := 0 // the cells before the next column
	for i, c := range l.shown {
		if after > 0 {
			s.gap(after)
		}
		if c == columnInstance && l.undated(s, r, look, l.shown[i:]) {
			break
		}
		l.cell(s, c, r, look)
		after = colGap
		if c == columnStatus {
			l.mark(s, r, colGap)
			after = 0
		}
	}
	return s.end()
}

// undated draws the instance over the column of its age where that has nothing
// to show, nothing else follows, and no other column tells why.
func (l *List) undated(s *strip, r *workflow.Instance, look rowPens, rest []column) bool {
	c := &l.cols
	n := c.id + colGap + c.age - len(scheduled) - 1
	if !isUndated(r) || c.name > 0 || len(rest) != 2 || rest[1] != columnAge || n < 4 {
		return false
	}
	s.put(look.text, l.theme.fitMiddle(r.Label, n)).gap(1).put(look.quiet, scheduled)
	return true
}

// isUndated reports whether the runtime tells neither name nor date of an
// instance, because it has not started.
func isUndated(r *workflow.Instance) bool {
	return r.Status == workflow.Pending && r.Created.IsZero()
}

// cell draws one column of a row.
func (l *List) cell(s *strip, c column, r *workflow.Instance, look rowPens) {
	t, w := &l.theme, l.cols.width(c)
	switch c {
	case columnStatus:
		s.put(look.status, t.fit(statusWord(r.Status), w))
	case columnWorkflow:
		if r.Name != "" || !isUndated(r) {
			s.put(look.text, t.fit(r.Name, w))
		} else {
			s.put(look.quiet, t.fit(scheduled, w))
		}
	case columnInstance:
		s.put(look.text, t.fitMiddle(r.Label, w))
	case columnAge:
		s.put(look.quiet, t.fitRight(l.brief(r, r.Created, w), w))
	case columnUpdated:
		s.put(look.quiet, t.fitRight(l.brief(r, r.Updated, w), w))
	case columnWaiting:
		text, pen := l.waiting(r, look, l.cols)
		s.put(pen, t.fit(text, w))
	case columnCustom:
		text, pen := l.info(r, look)
		s.put(pen, t.fit(text, w))
	case columnApp:
		s.put(look.quiet, t.fit(workflow.CleanID(r.AppID), w))
	case numColumns:
	}
}

// brief is Clock.Brief for a column that may be too narrow for a date with a
// time: the day, or the month of another year, is then what it shows.
func (l *List) brief(r *workflow.Instance, at time.Time, w int) string {
	c := l.clock.For(r.AppID)
	s := c.Brief(at)
	switch {
	case len(s) <= w:
		return s
	case len(s) == clockWidth:
		return s[:len("Jan 02")]
	}
	return s[:min(len(s), len("2006-01"))]
}

// mark fills the n cells behind the status.
func (l *List) mark(s *strip, r *workflow.Instance, n int) {
	switch {
	case r.ReadErr != "":
		s.put(l.theme.Warn, markReadErr).gap(n - 1)
	case r.Missing:
		s.put(l.theme.Warn, markMissing).gap(n - 1)
	default:
		s.gap(n)
	}
}

// rowPens are how strongly a row stands out.
type rowPens struct{ status, text, quiet Pen }

// pens lets rows that have ended well step back, so that the eye lands on what
// runs and on what is wrong.
func (l *List) pens(r *workflow.Instance) rowPens {
	t := &l.theme
	p := rowPens{status: t.Status(r.Status), text: t.Text, quiet: t.Dim}
	switch {
	case r.Missing:
		return rowPens{t.Faint, t.Faint, t.Faint}
	case r.Status.Terminal() && r.Status != workflow.Failed:
		p.text, p.quiet = t.Dim, t.Faint
	}
	return p
}

// waiting is what the column of waits tells. Where it has to do for the custom
// status too, doubt about the row comes first, and what the row has to say
// itself where it waits on nothing.
func (l *List) waiting(r *workflow.Instance, look rowPens, c columns) (string, Pen) {
	shared := c.info == 0
	if shared && (r.ReadErr != "" || r.Missing) {
		return l.info(r, look)
	}
	switch text, alarm := l.waitsOn(r, c.wait); {
	case alarm:
		return text, l.theme.Warn
	case text != "":
		return text, look.quiet
	case shared:
		return l.info(r, look)
	}
	return "", look.quiet
}

// info is what the last column tells: why a row may not be true, why it has
// failed, or its custom status.
func (l *List) info(r *workflow.Instance, look rowPens) (string, Pen) {
	t := &l.theme
	switch {
	case r.ReadErr != "":
		return "not read: " + r.ReadErr, t.Warn
	case r.Missing:
		return "not in the last listing", t.Warn
	case r.Failure != "":
		return workflow.Reason(r.Failure), t.Bad
	}
	return r.CustomStatus, look.quiet
}
