package watch

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// recorder notes when which instance was read, and whether in full.
type recorder struct {
	*fake
	mu     sync.Mutex
	ids    []string
	times  []time.Time
	lights int
}

func (r *recorder) Get(ctx context.Context, id string, payloads bool) (workflow.Instance, int, error) {
	r.mu.Lock()
	r.ids = append(r.ids, id)
	r.times = append(r.times, time.Now())
	if !payloads {
		r.lights++
	}
	r.mu.Unlock()
	return r.fake.Get(ctx, id, payloads)
}

// reset forgets, and returns what was noted.
func (r *recorder) reset() (ids []string, times []time.Time, lights int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids, times, lights = r.ids, r.times, r.lights
	r.ids, r.times, r.lights = nil, nil, 0
	return ids, times, lights
}

func TestTheScreenIsReadFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &recorder{fake: newFake("orders")}
		src.add(workflow.Running, numbered("o", 500)...)
		box := start(t, src, Config{})
		box.refreshed(1)
		screen := []string{"o-00400", "o-00007", "o-00499", "not-there"}
		box.Focus(screen)
		src.reset()
		box.refreshed(1)
		ids, _, _ := src.reset()
		for _, id := range screen[:3] { // 32 are read at a time, in any order
			if n := slices.Index(ids, id); n < 0 || n >= 32 {
				t.Errorf("%s was read as number %d", id, n)
			}
		}
		if slices.Sort(ids); len(ids) != len(slices.Compact(ids)) {
			t.Error("an instance was read twice in one refresh")
		}
	})
}

// TestTheBudget: with more live rows than a refresh has time for, those on the
// screen are read in each, the others in turn, and the snapshot says how many
// wait.
func TestTheBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &recorder{fake: newFake("orders")}
		all := numbered("o", 1000)
		src.add(workflow.Running, all...)
		src.set(func() { src.latency = 100 * time.Millisecond })
		box := start(t, src, Config{Concurrency: 10})
		if s := box.refreshed(1); s.Behind != 0 || len(s.Instances) != 1000 {
			t.Fatalf("the first load: %d rows, %d behind", len(s.Instances), s.Behind)
		}
		screen := all[900:903]
		box.Focus(screen)
		src.reset()
		for range 6 {
			s := box.refreshed(1)
			if s.Took > 2*time.Second+200*time.Millisecond || s.Behind < 700 || s.Behind > 850 {
				t.Errorf("a refresh took %v and left %d", s.Took, s.Behind)
			}
		}
		ids, _, _ := src.reset()
		count := map[string]int{}
		for _, id := range ids {
			count[id]++
		}
		for n, id := range all {
			switch {
			case slices.Contains(screen, id) && count[id] < 6, count[id] < 1 || count[id] > 7:
				t.Fatalf("row %d was read %d times in six refreshes", n, count[id])
			}
		}
		src.set(func() { src.latency = time.Millisecond })
		if s := box.refreshed(2); s.Behind != 0 {
			t.Errorf("%d behind with time for all", s.Behind)
		}
	})
}

func TestTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &recorder{fake: newFake("orders")}
		src.add(workflow.Running, numbered("o", 1000)...)
		box := start(t, src, Config{Rate: 200})
		if s := box.refreshed(1); s.Took < 4*time.Second || s.Took > 6*time.Second {
			t.Errorf("1,000 reads at 200 a second took %v", s.Took)
		}
		_, times, _ := src.reset()
		for i := range times {
			if n := i + 240; n < len(times) && times[n].Sub(times[i]) < time.Second {
				t.Fatalf("more than 240 reads within %v", times[n].Sub(times[i]))
			}
		}
	})
}

// TestHold: the first load stops and goes on where it was.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newFake("orders")
		src.add(workflow.Completed, numbered("o", 5000)...)
		src.pageSize, src.latency = 100, 10*time.Millisecond
		box := start(t, src, Config{})
		box.until(func(s Snapshot) bool { return len(s.Instances) > 50 })
		box.Hold(true)
		s := box.until(func(s Snapshot) bool { return s.Held })
		pass(time.Second) // what was under way comes in
		calls := src.seen().calls
		pass(time.Minute)
		box.Refresh()
		pass(time.Minute)
		if now := src.seen().calls; now != calls || s.Phase != Loading {
			t.Errorf("held in phase %v, the calls went from %+v to %+v", s.Phase, calls, now)
		}
		box.Reread("o-00001")
		pass(time.Second)
		if now := src.seen().calls; now.Get != calls.Get+1 {
			t.Errorf("a reread made %d reads", now.Get-calls.Get)
		}
		box.Hold(false)
		if s = box.refreshed(1); len(s.Instances) != 5000 || s.Held {
			t.Errorf("%d rows when it went on", len(s.Instances))
		}
		box.Hold(true)
		box.until(func(s Snapshot) bool { return s.Held })
		calls = src.seen().calls
		pass(time.Minute)
		if now := src.seen().calls; now != calls {
			t.Errorf("held between refreshes, the calls went from %+v to %+v", calls, now)
		}
		box.Hold(false)
		box.refreshed(1)
	})
}

