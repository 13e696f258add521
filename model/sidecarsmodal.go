package model

import (
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// sidecarsModal is the preflight: what each sidecar says of itself, and what is
// wrong with it.
type sidecarsModal struct {
	plainModal
	*ui.SidecarsView
}

// showSidecars opens the preflight on the sidecar of the selected instance.
func (m *Model) showSidecars() {
	if s := m.cfg.Saved; s != nil { // what the file says of one was true then
		m.notice(ui.NoticeInfo, s.Name+" is a file: no sidecar is behind it")
		return
	}
	x := &sidecarsModal{SidecarsView: ui.NewSidecars(m.theme, m.keys)}
	x.tick(m)
	if a := m.here(); a != nil {
		x.Select(workflow.CleanID(a.ID()))
	}
	m.modals.push(x)
}

func (x *sidecarsModal) update(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch {
	case matches(k, m.keys.CopyValue):
		return m.copyText("what is known of the sidecar", x.Value())
	case matches(k, m.keys.Refresh):
		m.cfg.Feed.Refresh()
		return nil
	case matches(k, m.keys.Purge):
		return x.cure(m)
	case matches(k, m.keys.Dismiss):
		x.dismiss(m)
		return nil
	case matches(k, m.keys.Open):
		return x.goThere(m)
	}
	if x.HandleKey(k) {
		m.modals.remove(x)
	}
	return nil
}

// cure opens the form that purges the instance which breaks the listing.
func (x *sidecarsModal) cure(m *Model) tea.Cmd {
	l, ok := x.Selected()
	if !ok {
		return nil
	}
	for i := range m.snap.Apps {
		a := &m.snap.Apps[i]
		t, sick := poisonOf(a)
		if !sick || workflow.CleanID(a.ID()) != l.App {
			continue
		}
		for j := range m.actions {
			if m.actions[j].name == actionPurge {
				m.modals.remove(x)
				return m.fillIn(&m.actions[j], t, nil)
			}
		}
	}
	return nil
}

// dismiss lets the selected sidecar go when its process has ended.
func (x *sidecarsModal) dismiss(m *Model) {
	l, ok := x.Selected()
	if !ok || m.cfg.Dismiss == nil {
		return
	}
	for i := range m.snap.Apps {
		for j := range m.snap.Apps[i].Members {
			s := &m.snap.Apps[i].Members[j]
			if workflow.Clean(s.Address) != l.Address {
				continue
			}
			if s.Gone {
				m.cfg.Dismiss(s.Address)
			} else {
				m.notice(ui.NoticeInfo, l.Address+" runs: only a sidecar that has stopped can be dismissed")
			}
			return
		}
	}
}

// goThere narrows the list to the app of the selected sidecar.
func (x *sidecarsModal) goThere(m *Model) tea.Cmd {
	l, ok := x.Selected()
	if !ok || !m.several() {
		return nil
	}
	for i := range m.snap.Apps {
		if id := m.snap.Apps[i].ID(); id != "" && workflow.CleanID(id) == l.App {
			m.modals.remove(x)
			return m.narrow(id)
		}
	}
	return nil
}

func (x *sidecarsModal) tick(m *Model)       { x.SetLines(m.sidecarLines(), m.whyNoSidecars()) }
func (x *sidecarsModal) resize(w, h int)     { x.SetSize(w, h) }
func (x *sidecarsModal) setTheme(t ui.Theme) { x.SetTheme(t) }
func (x *sidecarsModal) view() string        { return x.View() }

// whyNoSidecars says why there is none.
func (m *Model) whyNoSidecars() string {
	if m.snap.Searching {
		return "No sidecar has been found on this machine. It is looked for every two seconds."
	}
	return "There is no sidecar."
}

// sidecarLines are all sidecars by their apps.
func (m *Model) sidecarLines() []ui.SidecarLine {
	var lines []ui.SidecarLine
	for i := range m.snap.Apps {
		a := &m.snap.Apps[i]
		for j := range a.Members {
			lines = append(lines, m.sidecarLine(a, &a.Members[j]))
		}
	}
	return lines
}

func (m *Model) sidecarLine(a *fleet.App, s *fleet.Sidecar) ui.SidecarLine {
	l := ui.SidecarLine{
		App: workflow.CleanID(s.Sidecar.AppID), Name: s.Name, Address: workflow.Clean(s.Address), Facts: m.factsOfSidecar(s),
	}
	for _, f := range m.preflight(a, s) {
		if f.Rule == workflow.RuleRuntimeFault { // nothing is wrong yet
			l.Notes = append(l.Notes, f)
		} else {
			l.Findings = append(l.Findings, f)
		}
	}
	if v := s.Sidecar.Version; v != "" {
		l.Version = "dapr " + v
	}
	if s.Sidecar.WorkersKnown {
		l.Workers = ui.Plural(s.Sidecar.Workers, "worker", "workers")
	}
	l.Kind, l.State = m.stateOf(a, s)
	if s.Gone && m.cfg.Dismiss != nil {
		l.Hint = m.keys.Dismiss.Help().Key + " dismisses it, with the rows that it left; it joins again when it runs"
	}
	if _, sick := poisonOf(a); sick && s.Reads {
		if k := m.keys.Purge; k.Enabled() {
			l.Hint = k.Help().Key + " purges that instance by force, which cures the listing"
		}
	}
	return l
}

// stateOf is what a sidecar does, in a few words.
func (m *Model) stateOf(a *fleet.App, s *fleet.Sidecar) (ui.NoticeKind, string) {
	reserve := !s.Reads && len(a.Members) > 1 // it is not read, however far its load had come
	switch s.Phase {
	case watch.Down:
		if s.Gone {
			return ui.NoticeWarn, "stopped"
		}
		return ui.NoticeBad, notConnected(s.Err)
	case watch.Refused:
		return ui.NoticeBad, "listing refused"
	case watch.Connecting:
		return ui.NoticeBusy, "connecting"
	case watch.Loading:
		if !reserve {
			return ui.NoticeBusy, "loading"
		}
	case watch.Ready:
	}
	switch {
	case s.Apart:
		return ui.NoticeWarn, "not listed: another of this ID"
	case reserve:
		return ui.NoticeGood, "in reserve"
	case s.Sidecar.WorkersKnown && s.Sidecar.Workers == 0:
		return ui.NoticeWarn, "no worker"
	}
	return ui.NoticeGood, "connected"
}

// factsOfSidecar is everything that is known of a sidecar, line by line.
func (m *Model) factsOfSidecar(s *fleet.Sidecar) []ui.Fact {
	side := &s.Sidecar
	var facts []ui.Fact
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, ui.Fact{Label: label, Value: value})
		}
	}
	name := s.Name
	if name == workflow.CleanID(side.AppID) { // a found one is called what its process is told to be
		name = ""
	}
	add("Address", parted(" · ", workflow.Clean(s.Address), name))
	add("Known from", s.Origin)
	if s.Gone {
		facts = append(facts, ui.Fact{Label: "Process", Value: "has ended", Kind: ui.NoticeWarn})
	}
	add("App ID", workflow.CleanID(side.AppID))
	if s.Err != nil && !s.RetryAt.IsZero() {
		add("Next try", "in "+ui.Short(max(0, s.RetryAt.Sub(m.clock.Now)+time.Second-1)))
	}
	if side.AppID != "" {
		add("Runtime", parted("", "dapr ", orUnknown(side.Version)))
		add("Workers", m.workersOf(side))
		add("Actors", parted(", ", side.ActorStatus.String(), readiness(side)))
		add("Placement", strings.TrimPrefix(side.Placement, "placement: "))
		add("Health check", healthCheck(side))
		add("Scheduler", strings.Join(side.Schedulers, ", "))
		add("State store", storeOf(side))
		add("Features", strings.Join(side.Features, ", "))
		add("Answers in", side.Took.Round(10*time.Microsecond).String())
	}
	if !s.RefreshedAt.IsZero() {
		add("Refreshed", ui.Short(max(0, m.clock.Now.Sub(s.RefreshedAt)))+" ago, in "+ui.Precise(s.Took)+", with "+ui.Plural(s.Snapshot.Calls.List+s.Snapshot.Calls.Get+s.Snapshot.Calls.Sidecar, "call", "calls"))
	}
	if s.Calls != nil {
		add("Calls made", callsMade(s.Calls()))
	}
	return facts
}

