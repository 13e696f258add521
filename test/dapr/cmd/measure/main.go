// Command measure fills a real Dapr runtime, runs the built console on it, and
// prints what that costs as a Markdown table:
//
//	go run ./cmd/measure                          # in test/dapr; minutes
//	go run ./cmd/measure -parts a -instances 2000
//
// The figures in docs/performance.md are its output. Nothing else should run on
// the machine meanwhile.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/measure"
)

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(0)
		}
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be undone
	}
}

func parse(args []string, out io.Writer) (measure.Options, error) {
	o := measure.Defaults()
	o.Progress = out
	fs := flag.NewFlagSet("measure", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.IntVar(&o.Instances, "instances", o.Instances, "how many instances to make")
	fs.Float64Var(&o.Live, "live", o.Live, "how many in a hundred wait for something")
	fs.IntVar(&o.Payload, "payload", o.Payload, "part d: the size of the large inputs in bytes")
	fs.DurationVar(&o.Interval, "interval", o.Interval, "the time between two refreshes of the console")
	fs.IntVar(&o.Pairs, "pairs", o.Pairs, "part a: how many pairs are run")
	fs.IntVar(&o.Refreshes, "refreshes", o.Refreshes, "parts b, c and d: how many refreshes are watched")
	fs.DurationVar(&o.Rest, "rest", o.Rest, "parts b, c and d: for how long the idle sidecar is watched")
	fs.IntVar(&o.Changes, "changes", o.Changes, "part e: how many events are raised")
	list := fs.String("parts", strings.Join(o.Parts, ","), "a full load, b calls of a refresh, c processor time of the sidecar, d memory, e a change on the screen")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	o.Parts = strings.Split(*list, ",")
	err := o.Check()
	if fs.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	if err != nil {
		_, _ = fmt.Fprintln(out, "measure:", err)
	}
	return o, err
}

// run measures and prints the table, with what went wrong in its rows.
func run(ctx context.Context, o measure.Options, out io.Writer) error {
	rt, err := harness.StartRuntime(ctx)
	if err != nil {
		return err
	}
	defer rt.Stop()
	rows, err := measure.Run(ctx, rt, o)
	if len(rows) > 0 {
		_, _ = fmt.Fprint(out, measure.Table(rows, o))
	}
	for _, r := range rows {
		if r.Err != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", r.Measure, r.Err))
		}
	}
	return err
}
