package harness

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestCached: a folder is filled once for what it is made from, and again when
// that changes, when a file is gone or when the filling failed.
func TestCached(t *testing.T) {
	t.Setenv(CacheEnv, t.TempDir())
	fills := 0
	get := func(want string, failure error) (string, error) {
		return Cached(t.Context(), "thing", want, []string{"file"}, func(_ io.Writer, dir string) error {
			fills++
			if failure != nil {
				return failure
			}
			return os.WriteFile(filepath.Join(dir, "file"), []byte(want), 0o600)
		})
	}
	var dir string
	for i, step := range []struct {
		want    string
		failure error
		remove  bool
		fills   int
	}{
		{want: "a", failure: errors.New("no network"), fills: 1},
		{want: "a", fills: 2},
		{want: "a", fills: 2},
		{want: "b", fills: 3},
		{want: "b", remove: true, fills: 4},
		{want: "c", failure: errors.New("no network"), fills: 5},
		{want: "c", fills: 6},
	} {
		if step.remove {
			if err := os.Remove(filepath.Join(dir, "file")); err != nil {
				t.Fatal(err)
			}
		}
		got, err := get(step.want, step.failure)
		if (err != nil) != (step.failure != nil) || fills != step.fills {
			t.Errorf("step %d: filled %d times, want %d; %v", i, fills, step.fills, err)
		}
		if err == nil {
			dir = got
		}
	}
}

// TestHeadWriter: the first bytes are kept and the rest is dropped, without an
// error that would end the one who writes.
func TestHeadWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	w := &headWriter{file: f, left: 5}
	for range 3 {
		if n, err := fmt.Fprint(w, "abc"); n != 3 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if got, err := os.ReadFile(path); string(got) != "abcab" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
