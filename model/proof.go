package model

import (
	"fmt"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// proofState says how far an action's effect has been seen.
type proofState uint8

const (
	// notYet: nothing to see so far; look again.
	notYet proofState = iota
	// observed: the state or the history shows the effect.
	observed
	// held: it took effect, and something still holds the instance.
	held
	// void: the runtime said OK and nothing will come of it.
	void
)

// verdict is what a look at an instance proves of an action. The text goes on
// from "paused order-17: ".
type verdict struct {
	state proofState
	text  string
}

// gone is the verdict for an instance that was there before the call.
func gone() verdict {
	return verdict{void, "it has been purged meanwhile"}
}

// renewed reports whether the instance has continued as new since the
// baseline: its history starts again, and the evidence is gone with the old one.
func renewed(base facts, s sighting) bool {
	return base.historyKnown && s.facts.historyKnown && base.executionID != "" && s.facts.executionID != "" &&
		base.executionID != s.facts.executionID
}

func erased() verdict {
	return verdict{held, "accepted; it has since continued as new, which erases the evidence"}
}

func proveSuspend(base facts, s sighting, _ request) verdict {
	switch {
	case !s.found:
		return gone()
	case s.facts.status == workflow.Suspended && (!s.facts.historyKnown || s.facts.suspends > base.suspends || renewed(base, s)):
		return verdict{observed, "SUSPENDED"}
	case s.facts.status.Terminal():
		return verdict{void, fmt.Sprintf("it ended as %s before the suspend reached it", s.facts.status)}
	case renewed(base, s):
		return erased()
	}
	return verdict{}
}

func proveResume(base facts, s sighting, _ request) verdict {
	took := s.facts.historyKnown && s.facts.resumes > base.resumes
	switch {
	case !s.found:
		return gone()
	case s.facts.status.Terminal() && (took || !s.facts.historyKnown):
		return verdict{observed, fmt.Sprintf("it ran on and is %s", s.facts.status)}
	case s.facts.status.Terminal():
		return verdict{void, fmt.Sprintf("it is %s", s.facts.status)}
	case took && s.facts.holds > 0:
		return verdict{held, fmt.Sprintf("%s, but %d of %s still holds it: press r again", s.facts.status, s.facts.holds,
			plural(s.facts.suspends, "suspend", "suspends"))}
	case took && s.facts.status == workflow.Running:
		return verdict{observed, "RUNNING"}
	case !s.facts.historyKnown && s.facts.status == workflow.Running && base.status == workflow.Suspended:
		return verdict{observed, "RUNNING"}
	case renewed(base, s):
		return erased()
	}
	return verdict{}
}

func proveRaise(base facts, s sighting, r request) verdict {
	switch {
	case !s.found:
		return gone()
	case renewed(base, s):
		return erased()
	case s.facts.historyKnown && s.facts.raised > base.raised && (s.facts.status == workflow.Suspended || s.facts.holds > 0):
		return verdict{held, fmt.Sprintf("%s is delivered, but the instance is suspended: the workflow gets it when it is resumed", name(r))}
	case s.facts.historyKnown && s.facts.raised > base.raised:
		return verdict{observed, name(r) + " is delivered"}
	case s.facts.status.Terminal():
		return verdict{void, fmt.Sprintf("it ended as %s first, and the event was dropped", s.facts.status)}
	case !s.facts.historyKnown:
		return verdict{held, name(r) + " was accepted; this runtime has no history to prove it"}
	}
	return verdict{}
}

func name(r request) string { return workflow.Clean(r.raise.Event) }

func proveTerminate(base facts, s sighting, _ request) verdict {
	switch {
	case !s.found:
		return gone()
	case s.facts.status == workflow.Terminated:
		return verdict{observed, "TERMINATED"}
	case s.facts.status.Terminal():
		return verdict{void, fmt.Sprintf("it ended as %s first", s.facts.status)}
	case renewed(base, s):
		return erased()
	}
	return verdict{}
}

func provePurge(_ facts, s sighting, _ request) verdict {
	if !s.found {
		return verdict{observed, "its state is gone"}
	}
	return verdict{}
}

// proveStart wants an instance that is not the one that was there before.
func proveStart(base facts, s sighting, r request) verdict {
	if s.found && base.executionID != "" && s.facts.executionID == base.executionID {
		return verdict{}
	}
	return proveRerun(base, s, r)
}

// proveRerun looks at the new instance, which keeps the execution ID of the one
// it was rerun from.
func proveRerun(_ facts, s sighting, _ request) verdict {
	switch {
	case !s.found:
		return verdict{}
	case s.facts.status == workflow.Pending:
		return verdict{observed, "PENDING, waiting for its start or for a worker"}
	}
	return verdict{observed, s.facts.status.String()}
}
