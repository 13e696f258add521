package ui

import (
	"runtime"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// BenchmarkPreparedMemory prints how many bytes each event of a history takes
// while its instance is open: its fields, its lines, its group.
func BenchmarkPreparedMemory(b *testing.B) {
	const pairs = 20000
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	events := make([]workflow.Event, 0, 2*pairs)
	for i := range int32(pairs) {
		at := began.Add(time.Duration(i) * time.Second)
		events = append(events,
			workflow.Event{ID: i, Time: at, Type: workflow.TaskScheduled, Name: "Charge", Payload: workflow.Payload{Set: true, Raw: `{"order":17}`}},
			workflow.Event{ID: -1, Time: at, Type: workflow.TaskCompleted, Ref: i, HasRef: true, Payload: workflow.Payload{Set: true, Raw: `"ok"`}})
	}
	var kept []Prepared
	inUse := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := inUse()
	for b.Loop() {
		kept = append(kept, Prepare(workflow.Detail{}, workflow.NewHistory(events), nil))
	}
	b.ReportMetric(float64(inUse()-before)/float64(len(kept)*len(events)), "B/event")
}
