// Command fill fills a real Dapr runtime with workflow instances, many of them,
// for trying the console at a size and for measuring it:
//
//	go run ./cmd/fill -instances 100000      # in test/dapr
//	daprdeck --address 127.0.0.1:…           # as it prints
//
// It starts a sidecar of its own, with a worker, and keeps it until Ctrl-C; or
// it fills one that runs, with -address, and ends. Of a running one it uses the
// worker, which must know the workflows of this module; when there is none it
// connects its own until it ends. DAPR_API_TOKEN is sent when it is set.
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

	runtimev1 "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"github.com/dapr/durabletask-go/workflow"
	"google.golang.org/grpc"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/load"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

type options struct {
	mix     load.Mix
	atOnce  int
	address string
	token   string
	appID   string
	port    int
}

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
	show := run
	if o.address != "" {
		show = fillRunning
	}
	if err := show(ctx, o, os.Stdout, os.Stderr); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "fill:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be undone
	}
}

func parse(args []string, out io.Writer) (options, error) {
	o := options{token: os.Getenv("DAPR_API_TOKEN")}
	fs := flag.NewFlagSet("fill", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.IntVar(&o.mix.Instances, "instances", 10_000, "how many instances to make, children included")
	fs.Float64Var(&o.mix.Live, "live", 10, "how many in a hundred wait for something; the others have ended")
	fs.IntVar(&o.mix.Payload, "payload", 0, "the least size of each input in bytes (0: small ones)")
	fs.IntVar(&o.atOnce, "at-once", load.DefaultAtOnce, "how many are made at the same time")
	fs.StringVar(&o.address, "address", "", "fill the sidecar that runs at this host:port and end")
	fs.StringVar(&o.appID, "app-id", "orders", "the app ID of a sidecar that is started")
	fs.IntVar(&o.port, "grpc-port", 0, "its port of the gRPC API (0: a free one)")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if fs.NArg() > 0 || o.mix.Instances < 0 || o.mix.Live < 0 || o.mix.Live > 100 || o.atOnce < 1 {
		_, _ = fmt.Fprintln(out, "fill: an argument is not as it must be; see -help")
		return o, errUsage
	}
	return o, nil
}

var errUsage = errors.New("usage")

// run starts a sidecar, fills it and keeps it until ctx ends.
func run(ctx context.Context, o options, out, progress io.Writer) error {
	rt, err := harness.StartRuntime(ctx)
	if err != nil {
		return err
	}
	defer rt.Stop()
	sidecar, err := rt.StartSidecar(ctx, harness.SidecarOptions{
		AppID: o.appID, APIToken: o.token, Ports: harness.Ports{GRPC: o.port},
	})
	if err != nil {
		return err
	}
	w, err := load.StartWorker(ctx, sidecar)
	if w != nil {
		defer w.Stop()
	}
	if err != nil {
		return err
	}
	client, done, err := sidecar.Client()
	if err != nil {
		return err
	}
	defer done()
	if err := fill(ctx, client, o, out, progress); err != nil {
		return fmt.Errorf("%w\ndaprd:\n%s", err, sidecar.LogTail(20))
	}
	say(out, "app %s at %s, daprd pid %d, files in %s", sidecar.AppID(), sidecar.Address(), sidecar.PID(), rt.Dir())
	say(out, "  daprdeck --address %s    (Ctrl-C here ends all)", sidecar.Address())
	select {
	case <-ctx.Done():
		return nil
	case <-sidecar.Gone():
		return fmt.Errorf("daprd has ended:\n%s", sidecar.LogTail(20))
	}
}

// fillRunning fills the sidecar at o.address.
func fillRunning(ctx context.Context, o options, out, progress io.Writer) error {
	conn, err := harness.Dial(o.address, o.token)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	workers, err := connectedWorkers(ctx, conn)
	if err != nil {
		return fmt.Errorf("ask %s who it is: %w", o.address, err)
	}
	if workers == 0 {
		own, err := harness.Dial(o.address, o.token)
		if err != nil {
			return err
		}
		w, err := worker.Start(ctx, own)
		if err != nil {
			return err
		}
		defer w.Stop()
	}
	return fill(ctx, harness.NewClient(conn), o, out, progress)
}

func connectedWorkers(ctx context.Context, conn *grpc.ClientConn) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	resp, err := runtimev1.NewDaprClient(conn).GetMetadata(ctx, &runtimev1.GetMetadataRequest{})
	if err != nil {
		return 0, err
	}
	return int(resp.GetWorkflows().GetConnectedWorkers()), nil
}

// fill makes the instances and says how long that took.
func fill(ctx context.Context, client *workflow.Client, o options, out, progress io.Writer) error {
	bar := load.NewProgress(progress, o.mix.Instances)
	result, err := load.Fill(ctx, client, o.mix.Plan(), load.Options{AtOnce: o.atOnce, Await: true, Progress: bar.Made})
	bar.End()
	if err != nil {
		return err
	}
	say(out, "%d instances, %d of them live, in %s: %.0f a second (%d starts met a locked store)",
		result.Instances, result.Live, result.Took.Round(time.Millisecond), result.PerSecond(), result.Retried)
	return nil
}

func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format+"\n", args...)
}
