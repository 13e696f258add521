package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/daprdeck/daprdeck/keymap"
)

func TestFormFocusAtFirst(t *testing.T) {
	openRig(t, raiseSpec()).wantFocus("event")
	openRig(t, terminateSpec()).wantFocus("[Cancel]")
	openRig(t, FormSpec{Buttons: []Button{{Label: "Go"}}}).wantFocus("[Go]")
	openRig(t, FormSpec{}).wantFocus("[Cancel]")
}

func TestFormTabGoesRound(t *testing.T) {
	r := openRig(t, raiseSpec())
	for _, want := range []string{"payload", "[Cancel]", "[Raise]", "event"} {
		r.keys("tab")
		r.wantFocus(want)
	}
	for _, want := range []string{"[Raise]", "[Cancel]", "payload", "event"} {
		r.keys("shift+tab")
		r.wantFocus(want)
	}
}

func TestFormArrowsMoveBetweenFieldsOfOneLine(t *testing.T) {
	r := openRig(t, startSpec())
	r.keys("down")
	r.wantFocus("id")
	r.keys("down")
	r.wantFocus("input")
	r.keys("down", "up")
	r.wantFocus("input") // a text area keeps its arrows
	r.keys("tab", "up")
	r.wantFocus("input")
	r.keys("shift+tab", "shift+tab", "down", "tab", "tab", "tab", "tab")
	r.wantFocus("[Cancel]")
	r.keys("up")
	r.wantFocus("count")
	r.keys("tab", "right")
	r.wantFocus("[Start]")
	r.keys("left", "left")
	r.wantFocus("[Cancel]")
	r.keys("down")
	r.wantFocus("name")
}

func TestFormEnterInAFieldNeverSends(t *testing.T) {
	r := openRig(t, startSpec())
	r.typeText("Order")
	r.keys("enter")
	r.wantFocus("id")
	r.keys("enter")
	r.wantFocus("input")
	r.keys("enter") // a new line
	r.wantFocus("input")
	if got := r.Value("input"); got != "\n" {
		t.Errorf("enter in a text area made %q", got)
	}
	r.keys("tab", "enter", "enter")
	r.wantFocus("[Start]")
	if got := r.keys("enter"); got != (FormResult{Kind: FormSubmit, Button: "send"}) {
		t.Errorf("enter on the button: %+v", got)
	}

	p := openRig(t, purgeSpec())
	p.keys("tab", "tab", "space", "tab")
	p.wantFocus("confirm")
	p.typeText("order-1040")
	p.keys("enter")
	p.wantFocus("[Cancel]")
	if got := p.keys("enter"); got.Kind != FormCancel {
		t.Errorf("two enters in a destructive form: %+v", got)
	}
}

func TestFormSendKey(t *testing.T) {
	r := openRig(t, raiseSpec())
	r.typeText("approve")
	if got := r.keys("ctrl+s"); got != (FormResult{Kind: FormSubmit, Button: "send"}) {
		t.Errorf("from a field: %+v", got)
	}
	d := openRig(t, terminateSpec())
	d.keys("right", "right")
	if got := d.keys("ctrl+s"); got.Button != "resume" {
		t.Errorf("the button with the focus is the one that is pressed: %+v", got)
	}
	if got := d.keys("left", "enter"); got.Button != "send" {
		t.Errorf("enter on Terminate: %+v", got)
	}
	if got := d.keys("left", "space"); got.Kind != FormCancel {
		t.Errorf("space on Cancel: %+v", got)
	}
	if !d.On("children") || d.Value("output") != "" {
		t.Error("moving over the buttons changed the fields")
	}
}

func TestFormGuardAndHeldKeys(t *testing.T) {
	spec := terminateSpec()
	spec.OpenedAt, spec.Guard = formNow(), 300*time.Millisecond
	r := openRig(t, spec)
	send, esc := press("ctrl+s"), press("esc")
	for _, msg := range []tea.Msg{send, esc, press("enter"), press("tab")} {
		if got, _ := r.Update(msg, formNow().Add(299*time.Millisecond)); got.Kind != FormNone {
			t.Errorf("%v before the guard is over: %+v", msg, got)
		}
	}
	r.wantFocus("[Cancel]")
	later := formNow().Add(300 * time.Millisecond)
	held := tea.KeyPressMsg(tea.Key{Code: 's', Mod: tea.ModCtrl, IsRepeat: true})
	if got, _ := r.Update(held, later); got.Kind != FormNone {
		t.Errorf("a held key sends: %+v", got)
	}
	r.Update(press("right"), later)
	if got, _ := r.Update(tea.KeyPressMsg(tea.Key{Code: tea.KeyEnter, IsRepeat: true}), later); got.Kind != FormNone {
		t.Errorf("a held enter presses: %+v", got)
	}
	if got, _ := r.Update(send, later); got.Kind != FormSubmit {
		t.Errorf("after the guard: %+v", got)
	}
}

