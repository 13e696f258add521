package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/config"
	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/mask"
	"github.com/daprdeck/daprdeck/internal/once"
	"github.com/daprdeck/daprdeck/internal/opened"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/model"
)

// session is one run of the console, or of what prints the list.
type session struct {
	configured
	once           bool
	output, filter string
	masks          *mask.Mask
}

// session is what a command runs. With contexts it connects to a sidecar of the
// user's.
func (f *flags) session(cmd *cobra.Command, contexts bool) (*session, error) {
	c, err := f.configure(cmd, contexts)
	if err != nil {
		return nil, err
	}
	s := &session{configured: c, once: f.once, output: f.output, filter: f.filter}
	if s.once && s.MaxRate.From.Kind == config.Default {
		s.MaxRate.V = 0 // as fast as the sidecar answers
	}
	s.masks, err = mask.New(s.MaskRules())
	return s, err
}

// run opens the console on a sidecar, or prints its list.
func (s *session) run(ctx context.Context) error {
	address, err := one(&s.Config)
	if err != nil {
		return err
	}
	client, err := s.clientOptions(address)
	if err != nil {
		return err
	}
	show := s.console
	options := once.Options{Format: s.output, Filter: s.filter, Zone: s.zone()}
	switch {
	case s.once:
		if err := options.Check(); err != nil {
			return err
		}
		show = func(ctx context.Context, client *daprclient.Client, logger *slog.Logger) error {
			return s.print(ctx, client, options, logger)
		}
	case s.filter != "" || s.output != "table":
		return errors.New("--filter and --output go with --once")
	}
	logger, closeLog, err := s.prepare()
	if err != nil {
		return err
	}
	defer closeLog()
	return s.connect(ctx, client, logger, show)
}

func (s *session) zone() *time.Location {
	if s.UTC.V {
		return time.UTC
	}
	return time.Local
}

// print writes the list to standard output.
func (s *session) print(ctx context.Context, client *daprclient.Client, options once.Options, logger *slog.Logger) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := once.Print(ctx, client, s.watching(logger), options, os.Stdout); err != nil {
		return failure{err}
	}
	return nil
}

// watching is how the instances are read.
func (s *session) watching(logger *slog.Logger) watch.Config {
	return watch.Config{
		Interval: s.Interval.V, ReadTimeout: s.ReadTimeout.V, Concurrency: s.MaxReads.V, Rate: s.MaxRate.V, Logger: logger,
	}
}

// demo starts the engine, fills it, and opens the console on it.
func (s *session) demo(ctx context.Context, seed uint64, instances int) error {
	logger, closeLog, err := s.prepare()
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
	options := s.clientBase()
	if options.Target, err = daprclient.ParseTarget(engine.Addr()); err != nil {
		return failure{err}
	}
	go func() { _ = engine.RunSamples(ctx) }() // ends with ctx, and with nothing to report
	return s.connect(ctx, options, logger, s.console)
}

// open shows a saved instance.
func (s *session) open(ctx context.Context, path string) error {
	file, err := opened.Open(path)
	if err != nil {
		return failure{err}
	}
	if s.masks != nil {
		file.Hide(s.masks.Payload, s.masks.Failure)
	}
	logger, closeLog, err := s.prepare()
	if err != nil {
		return err
	}
	defer closeLog()
	screen, err := s.screen(file, file, logger)
	if err != nil {
		return err
	}
	screen.ReadOnly, screen.Interval, screen.Now = true, 0, file.Clock(time.Now)
	screen.Saved = &model.Saved{Name: file.Name(), At: file.SavedAt()}
	return runScreen(ctx, screen, func(context.Context) {}) // a file stays as it is
}

// prepare opens the log that every library writes to from now on. It comes
// before anything that uses grpc, the embedded engine too: grpc's logger may not
// be replaced while grpc is in use.
func (s *session) prepare() (logger *slog.Logger, closeLog func(), err error) {
	if !s.once && !term.IsTerminal(os.Stdout.Fd()) {
		return nil, nil, failure{errors.New("needs a terminal to draw on")}
	}
	logger, closeLog, err = openLog(s.LogFile.V)
	if err != nil {
		return nil, nil, failure{err}
	}
	daprclient.Silence(logger)
	return logger, closeLog, nil
}

// connect makes the client and hands it on until show returns.
func (s *session) connect(
	ctx context.Context, options daprclient.Options, logger *slog.Logger,
	show func(context.Context, *daprclient.Client, *slog.Logger) error,
) error {
	options.Logger = logger
	client, err := daprclient.New(options)
	if err != nil {
		return failure{err}
	}
	defer func() { _ = client.Close() }()
	return show(ctx, client, logger)
}

// console shows the instances behind a sidecar.
func (s *session) console(ctx context.Context, client *daprclient.Client, logger *slog.Logger) error {
	w := watch.New(client, s.watching(logger))
	screen, err := s.screen(client, w.Subscribe(), logger)
	if err != nil {
		return err
	}
	return runScreen(ctx, screen, w.Run)
}
