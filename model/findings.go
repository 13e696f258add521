package model

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

const (
	// maxLooks is how many histories are read for the list of findings; the
	// rows on the screen come first.
	maxLooks = 200
	// looksAtATime is how many of them one command reads, so that the progress
	// is seen.
	looksAtATime = 16
	// freshNote is for how long what was judged last counts as true: some rules
	// are about how long something lasts.
	freshNote = 10 * time.Second
	// maxFound is how many instances the list of findings holds.
	maxFound = 2000
)

// findingsModal lists the instances of the filter that have a finding. It reads
// the histories of live ones, a few at a time and not without end.
type findingsModal struct {
	plainModal
	*ui.FindingsView

	ctx  context.Context //nolint:containedctx // ends the reading when the modal is closed
	stop context.CancelFunc
	rows []*workflow.Instance
	// several says that the rows are of more than one app.
	several bool
	// place is where each row stands; nil until the rows were gone through.
	place map[workflow.Key]int
	// todo are those yet to be read, done of total have been.
	todo        []workflow.Case
	done, total int
	running     bool
	// live is how many of the rows are live, and byHistory of how many the
	// history is known; failed could not be read.
	live, failed int
	byHistory    map[workflow.Key]bool
	found        map[workflow.Key][]workflow.Finding
}

// foundMsg brings findings for a list: first those that the rows alone tell,
// then those of histories.
type foundMsg struct {
	of    *findingsModal
	found map[workflow.Key][]workflow.Finding
	// place is where each row stands, once.
	place map[workflow.Key]int
	rest  []workflow.Case
	read  []*noted
}

// showFindings opens the list and begins to look.
func (m *Model) showFindings() tea.Cmd {
	f := &findingsModal{
		FindingsView: ui.NewFindings(m.theme, m.keys), rows: m.list.All(),
		byHistory: map[workflow.Key]bool{}, found: map[workflow.Key][]workflow.Finding{}, running: true, several: m.several(),
	}
	f.ctx, f.stop = context.WithCancel(m.ctx)
	f.choose(m)
	f.show()
	m.modals.push(f)
	return f.judgeRows(m)
}

// choose takes in what histories have told already, and decides which ones to
// read: those of live instances, first what is on the screen.
func (f *findingsModal) choose(m *Model) {
	now := m.cfg.Now()
	may := !m.held
	asked := map[workflow.Key]bool{}
	add := func(row *workflow.Instance) {
		if row.Status.Terminal() || asked[row.Key] {
			return
		}
		asked[row.Key] = true
		x, ok := m.notes.of(row.Key)
		f.live++
		if ok && x.err == nil && !row.Updated.After(x.upTo) {
			f.found[row.Key], f.byHistory[row.Key] = x.findings, true
			if now.Sub(x.asked) < freshNote {
				return
			}
		}
		if may && m.readsHistories(row.AppID) && len(f.todo) < maxLooks && row.Status != workflow.Pending && row.Status != workflow.Unknown && !row.Missing {
			f.todo = append(f.todo, m.caseOf(*row))
		}
	}
	for _, row := range m.list.Window() {
		add(row)
	}
	for _, row := range f.rows {
		add(row)
	}
	f.total = len(f.todo)
}

// judgeRows judges every row without its history, off the update loop.
func (f *findingsModal) judgeRows(m *Model) tea.Cmd {
	rows, apps, now := f.rows, m.snap, m.clock.Now
	seen, terminated, resumed := m.firstSeen, maps.Clone(m.terminated), maps.Clone(m.resumed) // firstSeen is never changed, but made anew
	known := maps.Clone(f.byHistory)
	return func() tea.Msg {
		msg := foundMsg{of: f, found: map[workflow.Key][]workflow.Finding{}, place: make(map[workflow.Key]int, len(rows))}
		for i, row := range rows {
			msg.place[row.Key] = i
			if known[row.Key] || row.Status.Terminal() && row.Status != workflow.Failed || len(msg.found) == maxFound {
				continue
			}
			c := workflow.Case{
				Instance: *row, Sidecar: apps.SidecarOf(row.AppID), Now: now, FirstSeen: seen[row.Key],
				TerminateSent: terminated[row.Key].at, ResumeSent: resumed[row.Key].at,
			}
			if found := workflow.Diagnose(c); len(found) > 0 {
				msg.found[row.Key] = found
			}
		}
		return msg
	}
}

// next reads some histories more.
func (f *findingsModal) next(m *Model) tea.Cmd {
	if !f.running || len(f.todo) == 0 || f.ctx.Err() != nil {
		f.running = false
		return nil
	}
	n := min(looksAtATime, len(f.todo))
	r := m.noteReader(f.todo[:n:n])
	f.todo = f.todo[n:]
	ctx := f.ctx
	return func() tea.Msg {
		read := r.run(ctx)
		return foundMsg{of: f, read: read, rest: r.cases}
	}
}

// tookFound takes in what was found, unless the list has been closed.
func (m *Model) tookFound(msg foundMsg) tea.Cmd {
	f := msg.of
	if !slices.Contains(m.modals.open, modal(f)) {
		return nil
	}
	maps.Copy(f.found, msg.found)
	if msg.place != nil {
		f.place = msg.place
	}
	f.todo = append(msg.rest, f.todo...)
	for _, x := range msg.read {
		f.done++
		m.takeNote(x)
		if x.err != nil {
			f.failed++
			continue
		}
		f.found[x.key], f.byHistory[x.key] = x.findings, true
	}
	f.todo = slices.DeleteFunc(f.todo, func(c workflow.Case) bool { return m.notes.none[c.Instance.AppID] })
	cmd := f.next(m)
	f.show()
	return cmd
}