func TestFormEscapeAsksBeforeItDropsText(t *testing.T) {
	r := openRig(t, raiseSpec())
	if got := r.keys("esc"); got.Kind != FormCancel {
		t.Errorf("nothing typed: %+v", got)
	}
	r.typeText("a")
	if !r.Dirty() {
		t.Error("typed text is not seen as such")
	}
	if got := r.keys("esc"); got.Kind != FormNone {
		t.Fatalf("the first esc: %+v", got)
	}
	if !strings.Contains(ansi.Strip(r.View()), "press esc again to drop the text") {
		t.Error("nothing says that esc must come again")
	}
	held := tea.KeyPressMsg(tea.Key{Code: tea.KeyEscape, IsRepeat: true})
	if got, _ := r.Update(held, formNow()); got.Kind != FormNone {
		t.Errorf("a held esc: %+v", got)
	}
	r.typeText("b") // something else in between: it asks anew
	if got := r.keys("esc"); got.Kind != FormNone {
		t.Errorf("esc, a key, esc: %+v", got)
	}
	if got := r.keys("esc"); got.Kind != FormCancel {
		t.Errorf("the second esc: %+v", got)
	}
	r.keys("backspace", "backspace")
	if r.Dirty() {
		t.Error("the text is what it was, and still counts as typed")
	}
	if got := r.keys("esc"); got.Kind != FormCancel {
		t.Errorf("the text is gone: %+v", got)
	}
}

func TestFormToggleAndHiddenField(t *testing.T) {
	r := openRig(t, purgeSpec())
	r.keys("tab", "tab")
	r.wantFocus("force")
	if got := r.keys("tab", "tab", "enter"); got != (FormResult{Kind: FormSubmit, Button: "send"}) {
		t.Errorf("a hidden confirmation stands in the way: %+v", got)
	}
	r.keys("shift+tab", "shift+tab", "space", "tab")
	r.wantFocus("confirm")
	if !r.On("force") || !strings.Contains(ansi.Strip(r.View()), "type order-1040") {
		t.Errorf("force does not ask for the ID:\n%s", ansi.Strip(r.View()))
	}
	r.typeText("order-104")
	if got := r.keys("ctrl+s"); got.Kind != FormNone {
		t.Fatalf("half of the ID is enough: %+v", got)
	}
	r.wantFocus("confirm")
	if !strings.Contains(ansi.Strip(r.View()), "exactly") {
		t.Error("nothing says what is missing")
	}
	r.typeText("0")
	if r.Dirty() {
		t.Error("a typed confirmation counts as text that would be lost")
	}
	if got := r.keys("ctrl+s"); got.Kind != FormSubmit {
		t.Errorf("with the ID: %+v", got)
	}
}

func TestFormConfirmationOfAnIDThatCannotBeTyped(t *testing.T) {
	spec := purgeSpec()
	spec.Fields[0].On = true
	spec.Fields[1].MustEqual = "a\x1b[31mb\u202ec"
	r := openRig(t, spec)
	r.keys("shift+tab", "shift+tab", "up", "tab")
	r.setFocus(formFocus{i: 1})
	r.typeText("abc")
	if got := r.keys("ctrl+s"); got.Kind != FormSubmit {
		t.Errorf("typed as it is drawn: %+v", got)
	}
}

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

func TestFormBusy(t *testing.T) {
	r := openRig(t, raiseSpec())
	r.typeText("approve")
	r.SetBusy(true)
	if !strings.Contains(ansi.Strip(r.View()), "one moment") {
		t.Error("nothing says that it is busy")
	}
	if got := r.keys("ctrl+s"); got.Kind != FormNone {
		t.Errorf("sent while busy: %+v", got)
	}
	r.typeText("!")
	r.keys("tab")
	if got := r.keys("ctrl+o"); got.Kind != FormNone {
		t.Errorf("edited elsewhere while busy: %+v", got)
	}
	r.typeText("@x")
	if got := r.keys("tab"); got.Kind != FormNone {
		t.Errorf("loaded while busy: %+v", got)
	}
	r.SetBusy(false)
	if r.Value("event") != "approve!" {
		t.Error("what was typed meanwhile is lost")
	}
	if got := r.keys("esc", "esc"); got.Kind != FormCancel {
		t.Errorf("esc: %+v", got)
	}
}

