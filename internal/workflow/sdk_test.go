package workflow_test

import (
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// sdkOf is the SDK that recorded a history, by the beginning of its file's name.
func sdkOf(name string) workflow.SDK {
	prefix, _, _ := strings.Cut(name, "-")
	return map[string]workflow.SDK{
		"go": workflow.SDKGo, "py": workflow.SDKPython, "js": workflow.SDKJavaScript,
		"java": workflow.SDKJava, "java118": workflow.SDKJava, "net": workflow.SDKDotNet, "rust": workflow.SDKRust,
	}[prefix]
}

// A recording is never taken for another SDK's, and most are recognized.
func TestTheSDKOfEachRecording(t *testing.T) {
	known := map[workflow.SDK][2]int{}
	for _, name := range allRecorded(t) {
		want := sdkOf(name)
		if want == workflow.SDKUnknown {
			t.Fatalf("%s does not begin with the name of an SDK", name)
		}
		for _, in := range recorded(t, name).Instances {
			if len(in.History.Events) == 0 {
				continue
			}
			w := in.History.Worker()
			if w.SDK != workflow.SDKUnknown && w.SDK != want {
				t.Errorf("%s (%s) is taken for %s: %s", name, in.Detail.Label, w.Name(), strings.Join(w.Signs, ", "))
			}
			if !w.May(want) {
				t.Errorf("%s (%s) is said not to be possible for %s, but for %v", name, in.Detail.Label, want, w.Possible)
			}
			n := known[want]
			n[1]++
			if w.SDK == want {
				n[0]++
			}
			known[want] = n
		}
	}
	for sdk, n := range known {
		if n[0]*3 < n[1]*2 {
			t.Errorf("of %d histories of %s only %d are recognized", n[1], sdk, n[0])
		}
	}
}

func scheduled(id int32, taskID string) workflow.Event {
	return workflow.Event{ID: id, Type: workflow.TaskScheduled, Name: "Pay", TaskExecutionID: taskID}
}

const (
	randomID = "70e20750-851b-4b59-b55d-22ac06a64741"
	namedID  = "70e20750-851b-5b59-b55d-22ac06a64741"
)

func TestTheSignsOfAnSDK(t *testing.T) {
	start := workflow.Event{ID: -1, Type: workflow.ExecutionStarted, Name: "Order"}
	wait := func(id int32, name string) workflow.Event {
		return workflow.Event{ID: id, Type: workflow.TimerCreated, Name: name, Named: name != "", Origin: workflow.OriginExternalEvent, OriginRef: "approve"}
	}
	failed := func(kind, message, stack string) workflow.Event {
		return workflow.Event{ID: -1, Type: workflow.TaskFailed, HasRef: true, Failure: &workflow.Failure{Type: kind, Message: message, Stack: stack}}
	}
	cases := []struct {
		name   string
		events []workflow.Event
		want   string
	}{
		{"nothing but a start", nil, "an unknown SDK unknown"},
		{"a random task ID", []workflow.Event{scheduled(0, randomID)}, "Go SDK certain"},
		{"a named task ID from 0", []workflow.Event{scheduled(0, namedID)}, "Java SDK likely"},
		{"a named task ID from 1", []workflow.Event{scheduled(1, namedID)}, "Python SDK certain"},
		{
			"a named task ID behind an event: a wait of Java's took the number 0",
			[]workflow.Event{{ID: -1, Type: workflow.EventRaised, Name: "go"}, scheduled(1, namedID)},
			"an unknown SDK unknown",
		},
		{"no task ID from 1", []workflow.Event{scheduled(1, "")}, "JavaScript SDK likely"},
		{"no task ID from 0", []workflow.Event{scheduled(0, "")}, "an unknown SDK unknown"},
		{"32 hex digits", []workflow.Event{scheduled(0, "70e20750851b4b59b55d22ac06a64741")}, "the .NET SDK 1.17 or later certain"},
		{"a wait without a gap", []workflow.Event{scheduled(0, ""), wait(1, "approve")}, "Go SDK 1.15 or later certain"},
		{"a wait behind a gap", []workflow.Event{wait(1, "approve")}, "Java SDK 1.18 or later certain"},
		{"a wait without a name from 1", []workflow.Event{wait(1, "")}, "Python SDK 1.18 or later likely"},
		{"stack of Python", []workflow.Event{scheduled(1, namedID), failed("ValueError", "no", "  File \"w.py\", line 3, in pay\n    raise")}, "Python SDK certain"},
		{"stack of Java", []workflow.Event{scheduled(0, namedID), failed("java.lang.IllegalStateException", "no", "    at com.acme.Pay.run(Pay.java:12)")}, "Java SDK certain"},
		{"stack of .NET", []workflow.Event{scheduled(0, ""), failed("System.InvalidOperationException", "no", "   at Acme.Pay.RunAsync(Context c, String s) in /src/Pay.cs:line 12")}, ".NET SDK certain"},
		{
			"a failure in another app tells nothing of this one's",
			[]workflow.Event{
				{ID: 1, Type: workflow.TaskScheduled, Name: "Pay", TargetApp: "bank"},
				{ID: -1, Type: workflow.TaskFailed, HasRef: true, Ref: 1, Failure: &workflow.Failure{Type: "java.lang.Error", Stack: "    at com.acme.Pay.run(Pay.java:12)"}},
			},
			"JavaScript SDK likely",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := workflow.NewHistory(append([]workflow.Event{start}, c.events...)).Worker()
			if got := w.Name() + " " + w.Sure.String(); got != strings.TrimPrefix(c.want, "the ") {
				t.Errorf("got %q, want %q; possible %v, signs %v", got, c.want, w.Possible, w.Signs)
			}
		})
	}
}

// What other instances tell counts only where the history itself tells nothing
// and does not contradict.
func TestWhatOtherInstancesTell(t *testing.T) {
	start := workflow.Event{ID: -1, Type: workflow.ExecutionStarted, Name: "Order"}
	java := workflow.NewHistory([]workflow.Event{scheduled(0, namedID)}).Worker()
	silent := workflow.NewHistory([]workflow.Event{start})
	if w := silent.Believing(java).Worker(); w.SDK != workflow.SDKJava || w.Sure != workflow.Likely {
		t.Errorf("a silent history with Java beside it is %s (%s)", w.Name(), w.Sure)
	}
	fromOne := workflow.NewHistory([]workflow.Event{start, {ID: 1, Type: workflow.TimerCreated}})
	if w := fromOne.Believing(java).Worker(); w.SDK != workflow.SDKUnknown {
		t.Errorf("a timer without a name is none of Java's, and is taken for %s", w.Name())
	}
	golang := workflow.NewHistory([]workflow.Event{start, scheduled(0, randomID)})
	if w := golang.Believing(java).Worker(); w.SDK != workflow.SDKGo || w.Sure != workflow.Certain {
		t.Errorf("a Go history with Java beside it is %s (%s)", w.Name(), w.Sure)
	}
}

// The table of behaviors has a row for each SDK and trait, with its words and
// its source.
func TestBehaviorsAreComplete(t *testing.T) {
	rows := map[string]int{}
	for _, b := range workflow.Behaviors() {
		if b.Conduct == workflow.ConductUnknown || b.Words == "" || b.Source == "" {
			t.Errorf("incomplete: %+v", b)
		}
		rows[b.SDK.String()+"/"+b.Trait.String()]++
	}
	for _, s := range workflow.SDKs() {
		for _, trait := range workflow.Traits() {
			if rows[s.String()+"/"+trait.String()] == 0 {
				t.Errorf("no row for %s and %q", s, trait)
			}
		}
	}
}
