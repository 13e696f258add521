package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/daprdeck/daprdeck/keymap"
)

// scriptRig is a view of texts that name what they are.
func scriptRig(th Theme, ops int) *ScriptView {
	names := []string{"pause", "resume", "raise event", "terminate", "purge", "start new", "rerun", "get", "list", "history"}
	return NewScript(th, keymap.Default(), ScriptSpec{
		Title: "order-订单-1042 (orders)", Ops: names[:ops], Forms: []string{"Dapr CLI", "curl", "Go", "Python", "JavaScript", "Java", ".NET"},
		Op: min(2, ops-1), Form: 1, Hint: "what a form holds: ctrl+g in it",
		Write: func(op, form int) ScriptText {
			if form == 3 {
				return ScriptText{Notes: []string{"This SDK has no call for it."}}
			}
			s := ScriptText{
				Text:  fmt.Sprintf("curl -sS -X POST \\\n\t--data-raw '%s' \\\n  operation%d/form%d", strings.Repeat("订单 ", 40), op, form),
				Notes: []string{"The HTTP port is not known here: DAPR_HTTP_PORT, or the default 3500."},
			}
			return s
		},
	})
}

func TestScriptView(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}, {40, 12}} {
		for name, keys := range map[string][]string{"text": nil, "none": {"tab", "tab"}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := scriptRig(NewTheme(true, false), 10)
				v.SetSize(size[0], size[1])
				for _, k := range keys {
					v.HandleKey(press(k))
				}
				golden.RequireEqual(t, ansi.Strip(v.View())+"\n")
			})
		}
	}
}

func TestScriptViewFitsAtAnySize(t *testing.T) {
	for _, ops := range []int{1, 10} {
		v := scriptRig(NewTheme(true, false), ops)
		for _, w := range []int{0, 1, 2, 3, 5, 11, 20, 39, 40, 59, 60, 61, 80, 120, 200} {
			for _, h := range []int{0, 1, 2, 3, 4, 5, 6, 8, 12, 18, 24, 50} {
				v.SetSize(w, h)
				s := v.View()
				lines := strings.Split(s, "\n")
				bw := ansi.StringWidth(lines[0])
				if bw > w || len(lines) > max(h, 1) || (w > 0 && h > 0) != (bw > 0) {
					t.Fatalf("%d operations: %dx%d on a screen of %dx%d", ops, bw, len(lines), w, h)
				}
				if w > 0 && h > 0 {
					fits(t, fmt.Sprintf("%d operations on %dx%d", ops, w, h), s, bw, len(lines))
				}
			}
		}
	}
}

func TestScriptViewKeys(t *testing.T) {
	v := scriptRig(NewTheme(true, false), 10)
	for _, step := range []struct {
		key      string
		op, form int
	}{{"j", 3, 1}, {"k", 2, 1}, {"tab", 2, 2}, {"h", 2, 1}, {"[", 2, 0}, {"shift+tab", 2, 6}, {"]", 2, 0}} {
		if v.HandleKey(press(step.key)) {
			t.Fatalf("%s closes", step.key)
		}
		if op, form := v.Chosen(); op != step.op || form != step.form {
			t.Fatalf("%s: operation %d in form %d, want %d in %d", step.key, op, form, step.op, step.form)
		}
	}
	if label, text := v.Value(); label != "raise event (Dapr CLI)" || !strings.Contains(text, "operation2/form0") || !strings.Contains(text, "\t") {
		t.Errorf("copies %q as %q", text, label)
	}
	for _, k := range []string{"esc", "q", "C"} {
		if !v.HandleKey(press(k)) {
			t.Errorf("%s does not close", k)
		}
	}
}
