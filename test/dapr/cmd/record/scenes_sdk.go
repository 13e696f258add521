package main

import (
	"slices"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/sdkworker"
)

// language is what the scenes of an SDK depend on.
type language struct {
	prefix string
	// policy: the SDK has retry policies.
	policy bool
	// own are the scenes that only this SDK has.
	own []scene
	// last are those after which its worker is of no use.
	last []scene
}

func languageOf(sdk sdkworker.SDK) language {
	switch sdk {
	case sdkworker.Python:
		return language{prefix: "py", policy: true, own: pythonScenes(), last: loopScenes()}
	case sdkworker.JavaScript:
		return language{prefix: "js", last: loopScenes()}
	case sdkworker.Java:
		return language{prefix: "java", policy: true, own: javaScenes()}
	default:
		return language{prefix: string(sdk)}
	}
}

// gifts is an input in more than one script.
const gifts = `{"客户":"王小明","礼物":"🎁 x2","note":"<&> \"quoted\"","total":12.50}`

func (l language) scenes() []scene {
	return slices.Concat(orderScenes(), startScenes(), raceScenes(), familyScenes(), l.retryScenes(), faultScenes(),
		bufferScenes(), holdScenes(), textScenes(), []scene{changedScene()}, l.own)
}

// waiting starts an order and waits until it awaits its approval.
func waiting(id, input string) step {
	return steps(start("Order", id, input), has(id, "TaskCompleted", 1), rest(id))
}

func orderScenes() []scene {
	return []scene{
		{
			name: "order-approval", ids: []string{"order-1"}, note: "An order that awaits the event approve, without a limit.",
			do: waiting("order-1", `{"sku":"A1"}`),
		},
		{
			name: "order-limit", ids: []string{"order-2"}, note: "An order that awaits the event approve for three hours.",
			do: waiting("order-2", `{"sku":"A1","limit":10800}`),
		},
		{
			name: "order-limit-week", ids: []string{"order-3"}, note: "An order that awaits the event approve for a week.",
			do: waiting("order-3", `{"sku":"A1","limit":604800}`),
		},
		{
			name: "order-approved", ids: []string{"order-4"}, note: "The order without a limit, approved.",
			do: steps(waiting("order-4", `{"sku":"A1"}`), raise("order-4", "approve", `"ann"`), status("order-4", completed)),
		},
		{
			name: "order-limit-approved", ids: []string{"order-5"}, note: "The order with a limit, approved.",
			do: steps(waiting("order-5", `{"sku":"A1","limit":10800}`), raise("order-5", "approve", `"ann"`), status("order-5", completed)),
		},
		{
			name: "order-expired", ids: []string{"order-6"}, note: "Nobody approved in time.",
			do: steps(start("Order", "order-6", `{"sku":"A1","limit":0.2}`), status("order-6", completed)),
		},
		{
			name: "waiting-from-the-start", ids: []string{"package-1"}, note: "It waits for the event release before anything else.",
			do: steps(start("Package", "package-1", ""), status("package-1", running), rest("package-1")),
		},
		{
			name: "two-waits", ids: []string{"two-1"}, note: "It waits for the events stock and payment at once, without a limit.",
			do: steps(start("TwoWaits", "two-1", ""), status("two-1", running), rest("two-1")),
		},
		{
			name: "two-waits-limit", ids: []string{"two-2"}, note: "It waits for the events stock and payment at once, for three hours.",
			do: steps(start("TwoWaits", "two-2", `{"limit":10800}`), status("two-2", running), has("two-2", "TimerCreated", 1), rest("two-2")),
		},
		{
			name: "two-waits-one-came", ids: []string{"two-3"}, note: "The same, after the event payment.",
			do: steps(start("TwoWaits", "two-3", `{"limit":10800}`), has("two-3", "TimerCreated", 1), rest("two-3"),
				raise("two-3", "payment", `42`), has("two-3", "EventRaised", 1), rest("two-3")),
		},
	}
}

