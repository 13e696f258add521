package dapr_test

import (
	"context"
	"crypto/tls"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/proxy"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// The tests of this file put a bad line between the console and its sidecar. No
// screen may freeze over it, no typed text be lost, and the words must be right.

// badLine is a console that reaches its sidecar through a proxy only.
func badLine(t *testing.T, a *app, p *proxy.Proxy) *deck {
	t.Helper()
	return openDeck(t, a, "--address", p.Address())
}

// prompt is how soon a key must be answered, line or no line: each of the tests
// has a line whose way there and back is longer.
const prompt = 900 * time.Millisecond

// answers presses a key and checks that the screen has followed at once.
func (d *deck) answers(key string, shows ...string) {
	d.t.Helper()
	pressed := time.Now()
	d.Press(key)
	d.See(shows...)
	if took := time.Since(pressed); took > prompt {
		d.t.Errorf("%s was answered after %s", key, took.Round(time.Millisecond))
	}
}

// TestConsoleSlowLine: half a second each way. The list comes, keys are answered
// meanwhile, and what is sent arrives.
func TestConsoleSlowLine(t *testing.T) {
	t.Parallel()
	const id = "far-away"
	a := startApp(t, harness.SidecarOptions{AppID: "slowline"})
	a.start(t, worker.Approval, id, running)
	p := through(t, a, nil)
	p.Set(proxy.Pass, 500*time.Millisecond)
	d := badLine(t, a, p)
	d.See("daprdeck") // before the first answer can be there
	d.answers("?", "Keys")
	d.answers("esc", "daprdeck")
	d.ready()
	d.only(id)
	d.form("e", "Raise an event on "+id+" (slowline)")
	d.See("the instance waits for it")
	d.Press("tab")
	d.Write(`{"slow":`)
	d.See(`{"slow":`)
	d.answers("1", `{"slow":1`)
	d.answers("}", `{"slow":1}`, "valid JSON")
	d.send("raised " + id + ": approve is delivered after")
	a.wait(t, id, completed)
	if got, want := a.result(t, id), `{"answer":{"slow":1},"approved":true}`; got != want {
		t.Errorf("the output is %q, want %q", got, want)
	}
	d.seeRow("COMPLETED", id)
	d.Miss("not connected")
}

// TestConsoleSilentLine: the line takes everything and hands on nothing. The
// screen says how old it is and that nothing answers; a form stays, is typed
// into, and is sent when the line is back.
func TestConsoleSilentLine(t *testing.T) {
	t.Parallel()
	const id, payload = "in-the-hole", `{"typed":"into a hole"`
	grown := regexp.MustCompile(`stale ([5-9]|[1-9][0-9])s`)
	a := startApp(t, harness.SidecarOptions{AppID: "silent"})
	a.start(t, worker.Approval, id, running)
	p := through(t, a, nil)
	d := badLine(t, a, p)
	d.ready()
	d.only(id)
	d.form("e", "Raise an event on "+id+" (silent)")
	d.See("the instance waits for it")
	d.Press("tab")
	d.Write(payload)
	d.See(payload)

	p.Set(proxy.Drop, 0)
	d.Until("an age that grows", func(s console.Screen) bool { return grown.MatchString(s.Line(0)) })
	d.answers(",", payload+",")
	d.Write(`"and":"more"`)
	d.See("no answer from "+p.Address()+" within", "retry in", payload, "╭ Raise an event on "+id)
	d.answers("}", `"and":"more"}`, "valid JSON")
	d.seeRow("RUNNING", id)

	p.Set(proxy.Pass, 0)
	d.connectedBy(time.Now())
	d.See("╭ Raise an event on " + id)
	d.send("raised " + id + ": approve is delivered after")
	a.wait(t, id, completed)
	if got, want := a.result(t, id), `{"answer":`+payload+`,"and":"more"},"approved":true}`; got != want {
		t.Errorf("the output is %q, want %q", got, want)
	}
	if n := count(a.history(t, id), "EventRaised"); n != 1 {
		t.Errorf("the event was raised %d times", n)
	}
}

// TestConsoleBrokenLine: every connection is reset. The same, and a change that
// was cut off is neither lost nor sent again.
func TestConsoleBrokenLine(t *testing.T) {
	t.Parallel()
	const id, reason = "cut-off", "typed over a broken line"
	a := startApp(t, harness.SidecarOptions{AppID: "brokenline"})
	a.start(t, worker.Approval, id, running)
	p := through(t, a, nil)
	d := badLine(t, a, p)
	d.ready()
	d.only(id)
	d.form("p", "Pause "+id+" (brokenline)")
	d.Write(reason)
	d.See(reason)

	p.Set(proxy.Reset, 0)
	p.Break()
	d.See("stale", "retry in", reason, "╭ Pause "+id)
	d.answers("!", reason+"!")
	d.seeRow("RUNNING", id)
	tries := p.Taken()
	select { // a storm of tries cannot be waited for
	case <-time.After(2 * time.Second):
	case <-t.Context().Done():
	}
	if n := p.Taken() - tries; n == 0 || n > 12 {
		t.Errorf("%d tries in 2 s", n)
	}

	p.Set(proxy.Pass, 0)
	d.connectedBy(time.Now())
	d.See(reason+"!", "╭ Pause "+id)

	// The answer is half a second on its way when the line breaks again.
	p.Set(proxy.Pass, 500*time.Millisecond)
	d.Press("ctrl+s")
	a.wait(t, id, suspended)
	p.Break()
	p.Set(proxy.Pass, 0)
	d.Until("an outcome", func(s console.Screen) bool {
		return s.Contains("paused "+id+": SUSPENDED after") || s.Contains("not confirmed")
	})
	d.seeRow("SUSPENDED", id)
	if n := count(a.history(t, id), "ExecutionSuspended"); n != 1 {
		t.Errorf("%d suspends arrived, want one", n)
	}
}

// TestConsoleToken: the console says that it needs a token, and which one does
// not do.
func TestConsoleToken(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "guarded", APIToken: "open-sesame"})
	a.start(t, worker.Approval, "behind", running)
	d := openDeck(t, a)
	d.See("does not let this console in", "asks for an API token: set DAPR_API_TOKEN", "not connected")
	d.answers("?", "Keys")
	d.answers("esc", "not connected")

	wrong := openDeckOf(t, a, console.Options{Width: 160, Height: 45, Env: []string{"DAPR_API_TOKEN=sesame"}})
	wrong.See("does not accept the API token in DAPR_API_TOKEN")
	wrong.Miss("sesame")

	right := openDeckOf(t, a, console.Options{Width: 160, Height: 45, Env: []string{"DAPR_API_TOKEN=open-sesame"}})
	right.ready()
	right.seeRow("RUNNING", "behind")
	right.Miss("sesame")
}

