package jsontree

import (
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Print lays a whole payload out as text that is safe on any terminal: JSON
// with a line for each value, bytes in hex, and else, or with raw set, the text
// as it is.
func Print(source string, raw bool) string {
	if !raw {
		if lines, isJSON := workflow.Pretty(source); isJSON {
			return strings.Join(lines, "\n") + "\n"
		}
		if binary(source) {
			return (&Doc{Source: source}).printHex()
		}
	}
	return workflow.CleanText(source)
}

func (d *Doc) printHex() string {
	var b strings.Builder
	for i := range d.HexLines() {
		offset, bytes, ascii := d.HexLine(i)
		b.WriteString(offset + "  " + bytes + " " + ascii + "\n")
	}
	return b.String()
}
