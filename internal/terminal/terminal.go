// Package terminal knows what the environment says of the terminal: whether a
// screen can be drawn on it, what it understands, and which symbols it shows.
package terminal

import (
	"fmt"
	"runtime"
	"strings"
)

// Terminal is what the environment says of a terminal.
type Terminal struct {
	// Name is TERM.
	Name string
	// Plain terminals get no questions, no colors and nothing that a VT100 would
	// print: their kind is not known, or is known to be old.
	Plain bool
	// ASCII says that symbols beyond ASCII would come out as garbage; Locale is
	// why: a variable with its value, or a multiplexer.
	ASCII  bool
	Locale string
}

// Of reads the environment. getenv is os.Getenv in a program.
func Of(getenv func(string) string) Terminal {
	t := Terminal{Name: getenv("TERM")}
	t.Plain = runtime.GOOS != "windows" && !understands(t.Name)
	t.Locale, t.ASCII = asciiLocale(getenv)
	return t
}

// Check returns an error when no screen can be drawn on the terminal.
func (t Terminal) Check() error {
	const use = "it needs a terminal that can place the cursor; daprdeck --once prints the list"
	switch {
	case runtime.GOOS == "windows":
	case t.Name == "":
		return fmt.Errorf("TERM is not set: %s", use)
	case t.Name == "dumb":
		return fmt.Errorf("TERM is dumb: %s", use)
	}
	return nil
}

// The largest screen that is drawn, in cells, as Bubble Tea (2.1.1, screen.go)
// has it for a change of the size. It does not look at the first one, and 65535
// by 65535 cells are gigabytes.
const (
	maxSide  = 4096
	maxCells = 1 << 20
)

// CheckSize returns an error when a screen of this size would not be drawn.
func CheckSize(width, height int) error {
	if width <= maxSide && height <= maxSide && width*height <= maxCells {
		return nil
	}
	return fmt.Errorf("the terminal says that it has %d columns and %d lines, and no more than %d cells are drawn; stty cols 120 rows 40 corrects it", width, height, maxCells)
}

// understands reports whether a terminal is of a kind that answers or ignores
// the questions of xterm, and shows colors.
func understands(name string) bool {
	name = strings.ToLower(name)
	for _, kind := range [...]string{
		"xterm", "screen", "tmux", "rxvt", "linux", "alacritty", "kitty", "foot", "wezterm", "ghostty", "contour", "konsole",
		"vte", "gnome", "iterm", "st-", "mintty", "putty", "ms-terminal", "cygwin", "eterm", "rio", "dtterm", "mlterm", "terminator",
		"tilix", "termite", "hyper", "nsterm", "warp", "zellij", "aterm", "mrxvt",
	} {
		if strings.HasPrefix(name, kind) {
			return true
		}
	}
	return name == "st" || strings.Contains(name, "color")
}

// asciiLocale reports whether the locale is one without UTF-8, and what says so.
// Without any locale a terminal mostly shows UTF-8 all the same, as in a
// container; screen and tmux then take it for ASCII.
func asciiLocale(getenv func(string) string) (why string, ascii bool) {
	for _, name := range [...]string{"LC_ALL", "LC_CTYPE", "LANG"} {
		value := getenv(name)
		if value == "" {
			continue
		}
		low := strings.ToLower(value)
		return name + "=" + value, !strings.Contains(low, "utf-8") && !strings.Contains(low, "utf8")
	}
	term := getenv("TERM")
	switch {
	case getenv("STY") != "" || strings.HasPrefix(term, "screen"):
		return "no locale is set inside screen", true
	case getenv("TMUX") != "" || strings.HasPrefix(term, "tmux"):
		return "no locale is set inside tmux", true
	}
	return "", false
}
