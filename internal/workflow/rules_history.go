package workflow

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// retries: the same call fails again and again.
func (d *diagnosis) retries() {
	if !d.hasHistory {
		return
	}
	for i := range d.waits {
		w := &d.waits[i]
		g := &d.groups[w.Group]
		failures := g.Failures()
		if failures < ManyRetries {
			continue
		}
		f := Finding{
			Rule: RuleRetries, Severity: Warning, Event: w.Index, Since: g.Start,
			Title:  fmt.Sprintf("%s has failed %d times", quote(w.Name), failures),
			Remedy: "Mend what it calls: the next attempt comes by itself. If that is no use, terminate the instance and rerun it later.",
		}
		f.Evidence = plural(failures, "attempt", "attempts") + " failed in " + span(d.age(g.Start))
		if w.Kind == WaitRetry {
			if left, ok := w.Left(d.Now); ok {
				f.Evidence += ", the next is due " + inWords(span(left), left > 0)
			}
		} else {
			f.Evidence += fmt.Sprintf(", attempt %d runs", w.Attempt)
		}
		f.Evidence += "."
		if g.Failure != nil {
			f.Evidence += " Last error: " + quote(Reason(g.Failure.text()))
		}
		d.find(f)
	}
}

func inWords(left string, ahead bool) string {
	if ahead {
		return "in " + left
	}
	return "now"
}

func (f *Failure) text() string {
	if f.Message != "" {
		return f.Message
	}
	return f.Type
}

// slowActivity: an activity runs for very long. Where no worker is connected,
// that is the reason, and said.
func (d *diagnosis) slowActivity() {
	if !d.hasHistory || d.noWorkers() || strings.Contains(d.Instance.InstanceID, "::") {
		return // the ID is the reason; see colons
	}
	var slow []string
	oldest := -1
	for i := range d.waits {
		w := &d.waits[i]
		if w.Kind != WaitActivity || d.age(w.Since) < SlowActivity {
			continue
		}
		slow = append(slow, w.Name)
		if oldest < 0 || w.Since.Before(d.waits[oldest].Since) {
			oldest = i
		}
	}
	if oldest < 0 {
		return
	}
	w := &d.waits[oldest]
	f := Finding{
		Rule: RuleSlowActivity, Severity: Warning, Event: w.Index, Since: w.Since,
		Title:    quote(w.Name) + " has been running for " + span(d.age(w.Since)),
		Evidence: "It was scheduled then and has not answered.",
		Remedy:   "See the worker's log for it. An activity that was lost with its worker is run again once a worker is there; one that hangs has to be ended in the application.",
	}
	if len(slow) > 1 {
		f.Evidence = fmt.Sprintf("%d activities have not answered for more than %s: %s.", len(slow), span(SlowActivity), list(slow))
	}
	if d.History.Worker().SDK == SDKJava {
		f.Remedy += " A Java activity that throws an exception without a message never answers."
	}
	if w.App != "" {
		f.Remedy = "It runs in the app " + w.App + ": see whether that has a worker. " + f.Remedy
	}
	d.find(f)
}

// childEnded: a parent waits for a child that has ended.
func (d *diagnosis) childEnded() {
	if !d.current || d.Row == nil {
		return
	}
	for i := range d.waits {
		w := &d.waits[i]
		if w.Kind != WaitChild {
			continue
		}
		key := Key{AppID: w.App, InstanceID: w.ChildID}
		if key.AppID == "" {
			key.AppID = d.Instance.AppID
		}
		child, ok := d.Row(key)
		if !ok || !child.Status.Terminal() || d.age(child.Updated) < ChildGrace {
			continue
		}
		d.find(Finding{
			Rule: RuleChildEnded, Severity: Warning, Event: w.Index, Since: child.Updated,
			Title:    "It waits for a child that has ended",
			Evidence: fmt.Sprintf("The child %s is %s since %s, and its answer is not in this history.", quote(w.ChildID), child.Status, span(d.age(child.Updated))),
			Remedy: "See the log of the sidecar for what keeps the answer back: the runtime tries again while it runs. " +
				"If the child was started anew under its old ID, or put to an end by a force purge, no answer comes: terminate the parent and rerun it from that child.",
		})
	}
}

// size: near the limit the instance stalls.
func (d *diagnosis) size() {
	fill, ok := d.History.Fill()
	if !d.hasHistory || !ok || fill < NearLimit || d.Instance.Status == Stalled {
		return
	}
	d.find(Finding{
		Rule: RuleSize, Severity: Warning, Event: -1,
		Title:    fmt.Sprintf("Its history takes %d %% of the limit", int(math.Round(fill*100))),
		Evidence: fmt.Sprintf("%s events weigh %.1f MiB; at 95 %% of %d MiB, waiting events included, it stalls.", count(len(d.History.Events)), float64(d.History.Bytes)/(1<<20), HistoryLimit>>20),
		Remedy:   "Raise --max-body-size of daprd before that and restart it. In the code: smaller payloads, or continue as new. If the limit was raised already, this is no alarm.",
	})
}

