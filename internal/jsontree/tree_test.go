package jsontree

import (
	"errors"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func folds(t testing.TB, text string) *Folds {
	t.Helper()
	tree, err := Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return NewFolds(tree)
}

// lines draws everything with two spaces for each level.
func (f *Folds) text() string {
	var b strings.Builder
	for i := range f.Lines() {
		pieces, indent := f.Line(i, nil)
		b.WriteString(strings.Repeat(" ", indent))
		for _, p := range pieces {
			switch p.Part {
			case PartCount:
				b.WriteString("…" + p.Text)
			case PartPreview:
				b.WriteString("  " + p.Text)
			case PartPunctuation, PartName, PartString, PartNumber, PartWord:
				b.WriteString(p.Text)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func wantText(t *testing.T, f *Folds, want string) {
	t.Helper()
	if got := f.text(); got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got\n%swant%s", got, want)
	}
}

// What is laid out is the source: digits, escapes, order, names that stand
// there twice.
func TestTheSourceStaysAsItIs(t *testing.T) {
	f := folds(t, ` {"id":9223372036854775807,"big":123456789012345678901234567890.10,"e":1E+2,"a":"\u00e9\/é","a":[ ],"o":{},"":[true,null,{"x":-0}]}`)
	wantText(t, f, `
{
  "id": 9223372036854775807,
  "big": 123456789012345678901234567890.10,
  "e": 1E+2,
  "a": "\u00e9\/é",
  "a": [],
  "o": {},
  "": [
    true,
    null,
    {
      "x": -0
    }
  ]
}
`)
}

func TestScalarsAndEmptiesAreWholeDocuments(t *testing.T) {
	for _, text := range []string{`1`, `"a"`, `null`, `[]`, `{}`} {
		f := folds(t, text)
		if got := f.text(); got != text+"\n" {
			t.Errorf("%s is drawn as %q", text, got)
		}
		if able, _ := f.Foldable(0); able {
			t.Errorf("%s can be folded", text)
		}
	}
}

const order = `{"order":"A-1","lines":[{"sku":"A1","qty":1},{"sku":"B2","qty":2}],"note":null}`

func TestFold(t *testing.T) {
	f := folds(t, order)
	if at, changed := f.Fold(6, true); at != 3 || !changed { // on its closing bracket
		t.Errorf("folded at %d, %v", at, changed)
	}
	wantText(t, f, `
{
  "order": "A-1",
  "lines": [
    {…2},  "sku":"A1","qty":1
    {
      "sku": "B2",
      "qty": 2
    }
  ],
  "note": null
}
`)
	if _, changed := f.Fold(3, true); changed {
		t.Error("it was folded already")
	}
	f.Fold(2, true)
	wantText(t, f, `
{
  "order": "A-1",
  "lines": […2],  {"sku":"A1","qty":1},{"sku":"B2","qty":2}
  "note": null
}
`)
	f.Fold(2, false) // what is folded inside stays folded
	if f.Lines() != 11 {
		t.Errorf("%d lines:\n%s", f.Lines(), f.text())
	}
	if _, changed := f.Fold(1, true); changed {
		t.Error("a scalar was folded")
	}
}

func TestFoldAllAndBelow(t *testing.T) {
	f := folds(t, order)
	if at := f.FoldAll(8, true); at != 2 {
		t.Errorf("a line of an item is seen at %d", at)
	}
	if f.Lines() != 5 {
		t.Errorf("%d lines:\n%s", f.Lines(), f.text())
	}
	if at := f.FoldAll(2, false); at != 2 || f.Lines() != 14 {
		t.Errorf("at %d of %d", at, f.Lines())
	}
	f.FoldBelow(2)
	if f.Lines() != 8 {
		t.Errorf("%d lines:\n%s", f.Lines(), f.text())
	}
}

// Each line knows where it is, whatever is folded.
func TestLinesAndPlaces(t *testing.T) {
	for _, text := range []string{order, `[[[[1],2],3],[[]],{}]`, `[` + strings.Repeat(`"`+strings.Repeat("y", 2000)+`",`, 3) + `{"` + strings.Repeat("n", 1500) + `":[1]}]`} {
		f := folds(t, text)
		for range 3 {
			seen := -1
			for i := range f.Lines() {
				at := f.Begin(i)
				if at <= seen {
					t.Fatalf("line %d begins at %d, the one before at %d:\n%s", i, at, seen, f.text())
				}
				seen = at
				if got := f.LineOf(at); got != i {
					t.Fatalf("byte %d of line %d is said to be on %d:\n%s", at, i, got, f.text())
				}
			}
			f.Fold(f.Lines()/2, true)
		}
	}
}

func TestPath(t *testing.T) {
	f := folds(t, `{"lines":[{"price":1},{"price":2,"odd name":[[7]],"a\"b":3,"größe":4,"":5,"1st":6}]}`)
	var got []string
	for i := range f.Lines() {
		got = append(got, f.Path(i))
	}
	want := `$ $.lines $.lines[0] $.lines[0].price $.lines[0] $.lines[1] $.lines[1].price $.lines[1]["odd name"] ` +
		`$.lines[1]["odd name"][0] $.lines[1]["odd name"][0][0] $.lines[1]["odd name"][0] $.lines[1]["odd name"] ` +
		`$.lines[1]["a\"b"] $.lines[1].größe $.lines[1][""] $.lines[1]["1st"] $.lines[1] $.lines $`
	if strings.Join(got, " ") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, " "), want)
	}
	if v := f.Value(2); v != `{"price":1}` {
		t.Errorf("the value is %s", v)
	}
	if p := f.Parent(3); p != 2 {
		t.Errorf("the parent of the price is on %d", p)
	}
	if p := f.Parent(17); p != 1 {
		t.Errorf("the parent of a closing bracket is on %d, not where it opens", p)
	}
}

func TestNamesThatStandTwiceHaveValuesOfTheirOwn(t *testing.T) {
	f := folds(t, `{"a":1,"a":2}`)
	if f.Value(1) != "1" || f.Value(2) != "2" || f.Path(1) != "$.a" || f.Path(2) != "$.a" {
		t.Errorf("%s", f.text())
	}
}

func TestReveal(t *testing.T) {
	f := folds(t, order)
	f.FoldAll(0, true)
	line := f.Reveal(strings.Index(order, "B2"))
	if got := f.Path(line); got != "$.lines[1].sku" {
		t.Errorf("revealed %s", got)
	}
	if f.Path(3) != "$.lines[0]" || f.Lines() != 11 {
		t.Errorf("more than needed is unfolded:\n%s", f.text())
	}
}

// A value of many lines folds, and each of its bytes has a line.
func TestLongValues(t *testing.T) {
	long := strings.Repeat("0123456789", 300)
	text := `{"a":"` + long + `","b":1}`
	f := folds(t, text)
	if f.Lines() != 9 {
		t.Errorf("%d lines", f.Lines())
	}
	if line := f.LineOf(len(`{"a":"`) + 2900); f.Path(line) != "$.a" || line != 6 {
		t.Errorf("the end is on line %d", line)
	}
	if _, changed := f.Fold(4, true); !changed || f.Lines() != 4 {
		t.Errorf("%d lines when folded", f.Lines())
	}
	if pieces, _ := f.Line(1, nil); pieces[len(pieces)-1].Text != "3002 B" {
		t.Errorf("folded it says %+v", pieces[len(pieces)-1])
	}
	if line := f.Reveal(2500); line != 5 {
		t.Errorf("byte 2500 is revealed on line %d", line)
	}
}

func TestKeepAndClone(t *testing.T) {
	f := folds(t, order)
	f.Fold(2, true)
	c := f.Clone()
	c.Fold(2, false)
	if f.Lines() != 5 || c.Lines() != 14 {
		t.Errorf("%d and %d lines", f.Lines(), c.Lines())
	}
	if g := folds(t, order); !g.Keep(f) || g.Lines() != 5 {
		t.Error("folds of the same text are not kept")
	}
	if g := folds(t, `{"other":[1]}`); g.Keep(f) || g.Lines() != 5 {
		t.Error("folds of another text are kept")
	}
}

// Nesting as deep as JSON readers go is drawn, with a bounded indentation.
func TestDeepNesting(t *testing.T) {
	const deep = 10_000
	text := strings.Repeat("[", deep) + strings.Repeat("]", deep)
	f := folds(t, text)
	if f.Lines() != 2*deep-1 {
		t.Errorf("%d lines", f.Lines())
	}
	for _, line := range []int{0, deep / 2, deep - 1, deep, 2*deep - 2} {
		if pieces, indented := f.Line(line, nil); len(pieces) == 0 || indented > 2*maxIndent {
			t.Errorf("line %d: %v, indented %d", line, pieces, indented)
		}
	}
	if p := f.Path(deep - 1); len(p) != 1+3*(deep-1) {
		t.Errorf("a path of %d bytes", len(p))
	}
	var syntax *workflow.SyntaxError
	if _, err := Parse("[" + text + "]"); !errors.As(err, &syntax) {
		t.Errorf("deeper than that: %v", err)
	}
}

func TestTooManyValues(t *testing.T) {
	if _, err := Parse("[" + strings.Repeat("1,", maxNodes) + "1]"); !errors.Is(err, ErrTooMany) {
		t.Errorf("%v", err)
	}
}

func TestTimes(t *testing.T) {
	for text, want := range map[string]string{
		`"2026-11-23T09:41:03Z"`:          "2026-11-23T09:41:03Z",
		`"2026-11-23 09:41:03.5+01:00"`:   "2026-11-23T08:41:03.5Z",
		`"2026-11-23t09:41:03z"`:          "2026-11-23T09:41:03Z",
		`1795426863`:                      "2026-11-23T09:41:03Z",
		`1795426863250`:                   "2026-11-23T09:41:03.25Z",
		`1795426863250000`:                "2026-11-23T09:41:03.25Z",
		`1795426863250000001`:             "2026-11-23T09:41:03.250000001Z",
		`"2026-11-23"`:                    "",
		`"2026-13-23T09:41:03Z"`:          "",
		`"order 2026-11-23T09:41:03Z at"`: "",
		`12345`:                           "",
		`9223372036854775807`:             "",
		`-1795426863`:                     "",
		`1795426863.5`:                    "",
		`{"a":1795426863}`:                "",
	} {
		at, _, ok := folds(t, text).Time(0)
		got := ""
		if ok {
			got = at.UTC().Format("2006-01-02T15:04:05.999999999Z07:00")
		}
		if got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
