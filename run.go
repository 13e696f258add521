package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/daprdeck/daprdeck/daprclient"
	"github.com/daprdeck/daprdeck/internal/config"
	"github.com/daprdeck/daprdeck/internal/embedded"
	"github.com/daprdeck/daprdeck/internal/mask"
	"github.com/daprdeck/daprdeck/internal/opened"
	"github.com/daprdeck/daprdeck/internal/terminal"
	"github.com/daprdeck/daprdeck/model"
)

// session is one run of the console, or of what prints the list.
type session struct {
	configured
	once, null     bool
	output, filter string
	masks          *mask.Mask
	// ids are those of --ids.
	ids []string
	// terminal is what the screen is drawn on, remarks what it shows of what
	// happens elsewhere.
	terminal terminal.Terminal
	remarks  chan string
}

// session is what a command runs. With contexts it connects to a sidecar of the
// user's.
func (f *flags) session(cmd *cobra.Command, contexts bool) (*session, error) {
	c, err := f.configure(cmd, contexts)
	if err != nil {
		return nil, err
	}
	s := &session{
		configured: c, once: f.once, null: f.null, output: f.output, filter: f.filter,
		terminal: terminal.Of(os.Getenv), remarks: make(chan string, 8),
	}
	if s.once && s.MaxRate.From.Kind == config.Default {
		s.MaxRate.V = 0 // as fast as the sidecar answers
	}
	s.masks, err = mask.New(s.MaskRules())
	return s, err
}

// zone is that of the times that are printed.
func (s *session) zone() *time.Location {
	if s.UTC.V {
		return time.UTC
	}
	return time.Local
}

// remark shows a line on the screen, or keeps it until there is one; what comes
// too thick is dropped.
func (s *session) remark(text string) {
	if s.once {
		note(text)
		return
	}
	select {
	case s.remarks <- text:
	default:
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
	return s.alone(ctx, options, logger)
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
	return runScreen(ctx, screen) // a file stays as it is
}

// prepare opens the log that every library writes to from now on. It comes
// before anything that uses grpc, the embedded engine too: grpc's logger may not
// be replaced while grpc is in use.
func (s *session) prepare() (logger *slog.Logger, closeLog func(), err error) {
	if !s.once {
		if !term.IsTerminal(os.Stdout.Fd()) {
			return nil, nil, failure{errors.New("needs a terminal to draw on; daprdeck --once prints the list")}
		}
		if err := s.terminal.Check(); err != nil {
			return nil, nil, failure{err}
		}
		if w, h, err := term.GetSize(os.Stdout.Fd()); err == nil && terminal.CheckSize(w, h) != nil {
			return nil, nil, failure{terminal.CheckSize(w, h)}
		}
	}
	logger, closeLog, err = openLog(s.LogFile.V, s.remark)
	if err != nil {
		return nil, nil, failure{err}
	}
	daprclient.Silence(logger)
	return logger, closeLog, nil
}
