package workflow_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// caseOf is a recording as the console meets it some time later; its Row knows
// the other instances of the file.
func caseOf(t *testing.T, name string, after time.Duration) workflow.Case {
	t.Helper()
	f := recorded(t, name)
	in := f.Instances[0]
	return workflow.Case{
		Instance: in.Detail.Instance, Failure: in.Detail.Failure, History: in.History, HistoryKnown: in.HistoryKnown,
		Sidecar: f.Sidecar, Now: f.SavedAt.Add(after), FirstSeen: f.SavedAt,
		Row: func(key workflow.Key) (workflow.Instance, bool) {
			for _, other := range f.Instances {
				if other.Detail.Key == key {
					return other.Detail.Instance, true
				}
			}
			return workflow.Instance{}, false
		},
	}
}

// suspendedTwiceByNobodyKnown takes all signs of the SDK out of a history.
func suspendedTwiceByNobodyKnown(c *workflow.Case) {
	c.History = workflow.NewHistory([]workflow.Event{
		event(workflow.WorkflowStarted),
		{ID: -1, Type: workflow.ExecutionStarted, Name: "Order"},
		event(workflow.WorkflowStarted), event(workflow.ExecutionSuspended), event(workflow.WorkflowStarted), event(workflow.ExecutionSuspended),
	})
	c.Instance.Updated = time.Time{}
}

func rules(findings []workflow.Finding) string {
	names := make([]string, len(findings))
	for i, f := range findings {
		names[i] = string(f.Rule)
	}
	return strings.Join(names, ", ")
}

