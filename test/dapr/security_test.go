package dapr_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/proxy"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// newClient is the console's own client of an address.
func newClient(t *testing.T, address string, change ...func(*daprclient.Options)) *daprclient.Client {
	t.Helper()
	target, err := daprclient.ParseTarget(address)
	if err != nil {
		t.Fatal(err)
	}
	o := daprclient.Options{Target: target, LockDir: t.TempDir()}
	for _, fn := range change {
		fn(&o)
	}
	c, err := daprclient.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// connects checks that a client connects and reads.
func connects(t *testing.T, c *daprclient.Client, app, id string) {
	t.Helper()
	conn, err := c.Connect(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", c.Address(), err)
	}
	if conn.Sidecar.AppID != app || conn.Sidecar.Took <= 0 {
		t.Errorf("the sidecar says %+v", conn.Sidecar)
	}
	inst, _, err := c.Get(t.Context(), id, true)
	if err != nil || inst.Status != workflow.Running {
		t.Errorf("%s is %s, %v", id, inst.Status, err)
	}
}

// refusesWith checks with which kind and words a connect ends.
func refusesWith(t *testing.T, c *daprclient.Client, kind workflow.ErrorKind, words ...string) {
	t.Helper()
	_, err := c.Connect(t.Context())
	var e *workflow.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Errorf("%s: %v (kind %d), want kind %d", c.Address(), err, workflow.KindOf(err), kind)
		return
	}
	for _, w := range words {
		if !strings.Contains(e.Message, w) {
			t.Errorf("%q does not say %q (%s)", e.Message, w, e.Detail)
		}
	}
	t.Logf("%s | %s | %s", e.Message, e.Detail, e.Remedy)
}

func secret(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// TestTokens: none, a wrong one, the right one; from the variable and in a file.
func TestTokens(t *testing.T) {
	t.Parallel()
	const id = "behind-a-token"
	a := startApp(t, harness.SidecarOptions{AppID: "tokens", APIToken: "open-sesame"})
	a.start(t, worker.Approval, id, running)
	file := filepath.Join(t.TempDir(), "token")
	fromFile := func(o *daprclient.Options) { o.TokenFile = file }
	fromEnv := func(token string) func(*daprclient.Options) {
		return func(o *daprclient.Options) { o.APIToken = token }
	}
	refusesWith(t, newClient(t, a.Address()), workflow.KindUnauthenticated, "asks for an API token: set DAPR_API_TOKEN or give --api-token-file")
	refusesWith(t, newClient(t, a.Address(), fromEnv("sesame")), workflow.KindUnauthenticated, "does not accept the API token in DAPR_API_TOKEN")
	refusesWith(t, newClient(t, a.Address(), fromFile), workflow.KindUnauthenticated, file, "cannot be read")
	secret(t, file, "sesame\n")
	refusesWith(t, newClient(t, a.Address(), fromFile), workflow.KindUnauthenticated, "does not accept the API token in the file "+file)
	connects(t, newClient(t, a.Address(), fromEnv("open-sesame")), "tokens", id)
	secret(t, file, "open-sesame\n")
	connects(t, newClient(t, a.Address(), fromFile), "tokens", id)
}

// feed runs a watch of a client until the test ends.
func feed(t *testing.T, c *daprclient.Client) *watch.Mailbox {
	t.Helper()
	w := watch.New(c, watch.Config{Interval: 200 * time.Millisecond})
	runs(t, w)
	return w.Subscribe()
}

// until takes snapshots until one is as it should be.
func until(t *testing.T, box *watch.Mailbox, what string, ok func(watch.Snapshot) bool) watch.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var last watch.Snapshot
	for {
		s, more := box.Next(ctx)
		if !more {
			t.Fatalf("%s did not happen; the last was phase %d, %v", what, last.Phase, last.Err)
		}
		if last = s; ok(s) {
			return s
		}
	}
}