// TestHeavyPayloads: payloads of 16 kB are left out, but not where somebody
// looks.
func TestHeavyPayloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &recorder{fake: newFake("orders")}
		ids := numbered("o", 400)
		src.add(workflow.Running, ids...)
		describe := func(updated int) {
			src.set(func() {
				for id, inst := range src.rows {
					inst.CustomStatus, inst.Updated = "status of "+id, time.Unix(int64(updated), 0)
					src.rows[id] = inst
				}
			})
		}
		describe(1)
		src.set(func() { src.weight = 20_000 })
		box := start(t, src, Config{})
		s := box.refreshed(1)
		_, _, lights := src.reset()
		if lights < 200 || lights > 336 || s.Partial != lights {
			t.Errorf("%d of 400 reads went without payloads, %d rows are partial", lights, s.Partial)
		}
		box.Focus(ids[390:])
		s = box.refreshed(1)
		for _, id := range []string{ids[0], ids[395]} { // read in full at first, and looked at
			if inst, _ := row(s, id); inst.Partial || inst.CustomStatus != "status of "+id {
				t.Errorf("%+v", inst)
			}
		}
		if s.Partial > lights-10 || s.Partial < lights-10-5*400/sampleShare { // those on the screen, and the samples
			t.Errorf("%d rows are partial, of %d before", s.Partial, lights)
		}
		describe(2)
		s = box.refreshed(1)
		for _, inst := range s.Instances {
			if inst.Partial != (inst.CustomStatus == "") {
				t.Errorf("a text that may have changed is shown: %+v", inst)
			}
		}
		if s.Partial < 300 {
			t.Errorf("after a change of all rows %d are partial", s.Partial)
		}
		if inst, _ := row(s, ids[395]); inst.Partial {
			t.Errorf("looked at: %+v", inst)
		}
		src.set(func() { src.weight = 10 })
		box.until(func(s Snapshot) bool { return s.Partial == 0 })
	})
}

func TestLanes(t *testing.T) {
	var l lanes
	for i := range 40 {
		l.push(laneRest, string(rune('A'+i%26)))
		l.push(laneLive, "live")
	}
	l.push(laneNew, "new")
	l.push(laneScreen, "seen")
	var got []lane
	for !l.empty() {
		from, id := l.pop()
		if id == "" {
			t.Fatal("an empty ID")
		}
		got = append(got, from)
	}
	if got[0] != laneScreen || got[1] != laneNew || got[2] != laneLive || got[15] != laneRest || got[31] != laneRest {
		t.Errorf("the order was %v", got)
	}
	if len(got) != 82 {
		t.Errorf("%d were served of 82", len(got))
	}
	l.push(laneLive, "a")
	l.push(laneScreen, "b")
	l.push(laneRest, "c")
	if n := l.drop(); n != 2 || !l.empty() {
		t.Errorf("dropped %d live rows", n)
	}
}

// answers feeds a governor windows of answers.
func answers(g *governor, now *time.Time, n int, took time.Duration, failEvery int) {
	for i := range n {
		*now = now.Add(took / time.Duration(g.allowed()))
		g.answered(took, failEvery > 0 && i%failEvery == 0, *now)
	}
}

func TestGovernor(t *testing.T) {
	now := time.Unix(1000, 0)
	g := newGovernor(32, 0)
	if g.allowed() != firstLimit {
		t.Errorf("it begins with %d", g.allowed())
	}
	answers(g, &now, 500, time.Millisecond, 0)
	if g.allowed() != 32 || g.pace != 0 {
		t.Errorf("all is well: %d at a time, pace %v", g.allowed(), g.pace)
	}
	answers(g, &now, 500, 15*time.Millisecond, 0)
	if g.allowed() != 32 {
		t.Errorf("a queue of 15 ms hurts nobody: %d at a time", g.allowed())
	}
	answers(g, &now, 60, 200*time.Millisecond, 0)
	slow := g.allowed()
	if slow > 20 || slow < 4 {
		t.Errorf("slow answers: %d at a time", slow)
	}
	answers(g, &now, 2000, time.Millisecond, 0)
	if g.allowed() != 32 {
		t.Errorf("fast again: %d at a time", g.allowed())
	}
	answers(g, &now, 300, time.Millisecond, 5)
	if g.allowed() > 3 || g.pace == 0 || g.pace > 2000 {
		t.Errorf("one in five fails: %d at a time, pace %v", g.allowed(), g.pace)
	}
	answers(g, &now, 3000, time.Millisecond, 0)
	if g.allowed() != 32 || g.pace != 0 {
		t.Errorf("recovered: %d at a time, pace %v", g.allowed(), g.pace)
	}
	answers(g, &now, 3000, time.Millisecond, 100)
	if g.allowed() != 32 {
		t.Errorf("one in a hundred fails: %d at a time", g.allowed())
	}
}

// TestGovernorLimits: whatever comes, the limits hold.
func TestGovernorLimits(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, seed))
	for range 50 {
		most, rate := 1+rng.IntN(64), float64(rng.IntN(3)*500)
		g, now := newGovernor(most, rate), time.Unix(1000, 0)
		for range 3000 {
			now = now.Add(time.Duration(rng.IntN(20)) * time.Millisecond)
			g.answered(time.Duration(rng.IntN(1000))*time.Millisecond, rng.IntN(1+rng.IntN(20)) == 0, now)
			if n := g.allowed(); n < 1 || n > most || rate > 0 && (g.pace <= 0 || g.pace > rate) {
				t.Fatalf("seed %d: %d of %d at a time, pace %v of %v", seed, n, most, g.pace, rate)
			}
		}
	}
}
