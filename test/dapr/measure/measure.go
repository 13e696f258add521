// Package measure times the built console against the real runtime: what a
// refresh costs the sidecar, what a full load costs beside a bare loop, how
// much memory rows need, how soon a change is on the screen. It prints what it
// has measured; what could not be measured says so.
package measure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
)

// Options of Run.
type Options struct {
	// Instances is how many there are, Live of a hundred of them live.
	Instances int
	Live      float64
	// Payload is the size of the inputs, in bytes, of the second load of the
	// memory measure.
	Payload int
	// Interval is that of the console.
	Interval time.Duration
	// Pairs is how often --once and the bare loop are run, in turn.
	Pairs int
	// Refreshes is how many refreshes the steady state is watched for.
	Refreshes int
	// Rest is for how long the idle sidecar is watched.
	Rest time.Duration
	// Changes is how many events are raised.
	Changes int
	// Console is the path of the built console; empty builds it.
	Console string
	// Parts are the letters of the parts that are wanted: see Parts.
	Parts []string
	// Progress is told what is being done.
	Progress io.Writer
}

// Defaults are the options of the figures in docs/performance.md.
func Defaults() Options {
	return Options{
		Instances: 10_000, Live: 1, Payload: 20_000, Interval: 2 * time.Second,
		Pairs: 7, Refreshes: 25, Rest: 10 * time.Second, Changes: 7, Parts: Parts(), Progress: io.Discard,
	}
}

// Parts are all parts: a the full load, b the calls of a refresh, c the
// processor time of the sidecar, d the memory of the console, e a change on
// the screen.
func Parts() []string { return []string{"a", "b", "c", "d", "e"} }

// Row is one line of the table.
type Row struct {
	Measure, Target string
	Measured        string
	Err             error // why there is no figure
}

// part measures one row or several.
type part func(ctx context.Context, b *bench) []Row

func parts() map[string]part {
	return map[string]part{"a": fullLoad, "b": calls, "c": sidecarTime, "d": memory, "e": change}
}

var errPart = errors.New("no such part")

// Check reports what is wrong with the options.
func (o Options) Check() error {
	for _, name := range o.Parts {
		if parts()[name] == nil {
			return fmt.Errorf("%w: %q; there are %s", errPart, name, strings.Join(Parts(), ","))
		}
	}
	if o.Instances < 1 || o.Pairs < 1 || o.Refreshes < 1 || o.Changes < 1 || o.Rest <= 0 || o.Interval <= 0 {
		return errors.New("a number is too small")
	}
	return nil
}

// Run starts a sidecar in a runtime, fills it, and measures. Its error is that
// of the set-up; what goes wrong with a measure is in its row.
func Run(ctx context.Context, rt *harness.Runtime, o Options) ([]Row, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	b, err := newBench(ctx, rt, o)
	if err != nil {
		return nil, err
	}
	defer b.close()
	var rows []Row
	for _, name := range o.Parts {
		b.say("part %s", name)
		rows = append(rows, parts()[name](ctx, b)...)
	}
	return rows, ctx.Err()
}

// failed is the row of a measure that there is no figure for.
func failed(measure, target string, err error) []Row {
	return []Row{{Measure: measure, Target: target, Err: err}}
}

// Table is the rows as Markdown, with a line about the machine.
func Table(rows []Row, o Options) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s instances, %g %% of them live, interval %s, Dapr %s with the SQLite store, %d cores, %s/%s, %s.\n\n",
		number(o.Instances), o.Live, o.Interval, harness.DaprVersion, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	b.WriteString("| measure | target | measured |\n| --- | --- | --- |\n")
	for _, r := range rows {
		measured := r.Measured
		if r.Err != nil {
			first, _, _ := strings.Cut(r.Err.Error(), "\n")
			measured = "not measured: " + first
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.Measure, r.Target, measured)
	}
	return b.String()
}

// number is n with commas.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// seconds is a duration for the table.
func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// milliseconds is a short duration for the table.
func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}
