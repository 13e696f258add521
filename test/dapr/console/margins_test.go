package console

import "testing"

// TestLateMargins: a frame for a taller window arrives after the window has
// shrunk.
func TestLateMargins(t *testing.T) {
	t.Parallel()
	term := newTerminal(20, 8)
	term.resize(20, 4)
	term.write([]byte("\x1b[2;8r\x1b[3T\x1b[1;1Hstill here"))
	term.show()
	if got := term.snapshot().Line(0); got != "still here" {
		t.Errorf("the first line is %q", got)
	}
	term.write([]byte("\x1b[2;4r\x1b[1T\x1b[4;1Hlast"))
	term.show()
	if got := term.snapshot().Line(3); got != "last" {
		t.Errorf("margins within the screen: the last line is %q", got)
	}
}
