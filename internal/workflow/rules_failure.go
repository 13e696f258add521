package workflow

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

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

// messages are all messages of failures that are known of the instance, the
// whole ones first: the row's is cut.
func (d *diagnosis) messages() []string {
	var all []string
	for f := d.Failure; f != nil; f = f.Cause {
		all = append(all, f.Message)
	}
	if e, ok := d.History.Completed(); ok && d.HistoryKnown && d.Failure == nil {
		for f := e.Failure; f != nil; f = f.Cause {
			all = append(all, f.Message)
		}
	}
	return append(all, d.Instance.Failure)
}

// unregistered looks for a name that was not registered in all that is known
// of the failure.
func (d *diagnosis) unregistered() (what, name, evidence string) {
	for _, message := range d.messages() {
		if what, name = notRegisteredName(message); what != "" {
			return what, name, message
		}
	}
	return "", "", ""
}

// said finds a kind of failure in all that is known of the instance's.
func (d *diagnosis) said(kind failureKind) (inner, message string, ok bool) {
	if d.Instance.Status != Failed {
		return "", "", false
	}
	for _, message := range d.messages() {
		if _, inner, ok := saidOf(message, kind); ok {
			return inner, message, true
		}
	}
	return "", "", false
}

// codeChanged: the workflow's code does not repeat what its history holds.
func (d *diagnosis) codeChanged() {
	inner, message, ok := d.said(failedCodeChanged)
	if !ok {
		d.codeOverlooked()
		return
	}
	at, was := d.stepBefore(inner)
	f := Finding{
		Rule: RuleCodeChanged, Severity: Critical, Event: at, Title: "The code of the workflow changed while it ran",
		Evidence: "Recorded: " + was + ".",
		Remedy: "A failed instance does not recover: start it again, or rerun it from a step before the change. " +
			"To change code that instances are running: let them finish on the old code, or guard the change with a patch or a new version of the workflow.",
	}
	if _, now, found := strings.Cut(inner, "instead trying to call "); found {
		f.Evidence += " The code now calls " + quote(now) + " there."
	} else {
		f.Evidence += " The code does not do this any more, or does it in another place."
	}
	if at < 0 {
		f.Evidence = quote(message)
	}
	d.find(f)
}

// codeOverlooked: a worker that does not notice goes on with steps that do not
// belong to the history.
func (d *diagnosis) codeOverlooked() {
	at := -1
	if d.hasHistory {
		at = d.History.broken()
	}
	if at < 0 {
		return
	}
	e := &d.History.Events[at]
	d.find(Finding{
		Rule: RuleCodeChanged, Severity: Warning, Event: at, Since: e.Time, Title: "The code of the workflow may have changed while it ran",
		Evidence: fmt.Sprintf("Step %d continues a timer that the history does not have. A Java worker does not notice changed code while it awaits something.", e.ID),
		Remedy:   "If the code was changed, terminate the instance and start it again. Let instances finish on the old code, or guard a change with a patch or a new version of the workflow.",
	})
}

// stepNumber finds the number of a step in what a worker says of it.
var stepNumber = regexp.MustCompile(`(?:sequence number|with ID|ID=|ID) ?=?(\d+)`)

// stepBefore finds the recorded step that a worker complains about: its event,
// and what to call it.
func (d *diagnosis) stepBefore(inner string) (event int, words string) {
	m := stepNumber.FindStringSubmatch(inner)
	if m == nil || !d.HistoryKnown {
		return -1, ""
	}
	n, err := strconv.ParseInt(m[1], 10, 32)
	if err != nil {
		return -1, ""
	}
	for i := range d.History.Events {
		e := &d.History.Events[i]
		if e.ID != int32(n) || !Rerunnable(e.Type) {
			continue
		}
		words = map[EventType]string{TaskScheduled: "activity", TimerCreated: "timer", ChildWorkflowInstanceCreated: "child workflow"}[e.Type]
		if e.Name != "" {
			words += " " + quote(e.Name)
		}
		return i, fmt.Sprintf("%s as step %d", words, n)
	}
	return -1, ""
}

