// Package idlist is the list of the instances to watch, for runtimes and stores
// that cannot list: read from a file or from a pipe, and remembered per app.
package idlist

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	// MaxIDs is how many IDs a list has at most, each counted once: all of them are
	// read again and again.
	MaxIDs = 10_000
	// MaxLength is how long an ID is at most, in bytes. Dapr makes IDs of 36; a
	// store takes 255 as a rule.
	MaxLength = 1024
	// maxBytes is how much is read of a list at most, for a pipe may never end.
	maxBytes = 16 << 20
	// maxLine is the longest line, comments included.
	maxLine = 64 << 10
)

// byteOrderMark is what some editors begin a text with.
const byteOrderMark = "\ufeff"

// Parse reads a list: one ID a line, as daprdeck --once -o ids prints them, or a
// JSON array of strings, or of objects with an instanceId, as -o json does.
// Blank lines and those that begin with # are skipped, and so is an ID that was
// there before. An ID is kept byte for byte, blanks included; one that begins
// with # or ends with a carriage return, or has line breaks, needs JSON. What
// cannot be an ID is an error that names its line, and so is a list beyond the
// limits: a part of a list would pass for the whole.
func Parse(r io.Reader) ([]string, error) {
	limited := &io.LimitedReader{R: r, N: maxBytes + 1}
	in := bufio.NewReaderSize(limited, maxLine)
	if mark, err := in.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		_, _ = in.Discard(len(byteOrderMark))
	}
	l := list{seen: map[string]bool{}}
	parse := l.lines
	if isJSON(in) {
		parse = l.array
	}
	err := parse(in)
	switch {
	case limited.N <= 0:
		return nil, fmt.Errorf("the list is longer than %d MB", maxBytes>>20)
	case err != nil:
		return nil, err
	}
	return l.ids, nil
}

// list collects IDs, each once.
type list struct {
	ids  []string
	seen map[string]bool
}

var errTooMany = fmt.Errorf("there are more than %d IDs", MaxIDs)

func (l *list) add(id string) error {
	if l.seen[id] {
		return nil
	}
	if err := check(id); err != nil {
		return err
	}
	if len(l.ids) == MaxIDs {
		return errTooMany
	}
	l.seen[id] = true
	l.ids = append(l.ids, id)
	return nil
}

// check reports why a text cannot be an ID: the protocol carries no other bytes
// than those of UTF-8, and a zero byte says that this is no text at all.
func check(id string) error {
	switch {
	case id == "":
		return errors.New("an empty ID")
	case strings.ContainsRune(id, 0):
		return errors.New("a zero byte: a list of IDs is a text in UTF-8")
	case !utf8.ValidString(id):
		return errors.New("an ID that is not UTF-8")
	case len(id) > MaxLength:
		return fmt.Errorf("an ID of more than %d bytes", MaxLength)
	}
	return nil
}

func (l *list) lines(in *bufio.Reader) error {
	for n := 1; ; n++ {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("line %d is longer than %d kB", n, maxLine>>10)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read line %d: %w", n, err)
		}
		id := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(bytes.TrimSpace(id)) > 0 && id[0] != '#' {
			if err := l.add(string(id)); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
		}
		if err != nil {
			return nil //nolint:nilerr // the end of the text is no fault of it
		}
	}
}

// isJSON looks at the beginning: an ID may begin with a bracket as well, but
// hardly goes on like this.
func isJSON(in *bufio.Reader) bool {
	for n := 64; n <= in.Size(); n *= 8 {
		head, err := in.Peek(n)
		head = bytes.TrimLeft(head, " \t\r\n")
		rest, found := bytes.CutPrefix(head, []byte("["))
		rest = bytes.TrimLeft(rest, " \t\r\n")
		switch {
		case len(head) > 0 && !found:
			return false
		case len(rest) > 0:
			return strings.IndexByte(`"]{`, rest[0]) >= 0
		case err != nil:
			return false
		}
	}
	return false
}

func (l *list) array(in *bufio.Reader) error {
	decoder := json.NewDecoder(in)
	if _, err := decoder.Token(); err != nil { // the bracket, which isJSON saw
		return notJSON(err)
	}
	for n := 1; decoder.More(); n++ {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return notJSON(err)
		}
		id, err := entry(raw)
		if err == nil {
			err = l.add(id)
		}
		if err != nil {
			return fmt.Errorf("entry %d: %w", n, err)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return notJSON(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON array")
	}
	return nil
}

// notJSON keeps the position that the decoder tells and nothing of the text.
func notJSON(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("the JSON array is broken at byte %d", syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON array has no end")
	}
	return fmt.Errorf("read the JSON array: %w", err)
}

// entry returns the ID that an element of the array holds.
func entry(raw json.RawMessage) (string, error) {
	if !utf8.Valid(raw) {
		return "", errors.New("an ID that is not UTF-8") // the decoder would make another one of it
	}
	var id string
	if raw[0] == '"' {
		err := json.Unmarshal(raw, &id)
		return id, wrap(err)
	}
	var object struct {
		ID *string `json:"instanceId"`
	}
	if raw[0] != '{' || json.Unmarshal(raw, &object) != nil || object.ID == nil {
		return "", errors.New("want a string, or an object with an instanceId")
	}
	return *object.ID, nil
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return notJSON(err)
}
