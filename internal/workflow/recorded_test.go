package workflow_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/saved"
)

// recorded reads an instance that test/dapr/cmd/record has recorded on the
// real runtime, as "go-retries"; the instances of its tree follow it.
func recorded(t testing.TB, name string) saved.File {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "histories", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	file, err := saved.Read(f)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return file
}

// allRecorded are the names of all recordings.
func allRecorded(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "histories", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(p), ".json")
	}
	return paths
}
