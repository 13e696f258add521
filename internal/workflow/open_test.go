package workflow

import (
	"slices"
	"testing"
)

func await(id int32, name string) Event {
	return Event{ID: id, Type: TimerCreated, Origin: OriginExternalEvent, OriginRef: name}
}

func raised(name string) Event { return Event{ID: -1, Type: EventRaised, Name: name} }

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
	} {
		t.Run(name, func(t *testing.T) {
			if got := NewHistory(c.events).Awaited(); !slices.Equal(got, c.want) {
				t.Errorf("awaited %q, want %q", got, c.want)
			}
		})
	}
}
