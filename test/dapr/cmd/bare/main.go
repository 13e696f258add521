// Command bare is what daprdeck --once -o ids is measured against: the least
// program that pages the IDs of a sidecar, reads every instance with its
// payloads and prints the IDs. It keeps the same fields of each instance, and
// it reads while it still lists.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/dapr/durabletask-go/api"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// callTimeout is the console's own (--read-timeout).
const callTimeout = 5 * time.Second

func main() {
	address := flag.String("address", "", "the sidecar's gRPC address")
	atOnce := flag.Int("at-once", 32, "how many instances are read at the same time")
	page := flag.Int("page", 5000, "how many IDs a page of the listing asks for")
	flag.Parse()
	if err := run(context.Background(), *address, *atOnce, uint32(*page), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

// row is what the list of the console shows of an instance.
type row struct {
	id, name, customStatus, failure string
	status                          protos.OrchestrationStatus
	created, updated                time.Time
}

// loop reads the instances behind one client.
type loop struct {
	client *workflow.Client
	page   uint32

	mu   sync.Mutex
	rows []row
}

func run(ctx context.Context, address string, atOnce int, page uint32, out io.Writer) error {
	conn, err := harness.Dial(address, os.Getenv("DAPR_API_TOKEN"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	l := &loop{client: harness.NewClient(conn), page: page}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ids := make(chan string, atOnce)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for id := range ids {
				if err := l.read(ctx, id); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	if err := l.list(ctx, ids); err != nil {
		cancel(err)
	}
	close(ids)
	wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	w := bufio.NewWriter(out)
	for i := range l.rows {
		_, _ = w.WriteString(l.rows[i].id)
		_ = w.WriteByte('\n')
	}
	return w.Flush()
}

// list sends every ID.
func (l *loop) list(ctx context.Context, ids chan<- string) error {
	opts := []workflow.ListInstanceIDsOptions{workflow.WithListInstanceIDsPageSize(l.page)}
	for token := ""; ; {
		next, err := l.onePage(ctx, opts, token, ids)
		if err != nil || next == "" {
			return err
		}
		token = next
	}
}

func (l *loop) onePage(ctx context.Context, opts []workflow.ListInstanceIDsOptions, token string, ids chan<- string) (string, error) {
	call, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if token != "" {
		opts = append(opts, workflow.WithListInstanceIDsContinuationToken(token))
	}
	resp, err := l.client.ListInstanceIDs(call, opts...)
	if err != nil {
		return "", fmt.Errorf("list: %w", err)
	}
	list := (*protos.ListInstanceIDsResponse)(resp)
	for _, id := range list.GetInstanceIds() {
		select {
		case ids <- id:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
	return list.GetContinuationToken(), nil
}

// read reads one instance; one that has gone meanwhile is no error.
func (l *loop) read(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	meta, err := l.client.FetchWorkflowMetadata(ctx, id, workflow.WithFetchPayloads(true))
	if errors.Is(err, api.ErrInstanceNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", id, err)
	}
	m := (*protos.WorkflowMetadata)(meta)
	r := row{
		id: id, name: m.GetName(), status: m.GetRuntimeStatus(),
		customStatus: m.GetCustomStatus().GetValue(), failure: m.GetFailureDetails().GetErrorMessage(),
		created: m.GetCreatedAt().AsTime(), updated: m.GetLastUpdatedAt().AsTime(),
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows = append(l.rows, r)
	return nil
}
