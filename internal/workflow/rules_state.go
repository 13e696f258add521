package workflow

import "fmt"

// stalled: the runtime says why itself.
func (d *diagnosis) stalled() {
	if d.Instance.Status != Stalled {
		return
	}
	f := Finding{
		Rule: RuleStalled, Severity: Critical, Title: "Stalled", Event: -1,
		Evidence: "Its history, which tells the reason, is not known.",
		Remedy:   "Read its history. Until it moves, every operation but a force purge is refused.",
	}
	at := d.last(ExecutionStalled)
	if d.HistoryKnown && at >= 0 {
		e := &d.History.Events[at]
		f.Event, f.Since = at, e.Time
		f.Title, f.Remedy = stallWords(e.Reason)
		f.Evidence = quote(e.Description)
		if f.Evidence == "" {
			f.Evidence = "The runtime gives the reason " + e.Reason + "."
		}
		f.Remedy += " Until then every operation but a force purge is refused."
	}
	d.find(f)
}

// stallWords are the title and the remedy of a stall. The reasons are those of
// durabletask-go api/protos (StalledReason).
func stallWords(reason string) (title, remedy string) {
	switch reason {
	case "VERSION_NOT_AVAILABLE":
		return "Stalled: no worker has its version",
			"Run a worker that registers this version of the workflow too, beside the newer one; it goes on by itself then."
	case "PATCH_MISMATCH":
		return "Stalled: the workers lack a patch that it has taken",
			"Run a worker with the patches of its history, in the same order: most often the newer release, after a roll-back; it goes on by itself then."
	case "PAYLOAD_SIZE_EXCEEDED":
		return "Stalled: its history and its events are too large",
			"Raise --max-body-size of daprd and restart it; it goes on by itself then. In the code: smaller payloads, or continue as new."
	}
	return "Stalled: " + quote(reason), "Its description says more; it goes on by itself once a suitable worker runs."
}

// noWorker: whatever the instance needs, nobody is there to do it.
func (d *diagnosis) noWorker() {
	if !d.live || !d.noWorkers() || d.Instance.Status == Unknown {
		return
	}
	d.find(Finding{
		Rule: RuleNoWorker, Severity: Critical, Event: -1,
		Title:    "No worker is connected",
		Evidence: "The sidecar of " + d.Instance.AppID + " counts no worker. Reads work; the instance does not move, and most operations are refused.",
		Remedy: "Start the application. Another replica of the sidecar may have a worker, which this one does not count. " +
			"If the application runs, restart the sidecar: one that lost a worker in the middle of its work can be unable to take another.",
	})
}

// pending: scheduled for later, or nobody picks it up; the runtime does not
// tell which.
func (d *diagnosis) pending() {
	age := d.age(d.FirstSeen)
	if d.Instance.Status != Pending || age < LongPending {
		return
	}
	remedy := "If it was not meant for later: see that a worker and the scheduler are there. A raise, suspend, resume or terminate starts it at once; only a force purge takes it away without running it."
	if _, known := parseVersion(d.Sidecar.Version); known && !older(d.Sidecar.Version, "1.18.4") {
		remedy += " This runtime starts an overdue instance when it is read, as this console does."
	}
	if d.noWorkers() {
		remedy = "Start the application: without a worker nothing begins."
	}
	d.find(Finding{
		Rule: RulePending, Severity: Info, Event: -1, Since: d.FirstSeen,
		Title:    "Not started for " + span(age),
		Evidence: "It is PENDING since this console saw it first. It is scheduled for later or waits to be picked up; the runtime tells neither the hour nor the name.",
		Remedy:   remedy,
	})
}

// terminate: a terminate was asked for, and the instance lives.
func (d *diagnosis) terminate() {
	if !d.live {
		return
	}
	f := Finding{Rule: RuleTerminate, Severity: Warning, Event: -1, Since: d.TerminateSent, Title: "Terminate requested, but not done"}
	f.Evidence = "This console sent a terminate " + span(d.age(d.TerminateSent)) + " ago."
	if at := d.last(ExecutionTerminated); d.hasHistory && at >= 0 {
		f.Event, f.Since = at, d.History.Events[at].Time
		f.Evidence = "The request is in its history, " + span(d.age(f.Since)) + " old."
	}
	if f.Since.IsZero() || d.age(f.Since) < TerminateGrace {
		return
	}
	switch {
	case (d.Instance.Status == Suspended || d.hasHistory && d.replayed.holds > 0) && d.History.Worker().Does(TraitTerminateSuspended) != EndsAtOnce:
		f.Remedy = "It takes effect with the resume that sets the instance free: resume it" + times(d.replayed.holds) + "."
	case d.Instance.Status == Stalled:
		f.Remedy = "A stalled instance takes none: mend the stall, or force purge it."
	case d.noWorkers():
		f.Remedy = "Start the application: a worker has to carry it out."
	default:
		f.Remedy = "See the log of the worker and of the sidecar, then send it again. A force purge is the last resort: it takes the state away under whatever runs."
	}
	d.find(f)
}

func times(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" %d times", n)
}
