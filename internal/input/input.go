// Package input reads the keyboard in pieces that do not end in the middle of
// a character, of the end of a paste, or of an escape sequence, and learns when
// the terminal hangs up.
//
// Bubble Tea (2.1.1; ultraviolet's terminal_reader.go) takes what has come for
// all there is when nothing more comes for 50 ms. Over a slow line a paste
// stops for longer than that between two packets: a character that is cut in
// two is lost then, and when the sequence that ends the paste is cut, the paste
// and every key after it. A key or an answer of the terminal that is cut is taken
// for the keys that its bytes are.
package input

import (
	"os"
	"time"
)

// The sequences around a paste (bracketed paste mode, as xterm has it).
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// spare is kept of each buffer, to complete a read in: a character, the end of a
// paste, or most of what a terminal answers.
const spare = 48

// Terminal is a terminal to read from. Everything but Read is the file's own.
type Terminal struct {
	*os.File
	// Gone is called when a read shows that the terminal has hung up, at each.
	Gone func()

	r Reader
}

// NewTerminal returns f with a Read that returns whole characters and whole
// escape sequences. getenv is os.Getenv in a program.
func NewTerminal(f *os.File, getenv func(string) string) *Terminal {
	t := &Terminal{File: f, r: Reader{in: f, now: time.Now, patience: lonePatience(getenv)}}
	if canWait {
		t.r.wait = waiter(f)
	}
	return t
}

// Read is Reader.Read. A terminal that is there has no end: it returns 0, nil
// then.
func (t *Terminal) Read(p []byte) (int, error) { return t.read(p) }

// Unwrap is the file itself, for another program to read from.
func (t *Terminal) Unwrap() *os.File { return t.File }
