package model

import (
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/ui"
)

// said is a remark that belongs to no action: a refusal, a copy, an option.
type said struct {
	notice ui.Notice
	until  time.Time
}

// sayFor is how long a remark stays.
const sayFor = 8 * time.Second

// stayFor is how long one stays that must not be missed: until another takes
// its place, or esc takes it away.
const stayFor = time.Hour

func (s *said) expire(now time.Time) {
	if now.After(s.until) {
		s.notice = ui.Notice{}
	}
}

// notice makes a remark in the footer.
func (m *Model) notice(kind ui.NoticeKind, text string) {
	now := m.cfg.Now()
	m.said = said{notice: ui.Notice{Kind: kind, Text: m.words(text)}, until: now.Add(sayFor)}
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
	m.said = said{notice: ui.Notice{Kind: e.kind, Text: e.text}, until: until}
}

// words returns text of our own without symbols of ambiguous width, when the
// console draws without them.
func (m *Model) words(text string) string {
	if !m.options.ASCII {
		return text
	}
	return strings.NewReplacer("…", "...", "·", "-", "–", "-", "→", "->").Replace(text)
}
