package model

import (
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// offBy is a sidecar whose clock is off by d: its instances have its dates.
func offBy(t *testing.T, d time.Duration) *bench {
	t.Helper()
	b := start(t)
	b.client.now = func() time.Time { return b.now.Add(d) }
	b.client.add("order-17", "OrderProcessing", workflow.Running)
	b.refresh(func(s *watch.Snapshot) { s.Ahead = workflow.Ahead(b.client.now(), b.now) })
	b.pass(time.Second)
	return b
}

// TestAClockThatIsAhead: nothing happens in the future, so that the dates of the
// rows tell.
func TestAClockThatIsAhead(t *testing.T) {
	b := offBy(t, 3*time.Hour)
	b.sees("RUNNING for 1m", "1m ago")
	b.filter("age:<1h")
	b.matches(1)
	b.filter("age:>2m")
	b.matches(0)
	b.press("esc esc i")
	b.sees("The sidecar's clock is 3h00m ahead", "Ages are reckoned in the sidecar's time")
}

// TestAClockThatIsBehind: only what an action of ours has caused can tell.
func TestAClockThatIsBehind(t *testing.T) {
	b := offBy(t, -3*time.Hour)
	b.sees("RUNNING for 3h01m")
	b.press("p ctrl+s")
	b.sees("paused order-17: SUSPENDED after", "The sidecar's clock is 3h00m behind")
	b.pass(2 * time.Second)
	b.sees("SUSPENDED for 1s")
	b.seesNot("Suspended for 3h") // the finding
	b.press("i")
	b.sees("The sidecar's clock is 3h00m behind")
}

// Clocks that differ by what NTP leaves are taken for one.
func TestClocksThatAreNearlyRight(t *testing.T) {
	for _, d := range []time.Duration{2 * time.Second, -2 * time.Second} {
		b := offBy(t, d)
		b.press("p ctrl+s")
		b.sees("paused order-17: SUSPENDED after")
		b.seesNot("clock")
		b.press("i")
		b.seesNot("clock is")
	}
}
