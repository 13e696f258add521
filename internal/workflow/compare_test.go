package workflow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/saved"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

func sideOf(in saved.Instance) workflow.Compared {
	return workflow.Compared{Detail: in.Detail, History: in.History, HistoryErr: in.HistoryErr}
}

// comparedRecordings compares the first instances of two recordings.
func comparedRecordings(t testing.TB, a, b string) *workflow.Comparison {
	t.Helper()
	return workflow.Compare(sideOf(recorded(t, a).Instances[0]), sideOf(recorded(t, b).Instances[0]))
}

// drawn writes a comparison as people read it.
func drawn(c *workflow.Comparison) string {
	var out strings.Builder
	for i := range c.Lines {
		l := &c.Lines[i]
		mark := [...]string{" ", "~", "!"}[l.Diff]
		told := ""
		switch {
		case l.Kind != workflow.LineStep:
		case l.B < 0:
			told = " only A"
		case l.A < 0:
			told = " only B"
		default:
			told = fmt.Sprintf(": %s | %s", c.A.Told(l.A), c.B.Told(l.B))
		}
		if l.Later {
			told += ", later"
		}
		if l.Copied {
			told += ", copied"
		}
		if l.What != "" {
			told += " (" + l.What + ")"
		}
		fmt.Fprintf(&out, "%s %s%s\n", mark, c.StepName(l), told)
	}
	return out.String() + strings.TrimSpace(c.Rerun()+"\n"+c.Verdict())
}

func TestCompareRecordedHistories(t *testing.T) {
	for _, x := range []struct{ a, b, want string }{
		{"go-order-approved", "go-order-expired", `~ input (input)
~ activity Reserve: done | done (input)
! event approve: received | timed out (outcome)
  end
~ output (output)
  custom status
They part at event approve: A received, B timed out. Before that, data differ first in the input at $.limit, last in the input of activity Reserve at $.limit.`},
		{"go-order-approved", "go-order-approval", `  input
  activity Reserve: done | done
! event approve: received | open (still open)
! end (status)
~ output (output)
  custom status
They are alike so far: B is still at event approve.`},
		{"go-retries", "go-retries-failed", `~ input (input)
! activity ChargeThrice only A
! activity Charge only B
! end (status)
~ output (output)
~ failure (failure)
They part where A has activity ChargeThrice and B activity Charge. Before that, data differ first in the input at $.activity.`},
		{"go-failed-child", "go-child-retries", `! workflow (name)
~ input (input)
! child Broken only A
! child Toddler only B
! end (status)
~ output (output)
~ failure (failure)
They are of two workflows: A Family, B Nursery.`},
		{"go-order-approval", "go-terminate-suspended", `~ input (input)
~ activity Reserve: done | done (input)
  event approve: open | open
! suspended only B
! terminate asked only B
! end (status)
  custom status
They part at suspended: only B has it. Before that, data differ first in the input at $.limit, last in the input of activity Reserve at $.limit.`},
		{"js-order-approved", "js-order-approval", `  input
  activity Reserve: done | done
! event approve only A
! end (status)
~ output (output)
  custom status
They part at event approve: only A has it.`},
		{"go-activity-running", "go-activity-not-registered", `! workflow (name)
  input
! activity Gate only A
! activity Ghost only B
! end (status)
~ failure (failure)
They are of two workflows: A Gated, B Ghostly.`},
	} {
		t.Run(x.a+" "+x.b, func(t *testing.T) {
			if got := drawn(comparedRecordings(t, x.a, x.b)); got != x.want {
				t.Errorf("got\n%s\nwant\n%s", got, x.want)
			}
		})
	}
}

func TestCompareARerunWithItsOrigin(t *testing.T) {
	f := recorded(t, "go-rerun")
	origin, rerun := sideOf(f.Instances[1]), sideOf(f.Instances[0])
	c := workflow.Compare(origin, rerun)
	const want = `  input
  activity Part: done | done, copied
  activity Part: done | done
  activity Part: done | done
  end
  output
B is a rerun of A from activity Part; 1 step before it comes from A.
Both took the same course with the same data.`
	if got := drawn(c); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// Both count from the event that the rerun began at, not from the dates
	// that the rerun has of its origin.
	if c.RerunFrom != 2 || c.A.Took.Round(time.Microsecond) != 36766*time.Microsecond || c.B.Took.Round(time.Microsecond) != 25875*time.Microsecond {
		t.Errorf("from line %d, %s and %s", c.RerunFrom, c.A.Took, c.B.Took)
	}

	// The origin's ID was used again.
	again := origin.History.Events
	origin.History = workflow.NewHistory(append([]workflow.Event(nil), again...))
	for i := range origin.History.Events {
		if e := &origin.History.Events[i]; e.Type == workflow.ExecutionStarted {
			e.ExecutionID = "another"
		}
	}
	if got := workflow.Compare(origin, rerun).Rerun(); !strings.Contains(got, "used again since") {
		t.Errorf("it says %q", got)
	}
	if got := workflow.Compare(rerun, sideOf(f.Instances[1])).Rerun(); got != "" {
		t.Errorf("the origin is a rerun of its rerun: %q", got)
	}
}

