// Package conformance holds what a Dapr 1.18 sidecar does with workflows, as
// checks that run against any gRPC connection: against the embedded engine in
// its own tests, and against the real runtime in test/dapr. Where the two
// differed, the real runtime was right.
package conformance

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"google.golang.org/grpc"
)

// Target is a sidecar under test. The app must have no instances yet, and a
// worker that was given Register.
type Target struct {
	// Conn leads to the sidecar.
	Conn *grpc.ClientConn
	// Name is that of the target, for messages.
	Name string
	// AppID is what the sidecar must say it is.
	AppID string
	// Known are the checks that this target does not pass.
	Known []Difference
	// StopWorker and StartWorker take the only worker away and bring it back;
	// without them the checks of a sidecar without a worker are skipped.
	StopWorker, StartWorker func(t testing.TB)
	// NoWorkerWait is how long the sidecar looks for a worker; 5 s when zero.
	NoWorkerWait time.Duration
	// Moment is the time in which the target surely takes an operation: some
	// checks have to be quicker than a timer or an activity. 3 s when zero,
	// for a real runtime on a busy machine.
	Moment time.Duration
	// Limit is how long one check may take; 40 s when zero. It is generous
	// because a real runtime shares the machine with other work; a check that
	// passes takes milliseconds, or seconds for those that prove that nothing
	// happens.
	Limit time.Duration
}

// Difference is a check that a target does not pass. The suite proves that it
// really fails there, so that the list stays true.
type Difference struct {
	Check string // the name of the check
	Why   string
	// Crashes says that the check would end the target: it is not run.
	Crashes bool
}

// check is one fact about a sidecar.
type check struct {
	name string
	run  func(*session) error
}

// Run holds the target against every check: first those that need an app
// without instances, then most of them in parallel, then those that disturb
// the others.
func Run(t *testing.T, target Target) {
	t.Helper()
	if target.NoWorkerWait == 0 {
		target.NoWorkerWait = 5 * time.Second
	}
	if target.Moment == 0 {
		target.Moment = 3 * time.Second
	}
	if target.Limit == 0 {
		target.Limit = 40 * time.Second
	}
	t.Run("alone before", func(t *testing.T) { runAll(t, target, before(), false) })
	t.Run("parallel", func(t *testing.T) { runAll(t, target, parallel(), true) })
	t.Run("alone after", func(t *testing.T) { runAll(t, target, after(), false) })
	t.Run("without a worker", func(t *testing.T) { runWithoutWorker(t, target) })
}

func parallel() []check {
	var all []check
	for _, group := range [][]check{
		startChecks(), scheduledChecks(), readChecks(), unknownChecks(), suspendChecks(), raiseChecks(),
		terminateChecks(), purgeChecks(), rerunChecks(), rerunRefusals(), timerChecks(), childChecks(), stallChecks(), sidecarChecks(),
	} {
		all = append(all, group...)
	}
	return all
}

// atOnce is how many checks run at the same time. Most of them wait, so it has
// nothing to do with the number of processors.
const atOnce = 16

// runAll runs the checks, each as a subtest. In parallel means that they run
// on their own while the subtests wait for them in turn: the number of
// parallel tests of the test binary does not hold them up.
func runAll(t *testing.T, target Target, checks []check, inParallel bool) {
	t.Helper()
	results := make([]chan error, len(checks))
	free := make(chan struct{}, atOnce)
	for n, c := range checks {
		if results[n] = make(chan error, 1); !inParallel || target.difference(c).Crashes {
			continue
		}
		go func() {
			free <- struct{}{}
			defer func() { <-free }()
			results[n] <- target.try(t.Context(), c)
		}()
	}
	for n, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			switch known := target.difference(c); {
			case known.Crashes:
				t.Skipf("%s differs and would not survive the check: %s", target.Name, known.Why)
			case inParallel:
				target.judge(t, c, <-results[n])
			default:
				target.judge(t, c, target.try(t.Context(), c))
			}
		})
	}
}

// difference is the known one of a check, zero for none.
func (target Target) difference(c check) Difference {
	for _, d := range target.Known {
		if d.Check == c.name {
			return d
		}
	}
	return Difference{}
}

func (target Target) try(ctx context.Context, c check) error {
	ctx, cancel := context.WithTimeout(ctx, target.Limit)
	defer cancel()
	return c.run(newSession(ctx, target, c.name))
}

// judge reports a result; that of a known difference must not be a success.
func (target Target) judge(t *testing.T, c check, err error) {
	t.Helper()
	switch known := target.difference(c); {
	case known.Check == "" && err != nil:
		t.Errorf("%s: %v", target.Name, err)
	case known.Check != "" && err == nil:
		t.Errorf("%s is listed as different (%s), yet it conforms", target.Name, known.Why)
	case known.Check != "":
		t.Logf("%s differs, as known (%s): %v", target.Name, known.Why, err)
	}
}

// session is what a check works with.
type session struct {
	target Target
	ctx    context.Context
	hub    protos.TaskHubSidecarServiceClient
	dapr   runtimev1.DaprClient
	prefix string
}

func newSession(ctx context.Context, target Target, name string) *session {
	keep := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}
	return &session{
		target: target,
		ctx:    ctx,
		hub:    protos.NewTaskHubSidecarServiceClient(steady{target.Conn}),
		dapr:   runtimev1.NewDaprClient(target.Conn),
		prefix: strings.Map(keep, name),
	}
}

// moments are n thousandths of the target's moment in milliseconds, as input.
func (s *session) moments(n int) startOption {
	return withInput(strconv.FormatInt(s.target.Moment.Milliseconds()*int64(n)/1000, 10))
}

// id is an instance ID that no other check uses.
func (s *session) id(name string) string { return s.prefix + "." + name }

// within gives a context for one call.
func (s *session) within(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.ctx, d)
}

// mismatchf says what was seen instead.
func mismatchf(what string, got, want any) error {
	return fmt.Errorf("%s: got %v, want %v", what, got, want)
}
