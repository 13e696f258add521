package input

import (
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/charmbracelet/x/term"
)

// hungUp reports whether err, of a read from or a write to a terminal, means
// that the terminal is gone. A terminal that has hung up ends like a file
// (termios(4)), and so does one that is not raw when ctrl+d is typed: its
// attributes can be read only while it is there.
func hungUp(file *os.File, err error) bool {
	if errors.Is(err, syscall.EIO) {
		return true
	}
	_, stateErr := term.GetState(file.Fd())
	return stateErr != nil
}

// Screen is a terminal to draw on. Everything but Write is the file's own.
type Screen struct {
	*os.File
	// To is what writes to the file.
	To io.Writer
	// Gone is called when a write shows that the terminal has hung up, at each.
	Gone func()
}

// Write writes to the file.
func (s *Screen) Write(p []byte) (int, error) {
	n, err := s.To.Write(p)
	if err != nil && hungUp(s.File, err) {
		s.Gone()
	}
	return n, err //nolint:wrapcheck // it stands for the file itself
}

// Unwrap is the file itself, for another program to draw on.
func (s *Screen) Unwrap() *os.File { return s.File }

// read reads from the terminal, and finds out what the end of it means: with a
// terminal that is there, nothing was typed.
func (t *Terminal) read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	switch {
	case n > 0 || err == nil:
	case hungUp(t.File, err):
		if t.Gone != nil {
			t.Gone()
		}
	case errors.Is(err, io.EOF):
		err = nil
	}
	return n, err
}