// Whatever is compared with itself is the same, also when it is live.
func TestCompareWithItself(t *testing.T) {
	for _, name := range allRecorded(t) {
		for _, in := range recorded(t, name).Instances {
			c := workflow.Compare(sideOf(in), sideOf(in))
			if c.Begin() >= 0 || c.Course+c.Data > 0 {
				t.Errorf("%s:\n%s", name, drawn(c))
			}
		}
	}
}

// Every recording against every other: each step stands on one line, in its
// order, and both ways round the same lines differ in number.
func TestCompareEveryRecordingWithEveryOther(t *testing.T) {
	names := allRecorded(t)
	sides := map[string]workflow.Compared{}
	for _, x := range names {
		sides[x] = sideOf(recorded(t, x).Instances[0])
	}
	for i, x := range names {
		for _, y := range names[i:] {
			c := workflow.Compare(sides[x], sides[y])
			a, b := -1, -1
			seen := [2]int{}
			for _, l := range c.Lines {
				if l.Kind != workflow.LineStep {
					continue
				}
				if l.A >= 0 {
					if seen[0]++; l.A <= a {
						t.Fatalf("%s %s: out of order:\n%s", x, y, drawn(c))
					}
					a = l.A
				}
				if l.B >= 0 {
					if seen[1]++; l.B <= b {
						t.Fatalf("%s %s: out of order:\n%s", x, y, drawn(c))
					}
					b = l.B
				}
			}
			if seen != [2]int{c.A.Steps, c.B.Steps} {
				t.Fatalf("%s %s: %d steps of %d and %d:\n%s", x, y, seen, c.A.Steps, c.B.Steps, drawn(c))
			}
			if back := workflow.Compare(sides[y], sides[x]); (back.Begin() < 0) != (c.Begin() < 0) {
				t.Errorf("%s and %s differ one way round only", x, y)
			}
		}
	}
}

// plan makes a history of activities: "Charge=in>out", "Charge=in!failure",
// "Charge=in" for one that has no answer yet.
func plan(id string, status workflow.Status, steps ...string) workflow.Compared {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	events := []workflow.Event{{ID: -1, Type: workflow.ExecutionStarted, Name: "Order", Time: at}}
	for i, s := range steps {
		call, answer, done := strings.Cut(s, ">")
		failed := false
		if !done {
			call, answer, failed = strings.Cut(s, "!")
		}
		name, in, _ := strings.Cut(call, "=")
		at = at.Add(time.Second)
		events = append(events, workflow.Event{ID: int32(i), Type: workflow.TaskScheduled, Name: name, Time: at, Payload: raw(in)})
		at = at.Add(time.Second)
		switch {
		case done:
			events = append(events, workflow.Event{ID: -1, Type: workflow.TaskCompleted, Ref: int32(i), HasRef: true, Time: at, Payload: raw(answer)})
		case failed:
			events = append(events, workflow.Event{ID: -1, Type: workflow.TaskFailed, Ref: int32(i), HasRef: true, Time: at, Failure: &workflow.Failure{Message: answer}})
		}
	}
	if status.Terminal() {
		events = append(events, workflow.Event{ID: int32(len(steps)), Type: workflow.ExecutionCompleted, Status: status, Time: at.Add(time.Second)})
	}
	return workflow.Compared{
		Detail:  workflow.Detail{Instance: workflow.Instance{Key: workflow.Key{AppID: "orders", InstanceID: id}, Label: id, Name: "Order", Status: status}},
		History: workflow.NewHistory(events),
	}
}

// pending is an instance of which the runtime tells nothing yet.
func pending(id string) workflow.Compared {
	c := plan(id, workflow.Pending)
	c.Detail.Name, c.History = "", workflow.NewHistory(nil)
	return c
}

func raw(s string) workflow.Payload { return workflow.Payload{Set: s != "", Raw: s} }

