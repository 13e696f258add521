package dapr_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// TestRules proves the sentences of docs/operations.md that are not cells of
// its tables. The console's wording rests on them.
func TestRules(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "rules"})
	for name, rule := range map[string]func(*testing.T, *app){
		"a terminate of a suspended instance takes effect on resume":    terminateOnResume,
		"a resume does not pay in advance":                              resumeInAdvance,
		"suspensions nest":                                              suspensionsNest,
		"an event raised while suspended arrives on resume":             eventKept,
		"event names ignore case":                                       eventNameCase,
		"an event before the wait is kept":                              eventBeforeWait,
		"a scheduled instance starts on its own":                        scheduledStarts,
		"an operation starts a scheduled instance for good":             startedEarly,
		"suspending a parent leaves its children alone":                 suspendParent,
		"terminate takes the children along":                            terminateRecursive,
		"terminate without recursion leaves the children":               terminateAlone,
		"a purge leaves the children behind":                            purgeAlone,
		"a recursive purge takes finished children along":               purgeRecursive,
		"a recursive purge needs every child to be finished":            purgeRefused,
		"a force purge forgets a running instance":                      forcePurgeRunning,
		"an ID that was force purged while running is not free at once": forcePurgeRestart,
		"a rerun needs an event that can be repeated":                   rerunEvents,
		"a rerun refuses an ID that exists":                             rerunIDs,
		"a rerun can change the input of an activity":                   rerunInput,
		"a child cannot be rerun":                                       rerunChild,
		"continue-as-new keeps the ID and drops the history":            continueAsNew,
		"an unregistered workflow name fails":                           unregistered,
		"an ID with a slash is refused at start":                        badIDs,
		"payloads arrive byte for byte":                                 payloads,
		"a retry leaves its attempts in the history":                    retries,
		"a wait with a limit ends by itself":                            waitLimit,
		"custom status is raw text":                                     customStatusText,
		"the other workflows of the worker end as they should":          otherWorkflows,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule(t, a)
		})
	}
}

func (a *app) suspend(t *testing.T, id string) {
	t.Helper()
	a.must(t, "suspend", func(ctx context.Context) error { return a.client.SuspendWorkflow(ctx, id, "why") })
}

func (a *app) resume(t *testing.T, id string) {
	t.Helper()
	a.must(t, "resume", func(ctx context.Context) error { return a.client.ResumeWorkflow(ctx, id, "why") })
}

func (a *app) raise(t *testing.T, id, event string, opts ...workflow.RaiseEventOptions) {
	t.Helper()
	a.must(t, "raise "+event, func(ctx context.Context) error { return a.client.RaiseEvent(ctx, id, event, opts...) })
}

func (a *app) terminate(t *testing.T, id string, opts ...workflow.TerminateOptions) {
	t.Helper()
	a.must(t, "terminate", func(ctx context.Context) error { return a.client.TerminateWorkflow(ctx, id, opts...) })
}

// refused makes a call that must be refused with the answer.
func (a *app) refused(t *testing.T, id, want string, call func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), actionDeadline)
	defer cancel()
	if got := a.answer(call(ctx), id); got != want {
		t.Errorf("the client saw %q, want %q", got, want)
	}
}

// hangs makes a call that must not return before its deadline.
func (a *app) hangs(t *testing.T, call func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), hangDeadline)
	defer cancel()
	if got := a.answer(call(ctx), ""); got != answerDeadline {
		t.Errorf("the client saw %q, want %q", got, answerDeadline)
	}
}

// stays checks that an instance keeps its status for a while.
func (a *app) stays(t *testing.T, id, want string) {
	t.Helper()
	settle(t)
	a.wait(t, id, want)
}

// waitHistory waits until the history of an instance is made of these types.
func (a *app) waitHistory(t *testing.T, id, want string) {
	t.Helper()
	a.must(t, "history", func(ctx context.Context) error {
		return harness.Eventually(ctx, func(ctx context.Context) error {
			got, err := historyOf(ctx, a.client, id)
			if err != nil {
				return err
			}
			if kinds(got) != want {
				return &mismatch{got: kinds(got), want: want}
			}
			return nil
		})
	})
}

