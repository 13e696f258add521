package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPretty(t *testing.T) {
	tests := []struct {
		name   string
		raw    string
		want   []string
		isJSON bool
	}{
		{"empty", "", nil, false},
		{"scalar", `"hello"`, []string{`"hello"`}, true},
		{"null", " null ", []string{"null"}, true},
		{"digits stay", `9223372036854775808`, []string{"9223372036854775808"}, true},
		{"number form stays", `[1.0,-0,1E+2]`, []string{"[", "  1.0,", "  -0,", "  1E+2", "]"}, true},
		{"empty containers", `{"a":{},"b":[ ]}`, []string{"{", `  "a": {},`, `  "b": []`, "}"}, true},
		{
			"order and doubles stay", `{"z":1,"a":[true,{"k":null}],"z":"‹"}`,
			[]string{"{", `  "z": 1,`, `  "a": [`, "    true,", "    {", `      "k": null`, "    }", "  ],", `  "z": "‹"`, "}"},
			true,
		},
		{"escapes stay", `"\u001b[31m\u202e"`, []string{`"\u001b[31m\u202e"`}, true},
		{"raw bidi control goes", "\"a\u202eb\"", []string{`"ab"`}, true},
		{"not UTF-8", "\"a\xffb\"", []string{"\"a\ufffdb\""}, true},
		{"text", "one\n\ttwo\x1b[31m red\x1b[0m\n", []string{"one", "    two red"}, false},
		{"two values", `{} {}`, []string{`{} {}`}, false},
		{"cut", `{"a":`, []string{`{"a":`}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines, isJSON := Pretty(tt.raw)
			if !slices.Equal(lines, tt.want) || isJSON != tt.isJSON {
				t.Errorf("Pretty(%q) = %q, %v; want %q, %v", tt.raw, lines, isJSON, tt.want, tt.isJSON)
			}
		})
	}
}

func TestPrettyKeepsLongLines(t *testing.T) {
	long := `"` + strings.Repeat("x", 1<<20) + `"`
	lines, isJSON := Pretty(`[` + long + `]`)
	if !isJSON || len(lines) != 3 || lines[1] != "  "+long {
		t.Errorf("a long string came as %d lines", len(lines))
	}
}

// TestPrettyIsBounded feeds the shapes that make an indenter explode.
func TestPrettyIsBounded(t *testing.T) {
	const size = 5 << 20
	deep := maxJSONDepth - 1
	shapes := map[string]string{
		"deep then wide": strings.Repeat("[", deep) + strings.Repeat("1,", size/2) + "1" + strings.Repeat("]", deep),
		"saw": "[" + strings.Repeat(strings.Repeat("[", deep-1)+strings.Repeat("]", deep-1)+",", size/deep/2) +
			"1]",
	}
	for name, raw := range shapes {
		t.Run(name, func(t *testing.T) {
			lines, isJSON := Pretty(raw)
			if !isJSON {
				t.Fatal("not taken for JSON")
			}
			total := 0
			for _, line := range lines {
				total += len(line)
			}
			if limit := (indentBudget + 2) * len(raw); total > limit {
				t.Errorf("%d bytes became %d, more than %d", len(raw), total, limit)
			}
		})
	}
	if _, isJSON := Pretty(strings.Repeat("[", size)); isJSON {
		t.Error("five million open brackets taken for JSON")
	}
}

