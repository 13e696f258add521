package daprclient

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"path"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// callLog counts the calls of a client and writes a line about each: reads at
// debug level, changes at info level. It sees no payload and no token.
type callLog struct {
	log *slog.Logger

	mu     sync.Mutex
	counts map[string]int
}

func newCallLog(log *slog.Logger) *callLog {
	return &callLog{log: log, counts: map[string]int{}}
}

func (l *callLog) snapshot() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.counts)
}

// unary is a grpc interceptor.
func (l *callLog) unary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	name := path.Base(method)
	l.mu.Lock()
	l.counts[name]++
	l.mu.Unlock()

	if n := workflow.ReadLimit(ctx); n > 0 {
		opts = append(opts, grpc.MaxCallRecvMsgSize(n))
	}
	start := time.Now()
	err := invoker(ctx, method, req, reply, cc, opts...)

	level := slog.LevelDebug
	if mutating(name) {
		level = slog.LevelInfo
	}
	if l.log.Enabled(ctx, level) {
		l.log.LogAttrs(ctx, level, "call",
			slog.String("method", name),
			slog.Duration("took", time.Since(start)),
			slog.String("code", codeOf(err).String()))
	}
	return err
}

// mutating reports whether a method of the task hub changes anything.
func mutating(method string) bool {
	switch method {
	case "StartInstance", "SuspendInstance", "ResumeInstance", "RaiseEvent",
		"TerminateInstance", "PurgeInstances", "RerunWorkflowFromEvent":
		return true
	}
	return false
}

func codeOf(err error) codes.Code {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return codes.DeadlineExceeded
	case errors.Is(err, context.Canceled):
		return codes.Canceled
	}
	return status.Code(err)
}
