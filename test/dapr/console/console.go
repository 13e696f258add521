package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// Options of a program in a pseudo-terminal.
type Options struct {
	Program string   // its path
	Args    []string // its arguments
	// Env is added to an environment that holds PATH, HOME, TERM and the like
	// and nothing of the developer's own.
	Env  []string
	Home string // home and working directory; must exist
	// Width and Height of the terminal in cells; default 120 by 40.
	Width, Height int
	// Replies makes the terminal answer queries (device attributes, modes,
	// colours: white on black), as a modern one does.
	Replies bool
}

// Console is a running program with its terminal. It is safe for concurrent
// use.
type Console struct {
	cmd  *exec.Cmd
	pty  *os.File
	term *terminal
	done chan struct{} // closed when the program has ended and its output is read

	typing sync.Mutex
	escape time.Time // when a bare escape was typed last
}

// Start runs the program. The caller must Close it.
func Start(o Options) (*Console, error) {
	if o.Width == 0 {
		o.Width, o.Height = 120, 40
	}
	cmd := exec.Command(o.Program, o.Args...) //nolint:noctx // Close ends it
	cmd.Dir = o.Home
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + o.Home, "TERM=xterm-256color", "COLORTERM=truecolor",
		"LANG=C.UTF-8", "LC_ALL=C.UTF-8", "GORACE=halt_on_error=1",
		"PAGER=true", // one that waits for keys would take those that are not meant for it
	}, o.Env...)
	f, err := pty.StartWithSize(cmd, winsize(o.Width, o.Height))
	if err != nil {
		return nil, fmt.Errorf("start %s in a terminal: %w", o.Program, err)
	}
	c := &Console{cmd: cmd, pty: f, term: newTerminal(o.Width, o.Height), done: make(chan struct{})}
	go c.answer(o.Replies)
	go c.read()
	return c, nil
}

// A frame comes in pieces of at most 4 KiB, one after the other: the screen is
// looked at when nothing has come for frameGap, or after frameMax when it
// never stops.
const (
	frameGap = 5 * time.Millisecond
	frameMax = 100 * time.Millisecond
)

// read takes the program's output until the program ends.
func (c *Console) read() {
	pieces := make(chan []byte, 16)
	go c.draw(pieces)
	for {
		buf := make([]byte, 16<<10)
		n, err := c.pty.Read(buf)
		if n > 0 {
			pieces <- buf[:n]
		}
		if err != nil { // EIO: nobody has the terminal open any more
			break
		}
	}
	_ = c.cmd.Wait() // the exit status is read from cmd.ProcessState
	close(pieces)
}

// draw feeds the output to the emulator and shows whole frames to those who
// wait.
func (c *Console) draw(pieces <-chan []byte) {
	defer close(c.done)
	defer c.term.show()
	for piece := range pieces {
		c.term.write(piece)
		latest := time.After(frameMax)
	frame:
		for {
			select {
			case piece, ok := <-pieces:
				if !ok {
					return
				}
				c.term.write(piece)
			case <-time.After(frameGap):
				break frame
			case <-latest:
				break frame
			}
		}
		c.term.show()
	}
}

// answer takes the emulator's replies, which would block it otherwise, and
// sends them to the program or drops them.
func (c *Console) answer(replies bool) {
	if replies {
		_, _ = io.Copy(c.pty, c.term.emu)
		return
	}
	_, _ = io.Copy(io.Discard, c.term.emu)
}

// PID is the program's process ID.
func (c *Console) PID() int { return c.cmd.Process.Pid }

// Screen is the last whole frame that the terminal has shown.
func (c *Console) Screen() Screen { return c.term.snapshot() }

// Written is how many bytes the program has written: a program that says
// nothing while nothing changes leaves it as it is.
func (c *Console) Written() int64 { return c.term.count() }

// Output is the end of what the program has written, raw, at most 1 MiB.
func (c *Console) Output() []byte { return c.term.output() }

