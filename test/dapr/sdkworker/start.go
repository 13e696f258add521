package sdkworker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// Worker is a running worker.
type Worker struct {
	*harness.WorkerProcess
	// Folders are those of this machine that stand in its stack traces.
	Folders []string
}

// Start installs the worker's packages when that has not been done, starts it
// and waits until the sidecar counts it. env is added to its environment, such as
// "WORKER_RELEASE=2". The caller must Stop it, which ends it by its process ID;
// the end of the sidecar does too.
func (s SDK) Start(ctx context.Context, sidecar *harness.Sidecar, env ...string) (*Worker, error) {
	in, err := s.install(ctx)
	if err != nil {
		return nil, err
	}
	path, args, own := in.command(in.src, in.dir)
	proc, err := sidecar.StartWorkerProcess(ctx, harness.WorkerCommand{Path: path, Args: args, Env: append(own, env...)})
	if err != nil {
		return nil, err
	}
	return &Worker{WorkerProcess: proc, Folders: []string{in.src, in.dir}}, nil
}

// TB is the part of testing.TB that Require needs.
type TB interface {
	Helper()
	Context() context.Context
	Skipf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Require skips a test, with the reason, on a machine without the language.
// Where the variable CI is "true" the test fails instead: nothing is skipped
// there.
func (s SDK) Require(t TB) {
	t.Helper()
	err := s.Present(t.Context())
	switch {
	case err == nil:
	case errors.Is(err, ErrAbsent) && os.Getenv("CI") != "true":
		t.Skipf("skipped: %v", err)
	default:
		t.Fatalf("%v", err)
	}
}

// Command returns a command in dir that has the packages of the worker: python,
// node, or java and javac, whose class path holds dir too. What node runs must be
// in dir.
func (s SDK) Command(ctx context.Context, dir, program string, args ...string) (*exec.Cmd, error) {
	in, err := s.install(ctx)
	if err != nil {
		return nil, err
	}
	switch s {
	case Python:
		program = filepath.Join(in.dir, "venv", "bin", program)
	case JavaScript:
		// Modules are looked for beside the file, whatever NODE_PATH says.
		if err := os.Symlink(filepath.Join(in.dir, "node_modules"), filepath.Join(dir, "node_modules")); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, fmt.Errorf("link the packages: %w", err)
		}
	case Java:
		args = append([]string{"-cp", dir + string(os.PathListSeparator) + filepath.Join(in.dir, "lib", "*")}, args...)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	return cmd, nil
}
