// Daprdeck is a terminal console for Dapr workflow instances.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/config"
	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/heap"
	"github.com/daprdeck/daprdeck/internal/idlist"
	"github.com/daprdeck/daprdeck/internal/input"
	"github.com/daprdeck/daprdeck/internal/local"
	"github.com/daprdeck/daprdeck/internal/opened"
	"github.com/daprdeck/daprdeck/internal/terminal"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/model"
)

// What crosses the borders between the packages.
var (
	_ fleet.Client = (*daprclient.Client)(nil)
	_ model.Client = (*fleet.Fleet)(nil)
	_ watch.Source = (*daprclient.Client)(nil)
	_ idlist.Lists = (*fleet.Fleet)(nil)
	_ local.Fleet  = (*fleet.Fleet)(nil)
	_ model.Feed   = (*fleet.Mailbox)(nil)
	_ model.Client = (*opened.File)(nil)
	_ model.Feed   = (*opened.File)(nil)
)

// The exit statuses: a fault of the call is 2, as with other tools.
const (
	exitFailure = 1
	exitUsage   = 2
)

// failure marks an error of running, which is not one of the command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

func main() {
	heap.FromEnvironment() // until there is a list
	os.Exit(execute())
}

func execute() int {
	err := runCommand(context.Background(), os.Args[1:], terminal.Of(os.Getenv).Plain || input.Background(os.Stdout))
	var failed failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &failed):
		return exitFailure
	}
	return exitUsage
}

// runCommand runs the command line and prints what is wrong with it. Help is
// drawn by fang, which asks the terminal for its background first; for an error,
// or on a plain terminal, nothing is asked.
func runCommand(ctx context.Context, args []string, plain bool) error {
	root := rootCommand()
	root.SetArgs(args)
	if asksHelp(args) && !plain {
		return fang.Execute(ctx, root, fang.WithErrorHandler(printError)) //nolint:wrapcheck // it is the command's own
	}
	root.SilenceUsage, root.SilenceErrors = true, true
	if info, ok := debug.ReadBuildInfo(); ok {
		root.Version = info.Main.Version
	}
	err := root.ExecuteContext(ctx)
	if err != nil {
		printError(os.Stderr, fang.Styles{}, err)
	}
	return err //nolint:wrapcheck // it is the command's own
}

// asksHelp reports whether a command line asks for what fang draws or makes.
func asksHelp(args []string) bool {
	for i, a := range args {
		switch {
		case a == "-h", a == "--help", a == "--version", a == "-v":
			return true
		case i == 0 && (a == "help" || a == "man" || a == "completion" || strings.HasPrefix(a, "__complete")):
			return true
		}
	}
	return false
}

// printError prints what is wrong and nothing else: in one line, or of several
// things each in its own. The mistakes of a file begin with their place. What a
// terminal obeys is taken out: an error may repeat what a sidecar has sent.
func printError(w io.Writer, _ fang.Styles, err error) {
	var mistakes config.Mistakes
	if errors.As(err, &mistakes) {
		_, _ = fmt.Fprintln(w, mistakes.Error())
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		_, _ = fmt.Fprintln(w, "daprdeck: "+workflow.Clean(line))
	}
}

func rootCommand() *cobra.Command {
	var f flags
	root := &cobra.Command{
		Use:   "daprdeck",
		Short: "A terminal console for Dapr workflow instances",
		Long: "Daprdeck shows the workflow instances behind Dapr sidecars and acts on them: pause, resume, raise an event, " +
			"terminate, purge, start, rerun.\n\nWithout --address and without a context it follows DAPR_GRPC_ENDPOINT, then DAPR_GRPC_PORT; " +
			"without those it finds the sidecars of this machine, and looks at 127.0.0.1:50001. DAPR_API_TOKEN is sent when it is set.",
		Example: "  daprdeck\n  daprdeck --address 127.0.0.1:50001 --read-only\n  daprdeck --context prod\n  daprdeck demo",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := f.session(cmd, true)
			if err != nil {
				return err
			}
			return s.run(cmd.Context())
		},
	}
	root.SetFlagErrorFunc(badFlag)
	f.everywhere(root.PersistentFlags())
	f.connection(root.Flags())
	f.printing(root.Flags())
	root.AddCommand(demoCommand(&f), openCommand(&f), configCommand(&f))
	return root
}

func demoCommand(f *flags) *cobra.Command {
	var seed uint64
	var instances int
	demo := &cobra.Command{
		Use:   "demo",
		Short: "Run the embedded engine with sample workflows and open the console on it",
		Long:  "Demo needs no Dapr, no container and no network: the workflow engine runs in the same process, and the console talks to it over gRPC on loopback as it talks to a sidecar.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if instances < 0 {
				return errors.New("--instances cannot be negative")
			}
			s, err := f.session(cmd, false)
			if err != nil {
				return err
			}
			return s.demo(cmd.Context(), seed, instances)
		},
	}
	demo.Flags().Uint64Var(&seed, "seed", 1, "makes the sequence of instances repeatable")
	demo.Flags().IntVar(&instances, "instances", 60, "how many instances there are when the screen opens")
	return demo
}

func openCommand(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:     "open FILE",
		Short:   "Show a saved instance with its tree",
		Long:    "Open shows an instance that was saved with ctrl+e, and its child workflows, in the same screens. It needs no sidecar, and changes nothing.",
		Example: "  daprdeck open order-1042-saved.json",
		Args:    oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := f.session(cmd, false)
			if err != nil {
				return err
			}
			return s.open(cmd.Context(), args[0])
		},
	}
}
