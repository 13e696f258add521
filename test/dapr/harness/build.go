package harness

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
	"strings"
	"time"
)

// DaprVersion is the runtime that the tests run against, OldDaprVersion the one
// that can neither list instances nor give their histories.
const (
	DaprVersion    = "1.18.0"
	OldDaprVersion = "1.16.0"
)

// Binaries are the paths of the three programs of the Dapr runtime.
type Binaries struct {
	Daprd     string
	Placement string
	Scheduler string
}

// OldBinaries are the paths of the older daprd, which works with today's
// placement and scheduler, and of a worker that can serve it.
type OldBinaries struct {
	Daprd  string
	Worker string
}

// release is what is built from one build-only module.
type release struct {
	version string
	module  string // its folder in test/dapr
	// programs are built in this order: the small ones share most packages with
	// daprd, so that a failure shows early.
	programs []string
	takes    string // on two cores, from nothing
}

func currentRelease() release {
	return release{DaprVersion, "runtime", []string{"placement", "scheduler", "daprd"}, "seven minutes"}
}

func oldRelease() release {
	return release{OldDaprVersion, "runtime116", []string{"worker", "daprd"}, "five minutes"}
}

// buildArgs are the arguments of "go build" for a release. daprd panics at
// start without a components tag, and reports the version "edge" without the
// linker flag. The symbol table is left out: it is a third of the file.
func (r release) buildArgs() []string {
	return []string{
		"build", "-trimpath", "-buildvcs=false", "-tags", "stablecomponents",
		"-ldflags", "-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=" + r.version,
	}
}

// Build returns the three programs of the runtime, compiling them first when
// the cache folder does not hold them or when their module or the Go version
// has changed. From nothing that takes about seven minutes on two cores; it
// says so on standard error, and on the terminal too, since "go test" holds
// back the output of a test that is still running. Processes that call it at
// the same time wait for one another.
func Build(ctx context.Context) (Binaries, error) {
	dir, err := currentRelease().build(ctx)
	if err != nil {
		return Binaries{}, err
	}
	return Binaries{
		Daprd:     filepath.Join(dir, "daprd"),
		Placement: filepath.Join(dir, "placement"),
		Scheduler: filepath.Join(dir, "scheduler"),
	}, nil
}

// BuildOld is Build for the older release.
func BuildOld(ctx context.Context) (OldBinaries, error) {
	dir, err := oldRelease().build(ctx)
	if err != nil {
		return OldBinaries{}, err
	}
	return OldBinaries{Daprd: filepath.Join(dir, "daprd"), Worker: filepath.Join(dir, "worker")}, nil
}

// build sees to it that every program of a release is there, and returns their
// folder.
func (r release) build(ctx context.Context) (string, error) {
	root, err := RepositoryRoot()
	if err != nil {
		return "", err
	}
	src := filepath.Join(root, "test", "dapr", r.module)
	want, err := r.fingerprint(ctx, src)
	if err != nil {
		return "", err
	}
	return Cached(ctx, "dapr-"+r.version, want, r.programs, func(out io.Writer, dir string) error {
		return r.buildAll(ctx, out, src, dir)
	})
}

// errNoModule says that the working directory is not inside this repository.
var errNoModule = errors.New("test/dapr/runtime not found above the working directory")

// RepositoryRoot is the folder that holds the console's own go.mod. It is found
// by walking up from the working directory: tests run in their package's folder
// and commands in the repository.
func RepositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("working directory: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "test", "dapr", "runtime", "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errNoModule
		}
		dir = parent
	}
}

// fingerprint identifies everything the programs are made from.
func (r release) fingerprint(ctx context.Context, src string) (string, error) {
	version, err := exec.CommandContext(ctx, "go", "env", "GOVERSION").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s\n%q\n", version, r.buildArgs())
	files := []string{"go.mod", "go.sum"}
	for _, p := range r.programs {
		files = append(files, filepath.Join(p, "main.go"))
	}
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(src, name))
		if err != nil {
			return "", fmt.Errorf("read the runtime module: %w", err)
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", name, len(data), data)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// buildAll compiles every program next to its final name and then renames it,
// so that an interrupted build leaves no half of a program behind.
func (r release) buildAll(ctx context.Context, out io.Writer, src, dir string) error {
	say(out, "building Dapr %s (%s) into %s; about %s on two cores the first time, seconds after that",
		r.version, strings.Join(r.programs, ", "), dir, r.takes)
	start := time.Now()
	for i, p := range r.programs {
		say(out, "building %s (%d of %d)", p, i+1, len(r.programs))
		target := filepath.Join(dir, p)
		args := append(r.buildArgs(), "-o", target+".new", "./"+p)
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = src
		if msg, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", p, err, msg)
		}
		if err := os.Rename(target+".new", target); err != nil {
			return fmt.Errorf("build %s: %w", p, err)
		}
	}
	say(out, "Dapr %s is built (%s)", r.version, time.Since(start).Round(time.Second))
	return nil
}
