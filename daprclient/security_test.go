package daprclient

import (
	"bytes"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// tlsFake is a fake sidecar behind TLS.
func tlsFake(t *testing.T, config *tls.Config) *fake {
	t.Helper()
	return newFake(t, grpc.Creds(credentials.NewTLS(config)))
}

// secured are options for a fake that a CA vouches for.
func secured(ca *authority, change ...func(*TLS)) func(*Options) {
	return func(o *Options) {
		o.TLS = TLS{CAFile: ca.file()}
		for _, fn := range change {
			fn(&o.TLS)
		}
	}
}

func TestTLS(t *testing.T) {
	ca := newAuthority(t, "small CA")
	server, _, _ := ca.now("server", "127.0.0.1", "sidecar.test")
	f := tlsFake(t, &tls.Config{Certificates: []tls.Certificate{server}})
	for name, change := range map[string]func(*Options){
		"CA":          secured(ca),
		"server name": secured(ca, func(o *TLS) { o.ServerName = "sidecar.test" }),
		"token too": func(o *Options) {
			secured(ca)(o)
			o.APIToken = "s3cret"
		},
	} {
		c := f.connected(change)
		if want := "https://" + f.addr; c.Address() != want {
			t.Errorf("%s: address %q, want %q", name, c.Address(), want)
		}
		if _, _, err := c.Get(t.Context(), "i", true); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var named, withToken bool
	for _, r := range f.received("") {
		named = named || slices.Equal(r.header.Get(":authority"), []string{"sidecar.test"})
		withToken = withToken || slices.Equal(r.header.Get("dapr-api-token"), []string{"s3cret"})
	}
	if !named || !withToken {
		t.Errorf("the server name went along: %t, the token: %t", named, withToken)
	}
}

func TestTLSOverASocket(t *testing.T) {
	ca := newAuthority(t, "small CA")
	server, _, _ := ca.now("server", "localhost")
	f := tlsFake(t, &tls.Config{Certificates: []tls.Certificate{server}})
	path := filepath.Join(t.TempDir(), "s")
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = f.server.Serve(l) }() // ends with the fake
	f.connected(secured(ca), func(o *Options) {
		if o.Target, err = ParseTarget("unix://" + path); err != nil {
			t.Fatal(err)
		}
	})
}

// TestHandshakes: each thing that can go wrong has words and a kind of its own.
func TestHandshakes(t *testing.T) {
	ca, stranger := newAuthority(t, "small CA"), newAuthority(t, "stra\x1b[31mnger")
	good, _, _ := ca.now("good", "127.0.0.1", "sidecar.test")
	old, oldFile, oldKey := ca.issue("old", time.Now().Add(-2*time.Hour), time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC), "127.0.0.1")
	early, _, _ := ca.issue("early", time.Now().Add(30*time.Minute), time.Now().Add(time.Hour), "127.0.0.1")
	named, _, _ := ca.now("named", "a.test", "b.test", "10.0.0.1")
	nameless, _, _ := ca.now("nameless")
	_, ownFile, ownKey := ca.now("own")
	_, otherFile, otherKey := stranger.now("other")
	own := func(cert, key string) func(*TLS) { return func(o *TLS) { o.CertFile, o.KeyFile = cert, key } }
	mutual := &tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.pool()}
	mutual12 := mutual.Clone()
	mutual12.MaxVersion = tls.VersionTLS12
	ancient := &tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}

	for name, c := range map[string]struct {
		server *tls.Config // nil for none
		change func(*Options)
		kind   workflow.ErrorKind
		words  []string // empty: it connects
	}{
		"unknown authority": {
			&tls.Config{Certificates: []tls.Certificate{good}}, secured(stranger), workflow.KindUntrusted,
			[]string{"from an issuer that " + stranger.file() + " does not hold", "small CA"},
		},
		"system's roots": {
			&tls.Config{Certificates: []tls.Certificate{good}}, func(o *Options) { o.TLS.Enabled = true }, workflow.KindUntrusted,
			[]string{"from an issuer that this system does not trust", "small CA"},
		},
		"wrong name": {
			&tls.Config{Certificates: []tls.Certificate{named}}, secured(ca), workflow.KindUntrusted,
			[]string{`is not for "127.0.0.1" but for a.test, b.test, 10.0.0.1`},
		},
		"wrong server name": {
			&tls.Config{Certificates: []tls.Certificate{named}}, secured(ca, func(o *TLS) { o.ServerName = "c.test" }), workflow.KindUntrusted,
			[]string{`is not for "c.test" but for a.test`},
		},
		"no name": {
			&tls.Config{Certificates: []tls.Certificate{nameless}}, secured(ca), workflow.KindUntrusted,
			[]string{"but for no name at all"},
		},
		"expired": {
			&tls.Config{Certificates: []tls.Certificate{old}}, secured(ca), workflow.KindUntrusted,
			[]string{"expired on 2026-01-02 03:04 UTC"},
		},
		"not yet": {
			&tls.Config{Certificates: []tls.Certificate{early}}, secured(ca), workflow.KindUntrusted,
			[]string{"does not hold before "},
		},
		"client certificate": {mutual, secured(ca, own(ownFile, ownKey)), 0, nil},
		"no client certificate": {
			mutual, secured(ca), workflow.KindUntrusted, []string{"asks for a client certificate: give --tls-cert and --tls-key"},
		},
		"no client certificate, TLS 1.2": {
			mutual12, secured(ca), workflow.KindUntrusted, []string{"asks for a client certificate: give --tls-cert and --tls-key"},
		},
		"client certificate of another CA": {
			mutual, secured(ca, own(otherFile, otherKey)), workflow.KindUntrusted,
			[]string{"does not accept the client certificate " + otherFile + ": "},
		},
		"client certificate of another CA, TLS 1.2": {
			mutual12, secured(ca, own(otherFile, otherKey)), workflow.KindUntrusted,
			[]string{"does not accept the client certificate " + otherFile + ": "},
		},
		"client certificate that has expired": {
			mutual, secured(ca, own(oldFile, oldKey)), workflow.KindUntrusted,
			[]string{"does not accept the client certificate " + oldFile + ", which expired on 2026-01-02"},
		},
		"a TLS too old": {ancient, secured(ca), workflow.KindTLS, []string{"speaks only a TLS older than 1.2"}},
		"TLS to a plain port": {
			nil, secured(ca), workflow.KindTLS, []string{"does not speak TLS: use it without https, ?tls=true and --tls"},
		},
		"plain to a TLS port": {
			&tls.Config{Certificates: []tls.Certificate{good}}, func(*Options) {}, workflow.KindTLS,
			[]string{"speaks TLS: use it with https:// or --tls"},
		},
		"plain to a TLS port that wants a certificate": {
			mutual, func(*Options) {}, workflow.KindTLS, []string{"speaks TLS: use it with https:// or --tls"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var f *fake
			if c.server == nil {
				f = newFake(t)
			} else {
				f = tlsFake(t, c.server)
			}
			client := f.client(c.change)
			_, err := client.Connect(t.Context())
			if len(c.words) == 0 {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantKind(t, err, c.kind)
			var e *workflow.Error
			errors.As(err, &e)
			for _, w := range append(c.words, f.addr) {
				if !strings.Contains(e.Message, w) {
					t.Errorf("%q does not say %q (%s)", e.Message, w, e.Detail)
				}
			}
			if e.Detail == "" || strings.ContainsRune(e.Message+e.Detail, '\x1b') {
				t.Errorf("detail %q of %q", e.Detail, e.Message)
			}
			if n := len(f.received("")); n != 0 {
				t.Errorf("%d calls were let through", n)
			}
		})
	}
}

