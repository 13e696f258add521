package model

import (
	"errors"
	"fmt"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// emptyList says why the list has no rows and what to do: empty is not one
// thing.
func (m *Model) emptyList() ui.Empty {
	s := &m.snap.Snapshot
	if a := m.app(m.filter.App); a != nil {
		s = &a.Snapshot
	}
	var e ui.Empty
	switch {
	case len(m.snap.Apps) == 0:
		e = m.noSidecars()
	case len(s.Instances) == 0 && m.several() && m.filter.App == "":
		e = m.nothingAnywhere()
	case s.Phase == watch.Down:
		e = m.nobodyThere(s)
	case s.Phase == watch.Refused:
		e = m.refusedList(s.Err)
	case s.Phase == watch.Connecting:
		e = ui.Empty{Title: "Connecting to " + workflow.Clean(s.Address) + "…"}
	case s.Phase == watch.Loading && len(s.Instances) == 0 && s.Err == nil:
		e = ui.Empty{Title: "Loading the instances of " + workflow.Clean(s.Sidecar.AppID) + "…"}
	case len(s.Instances) == 0 && s.Err != nil:
		e = m.nobodyThere(s)
	case len(s.Instances) == 0 && s.Listless:
		e = m.nothingWatched(s)
	case len(s.Instances) == 0:
		e = m.noInstances(workflow.Clean(s.Sidecar.AppID))
	default:
		e = ui.Empty{
			Title:    "Nothing matches the filter",
			Lines:    []string{hidden(len(s.Instances))},
			Commands: [][2]string{{keyOf(m.keys.Back), "clear the filter"}, {keyOf(m.keys.Filter), "change it"}, {keyOf(m.keys.AllStatuses), "all statuses"}},
		}
	}
	e.Title = m.words(e.Title)
	for i := range e.Lines {
		e.Lines[i] = m.words(e.Lines[i])
	}
	return e
}

// noSidecars is for a console that has no address to look at.
func (m *Model) noSidecars() ui.Empty {
	if !m.snap.Searching {
		return ui.Empty{Title: "Looking for the sidecars of \"dapr run\" on this machine…"}
	}
	return ui.Empty{
		Title: "No Dapr sidecar runs on this machine",
		Lines: []string{"Looking for the sidecars of \"dapr run\" every two seconds; each joins by itself."},
		Commands: [][2]string{
			{"dapr run --app-id ID -- ./app", "starts an app with a sidecar"},
			{"daprdeck --address HOST:PORT", "an address, here or elsewhere"},
			{"daprdeck demo", "the embedded engine, with sample workflows"},
			{keyOf(m.keys.Quit), "quit"},
		},
	}
}

// nothingAnywhere says of each of several apps why it has no rows.
func (m *Model) nothingAnywhere() ui.Empty {
	e := ui.Empty{Title: "None of the apps has workflow instances", Commands: [][2]string{{keyOf(m.keys.Preflight), "the sidecars, and what is wrong"}}}
	for i := range m.snap.Apps {
		a := &m.snap.Apps[i]
		what := "no instances yet"
		switch {
		case a.Err != nil:
			what, _ = plain(a.Err)
		case a.Listless:
			what = "it cannot list its instances: " + keyOf(m.keys.IDs) + " gives IDs"
		case a.Phase == watch.Connecting:
			what = "connecting…"
		case a.Phase == watch.Loading:
			what = "loading…"
		}
		e.Lines = append(e.Lines, nameOf(a)+": "+what)
	}
	return e
}

func hidden(n int) string {
	if n == 1 {
		return "1 instance is hidden by it."
	}
	return fmt.Sprintf("%s instances are hidden by it.", ui.Count(n))
}

// nobodyThere names the address, the error and the ways on. The header counts
// down to the next try.
func (m *Model) nobodyThere(s *watch.Snapshot) ui.Empty {
	why, detail := plain(s.Err)
	e := ui.Empty{
		Title: whatIsThere(s.Err, workflow.Clean(s.Address)),
		Lines: []string{why},
		Commands: [][2]string{
			{"daprdeck --address HOST:PORT", "another address"},
			{"daprdeck demo", "the embedded engine, with sample workflows"},
			{keyOf(m.keys.Refresh), "try again now"},
			{keyOf(m.keys.Quit), "quit"},
		},
	}
	if detail != "" && detail != why {
		e.Lines = append(e.Lines, detail)
	}
	var known *workflow.Error
	if errors.As(s.Err, &known) && known.Remedy != "" {
		e.Lines = append(e.Lines, known.Remedy)
	}
	e.Lines = append(e.Lines, "Trying again by itself; it connects as soon as the sidecar is there.")
	if m.snap.Searching {
		e.Lines = append(e.Lines, "Also looking for the sidecars of \"dapr run\" on this machine: each joins by itself.")
	}
	return e
}

// whatIsThere says what was found at an address that is no use to us.
func whatIsThere(err error, address string) string {
	switch workflow.KindOf(err) { //nolint:exhaustive // the others say nothing of what is there
	case workflow.KindUnauthenticated:
		return "The sidecar at " + address + " does not let this console in"
	case workflow.KindUntrusted:
		return "There is no trust between " + address + " and this console"
	case workflow.KindTLS:
		return address + " and this console do not speak the same TLS"
	case workflow.KindWrongPort:
		return "What answers at " + address + " is not the gRPC API of a sidecar"
	case workflow.KindDeadline:
		return "Nothing answers in time at " + address
	case workflow.KindUnavailable:
		return "No Dapr sidecar at " + address
	}
	return "The sidecar at " + address + " does not answer as it should"
}

func (m *Model) noInstances(app string) ui.Empty {
	e := ui.Empty{Title: app + " has no workflow instances yet", Lines: []string{"New ones appear here by themselves."}}
	if m.keys.Start.Enabled() {
		e.Commands = [][2]string{{keyOf(m.keys.Start), "start one"}}
	}
	return e
}

// nothingWatched is for a sidecar that cannot list, and no ID that it knows.
func (m *Model) nothingWatched(s *watch.Snapshot) ui.Empty {
	e := ui.Empty{Title: workflow.Clean(s.Sidecar.AppID) + " cannot list its instances"}
	if s.ListErr != nil {
		why, _ := plain(s.ListErr)
		e.Lines = append(e.Lines, why)
	}
	switch n := len(s.Absent); {
	case n > 0:
		e.Lines = append(e.Lines, fmt.Sprintf("%s of the %s do not exist there; they are looked for now and then.",
			ui.Count(n), ui.Plural(s.Watched, "watched ID", "watched IDs")))
	default:
		e.Lines = append(e.Lines, "Those whose IDs you give are watched, and everything else works on them.")
	}
	e.Commands = [][2]string{{keyOf(m.keys.IDs), "give IDs"}, {"daprdeck --ids FILE", "from a file; - for standard input"}}
	return e
}

// refusedList is for a sidecar that answers, but will not list.
func (m *Model) refusedList(err error) ui.Empty {
	if err == nil {
		return ui.Empty{Title: "The sidecar does not list its instances"}
	}
	why, detail := plain(err)
	e := ui.Empty{Title: "The sidecar does not list its instances", Lines: []string{why}}
	if detail != "" && detail != why {
		e.Lines = append(e.Lines, detail)
	}
	switch workflow.KindOf(err) { //nolint:exhaustive // the others need no more words
	case workflow.KindPoisoned:
		if m.keys.Purge.Enabled() {
			e.Commands = [][2]string{{keyOf(m.keys.Purge), "purge that instance by force, which cures the listing"}}
		}
	case workflow.KindNoStateStore:
		e.Lines = append(e.Lines,
			"Add a state store component with actorStateStore: \"true\" and restart the sidecar.",
			"No other workflow call is made meanwhile: some runtimes crash on one.")
	case workflow.KindOldRuntime:
		e.Lines = append(e.Lines, "Listing needs Dapr 1.17 or newer.")
	case workflow.KindCannotList:
		e.Lines = append(e.Lines, "This state store can hold workflows but cannot list its keys.")
	}
	return e
}
