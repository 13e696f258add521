package discover

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// program is how daprd calls itself. Placement, scheduler and sentry are other
// programs.
const program = "daprd"

// rarest is how many scans go by at most before a process that was no daprd is
// looked at again.
const rarest = 8

// Scan finds the sidecars that run now, by app ID and then by PID. Its error is
// that the processes cannot be listed; one that cannot be looked into, or ends
// meanwhile, is none of the sidecars and no error.
func Scan(ctx context.Context) ([]Sidecar, error) {
	return newScanner(system{}).scan(ctx)
}

// scanner looks at the processes again and again, and only at what may have
// changed. A process is asked for its name when it is new, and then when it has
// grown twice as old, for a program can become another one without becoming
// another process: a script that ends with "exec daprd". From then on it is asked
// every eighth time, which also finds a PID that is used again between two scans.
// The command line of a daprd is read once; after that only its start, which
// tells whether the PID still is its own, and whether it still is alive.
type scanner struct {
	procs processes
	known map[int32]*entry
	// round counts the scans.
	round int
}

// entry is what is known of a process.
type entry struct {
	// sidecar is nil for a process that is none.
	sidecar *Sidecar
	// first is the round in which it was first seen, due that in which it is
	// looked at again.
	first, due int
}

func newScanner(procs processes) *scanner {
	return &scanner{procs: procs, known: map[int32]*entry{}}
}

func (s *scanner) scan(ctx context.Context) ([]Sidecar, error) {
	pids, err := s.procs.list(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the processes of this machine: %w", err)
	}
	s.round++
	next := make(map[int32]*entry, len(pids))
	var found []Sidecar
	for _, pid := range pids {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("list the processes of this machine: %w", context.Cause(ctx))
		}
		e := s.visit(ctx, pid)
		next[pid] = e
		if e.sidecar != nil {
			found = append(found, *e.sidecar)
		}
	}
	s.known = next
	slices.SortFunc(found, inOrder)
	return found, nil
}

// visit returns what is known of a process after a look, if it is time for one.
func (s *scanner) visit(ctx context.Context, pid int32) *entry {
	e := s.known[pid]
	switch {
	case e == nil:
		e = &entry{first: s.round, due: s.round}
	case e.sidecar != nil && s.lives(ctx, *e.sidecar):
		if orphan := s.orphan(ctx, pid); orphan != e.sidecar.Orphan {
			now := *e.sidecar // nobody may change what was handed out
			now.Orphan = orphan
			e.sidecar = &now
		}
		return e
	case e.sidecar != nil:
		e = &entry{first: s.round, due: s.round}
	}
	if s.round < e.due {
		return e
	}
	e.sidecar = s.look(ctx, pid)
	age := s.round - e.first
	e.due = s.round + min(max(age, 1), rarest)
	return e
}

// lives reports whether the PID of a sidecar still is its own, and whether it
// has not ended: what nobody has waited for stays in the table.
func (s *scanner) lives(ctx context.Context, car Sidecar) bool {
	started, err := s.procs.started(ctx, car.PID)
	if err != nil || !started.Equal(car.Started) {
		return false
	}
	args, err := s.procs.args(ctx, car.PID)
	return err == nil && len(args) > 0
}

// orphan reports whether the parent of a process has ended.
func (s *scanner) orphan(ctx context.Context, pid int32) bool {
	parent, err := s.procs.parent(ctx, pid)
	return err == nil && parent == 1
}

// look returns the sidecar that a process is, or nil.
func (s *scanner) look(ctx context.Context, pid int32) *Sidecar {
	name, err := s.procs.name(ctx, pid)
	if err != nil || !isDaprd(name) {
		return nil
	}
	started, err := s.procs.started(ctx, pid)
	if err != nil {
		return nil
	}
	args, err := s.procs.args(ctx, pid)
	if err != nil || len(args) == 0 {
		return nil
	}
	f, ok := parseArgs(args[1:])
	if !ok {
		return nil
	}
	folder, err := s.procs.folder(ctx, pid)
	if err != nil {
		folder = "" // another user's; paths are absolute as a rule
	}
	car, ok := f.sidecar(folder)
	if !ok {
		return nil
	}
	car.PID, car.Started, car.NeedsToken, car.Orphan = pid, started, s.procs.needsToken(ctx, pid), s.orphan(ctx, pid)
	return &car
}

// isDaprd compares as the systems do that have an ending for programs.
func isDaprd(name string) bool {
	return name == program || strings.EqualFold(name, program+".exe")
}