// healthCheck is what is known of the check of the app's health.
func healthCheck(side *workflow.Sidecar) string {
	if !side.HealthCheck {
		return ""
	}
	return parted(" ", "of the app,", side.HealthPath, "(the runtime does not tell whether it passes)")
}

func parted(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

func orUnknown(s string) string {
	if s == "" {
		return "of an unknown version"
	}
	return s
}

func (m *Model) workersOf(side *workflow.Sidecar) string {
	if !side.WorkersKnown {
		return "unknown: this runtime does not tell"
	}
	return ui.Count(side.Workers) + " connected to this sidecar"
}

func readiness(side *workflow.Sidecar) string {
	if side.ActorsReady {
		return "ready"
	}
	return "not ready"
}

// storeOf is the state store of the workflows. The runtime does not tell which
// of several it is.
func storeOf(side *workflow.Sidecar) string {
	switch {
	case side.StateStore != "" && side.CanList:
		return side.StateStore + ", can list its keys"
	case side.StateStore != "":
		return side.StateStore + ", cannot list its keys"
	case len(side.Stores) == 0:
		return "none"
	}
	names := make([]string, len(side.Stores))
	for i, s := range side.Stores {
		names[i] = s.String()
	}
	return "one of " + strings.Join(names, ", ")
}

// callsMade counts calls by method, the most first.
func callsMade(calls map[string]int) string {
	sum := 0
	for _, n := range calls {
		sum += n
	}
	names := slices.SortedFunc(maps.Keys(calls), func(a, b string) int {
		if d := calls[b] - calls[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n + " " + ui.Count(calls[n])
	}
	return parted(": ", ui.Count(sum), strings.Join(parts, ", "))
}

// younger is a sidecar of an app that runs with the process that started it, nil
// when there is none.
func younger(a *fleet.App) *fleet.Sidecar {
	for i := range a.Members {
		if s := &a.Members[i]; !s.Orphan && !s.Gone && s.Phase != watch.Down {
			return s
		}
	}
	return nil
}

// preflight is what the rules say of a sidecar.
func (m *Model) preflight(a *fleet.App, s *fleet.Sidecar) []workflow.Finding {
	c := workflow.SidecarCase{
		Address: s.Address, Sidecar: s.Sidecar, Connected: s.Phase != watch.Down && s.Phase != watch.Connecting,
		Err: s.Err, Since: s.ErrAt, Now: m.clock.Now, Skew: m.skew(a.ID()), Orphan: s.Orphan, Origin: s.Origin,
	}
	if y := younger(a); y != nil {
		c.Younger = workflow.Clean(y.Address)
	}
	if s.Listless {
		c.Err = s.ListErr
	}
	for i := range a.Members {
		if o := &a.Members[i]; o != s && o.Phase != watch.Down {
			c.Others = append(c.Others, o.Sidecar)
		}
	}
	if s.Calls != nil {
		c.Calls = s.Calls()
	}
	return workflow.Preflight(c)
}
