package model

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/ui"
)

// filled starts a bench with n instances of every status, the detail open on
// one with a history and payloads.
func filled(b *testing.B, n int) *bench {
	b.Helper()
	x := start(b)
	all := workflow.Statuses()
	for i := range n {
		id := fmt.Sprintf("order-%05d-7f3a", i)
		x.client.add(id, "OrderProcessing", all[i%len(all)],
			workflow.Event{ID: 0, Type: workflow.TaskScheduled, Name: "Reserve", Time: x.now},
			workflow.Event{ID: -1, Type: workflow.TaskCompleted, HasRef: true, Time: x.now.Add(time.Second)},
			workflow.Event{ID: 1, Type: workflow.TimerCreated, Origin: workflow.OriginExternalEvent, OriginRef: "approve", Name: "approve", Time: x.now.Add(time.Second)})
		x.client.instances[id].input = `{"order":{"id":"` + id + `","lines":[{"sku":"A1","qty":3},{"sku":"B2","qty":1}],"note":"漢字 🚀"}}`
	}
	x.send(tea.WindowSizeMsg{Width: 200, Height: 50})
	x.refresh()
	x.pass(2 * time.Second)
	return x
}

// BenchmarkView is one whole screen, with production rows and all styles.
func BenchmarkView(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			x := filled(b, n)
			b.ReportAllocs()
			for b.Loop() {
				_ = x.m.View()
			}
		})
	}
}

// BenchmarkUpdateAndView is what a key or a refresh costs the update loop,
// with the worst of a hundred.
func BenchmarkUpdateAndView(b *testing.B) {
	x := filled(b, 1000)
	keys := []string{"j", "j", "j", "k", "G", "g", "ctrl+d", "]", "enter", "j", "esc"}
	var took []float64
	i := 0
	for b.Loop() {
		msg := tea.Msg(keyPress(keys[i%len(keys)]))
		if i%10 == 9 {
			msg = rowsMsg{gen: x.m.rowsGen, rows: ui.NewRows(slices.Clone(x.m.snap.Instances), x.m.list.SelectedKey()), counts: x.m.counts}
		}
		began := time.Now()
		_, cmd := x.m.Update(msg)
		_ = x.m.View()
		took = append(took, float64(time.Since(began).Microseconds()))
		b.StopTimer()
		x.run(cmd)
		x.pass(time.Millisecond)
		b.StartTimer()
		i++
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "p50-µs")
	b.ReportMetric(took[len(took)*99/100], "p99-µs")
}
