package harness_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// rt is the runtime that the tests of this package share: starting one takes
// seconds, and it has no state of its own that a test could see.
var rt *harness.Runtime

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	var err error
	if rt, err = harness.StartRuntime(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "start the Dapr runtime:", err)
		return 1
	}
	defer rt.Stop()
	return m.Run()
}
