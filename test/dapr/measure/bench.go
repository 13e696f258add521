package measure

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/dapr/durabletask-go/workflow"

	"github.com/daprdeck/daprdeck/test/dapr/console"
	"github.com/daprdeck/daprdeck/test/dapr/harness"
	"github.com/daprdeck/daprdeck/test/dapr/load"
	"github.com/daprdeck/daprdeck/test/dapr/worker"
)

// pageSize is how many IDs the console asks for at a time:
// daprclient.DefaultPageSize, whose package this module does not build.
const pageSize = 5000

// bench is a filled sidecar and the programs that read it.
type bench struct {
	o    Options
	rt   *harness.Runtime
	dir  string // of the bench, removed when it is closed
	deck string // the built console
	bare string // the built bare loop
	app  *app

	// What one part has found for another.
	steady *steady
	// fetches are the sidecar's processor times for full fetches by the bare
	// loop, atBest the concurrency that it was fastest with.
	fetches []time.Duration
	atBest  int
}

// app is a sidecar with a worker and its instances.
type app struct {
	*harness.Sidecar
	client *workflow.Client
	worker *worker.Worker
	done   func()
	live   int
}

func newBench(ctx context.Context, rt *harness.Runtime, o Options) (b *bench, err error) {
	b = &bench{o: o, rt: rt}
	if b.dir, err = os.MkdirTemp("", "daprdeck-measure-"); err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	b.say("build the programs")
	if b.deck = o.Console; b.deck == "" {
		if b.deck, err = console.Build(ctx, b.dir, false); err != nil {
			return b, err
		}
	}
	if b.bare, err = b.build(ctx, "bare"); err != nil {
		return b, err
	}
	b.app, err = b.start(ctx, "measured", load.Mix{Instances: o.Instances, Live: o.Live})
	return b, err
}

// build compiles a command of this module.
func (b *bench) build(ctx context.Context, name string) (string, error) {
	root, err := harness.RepositoryRoot()
	if err != nil {
		return "", err
	}
	target := filepath.Join(b.dir, name)
	cmd := exec.CommandContext(ctx, "go", "build", "-o", target, "./cmd/"+name)
	cmd.Dir = filepath.Join(root, "test", "dapr")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return target, nil
}

// start starts a sidecar and fills it.
func (b *bench) start(ctx context.Context, appID string, mix load.Mix) (*app, error) {
	b.say("fill %s with %s instances", appID, number(mix.Instances))
	sidecar, err := b.rt.StartSidecar(ctx, harness.SidecarOptions{AppID: appID})
	if err != nil {
		return nil, err
	}
	a := &app{Sidecar: sidecar, done: func() {}}
	if a.worker, err = load.StartWorker(ctx, sidecar); err != nil {
		a.close()
		return nil, err
	}
	if a.client, a.done, err = sidecar.Client(); err != nil {
		a.close()
		return nil, err
	}
	bar := load.NewProgress(b.o.Progress, mix.Instances)
	result, err := load.Fill(ctx, a.client, mix.Plan(), load.Options{Await: true, Progress: bar.Made})
	bar.End()
	if err != nil {
		err = fmt.Errorf("fill the sidecar: %w\ndaprd:\n%s", err, sidecar.LogTail(20))
		a.close()
		return nil, err
	}
	a.live = result.Live
	return a, nil
}

func (a *app) close() {
	a.done()
	if a.worker != nil {
		a.worker.Stop()
	}
	a.Kill()
}

func (b *bench) close() {
	if b.app != nil {
		b.app.close()
	}
	_ = os.RemoveAll(b.dir) // left to the system's own cleaning otherwise
}

func (b *bench) say(format string, args ...any) {
	_, _ = fmt.Fprintf(b.o.Progress, format+"\n", args...)
}

// cost is what a program that was run to its end took.
type cost struct {
	wall    time.Duration // from its start to its end, as a shell sees it
	own     time.Duration // its processor time
	sidecar time.Duration // that of daprd meanwhile
}

// runWithin bounds one full load.
const runWithin = 10 * time.Minute

var errIncomplete = errors.New("not every instance was printed")

// timed runs a program that prints an ID a line.
func (b *bench) timed(ctx context.Context, program string, args ...string) (cost, error) {
	ctx, cancel := context.WithTimeout(ctx, runWithin)
	defer cancel()
	name := filepath.Join(b.dir, "ids.txt")
	out, err := os.Create(name)
	if err != nil {
		return cost{}, fmt.Errorf("file of the output: %w", err)
	}
	defer func() { _ = out.Close() }()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + b.dir}
	cmd.Stdout = out
	before, err := b.app.CPUTime()
	if err != nil {
		return cost{}, err
	}
	began := time.Now()
	err = cmd.Run()
	wall := time.Since(began)
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w", filepath.Base(program), err)
	}
	after, err := b.app.CPUTime()
	if err != nil {
		return cost{}, err
	}
	if n, err := lines(name); err != nil || n < b.o.Instances {
		return cost{}, errors.Join(fmt.Errorf("%s: %w: %d of %d", filepath.Base(program), errIncomplete, n, b.o.Instances), err)
	}
	return cost{wall: wall, own: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), sidecar: after - before}, nil
}

// lines counts the lines of a file.
func lines(name string) (int, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return 0, fmt.Errorf("read the output: %w", err)
	}
	n := 0
	for _, c := range data {
		if c == '\n' {
			n++
		}
	}
	return n, nil
}

// wait lets time pass that nothing can be waited for in.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// median of an odd number of values, the lower of the two middle ones
// otherwise.
func median[T float64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}
