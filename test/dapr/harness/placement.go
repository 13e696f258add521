package harness

import (
	"context"
	"path/filepath"
	"strconv"
)

// startPlacement starts the placement service of one sidecar and waits until
// it serves. It keeps everything in memory.
func (s *Sidecar) startPlacement(ctx context.Context) error {
	if s.opts.Replica != nil {
		s.placementPort = s.opts.Replica.placementPort
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	var health, metrics, raft int
	if err := s.rt.ports.fill(ctx, &s.placementPort, &health, &metrics, &raft); err != nil {
		return err
	}
	var err error
	s.placement, err = s.rt.spawn.launch(command{
		name: "placement", path: s.rt.bins.Placement, dir: s.dir, env: s.rt.env(),
		logPath: filepath.Join(s.dir, "placement.log"),
		args: []string{
			"--port", strconv.Itoa(s.placementPort), "--listen-address", "127.0.0.1",
			"--healthz-port", strconv.Itoa(health), "--healthz-listen-address", "127.0.0.1",
			"--metrics-port", strconv.Itoa(metrics), "--metrics-listen-address", "127.0.0.1",
			// The raft port is 8201 otherwise: two on one machine need two.
			"--initial-cluster", "dapr-placement-0=" + loopback(raft),
		},
	})
	if err != nil {
		return err
	}
	if err := s.placement.waitReady(ctx, healthy(health, "/healthz")); err != nil {
		s.placement.kill()
		return err
	}
	return nil
}
