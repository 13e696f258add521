// Daprdeck is a terminal console for Dapr workflow instances.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/fang/v2"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/crash"
	"github.com/daprdeck/daprdeck/internal/editor"
	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/input"
	"github.com/daprdeck/daprdeck/internal/once"
	"github.com/daprdeck/daprdeck/internal/opened"
	"github.com/daprdeck/daprdeck/internal/pager"
	"github.com/daprdeck/daprdeck/internal/valuefile"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/model"
)

// What crosses the borders between the packages.
var (
	_ fleet.Client = (*daprclient.Client)(nil)
	_ model.Client = (*fleet.Fleet)(nil)
	_ watch.Source = (*daprclient.Client)(nil)
	_ model.Feed   = (*fleet.Mailbox)(nil)
	_ model.Client = (*opened.File)(nil)
	_ model.Feed   = (*opened.File)(nil)
)

// framesPerSecond is how often at most the screen is drawn. A key must be
// answered at once, also over SSH: at 60 it waits 8 ms on average, at 30 twice
// that. A frame in which nothing changed writes nothing, so the rate costs
// bytes only where there is something to show.
const framesPerSecond = 60

// gcPercent is by how much the heap may grow over what is in use before it is
// collected. The console shares a machine with what it watches: at Go's own 100
// a hundred thousand rows take 144 MB, at 40 they take 104, for 2 % of a core
// while refreshes run. The variable GOGC has the last word.
const gcPercent = 40

// The exit statuses: a fault of the call is 2, as with other tools.
const (
	exitFailure = 1
	exitUsage   = 2
)

// config is what the flags say.
type config struct {
	address       string
	addressGiven  bool
	readOnly      bool
	ascii         bool
	mouse         bool
	utc           bool
	interval      time.Duration
	readTimeout   time.Duration
	actionTimeout time.Duration
	logFile       string
	maxReads      int
	maxRate       float64
	once          bool
	output        string
	filter        string
}

// failure marks an error of running, which is not one of the command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(execute())
}

func execute() int {
	err := fang.Execute(context.Background(), rootCommand(), fang.WithErrorHandler(printError))
	var failed failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &failed):
		return exitFailure
	}
	return exitUsage
}

// printError prints one line: what is wrong and nothing else.
func printError(w io.Writer, _ fang.Styles, err error) {
	_, _ = fmt.Fprintln(w, "daprdeck: "+err.Error())
}

func rootCommand() *cobra.Command {
	var cfg config
	root := &cobra.Command{
		Use:   "daprdeck",
		Short: "A terminal console for Dapr workflow instances",
		Long: "Daprdeck shows the workflow instances behind a Dapr sidecar and acts on them: pause, resume, raise an event, " +
			"terminate, purge, start, rerun.\n\nWithout --address it follows DAPR_GRPC_ENDPOINT, then DAPR_GRPC_PORT, then 127.0.0.1:50001. " +
			"DAPR_API_TOKEN is sent when it is set.",
		Example: "  daprdeck\n  daprdeck --address 127.0.0.1:50001 --read-only\n  daprdeck demo",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg.addressGiven = cmd.Flags().Changed("address")
			if !cmd.Flags().Changed("max-rate") && cfg.once {
				cfg.maxRate = 0 // as fast as the sidecar answers
			}
			return cfg.run(cmd.Context())
		},
	}
	flags := root.PersistentFlags()
	root.Flags().StringVarP(&cfg.address, "address", "a", "", "the sidecar's gRPC address: host:port or unix://path")
	flags.BoolVar(&cfg.readOnly, "read-only", false, "bind no key that changes anything, and refuse changes")
	flags.BoolVar(&cfg.ascii, "ascii", false, "draw without symbols of ambiguous width")
	flags.BoolVar(&cfg.mouse, "mouse", false, "select and scroll with the mouse (selecting text then needs shift)")
	flags.BoolVar(&cfg.utc, "utc", false, "show times in UTC")
	flags.DurationVar(&cfg.interval, "interval", 2*time.Second, "time between two refreshes")
	flags.DurationVar(&cfg.actionTimeout, "timeout", daprclient.DefaultActionTimeout, "deadline of an operation; below 8s the reason of a refusal can be lost")
	flags.DurationVar(&cfg.readTimeout, "read-timeout", daprclient.DefaultReadTimeout, "deadline of a read")
	flags.IntVar(&cfg.maxReads, "max-reads", 32, "how many instances are read at a time at most; fewer while answers are slow or fail")
	flags.Float64Var(&cfg.maxRate, "max-rate", 2000, "how many instances are read in a second at most; 0 is no limit, which --once has unless told otherwise")
	root.Flags().BoolVar(&cfg.once, "once", false, "print the list after one full load and exit")
	root.Flags().StringVarP(&cfg.output, "output", "o", "table", "with --once: "+once.FormatList())
	root.Flags().StringVar(&cfg.filter, "filter", "", "with --once: print only what matches, as behind the / of the console")
	flags.StringVar(&cfg.logFile, "log-file", "", "write a log of JSON lines to this file; never payloads, never tokens")
	root.AddCommand(demoCommand(&cfg), openCommand(&cfg))
	return root
}

