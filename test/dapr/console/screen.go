package console

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// Screen is a copy of what the terminal showed at one moment.
type Screen struct {
	Width, Height int
	Title         string
	Alt           bool // the alternate screen
	CursorX       int
	CursorY       int
	CursorHidden  bool

	cells [][]uv.Cell // rows of Width cells
}

// screen copies the emulator's cells. The lock is held.
func (t *terminal) screen() Screen {
	pos := t.emu.CursorPosition()
	s := Screen{
		Width: t.emu.Width(), Height: t.emu.Height(), Title: t.title, Alt: t.alt,
		CursorX: pos.X, CursorY: pos.Y, CursorHidden: t.hidden,
	}
	s.cells = make([][]uv.Cell, s.Height)
	for y := range s.cells {
		row := make([]uv.Cell, s.Width)
		for x := range row {
			if c := t.emu.CellAt(x, y); c != nil {
				row[x] = *c
			}
		}
		s.cells[y] = row
	}
	return s
}

// Line is the text of one row, without the blanks at its end. A wide
// character counts once here and takes two cells.
func (s Screen) Line(y int) string {
	if y < 0 || y >= len(s.cells) {
		return ""
	}
	return strings.TrimRight(text(s.cells[y]), " ")
}

func text(cells []uv.Cell) string {
	var b strings.Builder
	for x := 0; x < len(cells); x++ {
		c := cells[x]
		if c.Content == "" {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(c.Content)
		if c.Width > 1 {
			x += c.Width - 1
		}
	}
	return b.String()
}

// Lines are all rows, from the top.
func (s Screen) Lines() []string {
	lines := make([]string, s.Height)
	for y := range lines {
		lines[y] = s.Line(y)
	}
	return lines
}

// String is the text of the screen.
func (s Screen) String() string { return strings.Join(s.Lines(), "\n") }

// Contains reports whether a text is on the screen, within one row.
func (s Screen) Contains(text string) bool { return s.Row(text) >= 0 }

// Row is the first row that holds a text, or -1.
func (s Screen) Row(text string) int {
	for y := range s.Height {
		if strings.Contains(s.Line(y), text) {
			return y
		}
	}
	return -1
}

// Cell is what one place of the screen looks like. Colours are nil where the
// program set none.
type Cell struct {
	Text       string
	Foreground color.Color
	Background color.Color
	Bold       bool
	Faint      bool
	Reverse    bool
	Underline  bool
}

// At is the cell at a column and a row, counted from zero.
func (s Screen) At(x, y int) Cell {
	if y < 0 || y >= len(s.cells) || x < 0 || x >= len(s.cells[y]) {
		return Cell{}
	}
	c := s.cells[y][x]
	return Cell{
		Text: c.Content, Foreground: c.Style.Fg, Background: c.Style.Bg,
		Bold: c.Style.Attrs&uv.AttrBold != 0, Faint: c.Style.Attrs&uv.AttrFaint != 0,
		Reverse: c.Style.Attrs&uv.AttrReverse != 0, Underline: c.Style.Underline != uv.UnderlineNone,
	}
}

// Framed is the screen with a border and its size, for messages.
func (s Screen) Framed() string {
	var b strings.Builder
	bar := strings.Repeat("─", s.Width)
	fmt.Fprintf(&b, "┌%s┐ %dx%d cursor %d,%d\n", bar, s.Width, s.Height, s.CursorX, s.CursorY)
	for y := range s.cells {
		b.WriteString("│" + text(s.cells[y]) + "│\n")
	}
	b.WriteString("└" + bar + "┘")
	return b.String()
}
