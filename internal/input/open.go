package input

import (
	"fmt"
	"os"
	"runtime"

	"github.com/charmbracelet/x/term"
)

// Open returns the terminal that the keys come from: stdin or, when that is
// something else, the terminal that the program was started on. Bubble Tea would
// open that one itself, but then reads it without Reader. The function returned
// is called when the screen is done.
func Open(stdin *os.File) (*Terminal, func(), error) {
	if term.IsTerminal(stdin.Fd()) {
		return NewTerminal(stdin, os.Getenv), func() {}, nil
	}
	// Opened by this name, for on some systems what waits for a key looks at it.
	name := "/dev/tty"
	if runtime.GOOS == "windows" {
		name = "CONIN$"
	}
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("no terminal for the keys, and standard input is none: %w", err)
	}
	return NewTerminal(file, os.Getenv), func() { _ = file.Close() }, nil
}
