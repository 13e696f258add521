package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestFormChecksBeforeItSends(t *testing.T) {
	r := openRig(t, raiseSpec())
	if strings.Contains(ansi.Strip(r.View()), "needs a name") {
		t.Error("an untouched field is at fault already")
	}
	r.keys("tab")
	r.typeText(`{"a":`)
	view := ansi.Strip(r.View())
	if !strings.Contains(view, "✗ line 1, column 9: this is not JSON") {
		t.Errorf("the error is not shown while typing:\n%s", view)
	}
	if got := r.keys("ctrl+s"); got.Kind != FormNone {
		t.Fatalf("it was sent: %+v", got)
	}
	r.wantFocus("event")
	if !strings.Contains(ansi.Strip(r.View()), "✗ an event needs a name") {
		t.Error("the first error is not shown")
	}
	if r.Value("payload") != `{"a":` {
		t.Errorf("the text is gone: %q", r.Value("payload"))
	}
	r.typeText("deny")
	r.keys("ctrl+s")
	r.wantFocus("payload")
	r.typeText("1}")
	if !strings.Contains(ansi.Strip(r.View()), "valid JSON, 7 bytes") {
		t.Error("the note is not shown")
	}
	if got := r.keys("ctrl+s"); got.Kind != FormSubmit {
		t.Errorf("all is well: %+v", got)
	}
}

func TestFormNumberField(t *testing.T) {
	r := openRig(t, startSpec())
	r.typeText("w")
	r.setFocus(formFocus{i: 4})
	r.typeText("12x")
	if got := r.keys("ctrl+s"); got.Kind != FormNone || !strings.Contains(ansi.Strip(r.View()), "digits only") {
		t.Errorf("12x is a number: %+v", got)
	}
	r.keys("backspace")
	if got := r.keys("ctrl+s"); got.Kind != FormSubmit || r.Value("count") != "12" {
		t.Errorf("12 is none: %+v", got)
	}
}

func TestFormLoadsAFile(t *testing.T) {
	for _, key := range []string{"enter", "tab", "ctrl+s"} {
		r := openRig(t, raiseSpec())
		r.typeText("approve")
		r.keys("tab")
		r.typeText("@dir/with space.json")
		want := FormResult{Kind: FormLoadFile, Field: "payload", Path: "dir/with space.json"}
		if got := r.keys(key); got != want {
			t.Fatalf("%s: %+v", key, got)
		}
		r.SetError("payload", "no such file")
		if !strings.Contains(ansi.Strip(r.View()), "✗ no such file") {
			t.Errorf("%s: the error is not shown", key)
		}
		text := "{\r\n\t\"a\": 1\r\n}\x00\n"
		r.SetValue("payload", text)
		if got := r.Value("payload"); got != text {
			t.Errorf("%s: the file became %q", key, got)
		}
		if strings.Contains(ansi.Strip(r.View()), "no such file") {
			t.Errorf("%s: the error outlives the value", key)
		}
		r.SetValue("payload", "{}")
		if got := r.keys("ctrl+s"); got.Kind != FormSubmit {
			t.Errorf("%s: loaded, and then: %+v", key, got)
		}
	}
	r := openRig(t, raiseSpec())
	r.keys("tab")
	r.typeText("@")
	r.keys("shift+tab")
	r.wantFocus("event")
	r.typeText("e")
	if got := r.keys("ctrl+s"); got.Kind != FormNone || !strings.Contains(ansi.Strip(r.View()), "path of a file") {
		t.Errorf("an @ alone: %+v", got)
	}
	r.keys("end", "enter")
	r.typeText("b")
	if got := r.keys("ctrl+s"); got.Kind != FormNone {
		t.Errorf("an @ with a second line: %+v", got)
	}
}

func TestFormEditorKey(t *testing.T) {
	r := openRig(t, raiseSpec())
	if got := r.keys("ctrl+o"); got.Kind != FormNone {
		t.Errorf("in a field of one line: %+v", got)
	}
	r.keys("tab")
	if got := r.keys("ctrl+o"); got != (FormResult{Kind: FormEditor, Field: "payload"}) {
		t.Errorf("in a text area: %+v", got)
	}
	r.SetValue("payload", "2\n")
	if !r.Dirty() || r.Value("payload") != "2\n" {
		t.Errorf("what came back is %q", r.Value("payload"))
	}
}

func TestFormRecall(t *testing.T) {
	r := openRig(t, raiseSpec())
	r.keys("tab")
	r.typeText("draft")
	steps := []struct{ key, want string }{
		{"up", "{\n  \"by\": \"ops\"\n}"},
		{"up", "1"},
		{"up", "1"},
		{"down", "{\n  \"by\": \"ops\"\n}"},
		{"down", "draft"},
		{"down", "draft"},
		{"up", "{\n  \"by\": \"ops\"\n}"},
	}
	for i, s := range steps {
		r.keys(s.key)
		if got := r.Value("payload"); got != s.want {
			t.Fatalf("step %d, %s: %q", i, s.key, got)
		}
	}
	// Another key ends the recall: down is the cursor's again, and up recalls
	// only from the first line.
	r.keys("left", "down", "down", "up")
	if got, want := r.Value("payload"), steps[0].want; got != want {
		t.Errorf("moving in a recalled text made %q", got)
	}
	if line, _ := r.focused().edit.position(); line != 2 {
		t.Errorf("the cursor is on line %d", line)
	}

	one := openRig(t, startSpec())
	one.keys("down", "up")
	if got := one.Value("id"); got != "order-2" {
		t.Errorf("up in a field with a history: %q", got)
	}
	one.keys("up", "down", "down")
	one.wantFocus("id")
	if got := one.Value("id"); got != "" {
		t.Errorf("back past the newest: %q", got)
	}
	one.keys("down")
	one.wantFocus("input")
}

