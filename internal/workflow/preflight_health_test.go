package workflow

import (
	"strings"
	"testing"
)

// TestAFailingHealthCheckIsNotAMissingPlacement: where the sidecar waits for its
// app, the placement service is not blamed.
func TestAFailingHealthCheckIsNotAMissingPlacement(t *testing.T) {
	for _, c := range []struct {
		status           ActorStatus
		placement, title string
		evidence         string
		check            bool
	}{
		{ActorsStarting, "", "The actor runtime has not started: the app has not passed its health check, or no", `The sidecar checks the health of its app at “/ok”.`, true},
		{ActorsStarting, "", "The actor runtime has not started: it has met no placement service", "", false},
		{
			ActorsRunning, "placement: connected", "The actor runtime is not ready, although the placement",
			`The sidecar says: “placement: connected”. The sidecar checks the health of its app at “/ok”.`, true,
		},
		{ActorsRunning, "placement: connected", "The actor runtime is not ready, although the placement", `The sidecar says: “placement: connected”.`, false},
	} {
		f, ok := speaks(RulePlacement, with(func(s *SidecarCase) {
			s.Sidecar.ActorStatus, s.Sidecar.ActorsReady, s.Sidecar.Placement = c.status, false, c.placement
			if c.check {
				s.Sidecar.HealthCheck, s.Sidecar.HealthPath = true, "/ok"
			}
		}))
		quotes := strings.NewReplacer("“", "", "”", "", `"`, "")
		if !ok || !strings.HasPrefix(f.Title, c.title) || quotes.Replace(f.Evidence) != quotes.Replace(c.evidence) {
			t.Errorf("%s, check %v: %+v", c.status, c.check, f)
		}
	}
}
