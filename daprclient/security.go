package daprclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The flags that messages name.
const (
	flagTokenFile  = "--api-token-file" //nolint:gosec // the name of a flag, not a token
	flagTLS        = "--tls"
	flagCA         = "--tls-ca"
	flagCert       = "--tls-cert"
	flagKey        = "--tls-key"
	flagServerName = "--tls-server-name"
)

// maxSecret is the most that a file with a token or a certificate may hold.
const maxSecret = 1 << 20

// TLS says how the connection is encrypted, beside what the target says. Its
// files are read at each connect, so that a renewed certificate is taken by the
// next one.
type TLS struct {
	// Enabled encrypts also where the target does not ask for it. Each of the
	// fields below does too: nobody who gives one wants a plain connection.
	Enabled bool
	// CAFile holds, as PEM, the certificates of those who may vouch for the
	// sidecar; without it they are the system's.
	CAFile string
	// CertFile and KeyFile hold, as PEM, the certificate that is shown to a
	// server that asks for one, and its key.
	CertFile string
	KeyFile  string
	// ServerName is the name that the server's certificate must have, where it
	// is not the one in the address.
	ServerName string
}

func (t TLS) wanted() bool { return t != TLS{} }

// check refuses what cannot work whatever the files hold.
func (t TLS) check() error {
	switch {
	case t.CertFile != "" && t.KeyFile == "":
		return fmt.Errorf("%s needs %s beside it", flagCert, flagKey)
	case t.KeyFile != "" && t.CertFile == "":
		return fmt.Errorf("%s needs %s beside it", flagKey, flagCert)
	}
	return nil
}

// secrets are what one connect shows of itself and expects of the other side.
type secrets struct {
	token string
	// tls is nil for a connection that is not encrypted. asked is set during
	// the handshake when the server wants to see a certificate.
	tls   *tls.Config
	asked *atomic.Bool
	// expired is when our own certificate did, zero while it holds.
	expired time.Time
	// door tells of the token's file.
	door workflow.Door
}

// secrets reads the files that there are. What it reads it does not keep: only
// when each file was changed.
func (c *Client) secrets() (secrets, error) {
	s := secrets{token: c.opts.APIToken}
	c.files.begin()
	if file := c.opts.TokenFile; file != "" {
		token, mode, err := c.readToken(file)
		if err != nil {
			return secrets{}, err
		}
		s.token = token
		if mode != "" {
			s.door.TokenFile, s.door.TokenMode = workflow.CleanLabel(file), mode
		}
	}
	if c.opts.Target.tls {
		if err := c.readTLS(&s); err != nil {
			return secrets{}, err
		}
	}
	return s, nil
}

// readToken returns the token of a file and, when others can read it, the
// permissions of the file.
func (c *Client) readToken(file string) (token, mode string, err error) {
	refuse := func(format string, args ...any) error {
		return &workflow.Error{
			Kind: workflow.KindUnauthenticated, Message: fmt.Sprintf(format, args...),
			Remedy: "The file holds the token and nothing else. It is read again when it changes, and at each connect.",
		}
	}
	name := tokenFileName(file)
	data, info, err := c.files.read(file)
	if err != nil {
		return "", "", refuse("%s cannot be read: %s", name, whyNoFile(err))
	}
	if info.Mode().Perm()&0o044 != 0 && runtime.GOOS != "windows" {
		mode = info.Mode().Perm().String()
		if c.files.changed(file) {
			c.log.Warn("others than its owner can read the file with the API token", "file", workflow.Clean(file), "mode", mode)
		}
	}
	token = strings.TrimRight(string(data), "\r\n")
	if token == "" {
		return "", "", refuse("%s is empty", name)
	}
	if at, ok := unsendable(token); ok {
		return "", "", refuse("%s holds a character at position %d that no call can carry", name, at)
	}
	return token, mode, nil
}

func tokenFileName(file string) string {
	return fmt.Sprintf("the token file %s (%s)", workflow.Clean(file), flagTokenFile)
}