// TestWithoutHTTP2: a proxy that ends the TLS and does not offer h2.
func TestWithoutHTTP2(t *testing.T) {
	ca := newAuthority(t, "small CA")
	server, _, _ := ca.now("server", "127.0.0.1")
	for name, protos := range map[string][]string{"no ALPN": nil, "HTTP/1.1 only": {"http/1.1"}} {
		t.Run(name, func(t *testing.T) {
			l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{server}, NextProtos: protos})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			go handshakes(l)
			c := clientOf(t, l.Addr().String(), secured(ca))
			_, err = c.Connect(t.Context())
			wantKind(t, err, workflow.KindTLS)
			if !strings.Contains(err.Error(), "offers no HTTP/2 (ALPN h2)") {
				t.Error(err)
			}
		})
	}
}

// handshakes shakes hands with everybody until the listener closes.
func handshakes(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			_, _ = conn.Read(make([]byte, 1)) // makes the handshake
			_ = conn.Close()
		}()
	}
}

func clientOf(t *testing.T, address string, change ...func(*Options)) *Client {
	t.Helper()
	target, err := ParseTarget(address)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Target: target, ReadTimeout: patience, LockDir: t.TempDir()}
	for _, fn := range change {
		fn(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestAHandshakeThatHangs is given up with the words of one.
func TestAHandshakeThatHangs(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c := clientOf(t, "https://"+l.Addr().String(), func(o *Options) { o.ReadTimeout = 50 * time.Millisecond })
	_, err = c.Connect(t.Context())
	wantKind(t, err, workflow.KindDeadline)
	if !strings.Contains(err.Error(), "no answer to the TLS handshake") {
		t.Error(err)
	}
}

// TestAHandshakeThatIsCutShort may do better the next time: a proxy whose other
// end restarts is no fault of a certificate.
func TestAHandshakeThatIsCutShort(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	_, err = clientOf(t, "https://"+l.Addr().String()).Connect(t.Context())
	wantKind(t, err, workflow.KindUnavailable)
	if !strings.Contains(err.Error(), "closed the connection in the TLS handshake") {
		t.Error(err)
	}
}

// TestRenewedCertificates: the files are read at each connect.
func TestRenewedCertificates(t *testing.T) {
	ca, stranger := newAuthority(t, "small CA"), newAuthority(t, "stranger")
	server, _, _ := ca.now("server", "127.0.0.1")
	f := tlsFake(t, &tls.Config{Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.pool()})
	_, certFile, keyFile := stranger.now("client")
	roots := filepath.Join(t.TempDir(), "roots.pem")
	copyFile(t, stranger.file(), roots)
	c := f.client(func(o *Options) { o.TLS = TLS{CAFile: roots, CertFile: certFile, KeyFile: keyFile} })
	refused := func(words string) {
		t.Helper()
		_, err := c.Connect(t.Context())
		wantKind(t, err, workflow.KindUntrusted)
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q does not say %q", err, words)
		}
		if c.Renewed() {
			t.Error("renewed, though nothing has changed")
		}
	}
	refused("from an issuer that")
	copyFile(t, ca.file(), roots)
	if !c.Renewed() {
		t.Error("the CA file has changed, and nobody noticed")
	}
	refused("does not accept the client certificate")
	_, newCert, newKey := ca.now("client")
	copyFile(t, newCert, certFile)
	copyFile(t, newKey, keyFile)
	if !c.Renewed() {
		t.Error("the certificate has changed, and nobody noticed")
	}
	if _, err := c.Connect(t.Context()); err != nil {
		t.Error(err)
	}
}

// copyFile puts a copy in the place of a file, as a tool that renews it does.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	replace(t, to, string(data), 0o600)
}