// unconsumed: external events that nobody waits for, most often a name that is
// misspelt.
//
// An event for which no wait is recorded is buffered, and a later wait takes it
// without leaving a timer. So it is still there for certain only as long as the
// workflow's code has not gone on since: no answer, no timer and no other
// awaited event has come behind it (then nothing can have been scheduled
// either). And that no wait was there when it came is known only where the
// worker's SDK records its waits, which this history must show at least once:
// an SDK that leaves nothing may have consumed it. An instance that is held
// keeps its events anyway; that is another rule's.
func (d *diagnosis) unconsumed() {
	if !d.current || d.replayed.holds > 0 || !d.History.RecordsWaits() {
		return
	}
	var names []string
	first := -1
	for i := d.replayed.advanced + 1; i < len(d.History.Events); i++ {
		if e := &d.History.Events[i]; e.Type == EventRaised && d.replayed.fate[i] == fateBuffered {
			names = append(names, e.Name)
			if first < 0 {
				first = i
			}
		}
	}
	if first < 0 || slices.ContainsFunc(d.out, func(f Finding) bool { return f.Rule == RuleEventCase }) {
		return
	}
	f := Finding{
		Rule: RuleUnconsumed, Severity: Warning, Event: first, Since: d.History.Events[first].Time,
		Title:    plural(len(names), "event that nobody waits for", "events that nobody waits for"),
		Evidence: "It was sent " + list(names) + ", and no wait has taken it since.",
		Remedy:   "It is kept until the workflow waits for that name.",
	}
	if awaited := d.awaited(); len(awaited) > 0 {
		f.Evidence = "It was sent " + list(names) + " and waits for " + list(awaited) + "."
		f.Remedy = "If the name is misspelt, raise the event under the awaited name. What was sent is kept until the workflow waits for it."
	}
	d.find(f)
}

func (d *diagnosis) awaited() []string {
	var names []string
	for i := range d.waits {
		if d.waits[i].Kind == WaitEvent {
			names = append(names, d.waits[i].Name)
		}
	}
	return names
}

// lost: what came between a second suspend and its resume is dropped by the Go
// worker (see replay). Another SDK may keep it; there the instance goes on, so
// the rule wants to see that nothing has happened since.
func (d *diagnosis) lost() {
	if !d.current || d.replayed.holds > 0 {
		return
	}
	var names []string
	answers, first := 0, -1
	for i, fate := range d.replayed.fate {
		if fate != fateLost || i < d.replayed.advanced {
			continue
		}
		switch e := &d.History.Events[i]; e.Type {
		case EventRaised:
			names = append(names, e.Name)
		case TaskCompleted, TaskFailed, TimerFired, ChildWorkflowInstanceCompleted, ChildWorkflowInstanceFailed:
			answers++
		default:
			continue
		}
		if first < 0 {
			first = i
		}
	}
	if first < 0 || answers > 0 && len(names) == 0 && len(d.waits) > 0 {
		return
	}
	d.find(lostFinding(names, answers, first, d.History.Events[first]))
}

func lostFinding(names []string, answers, first int, e Event) Finding {
	f := Finding{Rule: RuleLost, Severity: Critical, Event: first, Since: e.Time, Title: "An event was lost between two suspends", Short: "event lost"}
	var what []string
	if len(names) > 0 {
		what = append(what, "the event "+list(names))
		f.Remedy = "Raise it again."
	}
	if answers > 0 {
		what = append(what, plural(answers, "answer of an activity, a timer or a child", "answers of activities, timers or children"))
		f.Title, f.Short = "An answer was lost between two suspends", "answer lost"
		f.Remedy = strings.TrimSpace(f.Remedy + " The lost answer does not come again: terminate the instance and rerun it from that point.")
	}
	f.Evidence = "It was suspended twice over when " + strings.Join(what, " and ") + " came, and nothing has moved since the resumes: the Go worker drops what comes behind a second suspend."
	return f
}

// nothing: the history shows nothing under way. The workers of some SDKs leave no
// trace of a wait for an external event (TraitRecordsWaits), so that is the
// likeliest, and no reason to call the instance stuck.
func (d *diagnosis) nothing() {
	if !d.current || d.Instance.Status != Running || len(d.waits) > 0 || d.replayed.holds > 0 || d.noWorkers() {
		return
	}
	last := len(d.History.Events) - 1
	if _, started := d.History.Started(); !started || d.last(ExecutionTerminated) >= 0 || d.age(d.History.Events[last].Time) < Quiet {
		return
	}
	if slices.ContainsFunc(d.out, func(f Finding) bool { return f.Rule == RuleLost }) {
		return
	}
	f := Finding{
		Rule: RuleNothing, Severity: Info, Event: last, Since: d.History.Events[last].Time,
		Title:    "Most likely waits for an event",
		Evidence: "Nothing is pending in its history, and " + d.recordsNone() + ".",
		Remedy:   "If you know the event, raise it.",
	}
	if d.History.RecordsWaits() {
		f.Title = "Nothing is pending in its history"
		f.Evidence = "Everything scheduled has been answered, and this worker records its waits for events: its code is at work, waits for something outside the workflow, or a concurrency limit of the scheduler holds it back."
		f.Remedy = "See the worker's log, and the concurrency limits in the sidecar's configuration. Workflow code may wait only for activities, timers, children and events."
	} else if names := d.suggestions(); len(names) > 0 {
		f.Remedy = "Instances of this workflow have received: " + list(names) + ". Raise the event that this one waits for."
	}
	d.find(f)
}

// recordsNone says why a wait for an event may not be in the history.
func (d *diagnosis) recordsNone() string {
	w := d.History.Worker()
	switch {
	case w.SDK == SDKUnknown:
		return "the workers of some SDKs record no waits for events"
	case w.Does(TraitRecordsWaits) == RecordsNone:
		return "workers of the " + w.Name() + " record no waits for events"
	}
	return "workers of the " + w.Name() + " do not record every wait for an event"
}

// suggestions are the names of events that instances of the workflow were
// sent: others first, then this one.
func (d *diagnosis) suggestions() []string {
	names := slices.Clone(d.EventNames)
	for i := range d.History.Events {
		if e := &d.History.Events[i]; e.Type == EventRaised {
			names = append(names, e.Name)
		}
	}
	return names
}
