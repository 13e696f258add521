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
