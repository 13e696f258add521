package workflow_test

import (
	"slices"
	"testing"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestFilterOfGroups(t *testing.T) {
	for _, c := range []struct {
		from   string
		filter workflow.GroupFilter
		want   []string
	}{
		{"go-order-approved", workflow.GroupFilter{}, []string{"lifecycle", "activity", "event", "lifecycle"}},
		{"go-order-approved", workflow.GroupFilter{Turns: true}, []string{"turn", "lifecycle", "activity", "turn", "event", "turn", "lifecycle"}},
		{"go-order-approved", workflow.GroupFilter{Failures: true}, nil},
		{"go-order-approved", workflow.GroupFilter{Kinds: []workflow.GroupKind{workflow.GroupActivity}}, []string{"activity"}},
		{"go-order-approved", workflow.GroupFilter{Text: "RESERVE"}, []string{"activity"}},
		{"go-order-approved", workflow.GroupFilter{Text: `"ann"`}, []string{"event", "lifecycle"}}, // the raise, and the output
		{"go-retries", workflow.GroupFilter{Failures: true}, []string{"activity"}},                 // it worked at last
		{"go-failed-child", workflow.GroupFilter{Failures: true}, []string{"child", "lifecycle"}},
		{"go-failed-child", workflow.GroupFilter{Failures: true, Text: "no such text"}, nil},
		{"go-failed-child", workflow.GroupFilter{Text: "code 51", Kinds: []workflow.GroupKind{workflow.GroupChild}}, []string{"child"}},
		{"go-stalled-patch", workflow.GroupFilter{Failures: true}, []string{"lifecycle"}},
		{"go-lost-between-suspends", workflow.GroupFilter{Failures: true}, []string{"event"}},
	} {
		h := recorded(t, c.from).Instances[0].History
		groups := h.Groups()
		var got []string
		for _, i := range h.Filter(groups, c.filter) {
			got = append(got, groups[i].Kind.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s, %+v: %v, want %v", c.from, c.filter, got, c.want)
		}
	}
}

func TestFindNamesGroupAndEvent(t *testing.T) {
	h := recorded(t, "go-retries").Instances[0].History
	groups := h.Groups()
	hits := h.Find(groups, "Attempt 2")
	if len(hits) != 1 || h.Events[hits[0].Event].Type != workflow.TaskFailed || groups[hits[0].Group].Name != "ChargeThrice" {
		t.Errorf("%+v", hits)
	}
	if hits := h.Find(groups, "code 51"); len(hits) != 2 {
		t.Errorf("%+v", hits)
	}
	if h.Find(groups, "") != nil || h.Find(groups, "no such text") != nil {
		t.Error("found what is not there")
	}
	long := "ÄÖ"
	h = workflow.NewHistory([]workflow.Event{{Type: workflow.EventRaised, Name: "x", Payload: workflow.Payload{Set: true, Raw: long}}})
	if hits := h.Find(h.Groups(), "äö"); len(hits) != 1 {
		t.Errorf("other letters: %+v", hits)
	}
}
