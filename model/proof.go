package model

import (
	"fmt"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
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

// counted reports whether the numbers of events before and after are known, so
// that one more of them proves something.
func counted(base facts, s sighting) bool { return base.historyKnown && s.facts.historyKnown }

// same is the verdict of a call that does not change the status, from a runtime
// that has no history to see it in.
func same(s sighting) verdict {
	return verdict{held, fmt.Sprintf("accepted; it was %s before too, and this runtime has no history to see it in", s.facts.status)}
}

func erased() verdict {
	return verdict{held, "accepted; it has since continued as new, which erases the evidence"}
}

func proveSuspend(base facts, s sighting, _ request) verdict {
	switch {
	case !s.found:
		return gone()
	case s.facts.status == workflow.Suspended && (!counted(base, s) && base.status != workflow.Suspended || counted(base, s) && s.facts.suspends > base.suspends || renewed(base, s)):
		return verdict{observed, "SUSPENDED"}
	case s.facts.status.Terminal():
		return verdict{void, fmt.Sprintf("it ended as %s before the suspend reached it", s.facts.status)}
	case s.facts.noHistory && s.facts.status == workflow.Suspended:
		return same(s)
	case renewed(base, s):
		return erased()
	}
	return verdict{}
}

func proveResume(base facts, s sighting, _ request) verdict {
	took := counted(base, s) && s.facts.resumes > base.resumes
	switch {
	case !s.found:
		return gone()
	case s.facts.status.Terminal() && (took || !counted(base, s) && base.status == workflow.Suspended):
		return verdict{observed, fmt.Sprintf("it ran on and is %s", s.facts.status)}
	case s.facts.status.Terminal():
		return verdict{void, fmt.Sprintf("it is %s", s.facts.status)}
	case took && s.facts.holds > 0:
		return stillSuspended(s)
	case took && s.facts.status == workflow.Running:
		return verdict{observed, "RUNNING"}
	case !counted(base, s) && s.facts.status == workflow.Running && base.status == workflow.Suspended:
		return verdict{observed, "RUNNING"}
	case s.facts.noHistory && s.facts.status == workflow.Running:
		return same(s)
	case renewed(base, s):
		return erased()
	}
	return verdict{}
}

// stillSuspended is the verdict of a resume that is in the history and was not
// enough.
func stillSuspended(s sighting) verdict {
	if s.facts.worker.Surely(workflow.SDKGo) {
		return verdict{held, fmt.Sprintf("%s, but still suspended: resume it again (%s)", s.facts.status,
			ui.Plural(s.facts.holds, "more time", "more times"))}
	}
	return verdict{held, fmt.Sprintf("%s, but nothing has happened yet: a Go worker would still be suspended", s.facts.status)}
}

// delivered is the verdict of an event that is in the history.
func delivered(s sighting, r request) verdict {
	suspended := s.facts.status == workflow.Suspended || s.facts.holds > 0
	switch {
	case s.facts.holds > 1 && s.facts.worker.May(workflow.SDKGo):
		return verdict{held, fmt.Sprintf("%s is in the history, but the instance was suspended more than once, and a Go worker drops it: resume it twice, then raise it again", name(r))}
	case suspended && s.facts.worker.Does(workflow.TraitWhileSuspended) != workflow.RunsOn:
		return verdict{held, fmt.Sprintf("%s is delivered, but the instance is suspended: the workflow gets it when it is resumed", name(r))}
	}
	return verdict{observed, name(r) + " is delivered"}
}

func proveRaise(base facts, s sighting, r request) verdict {
	switch {
	case !s.found:
		return gone()
	case renewed(base, s):
		return erased()
	case counted(base, s) && s.facts.raised > base.raised:
		return delivered(s, r)
	case s.facts.status.Terminal() && s.facts.noHistory:
		return verdict{held, fmt.Sprintf("%s was accepted, and it is %s; this runtime has no history to see whether the event came first", name(r), s.facts.status)}
	case s.facts.status.Terminal():
		return verdict{void, fmt.Sprintf("it ended as %s first, and the event was dropped", s.facts.status)}
	case s.facts.noHistory:
		return verdict{held, name(r) + " was accepted; this runtime has no history to see it in"}
	case !counted(base, s):
		return verdict{held, name(r) + " was accepted; there is no history to prove it with"}
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
	was := base.status != workflow.Unknown
	same := base.executionID != "" && s.facts.executionID == base.executionID
	if s.found && was && s.facts.noHistory && !s.facts.created.Equal(base.created) {
		return proveRerun(base, s, r)
	}
	if s.found && was && (same || base.executionID == "" && s.facts.status.Terminal()) {
		return verdict{} // it may be the one that was there before
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
