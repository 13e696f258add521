// Command devdapr runs a real Dapr sidecar with a worker and some instances,
// for trying the console by hand:
//
//	go run ./cmd/devdapr            # in test/dapr
//	daprdeck --address 127.0.0.1:…  # as it prints
//
// With -sdk the worker is one of test/dapr/workers, in Python, JavaScript or
// Java.
//
// It builds the runtime when that has not been done (minutes), listens on
// loopback only and ends everything it started on Ctrl-C and SIGTERM.
//
// Signals play the accidents: HUP kills the sidecar and starts it again, USR1
// takes the worker away and brings it back, USR2 starts another app on the
// same port and back.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/load"
	"github.com/daprdeck/daprdeck/test/dapr/sdkworker"
)

type options struct {
	instances    int
	noStateStore bool
	noWorker     bool
	buildOnly    bool
	token        string
	appID        string
	grpcPort     int
	sdk          sdkworker.SDK // empty: Go
}

func main() {
	opts, err := parse(os.Args[1:], os.Stderr)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(0)
		}
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, opts, os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "devdapr:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be undone
	}
}

func parse(args []string, out io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("devdapr", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.IntVar(&o.instances, "instances", 40, "how many instances to start")
	fs.BoolVar(&o.noStateStore, "no-state-store", false, "a sidecar without an actor state store, and so without workflows")
	fs.BoolVar(&o.noWorker, "no-worker", false, "take the worker away once the instances are there")
	fs.BoolVar(&o.buildOnly, "build", false, "build the Dapr runtime and end")
	fs.StringVar(&o.token, "token", "", "the API token that the sidecar demands (DAPR_API_TOKEN)")
	fs.StringVar(&o.appID, "app-id", "orders", "the app ID")
	fs.IntVar(&o.grpcPort, "grpc-port", 0, "the port of the gRPC API (0: a free one)")
	sdk := fs.String("sdk", "go", "the SDK of the worker: go, python, javascript, java")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if *sdk != "go" {
		var err error
		if o.sdk, err = sdkworker.Parse(*sdk); err != nil {
			_, _ = fmt.Fprintf(out, "devdapr: %v\n", err)
			return o, errUsage
		}
	}
	if fs.NArg() > 0 {
		_, _ = fmt.Fprintf(out, "devdapr: unexpected argument %q\n", fs.Arg(0))
		return o, errUsage
	}
	return o, nil
}

var errUsage = errors.New("usage")

func run(ctx context.Context, o options, out io.Writer) error {
	if o.buildOnly {
		bins, err := harness.Build(ctx)
		if err != nil {
			return err
		}
		old, err := harness.BuildOld(ctx)
		if err != nil {
			return err
		}
		say(out, "%s\n%s\n%s\n%s\n%s", bins.Placement, bins.Scheduler, bins.Daprd, old.Daprd, old.Worker)
		return nil
	}
	// Before the first child is there: a HUP would end this process without it.
	accidents := make(chan os.Signal, 1)
	signal.Notify(accidents, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	defer signal.Stop(accidents)

	rt, err := harness.StartRuntime(ctx)
	if err != nil {
		return err
	}
	defer rt.Stop()
	d, err := start(ctx, rt, o, out)
	if err != nil {
		return err
	}
	defer d.stopWorker()
	d.announce(rt)
	return d.wait(ctx, accidents)
}

// dev is the running set-up.
type dev struct {
	opts    options
	out     io.Writer
	sidecar *harness.Sidecar
	worker  stopper // nil: none is connected
}

// stopper is a worker in any language.
type stopper interface{ Stop() }

func start(ctx context.Context, rt *harness.Runtime, o options, out io.Writer) (*dev, error) {
	sidecarOpts := harness.SidecarOptions{
		AppID: o.appID, APIToken: o.token, Ports: harness.Ports{GRPC: o.grpcPort},
	}
	if o.noStateStore {
		sidecarOpts.Store = harness.StoreNone
	}
	sidecar, err := rt.StartSidecar(ctx, sidecarOpts)
	if err != nil {
		return nil, err
	}
	d := &dev{opts: o, out: out, sidecar: sidecar}
	if o.noStateStore {
		return d, nil
	}
	if err := d.startWorker(ctx); err != nil {
		return nil, err
	}
	begin := time.Now()
	if err := d.seed(ctx); err != nil {
		return nil, err
	}
	say(out, "%d instances in %s", o.instances, time.Since(begin).Round(time.Millisecond))
	if o.noWorker {
		d.stopWorker()
	}
	return d, nil
}

func (d *dev) startWorker(ctx context.Context) error {
	if d.opts.noStateStore {
		return nil
	}
	if d.opts.sdk != "" {
		w, err := d.opts.sdk.Start(ctx, d.sidecar)
		if err == nil {
			d.worker = w
		}
		return err
	}
	w, err := load.StartWorker(ctx, d.sidecar)
	if w != nil {
		d.worker = w
	}
	return err
}

func (d *dev) stopWorker() {
	if d.worker != nil {
		d.worker.Stop()
		d.worker = nil
	}
}

func (d *dev) announce(rt *harness.Runtime) {
	say(d.out, "app %s at %s (HTTP %d), files in %s", d.sidecar.AppID(), d.sidecar.Address(), d.sidecar.Ports().HTTP, rt.Dir())
	for name, pid := range rt.PIDs() {
		say(d.out, "  %s: pid %d", name, pid)
	}
	token := ""
	if d.opts.token != "" {
		token = "DAPR_API_TOKEN=… "
	}
	say(d.out, "  %sdaprdeck --address %s", token, d.sidecar.Address())
	say(d.out, "  kill -HUP %d: restart the sidecar; -USR1: worker away or back; -USR2: another app on the port; Ctrl-C ends all",
		os.Getpid())
}

// wait plays the accidents until ctx ends.
func (d *dev) wait(ctx context.Context, accidents <-chan os.Signal) error {
	gone := d.sidecar.Gone()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-gone:
			say(d.out, "daprd has ended:\n%s", d.sidecar.LogTail(12))
			gone = nil // until the next restart
		case sig := <-accidents:
			err = d.accident(ctx, sig)
			gone = d.sidecar.Gone()
		}
		if err != nil {
			say(d.out, "daprd:\n%s", d.sidecar.LogTail(40))
			return err
		}
	}
}

func (d *dev) accident(ctx context.Context, sig os.Signal) error {
	switch {
	case sig == syscall.SIGUSR1 && d.worker != nil:
		d.stopWorker()
		say(d.out, "the worker is gone")
		return nil
	case sig == syscall.SIGUSR1:
		err := d.startWorker(ctx)
		if err == nil {
			say(d.out, "the worker is back")
			return nil
		}
		// daprd 1.18.0 never takes a worker again when it lost one in the
		// middle of its work (docs/operations.md).
		say(d.out, "daprd does not take the worker back (%v): restarting it", err)
	}
	appID := d.opts.appID
	if sig == syscall.SIGUSR2 && d.sidecar.AppID() == appID {
		appID += "-other"
	}
	d.stopWorker()
	if err := d.sidecar.Restart(ctx, harness.RestartOptions{AppID: appID}); err != nil {
		return err
	}
	say(d.out, "app %s at %s, pid %d", appID, d.sidecar.Address(), d.sidecar.PID())
	return d.startWorker(ctx)
}

func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format+"\n", args...)
}