func startScenes() []scene {
	return []scene{
		{
			name: "started-over-http", ids: []string{"order-7"}, note: "Started with POST /v1.0/workflows/dapr/Order/start.",
			do: steps(startOverHTTP("Order", "order-7", gifts), has("order-7", "TaskCompleted", 1), rest("order-7")),
		},
		{
			name: "rerun", ids: []string{"order-9", "order-8"}, note: "A rerun of an order from its first activity, after it had received its event.",
			do: steps(waiting("order-8", `{"sku":"A1","limit":10800}`), raise("order-8", "approve", `"ann"`), status("order-8", completed),
				rerunFromActivity("order-8", "order-9"), has("order-9", "TaskCompleted", 1), rest("order-9")),
		},
		{
			name: "rerun-after-event", ids: []string{"delivery-2", "delivery-1"}, note: "A rerun from the activity after the event: it begins with the wait and the event that the first run had.",
			do: steps(start("Delivery", "delivery-1", `{"limit":10800}`), has("delivery-1", "TimerCreated", 1), rest("delivery-1"),
				raise("delivery-1", "approve", `"ann"`), status("delivery-1", completed),
				rerunFromActivity("delivery-1", "delivery-2"), status("delivery-2", completed)),
		},
		{
			name: "terminated", ids: []string{"order-10"}, note: "An order that was terminated.",
			do: steps(waiting("order-10", `{"sku":"A1"}`), terminate("order-10"), status("order-10", ended)),
		},
	}
}

func raceScenes() []scene {
	return []scene{
		{
			name: "order-or-timer", ids: []string{"race-1"}, note: "It waits for an event or a timer, whichever comes first.",
			do: steps(start("Race", "race-1", `{"seconds":7200}`), has("race-1", "TimerCreated", 1), rest("race-1")),
		},
		{
			name: "race-event-won", ids: []string{"race-2"}, note: "The event came before the timer.",
			do: steps(start("Race", "race-2", `{"seconds":7200}`), has("race-2", "TimerCreated", 1), rest("race-2"),
				raise("race-2", "approve", `"ann"`), status("race-2", completed)),
		},
		{
			name: "race-timer-won", ids: []string{"race-3"}, note: "The timer came before the event.",
			do: steps(start("Race", "race-3", `{"seconds":0.2}`), status("race-3", completed)),
		},
		{
			name: "timer", ids: []string{"timer-1"}, note: "A timer of ten days.",
			do: steps(start("Timer", "timer-1", `{"seconds":864000}`), has("timer-1", "TimerCreated", 1), rest("timer-1")),
		},
	}
}

func familyScenes() []scene {
	return []scene{
		{
			name: "fan-out", ids: []string{"fan-1"}, note: "Ten activities at once.",
			do: steps(start("FanOut", "fan-1", `10`), status("fan-1", completed)),
		},
		{
			name: "child-running", ids: []string{"family-1"}, tree: true, note: "A parent waits for its child.",
			do: steps(start("Family", "family-1", `["Package"]`), has("family-1", "ChildWorkflowInstanceCreated", 1), rest("family-1")),
		},
		{
			name: "failed-child", ids: []string{"family-2"}, tree: true, note: "A child fails, and its parent with it.",
			do: steps(start("Family", "family-2", `["Broken"]`), status("family-2", failed)),
		},
		{
			name: "continue-as-new", ids: []string{"monitor-1"}, note: "After three rounds: the fourth sleeps for an hour.",
			do: steps(start("Monitor", "monitor-1", `0`), custom("monitor-1", "round 3"), has("monitor-1", "TimerCreated", 1)),
		},
		{
			name: "activity-running", ids: []string{"slow-1"}, note: "An activity that takes ten minutes.",
			do: steps(start("Slow", "slow-1", `{"seconds":600}`), has("slow-1", "TaskScheduled", 1), rest("slow-1")),
		},
	}
}

