package console

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// wait bounds every wait of the tests; each takes milliseconds.
const wait = 20 * time.Second

// program is the path of the built probe.
var program string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "daprdeck-console-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if program, err = compile(ctx, ".", "./internal/probe", dir+"/probe", false); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func open(t *testing.T, o Options) *Tester {
	t.Helper()
	o.Program = program
	c := Open(t, wait, o)
	c.See("size", "after")
	return c
}

func TestScreen(t *testing.T) {
	t.Parallel()
	c := open(t, Options{Width: 60, Height: 12})
	c.See("size 60x12", "count 0.", "宽 wide 订单 🎁 after")
	s := c.Screen()
	want := []string{
		"size 60x12", "count 0.", "keys .", "paste", "mouse", "dark", "宽 wide 订单 🎁 after",
		"red and bold " + strings.Repeat("-", 30), "", "", "", "",
	}
	if got := s.Lines(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the screen is\n%s", s.Framed())
	}
	if !s.Alt || s.Title != "probe" {
		t.Errorf("alternate screen %t, title %q", s.Alt, s.Title)
	}
	if cell := s.At(0, 7); cell.Text != "r" || !cell.Bold || cell.Foreground == nil {
		t.Errorf("the first cell of the red text is %+v", cell)
	}
	if cell := s.At(13, 7); cell.Bold || cell.Foreground != nil || cell.Underline || cell.Faint {
		t.Errorf("a cell of the plain text is %+v", cell)
	}
	c.Press("q")
	c.Exits(0)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	c := open(t, Options{})
	keys := []string{
		"j", "G", "enter", "tab", "shift+tab", "esc", "x", "backspace", "up", "down", "left", "right",
		"pgup", "pgdown", "home", "end", "delete", "ctrl+s", "ctrl+r", "space", "/", "é", "单", "esc", "alt+k",
	}
	for i, key := range keys {
		c.Press(key)
		c.See(fmt.Sprintf("count %d.", i+1), " "+key+".")
	}
	if err := c.Keys("nonsense"); !errors.Is(err, errKey) {
		t.Errorf("a key that there is not: %v", err)
	}
	c.Press("esc", "j", "esc", "q") // none of them as alt+key
	c.Exits(0)
}

func TestTypeAndPaste(t *testing.T) {
	t.Parallel()
	c := open(t, Options{})
	c.Write("abc\n")
	c.See("count 4.", "keys a b c enter.")
	c.check(c.Paste("q\x07 not a key\n{\"a\":1}"))
	c.See(`paste "q`, `{\"a\":1}"`, "count 4.")
	c.check(c.Click(7, 3))
	c.See("mouse 7,3")
	c.Press("Y")
	c.See("count 5.")
	c.Until("a copy", func(Screen) bool { text, ok := c.Clipboard(); return ok && text == "copied 订单" })
	c.Press("q")
	c.Exits(0)
}

func TestResize(t *testing.T) {
	t.Parallel()
	c := open(t, Options{Width: 100, Height: 30})
	for _, size := range [][2]int{{80, 24}, {40, 12}, {200, 50}, {20, 9}, {100, 30}} {
		c.check(c.Resize(size[0], size[1]))
		c.See(fmt.Sprintf("size %dx%d", size[0], size[1]))
		if s := c.Screen(); s.Width != size[0] || s.Height != size[1] {
			t.Errorf("the screen is %dx%d, want %v", s.Width, s.Height, size)
		}
	}
	c.See("宽 wide 订单 🎁 after")
	c.Press("q")
	c.Exits(0)
}

// TestReplies: the program learns the background from a terminal that
// answers, and works the same with one that does not.
func TestReplies(t *testing.T) {
	t.Parallel()
	c := open(t, Options{Replies: true})
	c.See("dark true", "count 0.", "paste")
	c.Press("q")
	c.Exits(0)

	silent := open(t, Options{})
	silent.Press("j")
	silent.See("count 1.", "keys j.")
	if s := silent.Screen(); s.Contains("dark true") {
		t.Errorf("somebody answered:\n%s", s.Framed())
	}
	silent.Press("q")
	silent.Exits(0)
}

// TestQuiet: nothing is written while nothing happens.
func TestQuiet(t *testing.T) {
	t.Parallel()
	c := open(t, Options{})
	c.Press("j")
	c.See("count 1.")
	before := c.Written()
	select { // that nothing comes cannot be waited for
	case <-time.After(500 * time.Millisecond):
	case <-t.Context().Done():
	}
	if after := c.Written(); after != before {
		t.Errorf("%d bytes came while nothing happened", after-before)
	}
	c.Press("q")
	c.Exits(0)
}

// TestEnds: the end of the program is noticed at once, with its status.
func TestEnds(t *testing.T) {
	t.Parallel()
	c := open(t, Options{})
	c.Press("q")
	if err := c.WaitText(wait, "never"); !errors.Is(err, ErrEnded) {
		t.Errorf("a wait for a program that ends: %v", err)
	}
	c.Exits(0)

	c = open(t, Options{})
	if err := c.WaitText(50*time.Millisecond, "never"); !errors.Is(err, ErrTimeout) {
		t.Errorf("a wait for what never comes: %v", err)
	}
	c.check(c.Signal(syscall.SIGINT))
	c.Exits(1)

	c = open(t, Options{})
	c.Press("!")
	c.Exits(1)
	if !strings.Contains(string(c.Output()), "asked for") {
		t.Error("the panic is not in the output")
	}
}

// TestClose: a program that has to be killed is an error of Close.
func TestClose(t *testing.T) {
	t.Parallel()
	c, err := Start(Options{Program: program, Home: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.WaitText(wait, "size 120x40"); err != nil {
		t.Error(err)
	}
	if err := c.Restored(); !errors.Is(err, errNotRestored) {
		t.Errorf("a running program leaves the terminal as it was: %v", err)
	}
	if err := c.Close(); !errors.Is(err, errKilled) {
		t.Errorf("close: %v", err)
	}
}
