package workflow

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostileTexts are texts that a sidecar may send and a terminal must not get.
func hostileTexts() []string {
	return []string{
		"a\x1b[2Jb", "a\u009b2Jb", "a\x7fb", "a\nb", "a\r\nb", "a\u0085b", "a\u2028b", "a\u202eb", "a\U000e0041b", "a\u200bb", "a\\\x1b", "\u009d0;x\u009c",
	}
}

func TestEscapedShowsWhatCleanDrops(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "order-17": "order-17", "订单": "订单", `a\b`: `a\b`, "a\x1b[2Jb": `a\u001b[2Jb`, "a\nb": `a\u000ab`,
		"a\x9bb": `a\x9bb`, "a\u200bb": `a\u200bb`, "a\U000e0041b": `a\udb40\udc41b`, "\\\x7f": `\\\u007f`,
	} {
		if got := Escaped(in); got != want {
			t.Errorf("Escaped(%q) = %q, want %q", in, got, want)
		}
	}
	for _, s := range hostileTexts() {
		if got := Escaped(s); Clean(got) != got || got == Clean(s) {
			t.Errorf("Escaped(%q) = %q", s, got)
		}
	}
}

func TestEscapeJSONKeepsTheValue(t *testing.T) {
	for _, s := range hostileTexts() {
		text, err := json.Marshal(map[string]string{"id": s})
		if err != nil {
			t.Fatal(err)
		}
		got := EscapeJSON(string(text))
		var back map[string]string
		if err := json.Unmarshal([]byte(got), &back); err != nil || back["id"] != s {
			t.Errorf("%q became %q, %v", s, back["id"], err)
		}
		if CleanText(got) != got {
			t.Errorf("%q is printed as %q", s, got)
		}
	}
	const plain = "[\n {\"a\": \"订单\"}\n]\n"
	if got := EscapeJSON(plain); got != plain {
		t.Errorf("%q became %q", plain, got)
	}
}

func TestWritersClean(t *testing.T) {
	var text, object strings.Builder
	for _, s := range hostileTexts() {
		for _, n := range []func() (int, error){
			func() (int, error) { return TextWriter{&text}.Write([]byte(s)) },
			func() (int, error) { return JSONWriter{&object}.Write([]byte("\"\u009b\"")) },
		} {
			if n, err := n(); err != nil || n == 0 {
				t.Fatal(n, err)
			}
		}
	}
	if got := text.String(); CleanText(got) != got || !utf8.ValidString(got) {
		t.Errorf("%q", got)
	}
	if got := object.String(); CleanText(got) != got || !strings.Contains(got, `\u009b`) {
		t.Errorf("%q", got)
	}
}

func TestBreaksLines(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, "a b": false, "a\tb": false, "a\x1bb": false, "订单": false,
		"a\nb": true, "a\r": true, "\x0b": true, "\x0c": true, "a\x1cb": true, "a\u0085b": true, "a\u2028b": true, "a\u2029b": true,
	} {
		if got := BreaksLines(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