func TestCheckJSON(t *testing.T) {
	tests := []struct {
		text         string
		line, column int
		msg          string
	}{
		{`{"a":1,}`, 1, 8, "a comma too many before this }"},
		{`[1,]`, 1, 4, "a comma too many before this ]"},
		{"{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3, `a comma or } was expected, not "`},
		{"{\r\n \"é\": x}", 2, 7, "x is not a value: text needs double quotes"},
		{`{"a" 1}`, 1, 6, "a colon is missing"},
		{`{a: 1}`, 1, 2, "a name in double quotes was expected, not a"},
		{`{'a': 1}`, 1, 2, "text needs double quotes"},
		{`'a'`, 1, 1, "text needs double quotes"},
		{`hello world`, 1, 1, "hello is not a value: text needs double quotes"},
		{`True`, 1, 1, "True must be in lower case"},
		{`{"a": }`, 1, 7, "a value was expected, not }"},
		{`{"a":`, 1, 6, "the text ends where a value was expected"},
		{`{"a"`, 1, 5, "a colon and a value are missing"},
		{`{"a":1`, 1, 7, "the text ends before its closing }"},
		{`[[1]`, 1, 5, "the text ends before its closing ]"},
		{`{`, 1, 2, "the text ends before its closing }"},
		{`[1 2]`, 1, 4, "a comma or ] was expected, not 2"},
		{`1 2`, 1, 3, "nothing may follow the value"},
		{`01`, 1, 1, "may not begin with 0"},
		{`-`, 1, 2, "a digit was expected after the minus"},
		{`-a`, 1, 2, "a digit was expected after the minus"},
		{`1.`, 1, 3, "after the decimal point"},
		{`1e+`, 1, 4, "in the exponent"},
		{`+1`, 1, 1, "a value was expected, not +"},
		{`.5`, 1, 1, "a value was expected, not ."},
		{`"abc`, 1, 1, "no closing double quote"},
		{"\"日本\nx\"", 1, 4, "a line break inside text"},
		{"\"\t\"", 1, 2, "a tab inside text"},
		{"\"\x01\"", 1, 2, `write \u0001`},
		{`"\q"`, 1, 2, "a backslash must be followed by"},
		{`"\u12g4"`, 1, 2, "four hexadecimal digits"},
		{`"\`, 1, 2, "inside an escape"},
		{"\x1b", 1, 1, "the character U+001B"},
		{"\u202e1", 1, 1, "the character U+202E"},
		{"\xff", 1, 1, "the byte 0xff"},
		{"\"a\xff\"", 1, 3, "not UTF-8"},
		{strings.Repeat("[", maxJSONDepth+1), 1, maxJSONDepth + 1, "nested more than 10000 levels"},
	}
	for _, tt := range tests {
		err := CheckJSON(tt.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("CheckJSON(%.40q) = %v, want a SyntaxError", tt.text, err)
			continue
		}
		if syntax.Line != tt.line || syntax.Column != tt.column || !strings.Contains(syntax.Msg, tt.msg) {
			t.Errorf("CheckJSON(%.40q) = %v, want line %d, column %d: … %s …", tt.text, err, tt.line, tt.column, tt.msg)
		}
	}
	for _, text := range []string{"", " \n", `{"a":1}`, "9223372036854775808", `"‹"`, "[]", " [ ] ", `"\u202e"`, "1e5"} {
		if err := CheckJSON(text); err != nil {
			t.Errorf("CheckJSON(%q) = %v, want nil", text, err)
		}
	}
}

func seeds(f *testing.F) {
	f.Helper()
	for _, s := range []string{
		"", "{}", `{"a":[1,-2.5e+3,true,null,"x\u00e9\n"]}`, "[1,]", `{"a"`, "\"\x1b[31m\"", "é", "\xff", "[[[", "1 2",
		"\"\u202e\u2028\"", "0", "-0.0E-1", "01", `{"a":{"b":{}}}`,
	} {
		f.Add(s)
	}
}

func FuzzPretty(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, raw string) {
		lines, isJSON := Pretty(raw)
		if isJSON != json.Valid([]byte(raw)) {
			t.Fatalf("Pretty says JSON: %v; encoding/json says %v", isJSON, !isJSON)
		}
		for _, line := range lines {
			if strings.Contains(line, "\n") || !utf8.ValidString(line) || Clean(line) != line {
				t.Fatalf("line %q is not clean", line)
			}
		}
		if !isJSON {
			return
		}
		var want bytes.Buffer
		if err := json.Indent(&want, []byte(raw), "", indentUnit); err != nil {
			t.Fatalf("json.Indent: %v", err)
		}
		var clean []string
		for line := range strings.SplitSeq(strings.TrimSpace(want.String()), "\n") {
			clean = append(clean, Clean(line))
		}
		if !slices.Equal(lines, clean) {
			t.Fatalf("Pretty = %q, json.Indent = %q", lines, clean)
		}
	})
}

func FuzzCheckJSON(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		err := CheckJSON(text)
		want := strings.Trim(text, " \t\r\n") == "" || json.Valid([]byte(text)) && utf8.ValidString(text)
		if (err == nil) != want {
			t.Fatalf("CheckJSON = %v, want valid: %v", err, want)
		}
		if err == nil {
			return
		}
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Fatalf("%T is no SyntaxError", err)
		}
		lines := strings.Split(text, "\n")
		if syntax.Line < 1 || syntax.Line > len(lines) || Clean(syntax.Msg) != syntax.Msg {
			t.Fatalf("%v for a text of %d lines", err, len(lines))
		}
		if n := utf8.RuneCountInString(lines[syntax.Line-1]); syntax.Column < 1 || syntax.Column > n+1 {
			t.Fatalf("%v in a line of %d characters", err, n)
		}
	})
}

// payload returns JSON of about size bytes, as orders look.
func payload(size int) string {
	const item = `{"sku":"A-1042","qty":3,"price":19.90,"tags":["new","eu"],"note":"gift wrap, 日本"},`
	return `{"items":[` + strings.Repeat(item, size/len(item)) + `{}]}`
}

func BenchmarkPretty(b *testing.B) {
	for name, size := range map[string]int{"4kB": 4 << 10, "200kB": 200 << 10, "5MB": 5 << 20} {
		raw := payload(size)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if _, isJSON := Pretty(raw); !isJSON {
					b.Fatal("not JSON")
				}
			}
		})
	}
}

func BenchmarkCheckJSON(b *testing.B) {
	raw := payload(5 << 20)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if err := CheckJSON(raw); err != nil {
			b.Fatal(err)
		}
	}
}
