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