func TestFormSuggestions(t *testing.T) {
	r := openRig(t, raiseSpec())
	if !strings.Contains(ansi.Strip(r.View()), "approve · approve-all · deny") {
		t.Errorf("the choices are not shown:\n%s", ansi.Strip(r.View()))
	}
	for _, want := range []string{"approve", "approve-all", "deny", "approve"} {
		r.keys("ctrl+n")
		if got := r.Value("event"); got != want {
			t.Fatalf("ctrl+n: %q, not %q", got, want)
		}
	}
	r.keys("ctrl+p")
	if got := r.Value("event"); got != "deny" {
		t.Errorf("ctrl+p: %q", got)
	}
	r.keys("ctrl+u")
	r.typeText("app")
	r.keys("right")
	if got := r.Value("event"); got != "approve" {
		t.Errorf("right at the end: %q", got)
	}
	r.keys("left", "right")
	if got := r.Value("event"); got != "approve" {
		t.Errorf("right inside the text: %q", got)
	}
	r.keys("ctrl+u")
	r.typeText("app")
	for _, want := range []string{"approve", "approve-all", "app", "approve"} {
		r.keys("ctrl+n")
		if got := r.Value("event"); got != want {
			t.Fatalf("ctrl+n after app: %q, not %q", got, want)
		}
	}
	r.keys("ctrl+n")
	r.typeText("!")
	if got := r.Value("event"); got != "approve-all!" {
		t.Errorf("typing goes on from a choice: %q", got)
	}
}

func TestFormPasteIsText(t *testing.T) {
	r := openRig(t, raiseSpec())
	if got := r.pasteText("a\tb\x1b[31m\x00\u0085c\r\nd\n"); got.Kind != FormNone {
		t.Fatalf("a paste led to %+v", got)
	}
	if got, want := r.Value("event"), "a\tb[31mc d"; got != want {
		t.Errorf("a line: %q, not %q", got, want)
	}
	r.keys("tab")
	r.pasteText("  {\r\n\t\"a\": \"\u202e\"}\r\r\x1b\x07\n  ")
	if got, want := r.Value("payload"), "  {\n\t\"a\": \"\u202e\"}\n\n\n  "; got != want {
		t.Errorf("a text: %q, not %q", got, want)
	}
	d := openRig(t, terminateSpec())
	if got := d.pasteText("\x13\r\ny"); got.Kind != FormNone || d.Dirty() {
		t.Errorf("a paste onto a button: %+v", got)
	}
	d.wantFocus("[Cancel]")
}

func TestFormCursor(t *testing.T) {
	r := openRig(t, raiseSpec())
	r.typeText("日本")
	lines := strings.Split(ansi.Strip(r.View()), "\n")
	c := r.Cursor()
	if c == nil {
		t.Fatal("no cursor in a text")
	}
	if before := ansi.Truncate(lines[c.Y], c.X, ""); !strings.HasSuffix(before, "日本") {
		t.Errorf("before the cursor stands %q", before)
	}
	r.keys("tab")
	r.pasteText("[\n\t1")
	c = r.Cursor()
	lines = strings.Split(ansi.Strip(r.View()), "\n")
	if before := ansi.Truncate(lines[c.Y], c.X, ""); !strings.HasSuffix(before, "│     1") {
		t.Errorf("before the cursor stands %q", before)
	}
	r.keys("tab")
	if r.Cursor() != nil {
		t.Error("a cursor on a button")
	}
	d := openRig(t, purgeSpec())
	d.keys("tab", "tab")
	if d.Cursor() != nil {
		t.Error("a cursor on a toggle")
	}
}

func TestFormTakesBigPastes(t *testing.T) {
	for name, text := range map[string]string{
		"one line":     strings.Repeat(`{"a":1},`, 131072),
		"many lines":   strings.Repeat("  \"key\": \"some value here\",\n", 37500),
		"wide letters": strings.Repeat("訂單一二三四五六七", 38836),
	} {
		calls := 0
		spec := raiseSpec()
		spec.Fields[1].Check = func(string) (string, error) { calls++; return "fine", nil }
		r := openRig(t, spec)
		r.typeText("approve")
		r.keys("tab")
		calls = 0
		r.pasteText(text)
		r.keys("x", "left", "up", "pgup", "home", "end", "down")
		if got := r.Value("payload"); len(got) != len(text)+1 || strings.Replace(got, "x", "", 1) != text && name != "many lines" {
			t.Errorf("%s: %d bytes became %d", name, len(text), len(got))
		}
		if calls != 0 {
			t.Errorf("%s: it was checked %d times while typing", name, calls)
		}
		if view := ansi.Strip(r.View()); !strings.Contains(view, "MB, ") || !strings.Contains(view, "checked when") {
			t.Errorf("%s: its size is not shown:\n%s", name, view)
		}
		if got := r.keys("ctrl+s"); got.Kind != FormSubmit || calls != 1 {
			t.Errorf("%s: %+v after %d checks", name, got, calls)
		}
	}
}
