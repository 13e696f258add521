package embedded

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// errStalled is what the lock of a stalled workflow actor answers
// (pkg/actors/targets/errors/stalled.go).
var errStalled = errors.New("actor is stalled")

// noAddressError is Dapr's answer for an actor whose type no worker has
// registered: an error with a gRPC code that prints itself in its own way
// (messages.ErrActorNoAddress, pkg/messages/api_error.go).
type noAddressError struct{ actor string }

func (e noAddressError) message() string {
	return fmt.Sprintf("did not find address for actor '%s'", e.actor)
}

func (e noAddressError) Error() string {
	return fmt.Sprintf("api error: code = %s desc = %s", codes.FailedPrecondition, e.message())
}

// GRPCStatus gives the code to google.golang.org/grpc/status.
func (e noAddressError) GRPCStatus() *status.Status {
	return status.New(codes.FailedPrecondition, e.message())
}

// checkJobName refuses the names that Dapr's scheduler refuses, in its words:
// an instance ID is part of the names of the jobs that wake the workflow and
// its activities (go-etcd-cron internal/api/validator). The rest of the name
// is of no consequence.
func checkJobName(actorType, actorID, reminder string) error {
	name := "actorreminder||" + namespace + "||" + actorType + "||" + actorID + "||" + reminder
	if strings.ContainsAny(name, `#?/\`) {
		return status.Errorf(codes.Unknown, "job name is invalid %q: must not contain '/', '\\', '#' or '?'", name)
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return status.Errorf(codes.Unknown, "job name is invalid %q: must not contain control characters", name)
	}
	return nil
}
