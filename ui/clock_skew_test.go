package ui

import (
	"strings"
	"testing"
	"time"
)

// TestAMomentAheadIsNow: the console's clock moves once a second, and what has
// just happened is ahead of it.
func TestAMomentAheadIsNow(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	c := Clock{Now: now}
	for ahead, want := range map[time.Duration]string{
		0: "0s ago", 900 * time.Millisecond: "0s ago", time.Minute: "in 1m", -time.Minute: "1m ago",
	} {
		if got := c.Full(now.Add(ahead)); !strings.HasSuffix(got, "  "+want) {
			t.Errorf("%s ahead: %q, want %q at its end", ahead, got, want)
		}
	}
}
