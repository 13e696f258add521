package dapr_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/daprdeck/daprdeck/internal/discover"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// discovered returns the sidecars of this machine that have one of the app IDs.
func discovered(t *testing.T, apps ...string) []discover.Sidecar {
	t.Helper()
	list, err := discover.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(c discover.Sidecar) bool { return !slices.Contains(apps, c.AppID) })
}

// TestDiscover: the sidecars that run are found at the addresses where they
// answer, with their components, and with whether they want a token; and no more
// when they have ended.
func TestDiscover(t *testing.T) {
	t.Parallel()
	open := rt.Sidecar(t, harness.SidecarOptions{AppID: "discover-open"})
	closed := rt.Sidecar(t, harness.SidecarOptions{AppID: "discover-token", APIToken: "open-sesame"})
	list := discovered(t, "discover-open", "discover-token")
	if len(list) != 2 {
		t.Fatalf("got %+v", list)
	}
	for i, want := range []*harness.Sidecar{open, closed} {
		c := list[i]
		if c.AppID != want.AppID() || int(c.PID) != want.PID() || c.Address != want.Address() ||
			c.GRPCPort != want.Ports().GRPC || c.HTTPPort != want.Ports().HTTP || c.NeedsToken != (want == closed) {
			t.Errorf("got %+v, want PID %d at %s", c, want.PID(), want.Address())
		}
		if len(c.Resources) != 1 {
			t.Errorf("got resources %q", c.Resources)
			continue
		}
		if _, err := os.Stat(filepath.Join(c.Resources[0], "statestore.yaml")); err != nil {
			t.Error(err)
		}
	}
	open.Kill()
	if got := discovered(t, "discover-open", "discover-token"); len(got) != 1 || got[0].AppID != "discover-token" {
		t.Errorf("after its end: %+v", got)
	}
}

// TestDiscoverSocket: a sidecar that serves on Unix domain sockets is found at
// the one for gRPC. It has no port to be ready on, so that its start is broken
// off when it has been found.
func TestDiscoverSocket(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "uds") // the path of a socket has to be short
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s, err := rt.StartSidecar(ctx, harness.SidecarOptions{AppID: "discover-socket", Args: []string{"--unix-domain-socket", dir}})
		if err == nil {
			t.Errorf("it is ready on TCP, PID %d", s.PID())
		}
	}()
	err = harness.Eventually(ctx, func(ctx context.Context) error {
		list, err := discover.Scan(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(c discover.Sidecar) bool { return c.AppID == "discover-socket" })
		if i < 0 {
			return os.ErrNotExist
		}
		path, ok := strings.CutPrefix(list[i].Address, "unix://")
		if !ok || list[i].GRPCPort != 0 {
			t.Errorf("got %+v", list[i])
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	cancel()
	<-ended
	if err != nil {
		t.Error(err)
	}
}
