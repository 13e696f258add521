package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
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

// What is typed must be the ID as it is spelled, and not only look like it.
func TestFormConfirmationOfAnIDThatCannotBeTyped(t *testing.T) {
	spec := purgeSpec()
	spec.Fields[0].On = true
	spec.Fields[1].MustEqual = `a\u001b[31mb\u202ec`
	r := openRig(t, spec)
	r.keys("shift+tab", "shift+tab", "up", "tab")
	r.setFocus(formFocus{i: 1})
	r.typeText("abc")
	if got := r.keys("ctrl+s"); got.Kind == FormSubmit {
		t.Errorf("what only looks like the ID was sent: %+v", got)
	}
	r.keys("ctrl+u")
	r.typeText(spec.Fields[1].MustEqual)
	if got := r.keys("ctrl+s"); got.Kind != FormSubmit {
		t.Errorf("typed as it is spelled: %+v", got)
	}
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

func TestFormErrorOfTheWhole(t *testing.T) {
	r := openRig(t, terminateSpec())
	r.SetError("", "the runtime said no")
	if view := ansi.Strip(r.View()); !strings.Contains(view, "✗ the runtime said no") {
		t.Errorf("not shown:\n%s", view)
	}
	r.keys("tab")
	if strings.Contains(ansi.Strip(r.View()), "said no") {
		t.Error("the error outlives the next key")
	}
}

// TestFormNamesItsInstanceInFull: a title that the frame cuts is said again,
// for the end of an ID and the app are what somebody confirms.
func TestFormNamesItsInstanceInFull(t *testing.T) {
	spec := terminateSpec()
	spec.Title = "Terminate c97a3d08-4ee4-4790-9861-b434c5d68b99 (orders)?"
	r := openRig(t, spec)
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}} {
		r.SetSize(size[0], size[1])
		view := ansi.Strip(r.View())
		unbroken := strings.NewReplacer("│", "", "┃", "", " ", "", "\n", "")
		if !strings.Contains(unbroken.Replace(view), unbroken.Replace(spec.Title)) {
			t.Errorf("%v:\n%s", size, view)
		}
	}
	if view := ansi.Strip(r.View()); strings.Count(view, "(orders)?") != 1 {
		t.Errorf("said twice where there is room:\n%s", view)
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

func TestFormIgnoresOtherMessages(t *testing.T) {
	r := openRig(t, raiseSpec())
	before := r.View()
	for _, msg := range []tea.Msg{nil, tea.KeyReleaseMsg{Code: 'x', Text: "x"}, tea.WindowSizeMsg{Width: 1, Height: 1}, struct{}{}} {
		if got, cmd := r.Update(msg, formNow()); got.Kind != FormNone || cmd != nil || r.View() != before {
			t.Errorf("%T changed the form", msg)
		}
	}
}
