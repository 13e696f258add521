package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/keymap"
)

// formNow is when every form of these tests gets its keys; it was opened an
// hour before.
func formNow() time.Time { return time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC) }

// press turns the name of a key, as it is in a key map, into the key.
func press(name string) tea.KeyPressMsg {
	named := map[string]rune{
		"tab": tea.KeyTab, "enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "home": tea.KeyHome, "end": tea.KeyEnd,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "space": tea.KeySpace,
	}
	k := tea.Key{}
	rest := name
	for _, m := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if s, ok := strings.CutPrefix(rest, m.prefix); ok {
			rest, k.Mod = s, k.Mod|m.mod
		}
	}
	code, ok := named[rest]
	switch {
	case ok && rest == "space":
		k.Code, k.Text = code, " "
	case ok:
		k.Code = code
	default:
		k.Code = []rune(rest)[0]
		if k.Mod == 0 {
			k.Text = rest
		}
	}
	return tea.KeyPressMsg(k)
}

// formRig is a form with the keys that a test presses.
type formRig struct {
	*Form
	t *testing.T
}

func openRig(t *testing.T, spec FormSpec) *formRig {
	t.Helper()
	if spec.OpenedAt.IsZero() {
		spec.OpenedAt = formNow().Add(-time.Hour)
	}
	f := NewForm(NewTheme(true, false), keymap.Default(), spec)
	f.SetSize(80, 24)
	return &formRig{Form: f, t: t}
}

// keys presses keys one after the other and returns the last result.
func (r *formRig) keys(names ...string) FormResult {
	r.t.Helper()
	var result FormResult
	for i, n := range names {
		result, _ = r.Update(press(n), formNow())
		if result.Kind != FormNone && i < len(names)-1 {
			r.t.Fatalf("key %d, %q, led to %+v", i, n, result)
		}
	}
	return result
}

// typeText presses a key for each character.
func (r *formRig) typeText(s string) {
	r.t.Helper()
	for _, c := range s {
		if res, _ := r.Update(tea.KeyPressMsg{Code: c, Text: string(c)}, formNow()); res.Kind != FormNone {
			r.t.Fatalf("typing %q led to %+v", c, res)
		}
	}
}

func (r *formRig) pasteText(s string) FormResult {
	res, _ := r.Update(tea.PasteMsg{Content: s}, formNow())
	return res
}

// wantFocus compares the focus with a field's ID, or a button's label in
// brackets.
func (r *formRig) wantFocus(want string) {
	r.t.Helper()
	got := ""
	if s := r.focused(); s != nil {
		got = s.ID
	} else {
		_, n := r.button(r.focus.i)
		got = "[Cancel]"
		if r.focus.i > 0 {
			got = "[" + r.spec.Buttons[r.focus.i-1].Label + "]"
		}
		if n < len(got) {
			r.t.Errorf("button %s takes %d cells", got, n)
		}
	}
	if got != want {
		r.t.Fatalf("the focus is on %s, not on %s", got, want)
	}
}

func checkJSONText(v string) (string, error) {
	if strings.TrimSpace(v) == "" {
		return "no value is sent", nil
	}
	if !json.Valid([]byte(v)) {
		return "", errors.New("line 1, column 9: this is not JSON")
	}
	return fmt.Sprintf("valid JSON, %d bytes", len(v)), nil
}

func needsName(v string) (string, error) {
	if v == "" {
		return "", errors.New("an event needs a name")
	}
	return "waits since 2m02s, gives up in 57m58s", nil
}

func raiseSpec() FormSpec {
	return FormSpec{
		ID: "raise", Title: "Raise an event on order-1042 (orders)",
		Lines: []FormLine{{Text: "OrderProcessing, RUNNING"}, {Kind: NoticeWarn, Text: "It is suspended: the event is kept and delivered on resume."}},
		Fields: []Field{
			{ID: "event", Label: "Event", Placeholder: "the event's name", Suggestions: []string{"approve", "approve-all", "deny"}, Check: needsName},
			{ID: "payload", Label: "Payload", Placeholder: "JSON, or @file", Kind: FieldJSON, Check: checkJSONText, History: []string{"{\n  \"by\": \"ops\"\n}", "1"}},
		},
		Buttons: []Button{{ID: "send", Label: "Raise"}},
	}
}

func terminateSpec() FormSpec {
	return FormSpec{
		ID: "terminate", Title: "Terminate order-1040 (orders)?", Destructive: true,
		Lines: []FormLine{
			{Text: "OrderProcessing, SUSPENDED, 2 child workflows"},
			{Kind: NoticeWarn, Text: "It is suspended: this runtime ends it only once it is resumed."},
		},
		Fields: []Field{
			{ID: "children", Label: "Children", Help: "also terminate its 2 child workflows", Kind: FieldToggle, On: true},
			{ID: "output", Label: "Output", Placeholder: "optional JSON, or @file", Kind: FieldJSON, Check: checkJSONText},
		},
		Buttons: []Button{{ID: "send", Label: "Terminate", Danger: true}, {ID: "resume", Label: "Terminate and resume", Danger: true}},
	}
}

func purgeSpec() FormSpec {
	return FormSpec{
		ID: "purge", Title: "Purge order-1040 (orders)?", Destructive: true,
		Lines: []FormLine{{Text: "OrderProcessing, RUNNING"}, {Kind: NoticeBad, Text: "Its state and history are deleted for good."}},
		Fields: []Field{
			{ID: "force", Label: "Force", Help: "delete the state whatever the instance is doing", Kind: FieldToggle},
			{
				ID: "confirm", Label: "Type the ID", Placeholder: "order-1040", Kind: FieldConfirm, MustEqual: "order-1040",
				Visible: func(on map[string]bool) bool { return on["force"] },
			},
		},
		Buttons: []Button{{ID: "send", Label: "Purge", Danger: true}},
	}
}

func startSpec() FormSpec {
	return FormSpec{
		ID: "start", Title: "Start a new instance (orders)",
		Fields: []Field{
			{ID: "name", Label: "Workflow", Placeholder: "the workflow's name", Check: needsName},
			{ID: "id", Label: "ID", Placeholder: "generated when empty", History: []string{"order-2", "order-1"}},
			{ID: "input", Label: "Input", Placeholder: "JSON, or @file", Kind: FieldJSON, Check: checkJSONText},
			{ID: "at", Label: "Start at", Placeholder: "now", Kind: FieldTime, Check: func(string) (string, error) { return "at once", nil }},
			{ID: "count", Label: "Count", Kind: FieldNumber},
		},
		Buttons: []Button{{ID: "send", Label: "Start"}},
	}
}
