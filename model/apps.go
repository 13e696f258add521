package model

import (
	"errors"
	"slices"
	"strings"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// app returns the app with an ID, nil when no sidecar of it is there.
func (m *Model) app(id string) *fleet.App { return m.snap.App(id) }

// several reports whether there is more than one app, so that each thing has to
// say which one it is about.
func (m *Model) several() bool { return len(m.snap.Apps) > 1 }

// named is an instance's label with its app where there are several: an ID means
// something only within one.
func (m *Model) named(label, app string) string {
	if !m.several() {
		return label
	}
	return inApp(label, app)
}

func inApp(label, app string) string { return label + " (" + workflow.CleanID(app) + ")" }

// here is the app that is meant where no instance is: the one that the list is
// narrowed to, the only one there is, else that of the selected instance. It is
// nil when none is known.
func (m *Model) here() *fleet.App {
	if m.filter.App != "" {
		return m.app(m.filter.App)
	}
	if len(m.snap.Apps) == 1 {
		return &m.snap.Apps[0]
	}
	if row, ok := m.selected(); ok {
		return m.app(row.AppID)
	}
	return nil
}

// sidecarOf is what the sidecar of an instance says of itself.
func (m *Model) sidecarOf(key workflow.Key) workflow.Sidecar {
	if a := m.app(key.AppID); a != nil {
		return a.Sidecar
	}
	return workflow.Sidecar{}
}

// connectedTo reports whether calls about an app can be made.
func (m *Model) connectedTo(app string) bool {
	a := m.app(app)
	return a != nil && a.Connected()
}

// upToDate reports whether an app's rows are those of a complete load, with a
// connection.
func (m *Model) upToDate(app string) bool {
	a := m.app(app)
	return a != nil && a.Phase == watch.Ready && !a.RefreshedAt.IsZero()
}

// goneApps are the apps that a new snapshot lacks, or has only since they were
// gone: everything that was captured of them is void.
func (m *Model) goneApps(now fleet.Snapshot) []string {
	var gone []string
	for i := range m.snap.Apps {
		old := &m.snap.Apps[i]
		if old.ID() == "" {
			continue
		}
		if a := now.App(old.ID()); a == nil || a.Gen != old.Gen {
			gone = append(gone, old.ID())
		}
	}
	return gone
}

// voidApps forgets what belonged to apps of which no sidecar is left, while
// others go on.
func (m *Model) voidApps(gone []string) {
	about := func(key workflow.Key) bool { return slices.Contains(gone, key.AppID) }
	m.frozen = false
	m.ahead.typed = nil
	if about(m.tree.of) {
		m.tree.forget()
	}
	if m.aside != nil && about(m.aside.Key) || slices.ContainsFunc(m.trail, about) {
		m.leaveTrail()
	}
	m.voidFlights(about)
	m.voidNotesOf(about)
	m.parents.forget(about)
	m.tree.drop(about)
	m.following = slices.DeleteFunc(m.following, func(f followed) bool { return about(f.key) })
	m.focusStale = true
	m.setMarks(m.marks.without(about))
	names := strings.Join(cleaned(gone), ", ")
	m.voidForms(about, "No sidecar of "+names+" is left.", names)
	if slices.Contains(gone, m.filter.App) {
		m.filter.App = ""
	}
	if about(m.shown.key) {
		m.detailGen++
		m.shown, m.recent = shown{}, recent{}
		m.detail.SetState(ui.DetailState{})
		if !m.layout.Wide {
			m.detailOpen = false
			m.setFocus(focusList)
			m.arrange()
		}
	}
	m.lastFlight++
	left := entry{
		id: m.lastFlight, at: m.cfg.Now(), kind: ui.NoticeWarn,
		text: names + ": no sidecar of it is left; its rows and open forms are void",
	}
	if m.said.outcome() {
		m.file(left)
		m.noticeBehind(left.text)
	} else {
		m.record(left)
	}
	m.said.until = m.cfg.Now().Add(stayFor)
}

func cleaned(ids []string) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = workflow.Clean(id)
	}
	return all
}

