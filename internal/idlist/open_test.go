//go:build unix

package idlist

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"

	"github.com/daprdeck/daprdeck/internal/input"
)

// TestRead: a file, a pipe, and what is none of both.
func TestRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, broken, pipe := filepath.Join(dir, "ids"), filepath.Join(dir, "bro\x1b[2Jken"), filepath.Join(dir, "pipe")
	for path, text := range map[string]string{file: "a\nb\n", broken: "a\n\xff\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, done(t)(Read(file, nil)), "a", "b")

	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile(pipe, []byte(`["c"]`), 0o600) }()
	equal(t, done(t)(Read(pipe, nil)), "c")
	if err := <-wrote; err != nil {
		t.Fatal(err)
	}

	stdin, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stdin.Close() }()
	equal(t, done(t)(Read(Stdin, stdin)), "a", "b")
	if _, err := stdin.Stat(); err != nil {
		t.Errorf("standard input was closed: %v", err)
	}

	none := filepath.Join(dir, "none")
	for path, want := range map[string]string{
		broken: "line 2: an ID that is not UTF-8", dir: "a folder is no list of IDs", none: "no such file",
		"/dev/zero": "line 1 is longer than 64 kB",
	} {
		_, err := Read(path, nil)
		if err == nil || !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%q: %v, want %q", path, err, want)
		}
	}
	if _, err := Read(none, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestTerminal: a list is not typed, neither into standard input nor by the name
// of the terminal.
func TestTerminal(t *testing.T) {
	t.Parallel()
	master, terminal, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminal: ", err)
	}
	defer func() { _, _ = master.Close(), terminal.Close() }()
	if _, err := Read(Stdin, terminal); !errors.Is(err, errTerminal) {
		t.Errorf("standard input: %v", err)
	}
	if _, err := Read(terminal.Name(), nil); !errors.Is(err, errTerminal) {
		t.Errorf("%s: %v", terminal.Name(), err)
	}
}

// screenEnv makes this test program a console of a kind: it reads a list from
// standard input, and then shows it and the keys that come from the terminal.
const screenEnv = "DAPRDECK_TEST_SCREEN"

func init() { asHelper[screenEnv] = showScreen }

func showScreen() error {
	ids, err := Read(Stdin, os.Stdin)
	if err != nil {
		return err
	}
	keys, done, err := input.Open(os.Stdin)
	if err != nil {
		return err
	}
	defer done()
	_, err = tea.NewProgram(keyScreen{ids: strings.Join(ids, "+")}, tea.WithInput(keys)).Run()
	return err
}

type keyScreen struct{ ids, typed string }

func (keyScreen) Init() tea.Cmd { return nil }

func (s keyScreen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if msg.String() == "q" {
			return s, tea.Quit
		}
		s.typed += msg.String()
	case tea.PasteMsg:
		s.typed += "<" + msg.Content + ">"
	}
	return s, nil
}

// View takes a line for each state, so that one is drawn as a whole: of a line
// that has changed only the difference is written.
func (s keyScreen) View() tea.View {
	return tea.NewView("ids=" + s.ids + strings.Repeat("\n", len(s.typed)) + "typed=" + s.typed + ".")
}

// TestKeysBesideThePipe: with a list in standard input the keys come from the
// terminal, a paste over a slow line too, and the console ends when it is told.
func TestKeysBesideThePipe(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), screenEnv+"=1", "TERM=xterm-256color")
	list, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	const stdout = 1
	master, err := pty.StartWithAttrs(cmd, &pty.Winsize{Rows: 40, Cols: 80}, &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: stdout})
	if err != nil {
		t.Skip("no pseudo terminal: ", err)
	}
	defer func() { _ = master.Close() }()
	screen := &tail{from: master}
	typed := func(keys string) {
		t.Helper()
		if _, err := master.WriteString(keys); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := fmt.Fprint(list, "a\nb\n"); err != nil {
		t.Fatal(err)
	}
	_ = list.Close()
	screen.expect(t, "ids=a+b")
	typed("x")
	screen.expect(t, "typed=x.")
	typed("\x1b[200~over the line\x1b[201~")
	screen.expect(t, "typed=x<over the line>.")
	typed("q")
	screen.drain()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// tail is what has come from a terminal since the last look.
type tail struct {
	from *os.File
	text string
}

// expect reads until a text has come. The program is ended when that takes too
// long, and with it the reading.
func (s *tail) expect(t *testing.T, want string) {
	t.Helper()
	buf := make([]byte, 4096)
	for !strings.Contains(s.text, want) {
		n, err := s.from.Read(buf)
		s.text += string(buf[:n])
		if err != nil {
			t.Fatalf("%q never came: %q", want, s.text)
		}
	}
	s.text = ""
}

// drain reads to the end.
func (s *tail) drain() {
	buf := make([]byte, 4096)
	for {
		if _, err := s.from.Read(buf); err != nil {
			return
		}
	}
}