// show draws what has been found so far.
func (f *findingsModal) show() {
	lines := make([]ui.FoundLine, 0, len(f.found)+1)
	idle, waiting := folds{}, folds{}
	for key, found := range f.found {
		i, ok := f.place[key]
		if !ok {
			continue
		}
		kept := make([]workflow.Finding, 0, len(found))
		for _, x := range found {
			switch {
			case x.Rule == workflow.RuleNoWorker: // it is the same for all of them
				idle.add(key, f.rows[i].Label, x)
			case x.Rule == workflow.RuleNothing && len(found) == 1: // what most of them wait for is an event
				waiting.add(key, f.rows[i].Label, x)
			default:
				kept = append(kept, x)
			}
		}
		if len(kept) > 0 {
			lines = append(lines, ui.FoundLine{Key: key, Label: f.rows[i].Label, Name: f.rows[i].Name, App: f.app(key.AppID), Findings: kept})
		}
	}
	slices.SortFunc(lines, func(a, b ui.FoundLine) int {
		if d := int(a.Findings[0].Severity) - int(b.Findings[0].Severity); d != 0 {
			return d
		}
		return f.place[a.Key] - f.place[b.Key]
	})
	lines = append(f.folded(idle), lines...)
	f.SetLines(append(lines, f.folded(waiting)...))
	f.SetProgress(f.done, f.total, f.running, f.lookedAt())
}

// fold is a finding that many instances of an app have: what it says, and the
// instances.
type fold struct {
	says   workflow.Finding
	key    workflow.Key
	labels []string
}

// folds are folds by app.
type folds map[string]*fold

func (x folds) add(key workflow.Key, label string, says workflow.Finding) {
	if x[key.AppID] == nil {
		x[key.AppID] = &fold{says: says, key: key}
	}
	x[key.AppID].labels = append(x[key.AppID].labels, label)
}

// maxFolded is how many instances a folded line names.
const maxFolded = 20

// folded are one line for each app. A single instance is named as any other.
func (f *findingsModal) folded(all folds) []ui.FoundLine {
	lines := make([]ui.FoundLine, 0, len(all))
	for _, app := range slices.Sorted(maps.Keys(all)) {
		x := all[app]
		if len(x.labels) == 1 && x.says.Rule == workflow.RuleNothing {
			lines = append(lines, ui.FoundLine{Key: x.key, Label: x.labels[0], Name: f.rows[f.place[x.key]].Name, App: f.app(app), Findings: []workflow.Finding{x.says}})
			continue
		}
		says := x.says
		if says.Rule == workflow.RuleNothing {
			slices.Sort(x.labels)
			says.Evidence = "Nothing is pending in their histories, and some SDKs record no waits for events: " + strings.Join(x.labels[:min(len(x.labels), maxFolded)], ", ")
			if n := len(x.labels) - maxFolded; n > 0 {
				says.Evidence += " and " + ui.Count(n) + " more"
			}
			says.Evidence += "."
			says.Remedy = "This is what healthy instances look like that wait for an event. If one of them should have moved on, open it and raise its event."
		}
		lines = append(lines, ui.FoundLine{
			Key: workflow.Key{AppID: app}, Label: ui.Plural(len(x.labels), "instance", "instances"), App: f.app(app), Findings: []workflow.Finding{says},
		})
	}
	return lines
}

// app is what an app is called, where there are several.
func (f *findingsModal) app(id string) string {
	if !f.several {
		return ""
	}
	return workflow.CleanID(id)
}

// lookedAt says what was looked at, and what was not.
func (f *findingsModal) lookedAt() string {
	s := "looked at " + ui.Plural(len(f.rows), "instance", "instances") + ", " + ui.Count(len(f.byHistory)) + " of " +
		ui.Count(f.live) + " live ones with their history"
	if f.failed > 0 {
		s += "; " + ui.Plural(f.failed, "history", "histories") + " could not be read"
	}
	return s
}

func (f *findingsModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch {
	case matches(k, m.keys.Back) && f.running:
		f.running = false
		f.stop()
		f.show()
	case matches(k, m.keys.Back), matches(k, m.keys.Quit), matches(k, m.keys.Findings):
		f.close(m)
	case matches(k, m.keys.CopyValue):
		return m.copyText("finding", f.Value())
	case matches(k, m.keys.CopyID):
		if l, ok := f.Selected(); ok && l.Key.InstanceID != "" {
			return m.copyIDOf(l.Key.InstanceID)
		}
	case matches(k, m.keys.Open):
		return f.goThere(m)
	default:
		f.HandleKey(k)
	}
	return nil
}

func (f *findingsModal) close(m *Model) {
	f.stop()
	m.modals.remove(f)
}

// goThere opens the selected instance.
func (f *findingsModal) goThere(m *Model) tea.Cmd {
	l, ok := f.Selected()
	if !ok || l.Key.InstanceID == "" {
		return nil
	}
	f.close(m)
	if !m.list.Select(l.Key) {
		m.notice(ui.NoticeWarn, l.Label+" is no longer in the list")
		return nil
	}
	return tea.Batch(m.selectionMoved(), m.open())
}

func (f *findingsModal) resize(w, h int)     { f.SetSize(w, h) }
func (f *findingsModal) setTheme(t ui.Theme) { f.SetTheme(t) }
func (f *findingsModal) view() string        { return f.View() }
