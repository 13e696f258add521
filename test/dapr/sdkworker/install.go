package sdkworker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// installWithin bounds the installation of one SDK, which takes a minute at most
// on a slow line.
const installWithin = 10 * time.Minute

// installed is a worker that can be started.
type installed struct {
	spec
	src string // the worker's folder in the repository
	dir string // what was installed
}

// Install installs what the worker needs, unless it has been done from the same
// pins before.
func (s SDK) Install(ctx context.Context) error {
	_, err := s.install(ctx)
	return err
}

func (s SDK) install(ctx context.Context) (installed, error) {
	sp, err := s.spec()
	if err != nil {
		return installed{}, err
	}
	if err := s.Present(ctx); err != nil {
		return installed{}, err
	}
	root, err := harness.RepositoryRoot()
	if err != nil {
		return installed{}, err
	}
	src := filepath.Join(root, "test", "dapr", "workers", string(s))
	want, err := sp.fingerprint(ctx, src)
	if err != nil {
		return installed{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, installWithin)
	defer cancel()
	// A folder for each fingerprint: two clones of the repository with other
	// pins need not take turns.
	name := filepath.Join("workers", string(s)+"-"+want[:12])
	dir, err := harness.Cached(ctx, name, want, nil, func(out io.Writer, dir string) error {
		_, _ = fmt.Fprintf(out, "daprdeck tests: installing the %s worker into %s\n", s, dir)
		return sp.install(ctx, src, dir)
	})
	if err != nil {
		return installed{}, fmt.Errorf("install the %s worker: %w", s, err)
	}
	return installed{spec: sp, src: src, dir: dir}, nil
}

// fingerprint identifies what is installed: the pins and the language's version.
func (sp spec) fingerprint(ctx context.Context, src string) (string, error) {
	version, err := exec.CommandContext(ctx, sp.version.program, sp.version.args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w", sp.version.program, err)
	}
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s\n", version)
	for _, pattern := range sp.pins {
		paths, err := filepath.Glob(filepath.Join(src, pattern))
		if err != nil || len(paths) == 0 {
			return "", fmt.Errorf("%w: %s in %s", errNoPins, pattern, src)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				return "", fmt.Errorf("read the pins: %w", err)
			}
			_, _ = fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(path), len(data), data)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

var errNoPins = errors.New("no such file among the worker's pins")
