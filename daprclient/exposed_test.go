package daprclient

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestExposed(t *testing.T) {
	tcp := func(s string) net.Addr {
		a, err := net.ResolveTCPAddr("tcp", s)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, c := range []struct {
		to    net.Addr
		token string
		tls   bool
		want  bool
	}{
		{tcp("10.0.0.7:50001"), "s3cret", false, true},
		{tcp("[2001:db8::1]:50001"), "s3cret", false, true},
		{tcp("10.0.0.7:50001"), "", false, false},
		{tcp("10.0.0.7:50001"), "s3cret", true, false},
		{tcp("127.0.0.1:50001"), "s3cret", false, false},
		{tcp("127.9.9.9:50001"), "s3cret", false, false},
		{tcp("[::1]:50001"), "s3cret", false, false},
		{tcp("[::ffff:127.0.0.1]:50001"), "s3cret", false, false},
		{&net.UnixAddr{Name: "/run/dapr.sock", Net: "unix"}, "s3cret", false, false},
	} {
		s := secrets{token: c.token}
		if c.tls {
			s.tls = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		if got := exposed(s, c.to); got != c.want {
			t.Errorf("%v with %q, TLS %v: %v", c.to, c.token, c.tls, got)
		}
	}
}

// outside is an address of this machine that is not its loopback.
func outside(t *testing.T) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
			return n.IP.String()
		}
	}
	t.Skip("this machine has no address but its loopback, so that no connection goes to another one")
	return ""
}

// TestATokenInThePlain: the connection tells that it was sent, and only then.
func TestATokenInThePlain(t *testing.T) {
	f := newFake(t)
	ip := outside(t)
	f.kill()
	f.start(net.JoinHostPort(ip, "0"))
	for token, want := range map[string]bool{"s3cret": true, "": false} {
		conn, err := f.client(func(o *Options) { o.APIToken = token }).Connect(t.Context())
		if err != nil || conn.Sidecar.Door.PlainToken != want {
			t.Errorf("%q: %+v, %v", token, conn.Sidecar.Door, err)
		}
	}
}

// TestATokenFileThatOthersRead is told with its permissions.
func TestATokenFileThatOthersRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no permissions for others here")
	}
	f := newFake(t)
	file := filepath.Join(t.TempDir(), "token")
	for mode, want := range map[os.FileMode]string{0o600: "", 0o640: "-rw-r-----", 0o604: "-rw----r--"} {
		if err := os.WriteFile(file, []byte("s3cret"), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		conn, err := f.client(func(o *Options) { o.TokenFile = file }).Connect(t.Context())
		if d := conn.Sidecar.Door; err != nil || d.TokenMode != want || (d.TokenFile != "") != (want != "") || d.PlainToken {
			t.Errorf("%s: %+v, %v", mode, d, err)
		}
	}
}

// TestNoAdviceToDropTLS: with a token, what follows a failed handshake does not
// lead to sending it in the plain.
func TestNoAdviceToDropTLS(t *testing.T) {
	f := newFake(t) // it speaks no TLS
	closing, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closing.Close() })
	go func() {
		for {
			conn, err := closing.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	for _, addr := range []string{f.addr, closing.Addr().String()} {
		target, err := ParseTarget("https://" + addr)
		if err != nil {
			t.Fatal(err)
		}
		for token, proposes := range map[string]bool{"s3cret": false, "": true} {
			_, err = f.client(func(o *Options) { o.Target, o.APIToken = target, token }).Connect(t.Context())
			if err == nil || strings.Contains(err.Error(), "without") != proposes {
				t.Errorf("%s with %q: %v", addr, token, err)
			}
		}
	}
}
