package model

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// BenchmarkFilterKey types a filter over many rows: drawn-ms is until a
// keystroke is on the screen, rows-ms until its rows are, both the worst of a
// hundred, and taking-ms what taking the rows costs the update loop.
func BenchmarkFilterKey(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			x := start(b)
			x.send(tea.WindowSizeMsg{Width: 200, Height: 50})
			rows := make([]*workflow.Instance, n)
			for i := range rows {
				id := fmt.Sprintf("order-%06d-7f3a", i*7919%n)
				rows[i] = &workflow.Instance{
					Key: workflow.Key{AppID: "orders", InstanceID: id}, Label: id, Name: []string{"OrderProcessing", "Payment"}[i%2],
					Status:  workflow.Statuses()[i%7],
					Created: x.now.Add(-time.Duration(i) * time.Second), Updated: x.now.Add(-time.Duration(i%50) * time.Second), CustomStatus: "step 3 of 7",
				}
			}
			x.refresh(func(s *watch.Snapshot) { s.Instances, s.Listed = rows, n })
			x.press("/")
			text := []rune(`name:Pay* age:<9h /7f3a$/ -status:failed `)
			var drawn, shown, taking []float64
			ms := func(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }
			i := 0
			for b.Loop() {
				msg := tea.KeyPressMsg{Code: text[i%len(text)], Text: string(text[i%len(text)])}
				if i%len(text) == 0 {
					x.press("ctrl+u")
				}
				began := time.Now()
				_, cmd := x.m.Update(msg)
				_ = x.m.View()
				drawn = append(drawn, ms(began))
				for _, m := range messages(cmd) {
					took := time.Now()
					_, _ = x.m.Update(m)
					_ = x.m.View()
					taking = append(taking, ms(took))
				}
				shown = append(shown, ms(began))
				i++
			}
			for name, all := range map[string][]float64{"drawn-ms": drawn, "rows-ms": shown, "taking-ms": taking} {
				slices.Sort(all)
				b.ReportMetric(all[len(all)*99/100], name)
			}
		})
	}
}
