package main

import (
	"slices"
	"time"
)

func goScenes() []scene {
	return slices.Concat(waitScenes(), failureScenes(), treeScenes(), eventScenes(), suspendScenes(), stallScenes())
}

func waitScenes() []scene {
	return []scene{
		{
			name: "order-approval", ids: []string{"order-1"}, note: "An order that awaits its approval for three days.",
			do: steps(start("Order", "order-1", `{"sku":"A1","limit":"72h"}`), has("order-1", "TimerCreated", 1)),
		},
		{
			name: "order-approved", ids: []string{"order-2"}, note: "The same order, approved.",
			do: steps(start("Order", "order-2", `{"sku":"A1","limit":"72h"}`), has("order-2", "TimerCreated", 1),
				raise("order-2", "APPROVE", `"ann"`), status("order-2", completed)),
		},
		{
			name: "order-expired", ids: []string{"order-3"}, note: "Nobody approved in time.",
			do: steps(start("Order", "order-3", `{"sku":"A1","limit":"100ms"}`), status("order-3", completed)),
		},
		{
			name: "activity-running", ids: []string{"gated-1"}, note: "An activity that does not end.",
			do: steps(start("Gated", "gated-1", ""), has("gated-1", "TaskScheduled", 1), rest("gated-1")),
		},
		{
			name: "continue-as-new", ids: []string{"monitor-1"}, note: "The fourth generation sleeps.",
			do: steps(start("Monitor", "monitor-1", `0`), custom("monitor-1", "round 3")),
		},
		{
			name: "fan-out-100", ids: []string{"fan-1"}, note: "A hundred activities at once.",
			do: steps(start("FanOut", "fan-1", `100`), status("fan-1", completed)),
		},
		{
			name: "pending", ids: []string{"later-1"}, note: "Scheduled for another day: it has no name and no history.",
			do: steps(later("Order", "later-1", 24*time.Hour), status("later-1", pending)),
		},
		{
			name: "rerun", ids: []string{"sum-2", "sum-1"}, note: "A rerun from its second activity, and its origin.",
			do: steps(start("Sum", "sum-1", ""), status("sum-1", completed), rerun("sum-1", 1, "sum-2"), status("sum-2", completed)),
		},
	}
}

func failureScenes() []scene {
	return []scene{
		{
			name: "retries", ids: []string{"pay-1"}, note: "Two attempts fail, the third succeeds.",
			do: steps(start("Payment", "pay-1", `{"activity":"ChargeThrice","attempts":5,"first":"20ms"}`), status("pay-1", completed)),
		},
		{
			name: "retrying", ids: []string{"pay-2"}, note: "Four attempts have failed, the fifth is due in a while.",
			do: steps(start("Payment", "pay-2", `{"activity":"Charge","attempts":20,"first":"10ms"}`), has("pay-2", "TimerCreated", 4)),
		},
		{
			name: "retries-failed", ids: []string{"pay-3"}, note: "All three attempts fail.",
			do: steps(start("Payment", "pay-3", `{"activity":"Charge","attempts":3,"first":"10ms"}`), status("pay-3", failed)),
		},
		{
			name: "not-registered", ids: []string{"ghost-1"}, note: "No worker knows the workflow.",
			do: steps(start("Ghost", "ghost-1", ""), status("ghost-1", failed)),
		},
		{
			name: "activity-not-registered", ids: []string{"ghost-2"}, note: "No worker knows its activity.",
			do: steps(start("Ghostly", "ghost-2", ""), status("ghost-2", failed)),
		},
	}
}

func treeScenes() []scene {
	return []scene{
		{
			name: "failed-child", ids: []string{"family-1", "family-1:0000"}, note: "A child fails, and its parent with it.",
			do: steps(start("Family", "family-1", `["Broken"]`), status("family-1", failed)),
		},
		{
			name: "child-retries", ids: []string{"nursery-1"}, note: "A child fails twice and is retried.",
			do: steps(start("Nursery", "nursery-1", ""), status("nursery-1", completed)),
		},
		{
			name: "children-running", ids: []string{"family-2", "family-2:0000", "family-2:0001"}, note: "A parent waits for two children.",
			do: steps(start("Family", "family-2", `["Package","Package"]`),
				has("family-2:0000", "TimerCreated", 1), has("family-2:0001", "TimerCreated", 1)),
		},
		{
			name: "terminated-tree", ids: []string{"family-3", "family-3:0000", "family-3:0001"}, note: "Ended with its children.",
			do: steps(start("Family", "family-3", `["Package","Package"]`), has("family-3:0000", "TimerCreated", 1),
				has("family-3:0001", "TimerCreated", 1), terminate("family-3"), status("family-3", ended),
				status("family-3:0000", ended), status("family-3:0001", ended)),
		},
	}
}