// What is said of each recording, half a minute later.
func TestDiagnosisOfTheRecordings(t *testing.T) {
	said := map[string]string{
		"go-nested-suspensions": "held", "go-terminate-suspended": "terminate not done",
		"go-stalled-payload": "stalled", "go-stalled-version": "stalled", "go-stalled-patch": "stalled",
		"go-not-registered": "not registered", "go-activity-not-registered": "not registered",
		"js-not-registered": "not registered", "js-activity-not-registered": "not registered",
		"go-retrying": "retries", "js-retrying": "retries", "go-nobody-waits": "event not consumed",
		"go-lost-between-suspends": "lost between suspends", "go-answer-lost-between-suspends": "lost between suspends",
		"js-order-approval": "nothing pending", "js-waiting-from-the-start": "nothing pending",
		"java-not-registered": "not registered", "java-activity-not-registered": "not registered",
		"java-changed": "code changed", "java-event-case-limit": "event name in another case",
		"java-retrying": "retries", "java-child-retrying": "retries",
		"js-changed": "code changed", "js-child-retrying": "retries", "js-suspended-twice-resumed-once": "worker loops",
		"py-not-registered": "not registered", "py-activity-not-registered": "not registered",
		"py-changed": "code changed", "py-resumed-twice": "failed by a resume", "py-resumed-while-running": "failed by a resume",
		"py-suspended-twice-resumed-once": "worker loops",
		"py-nobody-waits":                 "event not consumed", "py-buffered": "event not consumed",
		"py-retrying": "retries", "py-child-retrying": "retries",
		"java118-buffered": "event not consumed", "java118-event-case": "event name in another case",
		"java118-event-case-limit": "event name in another case",
		"java118-retrying":         "retries", "java118-child-retrying": "retries",
		"net-not-registered": "not registered", "net-activity-not-registered": "not registered",
		"net-retrying": "retries", "net-retrying-117": "retries",
		"rust-not-registered": "not registered", "rust-activity-not-registered": "not registered", "rust-retrying": "retries",
	}
	// Their workers record no waits without a limit.
	for _, name := range []string{
		"java-before-change", "java-buffered-consumed", "java-event-case", "java-nobody-waits", "java-order-approval", "java-resumed-waiting",
		"java-started-over-http", "java-status-json", "java-status-text", "java-two-waits", "java-waiting-from-the-start",
		"js-before-change", "js-buffered-consumed", "js-nobody-waits", "js-resumed-waiting", "js-started-over-http", "js-status-json",
		"js-status-text", "js-two-waits", "net-order-approval",
	} {
		said[name] = "nothing pending"
	}
	for _, name := range allRecorded(t) {
		found := workflow.Diagnose(caseOf(t, name, 30*time.Second))
		if got := rules(found); got != said[name] {
			t.Errorf("%s: %q, want %q", name, got, said[name])
		}
		for _, f := range found {
			if f.Title == "" || f.Evidence == "" || f.Remedy == "" || strings.Contains(f.Title+f.Evidence+f.Remedy, "\n") {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// Each rule must fire on a case, and be silent once what it rests on is taken
// away.
func TestRulesFireAndStaySilent(t *testing.T) {
	day := 24 * time.Hour
	for _, c := range []struct {
		rule workflow.Rule
		from string
		wait time.Duration
		fire func(*workflow.Case)
		// says are words that the finding must hold.
		says  []string
		quiet map[string]func(*workflow.Case)
	}{
		{
			rule: workflow.RuleHeld, from: "go-nested-suspensions", says: []string{"2 suspends, 1 resume", "queued events: approve", "Resume it 1 more time."},
			quiet: map[string]func(*workflow.Case){
				"resumed": appended(event(workflow.ExecutionResumed)),
				"one that is new": func(c *workflow.Case) {
					c.History = workflow.NewHistory(c.History.Events[:6])
				},
				"no history": unknown,
				"new work since: another SDK, which is free": appended(
					event(workflow.WorkflowStarted), workflow.Event{ID: 2, Type: workflow.TaskScheduled, Name: "Ship"}),
				"the row has ended meanwhile": status(workflow.Completed),
			},
		},
		{
			rule: workflow.RuleHeld, from: "go-suspended", says: []string{"suspended 2 times", "takes two resumes"},
			fire: appended(event(workflow.ExecutionSuspended)),
			quiet: map[string]func(*workflow.Case){
				"suspended once": func(*workflow.Case) {},
			},
		},
		{
			rule: workflow.RuleHeld, from: "go-suspended", fire: suspendedTwiceByNobodyKnown,
			says: []string{"does not tell the SDK", "Python or JavaScript worker loops endlessly", "Find out"},
			quiet: map[string]func(*workflow.Case){
				"other instances are Java's, which one resume sets free": func(c *workflow.Case) {
					suspendedTwiceByNobodyKnown(c)
					c.Others = recorded(t, "java-order-limit").Instances[0].History.Worker()
				},
			},
		},
		{
			rule: workflow.RuleLoop, from: "py-suspended-twice-resumed-once", says: []string{"Do not resume", "Python SDK", "Force purge"},
			quiet: map[string]func(*workflow.Case){
				"suspended once": func(c *workflow.Case) { c.History = workflow.NewHistory(c.History.Events[:8]) },
				"it has ended":   status(workflow.Terminated),
				"no history":     unknown,
			},
		},
		{
			rule: workflow.RuleLoop, from: "js-suspended-twice-resumed-once", says: []string{"Its worker loops endlessly", "Stop the worker"},
			fire: func(c *workflow.Case) { c.ResumeSent = c.Now.Add(-time.Minute) },
		},
		{
			rule: workflow.RuleResumed, from: "py-resumed-while-running", says: []string{"executionResumed", "Python SDK"},
			quiet: map[string]func(*workflow.Case){
				"another failure": func(c *workflow.Case) { c.Failure, c.Instance.Failure = &workflow.Failure{Message: "no"}, "no" },
			},
		},
		{
			rule: workflow.RuleCodeChanged, from: "py-changed", says: []string{"activity Reserve as step 1", "now calls create_timer", "new version"},
			quiet: map[string]func(*workflow.Case){"it runs": status(workflow.Running)},
		},
		{rule: workflow.RuleCodeChanged, from: "js-changed", says: []string{"activity Reserve as step 1", "now calls createTimer"}},
		{
			rule: workflow.RuleCodeChanged, from: "go-failed-child", says: []string{"child workflow Broken as step 0", "does not do this any more"},
			fire: func(c *workflow.Case) {
				c.Failure = &workflow.Failure{Message: "a previous execution called CallChildWorkflow for 'Broken' and sequence number 0 at this point in the workflow logic, but the current execution doesn't have this action with this sequence number"}
			},
		},
		{
			rule: workflow.RuleCodeChanged, from: "java-changed", says: []string{"may have changed", "Step 1"},
			quiet: map[string]func(*workflow.Case){
				"the timer has its first part": func(c *workflow.Case) {
					events := slices.Clone(c.History.Events)
					at := slices.IndexFunc(events, func(e workflow.Event) bool { return e.Type == workflow.TimerCreated })
					first := workflow.Event{ID: 5, Type: workflow.TimerCreated, Named: true, Time: events[at].Time}
					c.History = workflow.NewHistory(slices.Insert(events, at, first))
				},
			},
		},
		{
			rule: workflow.RuleEventCase, from: "java-event-case-limit", says: []string{"APPROVE does not reach the wait for approve", "exactly this case"},
			quiet: map[string]func(*workflow.Case){
				"the exact name": func(c *workflow.Case) {
					for i := range c.History.Events {
						if c.History.Events[i].Type == workflow.EventRaised {
							c.History.Events[i].Name = "approve"
						}
					}
					c.History = workflow.NewHistory(c.History.Events)
				},
			},
		},
		{
			rule: workflow.RuleColons, from: "go-activity-running", says: []string{"will not answer", "contains ::", "without ::"},
			fire: func(c *workflow.Case) { c.Instance.InstanceID = "order::1" },
			quiet: map[string]func(*workflow.Case){
				"no colons": func(*workflow.Case) {},
				"the activity is done": func(c *workflow.Case) {
					c.Instance.InstanceID = "a::b"
					c.History = recorded(t, "go-order-approval").Instances[0].History
				},
			},
		},
		{
			rule: workflow.RuleTampered, from: "go-failed-child", says: []string{"does not match its signature", "before 1.18.4"},
			fire: func(c *workflow.Case) {
				c.Failure, c.Sidecar.Version = &workflow.Failure{Type: "DAPR_WORKFLOW_HISTORY_TAMPERED", Message: "no"}, "1.18.0"
			},
			quiet: map[string]func(*workflow.Case){"another failure": func(*workflow.Case) {}},
		},
		{
			rule: workflow.RuleNothing, from: "js-waiting-from-the-start", says: []string{"Most likely waits for an event", "the JavaScript SDK record no waits"},
			fire: func(c *workflow.Case) { c.Others = recorded(t, "js-failed").Instances[0].History.Worker() },
		},
		{
			rule: workflow.RuleStalled, from: "go-stalled-version", says: []string{"no worker has its version", "Versioned-v2", "force purge"},
			quiet: map[string]func(*workflow.Case){"it runs again": status(workflow.Running)},
		},
		{rule: workflow.RuleStalled, from: "go-stalled-patch", says: []string{"lack a patch", "[tax]"}},
		{rule: workflow.RuleStalled, from: "go-stalled-payload", says: []string{"too large", "--max-body-size"}},
		{rule: workflow.RuleStalled, from: "go-stalled-payload", fire: unknown, says: []string{"not known"}},
		{
			rule: workflow.RuleNoWorker, from: "go-order-approval", fire: noWorker, says: []string{"sidecar of shop", "Start the application"},
			quiet: map[string]func(*workflow.Case){
				"a worker":           func(*workflow.Case) {},
				"not known":          func(c *workflow.Case) { noWorker(c); c.Sidecar.WorkersKnown = false },
				"the instance ended": func(c *workflow.Case) { noWorker(c); c.Instance.Status = workflow.Completed },
			},
		},
		{
			rule: workflow.RuleNotRegistered, from: "go-not-registered", says: []string{"the workflow Ghost", "start it again"},
			quiet: map[string]func(*workflow.Case){
				"another failure": func(c *workflow.Case) { fail(c, "card declined") },
				"it runs":         status(workflow.Running),
			},
		},
		{rule: workflow.RuleNotRegistered, from: "go-activity-not-registered", says: []string{"the activity Ghost", "rerun"}},
		{rule: workflow.RuleNotRegistered, from: "js-not-registered", says: []string{"the workflow Ghost"}},
		{rule: workflow.RuleNotRegistered, from: "js-activity-not-registered", says: []string{"the activity Ghost"}},
		{
			rule: workflow.RuleNotRegistered, from: "go-retries-failed", says: []string{"the workflow Shipping"},
			fire: func(c *workflow.Case) { fail(c, "A 'Shipping' orchestrator was not registered.") },
		},
		{
			rule: workflow.RuleNotRegistered, from: "go-retries-failed", says: []string{"the workflow Shipping"},
			fire: func(c *workflow.Case) { // only the row
				*c = workflow.Case{Instance: c.Instance, Now: c.Now}
				c.Instance.Failure = "No factory found for orchestrator: Shipping"
			},
		},
		{
			rule: workflow.RuleNotRegistered, from: "go-retries-failed", says: []string{"the activity Ship"},
			fire: func(c *workflow.Case) {
				c.Failure = &workflow.Failure{Message: "outer", Cause: &workflow.Failure{Message: "No activity task named 'Ship' was found."}}
			},
		},
		{
			rule: workflow.RuleLost, from: "go-lost-between-suspends", says: []string{"the event approve", "Raise it again."},
			quiet: map[string]func(*workflow.Case){
				"raised again":     appended(event(workflow.WorkflowStarted), named(workflow.EventRaised, "approve")),
				"the row is newer": newer,
				"still held":       func(c *workflow.Case) { c.History = workflow.NewHistory(c.History.Events[:len(c.History.Events)-2]) },
				"no history":       unknown,
				"new work since: another SDK, which loses nothing": appended(
					workflow.Event{ID: 2, Type: workflow.TaskScheduled, Name: "Ship"}),
			},
		},
		{
			rule: workflow.RuleLost, from: "go-answer-lost-between-suspends", says: []string{"1 answer", "rerun it from that point"},
			quiet: map[string]func(*workflow.Case){"another activity runs, which may be all it waits for": func(c *workflow.Case) {
				events := slices.Insert(slices.Clone(c.History.Events), 3, workflow.Event{ID: 7, Type: workflow.TaskScheduled, Name: "Other", Time: c.Now})
				c.History = workflow.NewHistory(events)
			}},
		},
		{
			rule: workflow.RuleTerminate, from: "go-terminate-suspended", says: []string{"in its history", "resume it."},
			quiet: map[string]func(*workflow.Case){
				"done":      status(workflow.Terminated),
				"just sent": func(c *workflow.Case) { c.Now = c.Now.Add(-29 * time.Second) },
			},
		},
		{
			rule: workflow.RuleTerminate, from: "go-order-approval", says: []string{"This console sent a terminate 30s ago", "See the log"},
			fire: terminated(30 * time.Second),
			quiet: map[string]func(*workflow.Case){
				"never":     func(*workflow.Case) {},
				"just sent": terminated(5 * time.Second),
			},
		},
		{rule: workflow.RuleTerminate, from: "go-order-approval", fire: both(terminated(time.Minute), noWorker), says: []string{"Start the application"}},
		{rule: workflow.RuleTerminate, from: "go-stalled-payload", fire: terminated(time.Minute), says: []string{"stalled"}},
		{rule: workflow.RuleTerminate, from: "go-suspended", fire: both(unknown, terminated(time.Minute)), says: []string{"resume it."}},
		{
			rule: workflow.RuleRetries, from: "go-retrying", says: []string{"Charge has failed 4 times", "card declined: code 51", "the next is due now"},
			quiet: map[string]func(*workflow.Case){
				"two failures": func(c *workflow.Case) { c.History = workflow.NewHistory(c.History.Events[:11]) },
				"it worked at last": func(c *workflow.Case) {
					next := c.History.Events[len(c.History.Events)-4] // the last attempt
					next.ID = 8
					appended(named(workflow.TimerFired, "", 7), next, named(workflow.TaskCompleted, "", 8))(c)
				},
				"no history": unknown,
			},
		},
		{rule: workflow.RuleRetries, from: "js-retrying", wait: time.Second, says: []string{"Charge has failed 3 times", "card declined: code 51", "due in"}},
		{
			rule: workflow.RuleSlowActivity, from: "go-activity-running", wait: time.Hour, says: []string{"Gate has been running for 1h00m"},
			quiet: map[string]func(*workflow.Case){
				"not for long":                   func(c *workflow.Case) { c.Now = c.Now.Add(-55 * time.Minute) },
				"no worker, which is the reason": noWorker,
				"it has answered":                appended(named(workflow.TaskCompleted, "", 0)),
				"ended":                          status(workflow.Terminated),
			},
		},
		{
			rule: workflow.RuleSlowActivity, from: "go-order-approval", wait: time.Hour, says: []string{"2 activities", "in the app billing"},
			fire: func(c *workflow.Case) {
				at := c.Instance.Created
				appended(workflow.Event{ID: 8, Type: workflow.TaskScheduled, Name: "Bill", TargetApp: "billing", Time: at},
					workflow.Event{ID: 9, Type: workflow.TaskScheduled, Name: "Ship", Time: at.Add(time.Second)})(c)
			},
			quiet: map[string]func(*workflow.Case){"a wait for an event may last": func(*workflow.Case) {}},
		},
		{
			rule: workflow.RuleChildEnded, from: "go-children-running", wait: time.Hour, says: []string{"family-2:0000 is COMPLETED since"},
			fire: childIs(workflow.Completed, 0),
			quiet: map[string]func(*workflow.Case){
				"the row is newer":  both(childIs(workflow.Completed, 0), newer),
				"they run":          func(*workflow.Case) {},
				"it has just ended": childIs(workflow.Completed, time.Hour-10*time.Second),
				"no row is known":   both(childIs(workflow.Completed, 0), func(c *workflow.Case) { c.Row = nil }),
				"the answer is there": func(c *workflow.Case) {
					childIs(workflow.Completed, 0)(c)
					appended(named(workflow.ChildWorkflowInstanceCompleted, "", 0), named(workflow.ChildWorkflowInstanceCompleted, "", 1))(c)
				},
			},
		},
		{
			rule: workflow.RuleSize, from: "go-order-approval", says: []string{"85 %", "--max-body-size"},
			fire: weighs(workflow.HistoryLimit * 85 / 100),
			quiet: map[string]func(*workflow.Case){
				"79 %":      weighs(workflow.HistoryLimit * 79 / 100),
				"not known": weighs(0),
				"ended":     both(weighs(workflow.HistoryLimit), status(workflow.Completed)),
				"stalled":   both(weighs(workflow.HistoryLimit), status(workflow.Stalled)),
			},
		},
		{
			rule: workflow.RuleUnconsumed, from: "go-nobody-waits", says: []string{"2 events", "aprove (2)", "waits for approve"},
			quiet: map[string]func(*workflow.Case){
				"the code went on and may have taken it": appended(workflow.Event{ID: 2, Type: workflow.TaskScheduled, Name: "Ship"},
					named(workflow.TaskCompleted, "", 2)),
				"an SDK without timers for waits": func(c *workflow.Case) {
					c.History = workflow.NewHistory(slices.DeleteFunc(slices.Clone(c.History.Events), func(e workflow.Event) bool {
						return e.Type == workflow.TimerCreated
					}))
				},
				"held":             appended(event(workflow.ExecutionSuspended)),
				"the row is newer": newer,
			},
		},
		{
			rule: workflow.RuleUnconsumed, from: "go-raised-before-start", says: []string{"other"},
			fire: appended(event(workflow.WorkflowStarted), named(workflow.EventRaised, "other")),
			quiet: map[string]func(*workflow.Case){
				// The one that is there ended the first of the two waits.
				"as it was recorded": func(*workflow.Case) {},
			},
		},
		{
			rule: workflow.RuleSuspended, from: "go-suspended", wait: 2 * day, says: []string{"Suspended for 2d00h", "audit"},
			quiet: map[string]func(*workflow.Case){
				"not for long": func(c *workflow.Case) { c.Now = c.Now.Add(-2 * day) },
				"resumed":      status(workflow.Running),
			},
		},
		{
			rule: workflow.RuleSuspended, from: "go-suspended", wait: 2 * day, fire: unknown, says: []string{"Nothing has happened since"},
		},
		{
			rule: workflow.RulePending, from: "go-pending", wait: time.Hour, says: []string{"Not started for 1h00m", "neither the hour"},
			quiet: map[string]func(*workflow.Case){
				"seen just now": func(c *workflow.Case) { c.FirstSeen = c.Now },
				"not known":     func(c *workflow.Case) { c.FirstSeen = time.Time{} },
				"started":       status(workflow.Running),
			},
		},
		{
			rule: workflow.RuleNothing, from: "js-order-approval", says: []string{"record no waits for events", "approve (2), cancel"},
			fire: func(c *workflow.Case) { c.EventNames = []string{"approve", "Approve", "cancel"} },
			quiet: map[string]func(*workflow.Case){
				"the row is newer":          newer,
				"between two turns":         func(c *workflow.Case) { c.Now = c.Now.Add(-28 * time.Second) },
				"something runs":            appended(workflow.Event{ID: 2, Type: workflow.TaskScheduled, Name: "ship"}),
				"no worker":                 noWorker,
				"suspended":                 status(workflow.Suspended),
				"the history has ended":     appended(event(workflow.ExecutionCompleted)),
				"no history":                unknown,
				"a terminate is on its way": appended(event(workflow.ExecutionTerminated)),
				"a cut history":             func(c *workflow.Case) { c.History = workflow.NewHistory(c.History.Events[2:]) },
			},
		},
		{
			rule: workflow.RuleNothing, from: "go-order-approval", says: []string{"records its waits", "worker's log"},
			fire:  appended(event(workflow.WorkflowStarted), named(workflow.EventRaised, "approve")),
			quiet: map[string]func(*workflow.Case){"it waits": func(*workflow.Case) {}},
		},
	} {
		t.Run(string(c.rule)+"/"+c.from, func(t *testing.T) {
			if c.wait == 0 {
				c.wait = 30 * time.Second
			}
			one := caseOf(t, c.from, c.wait)
			if c.fire != nil {
				c.fire(&one)
			}
			found := workflow.Diagnose(one)
			i := slices.IndexFunc(found, func(f workflow.Finding) bool { return f.Rule == c.rule })
			if i < 0 {
				t.Fatalf("silent; said: %q", rules(found))
			}
			text := found[i].Title + "\n" + found[i].Evidence + "\n" + found[i].Remedy
			for _, want := range c.says {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in\n%s", want, text)
				}
			}
			for why, change := range c.quiet {
				other := caseOf(t, c.from, c.wait)
				change(&other)
				if got := rules(workflow.Diagnose(other)); strings.Contains(got, string(c.rule)) {
					t.Errorf("%s: not silent: %s", why, got)
				}
			}
		})
	}
}

func event(t workflow.EventType) workflow.Event { return workflow.Event{ID: -1, Type: t} }

// named is an event with a name, and the number of what it answers.
func named(t workflow.EventType, name string, ref ...int32) workflow.Event {
	e := workflow.Event{ID: -1, Type: t, Name: name}
	if len(ref) > 0 {
		e.Ref, e.HasRef = ref[0], true
	}
	return e
}

// appended adds events to the history, at the time of its last one.
func appended(events ...workflow.Event) func(*workflow.Case) {
	return func(c *workflow.Case) {
		all := slices.Clone(c.History.Events)
		for _, e := range events {
			if e.Time.IsZero() {
				e.Time = all[len(all)-1].Time
			}
			all = append(all, e)
		}
		c.History = workflow.NewHistory(all)
	}
}

func status(s workflow.Status) func(*workflow.Case) {
	return func(c *workflow.Case) { c.Instance.Status = s }
}

// newer makes the row one that was read after the history.
func newer(c *workflow.Case) { c.Instance.Updated = c.Instance.Updated.Add(time.Second) }

func unknown(c *workflow.Case) { c.History, c.HistoryKnown = workflow.History{}, false }

func noWorker(c *workflow.Case) { c.Sidecar.Workers, c.Sidecar.WorkersKnown = 0, true }

func fail(c *workflow.Case, message string) {
	c.Failure, c.Instance.Failure = &workflow.Failure{Message: message}, message
}

func terminated(ago time.Duration) func(*workflow.Case) {
	return func(c *workflow.Case) { c.TerminateSent = c.Now.Add(-ago) }
}

func weighs(bytes int) func(*workflow.Case) {
	return func(c *workflow.Case) { c.History.Bytes = bytes }
}

func both(a, b func(*workflow.Case)) func(*workflow.Case) {
	return func(c *workflow.Case) { a(c); b(c) }
}

// childIs makes every child one that ended some time after it was recorded.
func childIs(s workflow.Status, after time.Duration) func(*workflow.Case) {
	return func(c *workflow.Case) {
		row := c.Row
		c.Row = func(key workflow.Key) (workflow.Instance, bool) {
			in, ok := row(key)
			in.Status, in.Updated = s, in.Updated.Add(after)
			return in, ok
		}
	}
}

// A broken history must not break the diagnosis, whatever the row says.
func FuzzDiagnose(f *testing.F) {
	f.Add([]byte("12345678abcdefgh"), uint8(1))
	f.Fuzz(func(t *testing.T, b []byte, s uint8) {
		c := workflow.Case{
			Instance: workflow.Instance{Status: workflow.Status(s % 10)}, History: workflow.NewHistory(decode(b)),
			HistoryKnown: true, Now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
			Row: func(workflow.Key) (workflow.Instance, bool) {
				return workflow.Instance{Status: workflow.Completed}, true
			},
		}
		for _, found := range workflow.Diagnose(c) {
			if found.Title == "" || found.Remedy == "" || found.Event >= len(c.History.Events) {
				t.Errorf("%+v", found)
			}
		}
	})
}

func BenchmarkDiagnose(b *testing.B) {
	c := workflow.Case{
		Instance: workflow.Instance{Status: workflow.Running}, History: workflow.NewHistory(long(10_000)),
		HistoryKnown: true, Now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	for b.Loop() {
		workflow.Diagnose(c)
	}
}