// Clipboard is the text of the program's last copy to the clipboard (OSC 52).
func (c *Console) Clipboard() (string, bool) { return c.term.copied() }

// Errors of a wait.
var (
	ErrEnded   = errors.New("the program has ended")
	ErrTimeout = errors.New("the screen did not become what was expected")
)

// WaitFor waits until cond holds for the screen, looking again after each
// output. It fails when the program ends or the time is up, with the screen
// in the error.
func (c *Console) WaitFor(what string, timeout time.Duration, cond func(Screen) bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	for {
		screen, changed := c.term.watch()
		if cond(screen) {
			return nil
		}
		select {
		case <-changed:
		case <-c.done:
			// The last output may have come between the look and the end.
			if last := c.Screen(); cond(last) {
				return nil
			}
			return fmt.Errorf("wait for %s: %w (%s)\n%s", what, ErrEnded, c.cmd.ProcessState, c.Screen().Framed())
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w within %s\n%s", what, ErrTimeout, timeout, c.Screen().Framed())
		}
	}
}

// WaitText waits until every one of the texts is on the screen.
func (c *Console) WaitText(timeout time.Duration, texts ...string) error {
	return c.WaitFor(fmt.Sprintf("%q", texts), timeout, func(s Screen) bool {
		for _, text := range texts {
			if !s.Contains(text) {
				return false
			}
		}
		return true
	})
}

// WaitGone waits until none of the texts is on the screen.
func (c *Console) WaitGone(timeout time.Duration, texts ...string) error {
	return c.WaitFor(fmt.Sprintf("no %q", texts), timeout, func(s Screen) bool {
		for _, text := range texts {
			if s.Contains(text) {
				return false
			}
		}
		return true
	})
}

// Resize changes the size of the terminal; the kernel tells the program. The
// signal is sent again while the program does not stir: one that has just
// painted for the first time may not listen yet (Bubble Tea subscribes in a
// goroutine of its own), and a person who drags a window sends many.
func (c *Console) Resize(width, height int) error {
	c.term.resize(width, height)
	before := c.Written()
	if err := pty.Setsize(c.pty, winsize(width, height)); err != nil {
		return fmt.Errorf("resize: %w", err)
	}
	go c.nudge(before)
	return nil
}

// nudge repeats the signal of a resize until the program writes something.
func (c *Console) nudge(before int64) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for range 10 {
		select {
		case <-c.done:
			return
		case <-tick.C:
		}
		if c.Written() != before || c.Signal(syscall.SIGWINCH) != nil {
			return
		}
	}
}

// Signal sends a signal to the program.
func (c *Console) Signal(sig os.Signal) error {
	if err := c.cmd.Process.Signal(sig); err != nil {
		return fmt.Errorf("signal %s: %w", sig, err)
	}
	return nil
}

// HangUp takes the terminal away from the program, as a line that dies does.
func (c *Console) HangUp() error {
	if err := c.pty.Close(); err != nil {
		return fmt.Errorf("hang up: %w", err)
	}
	return nil
}

// WaitExit waits until the program has ended and returns its exit status.
func (c *Console) WaitExit(timeout time.Duration) (int, error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-c.done:
		return c.cmd.ProcessState.ExitCode(), nil
	case <-timer.C:
		return 0, fmt.Errorf("wait for the exit: %w within %s\n%s", ErrTimeout, timeout, c.Screen().Framed())
	}
}

// Restored is nil when the program has left the terminal as it found it: main
// screen, visible cursor, no mouse, no bracketed paste.
func (c *Console) Restored() error { return c.term.restored() }

var errKilled = errors.New("the program had to be killed")

// Close ends the program when it still runs and frees the terminal. It fails
// when the program had not ended by itself: a test ends it by its own keys.
func (c *Console) Close() error {
	var err error
	select {
	case <-c.done:
	default:
		err = errKilled
		_ = c.cmd.Process.Kill()
		<-c.done
	}
	c.term.close()
	_ = c.pty.Close()
	return err
}

func winsize(width, height int) *pty.Winsize {
	return &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}
}
