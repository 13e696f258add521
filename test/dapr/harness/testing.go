package harness

import (
	"context"

	"github.com/dapr/durabletask-go/workflow"
)

// TB is the part of testing.TB that the harness needs: the package is used by
// commands too and does not import testing.
type TB interface {
	Helper()
	Cleanup(f func())
	Failed() bool
	Logf(format string, args ...any)
	Fatalf(format string, args ...any)
	Context() context.Context
}

// logLines is how much of a log a failed test shows.
const logLines = 40

// Sidecar starts a sidecar for one test. It is killed when the test ends; the
// end of its log is shown when the test failed.
func (r *Runtime) Sidecar(t TB, opts SidecarOptions) *Sidecar {
	t.Helper()
	s, err := r.StartSidecar(t.Context(), opts)
	if err != nil {
		t.Fatalf("start a sidecar: %v", err)
	}
	t.Cleanup(func() {
		s.end()
		if t.Failed() {
			t.Logf("daprd %s:\n%s", s.AppID(), s.LogTail(logLines))
		}
	})
	return s
}

// ClientFor is Client for one test: it is closed when the test ends.
func (s *Sidecar) ClientFor(t TB) *workflow.Client {
	t.Helper()
	client, done, err := s.Client()
	if err != nil {
		t.Fatalf("client of %s: %v", s.AppID(), err)
	}
	t.Cleanup(done)
	return client
}
