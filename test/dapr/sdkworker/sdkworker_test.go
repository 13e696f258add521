package sdkworker

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// report is a test that writes down how it was ended.
type report struct {
	*testing.T
	skipped, failed string
}

func (r *report) Skipf(format string, args ...any)  { r.skipped = fmt.Sprintf(format, args...) }
func (r *report) Fatalf(format string, args ...any) { r.failed = fmt.Sprintf(format, args...) }

// TestRequire: without the language a test is skipped with the reason, and fails
// in CI.
func TestRequire(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, sdk := range All() {
		program := map[SDK]string{Python: "python3", JavaScript: "node", Java: "javac"}[sdk]
		t.Setenv("CI", "")
		away := &report{T: t}
		sdk.Require(away)
		if away.failed != "" || !strings.Contains(away.skipped, program) {
			t.Errorf("%s: skipped %q, failed %q, want it skipped for %s", sdk, away.skipped, away.failed, program)
		}
		t.Setenv("CI", "true")
		ci := &report{T: t}
		sdk.Require(ci)
		if ci.skipped != "" || !strings.Contains(ci.failed, program) {
			t.Errorf("%s in CI: skipped %q, failed %q, want it failed for %s", sdk, ci.skipped, ci.failed, program)
		}
	}
}

func TestParse(t *testing.T) {
	for _, sdk := range All() {
		if got, err := Parse(strings.ToUpper(string(sdk))); got != sdk || err != nil {
			t.Errorf("%s: %q, %v", sdk, got, err)
		}
	}
	if _, err := Parse("rust"); err == nil || !strings.Contains(err.Error(), `"rust"`) {
		t.Errorf("rust: %v", err)
	}
}

// folder is the worker's folder in the repository.
func folder(t *testing.T, sdk SDK) string {
	t.Helper()
	root, err := harness.RepositoryRoot()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "test", "dapr", "workers", string(sdk))
}

// TestPins: what is installed follows from the pins, each of which has a
// version, and they name no registry.
func TestPins(t *testing.T) {
	registry := regexp.MustCompile(`(?i)"resolved"|index-url|find-links|<repositor|<pluginRepositor|registry\s*=`)
	for _, sdk := range All() {
		sp, err := sdk.spec()
		if err != nil {
			t.Fatal(err)
		}
		for _, pattern := range sp.pins {
			paths, _ := filepath.Glob(filepath.Join(folder(t, sdk), pattern))
			for _, path := range paths {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if found := registry.Find(data); found != nil {
					t.Errorf("%s has %q", path, found)
				}
			}
		}
	}
	data, err := os.ReadFile(filepath.Join(folder(t, Python), "requirements.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") && !regexp.MustCompile(`^[\w-]+==[\w.]+\n$`).MatchString(line) {
			t.Errorf("requirements.txt: %q has no version", line)
		}
	}
}

// TestFingerprint: another pin or source makes another folder.
func TestFingerprint(t *testing.T) {
	sp := spec{pins: []string{"a.txt", "src/*.x"}, version: need{"go", []string{"version"}}}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	now := func() string {
		t.Helper()
		got, err := sp.fingerprint(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	write("a.txt", "1")
	if _, err := sp.fingerprint(context.Background(), dir); err == nil {
		t.Error("a source that is missing has a fingerprint")
	}
	write("src/one.x", "1")
	seen := map[string]string{now(): "the first"}
	for _, change := range []struct{ name, text string }{{"a.txt", "2"}, {"src/one.x", "2"}, {"src/two.x", ""}} {
		write(change.name, change.text)
		got := now()
		if before, ok := seen[got]; ok {
			t.Errorf("after %s: the fingerprint of %s", change.name, before)
		}
		seen[got] = change.name
	}
	if got := now(); seen[got] != "src/two.x" {
		t.Error("the fingerprint changes by itself")
	}
}

// TestSameNames: the workers register the same workflows and activities, and
// workers/README.md tells of each workflow.
func TestSameNames(t *testing.T) {
	names := map[SDK]map[string]*regexp.Regexp{
		Python: {
			"workflows.py": regexp.MustCompile(`(?m)^    '(\w+)': \w+,$`), "activities.py": regexp.MustCompile(`(?m)^    '(\w+)': \w+,$`),
		},
		JavaScript: {
			"workflows.js": regexp.MustCompile(`(?m)^  (\w+): \w+,$`), "activities.js": regexp.MustCompile(`(?m)^  (\w+): \w+,$`),
		},
		Java: {
			"src/main/java/worker/Workflows.java":  regexp.MustCompile(`all\.put\("(\w+)"`),
			"src/main/java/worker/Activities.java": regexp.MustCompile(`(?m)^        "(\w+)", ctx ->`),
		},
	}
	found := map[SDK][]string{}
	for sdk, files := range names {
		for file, name := range files {
			data, err := os.ReadFile(filepath.Join(folder(t, sdk), file))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range name.FindAllStringSubmatch(string(data), -1) {
				found[sdk] = append(found[sdk], m[1])
			}
		}
		slices.Sort(found[sdk])
	}
	for _, sdk := range All()[1:] {
		if !slices.Equal(found[sdk], found[Python]) {
			t.Errorf("%s registers %q, %s %q", sdk, found[sdk], Python, found[Python])
		}
	}
	readme, err := os.ReadFile(filepath.Join(filepath.Dir(folder(t, Python)), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found[Python] {
		if !regexp.MustCompile(`\b`+name+`\b`).Match(readme) && !slices.Contains([]string{"Fill", "Nap"}, name) {
			t.Errorf("workers/README.md does not tell of %s", name)
		}
	}
	if len(found[Python]) < 25 {
		t.Errorf("only %d names were found: %q", len(found[Python]), found[Python])
	}
}
