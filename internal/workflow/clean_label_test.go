package workflow

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// huge is ten megabytes of a text.
func huge(s string) string { return strings.Repeat(s, 10<<20/len(s)) }

// TestLabelsAreBounded: whatever a name is made of, both its ends are kept, and
// cleaning it again changes nothing.
func TestLabelsAreBounded(t *testing.T) {
	for name, s := range map[string]string{
		"letters": huge("x"), "marks": "e" + huge("\u0301"), "escapes": huge("\x1b[31m"), "broken": huge("\xffa"), "wide": huge("订"), "just too long": strings.Repeat("订", 400),
	} {
		label := CleanID("begin-" + s + "-end")
		if len(label) > MaxLabel || !strings.HasPrefix(label, "begin-") || !strings.HasSuffix(label, "-end") || !utf8.ValidString(label) {
			t.Errorf("%s: %d bytes, %.20q and so on", name, len(label), label)
		}
		if again := CleanID(label); again != label {
			t.Errorf("%s: %q became %q", name, label, again)
		}
		if !strings.Contains(label, elision) && name != "escapes" && name != "marks" {
			t.Errorf("%s: nothing tells that it is cut: %q", name, label)
		}
	}
	if got := CleanLabel("order-17"); got != "order-17" {
		t.Errorf("%q", got)
	}
}

func TestLongTextsAreBounded(t *testing.T) {
	got := CleanLong(huge("line\n"))
	if len(got) > MaxText+64 || !strings.HasSuffix(got, " more bytes are not shown)") || CleanText(got) != got {
		t.Errorf("%d bytes, ending in %q", len(got), got[len(got)-50:])
	}
	if got := CleanLong("a\nb\x1b[m"); got != "a\nb" {
		t.Errorf("%q", got)
	}
}

// TestKeptIDs: an ID that no call is made with is told apart from every other,
// and from every ID that there can be.
func TestKeptIDs(t *testing.T) {
	for _, id := range []string{"", "order-17", "\x1b[31m", strings.Repeat("x", MaxID)} {
		if got := KeptID(id); got != id || !Callable(got) {
			t.Errorf("%q became %q", id, got)
		}
	}
	a, b := KeptID(huge("x")+"a"), KeptID(huge("x")+"b")
	if a == b || Callable(a) || Callable(b) || len(a) > MaxLabel || KeptID(a) != a {
		t.Errorf("%q and %q", a, b)
	}
}

func BenchmarkCleanLabel(b *testing.B) {
	for name, s := range map[string]string{"short": "order-17", "marks, 10 MB": "e" + huge("\u0301")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = CleanLabel(s)
			}
		})
	}
}