func demoCommand(cfg *config) *cobra.Command {
	var seed uint64
	var instances int
	demo := &cobra.Command{
		Use:   "demo",
		Short: "Run the embedded engine with sample workflows and open the console on it",
		Long:  "Demo needs no Dapr, no container and no network: the workflow engine runs in the same process, and the console talks to it over gRPC on loopback as it talks to a sidecar.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if instances < 0 {
				return errors.New("--instances cannot be negative")
			}
			return cfg.demo(cmd.Context(), seed, instances)
		},
	}
	demo.Flags().Uint64Var(&seed, "seed", 1, "makes the sequence of instances repeatable")
	demo.Flags().IntVar(&instances, "instances", 60, "how many instances there are when the screen opens")
	return demo
}

func openCommand(cfg *config) *cobra.Command {
	return &cobra.Command{
		Use:     "open FILE",
		Short:   "Show a saved instance with its tree",
		Long:    "Open shows an instance that was saved with ctrl+e, and its child workflows, in the same screens. It needs no sidecar, and changes nothing.",
		Example: "  daprdeck open order-1042-saved.json",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return cfg.open(cmd.Context(), args[0]) },
	}
}

// target is where the sidecar is looked for.
func (c *config) target() (daprclient.Target, error) {
	if c.addressGiven {
		return daprclient.ParseTarget(c.address)
	}
	return daprclient.TargetFromEnv(os.LookupEnv)
}

// run opens the console on a sidecar, or prints its list.
func (c *config) run(ctx context.Context) error {
	target, err := c.target()
	if err != nil {
		return err
	}
	show := c.console
	options := once.Options{Format: c.output, Filter: c.filter, Zone: c.zone()}
	switch {
	case c.once:
		if err := options.Check(); err != nil {
			return err
		}
		show = func(ctx context.Context, client *daprclient.Client, logger *slog.Logger) error {
			return c.print(ctx, client, options, logger)
		}
	case c.filter != "" || c.output != "table":
		return errors.New("--filter and --output go with --once")
	}
	logger, closeLog, err := c.prepare()
	if err != nil {
		return err
	}
	defer closeLog()
	return c.connect(ctx, target, os.Getenv(daprclient.EnvAPIToken), logger, show)
}

func (c *config) zone() *time.Location {
	if c.utc {
		return time.UTC
	}
	return time.Local
}

// print writes the list to standard output.
func (c *config) print(ctx context.Context, client *daprclient.Client, options once.Options, logger *slog.Logger) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := once.Print(ctx, []watch.Source{client}, c.watching(logger), options, os.Stdout); err != nil {
		return failure{err}
	}
	return nil
}

// watching is how the instances are read.
func (c *config) watching(logger *slog.Logger) watch.Config {
	return watch.Config{
		Interval: c.interval, ReadTimeout: c.readTimeout, Concurrency: c.maxReads, Rate: c.maxRate, Logger: logger,
	}
}

// demo starts the engine, fills it, and opens the console on it.
func (c *config) demo(ctx context.Context, seed uint64, instances int) error {
	logger, closeLog, err := c.prepare()
	if err != nil {
		return err
	}
	defer closeLog()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	engine, err := embedded.Start(ctx, embedded.Options{Seed: seed})
	if err != nil {
		return failure{fmt.Errorf("start the embedded engine: %w", err)}
	}
	defer engine.Close()
	if err := engine.Seed(ctx, instances); err != nil {
		return failure{fmt.Errorf("fill the embedded engine: %w", err)}
	}
	target, err := daprclient.ParseTarget(engine.Addr())
	if err != nil {
		return failure{err}
	}
	go func() { _ = engine.RunSamples(ctx) }() // ends with ctx, and with nothing to report
	return c.connect(ctx, target, "", logger, c.console)
}

// open shows a saved instance.
func (c *config) open(ctx context.Context, path string) error {
	file, err := opened.Open(path)
	if err != nil {
		return failure{err}
	}
	logger, closeLog, err := c.prepare()
	if err != nil {
		return err
	}
	defer closeLog()
	screen := c.screen(file, file, logger)
	screen.ReadOnly, screen.Interval, screen.Now = true, 0, file.Clock(time.Now)
	screen.Saved = &model.Saved{Name: file.Name(), At: file.SavedAt()}
	return runScreen(ctx, screen, func(context.Context) {}) // a file stays as it is
}

