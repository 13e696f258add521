package daprclient

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// The variables that tell a Dapr program where its sidecar is, and the port of
// a sidecar that was told nothing (go-sdk client/client.go).
const (
	EnvEndpoint = "DAPR_GRPC_ENDPOINT"
	EnvPort     = "DAPR_GRPC_PORT"
	EnvAPIToken = "DAPR_API_TOKEN" //nolint:gosec // the name of a variable, not a token

	defaultHost = "127.0.0.1"
	defaultPort = "50001"
	// endpointPort is what the SDK takes for an endpoint without a port.
	endpointPort = "443"
)

// Target is where a sidecar is looked for. The zero value is the default
// address. Two targets that compare equal are the same place.
type Target struct {
	network string // "tcp" or "unix"
	addr    string // host:port, or the path of the socket
	tls     bool
	// dnsServer is asked for the host instead of the system's; host:port.
	dnsServer string
}

// String is the address as a user would type it, cleaned for drawing.
func (t Target) String() string {
	t = t.orDefault()
	switch {
	case t.network == "unix" && strings.HasPrefix(t.addr, "@"):
		return workflow.Clean("unix-abstract:" + t.addr[1:])
	case t.network == "unix":
		return workflow.Clean("unix://" + t.addr)
	case t.tls:
		return workflow.Clean("https://" + t.addr)
	}
	return workflow.Clean(t.addr)
}

// TLS reports whether the connection is encrypted.
func (t Target) TLS() bool { return t.tls }

func (t Target) orDefault() Target {
	if t.addr == "" {
		return tcp(defaultHost, defaultPort)
	}
	return t
}

// authority is the name that the server is known by, in TLS and in the calls.
func (t Target) authority() string {
	if t.network == "unix" {
		return "localhost"
	}
	return t.addr
}

func tcp(host, port string) Target {
	return Target{network: "tcp", addr: net.JoinHostPort(host, port)}
}

// TargetFromEnv follows the SDK: DAPR_GRPC_ENDPOINT, else DAPR_GRPC_PORT on
// loopback, else 127.0.0.1:50001. A variable that is empty counts as not set.
// lookup is os.LookupEnv in a program.
func TargetFromEnv(lookup func(string) (string, bool)) (Target, error) {
	if v, ok := lookup(EnvEndpoint); ok && v != "" {
		t, err := parse(v, endpointPort)
		if err != nil {
			return Target{}, fmt.Errorf("%s: %w", EnvEndpoint, err)
		}
		return t, nil
	}
	if v, ok := lookup(EnvPort); ok && v != "" {
		if err := checkPort(v); err != nil {
			return Target{}, fmt.Errorf("%s: %w", EnvPort, err)
		}
		return tcp(defaultHost, v), nil
	}
	return Target{}.orDefault(), nil
}

// ParseTarget reads an address that was typed: host:port, [::1]:port,
// unix:///path, and every form of DAPR_GRPC_ENDPOINT. The host may be left out,
// colon and all: "dapr run" prints no more than the port of a sidecar on
// loopback. The port may not, except after https, for a guess would reach
// something else than a sidecar.
func ParseTarget(address string) (Target, error) {
	if checkPort(address) == nil {
		return tcp(defaultHost, address), nil
	}
	return parse(address, "")
}

// parse follows go-sdk client/internal/parse.go. fallback is the port of an
// endpoint that names none; without one that is an error.
func parse(s, fallback string) (Target, error) {
	if s == "" {
		return Target{}, errors.New("the address is empty")
	}
	scheme, rest, err := splitScheme(s)
	if err != nil {
		return Target{}, err
	}
	rest, tls, err := splitQuery(scheme, rest)
	if err != nil {
		return Target{}, err
	}
	switch scheme {
	case "unix":
		return socket(strings.TrimPrefix(rest, "//"), "unix:///run/dapr.sock", tls)
	case "unix-abstract":
		return socket("@"+strings.TrimPrefix(rest, "//"), "unix-abstract:name", tls)
	case "vsock":
		return Target{}, errors.New("vsock addresses are not supported")
	}
	host := rest
	var server string
	if scheme == "dns" && strings.HasPrefix(rest, "//") {
		var ok bool
		if server, host, ok = strings.Cut(rest[2:], "/"); !ok {
			return Target{}, fmt.Errorf("%s: want dns:host:port or dns://server/host:port", quote(s))
		}
		if server, err = withPort(server, "53"); err != nil {
			return Target{}, fmt.Errorf("name server: %w", err)
		}
	}
	if scheme == "https" {
		tls, fallback = true, endpointPort
	}
	addr, err := withPort(strings.TrimPrefix(host, "//"), fallback)
	if err != nil {
		return Target{}, err
	}
	return Target{network: "tcp", addr: addr, tls: tls, dnsServer: server}, nil
}

