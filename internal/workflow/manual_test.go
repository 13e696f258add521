package workflow

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of the manual")

const manual = "../../docs/operations.md"

// inManual compares a table with the one between its marks in the manual.
func inManual(t *testing.T, name string, head []string, rows [][]string) {
	t.Helper()
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(head)
	b.WriteString(strings.Repeat("|---", len(head)) + "|\n")
	for _, cells := range rows {
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], "||", "`\\|\\|`")
		}
		line(cells)
	}
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
	before, rest, ok := strings.Cut(string(data), begin)
	got, after, too := strings.Cut(rest, end)
	if !ok || !too {
		t.Fatalf("%s has no marks of the table %q", manual, name)
	}
	if got == b.String() {
		return
	}
	if !*update {
		t.Fatalf("the table %q of %s differs (-update writes it); want\n%s", name, manual, b.String())
	}
	if err := os.WriteFile(manual, []byte(before+begin+b.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What runtimes get wrong: docs/operations.md has each row as the console has.
func TestTheTableOfRuntimesIsInTheManual(t *testing.T) {
	var rows [][]string
	for _, f := range runtimeFaults() {
		var versions []string
		for _, s := range f.Versions {
			mark := ""
			if s.Inferred {
				mark = "*"
			}
			versions = append(versions, s.From+" to before "+s.Before+mark)
		}
		rows = append(rows, []string{f.What, strings.Join(versions, ", "), f.Advice, f.Source})
	}
	inManual(t, "runtimes", []string{"What happens", "Versions", "What to do", "Source"}, rows)
}

// What depends on the SDK of the worker: the same.
func TestTheTableOfSDKsIsInTheManual(t *testing.T) {
	var rows [][]string
	for _, trait := range Traits() {
		for _, b := range Behaviors() {
			if b.Trait != trait {
				continue
			}
			sdk := b.SDK.String()
			if b.Versions != "" {
				sdk += " " + b.Versions
			}
			rows = append(rows, []string{trait.String(), sdk, b.Words, b.Source})
		}
	}
	inManual(t, "sdks", []string{"", "SDK", "what its worker does", "Source"}, rows)
}

// How the SDK is told: the same.
func TestTheSignsOfTheSDKsAreInTheManual(t *testing.T) {
	strength := map[int]string{strong: "strong", usual: "usual", hint: "hint", 0: "rules out the others"}
	var rows [][]string
	for _, s := range signs() {
		var sdks []string
		for _, k := range s.sdks {
			sdks = append(sdks, k.String())
		}
		how := strength[s.weight]
		if s.only && s.weight > 0 {
			how += ", rules out the others"
		}
		rows = append(rows, []string{s.words, strings.Join(sdks, ", "), how})
	}
	inManual(t, "signs", []string{"Sign in the history", "SDK", "Weight"}, rows)
}
