package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/internal/input"
	"github.com/daprdeck/daprdeck/ui"
)

// terminalClosed is the cause of an end that the terminal itself has shown.
const terminalClosed = "the end of its terminal"

// A shell that starts the console may make it the foreground job only after it
// runs: it is in the background for good when it still is after foregroundWithin.
const (
	foregroundWithin = time.Second
	foregroundLooks  = 20 * time.Millisecond
)

// inForeground waits until the console is the foreground job of its terminal.
// The error says what to do when it does not become that.
func inForeground(ctx context.Context, terminal *os.File) error {
	ctx, cancel := context.WithTimeout(ctx, foregroundWithin)
	defer cancel()
	tick := time.NewTicker(foregroundLooks)
	defer tick.Stop()
	for input.Background(terminal) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.New("cannot read keys: it runs in the background of this terminal, as \"dapr run -- daprdeck\" starts it. " +
				"Run daprdeck by itself beside the app, or print the list with daprdeck --once")
		}
	}
	return nil
}

// watch returns what ends the screen when a terminal hangs up.
func (a *attendant) watch(terminal *os.File) func(context.Context) {
	return func(ctx context.Context) {
		if input.WaitHangup(ctx, terminal) {
			a.end(terminalClosed)
		}
	}
}

// nothing is a program that does nothing with the terminal.
type nothing struct{}

func (nothing) Run() error          { return nil }
func (nothing) SetStdin(io.Reader)  {}
func (nothing) SetStdout(io.Writer) {}
func (nothing) SetStderr(io.Writer) {}

// namedActions is how many actions a line names.
const namedActions = 3

// unknownOutcomes says that nobody knows what came of the actions that were in
// flight when cause ended the console, in one line.
func unknownOutcomes(cause string, actions []string) string {
	named, more := actions, ""
	if len(actions) > namedActions {
		named = actions[:namedActions]
		more = " and " + ui.Plural(len(actions)-namedActions, "more action", "more actions")
	}
	what := "its outcome is"
	if len(actions) > 1 {
		what = "their outcomes are"
	}
	return "ended by " + cause + " while in flight: " + strings.Join(named, ", ") + more + "; " + what + " not known"
}