type mismatch struct{ got, want string }

func (m *mismatch) Error() string { return "got [" + m.got + "], want [" + m.want + "]" }

func (a *app) metadata(t *testing.T, id string) *workflow.WorkflowMetadata {
	t.Helper()
	var meta *workflow.WorkflowMetadata
	a.must(t, "metadata", func(ctx context.Context) error {
		return harness.Eventually(ctx, func(ctx context.Context) (err error) {
			meta, err = a.client.FetchWorkflowMetadata(ctx, id)
			return err
		})
	})
	return meta
}

func terminateOnResume(t *testing.T, a *app) {
	const id = "terminate-suspended"
	a.must(t, "fixture", func(ctx context.Context) error { return bring(ctx, a.client, id, suspended) })
	a.hangs(t, func(ctx context.Context) error { return a.client.TerminateWorkflow(ctx, id) })
	a.wait(t, id, suspended)
	a.resume(t, id)
	a.wait(t, id, terminated)
}

func suspensionsNest(t *testing.T, a *app) {
	const id = "nested"
	a.start(t, worker.Approval, id, running)
	a.suspend(t, id)
	a.suspend(t, id)
	a.resume(t, id)
	a.wait(t, id, running) // so it says, and yet:
	a.raise(t, id, worker.EventApprove)
	a.waitHistory(t, id, "ExecutionStarted TimerCreated ExecutionSuspended ExecutionSuspended ExecutionResumed EventRaised")
	a.stays(t, id, running)
	a.resume(t, id)
	a.wait(t, id, completed)
}

func resumeInAdvance(t *testing.T, a *app) {
	const id = "in-advance"
	a.start(t, worker.Approval, id, running)
	a.resume(t, id)
	a.suspend(t, id)
	a.wait(t, id, suspended)
	a.raise(t, id, worker.EventApprove)
	a.stays(t, id, suspended)
	a.resume(t, id)
	a.wait(t, id, completed)
}

func eventKept(t *testing.T, a *app) {
	const id = "kept"
	a.start(t, worker.Approval, id, running)
	a.suspend(t, id)
	a.raise(t, id, worker.EventApprove)
	a.stays(t, id, suspended)
	a.resume(t, id)
	a.wait(t, id, completed)
}

func eventNameCase(t *testing.T, a *app) {
	const id = "case"
	a.start(t, worker.Approval, id, running)
	a.raise(t, id, strings.ToUpper(worker.EventApprove))
	a.wait(t, id, completed)
}

func eventBeforeWait(t *testing.T, a *app) {
	const id = "early-event"
	a.must(t, "fixture", func(ctx context.Context) error { return bring(ctx, a.client, id, pending) })
	a.raise(t, id, worker.EventApprove)
	a.wait(t, id, completed)
}

func scheduledStarts(t *testing.T, a *app) {
	const id = "scheduled"
	a.start(t, worker.Approval, id, pending, workflow.WithStartTime(time.Now().Add(3*time.Second)))
	meta := a.metadata(t, id)
	if meta.Name != "" || meta.CreatedAt.AsTime().Year() != 1 {
		t.Errorf("a scheduled instance is %q of %s, want no name and the year 1", meta.Name, meta.CreatedAt.AsTime())
	}
	a.wait(t, id, running)
}

func startedEarly(t *testing.T, a *app) {
	const id = "started-early"
	due := time.Now().Add(5 * time.Second)
	a.start(t, worker.Approval, id, pending, workflow.WithStartTime(due))
	a.resume(t, id)
	a.wait(t, id, running)
	history := func() (got string) {
		a.must(t, "history", func(ctx context.Context) error {
			return harness.Eventually(ctx, func(ctx context.Context) error {
				events, err := historyOf(ctx, a.client, id)
				if got = kinds(events); err == nil && !strings.Contains(got, "TimerCreated") {
					return &mismatch{got: got, want: "… TimerCreated"}
				}
				return err
			})
		})
		return got
	}
	early := history()
	select { // the hour it was scheduled for changes nothing
	case <-time.After(time.Until(due.Add(time.Second))):
	case <-t.Context().Done():
	}
	if late := history(); late != early {
		t.Errorf("the history was [%s] and is [%s] after the hour", early, late)
	}
}

