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

// DaprVersion is the runtime that the tests run against.
const DaprVersion = "1.18.0"

// CacheEnv names the environment variable that overrides the folder where the
// built programs are kept.
const CacheEnv = "DAPRDECK_TEST_CACHE"

// Binaries are the paths of the three programs of the Dapr runtime.
type Binaries struct {
	Daprd     string
	Placement string
	Scheduler string
}

// programs are built in this order: the two small ones share most packages
// with daprd, so that a failure shows early.
func programs() []string { return []string{"placement", "scheduler", "daprd"} }

// buildArgs are the arguments of "go build" for the runtime. daprd panics at
// start without a components tag, and reports the version "edge" without the
// linker flag. The symbol table is left out: it is a third of the file.
func buildArgs() []string {
	return []string{
		"build", "-trimpath", "-buildvcs=false", "-tags", "stablecomponents",
		"-ldflags", "-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=" + DaprVersion,
	}
}

// Build returns the three programs of the runtime, compiling them first when
// the cache folder does not hold them or when their module or the Go version
// has changed. From nothing that takes about seven minutes on two cores; it
// says so on standard error, and on the terminal too, since "go test" holds
// back the output of a test that is still running. Processes that call it at
// the same time wait for one another.
func Build(ctx context.Context) (Binaries, error) {
	dir, err := cacheDir()
	if err != nil {
		return Binaries{}, err
	}
	src, err := runtimeModule()
	if err != nil {
		return Binaries{}, err
	}
	unlock, err := lockFile(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return Binaries{}, err
	}
	defer unlock()

	bins := Binaries{
		Daprd:     filepath.Join(dir, "daprd"),
		Placement: filepath.Join(dir, "placement"),
		Scheduler: filepath.Join(dir, "scheduler"),
	}
	want, err := fingerprint(ctx, src)
	if err != nil {
		return Binaries{}, err
	}
	if upToDate(dir, want) {
		return bins, nil
	}
	out, closeOut := progress()
	defer closeOut()
	if err := buildAll(ctx, out, src, dir); err != nil {
		return Binaries{}, err
	}
	if err := os.WriteFile(filepath.Join(dir, "stamp"), []byte(want), 0o600); err != nil {
		return Binaries{}, fmt.Errorf("record the build: %w", err)
	}
	return bins, nil
}

// cacheDir is the folder of the built programs: outside the repository, and
// shared by every clone of it.
func cacheDir() (string, error) {
	dir := os.Getenv(CacheEnv)
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a cache folder (set %s): %w", CacheEnv, err)
		}
		dir = filepath.Join(base, "daprdeck-test")
	}
	dir, err := filepath.Abs(filepath.Join(dir, "dapr-"+DaprVersion))
	if err != nil {
		return "", fmt.Errorf("cache folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}
	return dir, nil
}

// errNoModule says that the working directory is not inside this repository.
var errNoModule = errors.New("test/dapr/runtime not found above the working directory")

// runtimeModule finds the folder of the build-only module by walking up from
// the working directory: tests run in their package's folder and commands in
// the repository.
func runtimeModule() (string, error) {
	root, err := RepositoryRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, "test", "dapr", "runtime"), nil
}

// RepositoryRoot is the folder that holds the console's own go.mod.
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
func fingerprint(ctx context.Context, src string) (string, error) {
	version, err := exec.CommandContext(ctx, "go", "env", "GOVERSION").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s\n%q\n", version, buildArgs())
	files := []string{"go.mod", "go.sum"}
	for _, p := range programs() {
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

// upToDate reports whether dir holds all programs, built from want.
func upToDate(dir, want string) bool {
	got, err := os.ReadFile(filepath.Join(dir, "stamp"))
	if err != nil || string(got) != want {
		return false
	}
	for _, p := range programs() {
		if _, err := os.Stat(filepath.Join(dir, p)); err != nil {
			return false
		}
	}
	return true
}

// buildAll compiles every program next to its final name and then renames it,
// so that an interrupted build leaves no half of a program behind.
func buildAll(ctx context.Context, out io.Writer, src, dir string) error {
	say(out, "building Dapr %s (%s) into %s; about seven minutes on two cores the first time, seconds after that",
		DaprVersion, strings.Join(programs(), ", "), dir)
	start := time.Now()
	for i, p := range programs() {
		say(out, "building %s (%d of %d)", p, i+1, len(programs()))
		target := filepath.Join(dir, p)
		args := append(buildArgs(), "-o", target+".new", "./"+p)
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = src
		if msg, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", p, err, msg)
		}
		if err := os.Rename(target+".new", target); err != nil {
			return fmt.Errorf("build %s: %w", p, err)
		}
	}
	say(out, "Dapr %s is built (%s)", DaprVersion, time.Since(start).Round(time.Second))
	return nil
}

func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, "daprdeck tests: "+format+"\n", args...)
}

// progress is where a long build reports: standard error, and the terminal as
// well when there is one and standard error is something else.
func progress() (io.Writer, func()) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice != 0 {
		return os.Stderr, func() {}
	}
	tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	if err != nil {
		return os.Stderr, func() {}
	}
	return io.MultiWriter(os.Stderr, tty), func() { _ = tty.Close() }
}
