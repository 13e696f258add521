package embedded

import (
	"testing"
	"time"

	"github.com/daprdeck/daprdeck/internal/conformance"
)

func TestConformance(t *testing.T) {
	const wait = 300 * time.Millisecond
	e := start(t, Options{AppID: "conf", Register: conformance.Register, Pace: quick, NoWorkerWait: wait})
	conformance.Run(t, conformance.Target{
		Conn:         dial(t, e),
		Name:         "embedded engine",
		AppID:        "conf",
		NoWorkerWait: wait,
		Moment:       time.Second,
		StopWorker:   func(testing.TB) { e.StopWorker() },
		StartWorker: func(t testing.TB) {
			if err := e.StartWorker(); err != nil {
				t.Fatal(err)
			}
		},
	})
}
