package input

import (
	"bytes"
	"errors"
	"io"
	"os"
	"time"
	"unicode/utf8"
)

// How long the rest of an escape sequence is waited for.
const (
	// nearLone and farLone are for an escape, which may be a key: on this machine
	// and over SSH.
	nearLone = 80 * time.Millisecond
	farLone  = 300 * time.Millisecond
	// forRest is for what has more than an escape, which is no key by itself.
	forRest = 400 * time.Millisecond
	// forTail is how long after a sequence that broke off its tail is known as
	// one, whether it was held or its escape was taken for a key.
	forTail = 3 * time.Second
)

// Reader completes what it reads.
type Reader struct {
	in io.Reader
	// wait waits until there is more to read, no longer than it is told; nil
	// never waits.
	wait func(time.Duration) bool
	// patience is how long the rest of a sequence is waited for whose escape is
	// all that has come.
	patience time.Duration
	now      func() time.Time
	// pasting is set within a paste.
	pasting bool
	// held is a sequence without its end, which came at heldAt.
	held   []byte
	heldAt time.Time
	// escAt is when an escape was taken for a key.
	escAt time.Time
}

// lonePatience is Reader.patience: over SSH the pieces of a key come further
// apart.
func lonePatience(getenv func(string) string) time.Duration {
	for _, name := range []string{"SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"} {
		if getenv(name) != "" {
			return farLone
		}
	}
	return nearLone
}

// Read reads what there is into p, and waits for the rest of a character that
// is cut, of the sequence that ends a paste, and for a moment of an escape
// sequence. A sequence whose rest does not come in time is kept back, so that no
// part of it is taken for keys: when the rest comes late it is put together,
// and when something else comes it is dropped. Read returns 0 bytes where all
// that has come is kept back or dropped.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) <= spare {
		return r.in.Read(p) //nolint:wrapcheck // it stands for the reader itself
	}
	n, err := r.first(p)
	r.track(p[:n])
	for err == nil {
		if n < len(p) && r.cut(p[:n]) {
			n, err = r.more(p[:n+1], n)
			continue
		}
		before := n
		if n, err = r.complete(p, n); n <= before {
			break
		}
	}
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil // the next read says so again
	}
	return n, err
}

// first reads, and joins what comes to what was held.
func (r *Reader) first(p []byte) (int, error) {
	n, err := r.in.Read(p[:len(p)-spare])
	held := r.held
	r.held = nil
	switch {
	case n == 0 || r.pasting || r.now == nil:
	case len(held) > 0 && r.now().Sub(r.heldAt) < forTail && continues(held, p[:n]) && len(held)+n <= len(p)-spare:
		copy(p[len(held):], bytes.Clone(p[:n]))
		n += copy(p, held)
	case r.now().Sub(r.escAt) < forTail && isTail(p[:n]):
		n = 0 // its escape has been a key already
	default:
		n = copy(p, p[answerTail(p[:n]):n])
	}
	r.escAt = time.Time{}
	return n, err //nolint:wrapcheck // it stands for the reader itself
}

// complete waits for the end of the escape sequence that p[:n] ends within.
func (r *Reader) complete(p []byte, n int) (int, error) {
	if r.wait == nil || r.pasting {
		return n, nil
	}
	for {
		from, kind := unfinished(p[:n])
		if kind == whole || n == len(p) {
			return n, nil
		}
		patience := forRest
		if kind == lone {
			patience = r.patience
		}
		if !r.wait(patience) {
			return r.hold(p, n, from, kind), nil
		}
		before := n
		var err error
		if n, err = r.more(p, n); err != nil || n == before || r.pasting {
			return n, err
		}
	}
}

// more reads into p behind its first n bytes.
func (r *Reader) more(p []byte, n int) (int, error) {
	m, err := r.in.Read(p[n:])
	r.track(p[:n+m])
	return n + m, err //nolint:wrapcheck // it stands for the reader itself
}

// escapeKey is the escape key as kitty and others send it. Bubble Tea takes it at
// once, and waits 50 ms more after the byte alone.
const escapeKey = "\x1b[27u"

// hold keeps back a sequence whose rest has not come, but for a lone escape,
// which is a key and passed on as one. It returns how much of p is passed on.
func (r *Reader) hold(p []byte, n, from int, kind part) int {
	if kind == lone {
		r.escAt = r.now()
		if from+len(escapeKey) <= len(p) {
			return from + copy(p[from:], escapeKey)
		}
		return n
	}
	r.held, r.heldAt = bytes.Clone(p[from:n]), r.now()
	return from
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

// waiter returns what waits for a file to be readable.
func waiter(f *os.File) func(time.Duration) bool {
	return func(d time.Duration) bool { return readable(f, d) }
}
