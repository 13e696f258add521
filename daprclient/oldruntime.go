package daprclient

import (
	"context"
	"strconv"
	"strings"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc/codes"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Before 1.17 a runtime has no listing, and so none that proves that it has a
// state store for actors, without which a read of an instance ends daprd 1.16.
// Another question tells: it is asked to delete a reminder of an actor type that
// nobody hosts. It refuses that in any case, and gives the state store as the
// reason when there is none (dapr pkg/actors/reminders: the storage is looked at
// first on 1.16; without one the whole actor runtime is off on 1.14 and 1.15).
const noActorType = "daprdeck.nobody-hosts-this"

// The newest runtime without a listing, and the oldest whose answer is known.
const (
	proofFrom = 14
	proofTo   = 16
)

// proveStore asks an old runtime for its state store. It returns nil when there
// is one, so that calls by ID are safe, and else why none may be made.
func (c *Client) proveStore(ctx context.Context, s *session, refused error) error {
	if !proves(s.sidecar.Version) {
		return oldError("it is not known how this one would answer a read, so nothing is read", refused)
	}
	ctx, cancel := c.readContext(ctx)
	defer cancel()
	_, err := s.dapr.GrpcClient().UnregisterActorReminder(ctx, &runtimev1.UnregisterActorReminderRequest{
		ActorType: noActorType, ActorId: "none", Name: "none",
	})
	if err == nil { // it deletes what nobody can have: not an answer that is known
		return oldError("whether it has a state store could not be found out, so nothing is read", refused)
	}
	text := statusOf(err).Message()
	switch code := codeOf(err); {
	case code == codes.PermissionDenied && strings.Contains(text, "only possible on hosted actor types"):
		return nil
	case strings.Contains(text, "reminder storage is not configured"),
		strings.Contains(text, "the state store is not configured to use the actor runtime"):
		return &workflow.Error{
			Kind: workflow.KindNoStateStore, Err: err, Detail: workflow.Shorten(workflow.CleanText(text), maxDetail),
			Message: `the sidecar has no state store for workflows: set actorStateStore: "true" on one of its state stores`,
		}
	case strings.Contains(text, "placement service is not configured"):
		return oldError("it has no placement service, and so no workflows: give it --placement-host-address", err)
	case code == codes.DeadlineExceeded, code == codes.Canceled, code == codes.Unavailable:
		return c.fail(ctx, callConnect, "", err)
	}
	return oldError("it does not say whether it has a state store, so nothing is read", err)
}

func oldError(why string, err error) error {
	return &workflow.Error{
		Kind: workflow.KindOldRuntime, Err: err, Detail: workflow.Shorten(workflow.CleanText(statusOf(err).Message()), maxDetail),
		Message: "this runtime is older than Dapr 1.17 and cannot list; " + why,
	}
}

// proves reports whether a runtime of this version answers proveStore as told
// above.
func proves(version string) bool {
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	return major == "1" && err == nil && n >= proofFrom && n <= proofTo
}

// noHistory words the history of a runtime that has no call for one.
func noHistory(id string, err error) error {
	return &workflow.Error{
		Kind: workflow.KindOldRuntime, ID: id, Err: err,
		Message: "this runtime has no call for histories (before Dapr 1.17)",
	}
}