func rerunEvents(t *testing.T, a *app) {
	const id = "rerun-events"
	a.start(t, worker.Sequence, id, completed)
	a.refused(t, id, "NotFound: does not have history event with ID '7'", func(ctx context.Context) error {
		_, err := a.client.RerunWorkflowFromEvent(ctx, id, 7)
		return err
	})
}

func rerunIDs(t *testing.T, a *app) {
	const id, other = "rerun-ids", "rerun-ids-other"
	a.start(t, worker.Sequence, id, completed)
	a.start(t, worker.Sequence, other, completed)
	for to, want := range map[string]string{
		id:    "InvalidArgument: rerun workflow instance ID must be different from the original instance ID",
		other: "AlreadyExists: workflow '<id>' has already been created",
	} {
		a.refused(t, to, want, func(ctx context.Context) error {
			_, err := a.client.RerunWorkflowFromEvent(ctx, id, 0, workflow.WithRerunNewInstanceID(to))
			return err
		})
	}
}

func rerunInput(t *testing.T, a *app) {
	const id, again = "rerun-input", "rerun-input-again"
	a.start(t, worker.Sequence, id, completed)
	a.must(t, "rerun", func(ctx context.Context) error {
		_, err := a.client.RerunWorkflowFromEvent(ctx, id, 1, workflow.WithRerunNewInstanceID(again),
			workflow.WithRerunInput(json.RawMessage(`"refund"`)))
		return err
	})
	a.wait(t, again, completed)
	if got := a.metadata(t, again).Output.GetValue(); got != `["reserve done","refund done","ship done"]` {
		t.Errorf("the rerun ended with %s", got)
	}
}

func rerunChild(t *testing.T, a *app) {
	const id = "rerun-child"
	children := a.family(t, id)
	a.terminate(t, id)
	a.wait(t, children[0], terminated)
	a.refused(t, children[0], "InvalidArgument: '<id>': cannot rerun from child-workflows", func(ctx context.Context) error {
		_, err := a.client.RerunWorkflowFromEvent(ctx, children[0], 0)
		return err
	})
}

func continueAsNew(t *testing.T, a *app) {
	const id = "monitor"
	a.start(t, worker.Monitor, id, completed, rawInput(`{"until":2,"pause":"50ms"}`))
	meta := a.metadata(t, id)
	if got := meta.Input.GetValue(); got != `{"n":2,"until":2,"pause":"50ms"}` {
		t.Errorf("the last generation's input is %s", got)
	}
	a.waitHistory(t, id, "ExecutionStarted ExecutionCompleted")
}

func unregistered(t *testing.T, a *app) {
	const id = "unregistered"
	a.start(t, "NoSuchWorkflow", id, failed)
	if got := a.metadata(t, id).FailureDetails.GetErrorMessage(); !strings.Contains(got, "workflow named 'NoSuchWorkflow' is not registered") {
		t.Errorf("it failed with %q", got)
	}
}

func badIDs(t *testing.T, a *app) {
	for _, id := range []string{"a/b", `a\b`, "a#b", "a?b", "a\tb"} {
		ctx, cancel := context.WithTimeout(t.Context(), actionDeadline)
		_, err := a.client.ScheduleWorkflow(ctx, worker.Approval, workflow.WithInstanceID(id))
		cancel()
		if got := a.answer(err, id); !strings.Contains(got, "is invalid") {
			t.Errorf("start of %q: %q", id, got)
		}
	}
	for _, id := range []string{"a b", "a%b", "a:b", "订单", strings.Repeat("y", 300)} {
		a.start(t, worker.Approval, id, running)
	}
}

