package model

import (
	"testing"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestAnAppThatVanishesUnderItsChoice: it goes between two ticks, and the list
// is not narrowed to what is not there.
func TestAnAppThatVanishesUnderItsChoice(t *testing.T) {
	p := startPair(t)
	p.press("@ G")
	p.apps(func(apps map[string]*fleet.App) { delete(apps, "orders") })
	p.press("enter")
	p.sees("Payment", "1 instance")
	if app := p.m.filter.App; app == "orders" {
		t.Errorf("the list is narrowed to %s, which is gone", app)
	}
}

// TestWhoAnswersInThePlaceOfTheOnlyApp: what is said of it is true whatever is
// there instead.
func TestWhoAnswersInThePlaceOfTheOnlyApp(t *testing.T) {
	app := func(id, address string, gen uint64) fleet.App {
		s := watch.Snapshot{Address: address, Phase: watch.Ready, Sidecar: workflow.Sidecar{AppID: id, Address: address}}
		return fleet.App{Snapshot: s, Gen: gen, Members: []fleet.Sidecar{{Reads: true, Snapshot: s}}}
	}
	for name, c := range map[string]struct {
		now  []fleet.App
		want string
	}{
		"two":     {[]fleet.App{app("billing", "h:1", 1), app("shipping", "h:2", 2)}, "no sidecar of orders is left: there are billing, shipping; rows"},
		"none":    {[]fleet.App{app("", "h:1", 0)}, "no sidecar of orders is left; rows"},
		"another": {[]fleet.App{app("billing", "h:1", 1)}, "another app answers at h:1: it was orders and is billing; rows"},
		"itself":  {[]fleet.App{app("orders", "h:1", 1)}, "another app answered at h:1 for a moment, and orders is back; rows"},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t)
			b.feed.snaps <- fleet.Together([]fleet.App{app("orders", "h:1", 0)})
			b.run(b.m.awaitSnapshot())
			b.press("a")
			b.feed.snaps <- fleet.Together(c.now)
			b.run(b.m.awaitSnapshot())
			b.sees("Nothing was sent")
			b.seesNot("answers at  now")
			b.press("esc L")
			b.sees(c.want)
		})
	}
}