func (l language) retryScenes() []scene {
	how := "A retry policy"
	if !l.policy {
		how = "A loop in the workflow's code, for this SDK has no retry policies"
	}
	return []scene{
		{
			name: "retries", ids: []string{"pay-1"}, note: how + ": two attempts fail, the third succeeds.",
			do: steps(start("Payment", "pay-1", `{"failures":2,"attempts":5,"first":0.05,"factor":2}`), status("pay-1", completed)),
		},
		{
			name: "retrying", ids: []string{"pay-2"}, note: how + ": three attempts have failed, the next is due in a while.",
			do: steps(start("Payment", "pay-2", `{"failures":100,"attempts":20,"first":0.05,"factor":10}`), has("pay-2", "TimerCreated", 3), rest("pay-2")),
		},
		{
			name: "retries-failed", ids: []string{"pay-3"}, note: how + ": all three attempts fail.",
			do: steps(start("Payment", "pay-3", `{"failures":100,"attempts":3,"first":0.05,"factor":2}`), status("pay-3", failed)),
		},
		{
			name: "child-retries", ids: []string{"nursery-1"}, tree: true, note: how + ": a child fails twice, its third attempt succeeds.",
			do: steps(start("Nursery", "nursery-1", `{"failures":2,"attempts":5,"first":0.05,"factor":2}`), status("nursery-1", completed)),
		},
		{
			name: "child-retrying", ids: []string{"nursery-2"}, tree: true, note: how + ": a child has failed three times, the next attempt is due in a while.",
			do: steps(start("Nursery", "nursery-2", `{"failures":100,"attempts":20,"first":0.05,"factor":10}`), has("nursery-2", "TimerCreated", 3), rest("nursery-2")),
		},
	}
}

