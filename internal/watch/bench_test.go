package watch

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// filled returns a table of n rows and the instances it was filled from.
func filled(n int) (*table, []workflow.Instance) {
	rows := newTable("orders")
	insts := make([]workflow.Instance, n)
	now := time.Now()
	for i, id := range numbered("order", n) {
		insts[i] = workflow.Instance{
			Key: workflow.Key{AppID: "orders", InstanceID: id}, Label: id, Name: "OrderProcessing",
			Status: workflow.Running, Created: now, Updated: now, CustomStatus: "waiting for approval",
		}
		rows.put(id, insts[i], 1, now)
	}
	return rows, insts
}

// BenchmarkMerge is the cost of bringing the answers of a whole refresh into
// the table.
func BenchmarkMerge(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		for _, changed := range []int{0, 1, 100} {
			b.Run(fmt.Sprintf("%d rows/%d %% changed", n, changed), func(b *testing.B) {
				rows, insts := filled(n)
				now, seq := time.Now(), uint64(1)
				b.ReportAllocs()
				for b.Loop() {
					seq++
					now = now.Add(2 * time.Second)
					for i := range insts {
						if i%100 < changed {
							insts[i].Updated = now
						}
						rows.put(insts[i].InstanceID, insts[i], seq, now)
					}
					rows.flushTimes()
					rows.view()
				}
			})
		}
	}
}

func BenchmarkFill(b *testing.B) {
	_, insts := filled(10_000)
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		rows := newTable("orders")
		for i := range insts {
			rows.put(insts[i].InstanceID, insts[i], 1, now)
			if i%500 == 0 { // as batches go out on the way
				rows.view()
			}
		}
	}
}

// BenchmarkPublish is the cost of one snapshot after one row has changed.
func BenchmarkPublish(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("%d rows", n), func(b *testing.B) {
			rows, insts := filled(n)
			w := New(newFake("orders"), Config{})
			w.rows = rows
			w.Subscribe()
			seq := uint64(1)
			b.ReportAllocs()
			for b.Loop() {
				seq++
				inst := insts[n/2]
				inst.Updated = time.Unix(int64(seq), 0)
				rows.put(inst.InstanceID, inst, seq, inst.Updated)
				w.publish()
			}
		})
	}
}

// instant is a source without any latency: what is measured is the watch.
type instant struct {
	ids  []string
	rows map[string]workflow.Instance
	lost chan struct{}
}

func newInstant(n, live int) *instant {
	_, insts := filled(n)
	src := &instant{rows: map[string]workflow.Instance{}, lost: make(chan struct{})}
	for i := range insts {
		if i >= live {
			insts[i].Status = workflow.Completed
		}
		src.ids = append(src.ids, insts[i].InstanceID)
		src.rows[insts[i].InstanceID] = insts[i]
	}
	return src
}

func (s *instant) Address() string { return "here" }

func (s *instant) Connect(ctx context.Context) (Connection, error) {
	sidecar, err := s.Sidecar(ctx)
	ids, next, _ := s.List(ctx, "0")
	return Connection{Sidecar: sidecar, IDs: ids, Next: next, Lost: s.lost}, err
}

func (s *instant) List(_ context.Context, token string) ([]string, string, error) {
	const page = 1024
	from := 0
	if token != "" {
		if _, err := fmt.Sscan(token, &from); err != nil {
			return nil, "", fmt.Errorf("token %q: %w", token, err)
		}
	}
	if to := from + page; to < len(s.ids) {
		return s.ids[from:to], fmt.Sprint(to), nil
	}
	return s.ids[from:], "", nil
}

func (s *instant) Get(_ context.Context, id string, _ bool) (workflow.Instance, int, error) {
	return s.rows[id], 0, nil
}

func (s *instant) Sidecar(context.Context) (workflow.Sidecar, error) {
	return workflow.Sidecar{AppID: "orders"}, nil
}

// BenchmarkRefresh is a whole refresh on a source without latency, 1 % live.
func BenchmarkRefresh(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("%d rows", n), func(b *testing.B) {
			w := New(newInstant(n, n/100), Config{Interval: time.Hour})
			ctx, cancel := context.WithCancel(b.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				w.Run(ctx)
			}()
			box := w.Subscribe()
			wait := func(after time.Time) Snapshot {
				for {
					s, ok := box.Next(ctx)
					if !ok {
						b.Fatal("the watch ended")
					}
					if s.RefreshedAt.After(after) {
						return s
					}
				}
			}
			s := wait(time.Time{})
			load := s.Took
			b.ReportAllocs()
			calls := 0
			for b.Loop() {
				w.Refresh()
				s = wait(s.RefreshedAt)
				calls = s.Calls.List + s.Calls.Get + s.Calls.Sidecar
			}
			b.ReportMetric(float64(calls), "calls/op")
			b.ReportMetric(float64(load.Nanoseconds())/float64(n), "load-ns/row")
			cancel()
			<-ended
		})
	}
}
