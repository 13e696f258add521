// Package editor runs the user's editor on a text.
package editor

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/daprdeck/daprdeck/internal/shellwords"
)

// Run is one run of an editor. It satisfies Bubble Tea's ExecCommand.
type Run struct {
	command string
	text    string

	stdin          io.Reader
	stdout, stderr io.Writer
}

// New prepares a run on text. The command is $VISUAL, else $EDITOR, else vi; it
// may have arguments, and quotes as in a shell.
func New(text string, getenv func(string) string) *Run {
	command := "vi"
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if v := strings.TrimSpace(getenv(name)); v != "" {
			command = v
			break
		}
	}
	return &Run{command: command, text: text}
}

// SetStdin sets where the editor reads keys. A reader that stands for a file is
// unwrapped: an editor must have the terminal itself.
func (r *Run) SetStdin(in io.Reader) {
	if w, ok := in.(interface{ Unwrap() *os.File }); ok {
		in = w.Unwrap()
	}
	r.stdin = in
}

// SetStdout sets where the editor draws.
func (r *Run) SetStdout(out io.Writer) { r.stdout = out }

// SetStderr sets where the editor complains.
func (r *Run) SetStderr(out io.Writer) { r.stderr = out }

// Text returns the text as the editor left it. One line break at the end, which
// editors add by themselves, is taken away when the text had none before.
func (r *Run) Text() string { return r.text }

// Run writes the text to a file that only the user can read, runs the editor on
// it and reads it back. The file is removed whatever happens.
func (r *Run) Run() (err error) {
	words, err := shellwords.Split(r.command, runtime.GOOS == "windows")
	if err != nil || len(words) == 0 || words[0] == "" {
		return fmt.Errorf("$VISUAL or $EDITOR is no command (%s): %w", r.command, errors.Join(err, exec.ErrNotFound))
	}
	dir, err := os.MkdirTemp("", "daprdeck-")
	if err != nil {
		return fmt.Errorf("make a folder for the editor: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "payload.json")
	if err := os.WriteFile(file, []byte(r.text), 0o600); err != nil {
		return fmt.Errorf("write the text for the editor: %w", err)
	}
	cmd := exec.Command(words[0], append(words[1:], file)...) //nolint:gosec,noctx // the user's own editor, for as long as he likes
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r.stdin, r.stdout, r.stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %s: %w", words[0], err)
	}
	edited, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the text back: %w", err)
	}
	text := string(edited)
	if !strings.HasSuffix(r.text, "\n") {
		text = strings.TrimSuffix(text, "\n")
	}
	r.text = text
	return nil
}
