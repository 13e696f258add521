package embedded

import (
	"context"
	"fmt"
	"time"

	"github.com/dapr/durabletask-go/backend"
	"google.golang.org/grpc"
)

// hub is one app: its instances and the engine that runs them. It outlives the
// listener, as Dapr's stores outlive the sidecar.
type hub struct {
	*store
	register func(grpc.ServiceRegistrar)
	engine   backend.TaskHubWorker
}

// sendTimeout is how long a worker may take to accept a work item; Dapr's own.
const sendTimeout = 10 * time.Second

func startHub(ctx context.Context, appID string, log hubLogger, noWorkerWait time.Duration) (*hub, error) {
	s := newStore(appID, log, noWorkerWait)
	executor, register := backend.NewGrpcExecutor(s, log,
		backend.WithOnGetWorkItemsConnectionCallback(s.connected),
		backend.WithOnGetWorkItemsDisconnectCallback(s.disconnected),
		backend.WithStreamSendTimeout(sendTimeout),
	)
	workflows := backend.NewWorkflowWorker(backend.WorkflowWorkerOptions{
		Backend: s, Executor: executor, Logger: log, AppID: appID, Namespace: namespace,
	})
	activities := backend.NewActivityTaskWorker(s, executor, log)
	h := &hub{store: s, register: register, engine: backend.NewTaskHubWorker(s, workflows, activities, log)}
	if err := h.engine.Start(ctx); err != nil {
		return nil, fmt.Errorf("start workflow engine: %w", err)
	}
	return h, nil
}

// stop ends the engine of the app and waits for its turns.
func (h *hub) stop(ctx context.Context) error {
	if err := h.engine.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop workflow engine: %w", err)
	}
	return nil
}
