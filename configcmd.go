package main

import (
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func configCommand(f *flags) *cobra.Command {
	var path bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print the configuration that holds, and where each value comes from",
		Long: "Config prints what would hold for a console that is started with the same flags in the same environment, as YAML " +
			"with a comment behind each value. A token is never printed, only where it is from.",
		Example: "  daprdeck config\n  daprdeck config --context prod\n  daprdeck config --path",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := f.configure(cmd, true)
			text := c.Print(c.place, c.found, home())
			switch {
			case path:
				text = pathFor(cmd.OutOrStdout(), c.place.Path) + "\n" // also of one with mistakes
			case err != nil:
				return err
			}
			if _, err := fmt.Fprint(cmd.OutOrStdout(), text); err != nil {
				return failure{err}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&path, "path", false, "print only where the file is looked for")
	f.connection(cmd.Flags())
	return cmd
}

// pathFor returns a path as it is printed to out: as it is, or on a terminal
// escaped.
func pathFor(out io.Writer, path string) string {
	if file, ok := out.(*os.File); ok && term.IsTerminal(file.Fd()) {
		return workflow.Escaped(path)
	}
	return path
}
