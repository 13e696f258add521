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
