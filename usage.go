package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// badFlag says which flag was meant by one that does not exist, and otherwise
// where they are listed.
func badFlag(cmd *cobra.Command, err error) error {
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return meant(cmd, err, "--", workflow.Nearest(name, names))
}

// noArgs is for commands without arguments: of the root they are commands that
// do not exist.
func noArgs(cmd *cobra.Command, args []string) error {
	err := cobra.NoArgs(cmd, args)
	if err == nil {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return meant(cmd, err, "", workflow.Nearest(args[0], names))
}

// oneFile is for a command on one file.
func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		return nil
	}
	return fmt.Errorf("one file is wanted, not %d: daprdeck %s", len(args), cmd.Use)
}

// meant adds the name that was meant, where one is near.
func meant(cmd *cobra.Command, err error, before, near string) error {
	if near == "" {
		return fmt.Errorf("%w; %s --help lists what there is", err, cmd.CommandPath())
	}
	return fmt.Errorf("%w; did you mean %s%s?", err, before, near)
}
