package ui

import (
	"fmt"
	"strconv"
)

// Count writes a number with separators: 12,000. It is drawn in each frame, so
// that it makes no more strings than the one it returns.
func Count(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	var digits, text [32]byte
	d := strconv.AppendInt(digits[:0], int64(n), 10)
	t := append(text[:0], d[:(len(d)-1)%3+1]...)
	for i := len(t); i < len(d); i += 3 {
		t = append(append(t, ','), d[i:i+3]...)
	}
	return string(t)
}

// bytesText writes a size: 27 B, 1.2 KB, 5.0 MB.
func bytesText(n int) string {
	switch {
	case n < 1000:
		return strconv.Itoa(n) + " B"
	case n < 999_950: // what would be rounded to 1000.0 KB is a megabyte
		return strconv.FormatFloat(float64(n)/1000, 'f', 1, 64) + " KB"
	}
	return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB"
}

// Plural returns "1 worker", "2 workers".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Size writes a size in words: 13 bytes, 4.2 KB, 1.0 MB.
func Size(n int) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	}
	return bytesText(n)
}
