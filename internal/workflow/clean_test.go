package workflow

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, line, text string }{
		{"empty", "", "", ""},
		{"ascii", "order-17", "order-17", "order-17"},
		{"chinese and emoji", "订单 👩‍🚀 ☂️", "订单 👩🚀 ☂", "订单 👩🚀 ☂"},
		{"persian joiner", "می\u200cخواهم", "می\u200cخواهم", "می\u200cخواهم"},
		{"colour", "a\x1b[1;31mb\x1b[0mc", "abc", "abc"},
		{"private csi", "a\x1b[?1049hb", "ab", "ab"},
		{"csi with intermediate", "a\x1b[0 qb", "ab", "ab"},
		{"csi without end", "a\x1b[12", "a12", "a12"},
		{"csi broken by a letter of another script", "a\x1b[1世", "a1世", "a1世"},
		{"title, BEL", "a\x1b]0;evil\x07b", "ab", "ab"},
		{"title, ST", "a\x1b]0;evil\x1b\\b", "ab", "ab"},
		{"clipboard, C1 ST", "a\x1b]52;c;ZXZpbA==\u009cb", "ab", "ab"},
		{"osc without end", "a\x1b]0;text", "a0;text", "a0;text"},
		{"osc ends with the line", "a\x1b]0;x\ny\x07z", "a0;x yz", "a0;x\nyz"},
		{"osc cut by CAN", "a\x1b]0;x\x18y\x07", "a0;xy", "a0;xy"},
		{"dcs", "a\x1bPq#0\x1b\\b", "ab", "ab"},
		{"dcs is not ended by BEL", "a\x1bPx\x07y", "axy", "axy"},
		{"apc pm sos", "a\x1b_x\x1b\\b\x1b^y\x1b\\c\x1bXz\x1b\\d", "abcd", "abcd"},
		{"charset", "a\x1b(0b", "ab", "ab"},
		{"reset and keypad", "a\x1bcb\x1b=d", "abd", "abd"},
		{"esc at the end", "a\x1b", "a", "a"},
		{"esc esc", "a\x1b\x1b[mb", "ab", "ab"},
		{"eight-bit csi", "a\u009b31mb", "ab", "ab"},
		{"eight-bit osc", "a\u009d0;x\u009cb", "ab", "ab"},
		{"raw eight-bit csi", "a\x9b31mb", "a\ufffd31mb", "a\ufffd31mb"},
		{"c0", "a\x00\x01\x07\x08\x0b\x0c\x7fb", "ab", "ab"},
		{"c1", "a\u0080\u0084b", "ab", "ab"},
		{"newline", "a\nb", "a b", "a\nb"},
		{"crlf", "a\r\nb\rc", "a bc", "a\nbc"},
		{"unicode line breaks", "a\u0085b\u2028c\u2029d", "a b c d", "a\nb\nc\nd"},
		{"tab", "a\tb", "a b", "a    b"},
		{"bidi", "a\u202eb\u202c\u2066c\u2069\u200e\u200f\u061cd", "abcd", "abcd"},
		{"invisible", "a\ufeffb\u200bc\u2060d\u00ade\u180ef\U000e0041g\ufff9h\u3164i", "abcdefghi", "abcdefghi"},
		{"shows nothing", "a\u034fb\u180bc\ufe00d\ufe0be\U000e0100f\U000e01efg\u17b4h\u17b5i\ufff0j\uffffk", "abcdefghijk", "abcdefghijk"},
		{"empty braille", "a\u2800b", "a b", "a b"},
		{"joiner between letters that have none", "pay\u200cment", "payment", "payment"},
		{"joiner at the ends", "\u200cمی\u200c", "می", "می"},
		{"joiners in a row", "می\u200c\u200cخ", "می\u200cخ", "می\u200cخ"},
		{"marks without end", "e" + strings.Repeat("\u0301", 99) + "f", "e" + strings.Repeat("\u0301", maxMarks) + "f", "e" + strings.Repeat("\u0301", maxMarks) + "f"},
		{"marks on nothing", "\u0301a\n\u0301b", "a \u0301b", "a\nb"},
		{"syllables without end", strings.Repeat("\u1100", 99) + "가", strings.Repeat("\u1100", 1+maxMarks) + "가", strings.Repeat("\u1100", 1+maxMarks) + "가"},
		{"flags and halves", "🇩🇪🇫 🇩🇪", "🇩🇪 🇩🇪", "🇩🇪 🇩🇪"},
		{"number signs", "\u0600\u0600\U000110bda", "a", "a"},
		{"invalid utf-8", "a\xff\xfe\xc3(b", "a\ufffd(b", "a\ufffd(b"},
		{"invalid bytes around an escape", "\xe4\x1b[m\xbd", "\ufffd\ufffd", "\ufffd\ufffd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Clean(c.in); got != c.line {
				t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.line)
			}
			if got := CleanText(c.in); got != c.text {
				t.Errorf("CleanText(%q) = %q, want %q", c.in, got, c.text)
			}
		})
	}
}

