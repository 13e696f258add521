package measure

import (
	"context"
	"fmt"

	"github.com/daprdeck/daprdeck/test/dapr/load"
)

// memory is what the console holds of the machine's memory after a load and a
// window of refreshes, with small payloads and with large ones.
func memory(ctx context.Context, b *bench) []Row {
	measure := fmt.Sprintf("resident memory of the console with %s rows", number(b.o.Instances))
	target := "at most " + megabytes(50e6+600*int64(b.o.Instances))
	large := fmt.Sprintf("the same with payloads of %s bytes", number(b.o.Payload))
	s, err := b.inSteady(ctx)
	if err != nil {
		return append(failed(measure, target, err), failed(large, "the same", err)...)
	}
	rows := []Row{{Measure: measure, Target: target, Measured: residents(s)}}
	heavy, err := b.withPayloads(ctx)
	if err != nil {
		return append(rows, failed(large, "the same", err)...)
	}
	return append(rows, Row{Measure: large, Target: "the same", Measured: residents(heavy)})
}

func residents(s *steady) string {
	return fmt.Sprintf("%s after %d refreshes (%s after the load, %s at most)",
		megabytes(s.memory.Resident), settling+len(s.refreshes), megabytes(s.loaded.Resident), megabytes(s.memory.Peak))
}

// withPayloads watches the console on another app, whose payloads are large.
func (b *bench) withPayloads(ctx context.Context) (*steady, error) {
	a, err := b.start(ctx, "heavy", load.Mix{Instances: b.o.Instances, Live: b.o.Live, Payload: b.o.Payload})
	if err != nil {
		return nil, err
	}
	defer a.close()
	return b.watch(ctx, a)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
