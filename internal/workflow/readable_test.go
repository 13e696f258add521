package workflow_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestEscapesAreReadable(t *testing.T) {
	for text, want := range map[string]string{
		`{"name": "\u738b\u5c0f\u660e"}`:       `{"name": "王小明"}`,
		`"\ud83d\ude80 away"`:                  `"🚀 away"`,
		`{"\u540d": 1}`:                        `{"名": 1}`,
		`"caf\u00e9 \u00E9"`:                   `"café é"`,
		`"\\u738b"`:                            `"\\u738b"`,
		`"\\\u738b"`:                           `"\\王"`,
		`"\u003cb\u003e \u0022 \u005c"`:        `"\u003cb\u003e \u0022 \u005c"`, // ASCII stays: it may mean something
		`"\u202e \u200b \u001b \u0085 \ufeff"`: `"\u202e \u200b \u001b \u0085 \ufeff"`,
		`"e\u0301"`:                            `"e\u0301"`,
		`"\ud83d"`:                             `"\ud83d"`,
		`"\ud83d\u738b"`:                       `"\ud83d王"`,
		`"\u73"`:                               `"\u73"`,
		`C:\users\u738b`:                       `C:\users\u738b`,
		``:                                     ``,
		`"\u738b`:                              `"王`,
	} {
		if got := workflow.Readable(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// What is made readable is the same JSON value.
func FuzzReadable(f *testing.F) {
	f.Add(`{"a":"\u738b\ud83d\ude80\\u738b"}`)
	f.Add(`["\u0022\u00e9\u2028"]`)
	f.Fuzz(func(t *testing.T, text string) {
		var a, b any
		if json.Unmarshal([]byte(text), &a) != nil {
			return
		}
		got := workflow.Readable(text)
		if err := json.Unmarshal([]byte(got), &b); err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%q became %q: %v", text, got, err)
		}
	})
}
