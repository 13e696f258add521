// Package input reads the keyboard in pieces that do not end in the middle of
// a character or of the end of a paste, and learns when the terminal hangs up.
//
// Bubble Tea (2.1.1; ultraviolet's terminal_reader.go) takes what has come for
// all there is when nothing more comes for 50 ms. Over a slow line a paste
// stops for longer than that between two packets: a character that is cut in
// two is lost then, and when the sequence that ends the paste is cut, the paste
// and every key after it.
package input

import (
	"bytes"
	"errors"
	"io"
	"os"
	"unicode/utf8"
)

// The sequences around a paste (bracketed paste mode, as xterm has it).
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// spare is kept of each buffer, to complete a read in. What may be cut is six
// bytes at most; the rest is for a text that looks like it several times over.
const spare = 48

// Terminal is a terminal to read from. Everything but Read is the file's own.
type Terminal struct {
	*os.File
	// Gone is called when a read shows that the terminal has hung up, at each.
	Gone func()

	r Reader
}

// NewTerminal returns f with a Read that returns whole characters.
func NewTerminal(f *os.File) *Terminal { return &Terminal{File: f, r: Reader{in: f}} }

// Read is Reader.Read. A terminal that is there has no end: it returns 0, nil
// then.
func (t *Terminal) Read(p []byte) (int, error) { return t.read(p) }

// Unwrap is the file itself, for another program to read from.
func (t *Terminal) Unwrap() *os.File { return t.File }

// Reader completes what it reads.
type Reader struct {
	in io.Reader
	// pasting is set within a paste.
	pasting bool
}

// Read reads what there is into p, and waits for the rest of a character that
// is cut or, within a paste, of the sequence that ends it. A key is never waited
// for: an escape alone may be a key of its own.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) <= spare {
		return r.in.Read(p) //nolint:wrapcheck // it stands for the reader itself
	}
	n, err := r.in.Read(p[:len(p)-spare])
	r.track(p[:n])
	for err == nil && n < len(p) && r.cut(p[:n]) {
		var more int
		more, err = r.in.Read(p[n : n+1])
		n += more
		r.track(p[:n])
	}
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil // the next read says so again
	}
	return n, err
}

// track follows the beginning and the end of a paste. A beginning that is cut
// is missed, and costs only that its end is not waited for.
func (r *Reader) track(data []byte) {
	start, end := bytes.LastIndex(data, []byte(pasteStart)), bytes.LastIndex(data, []byte(pasteEnd))
	switch {
	case start > end:
		r.pasting = true
	case end > start:
		r.pasting = false
	}
}

// cut reports whether more has to follow.
func (r *Reader) cut(data []byte) bool {
	return endsInRune(data) || r.pasting && endsInSequence(data)
}

// endsInRune reports whether the last character is not whole.
func endsInRune(data []byte) bool {
	for i := len(data) - 1; i >= 0 && len(data)-i < utf8.UTFMax; i-- {
		if utf8.RuneStart(data[i]) {
			return !utf8.FullRune(data[i:])
		}
	}
	return false
}

// endsInSequence reports whether data ends with a part of pasteEnd.
func endsInSequence(data []byte) bool {
	for n := len(pasteEnd) - 1; n > 0; n-- {
		if bytes.HasSuffix(data, []byte(pasteEnd[:n])) {
			return true
		}
	}
	return false
}
