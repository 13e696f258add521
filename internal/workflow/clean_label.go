package workflow

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode/utf8"
)

// The limits of what comes from outside, in bytes.
const (
	// MaxLabel is the most of a name or an ID that is drawn.
	MaxLabel = 1024
	// MaxID is the longest instance ID that a call is made with. A store takes
	// 255 bytes as a rule.
	MaxID = 8 << 10
	// MaxText is the most that is kept of a text of several lines that is read
	// by people, such as the message of a failure.
	MaxText = 64 << 10
)

// elision stands for what was cut out of a text.
const elision = "…"

// CleanLabel is Clean for a name: of what is longer than MaxLabel bytes the
// middle is replaced by an ellipsis. The result never keeps a longer text in
// memory.
func CleanLabel(s string) string {
	const tail = MaxLabel / 3
	const head = MaxLabel - tail - len(elision)
	if len(s) <= 4*MaxLabel { // what cleaning drops does not count
		c := Clean(s)
		if len(c) <= MaxLabel {
			return c
		}
		s = c
	}
	// The ellipsis is what marks at the beginning of the end combine with.
	end := Clean(elision + shortenLeft(s, 4*tail))[len(elision):]
	return Shorten(Clean(Shorten(s, 4*head)), head) + elision + shortenLeft(end, tail)
}

// CleanID is CleanLabel for something that must not vanish: of a text that was not
// empty an empty result, or one of blanks, becomes U+FFFD.
func CleanID(s string) string {
	c := CleanLabel(s)
	if s != "" && strings.TrimSpace(c) == "" {
		return string(utf8.RuneError)
	}
	return c
}

// CleanLong is CleanText for a text of any length: it keeps MaxText bytes, and
// says in its last line how many are missing.
func CleanLong(s string) string {
	if len(s) <= MaxText {
		return CleanText(s)
	}
	text := CleanText(Shorten(s, MaxText))
	return fmt.Sprintf("%s\n%s (%d more bytes are not shown)", strings.TrimRight(text, "\n"), elision, len(s)-MaxText)
}

// KeptID returns an instance ID as it is kept for calls. One that is longer than
// MaxID is replaced by what tells it apart, for which Callable is false.
func KeptID(id string) string {
	if len(id) <= MaxID {
		return id
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // it never fails
	return fmt.Sprintf("\xff%s (%d bytes, %016x)", Shorten(CleanLabel(id), 64), len(id), h.Sum64())
}

// Callable reports whether a call can be made with an instance ID: the protocol
// carries UTF-8 only, which what KeptID puts in the place of a long one is not.
func Callable(id string) bool { return utf8.ValidString(id) }

// shortenLeft is Shorten for the end of a text.
func shortenLeft(s string, n int) string {
	if len(s) <= n {
		return s
	}
	i := len(s) - n
	for i < len(s) && !utf8.RuneStart(s[i]) {
		i++
	}
	return s[i:]
}
