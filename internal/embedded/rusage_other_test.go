//go:build !unix

package embedded

import (
	"testing"
	"time"
)

// processTime is not to be had here.
func processTime(tb testing.TB) time.Duration {
	tb.Helper()
	tb.Skip("the processor time of a process is read on Unix only")
	return 0
}