// TestTheTokenIsRotated: the sidecar comes back with another token, and the
// file gets it a moment later. The console notices by itself, without a storm.
func TestTheTokenIsRotated(t *testing.T) {
	t.Parallel()
	const id = "outlives-a-token"
	a := startApp(t, harness.SidecarOptions{AppID: "rotated", APIToken: "first"})
	a.start(t, worker.Approval, id, running)
	file := filepath.Join(t.TempDir(), "token")
	secret(t, file, "first\n")
	c := newClient(t, a.Address(), func(o *daprclient.Options) { o.TokenFile = file })
	box := feed(t, c)
	ready := func(s watch.Snapshot) bool { return s.Phase == watch.Ready && s.Err == nil && len(s.Instances) == 1 }
	until(t, box, "the first load", ready)

	a.rest(t)
	a.worker.Stop()
	a.must(t, "restart", func(ctx context.Context) error { return a.Restart(ctx, harness.RestartOptions{APIToken: "second"}) })
	s := until(t, box, "the refusal", func(s watch.Snapshot) bool { return workflow.KindOf(s.Err) == workflow.KindUnauthenticated })
	if s.Phase != watch.Down || len(s.Instances) != 1 {
		t.Errorf("phase %d, %d rows", s.Phase, len(s.Instances))
	}
	if d := s.RetryAt.Sub(s.ErrAt); d < 4*time.Second {
		t.Errorf("the next try comes after %s", d)
	}
	before := c.Calls()["GetMetadata"]
	select { // nothing may happen meanwhile, which cannot be waited for
	case <-time.After(2500 * time.Millisecond):
	case <-t.Context().Done():
	}
	if n := c.Calls()["GetMetadata"] - before; n > 1 {
		t.Errorf("%d tries with the wrong token in 2.5 s", n)
	}

	changed := time.Now()
	secret(t, file, "second\n")
	until(t, box, "the connection with the new token", ready)
	if took := time.Since(changed); took > 4*time.Second {
		t.Errorf("connected %s after the file was changed", took)
	} else {
		t.Logf("connected %s after the file was changed", took.Round(10*time.Millisecond))
	}
}

