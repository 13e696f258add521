package idlist

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func store(t *testing.T) Store {
	t.Helper()
	return NewStore(filepath.Join(t.TempDir(), "state", "daprdeck", "ids"))
}

// done fails the test on an error and returns the IDs.
func done(t *testing.T) func([]string, error) []string {
	return func(ids []string, err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestStore: what is added is there for the next console, the latest last, and
// apart from other apps.
func TestStore(t *testing.T) {
	t.Parallel()
	s, ctx, ok := store(t), t.Context(), done(t)
	equal(t, ok(s.Load("orders")))
	equal(t, ok(s.Remove(ctx, "orders", "a")))
	equal(t, ok(s.Add(ctx, "orders", "b", "a", "b")), "b", "a")
	equal(t, ok(s.Add(ctx, "billing", "x")), "x")
	equal(t, ok(s.Add(ctx, "orders", "c", "b")), "a", "c", "b")
	equal(t, ok(NewStore(s.dir).Load("orders")), "a", "c", "b")
	equal(t, ok(s.Remove(ctx, "orders", "c", "none")), "a", "b")
	equal(t, ok(s.Remove(ctx, "orders", "a", "b")))
	equal(t, ok(s.Load("orders")))
	equal(t, ok(s.Load("billing")), "x")
	odd := []string{" a ", "#", "a\nb", "\r", `"\`, "<&>\u2028", "订单🎁", "\x1b[31m", strings.Repeat("é", MaxLength/2)}
	equal(t, ok(s.Add(ctx, "odd", odd...)), odd...)
	equal(t, ok(s.Load("odd")), odd...)
}

// TestRefusedIDs: what cannot be asked for is not remembered, nor what comes
// with it.
func TestRefusedIDs(t *testing.T) {
	t.Parallel()
	s := store(t)
	for _, id := range []string{"", "\xff", "a\x00", strings.Repeat("x", MaxLength+1)} {
		if ids, err := s.Add(t.Context(), "orders", "fine", id); err == nil {
			t.Errorf("%q was added: %q", id, ids)
		}
	}
	equal(t, done(t)(s.Load("orders")))
}

// TestApps: any app has a file of its own in the folder and nowhere else.
func TestApps(t *testing.T) {
	t.Parallel()
	s, ok := store(t), done(t)
	apps := []string{
		"", ".", "..", "../../etc/passwd", "/", "a/b", "a_b", `a\b`, "A", "a", "CON", "nul.json", "a\x00b", "\xff", "\xfe", "~", "lock",
		"\x1b]0;x\x07", "订单", strings.Repeat("x", 4000), strings.Repeat("x", 4001), "-rf",
	}
	for _, app := range apps {
		equal(t, ok(s.Add(t.Context(), app, "of "+strconv.Quote(app[:min(len(app), 9)]))), "of "+strconv.Quote(app[:min(len(app), 9)]))
	}
	for _, app := range apps {
		equal(t, ok(s.Load(app)), "of "+strconv.Quote(app[:min(len(app), 9)]))
	}
	files, err := os.ReadDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(apps)+1 { // and the lock
		t.Errorf("%d files for %d apps", len(files), len(apps))
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || len(f.Name()) > 120 || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%q: %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if outside, err := os.ReadDir(filepath.Dir(s.dir)); err != nil || len(outside) != 1 {
		t.Errorf("beside the folder: %v, %v", outside, err)
	}
}

// TestOnlyTheUser: the folder is closed to others, also when it was open.
func TestOnlyTheUser(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	s := store(t)
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	done(t)(s.Add(t.Context(), "orders", "a"))
	if info, err := os.Stat(s.dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestForgetsTheOldest: there are never more than the limit.
func TestForgetsTheOldest(t *testing.T) {
	t.Parallel()
	s, ok := store(t), done(t)
	ids := make([]string, MaxIDs)
	for i := range ids {
		ids[i] = strconv.Itoa(i)
	}
	ok(s.Add(t.Context(), "orders", ids...))
	equal(t, ok(s.Add(t.Context(), "orders", "0", "new")), append(slices.Clone(ids[2:]), "0", "new")...)
	equal(t, ok(s.Add(t.Context(), "orders", append([]string{"first"}, ids...)...)), ids...)
	equal(t, ok(s.Load("orders")), ids...)
}

// TestHostileFiles: a file that is none of the store's is neither taken for one
// nor written over.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	s := store(t)
	done(t)(s.Add(t.Context(), "orders", "a"))
	path := s.path("orders")
	for what, text := range map[string]string{
		"nothing": "", "cut": `{"format":"daprdeck-ids/1","ids":["a"`, "another version": `{"format":"daprdeck-ids/2","ids":["a"]}`,
		"no list": `{"format":"daprdeck-ids/1","ids":"a"}`, "other bytes": "\xff\x00\x1b[2J", "an empty ID": `{"format":"daprdeck-ids/1","ids":[""]}`,
		"deep": strings.Repeat("[", 100_000), "two": `{"format":"daprdeck-ids/1","ids":["a"]}{}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if ids, err := s.Load("orders"); err == nil || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%s: %q, %v", what, ids, err)
		}
		if ids, err := s.Add(t.Context(), "orders", "b"); err == nil {
			t.Errorf("%s: added: %q", what, ids)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != text {
			t.Errorf("%s: the file was changed to %q, %v", what, now, err)
		}
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, maxFile+1); err != nil {
		t.Fatal(err)
	}
	if ids, err := s.Load("orders"); err == nil {
		t.Errorf("a huge file: %q", ids)
	}
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	if ids, err := s.Load("orders"); err == nil {
		t.Errorf("a folder: %q", ids)
	}
}

// TestNoPlace: without a folder that can be written to, it says so.
func TestNoPlace(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := NewStore(filepath.Join(file, "ids"))
	var pathErr *fs.PathError
	if _, err := s.Add(t.Context(), "orders", "a"); !errors.As(err, &pathErr) {
		t.Errorf("got %v", err)
	}
}

// storeEnv makes this test program one that writes to the store in its working
// folder, under the name that it says.
const storeEnv = "DAPRDECK_TEST_STORE"

const (
	writers = 6
	perEach = 20
)

// addMany adds pairs of IDs, and takes one of each pair away again.
func addMany(ctx context.Context, s Store, who string) error {
	for i := range perEach {
		id := fmt.Sprintf("%s-%d", who, i)
		if _, err := s.Add(ctx, "orders", id, id+"-gone"); err != nil {
			return err
		}
		if _, err := s.Remove(ctx, "orders", id+"-gone"); err != nil {
			return err
		}
	}
	return nil
}

// TestAtOnce: several consoles, in this process and in others, lose nothing of
// each other's, and nobody reads a half of a file.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	s := store(t)
	self, err := os.Executable()
	if err = errors.Join(err, s.makeDir()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	errs := make(chan error, writers+1)
	for w := range writers {
		wg.Go(func() {
			if w%2 == 0 {
				errs <- addMany(ctx, s, strconv.Itoa(w))
				return
			}
			cmd := exec.CommandContext(ctx, self)
			cmd.Env, cmd.Dir, cmd.Stderr = append(os.Environ(), storeEnv+"="+strconv.Itoa(w)), s.dir, os.Stderr
			errs <- cmd.Run()
		})
	}
	reads, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for reads.Err() == nil {
			if _, err := s.Load("orders"); err != nil {
				errs <- err
				return
			}
		}
	}()
	wg.Wait()
	stop()
	<-ended
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	var want []string
	for w := range writers {
		for i := range perEach {
			want = append(want, fmt.Sprintf("%d-%d", w, i))
		}
	}
	got := done(t)(s.Load("orders"))
	slices.Sort(got)
	slices.Sort(want)
	equal(t, got, want...)
}

// TestWaits: a write waits for the lock no longer than it may.
func TestWaits(t *testing.T) {
	t.Parallel()
	s := store(t)
	if err := s.makeDir(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.dir, "lock")
	unlock, err := lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		t.Skip("no locks on Windows")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.Add(ctx, "orders", "a"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	unlock()
	equal(t, done(t)(s.Add(t.Context(), "orders", "b")), "b")
}

func TestDefaultDir(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has another place")
	}
	t.Setenv("HOME", "/home/me")
	for state, want := range map[string]string{
		"/var/me": "/var/me/daprdeck/ids", "": "/home/me/.local/state/daprdeck/ids", "relative": "/home/me/.local/state/daprdeck/ids",
	} {
		t.Setenv("XDG_STATE_HOME", state)
		if got, err := DefaultDir(os.Getenv); got != want || err != nil {
			t.Errorf("%q: %s, %v", state, got, err)
		}
	}
}
