package model

import (
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// TestAdviceFollowsTheRuntime: what a version does not do is not offered, and
// what it gets right is not warned of.
func TestAdviceFollowsTheRuntime(t *testing.T) {
	for version, want := range map[string]struct{ held, force bool }{
		"1.16.0": {true, false}, "1.18.0": {true, true}, "1.18.4": {false, true}, "edge": {true, true},
	} {
		b := start(t)
		b.client.add("order-17", "OrderProcessing", workflow.Suspended)
		b.refresh(func(s *watch.Snapshot) { s.Sidecar.Version = version })
		b.press("T")
		b.sees("Terminate order-17")
		if want.held {
			b.sees("if its worker is Go's, this runtime ends it only once", "Terminate and resume")
		} else {
			b.seesNot("Terminate and resume")
		}
		b.pass(time.Second)
		b.press("esc X")
		b.sees("Purge order-17")
		if want.force {
			b.sees("has ended, unless", "Force deletes")
		} else {
			b.seesNot("has ended, unless")
			b.seesNot("Force deletes")
		}
		b.pass(time.Second)
		b.press("ctrl+s")
		b.called("purge order-17 recursive=true force=false")
	}
}
