package workflow

import "fmt"

// held: more suspends than resumes. A resume sets the status to RUNNING at
// once, but the worker counts: it goes on keeping back all that comes.
func (d *diagnosis) held() {
	holds := d.replayed.holds
	running := d.Instance.Status == Running && holds > 0
	twice := d.Instance.Status == Suspended && holds > 1
	if !d.hasHistory || !running && !twice {
		return
	}
	at := d.last(ExecutionSuspended)
	f := Finding{
		Rule: RuleHeld, Severity: Critical, Event: at, Since: d.History.Events[at].Time,
		Title:    "Still held: resume it again",
		Evidence: plural(d.History.Count(ExecutionSuspended), "suspend", "suspends") + ", " + plural(d.History.Count(ExecutionResumed), "resume", "resumes") + ": its status reads RUNNING, but it keeps back whatever it is sent" + d.keeps() + ".",
		Remedy:   "Resume it " + plural(holds, "more time", "more times") + ". Nothing else moves it: a terminate waits for that too.",
	}
	if twice {
		f.Severity, f.Title = Warning, "One resume will not be enough"
		f.Evidence = plural(d.History.Count(ExecutionSuspended), "suspend", "suspends") + ", " + plural(d.History.Count(ExecutionResumed), "resume", "resumes") + d.keeps() + "."
		f.Remedy = fmt.Sprintf("It takes %d resumes. After the first the status reads RUNNING while the instance is still held.", holds)
	}
	d.find(f)
}

// keeps names the external events that a held instance keeps back.
func (d *diagnosis) keeps() string {
	var names []string
	for i, fate := range d.replayed.fate {
		if fate == fateHeld {
			names = append(names, d.History.Events[i].Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; so far " + list(names)
}

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

// notRegistered: the workers do not know the name.
func (d *diagnosis) notRegistered() {
	if d.Instance.Status != Failed {
		return
	}
	what, name, evidence := d.unregistered()
	if what == "" {
		return
	}
	remedy := "Register it in the worker under exactly this name, or start the workflow under its right name. A failed instance does not recover: start it again."
	if what == "activity" {
		remedy = "Register it in the worker under exactly this name, then rerun the instance from that activity."
	}
	d.find(Finding{
		Rule: RuleNotRegistered, Severity: Critical, Event: -1,
		Title:    "No worker knows the " + what + " " + quote(name),
		Evidence: quote(evidence), Remedy: remedy,
	})
}

// unregistered looks for a name that was not registered in all that is known
// of the failure.
func (d *diagnosis) unregistered() (what, name, evidence string) {
	for f := d.Failure; f != nil; f = f.Cause {
		if what, name = notRegisteredName(f.Message); what != "" {
			return what, name, f.Message
		}
	}
	what, name = notRegisteredName(d.Instance.Failure)
	return what, name, d.Instance.Failure
}

// suspended: somebody held it, and may have forgotten it.
func (d *diagnosis) suspended() {
	if d.Instance.Status != Suspended {
		return
	}
	// Without a history the row tells at least when something happened last.
	f := Finding{Rule: RuleSuspended, Severity: Warning, Event: -1, Since: d.Instance.Updated, Evidence: "Nothing has happened since"}
	if at := d.last(ExecutionSuspended); d.hasHistory && at >= 0 {
		e := &d.History.Events[at]
		f.Event, f.Since = at, e.Time
		f.Evidence = "It was suspended without a reason"
		if e.Payload.Raw != "" {
			f.Evidence = "Its reason: " + quote(unquoted(e.Payload.Raw))
		}
	}
	age := d.age(f.Since)
	if age < LongSuspended {
		return
	}
	f.Title = "Suspended for " + span(age)
	f.Evidence += "."
	f.Remedy = "Resume it when the reason is gone: nothing else will. What it is sent meanwhile is kept."
	d.find(f)
}

// pending: scheduled for later, or nobody picks it up; the runtime does not
// tell which.
func (d *diagnosis) pending() {
	age := d.age(d.FirstSeen)
	if d.Instance.Status != Pending || age < LongPending {
		return
	}
	remedy := "If it was not meant for later: see that a worker and the scheduler are there. A raise, suspend, resume or terminate starts it at once; only a force purge takes it away without running it."
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
	case d.Instance.Status == Suspended || d.hasHistory && d.replayed.holds > 0:
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
