package load

import (
	"context"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// hostWithin bounds how long a sidecar takes to host the instances of a worker.
const hostWithin = 15 * time.Second

// StartWorker connects a worker to a sidecar and waits until the sidecar hosts
// its instances. The worker is returned also when that failed, unless it is
// nil.
func StartWorker(ctx context.Context, s *harness.Sidecar) (*worker.Worker, error) {
	conn, err := s.Dial()
	if err != nil {
		return nil, err
	}
	w, err := worker.Start(ctx, conn)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, hostWithin)
	defer cancel()
	return w, s.WaitWorkers(ctx, 1)
}
