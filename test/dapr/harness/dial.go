package harness

import (
	"context"
	"fmt"
	"strings"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/api/protos"
	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
)

// maxReply is more than any fixture: the limit of grpc-go, 4 MiB, is less
// than the history of a stalled instance.
const maxReply = 64 << 20

// Dial makes a connection to the sidecar's gRPC API that sends its token.
// Nothing is dialled before the first call.
func (s *Sidecar) Dial() (*grpc.ClientConn, error) { return Dial(s.Address(), s.token()) }

// Dial makes a connection to a sidecar at host:port or unix:///path. An empty token is not
// sent. Reconnecting backs off to one second at most, so that a test does not
// wait for minutes after a restart.
func Dial(address, token string) (*grpc.ClientConn, error) {
	opts := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReply), grpc.MaxCallSendMsgSize(maxReply)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, MaxDelay: time.Second},
			MinConnectTimeout: time.Second,
		}),
	}
	if token != "" {
		opts = append(opts, tokenOptions(token)...)
	}
	if !strings.HasPrefix(address, "unix:") {
		address = "passthrough:///" + address
	}
	conn, err := grpc.NewClient(address, opts...)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	return conn, nil
}

func tokenOptions(token string) []grpc.DialOption {
	with := func(ctx context.Context) context.Context {
		return grpcmetadata.AppendToOutgoingContext(ctx, "dapr-api-token", token)
	}
	unary := func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn,
		invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
	) error {
		return invoke(with(ctx), method, req, reply, cc, opts...)
	}
	stream := func(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string,
		open grpc.Streamer, opts ...grpc.CallOption,
	) (grpc.ClientStream, error) {
		return open(with(ctx), desc, cc, method, opts...)
	}
	return []grpc.DialOption{grpc.WithUnaryInterceptor(unary), grpc.WithStreamInterceptor(stream)}
}

// NewClient is a workflow client over a connection that says nothing to
// standard error.
func NewClient(conn *grpc.ClientConn) *workflow.Client {
	return workflow.NewClientWithLogger(conn, quiet{})
}

// hello is the workflow service's own question for a sign of life.
func hello(ctx context.Context, conn *grpc.ClientConn) error {
	if _, err := protos.NewTaskHubSidecarServiceClient(conn).Hello(ctx, &emptypb.Empty{}); err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	return nil
}

// metadata is what the sidecar says about itself.
func metadata(ctx context.Context, conn *grpc.ClientConn) (*runtimev1.GetMetadataResponse, error) {
	resp, err := runtimev1.NewDaprClient(conn).GetMetadata(ctx, &runtimev1.GetMetadataRequest{})
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	return resp, nil
}

// quiet discards what the workflow client logs: it writes to standard error
// otherwise, in the middle of a test's output.
type quiet struct{}

func (quiet) Debug(...any)          {}
func (quiet) Debugf(string, ...any) {}
func (quiet) Info(...any)           {}
func (quiet) Infof(string, ...any)  {}
func (quiet) Warn(...any)           {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Error(...any)          {}
func (quiet) Errorf(string, ...any) {}
