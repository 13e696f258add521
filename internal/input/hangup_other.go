//go:build !unix

package input

import (
	"context"
	"os"
)

// WaitHangup returns false when ctx has ended: the system cannot tell.
func WaitHangup(ctx context.Context, _ *os.File) bool {
	<-ctx.Done()
	return false
}

// Background returns false: there are no background jobs.
func Background(*os.File) bool { return false }
