package local

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/discover"
	"github.com/daprdeck/daprdeck/internal/fleet"
)

// book notes what a roster does to a fleet.
type book struct {
	members []string
	done    []string
}

func (b *book) note(format string, a ...any) { b.done = append(b.done, fmt.Sprintf(format, a...)) }

func (b *book) Add(m fleet.Member) bool {
	if slices.Contains(b.members, m.ID) {
		return false
	}
	b.members = append(b.members, m.ID)
	b.note("add %s", m.ID)
	return true
}

func (b *book) Remove(id string) {
	b.members = slices.DeleteFunc(b.members, func(m string) bool { return m == id })
	b.note("remove %s", id)
}
func (b *book) Retire(id string) { b.note("retire %s", id) }
func (b *book) Orphaned(id string, on bool) {
	if on {
		b.note("orphaned %s", id)
	}
}
func (b *book) Lost(id string) { b.note("lost %s", id) }
func (b *book) Back(id, _ string) bool {
	if !slices.Contains(b.members, id) {
		return false
	}
	b.note("back %s", id)
	return true
}
func (b *book) Searching(bool) {}

type rig struct {
	*Roster
	b   *book
	now time.Time
}

func newRig() *rig {
	r := &rig{b: &book{}, now: time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)}
	r.Roster = New(r.b, func(s discover.Sidecar) (fleet.Member, error) {
		if s.AppID == "broken" {
			return fleet.Member{}, errors.New("no")
		}
		return fleet.Member{}, nil
	}, func() time.Time { return r.now }, slog.New(slog.DiscardHandler))
	return r
}

// did checks what was done since the last time.
func (r *rig) did(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(r.b.done, want) {
		t.Fatalf("it did %q, want %q", r.b.done, want)
	}
	r.b.done = nil
}

func found(app string, port int) discover.Sidecar {
	return discover.Sidecar{AppID: app, Address: fmt.Sprintf("127.0.0.1:%d", port), GRPCPort: port}
}

func TestTheLastOneStays(t *testing.T) {
	r := newRig()
	r.Update([]discover.Sidecar{found("orders", 1)})
	r.did(t, "add 127.0.0.1:1")
	r.Update(nil)
	r.did(t, "lost 127.0.0.1:1")
	r.now = r.now.Add(time.Hour)
	r.Update(nil)
	r.did(t)
	r.Update([]discover.Sidecar{found("orders", 1)})
	r.did(t, "back 127.0.0.1:1")
}

// TestAnotherPort: the same app on other ports takes the place of the one that
// has ended.
func TestAnotherPort(t *testing.T) {
	r := newRig()
	r.Update([]discover.Sidecar{found("orders", 1)})
	r.did(t, "add 127.0.0.1:1")
	r.Update([]discover.Sidecar{found("orders", 2)})
	r.did(t, "add 127.0.0.1:2", "lost 127.0.0.1:1", "retire 127.0.0.1:1")
	r.now = r.now.Add(keepFor)
	r.tidy()
	r.did(t, "remove 127.0.0.1:1")
}

// TestOneThatWasRelievedComesBack: a replica is started again on its own port
// within a moment, after the other has taken its place in the fleet.
func TestOneThatWasRelievedComesBack(t *testing.T) {
	r := newRig()
	r.Update([]discover.Sidecar{found("orders", 1), found("orders", 2)})
	r.did(t, "add 127.0.0.1:1", "add 127.0.0.1:2")
	r.Update([]discover.Sidecar{found("orders", 2)})
	r.did(t, "lost 127.0.0.1:1", "retire 127.0.0.1:1")
	r.b.members = []string{"127.0.0.1:2"} // as the fleet does it by itself
	r.Update([]discover.Sidecar{found("orders", 1), found("orders", 2)})
	r.did(t, "add 127.0.0.1:1")
	r.Update([]discover.Sidecar{found("orders", 2)})
	r.did(t, "lost 127.0.0.1:1", "retire 127.0.0.1:1")
}

