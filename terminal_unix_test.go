//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// asProgram makes the test program be daprdeck.
const asProgram = "DAPRDECK_TEST_IS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// soon bounds every wait of these tests; each takes milliseconds.
const soon = 30 * time.Second

// seat is a program in a pseudo terminal, with all that it has written there.
// done is closed when it has ended and all of that is read.
type seat struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	done chan struct{}

	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

// sit starts the console in demo mode, unless command is given, in a terminal.
// The process gets the attributes attr.
func sit(t *testing.T, attr syscall.SysProcAttr, env []string, command ...string) *seat {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if command == nil {
		command = []string{self, "demo", "--instances", "3"}
	}
	s := &seat{t: t, cmd: exec.Command(command[0], command[1:]...), done: make(chan struct{}), news: make(chan struct{}, 1)}
	s.cmd.Env = append([]string{
		asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TERM=xterm-256color", "LANG=C.UTF-8", "SELF=" + self,
	}, env...)
	s.tty, err = pty.StartWithAttrs(s.cmd, &pty.Winsize{Rows: 40, Cols: 120}, &attr)
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		s.read()
		close(read)
	}()
	go func() {
		_ = s.cmd.Wait()
		<-read
		close(s.done)
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.done
		_ = s.tty.Close()
	})
	return s
}

func (s *seat) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.text.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// since returns what was written from byte from on.
func (s *seat) since(from int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.text.Bytes()[from:])
}

// sees waits until all the texts were written from byte from on, and returns how
// much has been written by then.
func (s *seat) sees(from int, texts ...string) int {
	s.t.Helper()
	limit := time.After(soon)
	for {
		got, all := s.since(from), true
		for _, text := range texts {
			all = all && strings.Contains(got, text)
		}
		if all {
			return from + len(got)
		}
		select {
		case <-s.news:
		case <-limit:
			s.t.Fatalf("no %q in %q", texts, got)
		}
	}
}

func (s *seat) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

func (s *seat) press(keys string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// ends waits for the end of the program with an exit status.
func (s *seat) ends(status int) {
	s.t.Helper()
	select {
	case <-s.done:
	case <-time.After(soon):
		s.t.Fatalf("it does not end; the terminal has %q", s.since(0))
	}
	if got := s.cmd.ProcessState.ExitCode(); got != status {
		s.t.Errorf("the exit status is %d, want %d (%s)", got, status, s.cmd.ProcessState)
	}
}

var controlling = syscall.SysProcAttr{Setsid: true, Setctty: true}

const (
	firstScreen = "instances"
	altScreen   = "\x1b[?1049h"
	mainScreen  = "\x1b[?1049l"
	pasteMode   = "\x1b[?2004h"
)

// TestItDoesNotOutliveItsTerminal: without a controlling terminal no signal says
// that the terminal is gone.
func TestItDoesNotOutliveItsTerminal(t *testing.T) {
	t.Parallel()
	for name, attr := range map[string]syscall.SysProcAttr{"controlling": controlling, "none": {Setsid: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sit(t, attr, nil)
			s.sees(0, firstScreen)
			if err := s.tty.Close(); err != nil {
				t.Fatal(err)
			}
			s.ends(0)
		})
	}
}

// TestASignalEndsIt, with the terminal as it was, and nothing to say when no
// action is in flight.
func TestASignalEndsIt(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(signalName(sig), func(t *testing.T) {
			t.Parallel()
			s := sit(t, controlling, nil)
			s.sees(0, firstScreen)
			s.signal(sig)
			s.ends(0)
			if got := s.since(0); !strings.Contains(got, mainScreen) || strings.Contains(got, "daprdeck: ") {
				t.Errorf("the terminal has %q", got)
			}
		})
	}
}

// TestStoppedFromOutsideItComesBackWhole: nobody asks the process before
// SIGSTOP, and what had the terminal meanwhile has changed it.
func TestStoppedFromOutsideItComesBackWhole(t *testing.T) {
	t.Parallel()
	s := sit(t, controlling, nil)
	at := s.sees(0, firstScreen, "RUNNING")
	s.signal(syscall.SIGSTOP)
	s.signal(syscall.SIGCONT)
	at = s.sees(at, mainScreen, altScreen, pasteMode, firstScreen)
	s.press("?")
	s.sees(at, "Keys")
	s.press("\x03")
	s.ends(0)
}