// exposed reports whether a token would be read on the way: it is sent
// unencrypted to an address that is not this machine's loopback.
func exposed(s secrets, to net.Addr) bool {
	tcp, ok := to.(*net.TCPAddr)
	return s.token != "" && s.tls == nil && ok && !tcp.IP.IsLoopback()
}

// unsendable finds the first character, counted from 1, that a header of a call
// cannot hold.
func unsendable(token string) (int, bool) {
	for i := range len(token) {
		if b := token[i]; b < 0x20 || b > 0x7e {
			return i + 1, true
		}
	}
	return 0, false
}

// tokenFrom says where the token comes from, empty when there is none.
func (o Options) tokenFrom() string {
	switch {
	case o.TokenFile != "":
		return "the file " + workflow.Clean(o.TokenFile) + " (" + flagTokenFile + ")"
	case o.APIToken != "":
		return EnvAPIToken
	}
	return ""
}

func (c *Client) readTLS(s *secrets) error {
	o := c.opts.TLS
	s.asked = new(atomic.Bool)
	s.tls = &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2"},
		ServerName: c.opts.serverName(),
	}
	own := new(tls.Certificate) // shown when asked; an empty one says that there is none
	if o.CAFile != "" {
		pool, err := c.readRoots(o.CAFile)
		if err != nil {
			return err
		}
		s.tls.RootCAs = pool
	}
	if o.CertFile != "" {
		cert, err := c.readCertificate(o.CertFile, o.KeyFile)
		if err != nil {
			return err
		}
		own = &cert
		if cert.Leaf != nil && time.Now().After(cert.Leaf.NotAfter) {
			s.expired = cert.Leaf.NotAfter
		}
	}
	asked := s.asked
	// Without this, a certificate whose issuer the server does not name would
	// be kept back, and the server's complaint would be that there is none.
	s.tls.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked.Store(true)
		return own, nil
	}
	return nil
}

func (c *Client) readRoots(file string) (*x509.CertPool, error) {
	data, _, err := c.files.read(file)
	if err != nil {
		return nil, unusable("the CA file %s (%s) cannot be read: %s", workflow.Clean(file), flagCA, whyNoFile(err))
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, unusable("the CA file %s (%s) holds no certificate in PEM form", workflow.Clean(file), flagCA)
	}
	return pool, nil
}

func (c *Client) readCertificate(certFile, keyFile string) (tls.Certificate, error) {
	cert, _, err := c.files.read(certFile)
	if err != nil {
		return tls.Certificate{}, unusable("the certificate file %s (%s) cannot be read: %s", workflow.Clean(certFile), flagCert, whyNoFile(err))
	}
	key, _, err := c.files.read(keyFile)
	if err != nil {
		return tls.Certificate{}, unusable("the key file %s (%s) cannot be read: %s", workflow.Clean(keyFile), flagKey, whyNoFile(err))
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		// Its words name no part of a key.
		return tls.Certificate{}, unusable("the certificate %s and the key %s do not make a pair: %s",
			workflow.Clean(certFile), workflow.Clean(keyFile), workflow.Clean(strings.TrimPrefix(err.Error(), "tls: ")))
	}
	return pair, nil
}

// unusable is an error over a file for TLS.
func unusable(format string, args ...any) error {
	return &workflow.Error{
		Kind: workflow.KindUntrusted, Message: fmt.Sprintf(format, args...),
		Remedy: "The files are read again when they change, and at each connect.",
	}
}

// serverName is the name that the server is known by in TLS.
func (o Options) serverName() string {
	if o.TLS.ServerName != "" {
		return o.TLS.ServerName
	}
	authority := o.Target.authority()
	if host, _, err := net.SplitHostPort(authority); err == nil {
		return host
	}
	return authority
}

// errNotAFile keeps a connect from waiting for somebody to write into a pipe.
var errNotAFile = errors.New("it is not a file")

// whyNoFile is an error about a file without its name, which the message has.
func whyNoFile(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return workflow.Clean(err.Error())
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err //nolint:wrapcheck // whyNoFile words it
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err == nil && len(data) > maxSecret {
		err = errors.New("it is larger than 1 MiB")
	}
	return data, err
}