// splitScheme returns the scheme, empty for a plain host:port, and what
// follows its colon.
func splitScheme(s string) (scheme, rest string, err error) {
	head, tail, found := strings.Cut(s, ":")
	if !found {
		return "", s, nil
	}
	switch head {
	case "http", "https":
		if !strings.HasPrefix(tail, "//") {
			return "", "", fmt.Errorf("%s: want %s://host:port", quote(s), head)
		}
		return head, tail, nil
	case "dns", "unix", "unix-abstract", "vsock":
		return head, tail, nil
	}
	if strings.HasPrefix(tail, "//") {
		return "", "", fmt.Errorf("unknown scheme %s: want host:port, or unix, http, https or dns", quote(head))
	}
	return "", s, nil
}

// splitQuery takes "?tls=true" off the end.
func splitQuery(scheme, s string) (rest string, tls bool, err error) {
	rest, query, found := strings.Cut(s, "?")
	if !found {
		return s, false, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", false, fmt.Errorf("the address has a query that cannot be read: %w", err)
	}
	for k := range values {
		if k != "tls" {
			return "", false, fmt.Errorf("the address has an unknown option %s: only ?tls=true and ?tls=false exist", quote(k))
		}
	}
	if strings.HasPrefix(scheme, "http") {
		return "", false, errors.New("?tls= does not go with http:// and https://, which say it themselves")
	}
	switch v := values.Get("tls"); v {
	case "true":
		return rest, true, nil
	case "false":
		return rest, false, nil
	default:
		return "", false, fmt.Errorf("?tls= wants true or false, not %s", quote(v))
	}
}

func socket(path, example string, tls bool) (Target, error) {
	if path == "" || path == "@" {
		return Target{}, fmt.Errorf("the path of the socket is missing: want %s", example)
	}
	return Target{network: "unix", addr: path, tls: tls}, nil
}

// withPort returns host:port. Without a host it is localhost, as in the SDK.
func withPort(s, fallback string) (string, error) {
	switch {
	case strings.ContainsAny(s, "/@"):
		return "", fmt.Errorf("%s: no path and no user may follow or precede the host", quote(s))
	case net.ParseIP(s) != nil && strings.Contains(s, ":"):
		s = "[" + s + "]"
	}
	host, port, err := net.SplitHostPort(s)
	var ae *net.AddrError
	if errors.As(err, &ae) && ae.Err == "missing port in address" {
		if fallback == "" {
			return "", fmt.Errorf("%s has no port: want host:port, such as %s", quote(s), net.JoinHostPort(defaultHost, defaultPort))
		}
		host, port, err = net.SplitHostPort(s + ":" + fallback)
	}
	if err != nil {
		return "", fmt.Errorf("%s is not host:port; an IPv6 address goes in brackets, as in [::1]:%s", quote(s), defaultPort)
	}
	if err := checkPort(port); err != nil {
		return "", err
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return "", fmt.Errorf("%s is not the name of a host", quote(host))
	}
	if host == "" {
		host = "localhost"
	}
	return net.JoinHostPort(host, port), nil
}

func checkPort(s string) error {
	if n, err := strconv.ParseUint(s, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("%s is not a port: want a number from 1 to 65535", quote(s))
	}
	return nil
}

// quote makes a piece of an address safe to print.
func quote(s string) string { return strconv.Quote(workflow.Clean(s)) }