// TestAStopSignalIsCtrlZ: the terminal is given back before the stop. The shell
// that is needed for a stop is the parent.
func TestAStopSignalIsCtrlZ(t *testing.T) {
	t.Parallel()
	pid := filepath.Join(t.TempDir(), "pid")
	s := sit(t, controlling, []string{"PIDFILE=" + pid}, "/bin/bash", "--norc", "--noprofile", "-c",
		`set -m; (echo $BASHPID > "$PIDFILE"; exec "$SELF" demo --instances 3); echo "the stop: $?"; fg; echo "the end: $?"`)
	at := s.sees(0, firstScreen)
	data, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "kill", "-TSTP", strings.TrimSpace(string(data))).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	at = s.sees(at, mainScreen, "the stop: 147", altScreen, firstScreen)
	s.press("\x03")
	s.sees(at, "the end: 0")
	s.ends(0)
}

// TestAStopThatNobodyWouldEndDoesNotHang: a process without a shell above it is
// not stopped by the system.
func TestAStopThatNobodyWouldEndDoesNotHang(t *testing.T) {
	t.Parallel()
	s := sit(t, controlling, nil)
	at := s.sees(0, firstScreen)
	s.press("\x1a")
	s.sees(at, mainScreen, altScreen, firstScreen)
	s.press("\x03")
	s.ends(0)
}

// TestASignalWhileTheEditorIsOpenIsRemembered: the console ends when the editor
// gives the terminal back, for the editor may hold an hour of work.
func TestASignalWhileTheEditorIsOpenIsRemembered(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signalName(sig), func(t *testing.T) {
			t.Parallel()
			s, at := inEditor(t)
			s.signal(sig)
			s.press("done\r")
			s.sees(at, "it read done")
			s.ends(0)
		})
	}
}

// TestCtrlCInTheEditorIsTheEditors: the terminal sends it to the whole job.
func TestCtrlCInTheEditorIsTheEditors(t *testing.T) {
	t.Parallel()
	s, at := inEditor(t)
	s.press("\x03")
	s.press("done\r")
	at = s.sees(at, "it read done", altScreen, "changed")
	s.press("\x03") // asks about the text of the form
	s.sees(at, "Quit")
	s.press("\x03")
	s.ends(0)
}

// inEditor opens the editor on a field. It ignores ctrl+c, as editors do, and
// ends when it has read a line.
func inEditor(t *testing.T) (s *seat, at int) {
	t.Helper()
	editor := filepath.Join(t.TempDir(), "editor")
	text := "#!/bin/sh\ntrap '' INT\necho the editor runs\nread line\necho it read $line\necho changed > \"$1\"\n"
	if err := os.WriteFile(editor, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	s = sit(t, controlling, []string{"EDITOR=" + editor})
	at = s.sees(0, firstScreen, "RUNNING") // connected
	s.press("a")
	at = s.sees(at, "Start")
	s.press("\t\t")
	s.press("\x0f")
	return s, s.sees(at, "the editor runs")
}

// TestInTheBackgroundItSaysSo: "dapr run -- daprdeck" makes it a job that nobody
// brings to the foreground, where the first look at the terminal would stop it.
func TestInTheBackgroundItSaysSo(t *testing.T) {
	t.Parallel()
	s := sit(t, controlling, nil, "/bin/bash", "--norc", "--noprofile", "-c",
		`set -m; "$SELF" demo --instances 3 & wait $!; echo "the end: $?"`)
	s.sees(0, "runs in the background of this terminal", "daprdeck --once", "the end: 1")
	s.ends(0)
}

// TestInTheBackgroundWithAPipe: what collects the output of an app gives it a
// pipe and no terminal.
func TestInTheBackgroundWithAPipe(t *testing.T) {
	t.Parallel()
	s := sit(t, controlling, nil, "/bin/bash", "--norc", "--noprofile", "-c",
		`set -m; { "$SELF" demo; echo "the end: $?"; } 2>&1 | cat & wait $!`)
	s.sees(0, "needs a terminal to draw on; daprdeck --once prints the list", "the end: 1")
	s.ends(0)
}

// TestInTheBackgroundMistakesAreNamed: what is printed asks the terminal nothing.
func TestInTheBackgroundMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--nonsense": "--nonsense", "nonsense": "nonsense", "open": "FILE", "open /nowhere": "/nowhere", "demo --instances=-1": "negative", "config --nonsense": "--nonsense",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			s := sit(t, controlling, []string{"ARGS=" + args}, "/bin/bash", "--norc", "--noprofile", "-c",
				`set -m; "$SELF" $ARGS & wait $!; echo "the end: $?"`)
			s.sees(0, "daprdeck: ", want, "the end: ")
			if s.ends(0); strings.Contains(s.since(0), "Stopped") || strings.Contains(s.since(0), "the end: 0") {
				t.Errorf("the terminal has %q", s.since(0))
			}
		})
	}
}