func faultScenes() []scene {
	return []scene{
		{
			name: "failed", ids: []string{"broken-1"}, note: "An activity fails with a cause; the workflow lets its failure through.",
			do: steps(start("Broken", "broken-1", ""), status("broken-1", failed)),
		},
		{
			name: "failed-wrapped", ids: []string{"wrapped-1"}, note: "An activity fails with a cause; the workflow catches it and fails with an error of its own.",
			do: steps(start("Wrapped", "wrapped-1", ""), status("wrapped-1", failed)),
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

func bufferScenes() []scene {
	return []scene{
		{
			name: "buffered", ids: []string{"late-1"}, note: "The event came before the workflow waits for it: a timer runs first.",
			do: steps(start("Late", "late-1", `{"seconds":3600}`), has("late-1", "TimerCreated", 1), rest("late-1"),
				raise("late-1", "approve", `"ann"`), has("late-1", "EventRaised", 1), rest("late-1")),
		},
		{
			name: "buffered-consumed", ids: []string{"late-2"}, note: "The same after the timer: the wait has taken the event, and the next one waits.",
			do: steps(start("Late", "late-2", `{"seconds":1}`), has("late-2", "TimerCreated", 1), raise("late-2", "approve", `"ann"`),
				has("late-2", "EventRaised", 1), has("late-2", "TimerFired", 1), rest("late-2")),
		},
		{
			name: "event-case", ids: []string{"order-11"}, note: "The event APPROVE for a wait on approve, without a limit.",
			do: steps(waiting("order-11", `{"sku":"A1"}`), raise("order-11", "APPROVE", `"ann"`), has("order-11", "EventRaised", 1), rest("order-11")),
		},
		{
			name: "event-case-limit", ids: []string{"order-12"}, note: "The event APPROVE for a wait on approve, with a limit.",
			do: steps(waiting("order-12", `{"sku":"A1","limit":10800}`), raise("order-12", "APPROVE", `"ann"`), has("order-12", "EventRaised", 1), rest("order-12")),
		},
		{
			name: "nobody-waits", ids: []string{"order-13"}, note: "An event that nobody waits for: its name is misspelt.",
			do: steps(waiting("order-13", `{"sku":"A1"}`), raise("order-13", "aprove", `"ann"`), has("order-13", "EventRaised", 1), rest("order-13")),
		},
	}
}

func holdScenes() []scene {
	return []scene{
		{
			name: "suspended", ids: []string{"order-14"}, note: "Suspended once.",
			do: steps(waiting("order-14", `{"sku":"A1"}`), suspend("order-14", "audit"), status("order-14", suspended), rest("order-14")),
		},
		{
			name: "suspended-event", ids: []string{"order-15"}, note: "Suspended once, then approved.",
			do: steps(waiting("order-15", `{"sku":"A1"}`), suspend("order-15", "audit"), status("order-15", suspended),
				raise("order-15", "approve", `"ann"`), has("order-15", "EventRaised", 1), rest("order-15")),
		},
		{
			name: "resumed", ids: []string{"order-16"}, note: "Suspended once, approved, resumed.",
			do: steps(waiting("order-16", `{"sku":"A1"}`), suspend("order-16", "audit"), status("order-16", suspended),
				raise("order-16", "approve", `"ann"`), has("order-16", "EventRaised", 1), resume("order-16", "audit done"), status("order-16", completed)),
		},
		{
			name: "resumed-waiting", ids: []string{"order-17"}, note: "Suspended once and resumed: it waits on.",
			do: steps(waiting("order-17", `{"sku":"A1"}`), suspend("order-17", "audit"), status("order-17", suspended),
				resume("order-17", "audit done"), status("order-17", running), rest("order-17")),
		},
	}
}

func textScenes() []scene {
	return []scene{
		{
			name: "status-text", ids: []string{"status-1"}, note: "A custom status that is a text.",
			do: steps(start("Status", "status-1", `"等待王小明批准 🎁"`), status("status-1", running), rest("status-1")),
		},
		{
			name: "status-json", ids: []string{"status-2"}, note: "A custom status that is JSON.",
			do: steps(start("Status", "status-2", gifts), status("status-2", running), rest("status-2")),
		},
		{
			name: "echo", ids: []string{"echo-1"}, note: "An input in more than one script that comes back as the output.",
			do: steps(start("Echo", "echo-1", gifts), status("echo-1", completed)),
		},
		{
			name: "large", ids: []string{"large-1"}, note: "An activity that returns 200,000 characters.",
			do: steps(start("Large", "large-1", `200000`), status("large-1", completed)),
		},
	}
}

func changedScene() scene {
	return scene{
		name: "before-change", ids: []string{"changed-1"}, note: "It waits for the event approve; the next release of its worker has another first step.",
		do: steps(start("Changed", "changed-1", ""), has("changed-1", "TaskCompleted", 1), rest("changed-1")),
	}
}

// secondRelease are the scenes with a worker of a later release.
func (l language) secondRelease() []scene {
	return slices.Concat([]scene{{
		name: "changed", ids: []string{"changed-1"}, note: "The event came when the worker's code had changed.",
		do: steps(besides(raise("changed-1", "approve", `"ann"`)), has("changed-1", "EventRaised", 1), rest("changed-1")),
	}}, l.last)
}

func pythonScenes() []scene {
	return []scene{
		{
			name: "resumed-while-running", ids: []string{"order-20"}, note: "Resumed while it was not suspended: this SDK fails the workflow.",
			do: steps(waiting("order-20", `{"sku":"A1"}`), resume("order-20", "by mistake"), status("order-20", failed)),
		},
		{
			name: "resumed-twice", ids: []string{"order-21"}, note: "Suspended once, resumed twice: the second resume fails the workflow.",
			do: steps(waiting("order-21", `{"sku":"A1"}`), suspend("order-21", "audit"), status("order-21", suspended),
				resume("order-21", "audit done"), status("order-21", running), rest("order-21"), resume("order-21", "by mistake"), status("order-21", failed)),
		},
	}
}

func javaScenes() []scene {
	return []scene{
		{
			name: "suspended-twice-resumed-once", ids: []string{"order-20"}, note: "Suspended twice, resumed once, approved: it goes on.",
			do: steps(waiting("order-20", `{"sku":"A1"}`), suspend("order-20", "1"), status("order-20", suspended), rest("order-20"), suspend("order-20", "2"),
				rest("order-20"), resume("order-20", "1"), status("order-20", running), raise("order-20", "approve", `"ann"`), status("order-20", completed)),
		},
		{
			name: "no-message", ids: []string{"silent-1"}, note: "An activity throws an exception without a message: this SDK answers nothing, and the activity stays open.",
			do: steps(start("Silent", "silent-1", ""), has("silent-1", "TaskScheduled", 1), pause(2*time.Second), rest("silent-1")),
		},
	}
}

// loopScenes make the worker loop; it is killed right after.
func loopScenes() []scene {
	return []scene{{
		name: "suspended-twice-resumed-once", ids: []string{"order-30"},
		note: "Suspended twice, resumed once: the worker loops without end. Recorded a moment after the resume.",
		do: steps(waiting("order-30", `{"sku":"A1"}`), suspend("order-30", "1"), status("order-30", suspended), rest("order-30"), suspend("order-30", "2"),
			has("order-30", "ExecutionSuspended", 2), rest("order-30"), besides(resume("order-30", "1")), pause(500*time.Millisecond)),
	}}
}
