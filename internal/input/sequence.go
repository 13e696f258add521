package input

import "bytes"

// part is the kind of an escape sequence that has not come to its end.
type part uint8

const (
	// whole: there is none.
	whole part = iota
	// lone is an escape with nothing behind it, which may be a key of its own.
	lone
	// control is a control sequence (CSI) or a single shift (SS3), which keys and
	// short answers are.
	control
	// text is a control string (OSC, DCS and their kin), which answers of the
	// terminal are.
	text
)

// unfinished returns where the escape sequence begins that data ends within, and
// its kind; whole where data ends with none.
func unfinished(data []byte) (from int, kind part) {
	for i := 0; i < len(data); {
		if data[i] != esc {
			i++
			continue
		}
		n, kind := sequence(data[i:])
		if kind != whole {
			return i, kind
		}
		i += n
	}
	return len(data), whole
}

const esc = 0x1b

// sequence returns the length of the escape sequence that data begins with, or
// the kind of one that has no end yet.
func sequence(data []byte) (n int, kind part) {
	if len(data) == 1 {
		return 1, lone
	}
	switch data[1] {
	case '[':
		return controlSequence(data)
	case 'O':
		if len(data) == 2 {
			return 2, control
		}
		return 3, whole
	case ']', 'P', '_', '^', 'X':
		return controlString(data)
	case esc:
		return 1, whole // the second one may begin another
	}
	return 2, whole // a key with alt
}

// controlSequence is sequence for CSI. The console of Linux sends some keys as
// ESC [ [ and a letter.
func controlSequence(data []byte) (n int, kind part) {
	i := 2
	if i < len(data) && data[i] == '[' {
		i++
	}
	for i < len(data) && data[i] >= 0x20 && data[i] <= 0x3f {
		i++
	}
	switch {
	case i == len(data):
		return i, control
	case data[i] < 0x20 || data[i] > 0x7e:
		return i, whole // it is broken off
	}
	return i + 1, whole
}

// controlString is sequence for OSC, DCS, APC, PM and SOS, which BEL or ESC \
// ends. Another escape breaks it off.
func controlString(data []byte) (n int, kind part) {
	for i := 2; i < len(data); i++ {
		switch {
		case data[i] == 0x07:
			return i + 1, whole
		case data[i] != esc:
		case i+1 == len(data):
			return i, text
		case data[i+1] == '\\':
			return i + 2, whole
		default:
			return i, whole
		}
	}
	return len(data), text
}

// continues reports whether next goes on with a sequence that was held: with
// nothing but its own bytes, up to its end.
func continues(held, next []byte) bool {
	n, kind := sequence(append(append([]byte(nil), held...), next...))
	if kind != whole {
		return false // that may be keys as well
	}
	for _, b := range next[:max(0, min(n-len(held), len(next)))] {
		if b < 0x20 && b != 0x07 && b != esc || b == 0x7f {
			return false
		}
	}
	return n > len(held)
}

// answerTail returns the length of the end of an answer that data begins with: a
// text up to ESC \, or a color up to BEL. Nobody types these in one go. It is 0
// where there is none.
func answerTail(data []byte) int {
	i := 0
	for i < len(data) && data[i] >= 0x20 && data[i] <= 0x7e {
		i++
	}
	switch {
	case i < 2 || i == len(data):
		return 0
	case data[i] == 0x07 && isColor(data[:i]):
		return i + 1
	case data[i] == esc && i+1 < len(data) && data[i+1] == '\\':
		return i + 2
	}
	return 0
}

// isColor reports whether data is the end of a color as X has it, such as
// rgb:2e2e/3434/4040 or 34/4040.
func isColor(data []byte) bool {
	return bytes.IndexByte(data, '/') >= 0 && len(bytes.Trim(data, "0123456789abcdefABCDEFrgb:;/")) == 0
}

// isTail reports whether a whole read is what follows the escape of a sequence:
// of a key, or of an answer of the terminal. Nobody types it within one read.
func isTail(data []byte) bool {
	if len(data) < 2 {
		return false
	}
	n, kind := sequence(append([]byte{esc}, data...))
	if kind != whole || n != len(data)+1 {
		return false
	}
	switch last := data[len(data)-1]; data[0] {
	case '[':
		return last >= 'A' && last <= 'Z' || last >= 'a' && last <= 'z' || last == '~'
	case 'O':
		return last >= 'A' && last <= 'H' || last >= 'M' && last <= 'S'
	case ']', 'P', '_':
		return true
	}
	return false
}
