package console

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// Build compiles the console into dir and returns the path of the program.
// With race it carries the race detector, whose reports go to standard error,
// here the terminal, and make the exit status 66.
func Build(ctx context.Context, dir string, race bool) (string, error) {
	root, err := harness.RepositoryRoot()
	if err != nil {
		return "", err
	}
	return compile(ctx, root, ".", filepath.Join(dir, "daprdeck"), race)
}

// compile builds a package of the module in folder to the file target.
func compile(ctx context.Context, folder, pkg, target string, race bool) (string, error) {
	args := []string{"build", "-o", target}
	if race {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, pkg)...)
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s in %s: %w\n%s", pkg, folder, err, out)
	}
	return target, nil
}
