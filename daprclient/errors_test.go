package daprclient

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Every code and text that a runtime was seen to send (or, where marked, has in
// its code), and what becomes of it.
func TestErrors(t *testing.T) {
	const proxied = "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found"
	for _, c := range []struct {
		name string
		call call
		code codes.Code
		text string
		kind workflow.ErrorKind
		want string
	}{
		{"killed during a call", callGet, codes.Unavailable, "error reading from server: EOF", workflow.KindUnavailable, "the connection to here:1 was lost"},
		{"killed during a change", callSuspend, codes.Unavailable, "error reading from server: EOF", workflow.KindUnavailable, "the connection to here:1 was lost"},
		{"shutting down", callTerminate, codes.Canceled, "context canceled", workflow.KindUnavailable, "the connection to here:1 was lost"},
		{"shutting down, engine", callGet, codes.Canceled, "shutting down", workflow.KindUnavailable, "the connection to here:1 was lost"},
		{"closed by us", callGet, codes.Canceled, "grpc: the client connection is closing", workflow.KindUnavailable, "the connection to here:1 was lost"},
		{"redial", callGet, codes.Unavailable, `connection error: desc = "transport: Error while dialing: the connection is gone; it is not dialled twice"`, workflow.KindUnavailable, "the connection to here:1 was lost"},
		{"no worker", callSuspend, codes.FailedPrecondition, "failed to lookup actor: api error: code = FailedPrecondition desc = did not find address for actor 'dapr.internal.default.orders-mem.workflow/wa'", workflow.KindNoWorker, "no worker is connected that could do this: start the app"},
		{"no worker, terminate", callTerminate, codes.Unknown, "failed to submit termination request: failed to lookup actor: api error: code = FailedPrecondition desc = did not find address for actor 'x'", workflow.KindNoWorker, "no worker is connected that could do this: start the app"},
		{"no worker, actor type", callPurge, codes.Unknown, "actor type dapr.internal.default.orders.workflow not registered", workflow.KindNoWorker, "no worker is connected that could do this: start the app"},
		{"purge of a live one", callPurge, codes.Unknown, "failed to purge workflow state: orchestration has not yet completed", workflow.KindNotCompleted, "order-17 has not ended: terminate it first, or force the purge"},
		{"server deadline", callTerminate, codes.DeadlineExceeded, "stream terminated by RST_STREAM with error code: CANCEL", workflow.KindDeadline, "no answer from here:1 within 10s"},
		{"stalled", callRaise, codes.Unknown, "failed to invoke method for workflow 'big1': actor is stalled", workflow.KindStalled, "order-17 is stalled: it takes nothing until a worker comes that can run it"},
		{"stalled, engine", callRaise, codes.Unknown, "workflow is stalled", workflow.KindStalled, "order-17 is stalled: it takes nothing until a worker comes that can run it"},
		{"history of a missing one", callHistory, codes.NotFound, "workflow instance 'x' not found", workflow.KindNotFound, "order-17 does not exist"},
		{"action on a missing one", callResume, codes.Unknown, "no such instance exists", workflow.KindNotFound, "order-17 does not exist"},
		{"active", callStart, codes.Unknown, "failed to create workflow instance: an active workflow with ID 'peer1' already exists", workflow.KindActive, "order-17 is still active: choose another ID"},
		{"active, code", callStart, codes.AlreadyExists, "workflow 'order-17' has running descendants", workflow.KindActive, "order-17 is still active: choose another ID"},
		{"awaiting an activity (code)", callStart, codes.Unknown, "a terminated workflow with ID 'x' is already awaiting an activity result", workflow.KindActive, "order-17 is still active: choose another ID"},
		{"token", callList, codes.Unauthenticated, "Unauthorized", workflow.KindUnauthenticated, "the sidecar asks for an API token: set DAPR_API_TOKEN or give --api-token-file"},
		{"policy (code)", callStart, codes.PermissionDenied, "access denied by workflow access policy", workflow.KindOther, "the sidecar does not permit this"},
		{"no state store", callList, codes.Unknown, "no state store with actor support found", workflow.KindNoStateStore, `the sidecar has no state store for workflows: set actorStateStore: "true" on one of its state stores`},
		{"no state store (code)", callGet, codes.Internal, `the state store is not configured to use the actor runtime. Have you set the - name: actorStateStore value: "true" in your state store component file?`, workflow.KindNoStateStore, `the sidecar has no state store for workflows: set actorStateStore: "true" on one of its state stores`},
		{"cannot list", callList, codes.Unknown, "state store *dynamodb.StateStore does not support listing keys", workflow.KindCannotList, "the state store of this app cannot list its instances"},
		{"old runtime", callList, codes.Unknown, proxied, workflow.KindOldRuntime, "this runtime is too old: listing and histories need Dapr 1.17"},
		{"internal port", callMetadata, codes.Unknown, proxied, workflow.KindWrongPort, "here:1 is the internal port of a sidecar, not its gRPC port"},
		{"HTTP port", callMetadata, codes.Unimplemented, "unexpected HTTP status code received from server: 404 (Not Found)", workflow.KindWrongPort, "here:1 speaks HTTP: give the gRPC port of the sidecar"},
		{"metrics port", callMetadata, codes.Unavailable, `connection error: desc = "error reading server preface: http2: failed reading the frame payload: http2: frame too large, note that the frame header looked like an HTTP/1.1 header"`, workflow.KindWrongPort, "here:1 speaks HTTP: give the gRPC port of the sidecar"},
		{"placement", callMetadata, codes.Unimplemented, "unknown service TaskHubSidecarService", workflow.KindWrongPort, "here:1 is a gRPC service, but not a sidecar"},
		{"engine without rerun", callRerun, codes.Unimplemented, "method RerunWorkflowFromEvent not implemented", workflow.KindOldRuntime, "this runtime does not know this operation"},
		{"job name", callStart, codes.Unknown, `job name is invalid "actorreminder||default||x||a/b||start": must not contain '/', '\', '#' or '?'`, workflow.KindInvalidID, "the runtime does not take this instance ID"},
		{"request too large", callStart, codes.ResourceExhausted, "grpc: received message larger than max (4200026 vs. 4194304)", workflow.KindTooLarge, "this is larger than the sidecar takes (its --max-body-size)"},
		{"answer too large for it", callHistory, codes.ResourceExhausted, "grpc: trying to send message larger than max (4200026 vs. 4194304)", workflow.KindTooLarge, "the answer is larger than the sidecar sends (its --max-body-size)"},
		{"answer too large for us", callHistory, codes.ResourceExhausted, "grpc: received message larger than max (70000000 vs. 67108864)", workflow.KindTooLarge, "the answer is larger than 64 MiB, which is more than this program reads"},
		{"no room", callStart, codes.ResourceExhausted, "too many requests", workflow.KindBusy, "the sidecar has no room for this now: try again"},
		{"busy", callStart, codes.Unknown, "failed to save workflow state: database is locked (5) (SQLITE_BUSY)", workflow.KindBusy, "the state store is busy: try again"},
		{"etag", callStart, codes.Unknown, "failed to save state: possible etag mismatch. error from state store", workflow.KindBusy, "order-17 has just been changed or purged: try again"},
		{"inbox key", callGet, codes.Unknown, "failed to load workflow state: inbox key 'inbox-000000' missing", workflow.KindBusy, "order-17 changed while it was read: try again"},
		{"history key", callPurge, codes.Unknown, "workflow 'order-17': history key 'history-000000' declared in metadata (historyLength=3) but missing from state store", workflow.KindBusy, "order-17 changed while it was read: try again"},
		{"rerun of a live one", callRerun, codes.InvalidArgument, "'x' is not in a terminal state", workflow.KindNotCompleted, "order-17 has not ended: only an instance that has ended can be rerun"},
		{"rerun of a child", callRerun, codes.InvalidArgument, "'x': cannot rerun from child-workflows", workflow.KindInvalid, "order-17 is a child workflow: only a root workflow can be rerun"},
		{"rerun to itself", callRerun, codes.InvalidArgument, "rerun workflow instance ID must be different from the original instance ID", workflow.KindInvalid, "the new instance needs an ID of its own"},
		{"rerun, timer with input", callRerun, codes.InvalidArgument, "cannot write input to timer event '3'", workflow.KindInvalid, "a timer takes no input: rerun from it without one"},
		{"rerun, no such event", callRerun, codes.NotFound, "does not have history event with ID '9'", workflow.KindInvalid, "order-17 has no event with this number"},
		{"rerun, wrong event", callRerun, codes.NotFound, "target event '*protos.HistoryEvent_EventRaised' with ID '2' is not an event that can be rerun", workflow.KindInvalid, "a rerun cannot begin at this event: only at an activity, a timer or a child workflow"},
		{"rerun, no such instance", callRerun, codes.NotFound, "workflow instance does not exist with ID 'x'", workflow.KindNotFound, "order-17 does not exist"},
		{"rerun, new ID taken", callRerun, codes.AlreadyExists, "workflow 'y' has already been created", workflow.KindActive, "an instance with the new ID exists already: choose another ID"},
		{"other argument", callRerun, codes.InvalidArgument, "odd\x1b[31m", workflow.KindInvalid, "the sidecar does not accept this: odd"},
		{"not UTF-8", callList, codes.Internal, "grpc: failed to unmarshal the received message: string field contains invalid UTF-8", workflow.KindOther, "the answer holds text that is not UTF-8, which the protocol does not allow"},
		{"unknown text", callSuspend, codes.Unknown, "a\x1b]0;x\x07 b\nc", workflow.KindOther, "the sidecar answered: a b c"},
		{"closed at once", callMetadata, codes.Unavailable, `connection error: desc = "error reading server preface: EOF"`, workflow.KindUnavailable, "here:1 takes connections but does not speak gRPC: a tunnel without an end, or another program?"},
		{"no gRPC", callMetadata, codes.Unavailable, `connection error: desc = "error reading server preface: http2: failed reading the frame payload: unexpected EOF"`, workflow.KindWrongPort, "here:1 answers, but speaks no gRPC: another program is there"},
		{"client certificate", callMetadata, codes.Unavailable, `connection error: desc = "error reading server preface: remote error: tls: certificate required"`, workflow.KindUntrusted, "here:1 asks for a client certificate: give --tls-cert and --tls-key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := attempt{call: c.call, id: "order-17", target: tcp("here", "1"), opts: Options{Target: tcp("here", "1")}, limit: 10 * time.Second}
			// The SDK wraps most errors once more.
			for _, err := range []error{status.Error(c.code, c.text), fmt.Errorf("failed to do it: %w", status.Error(c.code, c.text))} {
				got := explain(a, err)
				wantKind(t, got, c.kind)
				var e *workflow.Error
				if errors.As(got, &e); e.Message != c.want || e.ID != "order-17" || !errors.Is(got, err) {
					t.Errorf("got  %q (ID %q)\nwant %q", e.Message, e.ID, c.want)
				}
				if want := workflow.CleanText(c.text); e.Detail != want {
					t.Errorf("detail %q, want %q", e.Detail, want)
				}
			}
		})
	}
}

