package daprclient

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Everything that goes wrong between here and the runtime is put into words in
// this file, errors_place.go and handshake.go. The codes and texts are those that real runtimes were seen to
// send: Dapr 1.18.0 and 1.16.0.

// maxDetail bounds the server's own text, in bytes.
const maxDetail = 4096

// call names what was tried.
type call uint8

const (
	callConnect call = iota
	callMetadata
	callList
	callGet
	callHistory
	callStart
	callSuspend
	callResume
	callRaise
	callTerminate
	callPurge
	callRerun
)

// changes reports whether the call may have an effect although no answer came.
func (k call) changes() bool { return k >= callStart }

// attempt is a call that failed.
type attempt struct {
	call   call
	id     string // raw; empty for none
	target Target
	// token says where the token that was sent comes from, empty for none.
	token string
	opts  Options
	// most is the largest answer that was to be read, in bytes; 0 is maxReply.
	most int
	// limit is the time that the call was given.
	limit time.Duration
}

// fail words an error of a call that ran under ctx. It returns nil for nil.
func (c *Client) fail(ctx context.Context, k call, id string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = ctx.Err() // as the SDK does; grpc's own status hides which it was
	}
	limit := c.opts.ReadTimeout
	if k.changes() {
		limit = c.opts.ActionTimeout
	}
	a := attempt{call: k, id: id, target: c.opts.Target, token: c.opts.tokenFrom(), opts: c.opts, limit: limit, most: workflow.ReadLimit(ctx)}
	return explain(a, err)
}

// explain turns an error of the SDK into one for an operator. The order is:
// whose doing it is, then the code, then the text where the code says nothing.
func explain(a attempt, err error) error {
	var known *workflow.Error
	if errors.As(err, &known) {
		return err
	}
	e := &workflow.Error{ID: a.id, Err: err}
	st := statusOf(err)
	e.Detail = workflow.Shorten(workflow.CleanText(a.shown(st.Message())), maxDetail)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		a.deadline(e)
	case errors.Is(err, context.Canceled):
		e.Message = "given up before there was an answer"
	case errors.Is(err, api.ErrInstanceNotFound):
		a.notFound(e)
	default:
		a.byCode(e, st.Code(), st.Message())
	}
	return e
}

// shown is what the sidecar says without what is masked: it may repeat a payload.
func (a attempt) shown(text string) string { return apply(a.opts.MaskFailure, text) }

// statusOf finds the innermost gRPC status: that of the wrapping SDK error
// would repeat its words.
func statusOf(err error) *status.Status {
	var s interface{ GRPCStatus() *status.Status }
	if errors.As(err, &s) {
		return s.GRPCStatus()
	}
	return status.New(codes.Unknown, err.Error())
}

func (a attempt) byCode(e *workflow.Error, code codes.Code, text string) {
	switch code {
	case codes.DeadlineExceeded:
		a.deadline(e)
	case codes.Canceled:
		// Nobody here gave up, so the sidecar is shutting down or the
		// connection was replaced.
		a.lost(e)
	case codes.Unavailable:
		a.unavailable(e, text)
	case codes.Unauthenticated:
		a.unauthenticated(e)
	case codes.PermissionDenied:
		e.Message = "the sidecar does not permit this"
	case codes.Unimplemented:
		a.unimplemented(e, text)
	case codes.ResourceExhausted:
		a.exhausted(e, text)
	case codes.AlreadyExists:
		a.active(e)
	case codes.NotFound:
		a.missing(e, text)
	default:
		a.byText(e, code, text)
	}
}

func (a attempt) byText(e *workflow.Error, code codes.Code, text string) {
	has := func(s string) bool { return strings.Contains(text, s) }
	switch {
	case has("no state store with actor support found"), has("the state store is not configured to use the actor runtime"):
		e.Kind = workflow.KindNoStateStore
		e.Message = `the sidecar has no state store for workflows: set actorStateStore: "true" on one of its state stores`
	case has("invalid key format: "):
		a.poisoned(e, text)
	case has("does not support listing keys"):
		e.Kind, e.Message = workflow.KindCannotList, "the state store of this app cannot list its instances"
	case has("failed to proxy request"):
		a.proxied(e)
	case has("no such instance exists"):
		a.notFound(e)
	case has("orchestration has not yet completed"), has("is not in a terminal state"):
		a.notCompleted(e)
	case has("an active workflow with ID"), has("is already awaiting an activity result"):
		a.active(e)
	case has("actor is stalled"), has("workflow is stalled"):
		e.Kind, e.Message = workflow.KindStalled, a.who()+" is stalled: it takes nothing until a worker comes that can run it"
	case has("did not find address for actor"), has("actor type") && has("not registered"):
		e.Kind, e.Message = workflow.KindNoWorker, "no worker is connected that could do this: start the app"
	case has("job name is invalid"):
		e.Kind, e.Message = workflow.KindInvalidID, "the runtime does not take this instance ID"
	case has("possible etag mismatch"):
		e.Kind, e.Message = workflow.KindBusy, a.who()+" has just been changed or purged: try again"
	case has("database is locked"), has("SQLITE_BUSY"):
		e.Kind, e.Message = workflow.KindBusy, "the state store is busy: try again"
	case has("inbox key") && has("missing"), has("history key") && has("missing"):
		// Seen before 1.18.3 on healthy instances, between two writes, and when
		// somebody else purges the instance in the same moment.
		e.Kind, e.Message = workflow.KindBusy, a.who()+" changed while it was read: try again"
	case code == codes.InvalidArgument:
		a.invalid(e, text)
	case has("invalid UTF-8"):
		e.Message = "the answer holds text that is not UTF-8, which the protocol does not allow"
	default:
		e.Message = "the sidecar answered: " + workflow.Shorten(workflow.Clean(a.shown(text)), workflow.ShortText)
	}
}