// TestCleanOfAnyPieces: what cleaning promises holds for pieces that touch each
// other in any order.
func TestCleanOfAnyPieces(t *testing.T) {
	pieces := []string{
		"a", " ", "\n", "\t", "\x1b", "[31m", "\u0301", "\u200c", "ی", "\u200b", "\U0001f1e6", "\u1100", "\u1161", "\xff", "\u009b", "क",
		"\u094d", "\u2800", "\u202e", "订", "\x1b]0;", "\x07", "\u2028", `\`,
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		var b strings.Builder
		for range rng.IntN(12) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		s := b.String()
		check(t, "Clean", s, Clean, "")
		check(t, "CleanText", s, CleanText, "\n")
		check(t, "Escaped", s, func(s string) string {
			if Clean(s) == s {
				return s // a backslash is doubled only beside an escape
			}
			return Escaped(s)
		}, "")
	}
}

func TestCleanIDIsNeverEmptyForAnID(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a", "\u200b": "\ufffd", " ": "\ufffd", "\n\u2800\u3000": "\ufffd", " a ": " a ", "\x1b[m": "\ufffd"} {
		if got := CleanID(in); got != want {
			t.Errorf("CleanID(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShortenCutsBetweenRunes(t *testing.T) {
	const s = "a订单"
	for n, want := range map[int]string{0: "", 1: "a", 2: "a", 3: "a", 4: "a订", 6: "a订", 7: s, 99: s} {
		if got := Shorten(s, n); got != want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", s, n, got, want)
		}
	}
}

func TestCleanAllocatesNothingForCleanText(t *testing.T) {
	line, text := "order-17 订单 🚀", "{\n  \"a\": \"订单\"\n}"
	var out string
	if n := testing.AllocsPerRun(100, func() { out = Clean(line) }); n != 0 || out != line {
		t.Errorf("Clean: %v allocations, %q", n, out)
	}
	if n := testing.AllocsPerRun(100, func() { out = CleanText(text) }); n != 0 || out != text {
		t.Errorf("CleanText: %v allocations, %q", n, out)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"", "a\x1b[31mb", "\x1b]0;x\x07", "\x1bPq\x1b\\", "\u009b1m", "\xff\xfe", "a\r\n\tb",
		"\u202e\u2028\ufeff", "\x1b\x1b\x1b[", "\u009d\u009d\u009d", "\xc2\x1b]\xc2",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check(t, "Clean", s, Clean, "")
		check(t, "CleanText", s, CleanText, "\n")
	})
}

// check asserts what every cleaned text promises.
func check(t *testing.T, name, in string, clean func(string) string, allowed string) {
	t.Helper()
	out := clean(in)
	if !utf8.ValidString(out) {
		t.Fatalf("%s(%q) = %q is not UTF-8", name, in, out)
	}
	if i := strings.IndexFunc(out, func(r rune) bool {
		return !strings.ContainsRune(allowed, r) &&
			(unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r))
	}); i >= 0 {
		t.Fatalf("%s(%q) = %q is unsafe at %d", name, in, out, i)
	}
	if again := clean(out); again != out {
		t.Fatalf("%s(%q): %q became %q when cleaned again", name, in, out, again)
	}
}

func BenchmarkClean(b *testing.B) {
	clean := strings.Repeat(`{"order":"17","status":"waiting"} `, 32)
	for name, s := range map[string]string{
		"clean":  clean,
		"wide":   strings.Repeat("订单等待审批", 60),
		"dirty":  strings.Repeat("a\x1b[31mb\tc\r\n", 100),
		"c1-run": strings.Repeat("\u009d", 500),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				_ = CleanText(s)
			}
		})
	}
}

func TestHasMaskSign(t *testing.T) {
	for text, want := range map[string]bool{
		`{"a":"•••"}`: true, `"•••"`: true, "•••": true, `{"a":"{\"b\":\"•••\"}"}`: true, `{"a":1,"b•••`: true, `{"a":"•• •••"}`: true,
		`{"card":"•••• 7301"}`: false, `{"card":"••••"}`: false, `{"a":"••• or so"}`: false, `{"a":"•"}`: false, "": false,
	} {
		if got := HasMaskSign(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
