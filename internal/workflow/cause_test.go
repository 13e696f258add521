package workflow_test

import (
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestReasonLeavesOutWhatTheSDKsWriteBefore(t *testing.T) {
	for message, want := range map[string]string{
		"order-1: Activity task #1 failed: card declined: code 51":                                              "card declined: code 51",
		"family-1: Sub-orchestration task #1 failed: family-1:0001: Activity task #1 failed: no":                "no",
		"Sub-orchestration task #3 failed: a: Activity task #12 failed: b":                                      "b",
		"Task 'Charge' (#0) failed with an unhandled exception: no":                                             "no",
		"Task 'A' (#0) failed with an unhandled exception: Task 'B' (#2) failed with an unhandled exception: x": "x",
		"task failed with an error: card declined":                                                              "card declined",
		"Task failed: card declined":                                                                            "card declined",
		"Child workflow 'Pay' failed":                                                                           "Child workflow 'Pay' failed",
		"a: Activity task #1 failed: ":                                                                          "a: Activity task #1 failed: ",
		"nothing of the kind":                                                                                   "nothing of the kind",
		"":                                                                                                      "",
	} {
		if got := workflow.Reason(message); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
}

// The cause of a failure is the activity or the child, for every SDK.
func TestTheCauseOfARecordedFailure(t *testing.T) {
	for name, want := range map[string]string{
		"go-failed-child": "Broken", "go-retries-failed": "Charge", "go-activity-not-registered": "Ghost",
		"py-failed": "Decline", "py-failed-child": "Broken", "py-failed-wrapped": "Decline", "py-retries-failed": "Charge",
		"js-failed": "Decline", "js-failed-child": "Broken", "js-failed-wrapped": "Decline", "js-retries-failed": "Charge",
		"java-failed": "Decline", "java-failed-child": "Broken", "java-failed-wrapped": "Decline", "java-retries-failed": "Charge",
		"py-not-registered": "", "py-changed": "", "py-order-approved": "", "py-order-approval": "",
	} {
		h := recorded(t, name).Instances[0].History
		c, ok := h.Cause()
		got := ""
		if ok {
			scheduled, _ := h.Partner(c.Event)
			got = h.Events[scheduled].Name
		}
		if quoted := ok && c.Quoted; ok && quoted == strings.Contains(name, "wrapped") && name != "java-failed-child" {
			t.Errorf("%s: quoted: %v", name, quoted)
		}
		if got != want {
			t.Errorf("%s: caused by %q, want %q", name, got, want)
		}
	}
}

// Of several attempts the last one is the cause, and .NET's lost cause is found
// by the child's name.
func TestTheCauseAmongOthers(t *testing.T) {
	h := workflow.NewHistory([]workflow.Event{
		{ID: 0, Type: workflow.ChildWorkflowInstanceCreated, Name: "Pay"},
		{ID: 1, Type: workflow.ChildWorkflowInstanceCreated, Name: "Ship"},
		{ID: -1, Type: workflow.ChildWorkflowInstanceFailed, HasRef: true, Ref: 0, Failure: &workflow.Failure{Message: "declined"}},
		{ID: -1, Type: workflow.ChildWorkflowInstanceFailed, HasRef: true, Ref: 1, Failure: &workflow.Failure{Message: "no stock"}},
		{ID: 0, Type: workflow.ExecutionCompleted, Status: workflow.Failed, Failure: &workflow.Failure{Message: "Child workflow 'Pay' failed"}},
	})
	if c, ok := h.Cause(); !ok || c.Event != 2 || !c.Quoted {
		t.Errorf("the cause is %+v (%v), want that of Pay", c, ok)
	}
}

func TestFramesOfTheSDK(t *testing.T) {
	for name, own := range map[string]string{
		"py-failed": "decline", "js-failed": "at decline", "java-failed": "worker.Activities.decline",
	} {
		h := recorded(t, name).Instances[0].History
		c, _ := h.Cause()
		seen, sdk := false, 0
		for _, l := range workflow.StackLines(h.Events[c.Event].Failure.Stack) {
			if strings.Contains(l.Text, own) && l.SDK {
				t.Errorf("%s: the application's frame is taken for the SDK's: %s", name, l.Text)
			}
			seen = seen || strings.Contains(l.Text, own) && !l.SDK
			if l.SDK {
				sdk++
			}
			if !l.SDK && strings.Contains(l.Text, "durabletask") {
				t.Errorf("%s: the SDK's frame is taken for the application's: %s", name, l.Text)
			}
		}
		if !seen || sdk == 0 {
			t.Errorf("%s: own frame seen: %v, frames of the SDK: %d", name, seen, sdk)
		}
	}
}
