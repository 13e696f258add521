package daprclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/credentials"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// verdictPatience is how long a server that has seen our certificate may take
// to say that it does not do.
const verdictPatience = 250 * time.Millisecond

// encrypt makes the TLS connection before grpc sees it: grpc would turn what
// goes wrong into one text.
func (c *Client) encrypt(ctx context.Context, raw net.Conn, s secrets) (*shakenConn, error) {
	start := time.Now()
	conn := &shakenConn{Conn: tls.Client(raw, s.tls)}
	err := conn.HandshakeContext(ctx)
	if err == nil {
		err = conn.verdict(s)
	}
	if err == nil {
		return conn, nil
	}
	_ = raw.Close() // nothing was said on it
	return nil, handshake{opts: c.opts, secrets: s, took: time.Since(start), late: ctx.Err() != nil}.explain(err)
}

// shakenConn is a TLS connection whose handshake is over.
type shakenConn struct {
	*tls.Conn
	// first is what the server has said already.
	first []byte
}

// verdict finds out what the server makes of the handshake, as far as it says.
// With TLS 1.3 that on our certificate comes behind the handshake, and would be
// lost if we wrote to a connection that the server has closed.
func (c *shakenConn) verdict(s secrets) error {
	state := c.ConnectionState()
	if state.NegotiatedProtocol != "h2" {
		return errNoHTTP2
	}
	if state.Version < tls.VersionTLS13 || !s.asked.Load() {
		return nil
	}
	if err := c.SetReadDeadline(time.Now().Add(verdictPatience)); err != nil {
		return err //nolint:wrapcheck // explain words it
	}
	buf := make([]byte, 512)
	n, err := c.Conn.Read(buf) // the first frame of a server that speaks HTTP/2, which comes unasked
	c.first = buf[:n]
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return err //nolint:wrapcheck // explain words it
	}
	return c.SetReadDeadline(time.Time{}) //nolint:wrapcheck // explain words it
}

