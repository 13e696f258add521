package idlist

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

// TestParse: everything that is a list, and nothing else.
func TestParse(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", MaxLength)
	tests := map[string]struct {
		text string
		want []string
		err  string
	}{
		"nothing":                  {"", nil, ""},
		"one":                      {"a\n", []string{"a"}, ""},
		"no line break at the end": {"a\nb", []string{"a", "b"}, ""},
		"comments and blank lines": {"# orders\n\na\n   \n\t\n#b\nc\n", []string{"a", "c"}, ""},
		"carriage returns":         {"a\r\n\r\n# x\r\nb\r\n", []string{"a", "b"}, ""},
		"duplicates":               {"b\na\nb\nb\r\n", []string{"b", "a"}, ""},
		"byte for byte":            {" a \nA\n订单\u200b\n\x1b[31m\na\tb\na\r\r\n", []string{" a ", "A", "订单\u200b", "\x1b[31m", "a\tb", "a\r"}, ""},
		"a mark of UTF-8":          {"\ufeffa\nb\n", []string{"a", "b"}, ""},
		"brackets":                 {"[a]\n[b\n", []string{"[a]", "[b"}, ""},
		"the longest":              {long + "\n", []string{long}, ""},
		"too long":                 {"a\n" + long + "x\n", nil, "line 2: an ID of more than 1024 bytes"},
		"a line without end":       {strings.Repeat("x", maxLine+1), nil, "line 1 is longer than 64 kB"},
		"a long comment":           {"#" + strings.Repeat("x", 5000) + "\na\n", []string{"a"}, ""},
		"bytes of none":            {"a\n\xff\xfe\n", nil, "line 2: an ID that is not UTF-8"},
		"UTF-16":                   {"a\x00b\x00\n\x00", nil, "line 1: a zero byte: a list of IDs is a text in UTF-8"},
		"JSON":                     {`["a", "b" , "a", "\u00e9\n\"#"]`, []string{"a", "b", "é\n\"#"}, ""},
		"JSON over lines":          {"\ufeff \r\n [\n\t\"# a\",\n\"b\"\n]\n\n", []string{"# a", "b"}, ""},
		"empty JSON":               {"[]", nil, ""},
		"JSON of instances":        {`[{"appId":"x","instanceId":"a"},{"instanceId":"b"}]`, []string{"a", "b"}, ""},
		"JSON of others":           {`[{"id":"a"}]`, nil, "entry 1: want a string, or an object with an instanceId"},
		"JSON of numbers":          {`["a",1]`, nil, "entry 2: want a string, or an object with an instanceId"},
		"JSON of nothing":          {`["a",null]`, nil, "entry 2: want a string, or an object with an instanceId"},
		"JSON of no name":          {`["a",""]`, nil, "entry 2: an empty ID"},
		"JSON with a zero byte":    {`["a\u0000"]`, nil, "entry 1: a zero byte: a list of IDs is a text in UTF-8"},
		"JSON that is cut":         {`["a","b`, nil, "the JSON array has no end"},
		"JSON without its end":     {`["a","b"`, nil, "the JSON array has no end"},
		"JSON that is broken":      {`["a" "b"]`, nil, "the JSON array is broken at byte 5"},
		"JSON and more":            {`["a"] b`, nil, "something follows the JSON array"},
		"two arrays":               {`["a"]["b"]`, nil, "something follows the JSON array"},
		"JSON of other bytes":      {"[\"a\xff\"]", nil, "entry 1: an ID that is not UTF-8"},
		"JSON with a long one":     {`["` + long + `x"]`, nil, "entry 1: an ID of more than 1024 bytes"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(strings.NewReader(tt.text))
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if text := fmt.Sprint(err); tt.err == "" && err != nil || tt.err != "" && text != tt.err {
				t.Errorf("error %q, want %q", text, tt.err)
			}
			slow, slowErr := Parse(iotest.OneByteReader(strings.NewReader(tt.text)))
			if !slices.Equal(slow, got) || fmt.Sprint(slowErr) != fmt.Sprint(err) {
				t.Errorf("byte by byte: %q, %v", slow, slowErr)
			}
		})
	}
}

