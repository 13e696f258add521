package model

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// followed is one instance that is followed to its end, wherever the selection
// is meanwhile.
type followed struct {
	key    workflow.Key
	label  string
	status workflow.Status
	// at is its place in the last snapshot: mostly that in the next one too.
	at int
}

// follow begins to follow the selected instance, or ends it.
func (m *Model) follow() tea.Cmd {
	row, ok := m.selected()
	if !ok {
		m.notice(ui.NoticeWarn, "no instance is selected")
		return nil
	}
	if i := m.followedAt(row.Key); i >= 0 {
		m.following = slices.Delete(m.following, i, i+1)
		m.followChanged()
		m.notice(ui.NoticeInfo, "no longer following "+m.named(row.Label, row.AppID))
		return nil
	}
	if row, ok := m.newest(row.Key); ok && row.Status.Terminal() {
		m.notice(ui.NoticeWarn, fmt.Sprintf("%s is %s: there is nothing left to follow", row.Label, row.Status))
		return nil
	}
	m.following = append(m.following, followed{key: row.Key, label: row.Label, status: row.Status})
	m.followChanged()
	text := ": a bell when it ends or stalls; f again ends it"
	if m.held {
		text = " once reading goes on: Z"
	}
	m.notice(ui.NoticeInfo, "following "+m.named(row.Label, row.AppID)+text)
	m.detail.ToNewest()
	return nil
}

// followedAt is the place of an instance among those that are followed, or -1.
func (m *Model) followedAt(key workflow.Key) int {
	return slices.IndexFunc(m.following, func(f followed) bool { return f.key == key })
}

// followChanged shows who is followed, and has them read first.
func (m *Model) followChanged() {
	m.focusStale = true
	m.showDetail()
}

// lookAfter tells of followed instances that have ended, are gone or have
// stalled since the last snapshot, with one bell for all of them.
func (m *Model) lookAfter() tea.Cmd {
	if len(m.following) == 0 {
		return nil
	}
	var said []string
	var worst ui.NoticeKind
	m.following = slices.DeleteFunc(m.following, func(f followed) bool { return f.status.Terminal() })
	for i := range m.following {
		f := &m.following[i]
		if !m.upToDate(f.key.AppID) {
			continue
		}
		text, kind := m.fate(f)
		if text == "" {
			continue
		}
		m.lastFlight++
		m.record(entry{id: m.lastFlight, at: m.cfg.Now(), kind: kind, text: text})
		said = append(said, text)
		if kind == ui.NoticeBad || worst != ui.NoticeBad && kind == ui.NoticeWarn || worst == ui.NoticeInfo {
			worst = kind
		}
	}
	if len(said) == 0 {
		return nil
	}
	if len(said) > 1 {
		m.said.notice = ui.Notice{Kind: worst, Text: m.words(strings.Join(said, " · "))}
		m.said.missed = 0 // all are in it
	}
	m.said.until = m.cfg.Now().Add(stayFor)
	m.following = slices.DeleteFunc(m.following, func(f followed) bool { return f.status.Terminal() })
	m.followChanged()
	return tea.Raw("\a")
}

// fate says what has become of a followed instance, empty for nothing new. One
// that has ended or is gone has a terminal status afterwards.
func (m *Model) fate(f *followed) (text string, kind ui.NoticeKind) {
	label := m.named(f.label, f.key.AppID)
	row, ok := m.placed(f)
	if !ok {
		f.status = workflow.Terminated
		return label + " is gone: it was purged", ui.NoticeWarn
	}
	was := f.status
	f.status = row.Status
	if was == row.Status {
		return "", ui.NoticeInfo
	}
	switch row.Status {
	case workflow.Completed:
		return label + " has ended: COMPLETED", ui.NoticeGood
	case workflow.Failed:
		return label + " has ended: FAILED" + because(row.Failure), ui.NoticeBad
	case workflow.Terminated, workflow.Canceled:
		return fmt.Sprintf("%s has ended: %s", label, row.Status), ui.NoticeWarn
	case workflow.Stalled:
		return label + " is STALLED" + because(row.Failure), ui.NoticeWarn
	case workflow.Unknown, workflow.Pending, workflow.Running, workflow.Suspended, workflow.ContinuedAsNew:
	}
	return "", ui.NoticeInfo
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// placed finds a followed instance in the newest snapshot.
func (m *Model) placed(f *followed) (*workflow.Instance, bool) {
	all := m.snap.Instances
	if f.at < len(all) && all[f.at].Key == f.key {
		return all[f.at], true
	}
	for i := range all {
		if all[i].Key == f.key {
			f.at = i
			return all[i], true
		}
	}
	return nil, false
}

// detailLabel is the title of the detail pane.
func (m *Model) detailLabel(row workflow.Instance) string {
	if m.followedAt(row.Key) < 0 {
		return row.Label
	}
	return row.Label + m.words(" · FOLLOWING")
}
