package conformance

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

// steady is a connection that asks again when the runtime answers with one of
// the errors that pass by themselves and leave nothing behind: a read that met
// an instance while it moved, and a start right after a purge of the same ID
// (both seen on Dapr 1.18.0; docs/operations.md).
type steady struct{ grpc.ClientConnInterface }

// tries bounds how often steady asks, with pause between two tries.
const tries = 100

// Invoke makes one call, again while its answer is a passing one.
func (c steady) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	for n := 1; ; n++ {
		err := c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
		if err == nil || n == tries || !passing(method, status.Convert(err).Message()) {
			return err //nolint:wrapcheck // the checks compare it
		}
		select {
		case <-ctx.Done():
			return err //nolint:wrapcheck // the checks compare it
		case <-time.After(pause):
		}
	}
}

func passing(method, text string) bool {
	return strings.Contains(text, "declared in metadata") && strings.Contains(text, "missing from state store") ||
		strings.HasSuffix(method, "/StartInstance") && strings.Contains(text, "possible etag mismatch")
}