func TestComparePlans(t *testing.T) {
	const completed, failed, running = workflow.Completed, workflow.Failed, workflow.Running
	for _, x := range []struct {
		name string
		a, b workflow.Compared
		want string
	}{
		{
			"the own ID is no difference, in no payload and no failure",
			plan("order-1", failed, `Reserve={"for":"order-1"}>"order-1/r"`, `Charge="order-1"!order-1: card declined`),
			plan("order-17", failed, `Reserve={"for":"order-17"}>"order-17/r"`, `Charge="order-17"!order-17: card declined`),
			"  input\n  activity Reserve: done | done\n  activity Charge: failed | failed\n  end\nBoth took the same course with the same data.",
		},
		{
			"an ID within a longer one is",
			plan("order-1", completed, `Reserve="order-1">1`),
			plan("order-2", completed, `Reserve="order-22">1`),
			"  input\n~ activity Reserve: done | done (input)\n  end\nBoth took the same course; data differ first in the input of activity Reserve.",
		},
		{
			"blanks and the order of names are no difference",
			plan("a-1", completed, `Reserve={"a":1,"b":[1,{"c":2}]}>{"x":1, "y":2}`),
			plan("a-2", completed, `Reserve={ "b" : [1, {"c": 2}], "a": 1 }>{"y":2,"x":1}`),
			"  input\n  activity Reserve: done | done\n  end\nBoth took the same course with the same data.",
		},
		{
			"one that was left out is found by its input",
			plan("a-1", completed, "Pick=1>1", "Pick=2>2", "Pick=3>3", "Pick=4>4"),
			plan("a-2", completed, "Pick=1>1", "Pick=3>3", "Pick=4>4"),
			"  input\n  activity Pick: done | done\n! activity Pick only A\n  activity Pick: done | done\n  activity Pick: done | done\n  end\n" +
				"They part at activity Pick: only A has it.",
		},
		{
			"the result that began it comes first",
			plan("a-1", completed, `Check=1>{"risk":{"score":3}}`, "Charge=1>1", "Ship=1>1"),
			plan("a-2", failed, `Check=1>{"risk":{"score":9}}`, "Charge=1!card declined"),
			"  input\n~ activity Check: done | done (result)\n! activity Charge: done | failed (outcome)\n! activity Ship only A\n! end (status)\n" +
				"They part at activity Charge: A done, B failed. Before that, data differ first in the result of activity Check at $.risk.score.",
		},
		{
			"what one has yet to come to is no parting",
			plan("a-1", completed, "Charge=1>1", "Ship=1>1"),
			plan("a-2", running, "Charge=1>1"),
			"  input\n  activity Charge: done | done\n! activity Ship only A, later\n! end (status)\n" +
				"They are alike so far: B has yet to come to activity Ship.",
		},
		{
			"one that is scheduled for later has come to nothing yet",
			plan("a-1", completed, "Charge=1>1"),
			pending("a-2"),
			"  input\n! activity Charge only A, later\n! end (status)\nThey are alike so far: B has yet to come to activity Charge.",
		},
		{
			"what is masked may differ",
			plan("a-1", completed, `Charge={"card":"•••"}>1`),
			plan("a-2", completed, `Charge={"card":"•••"}>1`),
			"  input\n  activity Charge: done | done\n  end\nBoth took the same course with the same data, as far as they are not masked.",
		},
		{
			"attempts",
			plan("a-1", completed, "Charge=1!no", "Charge=1!no", "Charge=1>1"),
			plan("a-2", completed, "Charge=1>1"),
			"  input\n! activity Charge: done after 3 attempts | done (attempts)\n  end\nThey part at activity Charge: A done after 3 attempts, B done.",
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := drawn(workflow.Compare(x.a, x.b)); got != x.want {
				t.Errorf("got\n%s\nwant\n%s", got, x.want)
			}
		})
	}
}

// The histories may not be had: what the metadata tells is compared all the
// same.
func TestCompareWithoutHistories(t *testing.T) {
	a, b := plan("a-1", workflow.Completed, "Charge=1>1"), plan("a-2", workflow.Failed, "Charge=1!no")
	b.History, b.HistoryErr = workflow.History{}, "this runtime gives no histories"
	a.Detail.Input, b.Detail.Input = raw(`{"n":1}`), raw(`{"n":2}`)
	b.Detail.Failure = &workflow.Failure{Type: "Error", Message: "no", Cause: &workflow.Failure{Message: "51"}}
	c := workflow.Compare(a, b)
	const want = "~ input (input)\n! end (status)\n~ failure (failure)\nThey end differently: A COMPLETED, B FAILED. Before that, data differ first in the input at $.n."
	if got := drawn(c); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if p := c.Lines[2].Parts; p[0].B.Raw != "Error: no\ncaused by 51" || p[0].A.Set {
		t.Errorf("%+v", p)
	}
}

