package dapr_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/workflow"

	domain "github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/sdkworker"
)

// pinned is the worker of test/dapr/workers as the console's table knows it.
func pinned(sdk sdkworker.SDK) domain.Worker {
	switch sdk {
	case sdkworker.Python:
		return domain.Worker{SDK: domain.SDKPython, Version: "1.18 or later"}
	case sdkworker.JavaScript:
		return domain.Worker{SDK: domain.SDKJavaScript}
	default:
		return domain.Worker{SDK: domain.SDKJava, Version: "1.17"}
	}
}

// TestSDKBehaviors holds the table of what the SDKs do differently
// (workflow.Behaviors) against the workers of the pinned SDKs.
func TestSDKBehaviors(t *testing.T) {
	t.Parallel()
	observe := map[domain.Trait]func(*testing.T, *app) domain.Conduct{
		domain.TraitResumeRunning:      observeResume,
		domain.TraitWhileSuspended:     observeSuspended,
		domain.TraitTerminateSuspended: observeTerminate,
		domain.TraitRecordsWaits:       observeWaits,
		domain.TraitEventCase:          observeCase,
		domain.TraitEarlyEvent:         observeEarly,
		domain.TraitChildAttempts:      observeChildren,
	}
	for _, sdk := range sdkworker.All() {
		t.Run(string(sdk), func(t *testing.T) {
			t.Parallel()
			a := startSDKApp(t, sdk, "behavior-"+string(sdk))
			check := func(trait domain.Trait, got domain.Conduct) {
				t.Helper()
				if want := pinned(sdk).Does(trait); got != want {
					t.Errorf("%s: conduct %d, the table says %d", trait, got, want)
				}
			}
			// The last two need workers of their own.
			for _, trait := range domain.Traits() {
				if see, ok := observe[trait]; ok {
					check(trait, see(t, a))
				}
			}
			check(domain.TraitCodeChange, observeCodeChange(t, sdk))
			check(domain.TraitSecondSuspend, observeSecondSuspend(t, sdk))
			if known := len(observe) + 2; known != len(domain.Traits()) {
				t.Errorf("%d traits are observed, the table has %d", known, len(domain.Traits()))
			}
		})
	}
}

// awaiting starts an order and waits until it awaits its approval.
func (a *app) awaiting(t *testing.T, id, input string) {
	t.Helper()
	a.start(t, "Order", id, running, rawInput(input))
	a.sees(t, id, "TaskCompleted", 1)
	a.rest(t)
}

// sees waits until a history has so many events of a type.
func (a *app) sees(t *testing.T, id, want string, n int) {
	t.Helper()
	a.must(t, fmt.Sprintf("%d %s of %s", n, want, id), func(ctx context.Context) error {
		return harness.Eventually(ctx, func(ctx context.Context) error {
			events, err := historyOf(ctx, a.client, id)
			if err == nil && count(events, want) < n {
				err = &mismatch{got: kinds(events), want: want}
			}
			return err
		})
	})
}

// status is the status of an instance now.
func (a *app) status(t *testing.T, id string) string {
	t.Helper()
	var got string
	a.must(t, "status of "+id, func(ctx context.Context) (err error) {
		got, err = statusOf(ctx, a.client, id)
		return err
	})
	return got
}

func observeResume(t *testing.T, a *app) domain.Conduct {
	const id = "resumed-running"
	a.awaiting(t, id, `{}`)
	a.resume(t, id)
	a.sees(t, id, "ExecutionResumed", 1)
	a.rest(t)
	if a.status(t, id) == failed {
		return domain.Fails
	}
	a.raise(t, id, "approve")
	a.wait(t, id, completed)
	return domain.Ignores
}

func observeSuspended(t *testing.T, a *app) domain.Conduct {
	const id = "suspended"
	a.awaiting(t, id, `{}`)
	a.suspend(t, id)
	a.wait(t, id, suspended)
	a.raise(t, id, "approve")
	a.sees(t, id, "EventRaised", 1)
	a.rest(t)
	if a.status(t, id) != suspended {
		return domain.RunsOn
	}
	a.resume(t, id)
	a.wait(t, id, completed)
	return domain.Queues
}

// observeTerminate gives a terminate three seconds to end a suspended instance:
// what ends at once ends within a turn, milliseconds.
func observeTerminate(t *testing.T, a *app) domain.Conduct {
	const id = "terminated-suspended"
	a.awaiting(t, id, `{}`)
	a.suspend(t, id)
	a.wait(t, id, suspended)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if err := a.client.TerminateWorkflow(ctx, id); err == nil {
		a.wait(t, id, terminated)
		return domain.EndsAtOnce
	}
	if a.status(t, id) == terminated {
		return domain.EndsAtOnce
	}
	a.resume(t, id)
	a.wait(t, id, terminated)
	return domain.EndsAtResume
}

// observeWaits looks for the timers of waits. A timer of the workflow's own has
// neither a name nor the origin of a wait.
func observeWaits(t *testing.T, a *app) domain.Conduct {
	recorded := func(id, input string) bool {
		a.awaiting(t, id, input)
		for _, e := range a.history(t, id) {
			if timer := e.GetTimerCreated(); timer != nil && (timer.GetName() == "approve" || timer.GetExternalEvent() != nil) {
				return true
			}
		}
		return false
	}
	switch without, with := recorded("no-limit", `{}`), recorded("limit", `{"limit":3600}`); {
	case without && with:
		return domain.RecordsAll
	case with:
		return domain.RecordsLimits
	default:
		return domain.RecordsNone
	}
}

