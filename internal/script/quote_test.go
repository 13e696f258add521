package script

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// split parses a command line as a POSIX shell does, as far as this package
// writes any. Variables stay as they are.
func split(t *testing.T, line string) []string {
	t.Helper()
	var words []string
	var word strings.Builder
	open := false
	end := func() {
		if open {
			words = append(words, word.String())
			word.Reset()
			open = false
		}
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case strings.HasPrefix(line[i:], "\\\n"):
			i++
		case c == ' ':
			end()
		case strings.HasPrefix(line[i:], "$'"):
			open = true
			i = ansiC(t, line, i+2, &word)
		case c == '\'':
			open = true
			n := strings.IndexByte(line[i+1:], '\'')
			if n < 0 {
				t.Fatalf("open quote in %q", line)
			}
			word.WriteString(line[i+1 : i+1+n])
			i += n + 1
		case c == '"':
			open = true
			n := strings.IndexByte(line[i+1:], '"')
			if n < 0 || strings.ContainsAny(line[i+1:i+1+n], "`\\") {
				t.Fatalf("bad double quotes in %q", line)
			}
			word.WriteString(line[i+1 : i+1+n])
			i += n + 1
		case c == '\\':
			if i+1 == len(line) {
				t.Fatalf("a backslash at the end of %q", line)
			}
			open = true
			i++
			word.WriteByte(line[i])
		case strings.IndexByte("\n\t;&|<>()$`*?[]#~!{}^", c) >= 0:
			t.Fatalf("%q stands unquoted in %q", c, line)
		default:
			open = true
			word.WriteByte(c)
		}
	}
	end()
	return words
}

// ansiC reads the inside of $'…' from i on and returns where its end is.
func ansiC(t *testing.T, line string, i int, word *strings.Builder) int {
	t.Helper()
	for ; i < len(line); i++ {
		switch {
		case line[i] == '\'':
			return i
		case line[i] != '\\':
			word.WriteByte(line[i])
		case line[i+1] == '\'' || line[i+1] == '\\':
			i++
			word.WriteByte(line[i])
		default:
			n, err := strconv.ParseUint(line[i+1:i+4], 8, 8)
			if err != nil {
				t.Fatalf("%q: %v", line[i:i+4], err)
			}
			word.WriteByte(byte(n))
			i += 3
		}
	}
	t.Fatalf("open quote in %q", line)
	return i
}

// unescape reads a literal of Python or Java.
func unescape(t *testing.T, lit string) string {
	t.Helper()
	var b strings.Builder
	for s := lit[1 : len(lit)-1]; s != ""; {
		if s[0] != '\\' {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		width, base := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[1]], 16
		switch {
		case s[1] >= '0' && s[1] <= '7':
			n, err := strconv.ParseUint(s[1:4], 8, 8)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteByte(byte(n))
			s = s[4:]
			continue
		case width == 0:
			b.WriteString(map[byte]string{'n': "\n", 'r': "\r", 't': "\t", '\\': "\\", '\'': "'", '"': `"`}[s[1]])
			s = s[2:]
			continue
		}
		n, err := strconv.ParseUint(s[2:2+width], base, 32)
		if err != nil {
			t.Fatal(err)
		}
		s = s[2+width:]
		if n >= 0xd800 && n < 0xdc00 { // the first half of a pair
			low, err := strconv.ParseUint(s[2:6], base, 32)
			if err != nil {
				t.Fatal(err)
			}
			n, s = 0x10000+(n-0xd800)<<10+(low-0xdc00), s[6:]
		}
		b.WriteRune(rune(n))
	}
	return b.String()
}

func hostileTexts() []string {
	return []string{
		"", "plain", "a b", "it's", `"q"`, "$HOME", "`id`", "$(id)", "a;b|c&d", "-x", "--", "=ls", "~", "*", "?", "{a,b}", "!x", "\\", `\n`, "a\nb",
		"\t", "\r\n", "\x1b[201~rm -rf\n", "\u202eabc", "é漢🙂", "\U000e0001", "\x7f", "\u0085", `\u0022`, "%41", "%", "a/b", "..", "#", "//", "\ufeff", "'\\''",
		"a:b,c@d+e=f", "x'\x01\\y", "{\"a\": [1, \"é\"]}",
	}
}