func replace(t *testing.T, file, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(file+".new", []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

func TestFilesThatDoNotDo(t *testing.T) {
	ca := newAuthority(t, "small CA")
	_, certFile, keyFile := ca.now("client")
	_, _, otherKey := ca.now("other")
	dir := t.TempDir()
	empty, missing := filepath.Join(dir, "empty"), filepath.Join(dir, "missing")
	replace(t, empty, "\n\n", 0o600)
	for name, c := range map[string]struct {
		change func(*Options)
		kind   workflow.ErrorKind
		words  string
	}{
		"no token file":        {func(o *Options) { o.TokenFile = missing }, workflow.KindUnauthenticated, "the token file " + missing + " (--api-token-file) cannot be read: no such file"},
		"empty token file":     {func(o *Options) { o.TokenFile = empty }, workflow.KindUnauthenticated, "the token file " + empty + " (--api-token-file) is empty"},
		"token folder":         {func(o *Options) { o.TokenFile = dir }, workflow.KindUnauthenticated, "it is not a file"},
		"no CA file":           {func(o *Options) { o.TLS.CAFile = missing }, workflow.KindUntrusted, "the CA file " + missing + " (--tls-ca) cannot be read: no such file"},
		"CA file without one":  {func(o *Options) { o.TLS.CAFile = empty }, workflow.KindUntrusted, "holds no certificate in PEM form"},
		"no certificate":       {func(o *Options) { o.TLS.CertFile, o.TLS.KeyFile = missing, keyFile }, workflow.KindUntrusted, "(--tls-cert) cannot be read"},
		"no key":               {func(o *Options) { o.TLS.CertFile, o.TLS.KeyFile = certFile, missing }, workflow.KindUntrusted, "(--tls-key) cannot be read"},
		"another one's key":    {func(o *Options) { o.TLS.CertFile, o.TLS.KeyFile = certFile, otherKey }, workflow.KindUntrusted, "do not make a pair: private key does not match"},
		"a key as certificate": {func(o *Options) { o.TLS.CertFile, o.TLS.KeyFile = keyFile, certFile }, workflow.KindUntrusted, "do not make a pair"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			client := f.client(c.change)
			_, err := client.Connect(t.Context())
			wantKind(t, err, c.kind)
			if !strings.Contains(err.Error(), c.words) {
				t.Errorf("%q does not say %q", err, c.words)
			}
			if n := f.listen.accepted(); n != 0 {
				t.Errorf("%d connections were made", n)
			}
		})
	}
	for _, o := range []Options{{TLS: TLS{CertFile: certFile}}, {TLS: TLS{KeyFile: keyFile}}} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), "beside it") {
			t.Errorf("%+v: %v", o.TLS, err)
		}
	}
}