// repeated is a text for ever.
type repeated struct {
	text string
	at   int
}

func endless(text string) *repeated { return &repeated{text: text} }

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c := copy(p[n:], r.text[r.at:])
		n, r.at = n+c, (r.at+c)%len(r.text)
	}
	return n, nil
}

// TestLimits: a list that is too long is refused as a whole, and one without an
// end ends.
func TestLimits(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range MaxIDs {
		b.WriteString("id-" + strconv.Itoa(i) + "\n")
	}
	if ids, err := Parse(strings.NewReader(b.String() + "id-7\n")); len(ids) != MaxIDs || err != nil {
		t.Errorf("%d IDs, %v", len(ids), err)
	}
	if ids, err := Parse(strings.NewReader(b.String() + "more\n")); ids != nil || !errors.Is(err, errTooMany) {
		t.Errorf("%d IDs, %v", len(ids), err)
	}
	same := strings.Repeat("y", 500) // the same, over and over
	for what, in := range map[string]io.Reader{
		"lines": endless(same + "\n"), "blank lines": endless(strings.Repeat(" ", 500) + "\n"), "comments": endless("#" + same + "\n"),
		"JSON":       io.MultiReader(strings.NewReader("["), endless(`"`+same+`",`)),
		"zero bytes": endless("\x00"), "one line": endless(same), "one string": io.MultiReader(strings.NewReader(`["`), endless(same)),
	} {
		if ids, err := Parse(in); ids != nil || err == nil {
			t.Errorf("%s without end: %d IDs, %v", what, len(ids), err)
		}
	}
}

// TestReadFails: what was read before the pipe broke is no list.
func TestReadFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the pipe is broken")
	for _, text := range []string{"a\nb\n", `["a",`} {
		in := io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))
		if ids, err := Parse(in); ids != nil || !errors.Is(err, broken) {
			t.Errorf("%q: %q, %v", text, ids, err)
		}
	}
}

// FuzzParse: whatever is read, an ID that is taken can be asked for, comes once,
// and is read back the same from lines, where lines can hold it, and from JSON.
func FuzzParse(f *testing.F) {
	f.Add("a\r\nb\n# c\n\n")
	f.Add(`["a","b"]`)
	f.Add(`[{"instanceId":"\ud800\u0000"}]`)
	f.Add("\ufeff[\"a\"]\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		ids, err := Parse(strings.NewReader(text))
		if err != nil {
			if ids != nil || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
				t.Errorf("%q, %q", ids, err)
			}
			return
		}
		seen := map[string]bool{}
		lines := true
		for _, id := range ids {
			if err := check(id); err != nil || seen[id] {
				t.Errorf("%q: %v, twice %t", id, err, seen[id])
			}
			seen[id] = true
			lines = lines && !strings.Contains(id, "\n") && !strings.HasSuffix(id, "\r") && !strings.HasPrefix(id, "#") && strings.TrimSpace(id) != ""
		}
		data, err := json.Marshal(ids)
		if err != nil {
			t.Fatal(err)
		}
		if len(ids) == 0 {
			return
		}
		if again, err := Parse(strings.NewReader(string(data))); err != nil || !slices.Equal(again, ids) {
			t.Errorf("as JSON: %q, %v, not %q", again, err, ids)
		}
		if lines = lines && !strings.HasPrefix(ids[0], "[") && !strings.HasPrefix(ids[0], byteOrderMark); !lines {
			return
		}
		if again, err := Parse(strings.NewReader(strings.Join(ids, "\n") + "\n")); err != nil || !slices.Equal(again, ids) {
			t.Errorf("as lines: %q, %v, not %q", again, err, ids)
		}
	})
}
