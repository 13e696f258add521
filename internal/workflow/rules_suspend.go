package workflow

import (
	"fmt"
	"strings"
)

// ResumeGrace is how long a resume may take: a worker carries it out within a
// turn, milliseconds.
const ResumeGrace = TerminateGrace

// PendingSuspends returns how many suspends the history holds behind its last
// resume. More than one of them makes the next resume a matter of the worker's
// SDK; see TraitSecondSuspend.
func (h History) PendingSuspends() int {
	n := 0
	for i := range h.Events {
		switch h.Events[i].Type {
		case ExecutionSuspended:
			n++
		case ExecutionResumed:
			n = 0
		default:
		}
	}
	return n
}

// ResumeRefusal says why a resume must not be sent to an instance of a status
// that takes holds more resumes to move, empty when it may. A resume of an
// instance that runs fails it where its worker is Python's, and only Go's
// workers can need one.
func ResumeRefusal(s Status, w Worker, holds int) string {
	switch {
	case s.Terminal():
		return fmt.Sprintf("it is %s: there is nothing to resume", s)
	case s == Pending:
		return "it has not started yet: there is nothing to resume"
	case s == Suspended, s == Stalled:
		return ""
	case holds > 0 && w.Surely(SDKGo):
		return ""
	case holds > 0:
		return "its status is " + s.String() + ", and a second resume helps Go workers only: it fails an instance of a Python worker"
	case w.May(SDKPython):
		return "it is not suspended, and a resume fails a running instance of a Python worker"
	}
	return "it is not suspended"
}

// ResumeWarning says what the next resume does to an instance that was suspended
// more than once, in a sentence; empty where one resume is as good as any.
func ResumeWarning(w Worker, pending int) string {
	if pending < 2 {
		return ""
	}
	by := w.by()
	switch w.Does(TraitSecondSuspend) {
	case Loops:
		return fmt.Sprintf("It was suspended %d times. %s loops endlessly on the resume: every instance that it serves stands still, and it loops again after a restart. Force purge the instance instead and start it again.", pending, by)
	case Nests:
		return fmt.Sprintf("It was suspended %d times. %s takes two resumes, and loses what arrived behind the second suspend.", pending, by)
	case Frees:
		return ""
	default:
	}
	return fmt.Sprintf("It was suspended %d times, and its history does not tell the SDK of its worker. A Go worker takes two resumes; a Python or JavaScript worker loops endlessly on the first, and every instance that it serves stands still.", pending)
}

// SuspendAgain says why a suspended instance is not suspended once more.
func SuspendAgain(w Worker) string {
	const already = "it is suspended already; "
	switch w.Does(TraitSecondSuspend) {
	case Loops:
		return already + "after a second suspend, a resume makes its " + w.SDKs() + " worker loop endlessly"
	case Nests:
		return already + "a second suspend would take a second resume, and lose the events between"
	case Frees:
		return already + "a second suspend changes nothing"
	default:
	}
	return already + "a second suspend loses events with a Go worker, and stops a Python or JavaScript worker for good"
}

