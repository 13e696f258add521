package harness

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// CacheEnv names the environment variable that overrides the folder where the
// built programs are kept.
const CacheEnv = "DAPRDECK_TEST_CACHE"

// Cached returns a folder of the tests' cache, which is outside the repository
// and shared by every clone of it. When the folder was not filled from want, or
// lacks one of the files, fill fills it first. It may report to out: standard
// error, and the terminal too, since "go test" holds back the output of a test
// that is still running. Processes that call it at the same time wait for one
// another.
func Cached(ctx context.Context, name, want string, files []string, fill func(out io.Writer, dir string) error) (string, error) {
	dir, err := cacheDir(name)
	if err != nil {
		return "", err
	}
	unlock, err := lockFile(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if upToDate(dir, want, files) {
		return dir, nil
	}
	out, closeOut := progress()
	defer closeOut()
	if err := fill(out, dir); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "stamp"), []byte(want), 0o600); err != nil {
		return "", fmt.Errorf("record the build: %w", err)
	}
	return dir, nil
}

// cacheDir returns a folder of the cache and makes it when it is not there.
func cacheDir(name string) (string, error) {
	dir := os.Getenv(CacheEnv)
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a cache folder (set %s): %w", CacheEnv, err)
		}
		dir = filepath.Join(base, "daprdeck-test")
	}
	dir, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		return "", fmt.Errorf("cache folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}
	return dir, nil
}

// upToDate reports whether dir holds all files, made from want.
func upToDate(dir, want string, files []string) bool {
	got, err := os.ReadFile(filepath.Join(dir, "stamp"))
	if err != nil || string(got) != want {
		return false
	}
	for _, name := range files {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, "daprdeck tests: "+format+"\n", args...)
}

// progress returns where a long build reports: standard error, and the terminal
// as well when there is one and standard error is something else.
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
