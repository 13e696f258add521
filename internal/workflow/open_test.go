package workflow

import (
	"slices"
	"testing"
)

func await(id int32, name string) Event {
	return Event{ID: id, Type: TimerCreated, Name: name, Named: true, Origin: OriginExternalEvent, OriginRef: name}
}

func raised(name string) Event { return Event{ID: -1, Type: EventRaised, Name: name} }

func turn() Event { return Event{ID: -1, Type: WorkflowStarted} }

func suspended() Event { return Event{ID: -1, Type: ExecutionSuspended} }

func resumed() Event { return Event{ID: -1, Type: ExecutionResumed} }

func answered(ref int32) Event { return Event{ID: -1, Type: TaskCompleted, Ref: ref, HasRef: true} }

func TestAwaitedPairsWaitsAndEventsFirstInFirstOut(t *testing.T) {
	for name, c := range map[string]struct {
		events []Event
		want   []string
	}{
		"nothing":              {nil, nil},
		"a wait":               {[]Event{await(0, "approve")}, []string{"approve"}},
		"answered, any case":   {[]Event{await(0, "approve"), raised("APPROVE")}, nil},
		"two waits, one event": {[]Event{await(0, "go"), await(1, "go"), raised("go")}, []string{"go"}},
		"waits again":          {[]Event{await(0, "go"), raised("go"), await(1, "go")}, []string{"go"}},
		"another event":        {[]Event{await(0, "go"), raised("stop")}, []string{"go"}},
		"gave up":              {[]Event{await(0, "go"), {ID: -1, Type: TimerFired, Ref: 0, HasRef: true}}, nil},
		"each name once":       {[]Event{await(0, "go"), await(1, "Go")}, []string{"go"}},
		"no activity":          {[]Event{{ID: 0, Type: TaskScheduled, Name: "go"}}, nil},
		"two in one turn, the second first": {
			[]Event{turn(), {ID: -1, Type: ExecutionStarted}, raised("go"), await(1, "go"), await(0, "go")}, []string{"go"},
		},
		"an answer, then the event of the wait that it led to, in one turn": {
			[]Event{turn(), answered(7), raised("go"), await(0, "go")}, nil,
		},
		"the event before the answer: the wait that follows is another one": {
			[]Event{turn(), raised("go"), answered(7), await(0, "go")}, []string{"go"},
		},
		"the event in an earlier turn": {
			[]Event{turn(), answered(7), raised("go"), turn(), answered(8), await(0, "go")}, []string{"go"},
		},
		"kept with the answer, taken before the code goes on": {
			[]Event{turn(), suspended(), answered(7), raised("go"), turn(), resumed(), await(0, "go")}, []string{"go"},
		},
		"kept, of a wait from before":             {[]Event{await(0, "go"), suspended(), raised("go"), resumed()}, nil},
		"still kept":                              {[]Event{await(0, "go"), suspended(), raised("go")}, nil},
		"dropped between two suspends":            {[]Event{await(0, "go"), suspended(), suspended(), raised("go"), resumed(), resumed()}, []string{"go"}},
		"came before the second suspend":          {[]Event{await(0, "go"), suspended(), raised("go"), suspended(), resumed(), resumed()}, nil},
		"gave up before the event of another one": {[]Event{await(0, "go"), await(1, "go"), {ID: -1, Type: TimerFired, Ref: 0, HasRef: true}, raised("go")}, nil},
		"another activity":                        {[]Event{{ID: 0, Type: TaskScheduled, Name: "go"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := NewHistory(c.events).Awaited(); !slices.Equal(got, c.want) {
				t.Errorf("awaited %q, want %q", got, c.want)
			}
		})
	}
}