// TestConsoleTokenFile: the token is in a file, and another one lies there when
// the sidecar has come back with another one. No form is lost meanwhile.
func TestConsoleTokenFile(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "locked", APIToken: "first-secret"})
	a.start(t, worker.Approval, "inside", running)
	file := filepath.Join(t.TempDir(), "token")
	secret(t, file, "first-secret\n")
	d := openDeck(t, a, "--api-token-file", file)
	d.ready()
	d.only("inside")
	d.form("e", "Raise an event on inside")
	d.See("the instance waits for it")
	d.Press("tab")
	d.Write(`"typed"`)
	a.rest(t)
	a.worker.Stop()
	a.must(t, "restart", func(ctx context.Context) error {
		return a.Restart(ctx, harness.RestartOptions{APIToken: "second-secret"})
	})
	d.See("does not accept the API token", `"typed"`)
	secret(t, file, "second-secret\n")
	d.Miss("does not accept", "stale")
	a.startWorker(t)
	d.See("1 worker", `"typed"`)
	d.send("raised inside: approve is delivered after")
	d.seeRow("COMPLETED", "inside")
	d.Miss("first-secret", "second-secret")
}

// TestConsoleTLS: the system's roots, and a certificate that none of them knows.
func TestConsoleTLS(t *testing.T) {
	t.Parallel()
	a := startApp(t, harness.SidecarOptions{AppID: "sealed"})
	a.start(t, worker.Approval, "sealed-1", running)
	ca, server := small(t)
	p := through(t, a, &tls.Config{Certificates: []tls.Certificate{server}, NextProtos: []string{"h2"}})
	trusted := console.Options{Width: 160, Height: 45, Env: []string{"SSL_CERT_FILE=" + ca.File()}}

	d := openDeckOf(t, a, trusted, "--address", "https://"+p.Address())
	d.ready()
	d.seeRow("RUNNING", "sealed-1")
	d.only("sealed-1")
	d.form("p", "Pause sealed-1")
	d.send("paused sealed-1: SUSPENDED after")
	a.is(t, "sealed-1", suspended)

	named := openDeck(t, a, "--address", "localhost"+strings.TrimPrefix(p.Address(), "127.0.0.1"), "--tls-ca", ca.File(), "--tls-server-name", "sidecar.test")
	named.ready()
	named.seeRow("SUSPENDED", "sealed-1")

	unknown := openDeck(t, a, "--address", "https://"+p.Address())
	unknown.See("There is no trust between", "is from an issuer", `that this system does not trust ("CN=small CA")`, "not connected")
	unknown.answers("?", "Keys")
	unknown.Press("esc")

	plain := openDeckOf(t, a, trusted, "--address", p.Address())
	plain.See("do not speak the same TLS", "speaks TLS: use it with", "not connected")
}
