package embedded

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// tokenHeader carries the API token of Dapr.
const tokenHeader = "dapr-api-token" //nolint:gosec // the name of the header

var errServing = errors.New("embedded engine is already served")

// Serve opens the port for an app: the first time on Options.Address, later
// on the same port again. Another app ID than before means another, at first
// empty, set of instances. The worker is not started; see StartWorker.
func (e *Engine) Serve(appID string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.server != nil {
		return errServing
	}
	h, err := e.hubFor(appID)
	if err != nil {
		return err
	}
	address := e.opts.Address
	if e.addr != nil {
		address = e.addr.String()
	}
	listener, err := (&net.ListenConfig{}).Listen(e.ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("embedded engine: %w", err)
	}
	e.hub, e.addr = h, listener.Addr()
	e.server, e.served = e.newServer(h), make(chan struct{})
	go func(server *grpc.Server, served chan struct{}) {
		defer close(served)
		if err := server.Serve(listener); err != nil {
			e.log.Errorf("serve: %v", err)
		}
	}(e.server, e.served)
	return nil
}

func (e *Engine) newServer(h *hub) *grpc.Server {
	var unary []grpc.UnaryServerInterceptor
	if e.opts.Interceptor != nil {
		unary = append(unary, e.opts.Interceptor)
	}
	var stream []grpc.StreamServerInterceptor
	if e.opts.APIToken != "" {
		unary, stream = append(unary, e.checkUnary), append(stream, e.checkStream)
	}
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(maxBody), grpc.MaxSendMsgSize(maxBody),
		grpc.ChainUnaryInterceptor(unary...), grpc.ChainStreamInterceptor(stream...),
		grpc.UnknownServiceHandler(unknownMethod),
		grpc.WaitForHandlers(true),
	)
	h.register(server)
	runtimev1.RegisterDaprServer(server, sidecar{hub: h})
	return server
}

// unknownMethod answers as Dapr does, whose sidecar takes a method it does not
// know for a call to another app.
func unknownMethod(any, grpc.ServerStream) error {
	return status.Errorf(codes.Unknown, "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found")
}

// StopServing closes the port and every connection, as a killed sidecar does.
// The instances stay; the worker is stopped first.
func (e *Engine) StopServing() {
	e.StopWorker()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.server == nil {
		return
	}
	e.server.Stop()
	<-e.served
	e.server = nil
}

func (e *Engine) checkUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if err := e.checkToken(ctx); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func (e *Engine) checkStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if err := e.checkToken(stream.Context()); err != nil {
		return err
	}
	return next(srv, stream)
}

func (e *Engine) checkToken(ctx context.Context) error {
	md, _ := metadata.FromIncomingContext(ctx)
	for _, token := range md.Get(tokenHeader) {
		if subtle.ConstantTimeCompare([]byte(token), []byte(e.opts.APIToken)) == 1 {
			return nil
		}
	}
	return status.Errorf(codes.Unauthenticated, "Unauthorized")
}
