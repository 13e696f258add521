package dapr_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// TestDevdapr: the command for trying by hand starts everything, plays its
// accidents and ends all of it on SIGTERM.
func TestDevdapr(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 3*within)
	defer cancel()
	program := filepath.Join(t.TempDir(), "devdapr")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/devdapr").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, program, "-instances", "18", "-app-id", "dev", "-token", "open-sesame")
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewScanner(pipe)
	head := readUntil(t, out, "kill -HUP")
	address := match(t, head, `app dev at (127\.0\.0\.1:\d+)`)
	var pids []int
	for _, name := range []string{"scheduler", "placement of dev", "daprd dev"} {
		pids = append(pids, number(t, match(t, head, name+`: pid (\d+)`)))
	}
	dir := match(t, head, `files in (\S+)`)

	for _, step := range []struct {
		sig  syscall.Signal
		says string
	}{
		{syscall.SIGUSR1, "the worker is gone"},
		{syscall.SIGUSR2, "app dev-other at " + address + ", pid "},
		{syscall.SIGUSR1, "the worker is gone"},
		{syscall.SIGUSR1, "the worker is back"},
		{syscall.SIGHUP, "app dev at " + address + ", pid "},
	} {
		if err := cmd.Process.Signal(step.sig); err != nil {
			t.Fatal(err)
		}
		said := readUntil(t, out, step.says)
		for _, found := range regexp.MustCompile(`pid (\d+)`).FindAllStringSubmatch(said, -1) {
			pids = append(pids, number(t, found[1]))
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("devdapr ended with %v", err)
	}
	for _, pid := range pids {
		if err := harness.Eventually(ctx, func(context.Context) error { return ended(pid) }); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the files of the runtime are still there: %v", err)
	}
}

// readUntil reads lines until one holds a text, and returns all of them.
func readUntil(t *testing.T, out *bufio.Scanner, text string) string {
	t.Helper()
	var all strings.Builder
	for out.Scan() {
		all.WriteString(out.Text() + "\n")
		if strings.Contains(out.Text(), text) {
			return all.String()
		}
	}
	t.Fatalf("devdapr never said %q: %v\n%s", text, out.Err(), all.String())
	return ""
}

func match(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no %q in\n%s", pattern, text)
	}
	return found[1]
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
