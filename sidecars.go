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

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/config"
	"github.com/daprdeck/daprdeck/internal/discover"
	"github.com/daprdeck/daprdeck/internal/fleet"
	"github.com/daprdeck/daprdeck/internal/heap"
	"github.com/daprdeck/daprdeck/internal/idlist"
	"github.com/daprdeck/daprdeck/internal/local"
	"github.com/daprdeck/daprdeck/internal/once"
	"github.com/daprdeck/daprdeck/internal/watch"
	"github.com/daprdeck/daprdeck/internal/workflow"
)

// searches reports whether the user has named no sidecar, so that those of this
// machine are looked for.
func (s *session) searches() bool { return s.Addresses.From.Kind == config.Default }

// run opens the console on the user's sidecars, or prints their list.
func (s *session) run(ctx context.Context) error {
	options := once.Options{
		Format: s.output, Filter: s.filter, Zone: s.zone(), Null: s.null, Terminal: term.IsTerminal(os.Stdout.Fd()),
		Note: note,
	}
	switch {
	case s.once:
		if err := options.Check(); err != nil {
			return err
		}
	case s.filter != "" || s.output != "table" || s.null:
		return errors.New("--filter, --output and --null need --once")
	}
	for _, a := range s.Addresses.V {
		if _, err := s.clientOptions(a); err != nil {
			return err
		}
	}
	if s.IDs.IsSet() {
		if s.IDs.V == idlist.Stdin && !term.IsTerminal(os.Stdin.Fd()) {
			note("reading instance IDs from standard input")
		}
		ids, err := idlist.Read(s.IDs.V, os.Stdin)
		if err != nil {
			return failure{err}
		}
		s.ids = ids
	}
	logger, closeLog, err := s.prepare()
	if err != nil {
		return err
	}
	defer closeLog()
	if s.once {
		return s.print(ctx, options, logger)
	}
	return s.console(ctx, logger)
}

// place is where a sidecar is.
type place struct {
	config.Address
	// stranger is set for one that nobody named and that is not known to ask for a
	// token: it is not shown ours. Any process can call itself daprd, and say that
	// it listens on another machine.
	stranger bool
}

// placeOf is the place of a sidecar that was found. That it asks for a token
// stands in its environment, which only its own user can read.
func placeOf(d *discover.Sidecar) place {
	return place{Address: config.Address{Address: d.Address, From: config.Origin{Kind: config.FromFlag}}, stranger: !d.NeedsToken}
}

// client makes the client of one sidecar.
func (s *session) client(at place, logger *slog.Logger) (*daprclient.Client, error) {
	o, err := s.optionsOf(at)
	if err != nil {
		return nil, err
	}
	o.Logger = logger
	return daprclient.New(o)
}

// optionsOf are clientOptions without what a stranger is not shown.
func (s *session) optionsOf(at place) (daprclient.Options, error) {
	o, err := s.clientOptions(at.Address)
	if at.stranger {
		o.APIToken, o.TokenFile = "", ""
	}
	return o, err
}

// member is one sidecar for a fleet, which closes its client.
func (s *session) member(at place, logger *slog.Logger) (fleet.Member, error) {
	c, err := s.client(at, logger)
	if err != nil {
		return fleet.Member{}, err
	}
	return fleet.Member{
		ID: c.Address(), Name: workflow.Clean(at.Name), Origin: at.From.String(), Quiet: at.From.Kind == config.Default,
		Source: c, Client: c, Calls: c.Calls, Close: c.Close,
	}, nil
}

// note prints a line beside what a command prints.
func note(text string) { _, _ = fmt.Fprintln(os.Stderr, "daprdeck: "+workflow.Clean(text)) }

// console shows the instances of the user's sidecars, or of those that are found
// on this machine.
func (s *session) console(ctx context.Context, logger *slog.Logger) error {
	f := fleet.New(fleet.Config{Watch: s.watching(logger), Searching: s.searches(), Logger: logger})
	for _, a := range s.Addresses.V {
		m, err := s.member(place{Address: a}, logger)
		if err != nil {
			return failure{err}
		}
		if !f.Add(m) {
			_ = m.Close() // it is there under another name
		}
	}
	run := []func(context.Context){f.Run}
	if s.searches() {
		run = append(run, s.finding(f, logger)...)
	}
	return s.show(ctx, f, logger, run...)
}

