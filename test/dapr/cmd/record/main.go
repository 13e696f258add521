// Command record runs sample workflows on the real Dapr runtime and writes the
// metadata and the history of each as a file, in the form of internal/saved.
// The rules of internal/workflow are tested on these files:
//
//	go run ./cmd/record -out ../../internal/workflow/testdata/histories    # in test/dapr
//
// With -sdk it runs the workers of test/dapr/workers, each on a sidecar of its
// own:
//
//	go run ./cmd/record -out DIR -sdk python,javascript,java
//
// It builds the runtime when that has not been done (minutes), listens on
// loopback only and ends everything it started.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/sdkworker"
)

// goSDK is what -sdk calls the Go worker, which is part of this command.
const goSDK = "go"

type options struct {
	out  string
	sdks []string
	only string
}

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	if err != nil {
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be undone
	}
}

var errUsage = errors.New("usage")

func parse(args []string, out io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("record", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.StringVar(&o.out, "out", "", "the folder to write to")
	sdks := fs.String("sdk", goSDK, "the SDKs to record, with commas between: go, python, javascript, java")
	fs.StringVar(&o.only, "only", "", "record only scenes whose name holds this")
	if err := fs.Parse(args); err != nil {
		return o, fmt.Errorf("flags: %w", err)
	}
	o.sdks = strings.Split(*sdks, ",")
	for _, name := range o.sdks {
		if _, err := sdkworker.Parse(name); err != nil && name != goSDK {
			_, _ = fmt.Fprintf(out, "record: %v\n", err)
			return o, errUsage
		}
	}
	if o.out == "" || fs.NArg() > 0 {
		fs.Usage()
		return o, errUsage
	}
	return o, nil
}

// within bounds each scene.
const within = 60 * time.Second

func run(ctx context.Context, o options, out io.Writer) error {
	rt, err := harness.StartRuntime(ctx)
	if err != nil {
		return err
	}
	defer rt.Stop()
	for _, name := range o.sdks {
		if err := recordSDK(ctx, rt, o, out, name); err != nil {
			return err
		}
	}
	return nil
}

func recordSDK(ctx context.Context, rt *harness.Runtime, o options, out io.Writer, name string) error {
	if name == goSDK {
		return recordGo(ctx, rt, o, out)
	}
	sdk, err := sdkworker.Parse(name)
	if err != nil {
		return err
	}
	return recordOther(ctx, rt, o, out, sdk)
}

func recordGo(ctx context.Context, rt *harness.Runtime, o options, out io.Writer) error {
	st, err := newStage(ctx, rt, "shop")
	if err != nil {
		return err
	}
	defer st.close()
	if err := st.goWorker(ctx, newest); err != nil {
		return err
	}
	if err := play(ctx, st, o, out, "go-", goScenes()); err != nil {
		return err
	}
	if err := st.goWorker(ctx, older); err != nil {
		return err
	}
	return play(ctx, st, o, out, "go-", oldWorkerScenes())
}

// recordOther records with the worker of another SDK. The scenes that end its
// worker come last.
func recordOther(ctx context.Context, rt *harness.Runtime, o options, out io.Writer, sdk sdkworker.SDK) error {
	l := languageOf(sdk)
	st, err := newStage(ctx, rt, "shop-"+l.prefix)
	if err != nil {
		return err
	}
	defer st.close()
	for _, release := range []struct {
		env    string
		scenes []scene
	}{
		{"WORKER_RELEASE=1", l.scenes()},
		{"WORKER_RELEASE=2", l.secondRelease()},
	} {
		if err := st.sdkWorker(ctx, sdk, release.env); err != nil {
			return err
		}
		if err := play(ctx, st, o, out, l.prefix+"-", release.scenes); err != nil {
			return fmt.Errorf("%w\n%s", err, st.workerLog())
		}
	}
	return nil
}

// scene is one file: what is done, and which instances are then recorded, the
// first of them being the one that the file is about.
type scene struct {
	name string
	note string
	do   func(ctx context.Context, s *stage) error
	ids  []string
	// tree: their children are recorded too.
	tree bool
}

func play(ctx context.Context, s *stage, o options, out io.Writer, prefix string, scenes []scene) error {
	for _, sc := range scenes {
		if !strings.Contains(prefix+sc.name, o.only) {
			continue
		}
		begin := time.Now()
		if err := record(ctx, s, sc, filepath.Join(o.out, prefix+sc.name+".json")); err != nil {
			return fmt.Errorf("%s%s: %w\n%s", prefix, sc.name, err, s.sidecar.LogTail(5))
		}
		_, _ = fmt.Fprintf(out, "%s%s  %s\n", prefix, sc.name, time.Since(begin).Round(time.Millisecond))
	}
	return nil
}

func record(ctx context.Context, s *stage, sc scene, path string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := sc.do(ctx, s); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := s.save(ctx, &b, sc); err != nil {
		return err
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// client is the SDK's client of the stage's sidecar.
type client = *workflow.Client
