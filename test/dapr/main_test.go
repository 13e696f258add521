package dapr_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// rt is the runtime that all tests share: its scheduler keeps
// nothing of an app that another app could see, and every test has sidecars
// and app IDs of its own.
var rt *harness.Runtime

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	if err := waitInParallel(); err != nil {
		fmt.Fprintln(os.Stderr, "set test.parallel:", err)
		return 1
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	if os.Getenv(orphanEnv) != "" {
		return orphanMain(ctx)
	}
	var err error
	if rt, err = harness.StartRuntime(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "start the Dapr runtime:", err)
		return 1
	}
	defer rt.Stop()
	return m.Run()
}

// waitInParallel raises the number of tests that run at the same time, unless
// the command line says otherwise: most of them wait for deadlines of the
// runtime and hardly compute.
func waitInParallel() error {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if given {
		return nil
	}
	return flag.Set("test.parallel", "8")
}
