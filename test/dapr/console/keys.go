package console

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// escapeGap is how long a terminal program waits after an escape for the rest
// of a sequence (50 ms in Bubble Tea): what is typed sooner arrives as alt+key.
const escapeGap = 120 * time.Millisecond

var errKey = errors.New("no such key")

// named are the keys that have a name, as xterm sends them.
func named(key string) (string, bool) {
	switch key {
	case "enter":
		return "\r", true
	case "tab":
		return "\t", true
	case "shift+tab":
		return "\x1b[Z", true
	case "esc":
		return "\x1b", true
	case "space":
		return " ", true
	case "backspace":
		return "\x7f", true
	case "delete":
		return "\x1b[3~", true
	case "up":
		return "\x1b[A", true
	case "down":
		return "\x1b[B", true
	case "right":
		return "\x1b[C", true
	case "left":
		return "\x1b[D", true
	case "home":
		return "\x1b[H", true
	case "end":
		return "\x1b[F", true
	case "pgup":
		return "\x1b[5~", true
	case "pgdown":
		return "\x1b[6~", true
	default:
		return "", false
	}
}

// sequence is what a terminal sends for a key: a name ("enter", "ctrl+s",
// "alt+x") or one character.
func sequence(key string) (string, error) {
	if s, ok := named(key); ok {
		return s, nil
	}
	if letter, ok := strings.CutPrefix(key, "ctrl+"); ok && len(letter) == 1 && letter[0] >= 'a' && letter[0] <= 'z' {
		return string(letter[0] - 'a' + 1), nil
	}
	if rest, ok := strings.CutPrefix(key, "alt+"); ok {
		s, err := sequence(rest)
		return "\x1b" + s, err
	}
	if utf8.RuneCountInString(key) == 1 {
		return key, nil
	}
	return "", fmt.Errorf("%w: %q", errKey, key)
}

// Keys presses keys one after the other: names such as "enter", "esc",
// "shift+tab", "ctrl+s", "pgdown", or single characters.
func (c *Console) Keys(keys ...string) error {
	for _, key := range keys {
		s, err := sequence(key)
		if err != nil {
			return err
		}
		if err := c.send(s); err != nil {
			return err
		}
	}
	return nil
}

// Type types a text, character by character as a person does; a newline is
// the enter key.
func (c *Console) Type(text string) error {
	return c.send(strings.ReplaceAll(text, "\n", "\r"))
}

// Paste pastes a text as the terminal does: in brackets when the program has
// asked for that, as plain input otherwise.
func (c *Console) Paste(text string) error {
	if c.term.pasteMode() {
		return c.send("\x1b[200~" + text + "\x1b[201~")
	}
	return c.send(strings.ReplaceAll(text, "\n", "\r"))
}

// PasteInPieces pastes a text as a slow line brings it: the pieces of what is
// sent end at the given places, counted in bytes from the beginning or, below
// zero, from the end of the sequence that ends the paste, and pause lies between
// two of them.
func (c *Console) PasteInPieces(text string, pause time.Duration, cuts ...int) error {
	if !c.term.pasteMode() {
		return errNoPaste
	}
	all, from := "\x1b[200~"+text+"\x1b[201~", 0
	for _, cut := range append(cuts, len(all)) {
		if cut < 0 {
			cut += len(all)
		}
		if err := c.send(all[from:cut]); err != nil {
			return err
		}
		from = cut
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-c.done:
			timer.Stop()
		}
	}
	return nil
}

var errNoPaste = errors.New("the program has not asked for pastes to be marked")

// Click presses and releases the left mouse button at a column and a row,
// counted from zero.
func (c *Console) Click(x, y int) error {
	return c.send(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1))
}

// send writes to the program's input, and lets a bare escape stand for itself.
func (c *Console) send(s string) error {
	c.typing.Lock()
	defer c.typing.Unlock()
	if wait := time.Until(c.escape.Add(escapeGap)); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-c.done:
		}
	}
	if _, err := io.WriteString(c.pty, s); err != nil {
		return fmt.Errorf("type %q: %w", s, err)
	}
	if s == "\x1b" {
		c.escape = time.Now()
	}
	return nil
}
