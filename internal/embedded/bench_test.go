package embedded

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/task"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// inFlight is how many calls the benchmarks have open, as the console would.
const inFlight = 32

// each does n calls, inFlight at a time.
func each(b *testing.B, n int, call func(ctx context.Context, k int) error) {
	b.Helper()
	work := make(chan int)
	var wg sync.WaitGroup
	for range inFlight {
		wg.Go(func() {
			for k := range work {
				if err := call(b.Context(), k); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for k := range n {
		work <- k
	}
	close(work)
	wg.Wait()
}

// BenchmarkStartAndSettle starts an instance with one activity over gRPC and
// waits for its end. 10,000 of them: -benchtime 10000x.
func BenchmarkStartAndSettle(b *testing.B) {
	e := start(b, Options{Pace: quick, Register: func(r *task.TaskRegistry) error {
		if err := r.AddActivityN("bench", func(task.ActivityContext) (any, error) { return 1, nil }); err != nil {
			return err
		}
		return r.AddWorkflowN("Bench", func(ctx *task.WorkflowContext) (any, error) { return 1, ctx.CallActivity("bench").Await(nil) })
	}})
	hub := protos.NewTaskHubSidecarServiceClient(dial(b, e))
	b.ResetTimer()
	each(b, b.N, func(ctx context.Context, k int) error {
		id := fmt.Sprintf("bench-%d", k)
		if _, err := hub.StartInstance(ctx, &protos.CreateInstanceRequest{InstanceId: id, Name: "Bench", Input: wrapperspb.String(`{"a":1}`)}); err != nil {
			return err
		}
		_, err := hub.WaitForInstanceCompletion(ctx, &protos.GetInstanceRequest{InstanceId: id})
		return err
	})
}

// BenchmarkSeed fills an engine with 10,000 instances.
func BenchmarkSeed(b *testing.B) {
	for range b.N {
		e := start(b, Options{NoWorker: true})
		if err := e.Seed(b.Context(), 10_000); err != nil {
			b.Fatal(err)
		}
		e.Close()
	}
}

func filled(b *testing.B, n int) protos.TaskHubSidecarServiceClient {
	b.Helper()
	e := start(b, Options{})
	if err := e.Seed(b.Context(), n); err != nil {
		b.Fatal(err)
	}
	return protos.NewTaskHubSidecarServiceClient(dial(b, e))
}

// BenchmarkList reads the IDs of 10,000 instances, in one reply and in pages.
func BenchmarkList(b *testing.B) {
	hub := filled(b, 10_000)
	for _, size := range []uint32{10_000, 1024, 100} {
		b.Run(fmt.Sprintf("pages of %d", size), func(b *testing.B) {
			for range b.N {
				n := 0
				for req := (&protos.ListInstanceIDsRequest{PageSize: &size}); ; {
					page, err := hub.ListInstanceIDs(b.Context(), req)
					if err != nil {
						b.Fatal(err)
					}
					n += len(page.GetInstanceIds())
					if req.ContinuationToken = page.ContinuationToken; req.ContinuationToken == nil {
						break
					}
				}
				if n != 10_000 {
					b.Fatalf("%d IDs", n)
				}
			}
		})
	}
}

// BenchmarkMetadata reads instances without their payloads, one after the
// other and inFlight at a time.
func BenchmarkMetadata(b *testing.B) {
	hub := filled(b, 10_000)
	page, err := hub.ListInstanceIDs(b.Context(), &protos.ListInstanceIDsRequest{})
	if err != nil {
		b.Fatal(err)
	}
	ids := page.GetInstanceIds()
	read := func(ctx context.Context, k int) error {
		_, err := hub.GetInstance(ctx, &protos.GetInstanceRequest{InstanceId: ids[k%len(ids)]})
		return err
	}
	b.Run("one", func(b *testing.B) {
		for k := range b.N {
			if err := read(b.Context(), k); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run(fmt.Sprintf("%d in flight", inFlight), func(b *testing.B) { each(b, b.N, read) })
	b.Run("history", func(b *testing.B) {
		for k := range b.N {
			if _, err := hub.GetInstanceHistory(b.Context(), &protos.GetInstanceHistoryRequest{InstanceId: ids[k%len(ids)]}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkIdle measures what an engine at rest costs: 1,000 settled instances,
// a worker connected, nobody asking. Each round takes a second; the figure is
// the share of one core.
func BenchmarkIdle(b *testing.B) {
	filled(b, 1000)
	began := processTime(b)
	clock := time.NewTicker(time.Second)
	defer clock.Stop()
	for range b.N {
		<-clock.C
	}
	b.ReportMetric(100*(processTime(b)-began).Seconds()/b.Elapsed().Seconds(), "%core")
}
