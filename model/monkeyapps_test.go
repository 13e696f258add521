package model

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// world is a client of apps that come and go. It answers for those that are gone
// as a fleet does.
type world struct {
	twoApps
	nobody *fakeClient
}

func (w world) Detail(ctx context.Context, key workflow.Key) (workflow.Detail, error) {
	if w.twoApps[key.AppID] == nil {
		return workflow.Detail{}, w.nobody.fail
	}
	return w.twoApps.Detail(ctx, key)
}

func (w world) History(ctx context.Context, key workflow.Key) (workflow.History, error) {
	if w.twoApps[key.AppID] == nil {
		return workflow.History{}, w.nobody.fail
	}
	return w.twoApps.History(ctx, key)
}

// crowd is a monkey among apps that vanish, come back, break and cannot list.
type crowd struct {
	*monkey
	world world
	// all are the apps that there can be, with or without a sidecar now.
	all map[string]*fakeClient
	gen map[string]uint64
	// how is what a sidecar does, by app.
	how map[string]int
}

// idsOfApps are as they come from the wire: cleaned, and nothing else.
func idsOfApps() []string {
	raw := []string{"orders", "billing", "订单🎁", "\x1b]0;x\x07\u202e\x1b[31m", `a"b:c @d ||`, strings.Repeat("long app ", 1200)}
	ids := make([]string, len(raw))
	for i := range raw {
		ids[i] = workflow.CleanID(raw[i])
	}
	return ids
}

func newCrowd(t *testing.T, seed uint64) *crowd {
	c := &crowd{all: map[string]*fakeClient{}, gen: map[string]uint64{}, how: map[string]int{}}
	b := start(t, func(cfg *Config) {
		c.world = world{twoApps: twoApps{}, nobody: newFakeClient("", cfg.Now)}
		c.world.nobody.fail = &workflow.Error{Kind: workflow.KindOtherApp, Message: "no sidecar of the app is connected"}
		cfg.Client = c.world
		cfg.ForgetIDs = func(string, string) (int, error) { return 0, nil }
		cfg.WatchIDs = func(string, string, bool) (int, error) {
			if c.r.IntN(2) == 0 {
				return 0, errors.New("line 1: no\x1b[31m")
			}
			return 1, nil
		}
	})
	c.monkey = &monkey{bench: b, r: rand.New(rand.NewPCG(seed, 2)), w: 160, h: 40}
	c.news = func(...func(*watch.Snapshot)) { c.snapshot() }
	for _, id := range idsOfApps() {
		f := newFakeClient(id, func() time.Time { return b.now })
		for _, i := range []string{"same", "order-1", strings.Repeat("long-", 60), "app:x", "订单-🎁"} {
			f.add(i, "Order流程", workflow.Statuses()[c.r.IntN(workflow.NumStatuses-1)])
		}
		c.all[id] = f
		if len(c.world.twoApps) < 3 {
			c.world.twoApps[id] = f
		}
	}
	c.snapshot()
	return c
}

// snapshot brings what the sidecars that are there have.
func (c *crowd) snapshot() {
	c.seq++
	var apps []fleet.App
	for _, id := range idsOfApps() {
		f := c.world.twoApps[id]
		if f == nil {
			continue
		}
		s := watch.Snapshot{
			Seq: c.seq, Address: id + ".host:50001", Phase: watch.Ready, RefreshedAt: c.now, Interval: 2 * time.Second,
			Sidecar: workflow.Sidecar{AppID: id, Version: "1.18.0", Workers: 1, WorkersKnown: true},
		}
		for _, i := range []string{"same", "order-1", strings.Repeat("long-", 60), "app:x", "订单-🎁"} {
			if f.instances[i] != nil {
				row := f.row(i)
				s.Instances = append(s.Instances, &row)
				s.Counts[row.Status]++
			}
		}
		suffer(&s, c.how[id])
		a := fleet.App{Snapshot: s, Gen: c.gen[id], Members: []fleet.Sidecar{{Reads: true, Snapshot: s}}}
		if c.how[id]%2 == 1 {
			a.Members = append(a.Members, fleet.Sidecar{Snapshot: s, Gone: true, Origin: "found on this machine"})
		}
		apps = append(apps, a)
	}
	if len(apps) == 0 || c.r.IntN(5) == 0 {
		apps = append(apps, fleet.App{Snapshot: watch.Snapshot{Address: "127.0.0.1:1"}, Members: []fleet.Sidecar{{}}})
	}
	all := fleet.Together(apps)
	all.Seq, all.Searching = c.seq, true
	c.feed.snaps <- all
	c.run(c.m.awaitSnapshot())
}