func TestCompareSaysWhereJSONDiffers(t *testing.T) {
	for _, x := range []struct{ a, b, path, atA, atB string }{
		{`{"a":[1,{"b":2}]}`, `{"a":[1,{"b":3}]}`, "$.a[1].b", "2", "3"},
		{`{"a":1}`, `{}`, "$.a", "1", ""},
		{`{}`, `{"the key":[]}`, `$["the key"]`, "", "[]"},
		{`[1,2]`, `[1,2,3]`, "$[2]", "", "3"},
		{`[1,2,3]`, `[1]`, "$[1]", "2", ""},
		{`{"a":{"b":1}}`, `{"a":[1]}`, "$.a", `{"b":1}`, "[1]"},
		{`1`, `2`, "$", "1", "2"},
		{`{"a":1,"a":2}`, `{"a":3}`, "$.a", "2", "3"},
		{`not json`, `{"a":1}`, "", "", ""},
		{`{"":1}`, `{"":2}`, `$[""]`, "1", "2"},
	} {
		a, b := plan("a-1", workflow.Completed), plan("a-2", workflow.Completed)
		a.Detail.Input, b.Detail.Input = raw(x.a), raw(x.b)
		c := workflow.Compare(a, b)
		p := c.Lines[0].Parts[0]
		if got := (workflow.Departure{Path: x.path, A: x.atA, B: x.atB}); p.Same || p.At != got {
			t.Errorf("%s %s: %+v, want %+v", x.a, x.b, p.At, got)
		}
	}
}

func FuzzCompareValues(f *testing.F) {
	f.Add(`{"a":[1,{"b":"a-1"}]}`, `{"a":[1,{"b":"a-2"}]}`)
	f.Add(strings.Repeat("[", 500)+strings.Repeat("]", 500), "a-1a-1 a-1")
	f.Add("\xff\x00", `{"a":1,"a":2}`)
	f.Fuzz(func(t *testing.T, x, y string) {
		a, b := plan("a-1", workflow.Failed, "Charge="+x+">1"), plan("a-2", workflow.Failed, "Charge="+y+">1")
		a.Detail.Input, b.Detail.Input = raw(x), raw(y)
		a.Detail.Failure, b.Detail.Failure = &workflow.Failure{Message: workflow.CleanText(x)}, &workflow.Failure{Message: workflow.CleanText(y)}
		c := workflow.Compare(a, b)
		if s := c.Verdict() + c.Rerun(); workflow.Clean(s) != s {
			t.Errorf("%q is not clean", s)
		}
		if x == y && c.Begin() >= 0 {
			t.Errorf("%q differs from itself:\n%s", x, drawn(c))
		}
		if back := workflow.Compare(b, a); (back.Begin() < 0) != (c.Begin() < 0) {
			t.Errorf("%q and %q differ one way round only", x, y)
		}
	})
}

// The same text, escaped by one SDK and not by the other, is no difference.
func TestEscapedPayloadsAreTheSame(t *testing.T) {
	side := func(id, input string) workflow.Compared {
		payload := workflow.Payload{Set: true, Raw: input}
		return workflow.Compared{
			Detail: workflow.Detail{Instance: workflow.Instance{Key: workflow.Key{AppID: "shop", InstanceID: id}}, Input: payload},
			History: workflow.NewHistory([]workflow.Event{
				{ID: -1, Type: workflow.ExecutionStarted, Name: "Order", Payload: payload},
				{ID: 0, Type: workflow.TaskScheduled, Name: "Charge", Payload: payload},
			}),
		}
	}
	if got := drawn(workflow.Compare(side("order-1", `{"name": "\u738b"}`), side("order-2", `{"name":"王"}`))); strings.Contains(got, "~") || strings.Contains(got, "!") {
		t.Errorf("told apart:\n%s", got)
	}
	if got := drawn(workflow.Compare(side("order-1", `{"name": "\u738b"}`), side("order-2", `{"name":"李"}`))); !strings.Contains(got, "~ activity Charge") {
		t.Errorf("not told apart:\n%s", got)
	}
}
