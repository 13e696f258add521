package dapr_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

var update = flag.Bool("update", false, "write the tables of docs/operations.md")

// TestDocs keeps the tables of docs/operations.md equal to those that the
// tests hold against the runtime. "go test -run TestDocs -update" writes them.
func TestDocs(t *testing.T) {
	t.Parallel()
	root, err := harness.RepositoryRoot()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "docs", "operations.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	text = replaceBlock(t, text, "with a worker", render(statuses(), func(o operation) map[string]cell { return o.want }))
	text = replaceBlock(t, text, "without a worker", render(sampled(), func(o operation) map[string]cell { return o.withoutWorker }))
	if text == string(data) {
		return
	}
	if !*update {
		t.Fatal("docs/operations.md differs from the tables of this package; run: go test -run TestDocs -update")
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replaceBlock puts a table between its two marks.
func replaceBlock(t *testing.T, text, name, table string) string {
	t.Helper()
	begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	before, rest, ok := strings.Cut(text, begin)
	if !ok {
		t.Fatalf("docs/operations.md has no mark %q", begin)
	}
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("docs/operations.md has no mark %q", end)
	}
	return before + begin + table + end + after
}

// render makes a table with one row for each operation. The terminal statuses
// share a column, for they are treated alike.
func render(columns []string, cells func(operation) map[string]cell) string {
	var b strings.Builder
	terminal := []string{completed, failed, terminated}
	columns = slices.DeleteFunc(slices.Clone(columns), func(s string) bool { return s == failed || s == terminated })
	b.WriteString("| |")
	for _, c := range columns {
		if c == completed {
			c = strings.Join(terminal, ", ")
		}
		b.WriteString(" " + c + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, op := range operations() {
		b.WriteString("| " + op.name + " |")
		row := cells(op)
		for _, c := range columns {
			text := words(op.name, c, row[c])
			for _, s := range terminal {
				if other, ok := row[s]; ok && c == completed && words(op.name, s, other) != text {
					text += "; " + s + ": " + words(op.name, s, other)
				}
			}
			b.WriteString(" " + text + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// words say a cell in plain words.
func words(op, from string, c cell) string {
	switch {
	case op == rerunOperation().name && c.answer == answerOK:
		return "OK, starts **another** instance"
	case c.crash:
		return "**ends daprd**"
	case c.answer == answerDeadline && c.adds == "":
		return "no answer, nothing done"
	case c.answer == answerDeadline:
		return fmt.Sprintf("**no answer**; stays %s, adds %s", c.after, c.adds)
	case c.answer != answerOK:
		return refusal(c.answer)
	case c.after == gone:
		return "OK, removed"
	case strings.HasPrefix(c.adds, "replaced by:"):
		return "OK, a new run **replaces** it"
	case from == unknown:
		return "OK, " + c.after
	case from == pending:
		return "OK, **starts it now**: " + c.after
	case c.after != from:
		return "OK, " + c.after
	case c.adds == "":
		return "OK, **no effect**"
	default:
		return "OK, stays " + c.after + ", adds " + c.adds
	}
}

// refusal is the code and the last part of the message.
func refusal(answer string) string {
	code, text, _ := strings.Cut(answer, ": ")
	if i := strings.LastIndex(text, ": "); i >= 0 {
		text = text[i+2:]
	}
	if i := strings.LastIndex(text, "desc = "); i >= 0 {
		text = text[i+len("desc = "):]
	}
	text = strings.NewReplacer("<", "", ">", "").Replace(text)
	return fmt.Sprintf("refused, %s: “%s”", code, text)
}