// TestAStoppedAppStays with the rows that it had, however long others run, and
// is the same one when it returns.
func TestAStoppedAppStays(t *testing.T) {
	r := newRig()
	r.Update([]discover.Sidecar{found("billing", 1), found("orders", 2)})
	r.did(t, "add 127.0.0.1:1", "add 127.0.0.1:2")
	r.Update([]discover.Sidecar{found("orders", 2)})
	r.did(t, "lost 127.0.0.1:1")
	r.now = r.now.Add(100 * keepFor)
	r.tidy()
	r.did(t)
	r.Update([]discover.Sidecar{found("billing", 1), found("orders", 2)})
	r.did(t, "back 127.0.0.1:1")
}

// TestAnOrphanIsNamed: the roster passes on that its parent has ended.
func TestAnOrphanIsNamed(t *testing.T) {
	r := newRig()
	s := found("orders", 1)
	r.Update([]discover.Sidecar{s})
	r.did(t, "add 127.0.0.1:1")
	s.Orphan = true
	r.Update([]discover.Sidecar{s})
	r.did(t, "orphaned 127.0.0.1:1")
}

// TestADismissedAppReturns: the fleet no longer has it when its process runs
// again.
func TestADismissedAppReturns(t *testing.T) {
	r := newRig()
	r.Update([]discover.Sidecar{found("billing", 1), found("orders", 2)})
	r.Update([]discover.Sidecar{found("orders", 2)})
	r.b.members, r.b.done = []string{"127.0.0.1:2"}, nil
	r.Update([]discover.Sidecar{found("billing", 1), found("orders", 2)})
	r.did(t, "add 127.0.0.1:1")
}

// TestARetiredOneComesBack: a replica whose process ended was let go for the
// other, and is started again on its ports a moment later.
func TestARetiredOneComesBack(t *testing.T) {
	r := newRig()
	both := []discover.Sidecar{found("orders", 1), found("orders", 2)}
	r.Update(both)
	r.did(t, "add 127.0.0.1:1", "add 127.0.0.1:2")
	r.Update(both[1:])
	r.did(t, "lost 127.0.0.1:1", "retire 127.0.0.1:1")
	r.b.members = slices.DeleteFunc(r.b.members, func(id string) bool { return id == "127.0.0.1:1" }) // as a fleet does
	r.Update(both)
	r.did(t, "add 127.0.0.1:1")
	r.now = r.now.Add(time.Hour)
	r.Update(both)
	r.did(t)
}

// TestOneThatAsksForATokenNow: what was joined without one is joined anew.
func TestOneThatAsksForATokenNow(t *testing.T) {
	r := newRig()
	s := found("orders", 1)
	r.Update([]discover.Sidecar{s})
	r.did(t, "add 127.0.0.1:1")
	s.NeedsToken = true
	r.Update([]discover.Sidecar{s})
	r.did(t, "remove 127.0.0.1:1", "add 127.0.0.1:1")
	r.Update([]discover.Sidecar{s})
	r.did(t)
}

func TestOneThatCannotBeUsed(t *testing.T) {
	r := newRig()
	r.Update([]discover.Sidecar{found("broken", 1), found("orders", 2)})
	r.did(t, "add 127.0.0.1:2")
}

func TestOrigin(t *testing.T) {
	s := discover.Sidecar{PID: 4711, HTTPPort: 3500, Resources: []string{"/a", "/b"}, NeedsToken: true}
	want := "found on this machine, process 4711, HTTP port 3500, resources /a /b, asks for an API token"
	if got := Origin(s); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAnAddressThatWasGiven: it is not removed because its process has ended.
func TestAnAddressThatWasGiven(t *testing.T) {
	r := newRig()
	r.b.members = []string{"127.0.0.1:50001"}
	r.Update([]discover.Sidecar{found("orders", 50001)})
	r.did(t, "back 127.0.0.1:50001")
	r.Update([]discover.Sidecar{found("orders", 2)})
	r.did(t, "add 127.0.0.1:2", "lost 127.0.0.1:50001")
}