// resumedFailed: a Python worker fails an instance that is resumed while it is
// not suspended.
func (d *diagnosis) resumedFailed() {
	_, message, ok := d.said(failedResumed)
	if !ok {
		return
	}
	d.find(Finding{
		Rule: RuleResumed, Severity: Critical, Event: d.last(ExecutionResumed), Title: "A resume failed it",
		Evidence: quote(message) + ". A worker of the Python SDK fails an instance that is resumed while it is not suspended.",
		Remedy:   "A failed instance does not recover: rerun it from the step that it was at, or start it again. Resume an instance once, and only while its status is SUSPENDED.",
	})
}

// eventCase: a Java worker compares the name of an event exactly with a wait that
// has begun.
func (d *diagnosis) eventCase() {
	if !d.current || d.History.Worker().Does(TraitEventCase) != ExactCase {
		return
	}
	for i := range d.waits {
		w := &d.waits[i]
		if w.Kind != WaitEvent {
			continue
		}
		for j := w.Index; j < len(d.History.Events); j++ {
			e := &d.History.Events[j]
			if e.Type != EventRaised || d.replayed.match[j] >= 0 || e.Name == w.Name || !strings.EqualFold(e.Name, w.Name) {
				continue
			}
			d.find(Finding{
				Rule: RuleEventCase, Severity: Warning, Event: j, Since: e.Time,
				Short:    "event name in another case",
				Title:    fmt.Sprintf("%s does not reach the wait for %s", quote(e.Name), quote(w.Name)),
				Evidence: "A worker of the " + d.History.Worker().Name() + " compares the names exactly. A sidecar from 1.18 on compares them without case and may drop the time limit of the wait.",
				Remedy:   "Raise " + quote(w.Name) + ", in exactly this case.",
			})
			return
		}
	}
}

// tamperedType is the type of the failure that a sidecar gives an instance whose
// signed history does not verify (dapr 1.18).
const tamperedType = "DAPR_WORKFLOW_HISTORY_TAMPERED"

// tampered: the signature of a history does not verify.
func (d *diagnosis) tampered() {
	if d.Instance.Status != Failed {
		return
	}
	f := d.Failure
	if end, ok := d.History.Completed(); f == nil && d.HistoryKnown && ok {
		f = end.Failure
	}
	if f == nil || f.Type != tamperedType {
		return
	}
	x := Finding{
		Rule: RuleTampered, Severity: Critical, Event: -1, Title: "Its history does not match its signature",
		Evidence: quote(f.Message),
		Remedy:   "Somebody changed the history in the state store, or the certificates were replaced. Find out who writes to the store before you rerun it.",
	}
	if older(d.Sidecar.Version, "1.18.4") {
		x.Remedy += " Dapr before 1.18.4 also reports histories that nobody changed."
	}
	d.find(x)
}

// colons: the result of an activity of an instance whose ID contains "::" goes to
// another instance (dapr/dapr#10488).
func (d *diagnosis) colons() {
	if !d.hasHistory || !strings.Contains(d.Instance.InstanceID, "::") {
		return
	}
	for i := range d.waits {
		w := &d.waits[i]
		if w.Kind != WaitActivity || d.age(w.Since) < Quiet {
			continue
		}
		d.find(Finding{
			Rule: RuleColons, Severity: Critical, Event: w.Index, Since: w.Since, Short: "its ID loses answers",
			Title:    quote(w.Name) + " will not answer: the instance ID contains ::",
			Evidence: "The runtime sends the result of the activity to another instance (dapr#10488). It was scheduled " + span(d.age(w.Since)) + " ago.",
			Remedy:   "Terminate the instance and start it under an ID without ::. No release of Dapr is known to be free of this.",
		})
		return
	}
}