// SDKs names the SDKs that are possible: "Python or JavaScript".
func (w Worker) SDKs() string {
	var names []string
	for _, s := range w.Possible {
		names = append(names, s.String())
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// by names the worker at the beginning of a sentence: "A worker of the Python
// SDK 1.18 or later (certain)".
func (w Worker) by() string {
	if w.SDK == SDKUnknown {
		return "A " + w.SDKs() + " worker"
	}
	return fmt.Sprintf("Its worker, of the %s (%s),", w.Name(), w.Sure)
}

// held: more suspends than resumes. A resume sets the status to RUNNING at
// once, but a Go worker counts. It is said as long as nothing has happened
// behind the resume.
func (d *diagnosis) held() {
	if !d.hasHistory {
		return
	}
	w, holds := d.History.Worker(), d.replayed.holds
	switch pending := d.History.PendingSuspends(); {
	case d.Instance.Status == Running && holds > 0:
		d.heldRunning(w, holds)
	case d.Instance.Status == Suspended && pending > 1 && w.Does(TraitSecondSuspend) == Loops:
		d.looping(w, pending)
	case d.Instance.Status == Suspended && pending > 1:
		d.heldTwice(w, pending)
	}
}

// suspends counts what the history holds of both: "2 suspends, 1 resume".
func (d *diagnosis) suspends() string {
	return plural(d.History.Count(ExecutionSuspended), "suspend", "suspends") + ", " + plural(d.History.Count(ExecutionResumed), "resume", "resumes")
}

func (d *diagnosis) heldRunning(w Worker, holds int) {
	at := d.last(ExecutionSuspended)
	f := Finding{
		Rule: RuleHeld, Severity: Critical, Event: at, Since: d.History.Events[at].Time,
		Title: "Still suspended: resume it again", Short: "still suspended",
		Evidence: d.suspends() + ". The status is RUNNING, but a Go worker counts suspends, and nothing has happened since the resume" + d.keeps() + ".",
		Remedy:   "Resume it " + plural(holds, "more time", "more times") + ". Until then a terminate waits, too.",
	}
	if !w.Surely(SDKGo) {
		f.Severity, f.Title, f.Short = Warning, "May still be suspended", "may be suspended"
		f.Evidence = d.suspends() + ", and nothing has happened since the resume" + d.keeps() + ". A Go worker counts suspends; the history does not tell for certain that this one is Go's."
		f.Remedy = "Find out which SDK the worker uses. With Go, resume it again with the dapr CLI. With Python, a resume fails a running instance. With any other SDK, the instance waits for something else."
	}
	d.find(f)
}

func (d *diagnosis) heldTwice(w Worker, pending int) {
	warning := ResumeWarning(w, pending)
	if warning == "" {
		return
	}
	at := d.last(ExecutionSuspended)
	f := Finding{
		Rule: RuleHeld, Severity: Warning, Event: at, Since: d.History.Events[at].Time,
		Title: "One resume will not be enough", Short: "suspended twice", Evidence: warning + strings.Replace(d.keeps(), "; q", " Q", 1),
		Remedy: "Resume it twice. After the first resume the status is RUNNING while the instance is still suspended.",
	}
	if !w.Surely(SDKGo) {
		f.Title = "Suspended more than once"
		f.Remedy = "Find out which SDK the worker uses before you resume it."
	}
	d.find(f)
}

// looping: the worker loops on the resume, which stays in the inbox, so that the
// history never shows it.
func (d *diagnosis) looping(w Worker, pending int) {
	at := d.last(ExecutionSuspended)
	f := Finding{
		Rule: RuleLoop, Severity: Critical, Event: at, Since: d.History.Events[at].Time,
		Title: "Do not resume: its worker would loop endlessly", Short: "do not resume", Evidence: ResumeWarning(w, pending),
		Remedy: "Force purge the instance and start it again. If a resume was sent already: stop the worker, force purge the instance, start the worker.",
	}
	if age := d.age(d.ResumeSent); !d.ResumeSent.IsZero() && age >= ResumeGrace {
		f.Title, f.Short, f.Since = "Its worker loops endlessly", "worker loops", d.ResumeSent
		f.Evidence = "A resume sent " + span(age) + " ago is not in the history, which holds " + d.suspends() + ". " + w.by() + " loops on it, and every instance that it serves stands still."
		f.Remedy = "Stop the worker, force purge the instance, start the worker. A restart alone does not help: the resume stays in the inbox."
		if d.noWorkers() {
			f.Evidence += " The sidecar counts no worker now: it may have been stopped, or have lost its connection in the loop."
		}
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
	return "; queued events: " + list(names)
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
	f.Remedy = "Resume it when the reason is gone: nothing else will. It queues what is sent to it."
	if d.hasHistory && d.History.Worker().Does(TraitWhileSuspended) == RunsOn {
		f.Remedy = "Resume it when the reason is gone. A .NET worker runs on at the next event although the status is SUSPENDED."
	}
	d.find(f)
}
