package script

import "testing"

// TestWhatPythonDrops: the SDK sends no payload for what Python counts as false,
// so that a script would do something else than the form.
func TestWhatPythonDrops(t *testing.T) {
	for _, op := range []Op{Raise, Terminate, Start} {
		for payload, drops := range map[string]bool{
			`""`: op != Start, "0": op != Start, "-0.0": op != Start, "false": op != Start, "[]": op != Start, " {} ": op != Start,
			"null": true, "": false, `"0"`: false, "1": false, "[0]": false, "true": false, `{"a":null}`: false, "no JSON": false,
		} {
			s := Render(Call{Op: op, AppID: "a", ID: "i", Workflow: "W", Event: "e", Payload: payload}, Python)
			if got := s.Text == ""; got != drops {
				t.Errorf("%s with %s: %q %q", op, payload, s.Text, s.Notes)
			}
			for _, f := range []Form{Go, CLI, JavaScript} {
				if s := Render(Call{Op: op, AppID: "a", ID: "i", Workflow: "W", Event: "e", Payload: payload}, f); s.Text == "" {
					t.Errorf("%s has no form in %s: %q", op, f, s.Notes)
				}
			}
		}
	}
}
