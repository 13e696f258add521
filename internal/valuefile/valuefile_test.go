package valuefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func holds(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
}

func TestWriteReplacesOnlyWhenAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "value.json")
	if err := Write(path, `{"a":1}`, false); err != nil {
		t.Fatal(err)
	}
	holds(t, path, `{"a":1}`)
	if err := Write(path, "other", false); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	holds(t, path, `{"a":1}`)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, "other", true); err != nil {
		t.Error(err)
	}
	holds(t, path, "other")
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestWriteOnlyToRegularFiles(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, link, os.DevNull, "", filepath.Join(dir, "no", "folder")} {
		if err := Write(path, "x", true); err == nil {
			t.Errorf("%q was written", path)
		}
	}
	holds(t, target, "kept")
}

func TestWriteInTheHomeFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	if err := Write("~/value", "x", false); err != nil {
		t.Fatal(err)
	}
	holds(t, filepath.Join(home, "value"), "x")
}
