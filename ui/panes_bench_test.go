package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// busyScreen is a screen with n rows of all statuses and an open detail.
func busyScreen(n int) *screen {
	s := newScreen(false)
	rows := make([]workflow.Instance, n)
	for i := range rows {
		st := workflow.Statuses()[i%9]
		rows[i] = instance(fmt.Sprintf("5668b86a-9fff-42e0-8afc-3d73336%05d", i), "OrderProcessing", st, time.Duration(i)*time.Minute, time.Duration(i)*time.Second)
		rows[i].CustomStatus = "waiting for approval"
		if st == workflow.Failed {
			rows[i].Failure = "card declined: code 51"
		}
	}
	s.rows(rows)
	d, h := waitingOrder()
	s.show(d, h, nil)
	return s
}

// BenchmarkView draws the whole of a 200x50 screen. "still" is what a message
// costs that changes nothing; "clock" is the second that passes, for which the
// overview is made anew.
func BenchmarkView(b *testing.B) {
	for _, tab := range []string{"Overview", "History", "Timeline", "Data"} {
		s := busyScreen(1000)
		for s.detail.tab.String() != tab {
			s.detail.HandleKey(press("]"))
		}
		s.draw(b, 200, 50)
		b.Run(tab+"/still", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				strings.Join(s.draw(b, 200, 50), "\n")
			}
		})
		b.Run(tab+"/clock", func(b *testing.B) {
			b.ReportAllocs()
			now := paneNow()
			for b.Loop() {
				now = now.Add(time.Second)
				c := Clock{Now: now, Zone: time.UTC}
				s.list.SetClock(c)
				s.detail.SetClock(c)
				strings.Join(s.draw(b, 200, 50), "\n")
			}
		})
	}
}

// BenchmarkViewOfLargePayload draws the middle of a 5 MB input: as JSON of many
// lines, as one line, and as one line of wide characters.
func BenchmarkViewOfLargePayload(b *testing.B) {
	for name, raw := range map[string]string{
		"json": "[" + strings.Repeat(`{"sku":"A1","qty":3,"price":12.5,"gift":false},`, 100000) + "0]",
		"line": `"` + strings.Repeat("x", 5<<20) + `"`,
		"wide": `"` + strings.Repeat("椅子", 5<<20/6) + `"`,
	} {
		b.Run(name, func(b *testing.B) {
			s := busyScreen(1000)
			d, h := waitingOrder()
			d.Input = workflow.Payload{Set: true, Raw: raw}
			s.show(d, h, nil)
			s.detail.HandleKey(press("["))
			s.draw(b, 200, 50)
			s.detail.Wheel(s.detail.data.rows.total() / 2)
			s.detail.HandleKey(press("l"))
			b.ReportAllocs()
			for b.Loop() {
				s.draw(b, 200, 50)
			}
		})
	}
}

// BenchmarkSetRows is what a refresh costs the list on the update loop.
func BenchmarkSetRows(b *testing.B) {
	for _, n := range []int{1000, 100000} {
		s := busyScreen(n)
		s.list.SetSize(90, 46)
		rows := s.list.rows
		s.list.HandleKey(press("G"))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.list.SetRows(rows)
			}
		})
	}
}

// longHistory is a history of 10,000 events that weighs 4 MiB: activities, some
// of which failed and were tried again.
func longHistory(at time.Time) workflow.History {
	input := workflow.Payload{Set: true, Raw: `{"lines":"` + strings.Repeat("0123456789abcde ", 61) + `"}`}
	events := []workflow.Event{{ID: -1, Time: at, Type: workflow.ExecutionStarted, Name: "Order", ExecutionID: "e"}}
	for i := int32(0); len(events) < 10000; i += 3 {
		at = at.Add(20 * time.Millisecond)
		task := fmt.Sprint("t", i)
		events = append(events,
			workflow.Event{ID: -1, Time: at, Type: workflow.WorkflowStarted},
			workflow.Event{ID: i, Time: at, Type: workflow.TaskScheduled, Name: "Charge", TaskExecutionID: task, Payload: input},
			workflow.Event{ID: -1, Time: at.Add(5 * time.Millisecond), Type: workflow.TaskFailed, Ref: i, HasRef: true, Failure: &workflow.Failure{Type: "CardError", Message: "card declined"}},
			workflow.Event{ID: i + 1, Time: at.Add(6 * time.Millisecond), Type: workflow.TimerCreated, Name: "Charge-retry", Origin: workflow.OriginActivityRetry, OriginRef: task, FireAt: at.Add(9 * time.Millisecond)},
			workflow.Event{ID: -1, Time: at.Add(9 * time.Millisecond), Type: workflow.TimerFired, Ref: i + 1, HasRef: true},
			workflow.Event{ID: i + 2, Time: at.Add(10 * time.Millisecond), Type: workflow.TaskScheduled, Name: "Charge", TaskExecutionID: task, Payload: input},
			workflow.Event{ID: -1, Time: at.Add(15 * time.Millisecond), Type: workflow.TaskCompleted, Ref: i + 2, HasRef: true, Payload: input})
	}
	return workflow.NewHistory(events)
}