// who is the instance as a message names it.
func (a attempt) who() string {
	if a.id == "" {
		return "the instance"
	}
	return workflow.Shorten(workflow.CleanID(a.id), workflow.ShortText)
}

// deadline words a deadline that passed here or, a moment earlier, there.
func (a attempt) deadline(e *workflow.Error) {
	if !errors.Is(e.Err, context.DeadlineExceeded) {
		e.Err = fmt.Errorf("%w: %w", context.DeadlineExceeded, e.Err)
	}
	e.Kind = workflow.KindDeadline
	e.Message = fmt.Sprintf("no answer from %s within %s", a.target, a.limit)
}

func (a attempt) lost(e *workflow.Error) {
	e.Kind = workflow.KindUnavailable
	e.Message = fmt.Sprintf("the connection to %s was lost", a.target)
}

func (a attempt) notFound(e *workflow.Error) {
	e.Kind, e.Message = workflow.KindNotFound, a.who()+" does not exist"
}

// missing words NotFound: the instance, or the event that a rerun names.
func (a attempt) missing(e *workflow.Error, text string) {
	switch {
	case strings.Contains(text, "does not have history event with ID"):
		e.Kind, e.Message = workflow.KindInvalid, a.who()+" has no event with this number"
	case strings.Contains(text, "is not an event that can be rerun"):
		e.Kind, e.Message = workflow.KindInvalid, "a rerun cannot begin at this event: only at an activity, a timer or a child workflow"
	default:
		a.notFound(e)
	}
}

func (a attempt) notCompleted(e *workflow.Error) {
	e.Kind, e.Message = workflow.KindNotCompleted, a.who()+" has not ended"
	switch a.call { //nolint:exhaustive // the others need no more words
	case callPurge:
		e.Message += ": terminate it first, or force the purge"
	case callRerun:
		e.Message += ": only an instance that has ended can be rerun"
	}
}

func (a attempt) active(e *workflow.Error) {
	e.Kind, e.Message = workflow.KindActive, a.who()+" is still active: choose another ID"
	if a.call == callRerun {
		e.Message = "an instance with the new ID exists already: choose another ID"
	}
}

// invalid words InvalidArgument, which only a rerun was seen to meet.
func (a attempt) invalid(e *workflow.Error, text string) {
	e.Kind = workflow.KindInvalid
	switch {
	case strings.Contains(text, "cannot rerun from child-workflows"):
		e.Message = a.who() + " is a child workflow: only a root workflow can be rerun"
	case strings.Contains(text, "must be different from the original instance ID"):
		e.Message = "the new instance needs an ID of its own"
	case strings.Contains(text, "cannot write input to timer event"):
		e.Message = "a timer takes no input: rerun from it without one"
	default:
		e.Message = "the sidecar does not accept this: " + workflow.Shorten(workflow.Clean(a.shown(text)), workflow.ShortText)
	}
}

// poisoned finds the instance ID in the key that the listing stumbled over:
// APP||dapr.internal.NAMESPACE.APP.workflow||ID||metadata.
func (a attempt) poisoned(e *workflow.Error, text string) {
	e.Kind = workflow.KindPoisoned
	e.Message = "one instance of this app has an ID with ||, which breaks the listing"
	_, key, _ := strings.Cut(text, "invalid key format: ")
	_, rest, ok := strings.Cut(key, ".workflow||")
	id, end := strings.CutSuffix(rest, "||metadata")
	if ok && end && strings.Contains(id, "||") {
		e.ID = id
		e.Message = fmt.Sprintf("the instance %s breaks the listing of this app: force its purge to cure it",
			workflow.Shorten(workflow.CleanID(id), workflow.ShortText))
	}
}

// exhausted tells apart who refused a message. grpc says "received" where the
// reader has the limit: us for an answer, the sidecar for a request.
func (a attempt) exhausted(e *workflow.Error, text string) {
	switch {
	case !strings.Contains(text, "larger than max"):
		e.Kind, e.Message = workflow.KindBusy, "the sidecar has no room for this now: try again"
	case a.call.changes():
		e.Kind, e.Message = workflow.KindTooLarge, "this is larger than the sidecar takes (its --max-body-size)"
	case a.most > 0 && strings.Contains(text, fmt.Sprintf("vs. %d)", a.most)):
		e.Kind, e.Message = workflow.KindTooLarge, fmt.Sprintf("the answer is larger than %d MB", a.most>>20)
	case strings.Contains(text, fmt.Sprintf("vs. %d)", maxReply)):
		e.Kind, e.Message = workflow.KindTooLarge, fmt.Sprintf("the answer is larger than %d MiB, which is more than this program reads", maxReply>>20)
	default:
		e.Kind, e.Message = workflow.KindTooLarge, "the answer is larger than the sidecar sends (its --max-body-size)"
	}
}
