package heap

import (
	"runtime/debug"
	"testing"
)

func TestPercent(t *testing.T) {
	for rows, want := range map[int]int{0: 40, 100_000: 40, 109_999: 30, 125_000: 25, 200_000: 15, 1_000_000: 15} {
		if got := percent(rows); got != want {
			t.Errorf("with %d rows %d, want %d", rows, got, want)
		}
	}
}

func TestTheVariableHasTheLastWord(t *testing.T) {
	was := debug.SetGCPercent(77)
	t.Cleanup(func() { debug.SetGCPercent(was) })
	New(func(string) string { return "77" }).Rows(1_000_000)
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("the growth is %d although GOGC says 77", got)
	}
	tuner := New(func(string) string { return "" })
	if got := debug.SetGCPercent(usual); got != usual {
		t.Errorf("the growth is %d, want %d", got, usual)
	}
	tuner.Rows(200_000)
	if got := debug.SetGCPercent(usual); got != 15 {
		t.Errorf("with many rows the growth is %d", got)
	}
}
