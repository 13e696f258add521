package measure

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/workflow"
)

// How often each kind of call is made for its price.
const (
	listings  = 20
	tails     = 200
	reads     = 2000
	questions = 200
	// readsAtOnce is about what the console has under way in a refresh.
	readsAtOnce = 16
)

// unitCosts says what one call of each kind costs the sidecar.
func (b *bench) unitCosts(ctx context.Context) []Row {
	const measure = "the same for one call: a listing of all pages, its last page alone, a read, the sidecar's metadata"
	prices, err := b.prices(ctx)
	if err != nil {
		return failed(measure, "", err)
	}
	return []Row{{Measure: measure, Measured: fmt.Sprintf("%s, %s, %s, %s", milliseconds(prices[0]), milliseconds(prices[1]),
		milliseconds(prices[2]), milliseconds(prices[3]))}}
}

// prices are the processor times of a listing, its last page, a read and the
// sidecar's metadata.
func (b *bench) prices(ctx context.Context) (prices [4]time.Duration, err error) {
	conn, err := b.app.Dial()
	if err != nil {
		return prices, err
	}
	defer func() { _ = conn.Close() }()
	client, meta := b.app.client, runtimev1.NewDaprClient(conn)
	ids, last, err := allIDs(ctx, client)
	if err != nil {
		return prices, err
	}
	var at atomic.Int64
	kinds := []struct {
		n, atOnce int
		call      func(context.Context) error
	}{
		{listings, 1, func(ctx context.Context) error {
			_, _, err := allIDs(ctx, client)
			return err
		}},
		{tails, 1, func(ctx context.Context) error {
			_, _, err := onePage(ctx, client, last)
			return err
		}},
		{reads, readsAtOnce, func(ctx context.Context) error {
			id := ids[int(at.Add(37))%len(ids)] // here and there, as the re-checks do
			_, err := client.FetchWorkflowMetadata(ctx, id, workflow.WithFetchPayloads(true))
			return err
		}},
		{questions, 1, func(ctx context.Context) error {
			_, err := meta.GetMetadata(ctx, &runtimev1.GetMetadataRequest{})
			return err
		}},
	}
	for i, kind := range kinds {
		if prices[i], err = b.costOf(ctx, kind.n, kind.atOnce, kind.call); err != nil {
			return prices, err
		}
	}
	return prices, nil
}

// costOf is the processor time of the sidecar for one of n equal calls, without
// what it uses by itself.
func (b *bench) costOf(ctx context.Context, n, atOnce int, call func(context.Context) error) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, runWithin)
	defer cancel()
	before, err := b.app.CPUTime()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	var made atomic.Int64
	errs := make(chan error, atOnce)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for made.Add(1) <= int64(n) {
				if err := call(ctx); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		return 0, err
	default:
	}
	after, err := b.app.CPUTime()
	idle := time.Duration(0)
	if b.steady != nil {
		idle = time.Duration(b.steady.idle * float64(time.Since(began)))
	}
	return max(0, after-before-idle) / time.Duration(n), err
}

// allIDs lists with pages of the console's size. last is the token of the last
// page.
func allIDs(ctx context.Context, client *workflow.Client) (ids []string, last string, err error) {
	for {
		page, next, err := onePage(ctx, client, last)
		if err != nil {
			return nil, "", err
		}
		ids = append(ids, page...)
		if next == "" {
			return ids, last, nil
		}
		last = next
	}
}

func onePage(ctx context.Context, client *workflow.Client, token string) (ids []string, next string, err error) {
	opts := []workflow.ListInstanceIDsOptions{workflow.WithListInstanceIDsPageSize(pageSize)}
	if token != "" {
		opts = append(opts, workflow.WithListInstanceIDsContinuationToken(token))
	}
	resp, err := client.ListInstanceIDs(ctx, opts...)
	if err != nil {
		return nil, "", fmt.Errorf("list: %w", err)
	}
	list := (*protos.ListInstanceIDsResponse)(resp)
	return list.GetInstanceIds(), list.GetContinuationToken(), nil
}
