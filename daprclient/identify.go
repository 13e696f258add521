package daprclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

const (
	// probePatience bounds each question to something that is no sidecar.
	probePatience = time.Second
	// probeRead is how much of its answer is read, in bytes.
	probeRead = 256 << 10
)

// grpcPort says where the right port is found.
const grpcPort = "The gRPC port is what --dapr-grpc-port says, 50001 unless told otherwise; dapr list shows it."

// identify finds out what answers at the address when it is not a sidecar's
// gRPC API, so that the message can say it. Its questions go over connections
// of their own, except to a gRPC service, and carry no token; none of them is a
// workflow call.
func (c *Client) identify(ctx context.Context, s *session, err error) error {
	var e *workflow.Error
	if s.sidecar.AppID != "" || !errors.As(err, &e) {
		return err
	}
	found := *e
	reason, alerted := alertIn(e.Detail)
	switch {
	case alerted:
		refusedCertificate(&found, c.opts, s.expired, reason)
	case ctx.Err() != nil:
	case e.Kind == workflow.KindWrongPort && strings.Contains(e.Detail, "unknown service"):
		c.nameService(ctx, s, &found)
	case c.opts.Target.tls:
	case speaksHTTP(e.Detail): // also where the HTTP port of a sidecar asks for a token
		c.nameHTTP(ctx, &found)
	case e.Kind == workflow.KindUnavailable && silentPreface(e.Detail):
		c.nameTLS(ctx, &found)
	}
	return &found
}

// speaksHTTP recognizes what grpc says of an HTTP server.
func speaksHTTP(text string) bool {
	return strings.Contains(text, "looked like an HTTP/1.1 header") || strings.Contains(text, "unexpected HTTP status code")
}

// silentPreface recognizes what grpc says of something that took the connection
// and closed it without a word.
func silentPreface(text string) bool { return strings.Contains(text, "error reading server preface") }

// nameService asks a gRPC server for methods that do not exist: it answers that
// the method is unknown where it has the service, and does nothing.
func (c *Client) nameService(ctx context.Context, s *session, e *workflow.Error) {
	for _, known := range []struct{ service, what string }{
		{"dapr.proto.placement.v1.Placement", "the placement service"},
		{"dapr.proto.scheduler.v1.Scheduler", "the scheduler service"},
		{"dapr.proto.sentry.v1.CA", "the sentry service"},
		{"dapr.proto.operator.v1.Operator", "the operator service"},
	} {
		ctx, cancel := context.WithTimeout(ctx, probePatience)
		err := s.conn.Invoke(ctx, "/"+known.service+"/WhoAreYou", &emptypb.Empty{}, &emptypb.Empty{})
		cancel()
		if strings.Contains(status.Convert(err).Message(), "unknown method") {
			e.Message = fmt.Sprintf("%s is %s of Dapr, not a sidecar", c.opts.Target, known.what)
			return
		}
	}
}

// nameHTTP asks an HTTP server whether it is one of Dapr's.
func (c *Client) nameHTTP(ctx context.Context, e *workflow.Error) {
	if code, _, ok := c.get(ctx, "/v1.0/healthz"); ok && (code == http.StatusNoContent || code == http.StatusInternalServerError) {
		e.Kind, e.Remedy = workflow.KindWrongPort, grpcPort
		e.Message = fmt.Sprintf("%s is the HTTP port of a sidecar: give its gRPC port", c.opts.Target)
		return
	}
	if e.Kind != workflow.KindWrongPort {
		return // a proxy that wants a token
	}
	code, body, ok := c.get(ctx, "/metrics")
	switch {
	case ok && code == http.StatusOK && strings.Contains(body, "\n# TYPE dapr_"):
		e.Message = fmt.Sprintf("%s is the metrics port of a part of Dapr: give the gRPC port of a sidecar", c.opts.Target)
	case ok && code == http.StatusOK && strings.Contains(body, "# TYPE "):
		e.Message = fmt.Sprintf("%s speaks HTTP and is a metrics port: give the gRPC port of a sidecar", c.opts.Target)
	}
}

// get reads a page of an HTTP server at the target.
func (c *Client) get(ctx context.Context, path string) (code int, body string, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	web := &http.Transport{
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dialTarget(ctx, c.opts.Target) },
		DisableKeepAlives: true,
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.opts.Target.authority()+path, nil)
	if err != nil {
		return 0, "", false
	}
	resp, err := web.RoundTrip(req)
	if err != nil {
		return 0, "", false
	}
	defer func() { _ = resp.Body.Close() }()
	data, _ := io.ReadAll(io.LimitReader(resp.Body, probeRead)) // half an answer tells enough
	return resp.StatusCode, string(data), true
}

// nameTLS tries whether what does not speak plain gRPC speaks TLS. Nothing is
// sent over that connection, so that whoever it is need not be trusted.
func (c *Client) nameTLS(ctx context.Context, e *workflow.Error) {
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	raw, err := dialTarget(ctx, c.opts.Target)
	if err != nil {
		return
	}
	defer func() { _ = raw.Close() }()
	conn := tls.Client(raw, &tls.Config{
		ServerName: c.opts.serverName(), NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // it is only asked whether it speaks TLS; nothing is said to it
	})
	err = conn.HandshakeContext(ctx)
	var op *net.OpError
	if err != nil && (!errors.As(err, &op) || op.Op != "remote error") { // an alert is TLS too
		return
	}
	e.Kind = workflow.KindTLS
	e.Message = fmt.Sprintf("%s speaks TLS: use it with https:// or %s", c.opts.Target, flagTLS)
	e.Remedy = fmt.Sprintf("With %s too, where this system does not trust the issuer of its certificate.", flagCA)
}
