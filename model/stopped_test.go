package model

import (
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// take brings apps as a snapshot.
func (b *bench) take(apps ...fleet.App) {
	s := fleet.Together(apps)
	b.seq++
	s.Seq, s.Searching = b.seq, true
	b.feed.snaps <- s
	b.run(b.m.awaitSnapshot())
	b.pass(time.Second)
}

// unreached is an app whose sidecar cannot be reached.
func unreached(id string, gone bool, rows time.Time) fleet.App {
	s := watch.Snapshot{
		Address: "127.0.0.1:3501", Phase: watch.Down, RefreshedAt: rows, Sidecar: workflow.Sidecar{AppID: id},
		Err: &workflow.Error{Kind: workflow.KindUnavailable, Message: "nothing answers at 127.0.0.1:3501"},
	}
	return fleet.App{Snapshot: s, Members: []fleet.Sidecar{{Reads: true, Gone: gone, Snapshot: s}}}
}

// TestAStoppedAppIsMarked beside one that runs, and can be dismissed.
func TestAStoppedAppIsMarked(t *testing.T) {
	var dismissed []string
	b := start(t, func(c *Config) { c.Dismiss = func(address string) { dismissed = append(dismissed, address) } })
	orders := unreached("orders", true, b.now)
	up := fleet.App{Snapshot: watch.Snapshot{Address: "127.0.0.1:3502", Phase: watch.Ready, RefreshedAt: b.now, Sidecar: workflow.Sidecar{AppID: "billing"}}}
	up.Members = []fleet.Sidecar{{Reads: true, Snapshot: up.Snapshot}}
	b.take(up, orders)
	b.sees("orders stopped")
	b.press("i")
	b.send(tea.KeyPressMsg{Code: tea.KeyDelete})
	if len(dismissed) > 0 {
		t.Fatalf("one that runs was dismissed: %q", dismissed)
	}
	b.press("j")
	b.sees("del dismisses it, with the rows that it left")
	b.send(tea.KeyPressMsg{Code: tea.KeyDelete})
	if len(dismissed) != 1 || dismissed[0] != "127.0.0.1:3501" {
		t.Errorf("dismissed are %q", dismissed)
	}
}

// TestOneAppThatHasStoppedSaysSo instead of the error of a connection.
func TestOneAppThatHasStoppedSaysSo(t *testing.T) {
	b := start(t)
	b.take(unreached("orders", true, b.now))
	b.sees("stale 1s: the sidecar has stopped")
}

// TestStaleRowsNameTheirSidecar: the age is that of one sidecar, the error that
// of another.
func TestStaleRowsNameTheirSidecar(t *testing.T) {
	b := start(t)
	a := unreached("orders", false, b.now)
	a.RowsOf = "127.0.0.1:3500"
	b.take(a)
	b.sees("stale 1s: read from 127.0.0.1:3500; nothing answers at 127.0.0.1:3501")
}

// TestASidecarThatWantsATokenIsCalledByItsID, which its process was told.
func TestASidecarThatWantsATokenIsCalledByItsID(t *testing.T) {
	b := start(t)
	a := unreached("", false, time.Time{})
	a.Err = &workflow.Error{Kind: workflow.KindUnauthenticated, Message: "the sidecar asks for an API token"}
	a.Members[0].Name, a.Members[0].Snapshot = "orders", a.Snapshot
	b.take(a)
	b.sees("daprdeck · orders · 127.0.0.1:3501")
}

// TestTheEmptyScreenSaysWhatItLooksFor.
func TestTheEmptyScreenSaysWhatItLooksFor(t *testing.T) {
	b := start(t)
	b.take()
	b.sees(`Looking for the sidecars of "dapr run"`)
	b.take(unreached("", false, time.Time{}))
	b.sees(`Also looking for the sidecars of "dapr run" on this machine`)
}

// TestTheEndOfAnAppStandsBehindAnOutcome, which the user waits for.
func TestTheEndOfAnAppStandsBehindAnOutcome(t *testing.T) {
	for _, c := range []struct {
		kind    ui.NoticeKind
		outcome bool
	}{{ui.NoticeGood, true}, {ui.NoticeBad, true}, {ui.NoticeBusy, false}} {
		p := startPair(t)
		p.m.record(entry{id: 77, at: p.now, kind: c.kind, text: "paused order-9: SUSPENDED after 80ms"})
		p.apps(func(apps map[string]*fleet.App) { delete(apps, "billing") })
		p.sees("billing: no sidecar of it is left")
		if c.outcome {
			p.sees("paused order-9: SUSPENDED after 80ms")
		} else {
			p.seesNot("paused order-9: SUSPENDED after 80ms")
		}
	}
}

// TestStoppedIsTheLastSidecars: one replica that runs is enough.
func TestStoppedIsTheLastSidecars(t *testing.T) {
	a := unreached("orders", true, time.Time{})
	if !stopped(&a) {
		t.Error("an app whose only sidecar has ended is not stopped")
	}
	a.Members = append(a.Members, fleet.Sidecar{Snapshot: watch.Snapshot{Err: errors.New("x"), Phase: watch.Down}})
	if stopped(&a) {
		t.Error("an app with a sidecar whose process runs is stopped")
	}
}

// TestASidecarThatWasLeftBehindIsNamed in the sidecars, and in the header beside
// other apps.
func TestASidecarThatWasLeftBehindIsNamed(t *testing.T) {
	b := start(t)
	up := func(id, address string) watch.Snapshot {
		return watch.Snapshot{Address: address, Phase: watch.Ready, RefreshedAt: b.now, Sidecar: workflow.Sidecar{AppID: id, Address: address}}
	}
	orders := fleet.App{Snapshot: up("orders", "127.0.0.1:1"), Members: []fleet.Sidecar{
		{Reads: true, Orphan: true, Origin: "found on this machine, process 4711", Snapshot: up("orders", "127.0.0.1:1")},
		{Snapshot: up("orders", "127.0.0.1:2")},
	}}
	billing := fleet.App{Snapshot: up("billing", "127.0.0.1:3"), Members: []fleet.Sidecar{{Reads: true, Orphan: true, Snapshot: up("billing", "127.0.0.1:3")}}}
	b.take(billing, orders)
	b.sees("orders old sidecar serves too")
	b.seesNot("billing old sidecar")
	b.press("i j")
	b.sees("An older sidecar of orders was left behind", "process 4711", "127.0.0.1:2 serves")
}