func TestFormSetLinesAndErrorOfTheWhole(t *testing.T) {
	r := openRig(t, terminateSpec())
	r.SetLines([]FormLine{{Kind: NoticeBad, Text: "It has ended meanwhile."}})
	r.SetError("", "the runtime said no")
	view := ansi.Strip(r.View())
	if !strings.Contains(view, "✗ It has ended meanwhile.") || !strings.Contains(view, "✗ the runtime said no") {
		t.Errorf("not shown:\n%s", view)
	}
	if got := r.Spec().Lines; len(got) != 1 {
		t.Errorf("Spec has the lines %v", got)
	}
	r.keys("tab")
	if strings.Contains(ansi.Strip(r.View()), "said no") {
		t.Error("the error outlives the next key")
	}
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

func TestFormScrollsToTheFocus(t *testing.T) {
	r := openRig(t, startSpec())
	r.SetSize(40, 12)
	labels := []string{"Workflow", "ID", "Input", "Start at", "Count"}
	for _, l := range labels {
		view := ansi.Strip(r.View())
		if !strings.Contains(view, "▌"+l) || !strings.Contains(view, "Cancel") || !strings.Contains(view, "Start ") {
			t.Errorf("%s has the focus:\n%s", l, view)
		}
		if c := r.Cursor(); c == nil || c.Y < 1 || c.Y > 9 {
			t.Errorf("%s: cursor %v", l, c)
		}
		r.keys("tab")
	}
	long := terminateSpec()
	for range 20 {
		long.Lines = append(long.Lines, FormLine{Text: "one more thing to know"})
	}
	long.Fields = nil
	d := openRig(t, long)
	d.SetSize(40, 12)
	first := d.View()
	d.keys("pgdown")
	if d.View() == first {
		t.Error("a form that is higher than the screen does not scroll")
	}
	d.keys("pgup", "pgup")
	if d.View() != first {
		t.Error("it does not scroll back")
	}
	d.keys("down")
	if d.View() == first {
		t.Error("down does not scroll a form without fields")
	}
}

func TestFormStaysStillWhileTyping(t *testing.T) {
	r := openRig(t, raiseSpec())
	w, h := r.Size()
	for range 3 {
		for _, k := range []string{"x", "ctrl+n", "tab", "{", "enter", "1", "enter", "}", "tab", "tab", "tab"} {
			r.keys(k)
			if gw, gh := r.Size(); gw != w || gh != h {
				t.Fatalf("after %s the form is %dx%d, it was %dx%d", k, gw, gh, w, h)
			}
		}
	}
}

func TestFormThemeAndASCII(t *testing.T) {
	r := openRig(t, raiseSpec())
	r.keys("tab")
	r.pasteText("{\"a\":\x1b \u202e}")
	r.SetTheme(NewTheme(false, true))
	for _, c := range ansi.Strip(r.View()) {
		if c > 0x7e {
			t.Fatalf("%q is drawn in ASCII mode:\n%s", c, ansi.Strip(r.View()))
		}
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

func TestFormIgnoresOtherMessages(t *testing.T) {
	r := openRig(t, raiseSpec())
	before := r.View()
	for _, msg := range []tea.Msg{nil, tea.KeyReleaseMsg{Code: 'x', Text: "x"}, tea.WindowSizeMsg{Width: 1, Height: 1}, struct{}{}} {
		if got, cmd := r.Update(msg, formNow()); got.Kind != FormNone || cmd != nil || r.View() != before {
			t.Errorf("%T changed the form", msg)
		}
	}
}

// BenchmarkFormKeyInMegabyte is one key and the drawing after it, in a text of
// 1 MiB.
func BenchmarkFormKeyInMegabyte(b *testing.B) {
	for name, text := range map[string]string{
		"one line":     strings.Repeat(`{"a":1},`, 131072),
		"many lines":   strings.Repeat("  \"key\": \"some value here\",\n", 37500),
		"wide letters": strings.Repeat("訂單一二三四五六七", 38836),
	} {
		b.Run(name, func(b *testing.B) {
			f := NewForm(NewTheme(true, false), keymap.Default(), raiseSpec())
			f.SetSize(200, 50)
			f.Update(press("tab"), formNow())
			f.Update(tea.PasteMsg{Content: text}, formNow())
			b.ResetTimer()
			for b.Loop() {
				f.Update(press("x"), formNow())
				_ = f.View()
				f.Update(press("backspace"), formNow())
				_ = f.View()
			}
		})
	}
}

// BenchmarkFormPasteMegabyte is the paste itself.
func BenchmarkFormPasteMegabyte(b *testing.B) {
	text := strings.Repeat("  \"key\": \"some value here\",\n", 37500)
	for b.Loop() {
		f := NewForm(NewTheme(true, false), keymap.Default(), raiseSpec())
		f.SetSize(200, 50)
		f.Update(press("tab"), formNow())
		f.Update(tea.PasteMsg{Content: text}, formNow())
		_ = f.View()
	}
}

func benchForm() *Form {
	f := NewForm(NewTheme(true, false), keymap.Default(), raiseSpec())
	f.SetSize(200, 50)
	f.Update(tea.PasteMsg{Content: "approve"}, formNow())
	return f
}

// BenchmarkFormView is the drawing of a form on a screen of 200x50.
func BenchmarkFormView(b *testing.B) {
	f := benchForm()
	for b.Loop() {
		f.SetBusy(false) // as after any message: drawn anew
		_ = f.View()
	}
}
