package daprclient

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/daprdeck/daprdeck/internal/workflow"
)

// This file words what is wrong with the place that was called: nobody there,
// somebody else, or no way in.

// unauthenticated words that the sidecar does not let us in.
func (a attempt) unauthenticated(e *workflow.Error) {
	e.Kind = workflow.KindUnauthenticated
	if a.token == "" {
		e.Message = fmt.Sprintf("the sidecar asks for an API token: set %s or give %s", EnvAPIToken, flagTokenFile)
		e.Remedy = "The token is what the sidecar has as its own DAPR_API_TOKEN; in Kubernetes, the secret that dapr.io/api-token-secret names."
		return
	}
	e.Message = "the sidecar does not accept the API token in " + a.token
	e.Remedy = "It is compared with the sidecar's own DAPR_API_TOKEN, which it reads at its start."
	if a.token == EnvAPIToken {
		e.Remedy += fmt.Sprintf(" A token that changes is better kept in a file: %s is read again.", flagTokenFile)
	}
}

// proxied words the answer for a method that daprd does not know: it takes the
// call for one to another app.
func (a attempt) proxied(e *workflow.Error) {
	if a.call == callMetadata || a.call == callConnect {
		// Every sidecar answers this call on its own port.
		e.Kind = workflow.KindWrongPort
		e.Message = fmt.Sprintf("%s is the internal port of a sidecar, not its gRPC port", a.target)
		e.Remedy = grpcPort
		return
	}
	e.Kind = workflow.KindOldRuntime
	e.Message = "this runtime is too old: listing and histories need Dapr 1.17"
}

func (a attempt) unimplemented(e *workflow.Error, text string) {
	switch {
	case speaksHTTP(text):
		a.wrongPort(e, "%s speaks HTTP: give the gRPC port of the sidecar")
	case strings.Contains(text, "unknown service"):
		a.wrongPort(e, "%s is a gRPC service, but not a sidecar")
	default:
		e.Kind, e.Message = workflow.KindOldRuntime, "this runtime does not know this operation"
	}
}

func (a attempt) wrongPort(e *workflow.Error, format string) {
	e.Kind, e.Message, e.Remedy = workflow.KindWrongPort, fmt.Sprintf(format, a.target), grpcPort
}

func (a attempt) unavailable(e *workflow.Error, text string) {
	has := func(s string) bool { return strings.Contains(text, s) }
	e.Kind = workflow.KindUnavailable
	reason, alerted := alertIn(text)
	switch {
	case alerted:
		refusedCertificate(e, a.opts, time.Time{}, reason)
	case speaksHTTP(text):
		a.wrongPort(e, "%s speaks HTTP: give the gRPC port of the sidecar")
	case silentPreface(text) && has("http2:"):
		a.wrongPort(e, "%s answers, but speaks no gRPC: another program is there")
	case silentPreface(text) && a.target.tls:
		e.Message = fmt.Sprintf("%s closed the connection after the TLS handshake: has the proxy a sidecar behind it, and does it want a client certificate (%s)?", a.target, flagCert)
	case silentPreface(text), has("while waiting for connections to become ready"):
		e.Message = fmt.Sprintf("%s takes connections but does not speak gRPC: a tunnel without an end, or another program?", a.target)
		e.Remedy = "If it is a tunnel (kubectl port-forward, ssh -L), see whether its other end is there."
	default:
		a.lost(e)
	}
}

// dialError words why no connection could be made.
func dialError(t Target, took time.Duration, err error) error {
	e := &workflow.Error{Kind: workflow.KindUnavailable, Err: err, Detail: workflow.CleanText(err.Error())}
	var dns *net.DNSError
	var no syscall.Errno
	switch {
	case errors.As(err, &dns) && !dns.IsTimeout:
		e.Message = fmt.Sprintf("%s: there is no host of this name", t)
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		e.Message = fmt.Sprintf("%s does not answer: no connection within %s", t, took.Round(100*time.Millisecond))
	case errors.Is(err, fs.ErrNotExist):
		e.Message = fmt.Sprintf("%s: there is no such socket", t)
	case errors.As(err, &no):
		e.Message = fmt.Sprintf("nothing answers at %s: %s", t, no.Error())
	default:
		e.Message = fmt.Sprintf("nothing answers at %s", t)
	}
	return e
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

func lostError(t Target, err error) error {
	return &workflow.Error{
		Kind: workflow.KindUnavailable, Err: err,
		Message: fmt.Sprintf("the connection to %s was lost", t),
	}
}

func otherAppError(t Target, want, got string) error {
	return &workflow.Error{
		Kind:    workflow.KindOtherApp,
		Message: fmt.Sprintf("%s is the app %s now, not %s", t, workflow.CleanID(got), workflow.CleanID(want)),
	}
}