func observeCase(t *testing.T, a *app) domain.Conduct {
	const id = "case"
	a.awaiting(t, id, `{}`)
	a.raise(t, id, "APPROVE")
	a.sees(t, id, "EventRaised", 1)
	a.rest(t)
	if a.status(t, id) == completed {
		return domain.AnyCase
	}
	a.raise(t, id, "approve")
	a.wait(t, id, completed)
	return domain.ExactCase
}

func observeEarly(t *testing.T, a *app) domain.Conduct {
	const id = "early"
	a.start(t, "Late", id, running, rawInput(`{"seconds":1.5}`))
	a.sees(t, id, "TimerCreated", 1)
	a.raise(t, id, "approve")
	a.sees(t, id, "TimerFired", 1)
	a.raise(t, id, "close")
	a.wait(t, id, completed)
	for _, e := range a.history(t, id) {
		if e.GetTimerCreated().GetExternalEvent().GetName() == "approve" || e.GetTimerCreated().GetName() == "approve" {
			return domain.LateTimer
		}
	}
	return domain.NoTimer
}

func observeChildren(t *testing.T, a *app) domain.Conduct {
	const id = "nursery"
	a.start(t, "Nursery", id, completed, rawInput(`{"failures":1,"attempts":3,"first":0.05,"factor":1}`))
	ids := map[string]bool{}
	events := a.history(t, id)
	for _, e := range events {
		if child := e.GetChildWorkflowInstanceCreated(); child != nil {
			ids[child.GetInstanceId()] = true
		}
	}
	if n := count(events, "ChildWorkflowInstanceCreated"); n != 2 {
		t.Errorf("%d children, want 2: %s", n, kinds(events))
	}
	if len(ids) == 1 {
		return domain.SameChild
	}
	return domain.NewChild
}

func observeCodeChange(t *testing.T, sdk sdkworker.SDK) domain.Conduct {
	const id = "changed"
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "changed-" + string(sdk)})}
	a.client = a.ClientFor(t)
	first := a.startSDKWorker(t, sdk, "WORKER_RELEASE=1")
	a.start(t, "Changed", id, running)
	a.sees(t, id, "TaskCompleted", 1)
	a.rest(t)
	first.Stop()
	a.waitWorkers(t, 0)
	a.startSDKWorker(t, sdk, "WORKER_RELEASE=2")
	a.raise(t, id, "approve")
	a.sees(t, id, "EventRaised", 1)
	a.rest(t)
	if a.status(t, id) == failed {
		return domain.Notices
	}
	return domain.Overlooks
}

// looping is the processor time that a worker uses for nothing when it loops;
// one that does not uses a tenth of it.
const looping = time.Second

// observeSecondSuspend resumes once after two suspends. Where the worker loops,
// it is ended right away, and the cure is tried: force purge, a new worker.
func observeSecondSuspend(t *testing.T, sdk sdkworker.SDK) domain.Conduct {
	const id = "held-twice"
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "held-" + string(sdk)})}
	a.client = a.ClientFor(t)
	w := a.startSDKWorker(t, sdk)
	a.awaiting(t, id, `{}`)
	for n := 1; n <= 2; n++ {
		a.suspend(t, id)
		a.sees(t, id, "ExecutionSuspended", n)
		a.rest(t)
	}
	if runtime.GOOS != "linux" && pinned(sdk).Does(domain.TraitSecondSuspend) == domain.Loops {
		t.Log("not tried here: how much a worker computes is read from /proc")
		return domain.Loops
	}
	used, err := harness.CPUTime(w.PID())
	if err != nil {
		t.Fatal(err)
	}
	// A resume that makes the worker loop is not answered.
	resumed, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { _ = a.client.ResumeWorkflow(resumed, id, "") }()
	var loops bool
	a.must(t, "the resume or the loop", func(ctx context.Context) error {
		return harness.Eventually(ctx, func(ctx context.Context) error {
			loops, err = a.resumedOrLoops(ctx, w, id, used)
			return err
		})
	})
	if loops {
		w.Stop()
		a.cure(t, sdk, id)
		return domain.Loops
	}
	a.rest(t)
	a.raise(t, id, "approve")
	a.sees(t, id, "EventRaised", 1)
	a.rest(t)
	if a.status(t, id) == completed {
		return domain.Frees
	}
	return domain.Nests
}

var errNeither = errors.New("neither resumed nor looping")

// resumedOrLoops reports whether the worker computes without end; it fails while
// neither that nor the resume can be seen.
func (a *app) resumedOrLoops(ctx context.Context, w *sdkworker.Worker, id string, used time.Duration) (bool, error) {
	events, err := historyOf(ctx, a.client, id)
	if err != nil {
		return false, err
	}
	if count(events, "ExecutionResumed") > 0 {
		return false, nil
	}
	now, err := harness.CPUTime(w.PID())
	if err == nil && now-used < looping {
		err = errNeither
	}
	return err == nil, err
}

// cure is what helps against a worker that loops: it has been ended, the
// instance is purged by force, and a new worker serves the others.
func (a *app) cure(t *testing.T, sdk sdkworker.SDK, id string) {
	t.Helper()
	a.must(t, "force purge", func(ctx context.Context) error {
		return a.client.PurgeWorkflowState(ctx, id, workflow.WithForcePurge(true))
	})
	a.startSDKWorker(t, sdk)
	a.start(t, "Echo", "after-the-cure", completed, rawInput(`1`))
	if got := a.status(t, id); got != gone {
		t.Errorf("%s is %s after the purge", id, got)
	}
}