// prepare checks what the flags say, and opens the log that every library
// writes to from now on. It comes before anything that uses grpc, the embedded
// engine too: grpc's logger may not be replaced while grpc is in use.
func (c *config) prepare() (logger *slog.Logger, closeLog func(), err error) {
	switch {
	case c.interval < 100*time.Millisecond:
		return nil, nil, errors.New("--interval must be at least 100ms")
	case c.readTimeout <= 0 || c.actionTimeout <= 0:
		return nil, nil, errors.New("a timeout must be more than nothing")
	case c.maxReads < 1 || c.maxRate < 0:
		return nil, nil, errors.New("--max-reads must be at least 1 and --max-rate at least 0")
	case !c.once && !term.IsTerminal(os.Stdout.Fd()):
		return nil, nil, failure{errors.New("needs a terminal to draw on")}
	}
	logger, closeLog, err = openLog(c.logFile)
	if err != nil {
		return nil, nil, failure{err}
	}
	daprclient.Silence(logger)
	return logger, closeLog, nil
}

// connect makes the client and hands it on until show returns.
func (c *config) connect(
	ctx context.Context, target daprclient.Target, token string, logger *slog.Logger,
	show func(context.Context, *daprclient.Client, *slog.Logger) error,
) error {
	client, err := daprclient.New(daprclient.Options{
		Target: target, APIToken: token, ReadTimeout: c.readTimeout, ActionTimeout: c.actionTimeout, ReadOnly: c.readOnly, Logger: logger,
	})
	if err != nil {
		return failure{err}
	}
	defer func() { _ = client.Close() }()
	return show(ctx, client, logger)
}

// console shows the instances behind a sidecar.
func (c *config) console(ctx context.Context, client *daprclient.Client, logger *slog.Logger) error {
	f := fleet.One(client, client, c.watching(logger))
	return runScreen(ctx, c.screen(f, f.Subscribe(), logger), f.Run)
}

// screen is what the model is made of.
func (c *config) screen(client model.Client, feed model.Feed, logger *slog.Logger) model.Config {
	return model.Config{
		Client: client, Feed: feed, Keys: keymap.Default(), ReadOnly: c.readOnly, ASCII: c.ascii, Mouse: c.mouse, UTC: c.utc,
		Zone: time.Local, ReadTimeout: c.readTimeout, ActionTimeout: c.actionTimeout, Interval: c.interval, Logger: logger, Now: time.Now,
		ReadFile: readPayload,
		Editor:   func(text string) model.Editing { return editor.New(text, os.Getenv) },
		Pager:    func(text func() string) tea.ExecCommand { return pager.New(text, os.Getenv) }, WriteValue: valuefile.Write,
	}
}

// runScreen runs the screen until the user leaves it, and watch until then.
func runScreen(ctx context.Context, cfg model.Config, watch func(context.Context)) error {
	ctx, cancel := context.WithCancel(ctx)
	m := model.New(ctx, cfg)
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(framesPerSecond)}
	if term.IsTerminal(os.Stdin.Fd()) { // else Bubble Tea opens the terminal itself
		options = append(options, tea.WithInput(input.NewTerminal(os.Stdin)))
	}
	program := tea.NewProgram(m, options...)
	var guard crash.Guard
	guard.SetStop(program.Kill)
	ended := make(chan struct{})
	guard.Go(func() {
		defer close(ended)
		watch(ctx)
	})
	guard.Go(func() { quitOnHangup(ctx, program) })
	_, err := program.Run()
	cancel()
	<-ended
	switch {
	case guard.Print(os.Stderr):
		return failure{errors.New("crashed")}
	case err != nil && !errors.Is(err, tea.ErrInterrupted):
		return failure{err}
	}
	return nil
}

// quitOnHangup leaves in good order when the line to the terminal is cut: what
// is left of the terminal gets its screen and its cursor back.
func quitOnHangup(ctx context.Context, program *tea.Program) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	select {
	case <-hangup:
		program.Quit()
	case <-ctx.Done():
	}
}

// maxPayloadFile is the largest file that @file loads, in bytes: a runtime
// refuses a request of more than 4 MiB unless it was told otherwise.
const maxPayloadFile = 64 << 20

// readPayload reads the file of a payload.
func readPayload(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Errorf("load the payload: %w", err)
	case info.IsDir():
		return "", fmt.Errorf("%s is a folder", path)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is not a regular file", path) // a device or a pipe may never end
	case info.Size() > maxPayloadFile:
		return "", fmt.Errorf("%s is larger than %d MB", path, maxPayloadFile>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("load the payload: %w", err)
	}
	return string(data), nil
}

// openLog opens the log file, readable by the user only; without a path it
// discards.
func openLog(path string) (logger *slog.Logger, closeLog func(), err error) {
	if path == "" {
		return slog.New(slog.DiscardHandler), func() {}, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	if err := file.Chmod(0o600); err != nil { // it may have been there before
		return nil, nil, errors.Join(fmt.Errorf("close the log to others: %w", err), file.Close())
	}
	return slog.New(slog.NewJSONHandler(file, nil)), func() { _ = file.Close() }, nil
}
