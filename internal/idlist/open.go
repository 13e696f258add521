package idlist

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/charmbracelet/x/term"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// errTerminal: a list that is typed there would take the keys of the console.
var errTerminal = errors.New("a list of IDs comes from a file or a pipe, not from a terminal")

// Read reads the list of a file or, with Stdin, of stdin, to its end. Its errors
// are one line that says whose list it is.
func Read(path string, stdin *os.File) ([]string, error) {
	in, err := Open(path, stdin)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // it was only read
	ids, err := Parse(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", title(path), err)
	}
	return ids, nil
}

// Open opens the list of a file or, with Stdin, of stdin, which Close leaves
// open. A pipe may stand for a file, for that is what a shell makes of <(command).
func Open(path string, stdin *os.File) (io.ReadCloser, error) {
	if path == Stdin {
		if term.IsTerminal(stdin.Fd()) {
			return nil, fmt.Errorf("%s: %w", title(path), errTerminal)
		}
		return io.NopCloser(stdin), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", title(path), reason(err))
	}
	info, err := file.Stat()
	switch {
	case err != nil:
		err = reason(err)
	case info.IsDir():
		err = errors.New("a folder is no list of IDs")
	case term.IsTerminal(file.Fd()):
		err = errTerminal
	default:
		return file, nil
	}
	_ = file.Close() // it was not even read
	return nil, fmt.Errorf("%s: %w", title(path), err)
}

func title(path string) string {
	if path == Stdin {
		return "standard input"
	}
	return workflow.Clean(path)
}

// reason is what is wrong with a file, without its name.
func reason(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