func eventScenes() []scene {
	return []scene{
		{
			name: "raised-before-start", ids: []string{"early-1"}, note: "Raised while it was scheduled for later: the wait of its first turn is answered, though its timer stands behind the event.",
			do: steps(later("Twice", "early-1", time.Hour), raise("early-1", "go", `1`), status("early-1", running), rest("early-1")),
		},
		{
			name: "raised-in-the-same-turn", ids: []string{"gated-2"}, note: "The activity before the wait ended and the event came while it was suspended: one turn takes both.",
			do: steps(start("Gated", "gated-2", ""), has("gated-2", "TaskScheduled", 1), suspend("gated-2", ""), status("gated-2", suspended),
				open("gated-2"), has("gated-2", "TaskCompleted", 1), raise("gated-2", "approve", `1`), has("gated-2", "EventRaised", 1),
				resume("gated-2", ""), has("gated-2", "TimerCreated", 1), rest("gated-2")),
		},
		{
			name: "answer-and-event-in-one-turn", ids: []string{"busy-1"}, note: "An activity ends and the event comes while the code is busy: one turn takes both, and the timer of the wait stands behind the event that ended it.",
			do: steps(start("Busy", "busy-1", ""), has("busy-1", "TimerCreated", 1), rest("busy-1"), raise("busy-1", "nudge", `1`), pause(300*time.Millisecond),
				open("busy-1"), pause(300*time.Millisecond), besides(raise("busy-1", "approve", `1`)), pause(300*time.Millisecond),
				open("busy-1 code"), has("busy-1", "EventRaised", 2), rest("busy-1")),
		},
		{
			name: "buffered-consumed", ids: []string{"gated-3"}, note: "Raised before the wait: the wait takes it and leaves no timer.",
			do: steps(start("Gated", "gated-3", ""), has("gated-3", "TaskScheduled", 1), raise("gated-3", "approve", `1`),
				has("gated-3", "EventRaised", 1), open("gated-3"), has("gated-3", "TimerCreated", 1)),
		},
		{
			name: "nobody-waits", ids: []string{"order-4"}, note: "Two events that nobody waits for: the name is misspelt.",
			do: steps(start("Order", "order-4", `{"sku":"A1"}`), has("order-4", "TimerCreated", 1), raise("order-4", "aprove", `1`),
				raise("order-4", "Aprove", `2`), has("order-4", "EventRaised", 2)),
		},
	}
}

func suspendScenes() []scene {
	return []scene{
		{
			name: "nested-suspensions", ids: []string{"order-5"}, note: "Suspended twice, resumed once, approved: it reads RUNNING and keeps the event.",
			do: steps(start("Order", "order-5", `{"sku":"A1"}`), has("order-5", "TimerCreated", 1), suspend("order-5", "audit"), suspend("order-5", "stock count"),
				resume("order-5", "audit done"), status("order-5", running), raise("order-5", "approve", `"ann"`), rest("order-5")),
		},
		{
			name: "suspended", ids: []string{"order-6"}, note: "Suspended once.",
			do: steps(start("Order", "order-6", `{"sku":"A1"}`), has("order-6", "TimerCreated", 1), suspend("order-6", "audit"), status("order-6", suspended)),
		},
		{
			name: "terminate-suspended", ids: []string{"order-7"}, note: "A terminate that waits for a resume.",
			do: steps(start("Order", "order-7", `{"sku":"A1"}`), has("order-7", "TimerCreated", 1), suspend("order-7", "audit"), fails(terminate("order-7")),
				has("order-7", "ExecutionTerminated", 1)),
		},
		{
			name: "answer-lost-between-suspends", ids: []string{"gated-4"}, note: "Suspended twice, an activity ends, resumed twice.",
			do: steps(start("Gated", "gated-4", ""), has("gated-4", "TaskScheduled", 1), suspend("gated-4", "1"), suspend("gated-4", "2"),
				open("gated-4"), has("gated-4", "TaskCompleted", 1), resume("gated-4", "1"), resume("gated-4", "2"), rest("gated-4")),
		},
		{
			name: "three-suspends", ids: []string{"order-9"}, note: "Suspended three times, resumed twice, approved: it ends.",
			do: steps(start("Order", "order-9", `{"sku":"A1"}`), has("order-9", "TimerCreated", 1), suspend("order-9", "1"), suspend("order-9", "2"),
				suspend("order-9", "3"), resume("order-9", "1"), resume("order-9", "2"), raise("order-9", "approve", `"ann"`), rest("order-9")),
		},
		{
			name: "lost-between-suspends", ids: []string{"order-8"}, note: "Suspended twice, approved, resumed twice.",
			do: steps(start("Order", "order-8", `{"sku":"A1"}`), has("order-8", "TimerCreated", 1), suspend("order-8", "1"), suspend("order-8", "2"),
				raise("order-8", "approve", `"ann"`), resume("order-8", "1"), resume("order-8", "2"), rest("order-8")),
		},
	}
}

func stallScenes() []scene {
	return []scene{
		{
			name: "stalled-payload", ids: []string{"big-1"}, note: "Input and events weigh more than the runtime takes.",
			do: steps(start("Twice", "big-1", big(3_500_000)), has("big-1", "TimerCreated", 1), raise("big-1", "note", big(1_000_000)), status("big-1", stalled)),
		},
		// What the next worker does not know; it is recorded then.
		{
			name: "before-version", ids: []string{"version-1"}, note: "A versioned workflow that waits.",
			do: steps(start("Versioned", "version-1", ""), has("version-1", "TimerCreated", 1)),
		},
		{
			name: "before-patch", ids: []string{"patch-1"}, note: "A patched workflow that waits.",
			do: steps(start("Patched", "patch-1", ""), has("patch-1", "TimerCreated", 1), rest("patch-1")),
		},
	}
}

// oldWorkerScenes run with a worker of an earlier release.
func oldWorkerScenes() []scene {
	return []scene{
		{
			name: "stalled-version", ids: []string{"version-1"}, note: "The worker does not know the version.",
			do: steps(raise("version-1", "go", `1`), status("version-1", stalled)),
		},
		{
			name: "stalled-patch", ids: []string{"patch-1"}, note: "The worker lacks the patch.",
			do: steps(raise("patch-1", "go", `1`), status("patch-1", stalled)),
		},
	}
}
