package model

import (
	"fmt"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/ui"
)

// said is a remark that belongs to no action: a refusal, a copy, an option.
type said struct {
	notice ui.Notice
	until  time.Time
	// id is the action whose outcome it is, 0 for none; since is when it came.
	id    uint64
	since time.Time
	// missed counts what went wrong and another outcome took the place of
	// before it can have been read.
	missed int
}

// readFor is how long an outcome takes to be noticed and read.
const readFor = 4 * time.Second

// shown is the remark, which also says what was missed.
func (s *said) shown() ui.Notice {
	n := s.notice
	if s.missed > 0 && n.Text != "" {
		n.Text = fmt.Sprintf("(%d more: L) %s", s.missed, n.Text)
	}
	return n
}

// missedBy returns how many outcomes will have been missed once the one of
// action id takes the place of this.
func (s *said) missedBy(id uint64, now time.Time) int {
	bad := s.notice.Kind == ui.NoticeBad || s.notice.Kind == ui.NoticeWarn
	if bad && s.notice.Text != "" && s.id != 0 && s.id != id && now.Sub(s.since) < readFor {
		return s.missed + 1
	}
	return s.missed
}

// outcome reports whether the remark says what came of an action.
func (s *said) outcome() bool {
	return s.id != 0 && s.notice.Text != "" && s.notice.Kind != ui.NoticeBusy
}

// sayFor is how long a remark stays.
const sayFor = 8 * time.Second

// stayFor is how long one stays that must not be missed: until another takes
// its place, or esc takes it away.
const stayFor = time.Hour

func (s *said) expire(now time.Time) {
	if now.After(s.until) {
		s.notice, s.missed = ui.Notice{}, 0
	}
}

// notice makes a remark in the footer.
func (m *Model) notice(kind ui.NoticeKind, text string) {
	now := m.cfg.Now()
	m.said = said{notice: ui.Notice{Kind: kind, Text: m.words(text)}, until: now.Add(sayFor), since: now, missed: m.said.missedBy(0, now)}
}

// noticeBehind makes a remark behind the outcome of an action that is in the
// footer, not in its place: the outcome is what the user waits for.
func (m *Model) noticeBehind(text string) {
	if m.said.id == 0 || m.said.notice.Text == "" {
		m.notice(ui.NoticeInfo, text)
		return
	}
	m.said.notice.Text += m.words(" · " + text)
}

// file writes a line of the log and leaves the footer alone.
func (m *Model) file(e entry) {
	e.text = m.words(e.text)
	m.journal.put(e)
}

// record writes a line of the log and shows it in the footer.
func (m *Model) record(e entry) {
	e.text = m.words(e.text)
	m.journal.put(e)
	now := m.cfg.Now()
	until := now.Add(sayFor)
	if e.kind == ui.NoticeBusy || e.kind == ui.NoticeBad {
		until = now.Add(stayFor)
	}
	missed := m.said.missedBy(e.id, now)
	if missed > 0 {
		until = now.Add(stayFor)
	}
	m.said = said{notice: ui.Notice{Kind: e.kind, Text: e.text}, until: until, id: e.id, since: now, missed: missed}
}

// words returns text of our own without symbols of ambiguous width, when the
// console draws without them.
func (m *Model) words(text string) string {
	if !m.options.ASCII {
		return text
	}
	return strings.NewReplacer("…", "...", "·", "-", "–", "-", "→", "->").Replace(text)
}