// TestTheShellReadsTheSame asks a real shell. The form $'…' needs bash.
func TestTheShellReadsTheSame(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash on this machine to compare with")
	}
	for _, text := range hostileTexts() {
		shells := []string{bash}
		if !strings.HasPrefix(shell(text), "$'") {
			shells = append(shells, "sh")
		}
		for _, sh := range shells {
			out, err := exec.CommandContext(t.Context(), sh, "-c", "printf %s "+shell(text)).Output()
			if err != nil || string(out) != text {
				t.Errorf("%s reads %s as %q (%v), want %q", sh, shell(text), out, err, text)
			}
		}
	}
}

func FuzzQuoting(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text, "name", text)
		f.Add("id", text, `{"a":1}`)
	}
	f.Fuzz(func(t *testing.T, id, event, payload string) {
		if strings.Contains(id+event+payload, "\x00") || !utf8.ValidString(id) || !utf8.ValidString(event) || !utf8.ValidString(payload) {
			t.Skip("such a text is replaced or refused before it is quoted")
		}
		for _, text := range []string{id, event, payload} {
			checkLiterals(t, text)
		}
		checkCLI(t, id, event, payload)
		checkCurl(t, id, event, payload)
		for _, form := range Forms() {
			for _, r := range Render(Call{Op: Raise, AppID: "a", ID: id, Event: event, Payload: payload}, form).Text {
				if indent := form == Go && r == '\t'; r != '\n' && !indent && !plain(r) {
					t.Fatalf("%v: %U stands in the script", form, r)
				}
			}
		}
	})
}

func checkLiterals(t *testing.T, text string) {
	t.Helper()
	if words := split(t, "x "+shell(text)); len(words) != 2 || words[1] != text {
		t.Fatalf("the shell reads %s as %q, want %q", shell(text), words, text)
	}
	var got string
	if err := json.Unmarshal([]byte(utf16String(text)), &got); err != nil || got != text {
		t.Fatalf("%s is %q (%v), want %q", utf16String(text), got, err, text)
	}
	expr, err := parser.ParseExpr(goString(text))
	if err != nil {
		t.Fatal(err)
	}
	lit, ok := expr.(*ast.BasicLit)
	if !ok {
		t.Fatalf("%s is no literal", goString(text))
	}
	if got, err := strconv.Unquote(lit.Value); err != nil || got != text {
		t.Fatalf("Go reads %s as %q (%v), want %q", goString(text), got, err, text)
	}
	for name, lit := range map[string]string{"Python": pyString(text), "Java": javaString(text)} {
		if got := unescape(t, lit); got != text {
			t.Fatalf("%s reads %s as %q, want %q", name, lit, got, text)
		}
	}
}

func checkCLI(t *testing.T, id, event, payload string) {
	t.Helper()
	s := Render(Call{Op: Raise, AppID: "a", ID: id, Event: event, Payload: payload}, CLI)
	if strings.Contains(id+event, "/") || len(payload) > maxInline {
		if s.Text != "" {
			t.Fatalf("the CLI cannot address it, and yet there is %q", s.Text)
		}
		return
	}
	words := split(t, s.Text)
	if got := words[len(words)-1]; got != id+"/"+event {
		t.Fatalf("the CLI gets %q, want %q", got, id+"/"+event)
	}
	if strings.HasPrefix(id, "-") && words[len(words)-2] != "--" {
		t.Fatalf("an ID with a dash passes for a flag: %q", s.Text)
	}
}

func checkCurl(t *testing.T, id, event, payload string) {
	t.Helper()
	s := Render(Call{Op: Raise, AppID: "a", ID: id, Event: event, Payload: payload}, HTTP)
	if s.Text == "" {
		if segment(id) && segment(event) {
			t.Fatalf("no call for %q %q: %q", id, event, s.Notes)
		}
		return
	}
	words := split(t, s.Text)
	u, usual := inURL(t, words)
	if !usual || u.Path != root+id+"/raiseEvent/"+event || u.RawQuery != "" {
		t.Fatalf("the path is %q (as net/url writes it: %t) with query %q, want %q", u.Path, usual, u.RawQuery, root+id+"/raiseEvent/"+event)
	}
	if payload != "" && len(payload) <= maxInline && words[len(words)-2] != payload {
		t.Fatalf("the body is %q, want %q", words[len(words)-2], payload)
	}
	start := Render(Call{Op: Start, AppID: "a", ID: id, Workflow: "W"}, HTTP)
	u, _ = inURL(t, split(t, start.Text))
	if u.Path != root+"W/start" || u.Query().Get("instanceID") != id {
		t.Fatalf("start: %q %q", u.Path, u.RawQuery)
	}
}
