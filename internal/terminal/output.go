package terminal

import (
	"bytes"
	"os"
)

// Output is a terminal to draw on that gets nothing a plain one would print or
// answer. Everything but Write is the file's own.
type Output struct{ *os.File }

// Write writes p without titles, questions and modes of the keyboard. It returns
// how much of p was written: all or none. A sequence must not be cut between two
// writes, as a renderer does not.
func (o Output) Write(p []byte) (int, error) {
	if _, err := o.File.Write(plain(p)); err != nil {
		return 0, err //nolint:wrapcheck // it stands for the file itself
	}
	return len(p), nil
}

// plain takes out of a piece of output the sequences that a VT100 does not know
// and would not ignore: control strings, and control sequences that set or ask
// for what came later.
func plain(p []byte) []byte {
	if bytes.IndexByte(p, esc) < 0 {
		return p
	}
	out := make([]byte, 0, len(p))
	for i := 0; i < len(p); {
		if p[i] != esc || i+1 == len(p) {
			out = append(out, p[i])
			i++
			continue
		}
		n, drop := sequence(p[i:])
		if !drop {
			out = append(out, p[i:i+n]...)
		}
		i += n
	}
	return out
}

const esc = 0x1b

// sequence returns the length of the escape sequence that p begins with, and
// whether it is to be left out.
func sequence(p []byte) (n int, drop bool) {
	switch p[1] {
	case ']', 'P', '_', '^', 'X':
		return controlString(p), true
	case '[':
		i := 2
		for i < len(p) && p[i] >= 0x20 && p[i] <= 0x3f {
			i++
		}
		if i == len(p) {
			return i, false
		}
		return i + 1, modern(p[2:i], p[i])
	}
	return 2, false
}

// controlString returns the length of a control string, its end included.
func controlString(p []byte) int {
	for i := 2; i < len(p); i++ {
		switch {
		case p[i] == 0x07:
			return i + 1
		case p[i] == esc && i+1 < len(p) && p[i+1] == '\\':
			return i + 2
		}
	}
	return len(p)
}

// modern reports whether a control sequence asks a question, or is one of those
// that xterm and kitty have added for keyboards: parameters that begin with <, =
// or >, or a question mark and a final byte that sets no mode.
func modern(parameters []byte, final byte) bool {
	if len(parameters) == 0 {
		return final == 'c'
	}
	switch parameters[0] {
	case '<', '=', '>':
		return true
	case '?':
		return final != 'h' && final != 'l'
	}
	return final == 'n' || final == 'c' || bytes.IndexByte(parameters, '$') >= 0
}
