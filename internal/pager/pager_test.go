package pager

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// script writes a program that stands for a pager.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pager")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func env(pager string) func(string) string {
	return func(name string) string {
		if name == "PAGER" {
			return pager
		}
		return ""
	}
}

func TestThePagerGetsTheTextAndIsSecure(t *testing.T) {
	t.Setenv("LESSSECURE", "0")
	r := New(func() string { return "a\nb\n" }, env("  "+script(t, `echo "$1 $LESSSECURE"; cat`)+" -x "))
	var out strings.Builder
	r.SetStdout(&out)
	if err := r.Run(); err != nil || out.String() != "-x 1\na\nb\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

// A pager that is left before it has read everything is no failure.
func TestThePagerMayLeaveEarly(t *testing.T) {
	r := New(func() string { return strings.Repeat("line\n", 1<<20) }, env(script(t, "exit 0")))
	if err := r.Run(); err != nil {
		t.Error(err)
	}
}

func TestAPagerThatIsNotThere(t *testing.T) {
	err := New(func() string { return "" }, env("/nowhere/pager")).Run()
	if err == nil || !strings.Contains(err.Error(), "run /nowhere/pager") {
		t.Errorf("%v", err)
	}
	if r := New(nil, env("")); r.command != "less" {
		t.Errorf("the pager is %q", r.command)
	}
}
