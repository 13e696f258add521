package daprclient

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

func TestTheTokenGoesWithEveryCallAndIntoNoLog(t *testing.T) {
	const token = "s3cret-token"
	var log bytes.Buffer
	f := newFake(t)
	c := f.connected(func(o *Options) {
		o.APIToken = token
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	for name, call := range everyCall(c) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, r := range f.received("") {
		if got := r.header.Get("dapr-api-token"); !slices.Equal(got, []string{token}) {
			t.Errorf("%s came with the token %q", r.method, got)
		}
	}
	if strings.Contains(log.String(), token) {
		t.Errorf("the token is in the log: %s", log.String())
	}
	for _, want := range []string{"method=SuspendInstance", "level=INFO", "method=GetInstance", "took=", "code=OK"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, log.String())
		}
	}
}

func TestWithoutATokenNoneIsSent(t *testing.T) {
	t.Setenv(EnvAPIToken, "from-the-environment") // only Options count
	f := newFake(t)
	f.connected()
	for _, r := range f.received("") {
		if got := r.header.Get("dapr-api-token"); len(got) != 0 {
			t.Errorf("%s came with the token %q", r.method, got)
		}
	}
}

func TestNewRefusesAnUnusableToken(t *testing.T) {
	_, err := New(Options{APIToken: "s3cret\n"})
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "position 7") {
		t.Errorf("error %v", err)
	}
}

func TestNothingListens(t *testing.T) {
	f := newFake(t)
	f.kill()
	c := f.client()
	_, err := c.Connect(t.Context())
	wantKind(t, err, workflow.KindUnavailable)
	if want := "nothing answers at " + f.addr + ": connection refused"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	_, _, err = c.Get(t.Context(), "i", true)
	wantKind(t, err, workflow.KindUnavailable)
}

func TestASocketThatIsNotThere(t *testing.T) {
	target, err := ParseTarget("unix://" + filepath.Join(t.TempDir(), "none.sock"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Connect(t.Context())
	wantKind(t, err, workflow.KindUnavailable)
	if !strings.HasSuffix(err.Error(), "there is no such socket") {
		t.Error(err)
	}
}

func TestConnectOverASocket(t *testing.T) {
	f := newFake(t)
	path := filepath.Join(t.TempDir(), "dapr.sock")
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = f.server.Serve(l) }() // ends with the fake
	target, err := ParseTarget("unix://" + path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{Target: target, ReadTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	conn, err := c.Connect(t.Context())
	if err != nil || conn.Sidecar.AppID != "orders" || conn.Sidecar.Address != "unix://"+path {
		t.Errorf("%+v, %v", conn.Sidecar, err)
	}
}

func TestPlacesThatAreNoSidecar(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	h2c := httptest.NewUnstartedServer(http.NotFoundHandler())
	h2c.Config.Protocols = new(http.Protocols)
	h2c.Config.Protocols.SetUnencryptedHTTP2(true)
	h2c.Start()
	defer h2c.Close()
	tlsServer := httptest.NewUnstartedServer(http.NotFoundHandler())
	tlsServer.EnableHTTP2 = true
	tlsServer.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	tlsServer.StartTLS()
	defer tlsServer.Close()
	placement, internal := newFake(t), newFake(t)
	placement.on("GetMetadata", refuse(codes.Unimplemented, "unknown service dapr.proto.runtime.v1.Dapr"))
	internal.on("GetMetadata", refuse(codes.Unknown, "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found"))

	for name, c := range map[string]struct {
		address, words string
		kind           workflow.ErrorKind
	}{
		"HTTP/1 port":      {web.Listener.Addr().String(), "speaks HTTP", workflow.KindWrongPort},
		"HTTP/2 port":      {h2c.Listener.Addr().String(), "speaks HTTP", workflow.KindWrongPort},
		"placement":        {placement.addr, "not a sidecar", workflow.KindWrongPort},
		"internal port":    {internal.addr, "internal port", workflow.KindWrongPort},
		"TLS on plain":     {"https://" + placement.addr, "does not speak TLS", workflow.KindTLS},
		"plain on TLS":     {tlsServer.Listener.Addr().String(), "speaks TLS: use it with https:// or --tls", workflow.KindTLS},
		"untrusted server": {"https://" + tlsServer.Listener.Addr().String(), "from an issuer that this system does not trust", workflow.KindUntrusted},
	} {
		t.Run(name, func(t *testing.T) {
			target, err := ParseTarget(c.address)
			if err != nil {
				t.Fatal(err)
			}
			client, err := New(Options{Target: target, ReadTimeout: patience})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Connect(t.Context())
			wantKind(t, err, c.kind)
			if !strings.Contains(err.Error(), c.words) {
				var e *workflow.Error
				errors.As(err, &e)
				t.Errorf("%q does not say %q (%s)", err, c.words, e.Detail)
			}
			if e := new(workflow.Error); errors.As(err, &e) && e.Detail == "" {
				t.Errorf("%v: no detail", err)
			}
		})
	}
}

func TestAPlaceThatSaysNothing(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	target, err := ParseTarget(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{Target: target, ReadTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Connect(t.Context())
	wantKind(t, err, workflow.KindDeadline)
	if want := "no answer from " + l.Addr().String() + " within 50ms"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v does not wrap the deadline", err)
	}
}
