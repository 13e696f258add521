package config

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// Mistake is what is wrong in a file, and where: line and column count from 1,
// the column in characters.
type Mistake struct {
	File         string
	Line, Column int
	Text         string
}

// String is the mistake as compilers write theirs, in one line.
func (m Mistake) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", workflow.Clean(m.File), m.Line, m.Column, workflow.Clean(m.Text))
}

// Mistakes is every mistake of a file, in its order.
type Mistakes []Mistake

// Error is one mistake a line.
func (m Mistakes) Error() string {
	lines := make([]string, 0, len(m))
	for _, one := range m {
		lines = append(lines, one.String())
	}
	return strings.Join(lines, "\n")
}

// inOrder sorts mistakes by their place.
func (m Mistakes) inOrder() Mistakes {
	sort.SliceStable(m, func(i, j int) bool {
		if m[i].Line != m[j].Line {
			return m[i].Line < m[j].Line
		}
		return m[i].Column < m[j].Column
	})
	return m
}

// didYouMean words the nearest of the words that were possible, or lists them
// where they are few.
func didYouMean(s string, words []string) string {
	const few = 9
	if near := workflow.Nearest(strings.ToLower(s), words); near != "" {
		return ": did you mean " + quote(near) + "?"
	}
	if len(words) > 0 && len(words) <= few {
		return ": there is " + strings.Join(words, ", ")
	}
	return ""
}

// quote makes what somebody wrote safe to print, and short.
func quote(s string) string {
	return strconv.Quote(workflow.Shorten(workflow.Clean(s), maxQuote))
}

// maxQuote is how much of a text a mistake repeats, in bytes.
const maxQuote = 60
