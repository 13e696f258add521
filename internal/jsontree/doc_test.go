package jsontree

import (
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		text  string
		kind  Kind
		place string
	}{
		{"", Empty, ""},
		{`{"a":1}`, JSON, ""},
		{"done", Text, ""},
		{"two\nlines\tand \x1b[31mcolor", Text, ""},
		{"{\"a\":1,\n \"b\":}", Text, "line 2, column 6: "},
		{`{"a":1`, Text, "line 1, column 7: the text ends before its closing }"},
		{` "a`, Text, "line 1, column 2: this text has no closing double quote"},
		{"ab\x00", Binary, ""},
		{"\x89PNG\r\n\x1a\n", Binary, ""},
		{"{\"a\": \x00}", Binary, ""},
		{"\xff\xfe latin caf\xe9 with enough text around it", Text, ""},
	} {
		d := Read(c.text)
		if d.Kind != c.kind || !strings.HasPrefix(d.Place(), c.place) || c.place == "" && d.Place() != "" {
			t.Errorf("%q is %d, %q", c.text, d.Kind, d.Place())
		}
	}
}

func TestTextLines(t *testing.T) {
	d := Read("one\n\ntwo\n" + strings.Repeat("x", 1200) + "\n")
	var got []string
	for i := range d.TextLines() {
		text, at := d.TextLine(i)
		if d.TextLineOf(at) != i {
			t.Errorf("byte %d is on line %d, not %d", at, d.TextLineOf(at), i)
		}
		got = append(got, text)
	}
	if len(got) != 6 || got[0] != "one" || got[1] != "" || got[2] != "two" || len(got[3])+len(got[4])+len(got[5]) != 1200 {
		t.Errorf("%q", got)
	}
}

func TestHex(t *testing.T) {
	d := Read("\x00\x01daprdeck, a console\xff")
	if d.HexLines() != 2 {
		t.Fatalf("%d lines", d.HexLines())
	}
	offset, bytes, ascii := d.HexLine(1)
	if offset != "00000010" || !strings.HasPrefix(bytes, "6e 73 6f 6c 65 ff ") || ascii != "nsole." {
		t.Errorf("%s %s %s", offset, bytes, ascii)
	}
	if _, bytes0, _ := d.HexLine(0); len(bytes0) != len(bytes) {
		t.Error("the columns of a short line are elsewhere")
	}
	if d.HexLineOf(16) != 1 || d.HexLineOf(15) != 0 {
		t.Error("a byte is on another line")
	}
}

func TestFind(t *testing.T) {
	text := `{"Sku":"sku-1","n":12,"s":["SKU",true,"a","b"],"椅子":"ÄÖ"}`
	d := Read(text)
	for q, want := range map[string]string{
		"sku":   "Sku sku SKU",
		"Sku":   "Sku",
		"12":    "12",
		"true":  "true",
		`"a"`:   `"a"`,
		`","`:   "", // only separates
		`":`:    "",
		"äö":    "ÄÖ",
		"椅":     "椅",
		"":      "",
		"zebra": "",
	} {
		var got []string
		for _, m := range d.Find(NewFinder(q), 100) {
			got = append(got, text[m.At:m.At+m.Len])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
	if n := len(d.Find(NewFinder("s"), 2)); n != 2 {
		t.Errorf("%d are found, though two are enough", n)
	}
	if n := len(NewFinder("ab").All("abABaab")); n != 3 {
		t.Errorf("%d in a short text", n)
	}
}

func TestVisibleHidesNothing(t *testing.T) {
	for in, want := range map[string]string{
		"plain 椅子":        "plain 椅子",
		"a\u202eb":        `a\u202eb`,
		"a\u009b31mb":     `a\u009b31mb`,
		"\u200b\ufeff":    `\u200b\ufeff`,
		"👩\u200d🚀❤\ufe0f": "👩🚀❤",
		"\xffa":           "�a",
		"\U000e0041":      `\udb40\udc41`,
		"a\tb\x7f":        `a b\u007f`,
	} {
		if got := Visible(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestPrint(t *testing.T) {
	for _, c := range []struct {
		text string
		raw  bool
		want string
	}{
		{`{"a":[1]}`, false, "{\n  \"a\": [\n    1\n  ]\n}\n"},
		{`{"a":[1]}`, true, `{"a":[1]}`},
		{"a\x1b]0;title\x07bcde", false, "abcde"},
	} {
		if got := Print(c.text, c.raw); got != c.want {
			t.Errorf("%q is printed as %q", c.text, got)
		}
	}
	if got := Print("\x00ab", false); !strings.HasPrefix(got, "00000000  00 61 62") {
		t.Errorf("bytes are printed as %q", got)
	}
}

// FuzzRead: whatever a payload is, it is laid out, each scalar of the source
// stands on the lines with every byte, no line holds a control character, and
// places are found again.
func FuzzRead(f *testing.F) {
	for _, s := range []string{order, `[1,[2,{"a":[]}],"\u00e9` + "\u202e" + `"]`, `"` + strings.Repeat(`é\"`, 400) + `"`, "{", "\x00\xff", "a\nb", `{"":{"":0}}`} {
		f.Add(s, "a", uint16(3))
	}
	f.Fuzz(func(t *testing.T, text, query string, fold uint16) {
		if len(text) > 1<<12 {
			return
		}
		d := Read(text)
		for i := range d.TextLines() {
			line, at := d.TextLine(i)
			if len(line) > MaxLine || d.TextLineOf(at) != i {
				t.Fatalf("line %d of %q: %d bytes at %d", i, text, len(line), at)
			}
		}
		hits := d.Find(NewFinder(query), 50)
		if d.Tree == nil {
			return
		}
		v := NewFolds(d.Tree)
		wantScalars(t, v)
		for range 3 {
			v.Fold(int(fold)%v.Lines(), fold%2 == 0)
			fold = fold*31 + 7
			wantPlaces(t, v)
		}
		for _, m := range hits {
			if line := v.Reveal(m.At); line < 0 || line >= v.Lines() {
				t.Fatalf("a match at %d of %q is on line %d of %d", m.At, text, line, v.Lines())
			}
		}
		wantPlaces(t, v)
	})
}

func wantScalars(t *testing.T, v *Folds) {
	t.Helper()
	var want, got strings.Builder
	for i := range v.t.nodes {
		if n := &v.t.nodes[i]; !n.container() {
			want.WriteString(v.t.src[n.start:n.end])
		}
	}
	for i := range v.Lines() {
		pieces, _ := v.Line(i, nil)
		for _, p := range pieces {
			if p.Part == PartString || p.Part == PartNumber || p.Part == PartWord {
				got.WriteString(p.Text)
			}
			if s := Visible(p.Text); workflow.Clean(s) != s {
				t.Fatalf("line %d holds %q", i, s)
			}
		}
	}
	if got.String() != want.String() {
		t.Fatalf("the scalars of %q are drawn as %q", v.t.src, got.String())
	}
}

func wantPlaces(t *testing.T, v *Folds) {
	t.Helper()
	for i := range v.Lines() {
		if at := v.Begin(i); v.LineOf(at) != i {
			t.Fatalf("%q: line %d begins at %d, which is on line %d", v.t.src, i, at, v.LineOf(at))
		}
		v.Path(i)
		v.Time(i)
	}
}