func payloads(t *testing.T, a *app) {
	for name, payload := range map[string]string{
		"object": `{ "a": 1 }`, "big-number": `9223372036854775808`, "angle": `"‹"`, "nested": `{"z":[1,2,{"y":null}],"a":"<&>"}`,
	} {
		id := "payload-" + name
		a.start(t, worker.Approval, id, running, rawInput(payload))
		if got := a.metadata(t, id).Input.GetValue(); got != payload {
			t.Errorf("input %s arrived as %s", payload, got)
		}
		a.raise(t, id, "note", rawEvent(payload))
		a.waitHistory(t, id, "ExecutionStarted TimerCreated EventRaised")
	}
}

func retries(t *testing.T, a *app) {
	const id = "retries"
	a.start(t, worker.Retrying, id, completed)
	a.waitHistory(t, id, "ExecutionStarted TaskScheduled TaskFailed TimerCreated TimerFired "+
		"TaskScheduled TaskFailed TimerCreated TimerFired TaskScheduled TaskCompleted ExecutionCompleted")
}

func waitLimit(t *testing.T, a *app) {
	const id = "limited"
	a.start(t, worker.Approval, id, completed, rawInput(`{"limit":"100ms"}`))
	a.waitHistory(t, id, "ExecutionStarted TimerCreated TimerFired ExecutionCompleted")
}

func customStatusText(t *testing.T, a *app) {
	const id, text = "custom", "订单 waiting \"for\" <b>"
	in, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	a.start(t, worker.CustomStatus, id, running, rawInput(string(in)))
	if got := a.metadata(t, id).CustomStatus.GetValue(); got != text {
		t.Errorf("custom status %q, want %q", got, text)
	}
	a.raise(t, id, worker.EventDone)
	a.wait(t, id, completed)
}

func otherWorkflows(t *testing.T, a *app) {
	a.start(t, worker.FanOut, "fan-out", completed, rawInput("7"))
	a.start(t, worker.Parent, "quick-parent", completed, rawInput(`{"children":3}`))
	a.start(t, worker.Timer, "short-timer", completed, rawInput(`"100ms"`))
	a.start(t, worker.Echo, "echo", completed, rawInput(`{"b":[1,2]}`))
	a.start(t, worker.Timer, "long-timer", running)
	a.start(t, worker.Forever, "forever", running)
	if got := a.metadata(t, "echo").Output.GetValue(); got != `{"b":[1,2]}` {
		t.Errorf("echo answered %s", got)
	}
}

// TestTailOfTheListing: with the SQLite store a page token stays valid, and the
// page behind it shows what was started since: the console's daprclient counts
// on it (Sidecar.Appends).
func TestTailOfTheListing(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "tail"})
	for _, id := range []string{"z", "y", "x"} {
		a.start(t, worker.Approval, id, running)
	}
	page := func(token *string) (ids []string, next *string) {
		a.must(t, "list", func(ctx context.Context) error {
			opts := []workflow.ListInstanceIDsOptions{workflow.WithListInstanceIDsPageSize(2)}
			if token != nil {
				opts = append(opts, workflow.WithListInstanceIDsContinuationToken(*token))
			}
			resp, err := a.client.ListInstanceIDs(ctx, opts...)
			if err == nil {
				ids, next = resp.InstanceIds, resp.ContinuationToken
			}
			return err
		})
		return ids, next
	}
	_, tail := page(nil)
	if tail == nil {
		t.Fatal("three instances are on one page of two")
	}
	if ids, _ := page(tail); !slices.Equal(ids, []string{"x"}) {
		t.Fatalf("the last page holds %q", ids)
	}
	a.start(t, worker.Approval, "a", running)
	if ids, _ := page(tail); !slices.Equal(ids, []string{"x", "a"}) {
		t.Errorf("after a start the last page holds %q", ids)
	}
	a.must(t, "purge", func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, "y", workflow.WithForcePurge(true))
	})
	if ids, _ := page(tail); !slices.Equal(ids, []string{"x", "a"}) {
		t.Errorf("after a purge before it the last page holds %q", ids)
	}
}
