package dapr_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// orphanEnv makes the test binary a program that starts a runtime, prints the
// process IDs of its children and waits to be killed.
const orphanEnv = "DAPRDECK_TEST_ORPHANS"

func orphanMain(ctx context.Context) int {
	rt, err := harness.StartRuntime(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if _, err := rt.StartSidecar(ctx, harness.SidecarOptions{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for _, pid := range rt.PIDs() {
		fmt.Fprint(os.Stdout, pid, " ")
	}
	fmt.Fprintln(os.Stdout, rt.Dir())
	<-ctx.Done()
	return 1
}

// TestChildrenDieWithTheirParent: a test that is killed leaves no daprd, no
// placement and no scheduler behind.
func TestChildrenDieWithTheirParent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ties the life of a child to that of its parent")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), orphanEnv+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("read the process IDs: %v", err)
	}
	fields := strings.Fields(line)
	dir, fields := fields[len(fields)-1], fields[:len(fields)-1]
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if len(fields) != 3 {
		t.Fatalf("the runtime has processes %v, want three", fields)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // "signal: killed"
	for _, f := range fields {
		pid, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := harness.Eventually(ctx, func(context.Context) error { return ended(pid) }); err != nil {
			t.Error(err)
		}
	}
}

var errRuns = errors.New("still runs")

// ended is nil when there is no such process. One that is dead and waits to be
// reaped by init counts as ended: nothing in this process can reap it.
func ended(pid int) error {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return nil
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil //nolint:nilerr // it ended between the two looks
	}
	if _, state, ok := strings.Cut(string(stat), ") "); ok && strings.HasPrefix(state, "Z") {
		return nil
	}
	return fmt.Errorf("process %d %w", pid, errRuns)
}
