package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// step is one thing that a scene does or waits for.
type step func(ctx context.Context, s *stage) error

func steps(all ...step) step {
	return func(ctx context.Context, s *stage) error {
		for i, do := range all {
			if err := do(ctx, s); err != nil {
				return fmt.Errorf("step %d: %w", i+1, err)
			}
		}
		return nil
	}
}

func start(name, id, input string) step {
	return func(ctx context.Context, s *stage) error {
		opts := []workflow.NewWorkflowOptions{workflow.WithInstanceID(id)}
		if input != "" {
			opts = append(opts, workflow.WithRawInput(wrapperspb.String(input)))
		}
		_, err := s.client.ScheduleWorkflow(ctx, name, opts...)
		return err
	}
}

func later(name, id string, in time.Duration) step {
	return func(ctx context.Context, s *stage) error {
		_, err := s.client.ScheduleWorkflow(ctx, name, workflow.WithInstanceID(id), workflow.WithStartTime(time.Now().Add(in)))
		return err
	}
}

func suspend(id, why string) step {
	return func(ctx context.Context, s *stage) error { return s.client.SuspendWorkflow(ctx, id, why) }
}

func resume(id, why string) step {
	return func(ctx context.Context, s *stage) error { return s.client.ResumeWorkflow(ctx, id, why) }
}

func raise(id, event, payload string) step {
	return func(ctx context.Context, s *stage) error {
		return s.client.RaiseEvent(ctx, id, event, workflow.WithRawEventData(wrapperspb.String(payload)))
	}
}

func open(id string) step {
	return func(_ context.Context, s *stage) error { close(s.gates.of(id)); return nil }
}

func status(id, want string) step {
	return func(ctx context.Context, s *stage) error {
		return harness.Eventually(ctx, func(ctx context.Context) error {
			m, err := s.client.FetchWorkflowMetadata(ctx, id)
			if err != nil {
				return err
			}
			if got := m.String(); got != want {
				return fmt.Errorf("%w: %s is %s, not %s", errNotYet, id, got, want)
			}
			return nil
		})
	}
}

var errNotYet = errors.New("not yet")

// has waits until the history holds so many events of a type. With none it
// waits for a history at all.
func has(id, kind string, count int) step {
	return func(ctx context.Context, s *stage) error {
		return harness.Eventually(ctx, func(ctx context.Context) error {
			resp, err := s.client.GetInstanceHistory(ctx, id)
			if err != nil {
				return err
			}
			n := 0
			for _, e := range resp.Events {
				if kindOf(e) == kind {
					n++
				}
			}
			if n < count {
				return fmt.Errorf("%w: %s has %d %s, not %d", errNotYet, id, n, kind, count)
			}
			return nil
		})
	}
}

func kindOf(e *protos.HistoryEvent) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", e.GetEventType()), "*protos.HistoryEvent_")
}

// fails is a call that must not succeed within a second.
func fails(do step) step {
	return func(ctx context.Context, s *stage) error {
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if do(short, s) == nil {
			return errors.New("it succeeded")
		}
		return nil
	}
}

// rest waits until the history has not grown for a while: what is to be seen
// is that nothing comes any more.
func rest(id string) step {
	return func(ctx context.Context, s *stage) error {
		last := -1
		return harness.Eventually(ctx, func(ctx context.Context) error {
			resp, err := s.client.GetInstanceHistory(ctx, id)
			if err != nil {
				return err
			}
			if n := len(resp.Events); n != last {
				last = n
				select {
				case <-time.After(400 * time.Millisecond):
				case <-ctx.Done():
				}
				return errNotYet
			}
			return nil
		})
	}
}

// pause gives the runtime time for what cannot be seen from outside.
func pause(d time.Duration) step {
	return func(ctx context.Context, _ *stage) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// besides makes a call that need not return before the next step; what comes of
// it shows in the history.
func besides(do step) step {
	return func(ctx context.Context, s *stage) error {
		go func() { _ = do(ctx, s) }()
		return nil
	}
}

func terminate(id string) step {
	return func(ctx context.Context, s *stage) error {
		return s.client.TerminateWorkflow(ctx, id, workflow.WithRawOutput(wrapperspb.String(`"by hand"`)))
	}
}

func rerun(id string, event uint32, into string) step {
	return func(ctx context.Context, s *stage) error {
		_, err := s.client.RerunWorkflowFromEvent(ctx, id, event, workflow.WithRerunNewInstanceID(into))
		return err
	}
}

func big(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }

const (
	pending   = "PENDING"
	running   = "RUNNING"
	suspended = "SUSPENDED"
	stalled   = "STALLED"
	completed = "COMPLETED"
	failed    = "FAILED"
	ended     = "TERMINATED"
)

// startOverHTTP starts a workflow by the HTTP API, which takes the input as the
// body.
func startOverHTTP(name, id, input string) step {
	return func(ctx context.Context, s *stage) error {
		url := "http://127.0.0.1:" + strconv.Itoa(s.sidecar.Ports().HTTP) + "/v1.0/workflows/dapr/" + name + "/start?instanceID=" + id
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(input))
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusAccepted {
			return fmt.Errorf("%w: %s", errHTTP, resp.Status)
		}
		return nil
	}
}

var errHTTP = errors.New("the start over HTTP was refused")

// rerunFromActivity reruns from the only activity of the history, whose number
// depends on the SDK.
func rerunFromActivity(id, into string) step {
	return func(ctx context.Context, s *stage) error {
		resp, err := s.client.GetInstanceHistory(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range resp.Events {
			if e.GetTaskScheduled() != nil {
				return rerun(id, uint32(e.GetEventId()), into)(ctx, s)
			}
		}
		return errNoActivity
	}
}

var errNoActivity = errors.New("the history has no activity")

// custom waits until the custom status holds a text.
func custom(id, text string) step {
	return func(ctx context.Context, s *stage) error {
		return harness.Eventually(ctx, func(ctx context.Context) error {
			m, err := s.client.FetchWorkflowMetadata(ctx, id, workflow.WithFetchPayloads(true))
			if err != nil {
				return err
			}
			if !strings.Contains((*protos.WorkflowMetadata)(m).GetCustomStatus().GetValue(), text) {
				return errNotYet
			}
			return nil
		})
	}
}