func TestWhoseDoingComesBeforeTheCode(t *testing.T) {
	a := attempt{call: callStart, id: "i", target: tcp("here", "1"), limit: time.Second}
	for _, c := range []struct {
		err  error
		kind workflow.ErrorKind
		want string
	}{
		{context.DeadlineExceeded, workflow.KindDeadline, "no answer from here:1 within 1s"},
		{fmt.Errorf("x: %w", context.Canceled), workflow.KindOther, "given up before there was an answer"},
		{api.ErrInstanceNotFound, workflow.KindNotFound, "i does not exist"},
		{errors.New("workflow state is nil"), workflow.KindOther, "the sidecar answered: workflow state is nil"},
	} {
		got := explain(a, c.err)
		wantKind(t, got, c.kind)
		if got.Error() != c.want || !errors.Is(got, c.err) {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
	known := &workflow.Error{Kind: workflow.KindReadOnly, Message: "no"}
	if got := explain(a, known); !errors.Is(got, error(known)) || workflow.KindOf(got) != workflow.KindReadOnly {
		t.Errorf("an error in words already became %v", got)
	}
}

func TestARefusedTokenIsToldFromAMissingOne(t *testing.T) {
	for _, c := range []struct {
		opts Options
		want string
	}{
		{Options{}, "the sidecar asks for an API token: set DAPR_API_TOKEN or give --api-token-file"},
		{Options{APIToken: "t"}, "the sidecar does not accept the API token in DAPR_API_TOKEN"},
		{Options{TokenFile: "/run/to\x07ken"}, "the sidecar does not accept the API token in the file /run/token (--api-token-file)"},
	} {
		a := attempt{call: callList, token: c.opts.tokenFrom()}
		got := explain(a, status.Error(codes.Unauthenticated, "Unauthorized"))
		wantKind(t, got, workflow.KindUnauthenticated)
		if got.Error() != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestThePoisonedIDIsReadFromTheKey(t *testing.T) {
	for text, id := range map[string]string{
		"invalid key format: orders||dapr.internal.default.orders.workflow||a||b||metadata":                     "a||b",
		"failed to list: invalid key format: orders||dapr.internal.default.orders.workflow||a||||b c||metadata": "a||||b c",
		"invalid key format: orders||dapr.internal.prod.x.workflow||订||单||metadata":                             "订||单",
		"invalid key format: orders||dapr.internal.default.orders.workflow||a||metadata||metadata":              "a||metadata",
		"invalid key format: orders||dapr.internal.default.orders.workflow||evil.workflow||b\x1b[31m||metadata": "evil.workflow||b\x1b[31m",
		"invalid key format: something else":                                                 "",
		"invalid key format: orders||dapr.internal.default.orders.workflow||plain||metadata": "",
	} {
		got := explain(attempt{call: callList}, status.Error(codes.Unknown, text))
		wantKind(t, got, workflow.KindPoisoned)
		var e *workflow.Error
		if errors.As(got, &e); e.ID != id {
			t.Errorf("%q: ID %q, want %q", text, e.ID, id)
		}
		if strings.Contains(e.Message, "\x1b") {
			t.Errorf("message %q", e.Message)
		}
	}
}

func TestDetailsAreBounded(t *testing.T) {
	got := explain(attempt{}, status.Error(codes.Unknown, strings.Repeat("订", maxDetail)))
	var e *workflow.Error
	if errors.As(got, &e); len(e.Detail) > maxDetail || len(e.Message) > 2*workflow.ShortText {
		t.Errorf("detail of %d bytes, message of %d", len(e.Detail), len(e.Message))
	}
}
