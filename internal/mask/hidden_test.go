package mask

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestHiddenPlaces: a value is found wherever a program may have put it.
func TestHiddenPlaces(t *testing.T) {
	m, err := New([]string{"password"})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"behind a byte order mark": "\ufeff{\"password\":\"hunter2\"}",
		"behind a comma":           `{"a":1},{"password":"hunter2"}`,
		"behind another mark":      `{"a":1} | {"password":"hunter2"}`,
		"behind a word":            `null{"password":"hunter2"}`,
		"behind a number":          "1\n{\"password\":\"hunter2\"}",
		"behind a prefix":          ")]}',\n{\"password\":\"hunter2\"}",
		"behind while(1)":          "while(1);{\"password\":\"hunter2\"}",
		"behind a comment":         "/* c */ {\"password\":\"hunter2\"}",
		"behind a comment inside":  "{/* c */\"password\":\"hunter2\"}",
		"behind a line comment":    "// c\n{\"password\":\"hunter2\"}",
		"in a log line":            "2026-01-01 INFO sent {\"password\":\"hunter2\"}",
		"in a log line in JSON":    `{"log":"INFO sent {\"password\":\"hunter2\"}"}`,
		"behind a mark in JSON":    `{"body":"\ufeff{\"password\":\"hunter2\"}"}`,
		"behind a prefix in JSON":  `{"body":")]}'\n{\"password\":\"hunter2\"}"}`,
		"in the name of a member":  `{"{\"password\":\"hunter2\"}":1}`,
		"in a name, as a setting":  `{"password=hunter2":1}`,
		"with an invisible sign":   "{\"pass\u200bword\":\"hunter2\"}",
		"with an escaped one":      `{"pass\u00adword":"hunter2"}`,
		"with one in a text":       "my pass\u2060word: hunter2",
		"with a joiner":            "{\"pass\u200cword\":\"hunter2\"}",
		"with blanks around":       `{" password ":"hunter2"}`,
		"with a long s":            `{"paſſword":"hunter2"}`,
		"in single quotes":         "{'password':'hunter2'}",
		"in no quotes":             "{password:hunter2}",
		"as a setting":             "PASSWORD=hunter2",
		"in a URL":                 "https://h/?a=1&password=hunter2",
		"in a URL, escaped":        "a=1&p%61ssword=hunter2",
		"in XML":                   "<a><password>hunter2</password></a>",
		"escaped in a text":        `say p\u0061ssword hunter2`,
		"escaped twice in JSON":    `{"log":"say {\\\"p\\u0061ssword\\\":\\\"hunter2\\\"}"}`,
		"badly written":            "\"{\\q password: hunter2}\"",
		"as a pair":                `"password":"hunter2"`,
		"as a pair in JSON":        `{"a":"\"password\":\"hunter2\""}`,
		"in a list":                `["password: hunter2"]`,
		"behind a value":           `{"a":1} password hunter2`,
	} {
		if got := m.Payload(text); strings.Contains(got, "hunter2") {
			t.Errorf("%s: %q", name, got)
		}
	}
	text := `{"a":1,"password":"hunter2"}`
	for depth := range maxInner + 4 {
		if got := m.Payload(text); strings.Contains(got, "hunter2") {
			t.Errorf("%d texts deep: %q", depth, got)
		}
		wrapped, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		text = string(wrapped)
	}
}

// TestHidingIsRepeatable: a payload that is masked stays as it is.
func TestHidingIsRepeatable(t *testing.T) {
	m, err := New([]string{"password", "$..card", "tok*"})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`{"password":"x","a":"the password is x","token":{"a":1}}`, "password=x", `{"a":1} card 5`, `["tokens: 1"]`, `{"password=1":2}`,
	} {
		once := m.Payload(text)
		if again := m.Payload(once); again != once {
			t.Errorf("%s: %s became %s", text, once, again)
		}
	}
}

func BenchmarkHidden(b *testing.B) {
	m, err := New([]string{"password", "card*", "$.customer.email"})
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{
		"JSON": `{"list":[` + strings.Repeat(`{"order":"17","note":"some text of the customer","n":12.5},`, 20000) + `{}]}`,
		"text": strings.Repeat("2026-01-01 12:00 INFO some line of a log with no secrets\n", 20000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				_ = m.Payload(text)
			}
		})
	}
}

// TestWhatIsNoJSONStays: a message that begins like JSON is no JSON for that.
func TestWhatIsNoJSONStays(t *testing.T) {
	m, err := New([]string{"password"})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`{"code":5,"why":"no"} while calling the bank`, `"quoted" is the "word"`, "null pointer in \"a\"", "1 of 2 \"things\"", `[1] see "that"`, "",
	} {
		if got := m.Payload(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
