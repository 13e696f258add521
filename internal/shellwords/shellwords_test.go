package shellwords

import (
	"slices"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for line, want := range map[string][]string{
		"":                      nil,
		"  ":                    nil,
		"vim":                   {"vim"},
		" code  --wait\t-n ":    {"code", "--wait", "-n"},
		`"/opt/my editor/x" -f`: {"/opt/my editor/x", "-f"},
		`'/opt/my editor/x' -f`: {"/opt/my editor/x", "-f"},
		`/opt/my\ editor/x`:     {"/opt/my editor/x"},
		`emacsclient -a ""`:     {"emacsclient", "-a", ""},
		`vim -c "set ft=json"`:  {"vim", "-c", "set ft=json"},
		`vim -c 'a "b" \c'`:     {"vim", "-c", `a "b" \c`},
		`a"b c"'d e'f\ g`:       {"ab cd ef g"},
		`"a \"b\" \$c \d \\"`:   {`a "b" $c \d \`},
		`a\`:                    {`a\`},
		"a \\\nb":               {"a", "b"},
		`"订单 编辑器" --等`:          {"订单 编辑器", "--等"},
		`vim $HOME/* ~/x`:       {"vim", "$HOME/*", "~/x"},
	} {
		got, err := Split(line, false)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", line, got, err, want)
		}
	}
	for _, line := range []string{`"a`, `a 'b`, `vim -c "x\"`} {
		if got, err := Split(line, false); err == nil {
			t.Errorf("%s: %q", line, got)
		}
	}
	got, err := Split(`"C:\Program Files\x.exe" C:\a\b it's`, true)
	if want := []string{`C:\Program Files\x.exe`, `C:\a\b`, "it's"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`a "b c" 'd' \e`)
	f.Fuzz(func(t *testing.T, line string) {
		words, err := Split(line, false)
		if err != nil {
			return
		}
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
		}
		again, err := Split(strings.Join(quoted, " "), false)
		if err != nil || !slices.Equal(again, words) {
			t.Fatalf("%q: %q became %q, %v", line, words, again, err)
		}
	})
}
