package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/daprdeck/daprdeck/internal/config"
	"github.com/daprdeck/daprdeck/internal/crash"
	"github.com/daprdeck/daprdeck/internal/editor"
	"github.com/daprdeck/daprdeck/internal/input"
	"github.com/daprdeck/daprdeck/internal/pager"
	"github.com/daprdeck/daprdeck/internal/terminal"
	"github.com/daprdeck/daprdeck/internal/valuefile"
	"github.com/daprdeck/daprdeck/internal/workflow"
	"github.com/daprdeck/daprdeck/keymap"
	"github.com/daprdeck/daprdeck/model"
	"github.com/daprdeck/daprdeck/ui"
)

// framesPerSecond is how often at most the screen is drawn. A key must be
// answered at once, also over SSH: at 60 it waits 8 ms on average, at 30 twice
// that. A frame in which nothing changed writes nothing, so the rate costs
// bytes only where there is something to show.
const framesPerSecond = 60

// screen is what the model is made of.
func (s *session) screen(client model.Client, feed model.Feed, logger *slog.Logger) (model.Config, error) {
	c := &s.Config
	keys, err := keymap.Default().Rebind(c.KeyChanges())
	if err != nil {
		return model.Config{}, err
	}
	return model.Config{
		Client: client, Feed: feed, Keys: keys, ReadOnly: c.ReadOnly.V, ASCII: s.ascii(), Mouse: c.Mouse.V, UTC: c.UTC.V,
		Plain: s.terminal.Plain, TerminalName: s.terminal.Name, Remarks: s.remarks, Free: debug.FreeOSMemory,
		Production: c.Production.V, Context: c.Context.V, Look: s.look(),
		Zone: time.Local, ReadTimeout: c.ReadTimeout.V, ActionTimeout: c.Timeout.V, Interval: c.Interval.V, Logger: logger, Now: time.Now,
		ReadFile: readPayload,
		Editor:   func(text string) model.Editing { return editor.New(text, os.Getenv) },
		Pager:    func(text func() string) tea.ExecCommand { return pager.New(text, os.Getenv) }, WriteValue: valuefile.Write,
	}, nil
}

// ascii reports whether to draw without symbols: where nobody has said so, when
// the terminal would show garbage in their place.
func (s *session) ascii() bool {
	if s.ASCII.From.Kind != config.Default || !s.terminal.ASCII {
		return s.ASCII.V
	}
	s.remark("drawn in ASCII, for the locale has no UTF-8 (" + s.terminal.Locale + "): --ascii=false or LANG=C.UTF-8 changes that")
	return true
}

// output is what the screen is drawn on and how.
func output(plain bool) []tea.ProgramOption {
	if !plain {
		return nil
	}
	return []tea.ProgramOption{tea.WithOutput(terminal.Output{File: os.Stdout}), tea.WithColorProfile(colorprofile.ASCII)}
}

// look is how the console looks.
func (s *session) look() model.Look {
	return model.Look{
		Theme: background(s.Theme.Background.V), Roles: s.Colors(), Header: s.Color.V, Columns: slices.Clone(s.Columns.V),
	}
}

func background(name string) ui.ThemeChoice {
	switch name {
	case "dark":
		return ui.ThemeDark
	case "light":
		return ui.ThemeLight
	}
	return ui.ThemeAuto
}

// runScreen runs the screen until the user leaves it, and everything else until
// then.
func runScreen(ctx context.Context, cfg model.Config, beside ...func(context.Context)) error {
	keys, closeKeys, err := input.Open(os.Stdin)
	if err != nil {
		return failure{err}
	}
	defer closeKeys()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := model.New(ctx, cfg)
	program := tea.NewProgram(m, append(output(cfg.Plain), tea.WithContext(ctx), tea.WithFPS(framesPerSecond), tea.WithInput(keys))...)
	var guard crash.Guard
	guard.SetStop(program.Kill)
	var running sync.WaitGroup
	for _, run := range beside {
		running.Add(1)
		guard.Go(func() {
			defer running.Done()
			run(ctx)
		})
	}
	guard.Go(func() { quitOnHangup(ctx, program) })
	_, err = program.Run()
	cancel()
	running.Wait()
	switch {
	case guard.Print(workflow.TextWriter{W: os.Stderr}):
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
