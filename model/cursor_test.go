package model

import (
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestCursorStaysWhereItIs: a frame drawn again has its text cursor where the
// last one had it. The program keeps the frames that it was given, so that none
// may change afterwards either.
func TestCursorStaysWhereItIs(t *testing.T) {
	b := withOne(t, workflow.Running)
	b.press("p")
	first := b.m.View().Cursor
	if first == nil {
		t.Fatal("no text cursor in a form that opens on a text")
	}
	x, y := first.X, first.Y
	for range 3 {
		if c := b.m.View().Cursor; c == nil || c.X != x || c.Y != y {
			t.Fatalf("the cursor went from %d,%d to %+v", x, y, c)
		}
	}
	if first.X != x || first.Y != y {
		t.Fatalf("a frame that was handed out changed from %d,%d to %d,%d", x, y, first.X, first.Y)
	}
}
