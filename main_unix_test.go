//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadPayload loads a regular file and refuses what could hang the console
// or fill its memory: a pipe that nobody writes to, a device without an end.
func TestReadPayload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fine, large, pipe := filepath.Join(dir, "fine"), filepath.Join(dir, "large"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(fine, []byte(`{"a":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, maxPayloadFile+1); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := readPayload(fine); err != nil || got != `{"a":1}` {
		t.Errorf("readPayload = %q, %v", got, err)
	}
	for path, want := range map[string]string{
		dir: "is a folder", large: "is larger than 64 MB", pipe: "is not a regular file",
		"/dev/zero": "is not a regular file", filepath.Join(dir, "none"): "no such file",
	} {
		if _, err := readPayload(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("readPayload(%s) = %v, want %q", path, err, want)
		}
	}
}

// TestTheLogIsARegularFile: nothing that hangs, and nothing behind a link.
func TestTheLogIsARegularFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, link, target, dangling := filepath.Join(dir, "pipe"), filepath.Join(dir, "link"), filepath.Join(dir, "target"), filepath.Join(dir, "dangling")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, l := range [][2]string{{target, link}, {filepath.Join(dir, "none"), dangling}} {
		if err := os.Symlink(l[0], l[1]); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		pipe: "is not a regular file", link: "is a symbolic link", dangling: "is a symbolic link", dir: "is not a regular file", "/dev/null": "is not a regular file",
	} {
		if _, _, err := openLog(path, func(string) {}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the mode of the target is %v, %v", info.Mode(), err)
	}
	if _, err := os.Stat(filepath.Join(dir, "none")); err == nil {
		t.Error("a file was made behind a link")
	}
	path := filepath.Join(dir, "log")
	_, closeLog, err := openLog(path, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	closeLog()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the log is %v, %v", info.Mode(), err)
	}
}

// TestAFullDiskIsSaidOnce: not with each line.
func TestAFullDiskIsSaidOnce(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full: " + err.Error())
	}
	defer func() { _ = full.Close() }()
	var said []string
	l := &logFile{file: full, troubled: func(s string) { said = append(said, s) }}
	for range 3 {
		if _, err := l.Write([]byte("a line\n")); err == nil {
			t.Fatal("it was written")
		}
	}
	if len(said) != 1 || !strings.Contains(said[0], "no space left") {
		t.Errorf("%q", said)
	}
}

// TestOpenLooksAtTheSizeFirst: a file of any size fails at once.
func TestOpenLooksAtTheSizeFirst(t *testing.T) {
	alone(t, "")
	huge := filepath.Join(t.TempDir(), "huge.json")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 1<<40); err != nil {
		t.Skip("this file system has no room for a sparse file: " + err.Error())
	}
	if _, err := run(t, "open", huge); err == nil || !strings.Contains(err.Error(), "is larger than 256 MB") {
		t.Errorf("%v", err)
	}
}
