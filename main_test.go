package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"github.com/daprdeck/daprdeck/internal/workflow"
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

// TestAMisuseSaysWhatWasMeant: or else where to look.
func TestAMisuseSaysWhatWasMeant(t *testing.T) {
	alone(t, "")
	for args, want := range map[string]string{
		"--intervall 2s":         "did you mean --interval?",
		"demo --sed 2":           "did you mean --seed?",
		"--frobnicate":           "daprdeck --help lists what there is",
		"open --frobnicate x":    "daprdeck open --help lists what there is",
		"dmeo":                   "did you mean demo?",
		"frobnicate":             "daprdeck --help lists what there is",
		"open":                   "one file is wanted, not 0: daprdeck open FILE",
		"open a.json b.json":     "one file is wanted, not 2: daprdeck open FILE",
		"--config= config":       "--config has an empty value",
		"--log-file= --once":     "--log-file has an empty value",
		"--context= --once":      "--context has an empty value",
		"--interval soon --once": `invalid argument "soon" for "--interval" flag`,
	} {
		_, err := run(t, strings.Fields(args)...)
		var failed failure
		if err == nil || errors.As(err, &failed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}

// TestAnErrorIsSafeToPrint: it may repeat what a sidecar, a file or the command
// line says.
func TestAnErrorIsSafeToPrint(t *testing.T) {
	var out strings.Builder
	hostile := "a\x1b[2J\u009b2J\x7f\u202eb\rc"
	printError(&out, fang.Styles{}, errors.Join(errors.New(hostile), failure{errors.New(hostile)}))
	if got, want := out.String(), "daprdeck: abc\ndaprdeck: abc\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTheLogIsSafeToPrint: an ID in it holds what a terminal obeys, escaped.
func TestTheLogIsSafeToPrint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	logger, closeLog, err := openLog(path, func(s string) { t.Error(s) })
	if err != nil {
		t.Fatal(err)
	}
	logger.Info("x", "id", "a\x1b[2J\u009b2J\x7f\u202eb")
	closeLog()
	text, err := os.ReadFile(path)
	if err != nil || workflow.CleanText(string(text)) != string(text) || !strings.Contains(string(text), `\u009b`) {
		t.Errorf("%q, %v", text, err)
	}
}

// TestUnknownOutcomes: one line names what was in flight, and says how much it
// leaves out.
func TestUnknownOutcomes(t *testing.T) {
	t.Parallel()
	for want, actions := range map[string][]string{
		"ended by SIGTERM while in flight: pause a; its outcome is not known":                                           {"pause a"},
		"ended by SIGTERM while in flight: pause a, purge b; their outcomes are not known":                              {"pause a", "purge b"},
		"ended by SIGTERM while in flight: pause a, purge b, resume c and 1 more action; their outcomes are not known":  {"pause a", "purge b", "resume c", "start d"},
		"ended by SIGTERM while in flight: pause a, purge b, resume c and 2 more actions; their outcomes are not known": {"pause a", "purge b", "resume c", "start d", "x"},
	} {
		if got := unknownOutcomes("SIGTERM", actions); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestASCIIWithoutUTF8: by itself, and only where nobody has decided.
func TestASCIIWithoutUTF8(t *testing.T) {
	for _, c := range []struct {
		lang  string
		args  []string
		want  bool
		lines int
	}{
		{"C.UTF-8", nil, false, 0}, {"C", nil, true, 1}, {"C", []string{"--ascii=false"}, false, 0}, {"C.UTF-8", []string{"--ascii"}, true, 0},
	} {
		alone(t, "")
		t.Setenv("LC_ALL", c.lang)
		var f flags
		cmd := &cobra.Command{Use: "daprdeck"}
		f.everywhere(cmd.PersistentFlags())
		f.connection(cmd.Flags())
		if err := cmd.ParseFlags(c.args); err != nil {
			t.Fatal(err)
		}
		s, err := f.session(cmd, true)
		if err != nil {
			t.Fatal(err)
		}
		screen, err := s.screen(nil, nil, nil)
		if err != nil || screen.ASCII != c.want || len(s.remarks) != c.lines {
			t.Errorf("%s with %q: ASCII %v, %d remarks, %v", c.lang, c.args, screen.ASCII, len(s.remarks), err)
		}
	}
}