// Read returns what verdict has read first.
func (c *shakenConn) Read(p []byte) (int, error) {
	if len(c.first) > 0 {
		n := copy(p, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	return c.Conn.Read(p) //nolint:wrapcheck // it is a connection
}

// shaken are the credentials of such a connection.
type shaken struct {
	credentials.TransportCredentials
}

// ClientHandshake hands on what encrypt has made.
func (shaken) ClientHandshake(_ context.Context, _ string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	made, ok := conn.(*shakenConn)
	if !ok {
		return nil, nil, errors.New("not a TLS connection")
	}
	return conn, credentials.TLSInfo{
		State:          made.ConnectionState(),
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
	}, nil
}

// Clone copies what has no state.
func (s shaken) Clone() credentials.TransportCredentials { return s }

var errNoHTTP2 = errors.New("the server agreed to no protocol: it does not offer HTTP/2 (ALPN h2)")

// handshake is a TLS handshake that failed.
type handshake struct {
	opts Options
	secrets
	took time.Duration
	late bool // it was given up
}

// explain words what went wrong. What only somebody's hand cures is of the kind
// KindUntrusted or KindTLS; a connection that was just closed may be better the
// next time.
func (h handshake) explain(err error) error {
	e := &workflow.Error{Kind: workflow.KindTLS, Err: err, Detail: workflow.Shorten(workflow.CleanText(err.Error()), maxDetail)}
	var notTLS tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var op *net.OpError
	switch {
	case errors.Is(err, errNoHTTP2):
		h.noHTTP2(e)
	case errors.As(err, &notTLS):
		h.notTLS(e, notTLS)
	case errors.As(err, &verify):
		h.untrusted(e, verify)
	case errors.As(err, &op) && op.Op == "remote error":
		h.alert(e, strings.TrimPrefix(op.Err.Error(), "tls: "))
	case h.late || isTimeout(err):
		e.Kind = workflow.KindDeadline
		e.Message = fmt.Sprintf("no answer to the TLS handshake from %s within %s", h.opts.Target, h.took.Round(100*time.Millisecond))
	case strings.HasPrefix(err.Error(), "tls: "):
		e.Message = fmt.Sprintf("no TLS connection to %s: %s", h.opts.Target, workflow.Clean(strings.TrimPrefix(err.Error(), "tls: ")))
	default:
		// Better the next time, perhaps: a proxy whose other end restarts.
		e.Kind = workflow.KindUnavailable
		e.Message = fmt.Sprintf("%s closed the connection in the TLS handshake: a proxy with nothing behind it?", h.opts.Target)
		if h.token == "" {
			e.Message = fmt.Sprintf("%s closed the connection in the TLS handshake: a proxy with nothing behind it, or a port without TLS?", h.opts.Target)
		}
		if h.asked.Load() {
			e.Message = fmt.Sprintf("%s asked for a client certificate (%s) and closed the connection", h.opts.Target, flagCert)
		}
	}
	return e
}

func (h handshake) noHTTP2(e *workflow.Error) {
	e.Message = fmt.Sprintf("%s speaks TLS, but offers no HTTP/2 (ALPN h2), which gRPC needs", h.opts.Target)
	e.Remedy = "If a proxy ends the TLS there, let it offer h2; if this is an HTTP API, give the gRPC port."
}

func (h handshake) notTLS(e *workflow.Error, err tls.RecordHeaderError) {
	e.Message = fmt.Sprintf("%s does not speak TLS: use it without https, ?tls=true and %s", h.opts.Target, flagTLS)
	e.Remedy = "A sidecar speaks no TLS itself, only a proxy in front of it does."
	if h.token != "" { // it would be readable on the way
		e.Message = fmt.Sprintf("%s does not speak TLS", h.opts.Target)
		e.Remedy += " Give the address of that proxy. An API token is set: without TLS it would be sent unencrypted."
	}
	if string(err.RecordHeader[:]) == "HTTP/" {
		e.Message = fmt.Sprintf("%s answers TLS in plain HTTP: it is not the gRPC port, or one without TLS", h.opts.Target)
	}
}

// untrusted words a certificate that does not do.
func (h handshake) untrusted(e *workflow.Error, err *tls.CertificateVerificationError) {
	e.Kind = workflow.KindUntrusted
	var issuer x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var roots x509.SystemRootsError
	switch {
	case errors.As(err, &name):
		e.Message = fmt.Sprintf("the certificate of %s is not for %s but for %s",
			h.opts.Target, quote(h.opts.serverName()), namesOf(name.Certificate))
		e.Remedy = fmt.Sprintf("Give an address that it is for, or with %s the name that it must have.", flagServerName)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		h.outOfTime(e, invalid.Cert)
	case errors.As(err, &issuer):
		h.unknownIssuer(e, err.UnverifiedCertificates)
	case errors.As(err, &roots):
		e.Message = fmt.Sprintf("the certificate of %s cannot be checked: this system has no roots", h.opts.Target)
		e.Remedy = fmt.Sprintf("Give the certificates to trust with %s.", flagCA)
	default:
		e.Message = fmt.Sprintf("the certificate of %s does not do: %s", h.opts.Target, workflow.Clean(strings.TrimPrefix(err.Err.Error(), "x509: ")))
	}
}

func (h handshake) unknownIssuer(e *workflow.Error, chain []*x509.Certificate) {
	whose := ""
	if len(chain) > 0 {
		last := chain[len(chain)-1]
		whose = fmt.Sprintf(" (%s)", quote(last.Issuer.String()))
		if slices.Equal(last.RawIssuer, last.RawSubject) {
			whose = fmt.Sprintf(" (it vouches for itself: %s)", quote(last.Subject.String()))
		}
	}
	by := "this system does not trust"
	if h.opts.TLS.CAFile != "" {
		by = workflow.Clean(h.opts.TLS.CAFile) + " does not hold"
	}
	e.Message = fmt.Sprintf("the certificate of %s is from an issuer that %s%s", h.opts.Target, by, whose)
	e.Remedy = fmt.Sprintf("Give the issuer's certificate with %s. If you do not know this issuer, somebody may be in between.", flagCA)
}

func (h handshake) outOfTime(e *workflow.Error, cert *x509.Certificate) {
	e.Message = fmt.Sprintf("the certificate of %s has expired", h.opts.Target)
	e.Remedy = "Renew it on the server. If it has not, this machine's clock is wrong."
	if cert == nil {
		return
	}
	const day = "2006-01-02 15:04 MST"
	e.Message = fmt.Sprintf("the certificate of %s expired on %s", h.opts.Target, cert.NotAfter.UTC().Format(day))
	if time.Now().Before(cert.NotBefore) {
		e.Message = fmt.Sprintf("the certificate of %s does not hold before %s", h.opts.Target, cert.NotBefore.UTC().Format(day))
		e.Remedy = "Check this machine's clock and the server's."
	}
}

// maxCertNames is how many names of a certificate a message lists.
const maxCertNames = 5

func namesOf(cert *x509.Certificate) string {
	if cert == nil {
		return "another"
	}
	names := slices.Clone(cert.DNSNames)
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "no name at all"
	}
	more := max(0, len(names)-maxCertNames)
	for i, n := range names[:len(names)-more] {
		names[i] = workflow.Shorten(workflow.Clean(n), 80)
	}
	text := strings.Join(names[:len(names)-more], ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// alert words what the server says of us. reason is Go's name for it.
func (h handshake) alert(e *workflow.Error, reason string) {
	switch reason {
	case "no application protocol":
		h.noHTTP2(e)
	case "protocol version not supported":
		e.Message = fmt.Sprintf("%s speaks only a TLS older than 1.2", h.opts.Target)
		e.Remedy = "Let the server speak TLS 1.2 or 1.3: this console speaks nothing older."
	case "unrecognized name":
		e.Kind = workflow.KindUntrusted
		e.Message = fmt.Sprintf("%s knows no server of the name %s", h.opts.Target, quote(h.opts.serverName()))
		e.Remedy = fmt.Sprintf("Give the name that it goes by with %s.", flagServerName)
	default:
		if h.asked.Load() || aboutOurs(reason) {
			refusedCertificate(e, h.opts, h.expired, reason)
			return
		}
		e.Message = fmt.Sprintf("%s refused the TLS handshake: %s", h.opts.Target, workflow.Clean(reason))
	}
}

// aboutOurs reports whether an alert is about the certificate that we show.
func aboutOurs(reason string) bool {
	return strings.Contains(reason, "certificate") || reason == "access denied"
}

// refusedCertificate words that the server wants a certificate of us, or
// another one.
func refusedCertificate(e *workflow.Error, o Options, expired time.Time, reason string) {
	e.Kind = workflow.KindUntrusted
	file := workflow.Clean(o.TLS.CertFile)
	switch {
	case file == "":
		e.Message = fmt.Sprintf("%s asks for a client certificate: give %s and %s", o.Target, flagCert, flagKey)
		e.Remedy = "Whoever runs the proxy in front of the sidecar hands them out."
	case !expired.IsZero():
		e.Message = fmt.Sprintf("%s does not accept the client certificate %s, which expired on %s", o.Target, file, expired.UTC().Format("2006-01-02"))
		e.Remedy = "Renew it: the file is read again when it changes."
	default:
		e.Message = fmt.Sprintf("%s does not accept the client certificate %s: %s", o.Target, file, workflow.Clean(reason))
		e.Remedy = fmt.Sprintf("Check that its issuer is one that the server trusts, and that %s and %s are the right pair.", flagCert, flagKey)
	}
}

// alertIn finds what a server said of our certificate after the handshake: with
// TLS 1.3 it says so no earlier.
func alertIn(text string) (reason string, ok bool) {
	_, reason, ok = strings.Cut(text, "remote error: tls: ")
	reason, _, _ = strings.Cut(reason, `"`)
	return reason, ok
}
