// Package local keeps a fleet in step with the sidecars of this machine: those
// that come join it, and those whose process has ended leave it once their app
// runs elsewhere.
package local

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/discover"
	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// keepFor is how long a sidecar whose process has ended is kept where another of
// its app runs: "dapr run" was started again, on other ports, and may take a while
// to load. Without another it stays, with the rows that it had, until the user
// dismisses it.
const keepFor = time.Minute

// Fleet is what a roster needs of a fleet.
type Fleet interface {
	Add(m fleet.Member) bool
	Remove(id string)
	Retire(id string)
	Lost(id string)
	Orphaned(id string, on bool)
	Back(id, origin string) bool
	Searching(on bool)
}

// Roster is the list of the sidecars that were found.
type Roster struct {
	fleet Fleet
	join  func(discover.Sidecar) (fleet.Member, error)
	now   func() time.Time
	log   *slog.Logger
	known []*entry
}

// entry is one address. A sidecar that is started again on the same ports is
// the same one.
type entry struct {
	discover.Sidecar
	// gone is since when its process has ended, zero while it runs.
	gone time.Time
	// mine is set for one that has joined because it was found. Others stay.
	mine bool
}

// New makes a roster for a fleet. join makes a member of what was found, whose
// ID is its address.
func New(f Fleet, join func(discover.Sidecar) (fleet.Member, error), now func() time.Time, logger *slog.Logger) *Roster {
	return &Roster{fleet: f, join: join, now: now, log: logger}
}

// Run follows a finder until ctx ends or the finder does.
func (r *Roster) Run(ctx context.Context, news <-chan discover.Found) {
	tidy := time.NewTicker(keepFor / 4)
	defer tidy.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tidy.C:
			r.tidy()
		case found, ok := <-news:
			if !ok {
				return
			}
			if found.Err != nil { // what was found before may still be there
				r.log.Warn("sidecars cannot be looked for", slog.String("err", found.Err.Error()))
				continue
			}
			r.Update(found.Sidecars)
		}
	}
}

// Update takes in what runs now.
func (r *Roster) Update(found []discover.Sidecar) {
	for _, s := range found {
		r.here(s)
		r.fleet.Orphaned(s.Address, s.Orphan)
	}
	now := r.now()
	for _, e := range r.known {
		runs := slices.ContainsFunc(found, func(s discover.Sidecar) bool { return s.Address == e.Address })
		if !runs && e.gone.IsZero() {
			e.gone = now
			r.fleet.Lost(e.Address)
		}
	}
	r.tidy()
	r.fleet.Searching(true)
}

// here takes in one that runs.
func (r *Roster) here(s discover.Sidecar) {
	for i, e := range r.known {
		if e.Address != s.Address {
			continue
		}
		if e.mine && e.NeedsToken != s.NeedsToken { // its client has the token, or has it not
			r.fleet.Remove(s.Address)
		} else if e.gone.IsZero() && Origin(e.Sidecar) == Origin(s) || r.fleet.Back(s.Address, Origin(s)) {
			e.Sidecar, e.gone = s, time.Time{}
			return
		}
		// It joins anew, also when it has retired since its process ended.
		r.known = slices.Delete(r.known, i, i+1)
		break
	}
	m, err := r.join(s)
	if err != nil {
		r.log.Warn("a sidecar was found that cannot be used", slog.String("app", s.AppID), slog.String("address", s.Address), slog.String("err", err.Error()))
		return
	}
	m.ID, m.Origin = s.Address, Origin(s)
	if m.Name == "" { // until it answers, it is called what its process is told to be
		m.Name = workflow.CleanID(s.AppID)
	}
	mine := r.fleet.Add(m)
	if !mine {
		if m.Close != nil {
			_ = m.Close() // it is there already under an address that was given
		}
		r.fleet.Back(s.Address, m.Origin)
	}
	r.known = append(r.known, &entry{Sidecar: s, mine: mine})
}

// tidy lets those go that have ended and whose app runs elsewhere: once it
// answers there, and after a while in any case.
func (r *Roster) tidy() {
	now := r.now()
	kept := r.known[:0:0]
	for _, e := range r.known {
		gone := !e.gone.IsZero() && e.mine
		switch {
		case gone && now.Sub(e.gone) >= keepFor && r.runs(e.AppID):
			r.fleet.Remove(e.Address)
			continue
		case gone && r.runs(e.AppID):
			r.fleet.Retire(e.Address)
		}
		kept = append(kept, e)
	}
	r.known = kept
}

// runs reports whether a sidecar of the app runs.
func (r *Roster) runs(app string) bool {
	return slices.ContainsFunc(r.known, func(e *entry) bool { return e.gone.IsZero() && e.AppID == app })
}

// Origin is where a sidecar was found, for people.
func Origin(s discover.Sidecar) string {
	parts := []string{fmt.Sprintf("found on this machine, process %d", s.PID)}
	if s.HTTPPort > 0 {
		parts = append(parts, fmt.Sprintf("HTTP port %d", s.HTTPPort))
	}
	if len(s.Resources) > 0 {
		parts = append(parts, "resources "+strings.Join(s.Resources, " "))
	}
	if s.NeedsToken {
		parts = append(parts, "asks for an API token")
	}
	return strings.Join(parts, ", ")
}
