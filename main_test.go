package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOpenOfWhatIsNoSavedInstance: one line, and the exit status of a failure.
func TestOpenOfWhatIsNoSavedInstance(t *testing.T) {
	alone(t, "")
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{\"format\":\"\x1b[2J\""), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{broken, broken + ".missing", filepath.Dir(broken)} {
		root := rootCommand()
		root.SetArgs([]string{"open", path})
		root.SetOut(io.Discard)
		root.SetErr(io.Discard)
		err := root.ExecuteContext(t.Context())
		var failed failure
		if !errors.As(err, &failed) || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
