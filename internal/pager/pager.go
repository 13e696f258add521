// Package pager shows a text in the user's pager.
package pager

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/daprdeck/daprdeck/internal/shellwords"
)

// Run is one run of a pager. It satisfies Bubble Tea's ExecCommand.
type Run struct {
	command string
	text    func() string

	stdout, stderr io.Writer
}

// New prepares a run. The command is $PAGER, else less; it may have arguments,
// and quotes as in a shell. text is asked for when the pager starts, and must hold
// nothing that a terminal obeys: not every pager keeps that from it.
func New(text func() string, getenv func(string) string) *Run {
	command := strings.TrimSpace(getenv("PAGER"))
	if command == "" {
		command = "less"
	}
	return &Run{command: command, text: text}
}

// SetStdin does nothing: the pager reads the text there, and keys from the
// terminal that it opens itself.
func (r *Run) SetStdin(io.Reader) {}

// SetStdout sets where the pager draws.
func (r *Run) SetStdout(out io.Writer) { r.stdout = out }

// SetStderr sets where the pager complains.
func (r *Run) SetStderr(out io.Writer) { r.stderr = out }

// Run shows the text until the user leaves the pager. LESSSECURE=1 keeps less
// from running commands and from writing files.
func (r *Run) Run() error {
	words, err := shellwords.Split(r.command, runtime.GOOS == "windows")
	if err != nil || len(words) == 0 || words[0] == "" {
		return fmt.Errorf("$PAGER is no command (%s): %w", r.command, errors.Join(err, exec.ErrNotFound))
	}
	cmd := exec.Command(words[0], words[1:]...) //nolint:gosec,noctx // the user's own pager, for as long as he likes
	cmd.Env = append(os.Environ(), "LESSSECURE=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(r.text()), r.stdout, r.stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %s: %w", words[0], err)
	}
	return nil
}