// BenchmarkLongHistory opens a history of 10,000 events and 4 MiB, which is
// done off the update loop, and then draws frames after keys. The targets are
// 150 ms and 1 ms.
func BenchmarkLongHistory(b *testing.B) {
	d, _ := waitingOrder()
	h := longHistory(ago(time.Hour))
	b.Run("open", func(b *testing.B) {
		size := 0
		for i := range h.Events {
			size += len(h.Events[i].Payload.Raw)
		}
		for b.Loop() {
			Prepare(d, workflow.NewHistory(h.Events), nil)
		}
		b.ReportMetric(float64(len(h.Events)), "events")
		b.ReportMetric(float64(size)/(1<<20), "MiB")
	})
	p := Prepare(d, h, nil)
	for _, view := range []struct{ name, keys string }{{"grouped", "] g"}, {"unfolded", "] + g"}, {"raw", "] v g"}, {"timeline", "] ] g"}} {
		s := busyScreen(10)
		s.open = true
		row := d.Instance
		s.detail.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: &p, ReadAt: paneNow(), Row: &row})
		s.draw(b, 160, 50)
		for k := range strings.FieldsSeq(view.keys) {
			s.detail.HandleKey(press(k))
		}
		for _, k := range []string{"j", "pgdown"} {
			down := press(k)
			n := 0
			b.Run(view.name+"/frame after "+k, func(b *testing.B) {
				for b.Loop() {
					if n++; n%100 == 0 {
						s.detail.HandleKey(press("g"))
					}
					s.detail.HandleKey(down)
					s.detail.View()
				}
			})
		}
	}
	s := busyScreen(10)
	row := d.Instance
	b.Run("show", func(b *testing.B) {
		for b.Loop() {
			s.detail.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: nil, Row: &row})
			s.detail.SetState(DetailState{Key: d.Key, Label: d.Label, Prepared: &p, Row: &row})
		}
	})
}

// BenchmarkPrepare is what reading an instance costs, off the update loop.
func BenchmarkPrepare(b *testing.B) {
	d, h := waitingOrder()
	b.Run("small", func(b *testing.B) {
		for b.Loop() {
			Prepare(d, h, nil)
		}
	})
	d.Input = workflow.Payload{Set: true, Raw: "[" + strings.Repeat(`{"sku":"A1","qty":3,"price":12.5,"gift":false},`, 100000) + "0]"}
	b.Run("5MB", func(b *testing.B) {
		for b.Loop() {
			Prepare(d, h, nil)
		}
	})
	events := make([]workflow.Event, 0, 20000)
	for i := range int32(10000) {
		events = append(events,
			workflow.Event{ID: i, Time: d.Created, Type: workflow.TaskScheduled, Name: "Charge", Payload: workflow.Payload{Set: true, Raw: `{"sku":"A1","qty":3}`}},
			workflow.Event{ID: -1, Time: d.Updated, Type: workflow.TaskCompleted, Ref: i, HasRef: true, Payload: workflow.Payload{Set: true, Raw: `{"ok":true}`}})
	}
	long := workflow.NewHistory(events)
	d.Input = workflow.Payload{}
	b.Run("20000 events", func(b *testing.B) {
		for b.Loop() {
			Prepare(d, long, nil)
		}
	})
}