// small is a CA for one test, with a certificate for loopback.
func small(t *testing.T) (ca *proxy.Authority, server tls.Certificate) {
	t.Helper()
	ca, err := proxy.NewAuthority(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if server, _, _, err = ca.Issue("server", "127.0.0.1", "sidecar.test"); err != nil {
		t.Fatal(err)
	}
	return ca, server
}

// through starts a proxy to the app's sidecar.
func through(t *testing.T, a *app, config *tls.Config) *proxy.Proxy {
	t.Helper()
	p, err := proxy.Start(t.Context(), a.Address(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// TestTLSProxy: a proxy ends TLS in front of daprd, which speaks none itself.
func TestTLSProxy(t *testing.T) {
	t.Parallel()
	const id = "behind-tls"
	a := startApp(t, harness.SidecarOptions{AppID: "encrypted", APIToken: "open-sesame"})
	a.start(t, worker.Approval, id, running)
	ca, server := small(t)
	_, certFile, keyFile, err := ca.Issue("client")
	if err != nil {
		t.Fatal(err)
	}
	stranger, _ := small(t)
	p := through(t, a, &tls.Config{Certificates: []tls.Certificate{server}, NextProtos: []string{"h2"}})
	mutual := through(t, a, &tls.Config{
		Certificates: []tls.Certificate{server}, NextProtos: []string{"h2"},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool(),
	})
	noH2 := through(t, a, &tls.Config{Certificates: []tls.Certificate{server}})
	with := func(o daprclient.TLS) func(*daprclient.Options) {
		return func(all *daprclient.Options) { all.TLS, all.APIToken = o, "open-sesame" }
	}
	own := daprclient.TLS{CAFile: ca.File(), CertFile: certFile, KeyFile: keyFile}

	connects(t, newClient(t, p.Address(), with(daprclient.TLS{CAFile: ca.File()})), "encrypted", id)
	connects(t, newClient(t, "https://"+p.Address(), with(daprclient.TLS{CAFile: ca.File(), ServerName: "sidecar.test"})), "encrypted", id)
	connects(t, newClient(t, "localhost"+strings.TrimPrefix(p.Address(), "127.0.0.1"), with(daprclient.TLS{CAFile: ca.File(), ServerName: "127.0.0.1"})), "encrypted", id)
	connects(t, newClient(t, mutual.Address(), with(own)), "encrypted", id)

	refusesWith(t, newClient(t, p.Address(), with(daprclient.TLS{Enabled: true})), workflow.KindUntrusted, "an issuer that this system does not trust")
	refusesWith(t, newClient(t, p.Address(), with(daprclient.TLS{CAFile: stranger.File()})), workflow.KindUntrusted, "an issuer that "+stranger.File()+" does not hold")
	refusesWith(t, newClient(t, p.Address(), with(daprclient.TLS{CAFile: ca.File(), ServerName: "other.test"})), workflow.KindUntrusted, `is not for "other.test" but for sidecar.test, 127.0.0.1`)
	refusesWith(t, newClient(t, mutual.Address(), with(daprclient.TLS{CAFile: ca.File()})), workflow.KindUntrusted, "asks for a client certificate")
	refusesWith(t, newClient(t, noH2.Address(), with(daprclient.TLS{CAFile: ca.File()})), workflow.KindTLS, "offers no HTTP/2")
	refusesWith(t, newClient(t, p.Address()), workflow.KindTLS, "speaks TLS: use it with https:// or --tls")
	refusesWith(t, newClient(t, a.Address(), with(daprclient.TLS{CAFile: ca.File()})), workflow.KindTLS, "does not speak TLS")
	refusesWith(t, newClient(t, fmt.Sprintf("https://127.0.0.1:%d", a.Ports().HTTP), with(daprclient.TLS{})), workflow.KindTLS, "answers TLS in plain HTTP")
	refusesWith(t, newClient(t, p.Address(), with(daprclient.TLS{CAFile: ca.File()}), func(o *daprclient.Options) { o.APIToken = "" }),
		workflow.KindUnauthenticated, "asks for an API token")
}

// TestSocket: a sidecar on a unix socket, which ends and comes back.
func TestSocket(t *testing.T) {
	t.Parallel()
	const id = "behind-a-socket"
	a := startApp(t, harness.SidecarOptions{AppID: "socket", Socket: true})
	a.start(t, worker.Approval, id, running)
	c := newClient(t, a.Address())
	connects(t, c, "socket", id)
	if !strings.HasPrefix(c.Address(), "unix:///") {
		t.Errorf("the address is %s", c.Address())
	}
	refusesWith(t, newClient(t, strings.Replace(a.Address(), "-grpc.socket", "-http.socket", 1)), workflow.KindWrongPort,
		"-http.socket is the HTTP port of a sidecar: give its gRPC port")
	a.rest(t)
	a.worker.Stop()
	a.Kill()
	refusesWith(t, c, workflow.KindUnavailable, "nothing answers at unix:///", "connection refused")
	a.must(t, "restart", func(ctx context.Context) error { return a.Restart(ctx, harness.RestartOptions{}) })
	connects(t, c, "socket", id)
}

// TestWrongPorts: whoever answers is named, also where the sidecar has a token.
func TestWrongPorts(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	at := func(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
	for guard, token := range map[string]string{"no token": "", "token": "open-sesame"} {
		t.Run(guard, func(t *testing.T) {
			t.Parallel()
			a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "ports", APIToken: token})}
			ports := a.Ports()
			for name, c := range map[string]struct{ address, words string }{
				"HTTP":      {at(ports.HTTP), "is the HTTP port of a sidecar: give its gRPC port"},
				"public":    {at(ports.Public), "is the HTTP port of a sidecar: give its gRPC port"},
				"metrics":   {at(ports.Metrics), "is the metrics port of a part of Dapr"},
				"internal":  {at(ports.Internal), "is the internal port of a sidecar"},
				"placement": {a.PlacementAddress(), "is the placement service of Dapr"},
				"scheduler": {rt.SchedulerAddress(), "is the scheduler service of Dapr"},
				"web":       {web.Listener.Addr().String(), "speaks HTTP"},
			} {
				t.Run(name, func(t *testing.T) {
					refusesWith(t, newClient(t, c.address), workflow.KindWrongPort, c.address, c.words)
				})
			}
			if !a.Alive() {
				t.Error("daprd has ended")
			}
		})
	}
}
