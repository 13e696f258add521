package model

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// awaitSnapshot waits for the next snapshot; it is re-armed after each.
func (m *Model) awaitSnapshot() tea.Cmd {
	feed, ctx := m.cfg.Feed, m.ctx
	return func() tea.Msg {
		if snap, ok := feed.Next(ctx); ok {
			return snapshotMsg{snap}
		}
		return feedEndedMsg{}
	}
}

// tookSnapshot takes a snapshot in and has the rows selected anew.
func (m *Model) tookSnapshot(snap fleet.Snapshot) tea.Cmd {
	gone, several := m.goneApps(snap), m.several()
	m.snap = snap
	m.list.SetApps(m.several())
	cmds := []tea.Cmd{m.awaitSnapshot()}
	switch {
	case len(gone) == 0:
	case several:
		m.voidApps(gone)
	default:
		m.voidEverything(gone[0], snap.Names())
	}
	m.showNotes()
	switch {
	case len(gone) > 0:
		cmds = append(cmds, m.selectRows())
	case m.frozen:
		cmds = append(cmds, m.followSelection())
	default:
		cmds = append(cmds, m.selectAgain())
	}
	m.list.SetEmpty(m.emptyList())
	cmds = append(cmds, m.lookAfter())
	return tea.Batch(cmds...)
}

// voidEverything forgets what belonged to the app that answered before.
func (m *Model) voidEverything(old, now string) {
	m.frozen = false
	m.ahead.typed = nil
	m.stopParents()
	m.parents = newParents()
	m.tree.forget()
	m.leaveTrail()
	m.voidNotes()
	m.voidFlights(nil)
	m.following, m.focusStale = nil, true
	m.setMarks(marks{})
	said, why := m.whoAnswers(workflow.Clean(old), workflow.Clean(now))
	m.voidForms(nil, why, workflow.Clean(old))
	m.filter.App = ""
	m.quitting, m.detailOpen = false, false // the question to quit is gone with the others
	m.setFocus(focusList)
	m.arrange()
	m.want(workflow.Key{})
	m.detailGen++
	m.shown, m.recent, m.settled = shown{}, recent{}, false
	m.detail.SetState(ui.DetailState{})
	m.list.SetRows(ui.Rows{})
	// It goes into the log, and stays in sight: whoever was away must see it.
	m.lastFlight++
	m.record(entry{
		id: m.lastFlight, at: m.cfg.Now(), kind: ui.NoticeWarn,
		text: said + "; rows and open forms of before are void",
	})
	m.said.until = m.cfg.Now().Add(stayFor)
}

// wantFor is how long a new instance may take to come into the list and be
// selected there; later it would be in the way.
const wantFor = 5 * time.Second

// want has an instance selected as soon as the list has it.
func (m *Model) want(key workflow.Key) {
	m.wanted, m.wantedUntil = key, m.cfg.Now().Add(wantFor)
}

// workflowNames returns the names of an app's workflows seen in the list, each
// once, for the form that starts an instance.
func (m *Model) workflowNames(app string) []string {
	const most = 50
	seen := map[string]bool{}
	var names []string
	for i := range m.snap.Instances {
		n := m.snap.Instances[i].Name
		if n != "" && m.snap.Instances[i].AppID == app && !seen[n] {
			seen[n] = true
			names = append(names, n)
			if len(names) == most {
				break
			}
		}
	}
	slices.Sort(names)
	return names
}

// whoAnswers says that the only app is gone, and who is there in its place. Both
// texts say the same, for a log and as a sentence.
func (m *Model) whoAnswers(old, now string) (log, sentence string) {
	at := workflow.Clean(m.snap.Address)
	switch {
	case now == "":
		return "no sidecar of " + old + " is left", "No sidecar of " + old + " is left."
	case now == old:
		return "another app answered at " + at + " for a moment, and " + old + " is back",
			"Another app answered at " + at + " for a moment: " + old + " is back, and begins anew here."
	case m.several():
		return "no sidecar of " + old + " is left: there are " + now, "No sidecar of " + old + " is left. There are " + now + "."
	}
	return "another app answers at " + at + ": it was " + old + " and is " + now,
		"Another app answers at " + at + " now: " + now + ", not " + old + "."
}
