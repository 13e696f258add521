//go:build unix

package editor

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// script is an editor of a few shell commands. The file is its last argument.
func script(t *testing.T, commands string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "editor")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nfor file; do :; done\n"+commands+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func env(name, value string) func(string) string {
	return func(asked string) string {
		if asked == name {
			return value
		}
		return ""
	}
}

// run edits a text and checks that nothing of it stays on the disk.
func run(t *testing.T, text string, getenv func(string) string) (r *Run, screen string, err error) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	r = New(text, getenv)
	r.SetStdin(strings.NewReader("typed"))
	r.SetStdout(&out)
	r.SetStderr(&out)
	err = r.Run()
	left, readErr := os.ReadDir(os.Getenv("TMPDIR"))
	if readErr != nil || len(left) > 0 {
		t.Errorf("the disk keeps %v (%v)", left, readErr)
	}
	return r, out.String(), err
}

func TestTheEditorGetsTheTextAndGivesItBack(t *testing.T) {
	ed := script(t, `printf '%s ' "$@"; ls -l "$file" | cut -c1-10; cat "$file" -; printf '{"a":2}\n' > "$file"`)
	r, screen, err := run(t, `{"a":1}`, env("EDITOR", ed+" --wait -n"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Text() != `{"a":2}` { // the line break is the editor's
		t.Errorf("the text is %q", r.Text())
	}
	for _, want := range []string{"--wait -n ", "payload.json", "-rw-------", `{"a":1}typed`} {
		if !strings.Contains(screen, want) {
			t.Errorf("the editor did not get %q: %q", want, screen)
		}
	}
}

func TestALineBreakThatWasThereStays(t *testing.T) {
	r, _, err := run(t, "1\n", env("VISUAL", script(t, "true")))
	if err != nil || r.Text() != "1\n" {
		t.Errorf("%q, %v", r.Text(), err)
	}
}

func TestAnEditorThatFailsChangesNothing(t *testing.T) {
	for name, command := range map[string]string{
		"leaves with a fault": script(t, `echo other > "$file"; exit 3`),
		"removes the file":    script(t, `rm "$file"`),
		"is not there":        filepath.Join(t.TempDir(), "nobody"),
	} {
		r, _, err := run(t, "hours of work", env("EDITOR", command))
		if err == nil || r.Text() != "hours of work" {
			t.Errorf("%s: %q, %v", name, r.Text(), err)
		}
	}
}

func TestWhichEditor(t *testing.T) {
	for want, vars := range map[string]map[string]string{
		"vi":      {"VISUAL": "  "},
		"ed":      {"EDITOR": "ed"},
		"emacs -": {"EDITOR": "ed", "VISUAL": "emacs -"},
	} {
		if got := New("", func(name string) string { return vars[name] }).command; got != want {
			t.Errorf("%v: %q, want %q", vars, got, want)
		}
	}
}

// TestTheCommandIsSplitAsAShellDoes: a path with a blank, an argument in quotes.
func TestTheCommandIsSplitAsAShellDoes(t *testing.T) {
	ed := script(t, `for a; do printf '<%s>' "$a"; done; printf '1' > "$file"`)
	spaced := filepath.Join(t.TempDir(), "my editor")
	if err := os.Rename(ed, spaced); err != nil {
		t.Fatal(err)
	}
	_, screen, err := run(t, "0", env("EDITOR", `"`+spaced+`" -c 'set ft=json' --wait`))
	if err != nil || !strings.HasPrefix(screen, "<-c><set ft=json><--wait><") {
		t.Errorf("%q, %v", screen, err)
	}
	if _, _, err := run(t, "0", env("EDITOR", `"`+spaced)); err == nil || !strings.Contains(err.Error(), "a quote does not end") {
		t.Errorf("an open quote: %v", err)
	}
}
