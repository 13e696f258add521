package dapr_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// TestConsoleAppHealth: a sidecar that waits for the health of its app is not
// said to lack a placement service. Once it has started it shows no trace of a
// check that fails again, and the console says that it cannot tell.
func TestConsoleAppHealth(t *testing.T) {
	t.Parallel()
	var healthy atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !healthy.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	a := &app{Sidecar: rt.Sidecar(t, harness.SidecarOptions{AppID: "unhealthy", Unready: true, Args: []string{
		"--app-port", port, "--app-protocol", "http", "--enable-app-health-check", "--app-health-check-path", "/ok",
		"--app-health-probe-interval", "1", "--app-health-threshold", "1", "--app-channel-address", "127.0.0.1",
	}})}
	d := openDeck(t, a)
	d.See("unhealthy")
	d.Press("i")
	d.See("the app has not passed its health check, or no placement", "starting, not ready", "(the runtime does not tell whether it passes)")
	healthy.Store(true)
	d.See("running, ready")
	d.Miss("has not started")
	d.Press("esc")
}
