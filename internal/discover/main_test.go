package discover

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"go.uber.org/goleak"
)

// helperEnv makes this test program a process that does nothing until its
// standard input ends or, with helperScans, one that prints what a scan finds.
const (
	helperEnv   = "DAPRDECK_TEST_HELPER"
	helperScans = "scan"
)

// fakeDaprd is a copy of this test program that is named daprd, alone in its
// folder.
var fakeDaprd string

func TestMain(m *testing.M) {
	switch os.Getenv(helperEnv) {
	case "":
	case helperScans:
		list, err := Scan(context.Background())
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(list)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	default:
		_, _ = os.Stdout.WriteString("ready\n")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	dir, err := copySelf()
	if err != nil {
		fmt.Fprintln(os.Stderr, "copy the test program:", err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// copySelf makes fakeDaprd. It comes before any test: a program cannot be
// started while it is open for writing, be it in a child that another test is
// just starting.
func copySelf() (dir string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(self)
	if err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp("", "daprdeck-discover-"); err != nil {
		return "", err
	}
	name := "daprd"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	fakeDaprd = filepath.Join(dir, name)
	// Another user runs it too.
	return dir, errors.Join(os.Chmod(dir, 0o755), os.WriteFile(fakeDaprd, data, 0o700), os.Chmod(fakeDaprd, 0o755))
}

// child is a process of this test's.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
}

// spawn starts a program and waits until it says that it is there. It ends with
// the test at the latest.
func spawn(tb testing.TB, env []string, program string, args ...string) *child {
	tb.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), append(env, helperEnv+"=1")...)
	cmd.Dir = filepath.Dir(program)
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	c := &child{cmd: cmd, in: in}
	tb.Cleanup(c.end)
	if _, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		tb.Fatalf("%s is not ready: %v", program, err)
	}
	return c
}

func (c *child) pid() int32 { return int32(c.cmd.Process.Pid) }

// end lets the process end and waits for it.
func (c *child) end() {
	_ = c.in.Close()
	_ = c.cmd.Wait()
}