// TestTheTokenInAFile: it is read at each connect, and never logged.
func TestTheTokenInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	replace(t, file, "first-s3cret\r\n", 0o644)
	var log bytes.Buffer
	f := newFake(t)
	c := f.connected(func(o *Options) {
		o.TokenFile, o.APIToken = file, "from-the-variable"
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	if c.Renewed() {
		t.Error("renewed, though nothing has changed")
	}
	replace(t, file, "second-s3cret", 0o600)
	if !c.Renewed() {
		t.Error("the token has changed, and nobody noticed")
	}
	if _, _, err := c.Get(t.Context(), "i", true); err != nil { // still with the first
		t.Fatal(err)
	}
	if _, err := c.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.Renewed() {
		t.Error("renewed, though the connect has read it")
	}
	sent := map[string]int{}
	for _, r := range f.received("") {
		sent[strings.Join(r.header.Get("dapr-api-token"), "+")]++
	}
	if sent["first-s3cret"] != 3 || sent["second-s3cret"] != 2 || len(sent) != 2 {
		t.Errorf("tokens were sent: %v", sent)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if !c.Renewed() {
		t.Error("the token has gone, and nobody noticed")
	}
	text := log.String()
	if strings.Contains(text, "s3cret") || strings.Contains(text, "from-the-variable") {
		t.Errorf("a token is in the log: %s", text)
	}
	if n := strings.Count(text, "others than its owner can read the file"); n != 1 {
		t.Errorf("%d warnings, want one, of the first file:\n%s", n, text)
	}
	if !strings.Contains(text, "DAPR_API_TOKEN does not count") {
		t.Errorf("the log does not say which token counts:\n%s", text)
	}
}

// TestARefusedTokenIsRotated: the sidecar has another token now, and so has the
// file a moment later.
func TestARefusedTokenIsRotated(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	replace(t, file, "old", 0o600)
	f := newFake(t)
	c := f.connected(func(o *Options) { o.TokenFile = file })
	f.on("GetMetadata", refuse(codes.Unauthenticated, "Unauthorized"))
	f.on("GetInstance", refuse(codes.Unauthenticated, "Unauthorized"))
	_, _, err := c.Get(t.Context(), "i", true)
	wantKind(t, err, workflow.KindUnauthenticated)
	_, err = c.Connect(t.Context())
	wantKind(t, err, workflow.KindUnauthenticated)
	if want := "the sidecar does not accept the API token in the file " + file + " (--api-token-file)"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if c.Renewed() {
		t.Error("renewed, though nothing has changed")
	}
	replace(t, file, "new", 0o600)
	f.on("GetMetadata", reply(&runtimev1.GetMetadataResponse{Id: "orders"}))
	if !c.Renewed() {
		t.Error("the token has changed, and nobody noticed")
	}
	if _, err := c.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := f.received("ListInstanceIDs"); !slices.Equal(got[len(got)-1].header.Get("dapr-api-token"), []string{"new"}) {
		t.Errorf("the last listing came with %v", got[len(got)-1].header)
	}
}

// TestTheProbeTellsNothing: what is not a sidecar gets no token.
func TestTheProbeTellsNothing(t *testing.T) {
	seen := make(chan []byte, 16)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				close(seen)
				return
			}
			buf := make([]byte, 4096)
			n, _ := conn.Read(buf)
			seen <- buf[:n]
			_, _ = conn.Write([]byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
			_ = conn.Close()
		}
	}()
	c := clientOf(t, l.Addr().String(), func(o *Options) { o.APIToken = "s3cret" })
	_, err = c.Connect(t.Context())
	wantKind(t, err, workflow.KindWrongPort)
	_ = l.Close()
	var pages int
	for b := range seen {
		if bytes.Contains(b, []byte("s3cret")) {
			t.Errorf("the token was told: %q", b)
		}
		if bytes.HasPrefix(b, []byte("GET /")) {
			pages++
		}
	}
	if pages != 2 {
		t.Errorf("%d pages were asked for, want the health and the metrics", pages)
	}
}