// suffer makes a sidecar one of several that are not well.
func suffer(s *watch.Snapshot, how int) {
	switch how {
	case 1:
		s.Phase, s.Err = watch.Down, &workflow.Error{Kind: workflow.KindUnavailable, Message: "nothing answers"}
	case 2:
		s.Phase, s.Err = watch.Refused, &workflow.Error{Kind: workflow.KindPoisoned, ID: "a||b", Message: "it breaks the listing"}
	case 3:
		s.Listless, s.ListErr, s.Watched = true, &workflow.Error{Kind: workflow.KindCannotList, Message: "it cannot list"}, 3
		s.Absent = []string{"gone", "a\x1b[31m"}
	case 4:
		s.Phase, s.RefreshedAt, s.Instances = watch.Loading, time.Time{}, nil
	case 5:
		s.Sidecar.Workers = 0
	}
}

// change changes one of the apps, as it likes.
func (c *crowd) change() {
	ids := idsOfApps()
	id := ids[c.r.IntN(len(ids))]
	f := c.all[id]
	what := c.r.IntN(5)
	c.did = append(c.did, fmt.Sprintf("(%d of %.8s)", what, id))
	switch what {
	case 0:
		if c.world.twoApps[id] != nil {
			delete(c.world.twoApps, id)
			c.gen[id]++
		}
	case 1:
		c.world.twoApps[id] = f
	case 2:
		c.how[id] = c.r.IntN(6)
	case 3:
		delete(f.instances, "same")
	case 4:
		f.add("same", "Order流程", workflow.Statuses()[c.r.IntN(workflow.NumStatuses-1)])
	}
	if c.r.IntN(3) > 0 { // else the screen learns of it later
		c.snapshot()
	}
}

func (c *crowd) step() {
	switch what := c.r.IntN(100); {
	case what < 55:
		c.act()
	case what < 70:
		keys := strings.Fields("@ i O space down space c C ! z Z , L X T a / esc enter")
		key := keys[c.r.IntN(len(keys))]
		c.did = append(c.did, key)
		c.press(key)
	case what < 78: // an escape with a key right behind it
		keys := monkeyKeys()
		k := keyPress(keys[c.r.IntN(len(keys))])
		k.Mod, k.Text = k.Mod|tea.ModAlt, ""
		c.did = append(c.did, "alt+"+k.String())
		c.send(k)
	default:
		c.change()
	}
}

// sound checks that nothing on the screen is about an app that is gone.
func (c *crowd) sound() {
	c.t.Helper()
	there := func(app string) bool { return app == "" || c.m.app(app) != nil }
	if !there(c.m.filter.App) {
		c.t.Fatalf("the list is narrowed to an app that is gone after %v", c.did)
	}
	for _, k := range c.m.marks.keys() {
		if !there(k.AppID) {
			c.t.Fatalf("%v is marked, and its app is gone, after %v", k, c.did)
		}
	}
	for _, f := range c.m.flights {
		if !there(f.t.key.AppID) {
			c.t.Fatalf("%v is under way, and its app is gone, after %v", f.act.name, c.did)
		}
	}
	for _, x := range c.m.modals.open {
		if concerns(x, func(k workflow.Key) bool { return !there(k.AppID) }) {
			c.t.Fatalf("%T is open about an app that is gone after %v", x, c.did)
		}
	}
	if slices.ContainsFunc(c.m.following, func(f followed) bool { return !there(f.key.AppID) }) {
		c.t.Fatalf("an instance of an app that is gone is followed after %v", c.did)
	}
	if !there(c.m.shown.key.AppID) {
		c.t.Fatalf("an instance of an app that is gone is shown after %v", c.did)
	}
}

// TestAMonkeyAmongApps: apps vanish, come back as new ones, break and mend under
// whatever is open, and nothing panics, hangs on what is gone, or tears the
// screen.
func TestAMonkeyAmongApps(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := newCrowd(t, seed)
			for range 200 {
				c.step()
				c.check()
				c.sound()
			}
		})
	}
}