// addressOf is where the sidecar of an instance is, as the user would type it.
func (m *Model) addressOf(key workflow.Key) string {
	if a := m.app(key.AppID); a != nil {
		return a.Address
	}
	return ""
}

// headerOfApps puts the apps into the header: how many rows each has, and first
// those that something is wrong with.
func (m *Model) headerOfApps(info *ui.HeaderInfo) {
	info.Narrowed = workflow.CleanID(m.filter.App)
	for i := range m.snap.Apps {
		a := &m.snap.Apps[i]
		info.Apps = append(info.Apps, ui.HeaderApp{
			Name: nameOf(a), Rows: len(a.Instances), Loading: a.Phase == watch.Loading, Trouble: m.trouble(a),
		})
	}
	if v, same := m.oneVersion(); same {
		info.Version = workflow.Clean(v)
	}
}

// trouble says what is wrong with an app's sidecar in two words, empty for
// nothing.
func (m *Model) trouble(a *fleet.App) string {
	switch {
	case stopped(a):
		return "stopped"
	case a.Phase == watch.Down && a.RefreshedAt.IsZero():
		return notConnected(a.Err)
	case a.Phase == watch.Down:
		return "stale " + ui.Short(max(0, m.clock.Now.Sub(a.RefreshedAt)))
	case a.Phase == watch.Refused:
		return "listing refused"
	case a.Phase == watch.Ready && a.Err != nil && a.RefreshedAt.IsZero():
		return "list not complete"
	case m.noWorker(a.ID()):
		return "no worker"
	case hides(a):
		return "hides another of its ID"
	case leftBehind(a):
		return "old sidecar serves too"
	}
	return ""
}

// hides reports whether there is another app of the same ID, whose instances are
// not listed.
func hides(a *fleet.App) bool {
	return slices.ContainsFunc(a.Members, func(s fleet.Sidecar) bool { return s.Apart && s.Phase != watch.Down })
}

// leftBehind reports whether a sidecar whose starter has ended serves beside one
// that was started later.
func leftBehind(a *fleet.App) bool {
	return younger(a) != nil && slices.ContainsFunc(a.Members, func(s fleet.Sidecar) bool { return s.Orphan && !s.Gone && s.Phase != watch.Down })
}

// notConnected says in few words why there is no connection: who needs a token
// is told so where it is seen first.
func notConnected(err error) string {
	var e *workflow.Error
	if errors.As(err, &e) && e.Kind == workflow.KindUnauthenticated {
		return "needs an API token"
	}
	return "not connected"
}

// nameOf is what an app is called: by its ID, or where that is not known by what
// the user calls it, or by its address.
func nameOf(a *fleet.App) string {
	if name := knownAs(a); name != "" {
		return name
	}
	return workflow.Clean(a.Address)
}

// knownAs is an app's ID or, while it has not said that, what the user or its
// process calls it. It is empty when nothing is known.
func knownAs(a *fleet.App) string {
	if id := a.ID(); id != "" || len(a.Members) == 0 {
		return workflow.CleanID(id)
	}
	return a.Members[0].Name
}

// stopped reports whether an app's rows are what it left: the processes of all
// its sidecars have ended.
func stopped(a *fleet.App) bool {
	return a.Phase == watch.Down && len(a.Members) > 0 && !slices.ContainsFunc(a.Members, func(s fleet.Sidecar) bool { return !s.Gone })
}

// staleBecause says why the rows of an app are old, where err says what is wrong
// with the sidecar that is read. The rows can be those of another.
func staleBecause(a *fleet.App, err string) string {
	switch {
	case stopped(a):
		return "the sidecar has stopped"
	case a.RowsOf != "":
		return "read from " + workflow.Clean(a.RowsOf) + "; " + err
	}
	return err
}

// oneVersion is the version of the runtime where all have the same.
func (m *Model) oneVersion() (version string, same bool) {
	for i := range m.snap.Apps {
		switch v := m.snap.Apps[i].Sidecar.Version; {
		case version == "":
			version = v
		case v != "" && v != version:
			return "", false
		}
	}
	return version, version != ""
}
