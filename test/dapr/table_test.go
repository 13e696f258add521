package dapr_test

import (
	"context"
	"slices"
	"strings"

	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// operation is one call of the workflow API.
type operation struct {
	name string
	call func(ctx context.Context, c *workflow.Client, id string) error
	// want says what the call does in each status.
	want map[string]cell
	// withoutWorker says the same while no worker is connected, for a sample
	// of the statuses: the runtime answers most calls before it looks at one.
	withoutWorker map[string]cell
}

// cell is what one operation does to an instance in one status.
type cell struct {
	// answer is what the client sees: "ok", "deadline", or the gRPC code and
	// message.
	answer string
	// after is the status some moments later.
	after string
	// adds are the history events that the operation added.
	adds string
	// crash: the call ends daprd. The status afterwards is not read.
	crash bool
}

// sameEvents compares the events that were added. Where the operation starts
// the instance, a turn's own events come in any order, and the operation may
// arrive before or after the turn in which the workflow begins to wait.
func (want cell) sameEvents(got string) bool {
	if !strings.HasPrefix(want.adds, "ExecutionStarted ") {
		return got == want.adds
	}
	return slices.Equal(inOrder(got), inOrder(want.adds))
}

// inOrder are the events without the timer of the wait, sorted.
func inOrder(events string) []string {
	all := slices.DeleteFunc(strings.Fields(events), func(s string) bool { return s == "TimerCreated" })
	slices.Sort(all)
	return all
}

// What the client sees, with the ID of the instance and of the app replaced.
const (
	answerOK       = "ok"
	answerDeadline = "deadline"

	unknownID      = "Unknown: no such instance exists"
	notTerminal    = "Unknown: failed to purge workflow state: orchestration has not yet completed"
	actorStalled   = "failed to invoke method for workflow '<id>': actor is stalled"
	alreadyActive  = "Unknown: failed to create workflow instance: an active workflow with ID '<id>' already exists"
	notRerunnable  = "InvalidArgument: '<id>' is not in a terminal state"
	noActor        = "failed to lookup actor: api error: code = FailedPrecondition desc = did not find address for actor 'dapr.internal.default.<app>.workflow/<id>'"
	noActorRefused = "FailedPrecondition: " + noActor
	// A killed connection: "EOF" or "read tcp …: connection reset by peer".
	daprdHasEnded = "Unavailable: error reading from server: …"
)

// movedAway is what the runtime answers instead of noActor in the moment when
// the last worker has just gone.
const movedAway = "Unknown: failed to create actor: actor type dapr.internal.default.<app>.workflow not registered"

// matches compares what the client saw with the table.
func (want cell) matches(answer string) bool {
	switch {
	case strings.HasSuffix(want.answer, noActor):
		prefix := strings.TrimSuffix(strings.TrimPrefix(want.answer, "FailedPrecondition: "), noActor)
		late := strings.Replace(movedAway, "Unknown: ", "Unknown: "+prefix, 1)
		return answer == want.answer || answer == late
	case strings.HasSuffix(want.answer, "…"):
		return strings.HasPrefix(answer, strings.TrimSuffix(want.answer, "…"))
	default:
		return answer == want.answer
	}
}

func ok(after, adds string) cell { return cell{answer: answerOK, after: after, adds: adds} }

// same is a cell whose status does not change and whose history stays.
func same(status, answer string) cell { return cell{answer: answer, after: status} }

// noEffect adds the cells of the three terminal statuses when the operation
// answers OK and does nothing to the instance.
func noEffect(cells map[string]cell) map[string]cell {
	for _, s := range []string{completed, failed, terminated} {
		cells[s] = ok(s, "")
	}
	return cells
}

// noWorker are the cells of an operation that fails with the same answer
// whatever the status.
func noWorker(answer string) map[string]cell {
	cells := make(map[string]cell)
	for _, s := range sampled() {
		cells[s] = same(s, answer)
	}
	cells[unknown] = same(gone, answer)
	return cells
}

// statuses are the columns of the table.
func statuses() []string {
	return []string{pending, running, suspended, stalled, completed, failed, terminated, unknown}
}

// sampled are the statuses that are tried without a worker.
func sampled() []string { return []string{pending, running, suspended, completed, unknown} }

func operations() []operation {
	return []operation{
		raiseOperation(), suspendOperation(), resumeOperation(), terminateOperation(),
		purgeOperation(), recursivePurgeOperation(), forcePurgeOperation(),
		rerunOperation(), startOperation(),
	}
}

func raiseOperation() operation {
	return operation{
		name: "raise",
		call: func(ctx context.Context, c *workflow.Client, id string) error {
			return c.RaiseEvent(ctx, id, "note", rawEvent(`{"a":1}`))
		},
		want: noEffect(map[string]cell{
			pending:   ok(running, "ExecutionStarted EventRaised TimerCreated"),
			running:   ok(running, "EventRaised"),
			suspended: ok(suspended, "EventRaised"),
			stalled:   same(stalled, "Unknown: "+actorStalled),
			unknown:   same(gone, unknownID),
		}),
		withoutWorker: noWorker(noActorRefused),
	}
}

func suspendOperation() operation {
	return operation{
		name: "suspend",
		call: func(ctx context.Context, c *workflow.Client, id string) error {
			return c.SuspendWorkflow(ctx, id, "why")
		},
		want: noEffect(map[string]cell{
			pending:   ok(suspended, "ExecutionStarted ExecutionSuspended"),
			running:   ok(suspended, "ExecutionSuspended"),
			suspended: ok(suspended, "ExecutionSuspended"),
			stalled:   same(stalled, "Unknown: "+actorStalled),
			unknown:   same(gone, unknownID),
		}),
		withoutWorker: noWorker(noActorRefused),
	}
}

func resumeOperation() operation {
	return operation{
		name: "resume",
		call: func(ctx context.Context, c *workflow.Client, id string) error {
			return c.ResumeWorkflow(ctx, id, "why")
		},
		want: noEffect(map[string]cell{
			pending:   ok(running, "ExecutionStarted ExecutionResumed TimerCreated"),
			running:   ok(running, "ExecutionResumed"),
			suspended: ok(running, "ExecutionResumed"),
			stalled:   same(stalled, "Unknown: "+actorStalled),
			unknown:   same(gone, unknownID),
		}),
		withoutWorker: noWorker(noActorRefused),
	}
}

func terminateOperation() operation {
	const prefix = "failed to submit termination request: "
	return operation{
		name: "terminate",
		call: func(ctx context.Context, c *workflow.Client, id string) error {
			return c.TerminateWorkflow(ctx, id, workflow.WithRawOutput(wrapperspb.String(`"bye"`)))
		},
		want: noEffect(map[string]cell{
			pending:   ok(terminated, "ExecutionStarted ExecutionTerminated TimerCreated ExecutionCompleted"),
			running:   ok(terminated, "ExecutionTerminated ExecutionCompleted"),
			suspended: {answer: answerDeadline, after: suspended, adds: "ExecutionTerminated"},
			stalled:   same(stalled, "Unknown: "+prefix+actorStalled),
			unknown:   same(gone, "Unknown: "+prefix+"no such instance exists"),
		}),
		withoutWorker: noWorker("FailedPrecondition: " + prefix + noActor),
	}
}

func purgeOperation() operation {
	const prefix = "failed to purge workflow state: "
	return operation{
		name: "purge",
		call: purge(),
		want: map[string]cell{
			pending:    same(pending, notTerminal),
			running:    same(running, notTerminal),
			suspended:  same(suspended, notTerminal),
			stalled:    same(stalled, "Unknown: "+prefix+actorStalled),
			completed:  ok(gone, ""),
			failed:     ok(gone, ""),
			terminated: ok(gone, ""),
			unknown:    same(gone, "Unknown: "+prefix+"no such instance exists"),
		},
		withoutWorker: noWorker("FailedPrecondition: " + prefix + noActor),
	}
}

func recursivePurgeOperation() operation {
	const prefix = "failed to purge workflow state: "
	return operation{
		name: "purge recursive",
		call: purge(workflow.WithRecursivePurge(true)),
		want: map[string]cell{
			pending:    same(pending, "Unknown: "+prefix+"no such instance exists"),
			running:    same(running, notTerminal),
			suspended:  same(suspended, notTerminal),
			stalled:    same(stalled, notTerminal),
			completed:  ok(gone, ""),
			failed:     ok(gone, ""),
			terminated: ok(gone, ""),
			unknown:    same(gone, "Unknown: "+prefix+"failed to fetch workflow state: no such instance exists"),
		},
		withoutWorker: map[string]cell{
			pending:   same(pending, "Unknown: "+prefix+"no such instance exists"),
			running:   same(running, notTerminal),
			suspended: same(suspended, notTerminal),
			completed: same(completed, "FailedPrecondition: "+prefix+noActor),
			unknown:   same(gone, "Unknown: "+prefix+"failed to fetch workflow state: no such instance exists"),
		},
	}
}

func forcePurgeOperation() operation {
	want := make(map[string]cell)
	for _, s := range statuses() {
		want[s] = ok(gone, "")
	}
	want[unknown] = cell{answer: daprdHasEnded, crash: true}
	return operation{
		name: "force purge",
		call: purge(workflow.WithForcePurge(true)),
		want: want,
		withoutWorker: map[string]cell{
			pending: ok(gone, ""), running: ok(gone, ""), suspended: ok(gone, ""), completed: ok(gone, ""),
			unknown: {answer: daprdHasEnded, crash: true},
		},
	}
}

func purge(opts ...workflow.PurgeOptions) func(context.Context, *workflow.Client, string) error {
	return func(ctx context.Context, c *workflow.Client, id string) error {
		return c.PurgeWorkflowState(ctx, id, opts...)
	}
}

// rerunSuffix makes the ID of the instance that a rerun starts.
const rerunSuffix = "-again"

func rerunOperation() operation {
	return operation{
		name: "rerun",
		call: func(ctx context.Context, c *workflow.Client, id string) error {
			_, err := c.RerunWorkflowFromEvent(ctx, id, 0, workflow.WithRerunNewInstanceID(id+rerunSuffix))
			return err
		},
		want: noEffect(map[string]cell{ // on the instance itself; it starts another one
			pending:   same(pending, notRerunnable),
			running:   same(running, notRerunnable),
			suspended: same(suspended, notRerunnable),
			stalled:   same(stalled, "Unknown: "+actorStalled),
			unknown:   same(gone, "NotFound: workflow instance does not exist with ID '<id>'"),
		}),
		withoutWorker: noWorker(noActorRefused),
	}
}

func startOperation() operation {
	const fresh = "replaced by: ExecutionStarted TimerCreated"
	return operation{
		name: "start",
		call: func(ctx context.Context, c *workflow.Client, id string) error {
			_, err := c.ScheduleWorkflow(ctx, worker.Approval, workflow.WithInstanceID(id))
			return err
		},
		want: map[string]cell{
			pending:    same(pending, alreadyActive),
			running:    same(running, alreadyActive),
			suspended:  same(suspended, alreadyActive),
			stalled:    same(stalled, "Unknown: failed to create workflow instance: "+actorStalled),
			completed:  ok(running, fresh),
			failed:     ok(running, fresh),
			terminated: ok(running, fresh),
			unknown:    ok(running, "ExecutionStarted TimerCreated"),
		},
		withoutWorker: noWorker(answerDeadline),
	}
}