// finding returns what lets the sidecars of this machine join a fleet.
func (s *session) finding(f *fleet.Fleet, logger *slog.Logger) []func(context.Context) {
	finder := discover.NewFinder(discover.DefaultInterval)
	roster := local.New(f, func(d discover.Sidecar) (fleet.Member, error) {
		return s.member(placeOf(&d), logger)
	}, time.Now, logger)
	return []func(context.Context){finder.Run, func(ctx context.Context) { roster.Run(ctx, finder.News()) }}
}

// show opens the screen on a fleet, with everything that runs beside it.
func (s *session) show(ctx context.Context, f *fleet.Fleet, logger *slog.Logger, run ...func(context.Context)) error {
	screen, err := s.screen(f, f.Subscribe(), logger)
	if err != nil {
		return err
	}
	screen.Dismiss = f.Remove
	run = append(run, tuning(f))
	if dir, err := idlist.DefaultDir(os.Getenv); err == nil {
		keeper := idlist.NewKeeper(idlist.NewStore(dir), f)
		screen.WatchIDs = func(app, text string, remember bool) (int, error) {
			ctx, cancel := context.WithTimeout(ctx, screen.ReadTimeout)
			defer cancel()
			return keeper.Add(ctx, app, text, remember)
		}
		screen.ForgetIDs = func(app, text string) (int, error) {
			ctx, cancel := context.WithTimeout(ctx, screen.ReadTimeout)
			defer cancel()
			return keeper.Forget(ctx, app, text)
		}
		run = append(run, recalling(f, keeper, logger))
	}
	return runScreen(ctx, screen, run...)
}

// tuning returns what keeps the growth of the heap fit for the rows.
func tuning(f *fleet.Fleet) func(context.Context) {
	tuner, next := heap.FromEnvironment(), f.Subscribe().Rows
	return func(ctx context.Context) { tuner.Follow(ctx, next) }
}

// maxRecalled is of how many apps it is noted that their IDs were recalled: an
// address may answer as another app each time.
const maxRecalled = 1000

// recalling returns what gives each app that cannot list the IDs that are
// remembered of it, once.
func recalling(f *fleet.Fleet, keeper *idlist.Keeper, logger *slog.Logger) func(context.Context) {
	box := f.Subscribe()
	return func(ctx context.Context) {
		recalled := map[string]bool{}
		for {
			snap, ok := box.Next(ctx)
			if !ok {
				return
			}
			for i := range snap.Apps {
				a := &snap.Apps[i]
				if !a.Listless || recalled[a.ID()] {
					continue
				}
				if len(recalled) == maxRecalled { // to recall twice does no harm
					clear(recalled)
				}
				recalled[a.ID()] = true
				if err := keeper.Recall(a.ID()); err != nil {
					logger.Warn("remembered IDs cannot be read", slog.String("app", a.ID()), slog.String("err", err.Error()))
				}
			}
		}
	}
}

// print writes the list to standard output.
func (s *session) print(ctx context.Context, options once.Options, logger *slog.Logger) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	var sources []watch.Source
	for _, at := range s.found(ctx) {
		c, err := s.client(at, logger)
		if err != nil {
			return failure{err}
		}
		defer func() { _ = c.Close() }()
		sources = append(sources, c)
	}
	if err := once.Print(ctx, sources, s.watching(logger), options, os.Stdout); err != nil {
		return failure{err}
	}
	return nil
}

// found are the places that the user names or, where he names none, those of
// the sidecars on this machine. Without any it is the default address.
func (s *session) found(ctx context.Context) []place {
	var all []place
	if s.searches() {
		if list, err := discover.Scan(ctx); err == nil {
			for i := range list {
				all = append(all, placeOf(&list[i]))
			}
		}
	}
	if len(all) == 0 {
		for _, a := range s.Addresses.V {
			all = append(all, place{Address: a})
		}
	}
	return all
}

// watching is how the instances are read.
func (s *session) watching(logger *slog.Logger) watch.Config {
	return watch.Config{
		Interval: s.Interval.V, ReadTimeout: s.ReadTimeout.V, Concurrency: s.MaxReads.V, Rate: s.MaxRate.V, IDs: s.ids, Logger: logger,
	}
}

// alone shows one client that is not the user's sidecar.
func (s *session) alone(ctx context.Context, options daprclient.Options, logger *slog.Logger) error {
	options.Logger = logger
	client, err := daprclient.New(options)
	if err != nil {
		return failure{fmt.Errorf("connect to the embedded engine: %w", err)}
	}
	defer func() { _ = client.Close() }()
	f := fleet.One(client, client, s.watching(logger))
	return s.show(ctx, f, logger, f.Run)
}
